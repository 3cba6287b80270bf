// Topics: the patterns of a profile, MQTT's own filters, and what is subscribed to.
//
// A pattern has one entry a level:
//   gas            exactly this text: no trimming, no case folding, an empty level is a level
//   +              any one level
//   {device}       any one level, remembered; `device` and `community` have a meaning, further
//                  names can be used by fields. {device} may stand several times: its parts are
//                  joined by "/".
//   {device:gas-*} only a level that fits; `*` stands for any run of characters, also none
//
// As everywhere in MQTT, a pattern that begins with + or {name} does not match a topic that begins
// with `$`.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace shouwang::device {

inline constexpr std::size_t kLevelsMax = 16;  // Of a pattern.

struct Level {
  std::string text;      // The literal, or what a captured level has to fit; empty: anything.
  std::string name;      // Of a capture; empty for `+`.
  bool is_open = false;  // `+` or a capture.

  friend bool operator==(const Level&, const Level&) = default;
};

struct TopicPattern {
  std::vector<Level> levels;  // 1 .. kLevelsMax

  friend bool operator==(const TopicPattern&, const TopicPattern&) = default;
};

// Errors: invalid, with the level and what is allowed.
Result<TopicPattern> parse_pattern(std::string_view text);

// The MQTT filter that brings every topic of the pattern: open levels become `+`.
std::string filter_of(const TopicPattern& pattern);

bool has_capture(const TopicPattern& pattern, std::string_view name);

// Whether `text` fits `glob`, where `*` stands for any run of characters.
bool fits(std::string_view glob, std::string_view text);

// MQTT filters (`+` for a level, `#` last for the rest). Errors: invalid.
Result<Done> check_filter(std::string_view filter);
bool filter_matches(std::string_view filter, std::string_view topic);
// Whether every topic that `narrow` matches is matched by `wide`.
bool filter_covers(std::string_view wide, std::string_view narrow);

// The filters without those that others cover, each once, sorted.
std::vector<std::string> minimal(std::vector<std::string> filters);

}  // namespace shouwang::device
