// Time that moves only when told to. For tests and the simulator.

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "base/clock.h"

namespace shouwang {

class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Instant start) : now_(start) {}

  Instant now() override { return now_; }
  Alarm wake_at(Instant at, std::function<void()> action) override;
  void cancel(Alarm alarm) override;

  // When the next alarm is due, or nothing. An overdue one is due now.
  std::optional<Instant> next() const;

  // Moves to `until`, firing every alarm that falls due on the way, in order, each at its own
  // time; further, if one of them jumps further. REQUIRES: until >= now().
  void run_until(Instant until);

  // Moves without firing anything: what a jump of the system clock looks like.
  // REQUIRES: to >= now().
  void jump_to(Instant to);

 private:
  Instant now_;
  Alarm last_ = 0;
  std::map<std::pair<Instant, Alarm>, std::function<void()>> alarms_;
  std::map<Alarm, Instant> due_;
};

}  // namespace shouwang
