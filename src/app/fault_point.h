// Ends the process at a chosen moment of a turn, as a power cut would: for system tests.
//
//   SHOUWANG_KILL_AT=committed:2    SIGKILL when a turn comes to Moment::committed the second time
//
// Compiled in only with SHOUWANG_TESTS: what is installed knows no such variable.

#pragma once

#include <functional>

#include "app/gateway.h"

namespace shouwang::app {

// For Listeners::moment; empty if nothing was asked for.
std::function<void(Moment)> fault_point();

}  // namespace shouwang::app
