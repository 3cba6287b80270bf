#include "tests/sim/scenery.h"

#include <cstdio>
#include <cstdlib>

#include "app/rehearsal.h"
#include "config/config.h"
#include "tools/reference/reference.h"

namespace shouwang::sim {
namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "simulate: %s\n", why.c_str());
  std::exit(2);
}

Scenery build() {
  auto loaded = config::load(std::string(SHOUWANG_SOURCE_DIR) + "/config");
  if (!loaded) give_up(config::format(loaded.error().front()));
  const config::Community& shipped = loaded->communities.front();
  Scenery made{.profiles = std::make_shared<const std::vector<device::Profile>>(loaded->profiles),
               .rules = std::make_shared<const dispatch::Rules>(shipped.rules),
               .catalogue = std::make_shared<const Catalogue>(loaded->catalogue)};
  const reference::Options options[kCommunitiesMax] = {
      {},
      {.profile = reference::Profile::e62, .prefix = "C02-"},
      {.prefix = "C03-"},
  };
  for (int i = 0; i < kCommunitiesMax; ++i) {
    auto reference = reference::build(options[i]);
    household::Community estate = i == 0 ? shipped.estate : std::move(reference.community);
    made.registries.push_back(
        std::make_shared<household::Registry>(std::move(estate), std::move(reference.records)));
    made.figures.push_back(reference::figures(options[i].profile));
    made.prefixes.push_back(options[i].prefix);
  }
  return made;
}

}  // namespace

const Scenery& scenery() {
  static const Scenery made = build();
  return made;
}

std::shared_ptr<app::ProfileReading> reading_of(int communities, bool rehearsal) {
  const Scenery& all = scenery();
  std::vector<device::Listing> listings;
  std::vector<std::shared_ptr<const household::Registry>> registries;
  for (int i = 0; i < communities; ++i) {
    registries.push_back(all.registries[static_cast<std::size_t>(i)]);
  }
  if (rehearsal) registries.push_back(app::rehearsal_registry("zh-CN"));
  for (const auto& registry : registries) {
    listings.push_back(
        {.community = registry->community().id, .devices = registry->community().devices});
  }
  auto directory = device::Directory::build(*all.profiles, listings);
  if (!directory) give_up(directory.error().front());
  return std::make_shared<app::ProfileReading>(all.profiles, std::move(*directory),
                                               std::move(registries));
}

}  // namespace shouwang::sim
