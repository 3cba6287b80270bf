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

// Messages to phones (message.*), as notify/ fills them in.
inline constexpr std::array<std::string_view, 21> kMessageFields = {
    "type",     // "燃气报警", how a title begins: message.type.<kind>
    "alarm",    // The same within a sentence: message.alarm.<kind>
    "place",    // "5号楼4单元302"
    "time",     // "02:40", local to the community; with the day if that was not today
    "event",    // "检测到燃气": message.event.<kind>
    "kinds",    // Types of all alarms that belong together
    "elapsed",  // Whole minutes since the alarm
    "role",     // Label of whoever is going, never a name
    "minutes",  // That they said they need
    "roles",    // Labels of who else was told
    "cause",    // message.cause.<cause>
    "count",    // Incidents in one message, or those not listed
    "number",   // 1, 2, ... in the list
    "state",    // message.state.<state>
    "shelter",  // Where to go indoors
    "link",     // Stands for the address of the phone page
    // Only as sections {{#x}} {{^x}}:
    "has_elapsed", "has_minutes", "has_lead", "has_state", "arrived"};

// Phone page, board and health page: what the pages put into their sentences.
inline constexpr std::array<std::string_view, 24> kPageFields = {
    "place",  "time",    "date",  "day",    "month", "kind",  "severity", "who",
    "role",   "minutes", "count", "others", "cause", "since", "link",     "community",
    "device", "name",    "label", "value",  "unit",  "limit", "channel",  "until"};

// Single words: roles, kinds, causes. They stand inside other texts and have no fields.
inline constexpr std::array<std::string_view, 0> kNoFields = {};

struct TextGroup {
  std::string_view prefix;  // Of the key, up to and with the first dot.
  std::span<const std::string_view> fields;
};

inline constexpr std::array<TextGroup, 15> kTextGroups = {{
    {"message.", kMessageFields},
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

// The group of a key, or nullptr: nobody would ever read such a text.
constexpr const TextGroup* group_of(std::string_view key) {
  for (const TextGroup& group : kTextGroups) {
    if (key.starts_with(group.prefix)) return &group;
  }
  return nullptr;
}

// What an http channel's URL, headers and body may use (channels.yaml), as notify/ fills it in.
inline constexpr std::array<std::string_view, 25> kRequestFields = {
    "address",  // What the channel calls the person
    "title",    // First line
    "body",     // All of it, with the link
    "text",     // Title and body
    "spoken",   // The same without the link's line: for voice
    "link",     // Address of the phone page
    "key",      // The same on every try: for the provider to drop repeats by
    "attempt",  // 1, 2, ...
    "community", "person", "incident",  // Ids
    "language",                         // "zh-CN"
    "urgency",                          // first, again, update, ending, technical
    "letter",                           // first, also, going, ... ending
    "seconds",                          // How long the message is of use: its time to live
    "secret",                           // The channel's secret
    "basic",                            // base64 of user:password
    "now_s", "now_ms",                  // Unix time
    "dingtalk_sign", "feishu_sign",     // Robots' signatures, with the password as key
    // Only as sections {{#x}} {{^x}}:
    "alarm",     // Urgency first or again
    "critical",  // A critical incident
    "repeat",    // A try before may have arrived
    "has_link"};

}  // namespace shouwang::config
