// One day of one community, as the office reads it the next morning: plain data.
//
// Taken from the book, which keeps every incident of the day before (kDiaryKept). What is open,
// silent or not in service is as it stands when the diary is taken. Ids and numbers, no names.

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/book.h"
#include "dispatch/coverage.h"

namespace shouwang::dispatch {

// An incident stays in the book for at least so long after its end, so that the diary of a day that
// is taken the next morning has all of it.
inline constexpr Millis kDiaryKept{172'800'000};  // 48 h

struct DiaryIncident {
  IncidentId id;
  device::Kind kind = device::Kind::gas;
  household::Place place;
  Instant raised_at;
  std::optional<Millis> to_going;    // Until somebody was on the way.
  std::optional<Millis> to_arrived;  // Until somebody was there.
  std::optional<incident::Cause> cause;
  bool is_open = false;

  friend bool operator==(const DiaryIncident&, const DiaryIncident&) = default;
};

struct DiaryNote {
  IncidentId incident;
  incident::Note note;

  friend bool operator==(const DiaryNote&, const DiaryNote&) = default;
};

// A local day.
struct Day {
  std::string name;  // "2026-01-15"
  Instant from;
  Instant until;  // Not included.

  friend bool operator==(const Day&, const Day&) = default;
};
// The day that `at` falls on, and the one with this name.
Day day_of(const Zone& zone, Instant at);
std::optional<Day> day_named(const Zone& zone, std::string_view name);

struct Diary {
  Day day;
  std::vector<DiaryIncident> raised;     // Within the day, in their order.
  std::vector<DiaryIncident> left_open;  // Of earlier days, and open still.
  std::size_t false_alarms = 0;          // Of those raised: ended with a cause that was no danger.
  std::size_t unanswered = 0;            // Of those raised: nobody ever said that they go.
  std::vector<DiaryNote> notes;          // Written within the day, in their order.
  std::vector<Matter> matters;           // Open now, by id; without silences.
  std::vector<Unprotected> silent;       // Now, the not protected first.
  std::size_t never_heard = 0;
  std::vector<DeviceId> not_in_service;  // Heard, but never seen to work.
  std::vector<Nuisance> nuisances;

  friend bool operator==(const Diary&, const Diary&) = default;
};

// Of a day that lies further back than kDiaryKept incidents are missing.
Diary diary_of(const Book& book, const Day& day, Instant now);

}  // namespace shouwang::dispatch
