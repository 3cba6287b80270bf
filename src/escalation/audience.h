// Who an audience is, for one incident, at one moment.
//
// Posts are followed to their holders. A holder who is away, lives where it burns, has been found
// unreachable, or a post that is vacant, is passed over at once in favour of the next responder
// from outside: the post's stand-in, the next unit head of the building, then the head of
// the next tier up. Nobody waits for an empty seat.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "escalation/ladder.h"
#include "household/people.h"
#include "household/registry.h"
#include "incident/incident.h"

namespace shouwang::escalation {

// What the world looks like when a wave runs.
struct Situation {
  const household::Registry& registry;
  std::span<const household::DatedFact> facts;  // All that are on record; expired ones too.
  Instant now;
};

// A person to call.
struct Target {
  PersonId person;
  household::Role role = household::Role::resident;
  bool counted = false;  // A responder who can be counted on.
  bool inside = false;   // Lives in the place: told as a resident too.
  bool away = false;     // Told for information only.
  friend bool operator==(const Target&, const Target&) = default;
};

// Why a seat called nobody, or not the one who sits in it. Goes into the journal.
enum class Pass : std::uint8_t {
  vacant,  // Nobody holds the post, or there is no such post here.
  away,
  inside,
  unreachable,
  opener,       // Opened the incident by hand: knows already.
  unable,       // Opted-in neighbours whom R-25 does not count.
  capped,       // Beyond the group's `most`.
  no_contacts,  // The home has no phone, or no relatives on record.
};
std::string_view name_of(Pass pass);

struct Skipped {
  std::string who;  // Post, person or household id.
  Pass why = Pass::vacant;
  friend bool operator==(const Skipped&, const Skipped&) = default;
};

struct Call {
  std::vector<Target> targets;  // Each person once, in the order of telling.
  std::vector<Skipped> skipped;
};

// Resolves `group` for `incident`.
Call resolve(const Group& group, const incident::Incident& incident, const Situation& situation);

// The responder who takes over when `person` of `role` turns out not to be reachable: what
// resolve() would have put in their place. Empty if there is none.
Call successors(const PersonId& person, household::Role role, const incident::Incident& incident,
                const Situation& situation);

// Whether the person, or the whole home they live in, is marked away at the moment.
bool is_away(const PersonId& person, const Situation& situation);

// Whether the person lives in the place: in the home, or, for a stairwell, in any home of it.
bool lives_inside(const PersonId& person, const household::Place& place,
                  const household::Registry& registry);

}  // namespace shouwang::escalation
