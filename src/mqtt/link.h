// A connection to the broker, whichever library is behind it.
//
// Contract (measured facts behind it: tests/system/): every message is handed to `on_message` on
// the link's own thread. The broker gets its acknowledgement only after on_message has returned
// `keep`; `drop` cuts the connection instead, so that the broker delivers the message again.
// Subscriptions are renewed on every connection. Publishing is at most once.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace shouwang::mqtt {

enum class Verdict : std::uint8_t { keep, drop };

struct Incoming {
  std::string_view topic;
  std::string_view payload;
  bool retained = false;  // A state from before, replayed at subscription.
};

// Why messages may have been missed.
enum class Gap : std::uint8_t {
  none,
  session_lost,      // The broker did not know us any more: what it had queued for us is gone.
  broker_restarted,  // It may have forgotten what it acknowledged to a device last.
  broker_dropped,    // It says that it dropped messages because a queue was full.
};

struct LinkState {
  bool connected = false;     // And subscribed: alarms arrive.
  bool session_kept = false;  // The broker still knew us at the last connect.
  std::string trouble;        // One sentence; empty while all is well.
  std::uint64_t gaps = 0;    // Grows when messages may have been missed: levels must be reconciled.
  Gap last_gap = Gap::none;  // Why `gaps` grew last.

  friend bool operator==(const LinkState&, const LinkState&) = default;
};

struct LinkSettings {
  std::string uri;
  std::string client_id;
  std::string user;
  std::string password;
  std::string ca_file;
  int version = 5;            // 5, or 3 for MQTT 3.1.1.
  bool may_fall_back = true;  // To 3.1.1 when the broker does not take version 5.
  Millis keep_alive{8'000};
  std::string status_topic;                // Retained "online"; last will "offline".
  std::vector<std::string> subscriptions;  // Topic filters, QoS 1.
  bool keeps_session = true;               // The broker queues for us while we are gone.
  std::uint64_t seed = 1;                  // Of the jitter between tries to connect.
};

class Link {
 public:
  // on_message: on the link's thread. on_state: on any thread; must only hand over.
  struct Handlers {
    std::function<Verdict(const Incoming&)> on_message;
    std::function<void(const LinkState&)> on_state;
  };

  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  virtual ~Link() = default;

  // Connects and keeps connecting until stop(). Returns at once.
  virtual void start() = 0;
  // Disconnects cleanly ("offline" is published) and joins its threads. No handler is called
  // afterwards.
  virtual void stop() = 0;
  // Replaces the set of subscriptions; takes effect now and on every later connect. Filters that
  // were there before are subscribed again: the broker then replays their retained state, which
  // is how levels are reconciled after a gap.
  virtual void subscribe(std::vector<std::string> filters) = 0;
  // QoS 0. Errors: unavailable while disconnected.
  virtual Result<Done> publish(const std::string& topic, const std::string& payload,
                               bool retained) = 0;
};

}  // namespace shouwang::mqtt
