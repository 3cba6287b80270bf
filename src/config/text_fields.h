// Which fields a text of texts/<language>.yaml may use, by the group that its key begins with.
//
// The one table that says so: whoever renders a group of texts names its fields here, and
// load() refuses a text with any other. To extend it, add a field to a list, or a group with a
// list of its own. A group that is not in kTextGroups is one of messages.

#pragma once

#include <array>
#include <span>
#include <string_view>

namespace shouwang::config {

// Messages to phones (notify/words.h).
inline constexpr std::array<std::string_view, 20> kMessageFields = {
    "type",         // "燃气报警"
    "place",        // "5号楼4单元302"
    "time",         // "02:40", local to the community; with the date where it is not today's
    "event",        // What was measured: text message.event.<kind>
    "kinds",        // Kinds of linked alarms, joined
    "elapsed",      // Minutes since the alarm
    "role",         // Label of the role of whoever is going, never a name
    "minutes",      // As stated with "I'm going"
    "roles",        // Labels of the roles told as well, joined
    "cause",        // Text message.cause.<cause>
    "count",        // How many places a message lists
    "number",       // Of a place in a list
    "state",        // Of a place in a list
    "shelter",      // Where to go indoors
    "link",         // Of the phone page
    "has_elapsed",  // Flags: {{#has_elapsed}}...{{/has_elapsed}}
    "has_minutes", "has_lead", "has_state", "arrived"};

// Phone page, board and health page: what the pages put into their sentences.
inline constexpr std::array<std::string_view, 22> kPageFields = {
    "place",  "time",  "date",  "kind",  "severity",  "who",  "minutes", "count",
    "others", "cause", "since", "link",  "community", "role", "device",  "name",
    "label",  "value", "unit",  "limit", "channel",   "until"};

// Single words: roles, kinds, buttons. They stand inside other texts and have no fields.
inline constexpr std::array<std::string_view, 0> kNoFields = {};

struct TextGroup {
  std::string_view prefix;  // Of the key, up to and with the first dot.
  std::span<const std::string_view> fields;
};

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
