// Elm Court: a community small enough to hold in the head.
//
//   elm ─ G1 ─ B1 ─ U1 (homes 101 102 103)   heads: UH-U1 in B1-U1-101, UH-U2 in B1-U2-101,
//                 ├ U2 (homes 101 102)              UH-U3 in B1-U3-101, BH1 in B1-U1-102
//                 └ U3 (homes 101 102)
//         └ G1-X01 (a home directly in the grid)
//
//   B1-U1-103: an elder who lives alone and can not descend; relatives anna, boris.
//   B1-U2-102: two residents; relative anna.     B1-U3-102: opted-in neighbours.
//   Duty: A = of1, B = of2, always. Pool: of1, of2. SEC, DIR, GL1, PT1 hold their posts.
//   Devices: GA-<home> for every home of B1, SM-<unit>.

#pragma once

#include <memory>
#include <string>

#include "dispatch/book.h"

namespace shouwang::testing {

// 2023-11-14 09:00:00 UTC plus `offset`; the community's clock shows the same (no zone).
Instant at(Millis offset);

household::Community elm_community();
household::Records elm_records();
// The ladders of requirements R-21 for every kind and scope; channels push, sms, voice, inbox.
dispatch::Rules elm_rules();

std::shared_ptr<const household::Registry> elm_registry();
dispatch::Book elm_book();

// What a device of Elm Court says.
dispatch::Heard says(const std::string& device, device::Meaning meaning);
// The same from a retained or cached state.
dispatch::Heard had_said(const std::string& device, device::Meaning meaning);

}  // namespace shouwang::testing
