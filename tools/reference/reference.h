// The reference community as the core sees it: areas, posts, devices, people, rota.
//
// Used by tests, the simulator, the benchmark and the demo. Ids only, no names; every address
// begins with `test:`, which no real channel accepts. What requirements leave open is chosen here:
//
//   phones       resident <home>/1 has the home's phone: push and voice. Relatives, officers,
//                volunteers, staff and heads have push, sms and voice.
//   unreachable  relatives have `test:dead/R0024/push` and so on: a test channel refuses them.
//   heads        unit and building heads are resident /1 of their home. Volunteers V001, V041 ..
//                lead the grids, V002 .. keep neighbour watch, V003 .. patrol; ST01, ST02 and
//                EL01 are secretary, director and electrician.
//   elders       are the last residents of their home, so that a family's head is the younger.
//   facts        the spouse of building head 5 wanders (B05-U1-102/2); the elder of B01-U1-201
//                has memory trouble.
//   stand-in     UH-B05-U2 stands in for UH-B05-U1.

#pragma once

#include <chrono>
#include <string>

#include "household/registry.h"
#include "tools/reference/figures.h"

namespace shouwang::reference {

struct Options {
  Profile profile = Profile::e18;
  std::string prefix;  // Before every id: "C07-" for the seventh of many communities.
  std::chrono::year_month_day first_day{std::chrono::year{2026}, std::chrono::January,
                                        std::chrono::day{1}};  // The rota begins at its midnight.
  int rota_years = 2;                                          // >= 1
  bool b11_vacant = false;  // Building 11 has no head at all, instead of building 10's.
};

struct Reference {
  household::Community community;
  household::Records records;
};

Reference build(const Options& options = {});

// The ids used above, for tests: "B05-U4-302" -> "B05-U4-302/1".
PersonId phone_of(const std::string& home);

}  // namespace shouwang::reference
