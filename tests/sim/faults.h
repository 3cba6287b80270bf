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
    "answer_twice",  "person_away",      "handed_over"};

inline std::string_view name_of(Fault fault) {
  return kFaultNames[static_cast<std::size_t>(fault)];
}

using FaultCounts = std::array<std::uint64_t, kFaults>;

}  // namespace shouwang::sim
