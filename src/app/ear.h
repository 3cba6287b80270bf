// A second, forgetful connection to the broker, for as long as nothing can be saved.
//
// An alarm that is not on the disk is not acknowledged: the link cuts its connection, and the
// broker hands it the same alarm again, and again, and whatever comes behind it waits. People must
// be called for those too. So while saving fails the ear listens on a session of its own, for which
// the broker keeps nothing: what it hears is handled in memory and rings. The link's session still
// holds every message until it is saved; what was heard on both is one incident (device/watch.h).
//
// One thread: the loop's.

#pragma once

#include <functional>
#include <memory>

#include "mqtt/paho_link.h"

namespace shouwang::app {

class Ear {
 public:
  // `hear` is called with each message on the ear's own thread.
  explicit Ear(std::function<void(const mqtt::Incoming&)> hear) : hear_(std::move(hear)) {}

  // Listens to what the link with these settings listens to, if it does not already. Returns at
  // once.
  void listen(mqtt::LinkSettings of_link);
  // Hears nothing any more. Returns at once.
  void rest();

 private:
  std::function<void(const mqtt::Incoming&)> hear_;
  std::unique_ptr<mqtt::PahoLink> link_;  // Stays connected once it was needed.
  bool listens_ = false;
};

}  // namespace shouwang::app
