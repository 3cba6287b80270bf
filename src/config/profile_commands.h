// The commands of a profile: what its devices can be told to do.
//
//   commands:
//     close_valve: { topic: "zigbee2mqtt/{device}/set", payload: '{"state":"OFF"}' }
//
// Beside each key's own faults these are found: a command that would open a valve, by its name or
// by what its payload says in the profile's own words; a topic that reaches more than one device,
// or that the profile reads itself; a confirmation that could never come, or that could be an old
// one.

#pragma once

#include "config/reader.h"
#include "device/profile.h"

namespace shouwang::config {

// Reads them into `profile`, whose messages have been read. `is_sound`: without a fault so far.
void read_commands(Reader commands, device::Profile& profile, bool is_sound);

// "close_valve, fan_on, ...": what is allowed, for a fault.
std::string listed_commands();

}  // namespace shouwang::config
