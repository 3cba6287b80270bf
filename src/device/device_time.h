// The time a device says it is: informational, and only if it can be true.

#pragma once

#include <optional>

#include "base/time.h"
#include "device/profile.h"
#include "device/value.h"

namespace shouwang::device {

// The first format that fits, if the time lies within the rule's window around `now`. A clock that
// stands in 1970, counts since the start or is two years behind gives nothing.
std::optional<Instant> device_time(const TimeRule& rule, const Value& value, Instant now);

// Whether `format` is one of the words or has only known % directives with at least a date.
bool is_time_format(std::string_view format);

}  // namespace shouwang::device
