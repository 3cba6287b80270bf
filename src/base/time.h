// Points in time and spans between them.
//
// All stored and compared times are UTC with millisecond precision. Local time
// exists only where a person reads it (base/zone.h).

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace shouwang {

using Millis = std::chrono::milliseconds;
using Instant = std::chrono::sys_time<Millis>;

// "2026-01-15T18:40:00.000Z".
std::string format_utc(Instant at);

// Reads RFC 3339 with `Z` or a numeric offset and up to nine fraction digits (cut to
// milliseconds). Anything else, a 60th second included, is nothing.
std::optional<Instant> parse_utc(std::string_view text);

// A span as an installer writes it: "90s", "10min", "1h", "250ms", "2d". Nothing if malformed
// or negative. `format_span` writes the largest unit that divides the span exactly.
std::optional<Millis> parse_span(std::string_view text);
std::string format_span(Millis span);

}  // namespace shouwang
