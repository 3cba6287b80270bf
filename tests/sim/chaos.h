// Plans the day: which dangers, which trouble, and when. Everything is decided before the day
// begins, each kind from its own chance.

#pragma once

namespace shouwang::sim {

class Town;

void plan_chaos(Town& town);

}  // namespace shouwang::sim
