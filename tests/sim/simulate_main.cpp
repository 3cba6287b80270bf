#include <cstdio>
#include <cstdlib>

#include "tests/sim/town.h"

int main(int argc, char** argv) {
  using namespace shouwang::sim;
  const unsigned long from = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1;
  const unsigned long to = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : from;
  const bool story = argc > 3;
  for (unsigned long seed = from; seed <= to; ++seed) {
    Town town(draw(seed), story);
    const Outcome o = town.run();
    for (const auto& line : o.story) std::puts(line.c_str());
    std::printf("%lu %s days %.2f alarms %lu crashes %lu messages %lu answers %lu steps %lu %s %s\n", seed,
                o.hash.c_str(), o.community_days, o.alarms, o.crashes, o.messages, o.answers,
                o.steps, o.broken_law.c_str(), o.what.c_str());
  }
  return 0;
}
