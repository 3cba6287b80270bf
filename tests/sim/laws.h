// The laws, by what they look at.

#pragma once

#include <memory>
#include <vector>

#include "tests/sim/law.h"

namespace shouwang::sim {

using Laws = std::vector<std::unique_ptr<Law>>;

void add_laws_of_the_disk(Town& town, Laws& laws);   // laws_disk.cpp
void add_laws_of_calling(Town& town, Laws& laws);    // laws_calling.cpp
void add_laws_of_incidents(Town& town, Laws& laws);  // laws_incidents.cpp
void add_laws_of_upkeep(Town& town, Laws& laws);     // laws_upkeep.cpp
void add_oracle(Town& town, Laws& laws);             // oracle.cpp

}  // namespace shouwang::sim
