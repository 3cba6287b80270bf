// Alarms that have yet to last: numbers that rise over a limit, and alarms that are called a test.

#pragma once

#include <cstdint>

#include "device/watch.h"

namespace shouwang::device {

// What can be said about a kind and is remembered in Watch::Level::said.
enum SaidBit : std::uint8_t {
  kAlarm = 1,
  kPrealarm = 2,
  kLinked = 4,
  kNormal = 8,
  kTest = 16,
  kWarmUp = 32,
  kMuted = 64,
};
inline constexpr std::uint8_t kDanger = kAlarm | kPrealarm | kLinked;
inline constexpr std::uint8_t kVerdicts = kDanger | kNormal | kTest | kWarmUp;

// The bit of a meaning; 0 if it is not remembered.
std::uint8_t bit_of(Meaning meaning);

// Milliseconds since 1970, as they are kept: 48 bits last until the year 10889.
inline constexpr std::uint64_t k48Bits = (1ULL << 48) - 1;
std::uint64_t millis(Instant at);
Instant instant(std::uint64_t millis);

// The slot of a kind; a free one if it has none yet; nullptr if all are taken.
Watch::Level* level_of(Watch& state, Kind kind);

// Holds back the report's signals that have yet to last, lets through those that have.
void hold_back(Watch& state, const Profile& profile, Report& report, Instant now);

}  // namespace shouwang::device
