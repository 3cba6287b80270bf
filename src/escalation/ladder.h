// The ladder: who is called when, while nobody is going.
//
//   waves   each at its time after the alarm, nearest people first
//   loop    after the last wave, every so often, for ever
//   door    somebody has to be at the door by then, claimed or not
//
// A ladder is copied into the incident's file when the alarm is raised, so that
// editing the configuration never moves a ladder somebody is standing on.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "device/signal.h"
#include "household/registry.h"
#include "incident/incident.h"

namespace shouwang::escalation {

inline constexpr std::size_t kWavesMax = 12;

// Groups of people as a ladder names them; who they are is worked out when the wave runs.
enum class Audience : std::uint8_t {
  household,             // The phones in the home.
  unit_homes,            // The phones of every home in the stairwell, most vulnerable first.
  building_homes,        // The same for the whole building.
  relatives,             // Every contact of the home, or of all homes of the stairwell.
  vulnerable_relatives,  // Of lone elders, of who can not descend, of children alone.
  other_relatives,       // Of the other homes of the stairwell.
  unit_head,
  outside_unit_head,  // The next unit head of the building who lives outside the stairwell.
  other_unit_heads,   // All the others of the building.
  stand_ins,          // Configured stand-ins of unit heads who have not answered.
  building_head,
  guarantors,  // Of a lone elder.
  estate_head,
  grid_head,
  neighbour_watch,
  patrol,
  neighbours,  // Opted-in homes of the unit; for a stairwell, of the rest of the building.
  duty_a,
  duty_b,
  duty_pool,  // Everybody on the rota within a week either way.
  secretary,
  director,
  specialist,
};
inline constexpr int kAudienceCount = 23;

std::string_view name_of(Audience audience);
std::optional<Audience> audience_named(std::string_view name);
inline std::ostream& operator<<(std::ostream& out, Audience a) { return out << name_of(a); }

struct Group {
  Audience audience = Audience::relatives;
  int most = 0;  // At most so many people, in the audience's order; 0: all of them.
  friend bool operator==(const Group&, const Group&) = default;
};

// Tell the people of an earlier wave once more.
struct Again {
  std::size_t wave = 0;
  bool by_voice = false;  // Channels that ring come first.
  friend bool operator==(const Again&, const Again&) = default;
};

struct Wave {
  Millis at{0};              // After the alarm; the first wave is at 0.
  std::vector<Group> tell;   // Those not told yet.
  std::vector<Again> again;  // Those told before who have not answered.
  friend bool operator==(const Wave&, const Wave&) = default;
};

struct Loop {
  Millis every{60'000};     // 10 s .. 1 h
  std::vector<Group> tell;  // >= 1
  bool by_voice = true;
  friend bool operator==(const Loop&, const Loop&) = default;
};

struct Door {
  Millis limit{600'000};  // 60 s .. 1 h
  std::vector<Again> again;
  friend bool operator==(const Door&, const Door&) = default;
};

struct Ladder {
  std::string name;         // "gas in a home": shown to the desk.
  std::vector<Wave> waves;  // 1..kWavesMax
  Loop loop;
  Door door;
  Millis remind_close{1'800'000};  // The desk is reminded of what is settled but not closed.
  friend bool operator==(const Ladder&, const Ladder&) = default;
};

// Lists all that is wrong with `ladder`, worded for whoever wrote it:
// "wave 2: at 30s is not later than wave 1 (60s): it can never be reached". Empty if sound.
std::vector<std::string> check(const Ladder& ladder);

// How far an incident is on its ladder.
struct Progress {
  Instant base;                        // Waves count from here: the alarm, or when it rang again.
  std::size_t waves_run = 0;           // Waves 0 .. waves_run-1 have been called.
  Millis ahead{0};                     // So much earlier than planned: some were called early.
  std::optional<Instant> loop_at;      // Next turn of the loop, once all waves have run.
  std::uint32_t loops = 0;             // Turns so far.
  std::optional<Instant> door_at;      // When somebody must have arrived; unset once it passed.
  std::optional<Instant> door_passed;  // Claims up to here no longer stop the ladder.
  Instant reminded_at;                 // Last reminder to close; the phase's begin if later.
  friend bool operator==(const Progress&, const Progress&) = default;
};

// Where a ladder begins at `now`.
Progress begin(const Ladder& ladder, Instant now);

// A thing the ladder wants done at a time.
struct Step {
  enum class Kind : std::uint8_t { door, wave, loop, remind_close };
  Kind kind = Kind::wave;
  std::size_t wave = 0;  // For Kind::wave.
  Instant due;
  friend bool operator==(const Step&, const Step&) = default;
};

// Whether people must still be called: open, nobody there, and no stopping claim younger than
// the last time the door limit passed.
bool is_ringing(const incident::Incident& incident, const Progress& progress);

// When the wave is called. One that was called early moves those after it, so that no pause becomes
// longer than the ladder has it.
Instant due_of(const Ladder& ladder, const Progress& progress, std::size_t wave);

// The step that falls due next if nobody does anything; may lie in the past (then it is due now).
//
// Promises, each a property test of the same name:
//   NeverSilent     every open incident has a step.
//   HushWhenGoing   while somebody is going and the door limit has not passed: no wave, no loop.
//   NothingAfterEnd a closed incident has none.
std::optional<Step> next_step(const Ladder& ladder, const Progress& progress,
                              const incident::Incident& incident);

// Notes that `step` was carried out at `now`. Turns of the loop that were missed meanwhile are
// made up for by one.
void record(const Ladder& ladder, Progress& progress, const Step& step, Instant now);

// Notes that somebody claimed at `now`: after a passed door limit a new one begins.
void record_claim(const Ladder& ladder, Progress& progress, Instant now);

}  // namespace shouwang::escalation
