// A community small enough to know by heart: one building, two stairwells, eight homes.
//
//   B05-U1  101  lone elder; contacts R0002 and R0009
//           102  the building head and a spouse who wanders
//           103  the unit head; extinguisher EX-B05-U1
//           201  a family with a child alone in the afternoon; contact R0002 (one person, two
//           homes) 302  lone elder who can not come down; contact R0001; named guarantor GU1 401
//           neighbours who opted in and said that they can help
//   B05-U2  101  the unit head of the other stairwell; extinguisher EX-B05-U2
//           102  no contacts
//
// Gas alarms GA-<home> in 101, 201 and 302, smoke sensors SM-B05-U1 and SM-B05-U2. OF01 and OF02
// are on duty for ever. Everybody has an inbox; names on record are "name of <id>".

#pragma once

#include <memory>

#include "dispatch/book.h"

namespace shouwang::testing {

std::shared_ptr<const household::Registry> small_registry();
std::shared_ptr<const dispatch::Rules> small_rules();
dispatch::Book small_book();

// What a rescuer must know about 302: no page that must not show it may hold this text.
inline constexpr const char* kRescueNote = "拄双拐，卧室在北屋";

}  // namespace shouwang::testing
