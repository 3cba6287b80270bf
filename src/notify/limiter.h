// Keeps to a provider's "no more than N messages in M", with some of them kept for alarms.
//
// Counts what was really sent within the last period, so that no stretch of that length, wherever
// it begins, holds more than N: a bucket that refills would let nearly 2 N through after a quiet
// hour, and robots that are over their limit once may stay deaf for ten minutes.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/time.h"
#include "notify/channel.h"

namespace shouwang::notify {

class Limiter {
 public:
  explicit Limiter(Limit limit) : limit_(limit) {}

  // How many more may be sent now; "no limit" is kNoLimit.
  static constexpr std::size_t kNoLimit = SIZE_MAX;
  std::size_t room(bool alarm, Instant now);
  // When there will be room for one; nothing if there is now, or never will be (all is reserved).
  std::optional<Instant> next_room(bool alarm, Instant now);
  void count(bool alarm, Instant now);

  // Takes over what an earlier limiter of the same provider has counted.
  void set_limit(Limit limit) { limit_ = limit; }

 private:
  struct Sent {
    Instant at;
    bool alarm;
  };
  void forget(Instant now);
  std::size_t most() const { return static_cast<std::size_t>(limit_.per_period); }
  std::size_t most_others() const {
    return static_cast<std::size_t>(limit_.per_period - limit_.reserved);
  }

  Limit limit_;
  std::deque<Sent> sent_;   // Within the last period, oldest first.
  std::size_t others_ = 0;  // Of these, no alarms.
};

}  // namespace shouwang::notify
