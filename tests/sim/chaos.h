// Plans the day: which dangers, which trouble, and when. Everything is decided before the day
// begins, each kind from its own chance.

#pragma once

namespace shouwang::sim {

class Town;

void plan_chaos(Town& town);

// What is not an emergency: walk-tests, devices that fall silent, the maintenance list, messages
// that end the process. Part of plan_chaos().
void plan_upkeep(Town& town);  // chaos_upkeep.cpp

}  // namespace shouwang::sim
