// Time zones by name, and local times turned into moments.
//
// The rules come from the system's time-zone database (package tzdata) and are written out as
// plain data from 1970 to 2100 (base/zone.h), so that nobody else needs the database.

#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/zone.h"

namespace shouwang::config {

// The zone of an IANA name: "Asia/Shanghai". Errors: not_found.
Result<Zone> zone_named(std::string_view name);

// The moment at which a clock in `zone` shows `local`: the earlier one where it shows it twice,
// nothing where it is skipped or the date does not exist. `weekday` is not looked at.
std::optional<Instant> instant_of(const Zone& zone, const LocalTime& local);

// "2026-01-15", "2026-01-15 02:40", "2026-01-15T02:40:30": local time. Nothing if malformed.
std::optional<LocalTime> parse_local(std::string_view text);

// "02:40" .. "23:59", or "24:00" as 0: a minute of the day. Nothing if malformed.
std::optional<std::uint16_t> parse_clock(std::string_view text);

}  // namespace shouwang::config
