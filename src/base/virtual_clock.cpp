#include "base/virtual_clock.h"

#include <algorithm>

#include "base/check.h"

namespace shouwang {

Clock::Alarm VirtualClock::wake_at(Instant at, std::function<void()> action) {
  const Alarm alarm = ++last_;
  alarms_.emplace(std::pair{at, alarm}, std::move(action));
  due_.emplace(alarm, at);
  return alarm;
}

void VirtualClock::cancel(Alarm alarm) {
  const auto found = due_.find(alarm);
  if (found == due_.end()) return;
  alarms_.erase({found->second, alarm});
  due_.erase(found);
}

std::optional<Instant> VirtualClock::next() const {
  if (alarms_.empty()) return std::nullopt;
  return std::max(now_, alarms_.begin()->first.first);
}

void VirtualClock::run_until(Instant until) {
  CHECK(until >= now_);
  while (!alarms_.empty() && alarms_.begin()->first.first <= until) {
    auto first = alarms_.extract(alarms_.begin());
    now_ = std::max(now_, first.key().first);
    due_.erase(first.key().second);
    first.mapped()();
  }
  now_ = std::max(now_, until);
}

void VirtualClock::jump_to(Instant to) {
  CHECK(to >= now_);
  now_ = to;
}

}  // namespace shouwang
