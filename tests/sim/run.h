// Runs seeds, finds the smallest trouble that still breaks a law, plants bugs.

#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/planted.h"
#include "tests/sim/town.h"

namespace shouwang::sim {

Outcome run(const Options& options, Look look = {});

// On so many threads; in the order of `options`. Stops early, with what it has, after the first
// broken law if told so.
std::vector<Outcome> run_all(const std::vector<Options>& options, int threads,
                             bool stop_at_first = false);

// The least of what `broken` is made of that still breaks the same law: fewer kinds of trouble,
// fewer communities and dangers. At most `runs` tries.
Options shrink(const Outcome& broken, int runs);

// The story of a broken law: the lines before it that speak of its incident or its trouble.
std::vector<std::string> story_of(const Outcome& broken);

struct PlantedBug {
  planted::Bug bug;
  std::string_view name;
  std::string_view what;  // One sentence.
};
const std::vector<PlantedBug>& planted_bugs();

struct Caught {
  std::string law;                // The first that was broken; empty: not caught.
  std::vector<std::string> also;  // Others that the same seed breaks, if the run goes on.
  std::uint64_t seeds = 0;
  std::string what;
};
// Plants the bug and runs seeds 1, 2, ... until a law is broken.
Caught hunt(planted::Bug bug, std::uint64_t seeds_most);

// All laws, and those that the town itself watches over.
std::vector<std::string> law_names();

}  // namespace shouwang::sim
