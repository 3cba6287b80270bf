#include "tests/sim/chaos.h"

#include "base/planted.h"
#include "tests/sim/town.h"

namespace shouwang::sim {
namespace {

using namespace std::chrono_literals;

class Plan {
 public:
  explicit Plan(Town& town) : town_(town), o_(town.options()) {}

  void all() {
    for (int c = 0; c < o_.communities; ++c) community(c);
    crashes();
    disk();
    broker();
    clocks();
    channels();
    if (o_.slow_loop > 0) slow_loop();
  }

 private:
  Millis day() const { return std::chrono::hours{o_.hours}; }
  Instant some_time(Rng& rng) const {
    return town_.start() + Millis{rng.below(static_cast<std::uint64_t>(day().count()))};
  }
  const household::Community& estate(int c) const {
    return scenery().registries[static_cast<std::size_t>(c)]->community();
  }
  const device::Device& some_device(int c, Rng& rng) const {
    const auto& devices = estate(c).devices;
    // One danger in five is smoke in a stairwell: those are the last devices of the list.
    if (rng.chance(200)) return devices[reference::kEquipped + rng.below(reference::kUnits)];
    return devices[rng.below(reference::kEquipped)];
  }
  static std::string_view kind_of(const device::Device& device) {
    return device.id.str().find("SM-") == std::string::npos ? "gas" : "smoke";
  }

  void danger(int c, const device::Device& device, Instant at, Millis lasts) {
    dangers_.push_back(at);
    const CommunityId community = estate(c).id;
    const std::string kind(kind_of(device));
    town_.at(at, [&town = town_, community, id = device.id, kind] {
      town.devices().danger(community, id, kind);
    });
    town_.at(at + lasts, [&town = town_, community, id = device.id] {
      town.devices().danger_is_over(community, id);
    });
  }

  void community(int c) {
    Rng rng = town_.chance_of(100 + static_cast<std::uint64_t>(c));
    for (int i = 0; i < o_.dangers; ++i) one_danger(c, rng);
    for (int i = 0; i < o_.storms; ++i) storm(c, rng);
    for (int i = 0; i < o_.manual; ++i) manual(c, rng);
    for (int i = 0; i < o_.strangers; ++i) stranger(c, rng);
    for (int i = 0; i < o_.garbage; ++i) {
      town_.at(some_time(rng), [&town = town_, id = estate(c).id, device = some_device(c, rng).id] {
        town.devices().garbage(id, device);
      });
    }
    for (int i = 0; i < o_.beating; ++i) {
      const auto& device = some_device(c, rng);
      town_.devices().beat(estate(c).id, device.id, kind_of(device));
    }
    for (int i = 0; i < o_.away; ++i) away(c, rng);
  }

