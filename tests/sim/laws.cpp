#include "tests/sim/laws.h"

#include "tests/sim/town.h"

namespace shouwang::sim {

void Law::broken(std::string what) const { town_.broken(name_, std::move(what)); }

std::vector<std::unique_ptr<Law>> all_laws(Town& town) {
  std::vector<std::unique_ptr<Law>> laws;
  add_laws_of_the_disk(town, laws);
  add_laws_of_calling(town, laws);
  add_laws_of_incidents(town, laws);
  add_laws_of_upkeep(town, laws);
  add_oracle(town, laws);
  return laws;
}

}  // namespace shouwang::sim
