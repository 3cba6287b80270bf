#include "app/auditor.h"

#include <gmock/gmock.h>

#include "dispatch/audit.h"
#include "tests/unit/app/house.h"

namespace shouwang::app {
namespace {

using shouwang::testing::at;
using shouwang::testing::kElm;
using ::testing::Contains;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

dispatch::Event gas() {
  return dispatch::Heard{
      .device = DeviceId("GA-B1-U2-102"),
      .report = {.signals = {{.kind = device::Kind::gas, .meaning = device::Meaning::alarm}}}};
}

// A clock that loses alarms when told, as only a fault of ours could.
class LossyClock final : public Clock {
 public:
  explicit LossyClock(VirtualClock& clock) : clock_(clock) {}
  Instant now() override { return clock_.now(); }
  Alarm wake_at(Instant when, std::function<void()> action) override {
    if (loses) action = [] {};
    return clock_.wake_at(when, std::move(action));
  }
  void cancel(Alarm alarm) override { clock_.cancel(alarm); }
  bool loses = false;

 private:
  VirtualClock& clock_;
};

class AuditorTest : public shouwang::testing::House {};

TEST_F(AuditorTest, LooksEveryTenSecondsAndLeavesNoTraceWhileAllIsWell) {
  const Auditor auditor(clock, *gateway);
  hear(gas());
  pass(1s);
  const auto saves = gateway->counters().saves;
  pass(40s);
  EXPECT_EQ(gateway->counters().saves, saves);
  EXPECT_TRUE(book().matters.empty());
  EXPECT_GE(gateway->counters().turns, 4U);
}

TEST_F(AuditorTest, AGatewayWhoseTimerIsLostGoesOnWithinTenSecondsAndItIsOnTheList) {
  LossyClock lossy(clock);
  gateway = std::make_unique<Gateway>(
      Gateway::Parts{.clock = lossy, .store = store, .pump = *pump, .writer = writer});
  ASSERT_TRUE(gateway->open(registry, rules, 7).has_value());
  const Auditor auditor(clock, *gateway);
  hear(gas());
  lossy.loses = true;
  gateway->turn();  // Its next alarm is lost; that of the first wave's repeat, in a minute.
  lossy.loses = false;
  pass(55s);
  const auto before = tries();
  pass(21s);
  EXPECT_THAT(tries(), Contains("of2 push")) << "the second wave";
  EXPECT_NE(tries(), before);
  gateway.reset();  // Before its clock.
}

TEST_F(AuditorTest, WhenItComesLateItselfEverythingElseIsDoneFirst) {
  const Auditor auditor(clock, *gateway);
  hear(gas());
  clock.jump_to(clock.now() + 1h);
  pass(5s);
  EXPECT_THAT(tries(), Contains("of2 push"));
  for (const auto& [id, matter] : book().matters) EXPECT_NE(matter.fault, "broken_rule") << id;
}

}  // namespace
}  // namespace shouwang::app
