// `shouwangctl walktest`: an installer walks through a stairwell, and each device ticks itself off.

#pragma once

#include <boost/json.hpp>
#include <functional>
#include <ostream>
#include <string>

#include "app/ctl_client.h"

namespace shouwang::app {

// What has changed since `before` (null at first), one line a change, then nothing if nothing has.
// Every line begins with TEST.
std::string walk_changes(const boost::json::value& before, const boost::json::value& now);

// One line a device with its result, and what was seen beside them.
std::string walk_report(const boost::json::value& walk);

// Shows a test until it is over. `pause` waits up to half a second and says whether the installer
// wants to finish. Returns an exit code: 0 if every device passed.
struct Watched {
  const CtlClient& client;
  boost::json::object arguments;  // by, community
  boost::json::value walk;        // As started.
};
int watch_walk(Watched watched, const std::function<bool()>& pause, std::ostream& out);

// Waits half a second for the Enter key; true if it was pressed.
bool enter_was_pressed();

}  // namespace shouwang::app
