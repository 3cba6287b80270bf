// Which fields a text of texts/<language>.yaml may use, by the group that its key begins with.
//
// The one table that says so: whoever renders a group of texts names its fields here, and
// load() refuses a text with any other, and a text of a group that nobody reads. To extend it,
// add a field to a list, or a group with a list of its own.

#pragma once

#include <array>
#include <span>
#include <string_view>

#include "notify/field_names.h"

namespace shouwang::config {

// Phone page, board and health page: what the pages put into their sentences.
inline constexpr std::array<std::string_view, 24> kPageFields = {
    "place",  "time",    "date",  "day",    "month", "kind",  "severity", "who",
    "role",   "minutes", "count", "others", "cause", "since", "link",     "community",
    "device", "name",    "label", "value",  "unit",  "limit", "channel",  "until"};

// The installer's page of a walk-test.
inline constexpr std::array<std::string_view, 14> kWalkFields = {
    "about",   "count", "device", "kind",  "meaning", "passed", "place",
    "problem", "roles", "time",   "total", "what",    "who",    "why"};

// Single words: roles, kinds, buttons. They stand inside other texts and have no fields.
inline constexpr std::array<std::string_view, 0> kNoFields = {};

struct TextGroup {
  std::string_view prefix;  // Of the key, up to and with the first dot.
  std::span<const std::string_view> fields;
};

inline constexpr std::string_view kMessages = "message.";  // The group of all messages to phones.

inline constexpr std::array<TextGroup, 15> kTextGroups = {{
    {"page.", kPageFields},
    {"board.", kPageFields},
    {"button.", kPageFields},
    {"refusal.", kPageFields},
    {"walk.", kWalkFields},
    {"health.", kPageFields},
    {"matter.", kPageFields},
    {"role.", kNoFields},
    {"kind.", kNoFields},
    {"tier.", kNoFields},
    {"fact.", kNoFields},
    {"cause.", kNoFields},
    {"phase.", kNoFields},
    {"reach.", kNoFields},
    {"severity.", kNoFields},
}};

// Whether anybody reads texts of the group of `key`; all other groups are slips of the pen.
constexpr bool is_read(std::string_view key) {
  if (key.starts_with(kMessages)) return true;
  for (const TextGroup& group : kTextGroups) {
    if (key.starts_with(group.prefix)) return true;
  }
  return false;
}

// The fields that the text of `key` may use.
constexpr std::span<const std::string_view> fields_of(std::string_view key) {
  for (const TextGroup& group : kTextGroups) {
    if (key.starts_with(group.prefix)) return group.fields;
  }
  return notify::kMessageFields;
}

}  // namespace shouwang::config
