// Real time on an Asio loop.
//
// Deadlines are UTC, because they must survive a power cut; waits are measured on the steady
// clock. now() is the system clock, except that it never goes backwards: after a step back it runs
// on at steady speed from where it was. After a step forward it follows at once, so every wait that
// has become overdue ends within kLookAgain at the latest. Ring early, not late.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "base/clock.h"

namespace shouwang::app {

// The system clock, for tools that end before it could matter how it moves.
Instant system_now();
// Since any moment, never stepping; any thread.
Millis steady_now();
// As system_now(), as fine as it goes: for trace points only.
std::int64_t system_nanoseconds();

class AsioClock final : public Clock {
 public:
  // How soon a jump of the system clock is noticed while nothing else happens.
  static constexpr Millis kLookAgain{1'000};

  // now() starts at the later of the system clock and `not_before`: a machine that boots in 1970
  // must not write earlier than what it finds on disk.
  AsioClock(boost::asio::io_context& loop, Instant not_before);
  ~AsioClock() override;

  Instant now() override;
  Alarm wake_at(Instant at, std::function<void()> action) override;
  void cancel(Alarm alarm) override;

  // How far now() runs ahead of the system clock; 0 unless the system clock stepped back.
  Millis ahead();

 private:
  void arm();
  void fire();

  boost::asio::steady_timer timer_;
  std::chrono::steady_clock::time_point steady_base_;
  Instant base_;  // now() at steady_base_.
  Alarm last_ = 0;
  std::map<std::pair<Instant, Alarm>, std::function<void()>> alarms_;
  std::map<Alarm, Instant> due_;
  Instant armed_for_ = Instant::max();
};

}  // namespace shouwang::app
