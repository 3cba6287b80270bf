// Laws of devices under test, over random afternoons: whatever installers do, no danger is
// swallowed.
//
// The oracle knows only what the air is like: which device has been in alarm since when, and
// whether an installer stood before it and said that it is quiet. It does not know how tests work.

#include <gtest/gtest.h>

#include "base/rng.h"
#include "desk.h"

namespace shouwang::testing {
namespace {

const std::vector<std::string> kDevices = {"GA-B1-U1-101", "GA-B1-U1-102", "GA-B1-U1-103", "SM-U1",
                                           "GA-B1-U2-101", "GA-B1-U2-102", "SM-U2"};

class Air {
 public:
  explicit Air(std::uint64_t seed) : rng_(seed) {}

  void step() {
    const std::uint64_t longest = rng_.below(6) == 0 ? 400'000 : 20'000;
    now_ += Millis{static_cast<Millis::rep>(1 + rng_.below(longest))};
    const std::string& device = kDevices[rng_.below(kDevices.size())];
    switch (rng_.below(9)) {
      case 0:
      case 1: return begin_test();
      case 2:
      case 3: return alarm(device);
      case 4:
      case 5: return normal(device);
      case 6: return play(says(device, Meaning::test));
      case 7: return quiet(device);
      default: return stop_test();
    }
  }

  void begin_test() {
    TestStarted started{.by = PersonId("fitter"),
                        .place = "B1",
                        .length = Millis{static_cast<Millis::rep>(60'000 + rng_.below(7'140'000))}};
    for (const std::string& device : kDevices) {
      if (rng_.below(4) != 0) started.devices.push_back({.device = DeviceId(device)});
    }
    play(started);
    if (!desk_.last.reply.test.empty()) ++tests;
  }

  // Names the first law that is broken.
  std::string broken() {
    if (const auto rule = broken_rule(desk_.book)) return *rule;
    for (const auto& [device, since] : burning_) {
      if (now_ - since >= desk_.book.rules->test_alarm && !is_known(device)) {
        return device + " has been in alarm for too long and nobody knows";
      }
    }
    for (const auto& [id, walk] : desk_.book.walks) {
      if (at(now_) - walk.started_at > kTestMax + desk_.book.rules->test_alarm) {
        return "test " + id + " goes on";
      }
    }
    return broken_;
  }
  std::size_t tests = 0;
  std::size_t swallowed = 0;  // Alarms that were results for the installer only.

 private:
  void play(const Event& event) { desk_.play(now_, event); }

  bool is_known(const std::string& device) const {
    for (const auto& [id, file] : desk_.book.files) {
      for (const auto& source : file.incident.sources) {
        if (source.device.str() == device) return true;
      }
    }
    return false;
  }

  void alarm(const std::string& device) {
    desk_.run_to(now_);
    const bool tested = is_under_test(desk_.book, DeviceId(device));
    burning_.emplace(device, now_);
    play(says(device, Meaning::alarm));
    if (is_known(device)) return;
    ++swallowed;
    if (!tested) broken_ = device + " is not under test, and nobody was told";
  }

  void normal(const std::string& device) {
    burning_.erase(device);
    play(says(device, Meaning::normal));
  }

  void quiet(const std::string& device) {
    play(TestQuieted{.device = DeviceId(device), .by = PersonId("fitter")});
    if (desk_.last.reply.why_not.empty()) burning_.erase(device);
  }

  void stop_test() {
    if (desk_.book.walks.empty()) return desk_.run_to(now_);
    play(TestStopped{.test = desk_.book.walks.begin()->first, .by = PersonId("of1")});
  }

  Rng rng_;
  ElmDesk desk_;
  Millis now_{0};
  std::map<std::string, Millis> burning_;
  std::string broken_;
};

TEST(TrialLaws, NoAlarmIsSwallowedForLongerThanAllowedAndNoneOutsideOfATest) {
  std::size_t tests = 0;
  std::size_t swallowed = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Air air(seed);
    air.begin_test();
    for (int i = 0; i < 15; ++i) {
      air.step();
      ASSERT_EQ(air.broken(), "") << "seed " << seed << ", step " << i;
    }
    tests += air.tests;
    swallowed += air.swallowed;
  }
  EXPECT_GT(tests, 250U) << "too gentle";
  EXPECT_GT(swallowed, 150U) << "too gentle";
}

}  // namespace
}  // namespace shouwang::testing
