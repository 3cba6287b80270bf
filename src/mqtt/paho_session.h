// One connection to the broker on one Paho client that is never used again.
//
// Paho's client object collects state that outlives a connection (answers never given, writes
// never finished, some of it freed memory), so each connection gets a new one. All that is known
// about Paho C 1.3.12 / C++ 1.2.0 stops at this file; the measured traps and their answers:
//
//   1  PUBACK leaves when the message callback returns    -> arrive() returns only with a verdict
//   2  duplicates are certain                             -> the owner of `message` folds them
//   3  the consumer queue acknowledges unread messages    -> set_message_callback, no queue
//   4  QoS 2 subscriptions lose a message at a crash      -> subscribe() asks for QoS 1
//   5  QoS 1/2 publishing re-sends freed memory           -> publish() knows QoS 0 only; and a
//      half-written publish dies with its client, never meeting another connection. What is queued
//      in Paho then leaks: the owner gives few at a time and waits for `written`
//   6  one receive thread for all clients                 -> `message` waits for a commit, bounded
//   7  an exception out of a callback ends the process    -> every callback is wrapped in guarded()
//   8  token->wait() in a callback hangs; is_connected() drops the lock -> neither is used;
//      disconnect() waits outside callbacks, timed; handlers are set in the constructor
//   9  reconnecting never subscribes again; a refused filter looks like success
//                                                         -> on_connected(), SubackListener
//  10  slow to reconnect, blind to half-open links        -> mqtt/pulse.h; the destructor cuts
//  11  version set in create and connect options alike; `options_` outlives connect(), which keeps
//      pointers into it; no TLS error handler, because connect() leaves it dangling (the network is
//      asked instead: mqtt/reach.h); TCP_NODELAY           -> on_connected()
//  12  the broker's PUBACK to a device is not durable     -> mqtt/gaps.h
//  13  no manual acknowledgement                          -> shut() of the socket under Paho's feet

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "mqtt/link.h"
#include "mqtt/subscriptions.h"
#include "mqtt/trouble.h"

namespace shouwang::mqtt {

class PahoSession {
 public:
  // Called on Paho's threads with Paho's lock held: they hand over and return. Never called again
  // once the destructor has returned.
  struct Told {
    std::function<Verdict(const Incoming&)> message;  // drop, or an exception: cut unacknowledged
    std::function<void(bool session_kept)> accepted;  // CONNACK; the SUBSCRIBEs are on their way
    std::function<void(const std::string& filter, bool granted, int code)> answered;  // SUBACK
    std::function<void(const Refusal&)> refused;                                      // no CONNACK
    std::function<void(int code)> lost;  // >= 128: why the broker ended it (MQTT 5); else 0
    std::function<void()> written;       // A publish has left, or failed for good.
  };

  struct Plan {
    LinkSettings settings;
    Address address;
    int version = 5;
    std::string will_topic;  // Empty: no last will.
    std::vector<Filter> filters;
    Told told;
  };

  // Errors: unavailable, invalid (Paho does not accept the settings).
  static Result<std::unique_ptr<PahoSession>> create(Plan plan);
  // Closes the connection if there is one. Waits for a callback that is running.
  ~PahoSession();
  PahoSession(const PahoSession&) = delete;
  PahoSession& operator=(const PahoSession&) = delete;

  // All of these from one thread that is none of Paho's. They do not wait for the network.
  Result<Done> connect();
  Result<Done> subscribe(const Filter& filter);
  Result<Done> unsubscribe(const std::string& filter);
  Result<Done> publish(const std::string& topic, const std::string& payload, bool retained);
  // Sends what is queued and a DISCONNECT; waits for it at most `limit`.
  void disconnect(Millis limit);

  // Messages so far, and whether one is being handled now: signs of life. From any thread.
  std::uint64_t arrivals() const;
  bool is_busy() const;
  // A message was not acknowledged and the connection cut for it. From any thread.
  bool is_cut() const;

 private:
  class Impl;
  explicit PahoSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Keeps Paho's threads running while it lives: without any client Paho takes up to a second to
// end them, and starts them anew for the next.
class PahoThreads {
 public:
  PahoThreads();
  ~PahoThreads();
  PahoThreads(const PahoThreads&) = delete;
  PahoThreads& operator=(const PahoThreads&) = delete;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace shouwang::mqtt
