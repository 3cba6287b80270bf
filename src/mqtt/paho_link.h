// The broker link on Eclipse Paho: Link's contract, kept by a thread of its own.
//
// Paho's two threads receive and send; the link's own thread, a small event loop, connects, tells
// a dead connection by missing beats (mqtt/pulse.h), renews subscriptions and publishes. It reads
// no clock: a timer of 250 ms is all it counts with. Paho itself is behind mqtt/paho_session.h,
// where its traps are listed.
//
// Topics of its own, beside `subscriptions` (the broker's ACL must allow them):
//   <status_topic>                      written: "online" retained; will "offline", also at stop()
//   <status_topic>/pulse/<client_id>    written and read: the beat that proves the way
//   $SYS/broker/...                     read, if there: whether messages may have been missed
// Without a status topic the beat uses "shouwang/pulse/<client_id>".
//
// on_state is called on the link's thread, on_message on Paho's. Never call stop() from either.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mqtt/link.h"

namespace shouwang::mqtt {

class PahoLink final : public Link {
 public:
  // Nothing happens before start().
  PahoLink(LinkSettings settings, Handlers handlers);
  ~PahoLink() override;  // stop()

  void start() override;
  // Takes up to 2 s, and as long as a running on_message: release that first (Intake::stop).
  void stop() override;
  void subscribe(std::vector<std::string> filters) override;
  // From any thread; sent by the link's thread in the order of the calls. Errors: unavailable while
  // disconnected or while 1,000 are waiting.
  Result<Done> publish(const std::string& topic, const std::string& payload,
                       bool retained) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace shouwang::mqtt