  void one_danger(int c, Rng& rng) {
    const device::Device& device = some_device(c, rng);
    const Instant at = some_time(rng);
    const Millis lasts{10'000 + rng.below(rng.chance(300) ? 7'200'000 : 400'000)};
    danger(c, device, at, lasts);
    if (rng.chance(250)) danger(c, device, at + lasts + Millis{rng.below(900'000)}, 3min);
    if (!rng.chance(300)) return;
    // Smoke in the same stairwell, minutes apart: one emergency.
    const auto& devices = estate(c).devices;
    for (const auto& other : devices) {
      if (kind_of(other) != "smoke" || !device.place.starts_with(other.place + "-")) continue;
      danger(c, other, at + Millis{rng.below(400'000)}, 10min);
    }
  }

  void storm(int c, Rng& rng) {
    const Instant at = some_time(rng);
    const std::size_t first = 24 * rng.below(reference::kUnits);
    for (std::size_t i = 0; i < 24; ++i) {
      danger(c, estate(c).devices[first + i], at + Millis{rng.below(10'000)}, 5min);
    }
  }

  void manual(int c, Rng& rng) {
    const device::Device& device = some_device(c, rng);
    const std::string place = rng.chance(200) ? "the garden behind the canteen" : device.place;
    const auto& registry = *scenery().registries[static_cast<std::size_t>(c)];
    const PersonId by = registry.records().persons[rng.below(registry.records().persons.size())].id;
    const bool smoke = rng.chance(500);
    town_.at(some_time(rng), [&town = town_, community = estate(c).id, place, by, smoke] {
      town.ask(community, dispatch::Opened{.by = by,
                                           .kind = smoke ? device::Kind::smoke : device::Kind::gas,
                                           .place = place,
                                           .text = "somebody came by"});
    });
  }

  void stranger(int c, Rng& rng) {
    const DeviceId id("GA-ZZZ-" + std::to_string(c) + std::to_string(rng.below(1000)));
    town_.at(some_time(rng), [&town = town_, community = estate(c).id, id] {
      town.count(Fault::stranger);
      town.devices().danger(community, id, "gas");
    });
  }

  void away(int c, Rng& rng) {
    const auto& records = scenery().registries[static_cast<std::size_t>(c)]->records();
    const PersonId who = rng.chance(700)
                             ? records.holdings[rng.below(records.holdings.size())].person
                             : records.persons[rng.below(records.persons.size())].id;
    const Instant from = some_time(rng);
    const Millis lasts{3'600'000 + rng.below(36'000'000)};
    town_.at(from, [&town = town_, community = estate(c).id, who, lasts] {
      if (!town.is_up()) return;
      town.count(Fault::person_away);
      town.ask(community, dispatch::FactsNoted{{{.kind = household::DatedFact::Kind::away,
                                                 .subject = who.str(),
                                                 .from = town.now(),
                                                 .until = town.now() + lasts,
                                                 .author = "desk"}}});
    });
  }

  // Half of them soon after an alarm, when there is most to lose.
  void crashes() {
    Rng rng = town_.chance_of(3);
    for (int i = 0; i < o_.crashes; ++i) {
      Instant at = some_time(rng);
      if (rng.chance(600) && !dangers_.empty()) {
        at = dangers_[rng.below(dangers_.size())] + Millis{rng.below(400'000)};
      }
      const Millis down{rng.chance(700) ? 1'000 + rng.below(5'000) : rng.below(900'000)};
      const std::uint64_t points = rng.chance(300) ? 0 : 1 + rng.below(12);
      town_.at(at, [&town = town_, down, points] {
        town.set_down(down);
        if (points == 0) return town.die(down);
        town.crash_soon(points);
      });
    }
    for (int i = 0; i < o_.corrupt; ++i) {
      town_.at(some_time(rng), [&town = town_, times = 1 + static_cast<int>(rng.below(3))] {
        town.disk().damage(times);
        town.die(5s);
      });
    }
  }

  void disk() {
    Rng rng = town_.chance_of(4);
    for (int i = 0; i < o_.disk_faults; ++i) {
      Instant at = some_time(rng);
      if (rng.chance(700)) at = dangers_[rng.below(dangers_.size())] - Millis{rng.below(20'000)};
      const auto code = rng.chance(500) ? Error::Code::disk_full : Error::Code::io;
      town_.at(at, [&town = town_, code] { town.disk().fail_with(code); });
      const Millis lasts{rng.below(rng.chance(200) ? 3'600'000 : 60'000)};
      town_.at(at + lasts, [&town = town_] { town.disk().fail_with({}); });
    }
  }

  void broker() {
    Rng rng = town_.chance_of(5);
    for (int i = 0; i < o_.outages + o_.forgets; ++i) {
      const Millis lasts{1'000 + rng.below(rng.chance(300) ? 1'800'000 : 60'000)};
      const bool forgets = i >= o_.outages;
      town_.at(some_time(rng),
               [&town = town_, lasts, forgets] { town.break_broker(lasts, forgets); });
    }
    for (int i = 0; i < o_.holds; ++i) {
      Instant at = some_time(rng);
      if (rng.chance(700)) at = dangers_[rng.below(dangers_.size())];
      town_.at(at, [&town = town_] { town.link().hold(); });
      town_.at(at + Millis{rng.below(30'000)}, [&town = town_, seed = rng.next()] {
        if (town.link().waiting() > 1) town.count(Fault::reordering);
        town.link().release_shuffled(seed);
      });
    }
  }

  void step_clock(Millis by) {
    town_.note([&] { return "the system's clock steps by " + std::to_string(by.count()) + " ms"; });
    town_.system().step(by);
    if (town_.is_up()) town_.process().clock().look_again(Millis{town_.chance().below(1'001)});
  }

  void clocks() {
    Rng rng = town_.chance_of(6);
    if (o_.drift_ppm != 0) town_.count(Fault::clock_drift);
    for (int i = 0; i < o_.steps; ++i) {
      const bool back = rng.chance(500);
      const Millis by{1 + rng.below(rng.chance(300) ? 7'200'000 : 30'000)};
      town_.at(some_time(rng), [this_plan = *this, back, by]() mutable {
        this_plan.town_.count(back ? Fault::clock_step_back : Fault::clock_step_on);
        this_plan.step_clock(back ? -by : by);
      });
    }
    for (int i = 0; i < o_.leaps; ++i) {
      town_.at(some_time(rng), [this_plan = *this]() mutable {
        this_plan.town_.count(Fault::clock_leap);
        this_plan.step_clock(-1s);
      });
    }
  }

  void channels() {
    Rng rng = town_.chance_of(7);
    static constexpr Manner kManners[] = {Manner::slow,    Manner::lies, Manner::dead,
                                          Manner::refuses, Manner::busy, Manner::flaps};
    static constexpr const char* kNames[] = {"push", "sms", "voice"};
    for (int i = 0; i < o_.channel_faults; ++i) {
      Instant at = some_time(rng);
      if (rng.chance(700)) at = dangers_[rng.below(dangers_.size())] - Millis{rng.below(60'000)};
      const Millis lasts{rng.below(rng.chance(200) ? 14'400'000 : 600'000)};
      const Manner manner = kManners[rng.below(std::size(kManners))];
      const std::string name = kNames[rng.below(std::size(kNames))];
      town_.at(at, [&town = town_, name, manner] { town.channel(name).behave(manner); });
      town_.at(at + lasts, [&town = town_, name] { town.channel(name).behave(Manner::good); });
    }
  }

  void slow_loop() {
    Rng rng = town_.chance_of(8);
    for (const Instant danger : dangers_) {
      if (!rng.chance(static_cast<unsigned>(o_.slow_loop))) continue;
      town_.at(danger - 1s, [&town = town_] {
        if (town.is_up()) town.process().be_slow(true);
      });
      town_.at(danger + 3s, [&town = town_] {
        if (town.is_up()) town.process().be_slow(false);
      });
    }
  }

  Town& town_;
  const Options& o_;
  std::vector<Instant> dangers_;
};

}  // namespace

void plan_chaos(Town& town) {
  Plan(town).all();
  plan_upkeep(town);
}

}  // namespace shouwang::sim
