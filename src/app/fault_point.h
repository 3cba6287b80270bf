// Ends the process at a chosen moment of a turn, as a power cut would: for system tests.
//
//   SHOUWANG_KILL_AT=committed:2    SIGKILL when a turn comes to Moment::committed the second time
//
//   SHOUWANG_CHOKE_ON=text          a CHECK fails when a message with `text` in its payload is
//   handled
//
// Compiled in only with SHOUWANG_TESTS: what is installed knows no such variable.

#pragma once

#include <functional>
#include <string>

#include "app/gateway.h"

namespace shouwang::app {

// For Listeners::moment; empty if nothing was asked for.
std::function<void(Moment)> fault_point();

// The text of SHOUWANG_CHOKE_ON; empty if nothing was asked for.
std::string choking_text();

}  // namespace shouwang::app
