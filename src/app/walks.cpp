#include "app/walks.h"

#include <algorithm>
#include <chrono>

#include "base/utf8.h"

namespace shouwang::app {
namespace {

using dispatch::Need;

Need need_of(const config::Config& config, const std::string& profile) {
  const auto found = std::ranges::find(config.profiles, profile, &device::Profile::name);
  if (found == config.profiles.end()) return Need::alarm;
  switch (found->live_test) {
    case device::LiveTest::none: return Need::heard;
    case device::LiveTest::test: return Need::test;
    case device::LiveTest::alarm: return Need::alarm;
  }
  return Need::alarm;
}

}  // namespace

dispatch::Reply start_walk(Gateway& gateway, const config::Config& config, const CommunityId& id,
                           const WalkWish& wish) {
  const household::Registry& registry = *gateway.book(id)->registry;
  std::vector<dispatch::TestedDevice> devices;
  for (const DeviceId& device : dispatch::devices_at(registry, wish.place)) {
    const auto index = registry.device_index(device);
    const std::string& profile = registry.community().devices[*index].profile;
    devices.push_back({.device = device, .need = need_of(config, profile)});
  }
  if (devices.empty()) {
    return {
        .why_not = "`" + printable(wish.place) + "` is no device, and no home or area with devices",
        .why_word = "no_devices",
        .why_about = printable(wish.place)};
  }
  return gateway.ask(id, dispatch::TestStarted{.by = wish.by,
                                               .place = wish.place,
                                               .devices = std::move(devices),
                                               .length = std::chrono::minutes(wish.minutes)});
}

dispatch::Reply stop_walk(Gateway& gateway, const CommunityId& id, const std::string& test,
                          const PersonId& by) {
  return gateway.ask(id, dispatch::TestStopped{.test = test, .by = by});
}

dispatch::Reply quiet_device(Gateway& gateway, const CommunityId& id, const DeviceId& device,
                             const PersonId& by) {
  return gateway.ask(id, dispatch::TestQuieted{.device = device, .by = by});
}

}  // namespace shouwang::app
