// What the tests of devices need: profiles from YAML, the shipped library, a decoder over them.

#pragma once

#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "device/decoder.h"
#include "device/directory.h"

namespace shouwang::device {

// The profile in the text, whose first line is not needed: "profile: test". A fault ends the test
// program with its message.
Profile profile_in(std::string_view yaml);

// All of config/profiles, read once.
const Decoder& library();
const Profile& shipped(std::string_view name);

// Directories for one community, changshan.
struct Listed {
  std::string id;
  std::string profile;
  std::string address;
};
Directory directory_of(const std::vector<Profile>& profiles, std::initializer_list<Listed> devices);

// The one report that the profile's form makes of the message, at 2026-01-15T18:40:00Z. Fails the
// test if there is none or more.
Report report_of(const Profile& profile, const Message& message);
std::vector<Signal> signals_of(const Profile& profile, std::string_view payload);

// How tests show a signal: "gas:alarm 12.5 %LEL (covers alarm)".
void PrintTo(const Signal& signal, std::ostream* out);

inline Instant at(std::string_view utc) { return *parse_utc(utc); }
inline Instant now() { return at("2026-01-15T18:40:00Z"); }

}  // namespace shouwang::device
