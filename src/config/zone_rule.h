// How a time zone changes its clocks every year from now on.
//
// The last line of a zone's file in the system's database says it as a POSIX TZ text (RFC 8536,
// 3.3): "EST5EDT,M3.2.0,M11.1.0". The date library stops where the file's list of changes ends
// (2037 as a rule); this carries on.

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/zone.h"

namespace shouwang::config {

struct ZoneRule {
  // The `week`-th (5: last) `weekday` of `month`, `time` after its midnight.
  struct Day {
    unsigned month = 1;            // 1..12
    unsigned week = 1;             // 1..5
    unsigned weekday = 0;          // 0 = Sunday
    std::chrono::seconds time{0};  // May be negative or more than a day.
  };
  std::chrono::seconds standard{0};  // Local time minus UTC.
  std::chrono::seconds summer{0};
  Day begin;  // Of summer time, by standard time.
  Day end;    // Of summer time, by summer time.
};

// Nothing if the text is malformed or knows no summer time.
std::optional<ZoneRule> parse_zone_rule(std::string_view text);

// The changes of `first` .. `last`, in order.
std::vector<Zone::Change> changes_by(const ZoneRule& rule, int first, int last);

}  // namespace shouwang::config
