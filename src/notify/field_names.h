// Which names templates may use: the one table for those who render and those who check.

#pragma once

#include <array>
#include <string_view>

namespace shouwang::notify {

// In channels.yaml: url, headers, request_body of http channels (http/request_template.h).
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

// In config/texts/*.yaml: every key below "message.".
inline constexpr std::array<std::string_view, 25> kMessageFields = {
    "type",     // "GAS", how a title begins: message.type.<kind>
    "alarm",    // "gas alarm", within a sentence: message.alarm.<kind>
    "place",    // "5号楼4单元302"
    "time",     // "02:40", local to the community; with the day if that was not today
    "event",    // "检测到燃气": message.event.<kind>, or message.reported.<kind>
    "kinds",    // Types of all alarms that belong together
    "elapsed",  // Whole minutes since the alarm
    "role",     // Label of whoever is going, never a name
    "minutes",  // That they said they need
    "roles",    // Labels of who else was told
    "cause",    // message.cause.<cause>
    "count",    // Incidents in one message, or those not listed
    "number",   // 1, 2, ... in the list
    "state",    // message.state.<…>
    "shelter",  // Where to go indoors
    "link",     // Stands for the address of the phone page
    "fault",    // message.fault.<fault>: what has to be mended
    "days",     // Whole days that it has been so
    // Only as sections {{#x}} {{^x}}:
    "has_elapsed",                                       // At least a minute ago
    "has_days",                                          // At least a day
    "has_more",                                          // More than one to mend
    "has_minutes", "has_lead", "has_state", "arrived"};  // Somebody is there

}  // namespace shouwang::notify
