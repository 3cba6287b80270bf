// Local time as plain data.
//
// The rules of a time zone are read once by the shell (config/zones.h) and become a list of
// moments at which the offset from UTC changes, so that the core can say "it is 02:40 on a
// Thursday there" without a time-zone database.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace shouwang {

struct LocalTime {
  int year = 1970;
  unsigned month = 1;          // 1..12
  unsigned day = 1;            // 1..31
  unsigned weekday = 4;        // 0 = Sunday .. 6 = Saturday
  unsigned minute_of_day = 0;  // 0..1439
  unsigned second = 0;         // 0..59

  friend bool operator==(const LocalTime&, const LocalTime&) = default;
};

// "02:40"; "2026-01-15 02:40".
std::string format_clock(const LocalTime& at);
std::string format_minute(const LocalTime& at);

struct Zone {
  struct Change {
    Instant from;
    std::chrono::seconds offset;  // Local time minus UTC from here on.
  };
  std::string name = "UTC";
  std::chrono::seconds first_offset{0};  // Before the first change.
  std::vector<Change> changes;           // Ordered by `from`.

  LocalTime local(Instant at) const;
};

// A daily span of local minutes; `until` < `from` crosses midnight; equal means never.
struct DailyHours {
  std::uint16_t from_minute = 0;   // 0..1439
  std::uint16_t until_minute = 0;  // 0..1439, not included
  bool weekdays_only = false;      // Monday to Friday, by the day the span began.

  bool contain(const LocalTime& at) const;
  friend bool operator==(const DailyHours&, const DailyHours&) = default;
};

}  // namespace shouwang
