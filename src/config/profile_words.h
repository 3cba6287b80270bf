// The smallest parts of the profile language: values with a type, places, verdicts. Each notes its
// own faults and then gives what can be used nevertheless.

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/reader.h"
#include "device/profile.h"

namespace shouwang::config {

// true, false, null and numbers are what they look like; everything else, and everything in
// quotes, is text.
device::Typed read_typed(const Reader& value);
std::vector<device::Typed> read_typed_list(const Reader& value);

// What a place may name depends on the form it stands in.
struct Places {
  const device::Form* form = nullptr;
};
// "/a/b" or "{name}".
device::Source read_source(const Reader& value, const Places& places);
device::Path read_path(const Reader& value);

device::Kind read_kind(const Reader& value, device::Kind otherwise);
// "alarm", "smoke alarm", "nothing", or a list of them.
device::Verdicts read_verdicts(const Reader& value);
device::Meaning read_meaning(const Reader& value);

std::vector<device::Condition> read_conditions(const Reader& list, const Places& places);

}  // namespace shouwang::config
