#include "app/asio_clock.h"

#include <algorithm>

namespace shouwang::app {

Instant system_now() { return std::chrono::floor<Millis>(std::chrono::system_clock::now()); }

Millis steady_now() {
  return std::chrono::floor<Millis>(std::chrono::steady_clock::now().time_since_epoch());
}

std::int64_t system_nanoseconds() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

AsioClock::AsioClock(boost::asio::io_context& loop, Instant not_before)
    : timer_(loop),
      steady_base_(std::chrono::steady_clock::now()),
      base_(std::max(system_now(), not_before)) {}

AsioClock::~AsioClock() { timer_.cancel(); }

Instant AsioClock::now() {
  const auto steady = std::chrono::steady_clock::now();
  const Instant smooth = base_ + std::chrono::floor<Millis>(steady - steady_base_);
  const Instant system = system_now();
  if (system <= smooth) return smooth;
  base_ = system;
  steady_base_ = steady;
  return system;
}

Millis AsioClock::ahead() { return std::max(Millis{0}, now() - system_now()); }

Clock::Alarm AsioClock::wake_at(Instant at, std::function<void()> action) {
  const Alarm alarm = ++last_;
  alarms_.emplace(std::pair{at, alarm}, std::move(action));
  due_.emplace(alarm, at);
  if (at < armed_for_) arm();
  return alarm;
}

void AsioClock::cancel(Alarm alarm) {
  const auto found = due_.find(alarm);
  if (found == due_.end()) return;
  alarms_.erase({found->second, alarm});
  due_.erase(found);
}

void AsioClock::arm() {
  if (alarms_.empty()) {
    armed_for_ = Instant::max();
    return;
  }
  const Instant current = now();
  armed_for_ = alarms_.begin()->first.first;
  const Millis wait = std::clamp(armed_for_ - current, Millis{0}, kLookAgain);
  timer_.expires_after(wait);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) fire();
  });
}

void AsioClock::fire() {
  const Instant current = now();
  // Alarms set by an action wait for the next round, so that a busy action can not starve the loop.
  const Alarm newest = last_;
  auto next = alarms_.begin();
  while (next != alarms_.end() && next->first.first <= current) {
    if (next->first.second > newest) {
      ++next;
      continue;
    }
    auto due = alarms_.extract(next);
    due_.erase(due.key().second);
    due.mapped()();
    next = alarms_.begin();
  }
  arm();
}

}  // namespace shouwang::app
