// How much the desk has to bear, in the terms of ANSI/ISA-18.2.
//
// A snapshot of one community, from the incidents that are in its book: one alarm is one incident.
//
//   rate      alarms within the last ten minutes; one person can follow one in ten minutes for long
//   flood     begins with the tenth within ten minutes, ends when fewer than five are left of them
//   stale     alarms that have been open for more than a day
//   nuisance  the ten sensors that called in vain most often, or that flap (chattering)

#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "dispatch/book.h"
#include "dispatch/coverage.h"

namespace shouwang::dispatch {

inline constexpr Millis kRateSpan{600'000};
inline constexpr std::size_t kFloodFrom = 10;
inline constexpr std::size_t kFloodUntil = 5;
inline constexpr Millis kStaleAfter{86'400'000};

struct AlarmLoad {
  std::size_t rate = 0;                // Within kRateSpan before now.
  std::optional<Instant> flood_since;  // Set while there is a flood.
  std::optional<Instant> changes_at;   // When the rate falls next, if nothing happens.
  std::vector<IncidentId> stale;       // The oldest first.
  std::vector<Nuisance> nuisances;     // As in Coverage.

  friend bool operator==(const AlarmLoad&, const AlarmLoad&) = default;
};

AlarmLoad load_of(const Book& book, Instant now);

}  // namespace shouwang::dispatch
