#include "tests/sim/sim_clock.h"

#include <algorithm>

#include "base/check.h"
#include "base/planted.h"

namespace shouwang::sim {
namespace {

constexpr int kRoundsMax = 10'000;  // At one instant; a loop that turns more often spins.

}  // namespace

SimClock::SimClock(VirtualClock& world, const SystemTime& system, Instant not_before,
                   const bool& is_dead)
    : world_(world),
      system_(system),
      is_dead_(is_dead),
      steady_base_(world.now()),
      base_(std::max(system.at(world.now()), not_before)) {}

SimClock::~SimClock() {
  if (armed_ != 0) world_.cancel(armed_);
}

Instant SimClock::now() {
  const Instant truth = world_.now();
  const Instant system = system_.at(truth);
  if (planted::is(planted::Bug::clock_steps_back)) return system;
  const Instant smooth = base_ + (truth - steady_base_);
  if (system <= smooth) return smooth;
  base_ = system;
  steady_base_ = truth;
  return system;
}

Clock::Alarm SimClock::wake_at(Instant at, std::function<void()> action) {
  const Alarm alarm = ++last_;
  alarms_.emplace(std::pair{at, alarm}, std::move(action));
  due_.emplace(alarm, at);
  if (alarms_.begin()->first.second == alarm) arm();
  return alarm;
}

void SimClock::cancel(Alarm alarm) {
  const auto found = due_.find(alarm);
  if (found == due_.end()) return;
  alarms_.erase({found->second, alarm});
  due_.erase(found);
}

void SimClock::look_again(Millis later) {
  if (!alarms_.empty()) arm_at(std::min(armed_for_, world_.now() + later));
}

void SimClock::arm() {
  if (alarms_.empty()) return;
  arm_at(world_.now() + std::max(Millis{0}, alarms_.begin()->first.first - now()));
}

void SimClock::arm_at(Instant truth) {
  if (armed_ != 0 && armed_for_ == truth) return;
  if (armed_ != 0) world_.cancel(armed_);
  armed_for_ = truth;
  armed_ = world_.wake_at(truth, [this] {
    armed_ = 0;
    armed_for_ = Instant::max();
    if (!is_dead_) fire();
  });
}

void SimClock::fire() {
  fired_times_ = fired_at_ == world_.now() ? fired_times_ + 1 : 0;
  fired_at_ = world_.now();
  const bool time_goes_on = fired_times_ < kRoundsMax;
  CHECK(time_goes_on);
  const Instant current = now();
  const Alarm newest = last_;  // What an action sets waits for the next round.
  auto next = alarms_.begin();
  while (next != alarms_.end() && next->first.first <= current) {
    if (next->first.second > newest) {
      ++next;
      continue;
    }
    auto due = alarms_.extract(next);
    due_.erase(due.key().second);
    due.mapped()();
    if (is_dead_) return;
    next = alarms_.begin();
  }
  arm();
}

}  // namespace shouwang::sim
