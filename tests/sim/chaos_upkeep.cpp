// What goes on besides emergencies: walk-tests, silences, the maintenance list, poison.

#include "tests/sim/chaos.h"
#include "tests/sim/town.h"

namespace shouwang::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kUnitHomes = 24;  // Homes of a stairwell, one after the other in the list.

std::string_view kind_of(const device::Device& device) {
  return device.id.str().find("SM-") == std::string::npos ? "gas" : "smoke";
}

// An installer goes from device to device, with a test gas in hand.
class Installer : public std::enable_shared_from_this<Installer> {
 public:
  Installer(Town& town, CommunityId community, std::vector<device::Device> devices, Rng rng)
      : town_(town), community_(std::move(community)), devices_(std::move(devices)), rng_(rng) {}

  void start() {
    std::vector<dispatch::TestedDevice> tested;
    for (const auto& device : devices_) {
      const auto need = rng_.chance(500) ? dispatch::Need::alarm : dispatch::Need::test;
      tested.push_back({.device = device.id, .need = need});
    }
    const Millis length = 1min + Millis{rng_.below(rng_.chance(300) ? 7'000'000 : 1'800'000)};
    const auto reply = town_.ask(community_, dispatch::TestStarted{.by = kInstaller,
                                                                   .place = devices_.front().place,
                                                                   .devices = std::move(tested),
                                                                   .length = length});
    if (!reply || reply->test.empty()) return;
    test_ = reply->test;
    visit(0);
  }

 private:
  static inline const PersonId kInstaller{"IN01"};

  void later(Millis after, std::function<void(Installer&)> what) {
    town_.later(after, [self = shared_from_this(), what = std::move(what)] { what(*self); });
  }

  void visit(std::size_t at) {
    if (at >= devices_.size()) {
      if (rng_.chance(700)) {
        town_.ask(community_, dispatch::TestStopped{.test = test_, .by = kInstaller});
      }
      return;
    }
    const device::Device& device = devices_[at];
    if (rng_.chance(500)) {
      town_.devices().press_test(community_, device.id, kind_of(device));
    } else {
      alarm(device);
    }
    later(20s + Millis{rng_.below(100'000)}, [at](Installer& self) { self.visit(at + 1); });
  }

  // Test gas, for as long as an installer holds it there; or it is left on, or is no test gas.
  void alarm(const device::Device& device) {
    town_.devices().danger(community_, device.id, kind_of(device));
    const bool lasts = rng_.chance(150);
    if (lasts) town_.count(Fault::forgotten_test);
    const Millis held =
        lasts ? 200s + Millis{rng_.below(600'000)} : 5s + Millis{rng_.below(80'000)};
    if (!lasts && rng_.chance(150)) {
      later(held, [id = device.id](Installer& self) {
        self.town_.ask(self.community_, dispatch::TestQuieted{.device = id, .by = kInstaller});
      });
    }
    later(held + 2s, [id = device.id](Installer& self) {
      self.town_.devices().danger_is_over(self.community_, id);
    });
  }

  Town& town_;
  const CommunityId community_;
  const std::vector<device::Device> devices_;
  Rng rng_;
  std::string test_;
};

class Plan {
 public:
  explicit Plan(Town& town) : town_(town), o_(town.options()) {}

  void all() {
    for (int c = 0; c < o_.communities; ++c) {
      Rng rng = town_.chance_of(200 + static_cast<std::uint64_t>(c));
      for (int i = 0; i < o_.walks; ++i) walk(c, rng);
      Rng quiet = town_.chance_of(300 + static_cast<std::uint64_t>(c));
      if (o_.silences > 0) silences(c, quiet);
      Rng desk = town_.chance_of(400 + static_cast<std::uint64_t>(c));
      for (int i = 0; i < o_.mending; ++i) mend(c, desk);
      Rng bad = town_.chance_of(500 + static_cast<std::uint64_t>(c));
      for (int i = 0; i < o_.poison; ++i) {
        town_.at(some_time(bad), [&town = town_, id = estate(c).id, device = some_device(c, bad)] {
          town.devices().poison(id, device.id);
        });
      }
    }
  }

 private:
  Instant some_time(Rng& rng) const {
    const Millis day = std::chrono::hours{o_.hours};
    return town_.start() + Millis{rng.below(static_cast<std::uint64_t>(day.count()))};
  }
  const household::Community& estate(int c) const {
    return scenery().registries[static_cast<std::size_t>(c)]->community();
  }
  const device::Device& some_device(int c, Rng& rng) const {
    return estate(c).devices[rng.below(reference::kEquipped)];
  }

  void walk(int c, Rng& rng) {
    const std::size_t first = kUnitHomes * rng.below(reference::kUnits);
    const auto& all = estate(c).devices;
    std::vector<device::Device> devices;
    for (std::size_t i = 0, count = 1 + rng.below(8); i < count; ++i) {
      devices.push_back(all[first + i]);
    }
    auto installer =
        std::make_shared<Installer>(town_, estate(c).id, std::move(devices), Rng(rng.next()));
    town_.at(some_time(rng), [installer] { installer->start(); });
  }

  // Some devices of a stairwell beat all day; one of them, or all, say nothing for a while.
  void silences(int c, Rng& rng) {
    const std::size_t first = kUnitHomes * rng.below(reference::kUnits);
    const std::size_t count = 4 + rng.below(4);
    const auto& all = estate(c).devices;
    for (std::size_t i = 0; i < count; ++i) {
      town_.devices().beat(estate(c).id, all[first + i].id, kind_of(all[first + i]));
    }
    for (int i = 0; i < o_.silences; ++i) {
      const bool together = rng.chance(300);
      const std::size_t from = together ? 0 : rng.below(count);
      const std::size_t until = together ? count : from + 1;
      const Instant at = some_time(rng);
      const Millis lasts{rng.chance(300) ? rng.below(200'000) : 300'000 + rng.below(18'000'000)};
      town_.at(at, [&town = town_, together] {
        town.count(together ? Fault::unit_silent : Fault::device_silent);
      });
      for (std::size_t d = from; d < until; ++d) {
        const bool will = !together && rng.chance(300);
        town_.at(at + Millis{rng.below(20'000)},
                 [&town = town_, id = estate(c).id, device = all[first + d].id, will] {
                   town.devices().fall_silent(id, device, will);
                 });
        town_.at(at + 20s + lasts, [&town = town_, device = all[first + d].id] {
          town.devices().speak_again(device);
        });
      }
    }
  }

  // The desk deals with a line of the list: mended, or not before a day.
  void mend(int c, Rng& rng) {
    const bool waives = rng.chance(500);
    town_.at(some_time(rng), [&town = town_, id = estate(c).id, waives, pick = rng.next()] {
      if (!town.is_up()) return;
      const auto& matters = town.gateway().book(id)->matters;
      if (matters.empty()) return;
      const auto matter = std::next(matters.begin(), static_cast<long>(pick % matters.size()));
      town.deal_with(id, matter->first, waives);
    });
  }

  Town& town_;
  const Options& o_;
};

}  // namespace

void plan_upkeep(Town& town) { Plan(town).all(); }

}  // namespace shouwang::sim
