// The machine's clocks, seen from the town's true time.
//
//   true time (VirtualClock) ── SystemTime: 1970, steps, drift, leaps ── SimClock: never backwards
//
// SimClock keeps what app/asio_clock.h promises, and notices a jump within a second as it does.

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/virtual_clock.h"

namespace shouwang::sim {

// What `date` would show: the machine's own, and it outlives the process.
class SystemTime {
 public:
  explicit SystemTime(Instant origin) : origin_(origin) {}

  Instant at(Instant truth) const {
    const auto drift = (truth - origin_).count() * drift_ppm_ / 1'000'000;
    return truth + offset_ + Millis{drift};
  }
  void step(Millis by) { offset_ += by; }
  void set_drift(int ppm) { drift_ppm_ = ppm; }
  // The machine has no battery: it boots in 1970 and does not know better until set().
  void boot_1970(Instant truth) { offset_ = Instant{} - truth; }
  // The time service has found the right time.
  void set_right(Instant truth) {
    origin_ = truth;
    offset_ = Millis{0};
  }

 private:
  Instant origin_;
  Millis offset_{0};
  std::int64_t drift_ppm_ = 0;
};

// The clock of one life of the process.
class SimClock final : public Clock {
 public:
  // `is_dead`: nothing fires any more.
  SimClock(VirtualClock& world, const SystemTime& system, Instant not_before, const bool& is_dead);
  ~SimClock() override;

  Instant now() override;
  Alarm wake_at(Instant at, std::function<void()> action) override;
  void cancel(Alarm alarm) override;

  // The system's clock was changed: overdue alarms fire `later`.
  void look_again(Millis later);

 private:
  void arm();
  void arm_at(Instant truth);
  void fire();

  VirtualClock& world_;
  const SystemTime& system_;
  const bool& is_dead_;
  Instant steady_base_;
  Instant base_;
  Instant last_now_;
  Alarm last_ = 0;
  std::map<std::pair<Instant, Alarm>, std::function<void()>> alarms_;
  std::map<Alarm, Instant> due_;
  Alarm armed_ = 0;
  Instant armed_for_ = Instant::max();  // True time.
  Instant fired_at_;
  int fired_times_ = 0;  // At fired_at_.
};

}  // namespace shouwang::sim
