// What has to be remembered of a device to tell news from noise: 72 bytes each.
//
// The decoder reads one message at a time. Here its reports are judged against those before:
//
//   hysteresis   a level in alarm stays in alarm until the number reaches clear_at
//   dwell        a rise counts once it has lasted; if no message comes, at next_due()
//   tests        an alarm that is called a test counts once it outlasts test_limit, likewise
//   repeats      the same again within repeat_window, or under the same event id
//   cache        profiles with `cached`: a value that is only sent again is no news, an edge is;
//                an alarm that never moves is a fault, for nobody would hear of the next one
//   lateness     what another sequence number has overtaken is old, unless it is an alarm
//   missing keys so many times in a row that the bridge must have changed
//
// Nothing here ever makes a `normal`, and an alarm that was not reported before is never taken out
// for good. Pure: the state is a value, time is an argument.

#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "device/profile.h"
#include "device/signal.h"

namespace shouwang::device {

// The memory of one device. Starts empty; not saved: after a restart levels are judged anew, and
// what was already handled is known by dispatch/. Its members are for watch.cpp and rise.cpp.
struct Watch {
  // What was last said about one kind.
  struct Level {
    std::uint64_t at : 48 = 0;  // When something of it was last new; ms since 1970.
    std::uint64_t kind : 4 = 0;
    std::uint64_t said : 8 = 0;  // Bits of rise.h; 0: the slot is free.
    friend bool operator==(const Level&, const Level&) = default;
  };
  // An alarm that has not lasted long enough yet.
  struct Rise {
    std::uint64_t since : 48 = 0;
    std::uint64_t kind : 4 = 0;
    std::uint64_t meaning : 5 = 0;
    std::uint64_t is_test : 1 = 0;  // It waits for test_limit, else for the level's dwell.
    std::uint64_t is_set : 1 = 0;
    friend bool operator==(const Rise&, const Rise&) = default;
  };

  std::array<Level, 4> levels;
  Rise rise;
  float rise_value = 0;
  std::uint8_t missing = 0;  // Messages in a row without an expected key.
  bool has_sequence = false;
  std::uint64_t sequence = 0;
  std::uint64_t sequence_at = 0;  // ms since 1970
  std::uint64_t event = 0;        // Hash of the last event id and what it said; 0: none.

  friend bool operator==(const Watch&, const Watch&) = default;
};
static_assert(sizeof(Watch) <= 72);

struct Observation {
  Watch state;
  Report news;  // The report without what is no news. No signals left: only a sign of life.
};

// Judges a report. Keep `state` only once the news is safe (on disk, if it is an alarm): a message
// that is delivered again after a failure is then news again.
//
// REQUIRES: report was decoded by `profile`; now is not earlier than at the call before.
Observation observe(const Watch& before, const Profile& profile, Report report, Instant now);

// When a rise will have lasted long enough, whether or not the device speaks again.
std::optional<Instant> next_due(const Watch& state, const Profile& profile);

struct Risen {
  Watch state;
  std::optional<Signal> signal;  // The alarm that is due; nothing if none is.
};
Risen rise_if_due(const Watch& before, const Profile& profile, Instant now);

}  // namespace shouwang::device
