// Everything that goes wrong in the town, and how often it did.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace shouwang::sim {

enum class Fault : std::uint8_t {
  crash_between,   // The process dies between two events.
  crash_in_save,   // ... before or after the commit, inside save().
  crash_in_send,   // ... with part of a turn's messages handed over.
  crash_in_reply,  // ... while a device is being answered.
  disk_io,         // save() fails with an error of the hardware.
  disk_full,
  corrupt_row,      // recall() finds a damaged row; the office repairs it.
  broker_outage,    // Nobody reaches the broker.
  broker_forgets,   // It restarts without its memory of our session.
  redelivery,       // A message comes again because its acknowledgement was refused.
  duplicate,        // A message comes twice.
  reordering,       // Messages come in another order.
  retained_replay,  // States from before are replayed.
  message_lost,     // A device's message does not reach the broker.
  answer_lost,      // The gateway's answer does not reach the device.
  device_reboot,
  device_destroyed,  // Burnt: silent for ever, in alarm.
  device_clock,      // Stamps its messages with a wrong time.
  garbage,           // Bytes that nobody understands.
  stranger,          // An alarm of a device in no list.
  slow_loop,         // The loop does not settle a message in time.
  clock_1970,        // The machine boots in 1970.
  clock_step_on,
  clock_step_back,
  clock_drift,
  clock_leap,  // A leap second is counted twice.
  channel_slow,
  channel_lies,  // "200", and no phone ever rings.
  channel_dead,  // Does not answer.
  channel_refuses,
  channel_busy,  // Rate limit: later, please.
  channel_flaps,
  receipt_lost,  // The phone has it, the provider never says so.
  answer_late,   // A person answers after many minutes.
  answer_wrong,  // A button that is not theirs, or of a stale page.
  answer_twice,
  person_away,
  handed_over,
  poison,          // A message on whose handling the process dies.
  device_silent,   // Says nothing for minutes or hours.
  unit_silent,     // ... and with it most of its stairwell.
  forgotten_test,  // In a walk-test somebody leaves a device in alarm.
  kCount,
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::kCount);

inline constexpr std::array<std::string_view, kFaults> kFaultNames = {
    "crash_between", "crash_in_save",    "crash_in_send",   "crash_in_reply",  "disk_io",
    "disk_full",     "corrupt_row",      "broker_outage",   "broker_forgets",  "redelivery",
    "duplicate",     "reordering",       "retained_replay", "message_lost",    "answer_lost",
    "device_reboot", "device_destroyed", "device_clock",    "garbage",         "stranger",
    "slow_loop",     "clock_1970",       "clock_step_on",   "clock_step_back", "clock_drift",
    "clock_leap",    "channel_slow",     "channel_lies",    "channel_dead",    "channel_refuses",
    "channel_busy",  "channel_flaps",    "receipt_lost",    "answer_late",     "answer_wrong",
    "answer_twice",  "person_away",      "handed_over",     "poison",          "device_silent",
    "unit_silent",   "forgotten_test"};

inline std::string_view name_of(Fault fault) {
  return kFaultNames[static_cast<std::size_t>(fault)];
}

using FaultCounts = std::array<std::uint64_t, kFaults>;

// What has to come up in a run for it to say anything about these parts.
enum class Deed : std::uint8_t {
  second_estate,  // An alarm in another community than the first.
  linked,
  rang_again,
  walk_started,
  walk_button,
  walk_alarm,
  walk_quieted,
  walk_rang,  // An alarm in a test was real after all.
  walk_ended,
  silence_noticed,
  silence_over,
  outage_noticed,
  upkeep_letter,
  item_done,
  item_waived,
  set_aside,
  rehearsed,  // A test alarm came through.
  rehearsal_missed,
  ailing,
  audit,
  gave_up,  // Somebody could not be reached to the end.
  kCount,
};
inline constexpr std::size_t kDeeds = static_cast<std::size_t>(Deed::kCount);

inline constexpr std::array<std::string_view, kDeeds> kDeedNames = {
    "second_estate", "linked",         "rang_again",       "walk_started", "walk_button",
    "walk_alarm",    "walk_quieted",   "walk_rang",        "walk_ended",   "silence_noticed",
    "silence_over",  "outage_noticed", "upkeep_letter",    "item_done",    "item_waived",
    "set_aside",     "rehearsed",      "rehearsal_missed", "ailing",       "audit",
    "gave_up"};

using DeedCounts = std::array<std::uint64_t, kDeeds>;

}  // namespace shouwang::sim
