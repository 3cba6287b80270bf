// The one door to time, for the shell. The core gets `now` as an argument.
//
// Two makers: AsioClock (app/asio_clock.h) and VirtualClock (base/virtual_clock.h); both keep
// tests/contract/clock_contract.h.

#pragma once

#include <cstdint>
#include <functional>

#include "base/time.h"

namespace shouwang {

class Clock {
 public:
  using Alarm = std::uint64_t;  // Names a pending wake_at; never 0, never reused.

  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  // The current time. Never goes backwards: when the system clock steps back, it runs on at its
  // own speed; when the system clock steps forward, it follows, so that waits end early, not late.
  virtual Instant now() = 0;

  // Calls `action` once, on the loop's thread, as soon as now() >= at; never from inside this
  // call. Equal times fire in the order in which they were set.
  virtual Alarm wake_at(Instant at, std::function<void()> action) = 0;

  // Forgets the alarm. One that has fired or is unknown is not an error.
  virtual void cancel(Alarm alarm) = 0;
};

}  // namespace shouwang
