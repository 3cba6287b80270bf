// Which fields a text of texts/<language>.yaml may use, by the group that its key begins with.
//
// The one table that says so: whoever renders a group of texts names its fields here, and
// load() refuses a text with any other, and a text of a group that nobody reads. To extend it,
// add a field to a list, or a group with a list of its own.

#pragma once

#include <array>
#include <span>
#include <string_view>

namespace shouwang::config {

// Messages to phones.
inline constexpr std::array<std::string_view, 15> kMessageFields = {
    "place",      // "5号楼4单元302"; several places joined where one message lists several
    "time",       // "02:40", local to the community
    "date",       // "1月15日", where the receiver's day differs from the alarm's
    "kind",       // "燃气": text kind.<kind>
    "severity",   // Set for a critical incident
    "who",        // Label of the role of whoever is going, never a name
    "minutes",    // As stated with "I'm going"
    "count",      // How many: homes, people, incidents
    "others",     // Labels of the roles told as well
    "cause",      // Text cause.<cause>
    "since",      // Minutes since the alarm
    "link",       // Address of the phone page
    "community",  // Label of the community
    "repeat",     // Set when a try before may have arrived
    "delayed"};   // Set when it leaves late; the text says when it happened

// Phone page, board and health page: what the pages put into their sentences.
inline constexpr std::array<std::string_view, 24> kPageFields = {
    "place",  "time",    "date",  "day",    "month", "kind",  "severity", "who",
    "role",   "minutes", "count", "others", "cause", "since", "link",     "community",
    "device", "name",    "label", "value",  "unit",  "limit", "channel",  "until"};

// Single words: roles, kinds, buttons. They stand inside other texts and have no fields.
inline constexpr std::array<std::string_view, 0> kNoFields = {};

struct TextGroup {
  std::string_view prefix;  // Of the key, up to and with the first dot.
  std::span<const std::string_view> fields;
};

inline constexpr std::string_view kMessages = "message.";  // The group of all messages to phones.

inline constexpr std::array<TextGroup, 14> kTextGroups = {{
    {"page.", kPageFields},
    {"board.", kPageFields},
    {"button.", kPageFields},
    {"refusal.", kPageFields},
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
  return kMessageFields;
}

// What a channel's URL, headers and body may use (channels.yaml).
inline constexpr std::array<std::string_view, 16> kChannelFields = {
    "address",    // What the channel calls the person
    "title",      // First line
    "body",       // All of it, with the link
    "link",       // Address of the phone page
    "key",        // The same on every try: for the provider to drop repeats by
    "attempt",    // 1, 2, ...
    "community",  // Id
    "incident",   // Id
    "person",     // Id
    "language",   // "zh-CN"
    "urgency",    // first, again, update, ending, technical
    "letter",     // first, also, going, ... ending
    "critical",   // Set for a critical incident
    "repeat",     // Set when a try before may have arrived
    "seconds",    // How long the message is of use: the provider's time to live
    "secret"};    // The text behind the channel's `secret:`

}  // namespace shouwang::config
