// What stays the same for all seeds, built once: the shipped configuration, the reference
// community and two others like it. Immutable, shared by all threads.

#pragma once

#include <memory>
#include <vector>

#include "app/sensors.h"
#include "base/catalogue.h"
#include "dispatch/rules.h"
#include "household/registry.h"
#include "tools/reference/figures.h"

namespace shouwang::sim {

struct Scenery {
  device::SharedProfiles profiles;
  std::vector<std::shared_ptr<const household::Registry>> registries;
  std::vector<reference::Figures> figures;  // One for each registry.
  std::vector<std::string> prefixes;        // Before each id of the registry.
  std::shared_ptr<const dispatch::Rules> rules;
  std::shared_ptr<const Catalogue> catalogue;
};

inline constexpr int kCommunitiesMax = 3;

// Reads config/ below the source directory on the first call; ends the process if it is unsound.
const Scenery& scenery();

// Understands the devices of the first `communities` communities, and the rehearsal's.
std::shared_ptr<app::ProfileReading> reading_of(int communities, bool rehearsal);

}  // namespace shouwang::sim
