// S-12, R-09: an installer tests devices while people live there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/story/town.h"

namespace shouwang::testing {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

std::function<void(Town&)> test_begins(std::vector<const char*> devices, Millis length = 30min) {
  return [devices = std::move(devices), length](Town& town) {
    dispatch::TestStarted started{
        .by = PersonId("V001"), .place = devices.front(), .length = length};
    for (const char* device : devices) started.devices.push_back({.device = DeviceId(device)});
    const auto reply = town.gateway().ask(town.book().registry->community().id, started);
    EXPECT_EQ(reply.why_not, "");
  };
}

bool is_tested(const Town& town, const char* device) {
  return dispatch::is_under_test(town.book(), DeviceId(device));
}

TEST(S12, TheInstallersTestReachesTheInstallerAndNobodyElse) {
  Town town("2026-01-13 10:00");
  town.at(0s).does(test_begins({"GA-B06-U2-203"}));
  town.at(60s).alarms("GA-B06-U2-203");
  town.at(90s).reads_normal("GA-B06-U2-203");
  town.expect_between(0s, 29min).nobody();
  town.at(29min).does([](Town& now) {
    const dispatch::Trial* trial = dispatch::trial_of(now.book(), DeviceId("GA-B06-U2-203"));
    ASSERT_NE(trial, nullptr);
    EXPECT_EQ(verdict_of(*trial), dispatch::Verdict::passed);
  });
  town.run(31min);
  EXPECT_FALSE(is_tested(town, "GA-B06-U2-203")) << "it ended by itself";
  EXPECT_EQ(town.incidents(), 0U);
}

TEST(S12, SmokeInTheSameStairwellRunsInFullAndEndsTheTest) {
  Town town("2026-01-13 10:00");
  town.at(0s).does(test_begins({"GA-B06-U2-203"}));
  town.at(10min).alarms("SM-B06-U2");
  town.expect(10min).told("OF08").as(Role::duty_a);
  town.expect(10min).told("B06-U2-203/1").as(Role::resident);
  town.expect(11min).holds("the ladder goes on", [](Town& now) {
    return now.incident().told.size() > 20 && now.incident().is_open();
  });
  town.run(11min);
  EXPECT_FALSE(is_tested(town, "GA-B06-U2-203"));
}

TEST(S12, AWalkThroughAStairwellIsSilentAndAFireInItIsNot) {
  Town town("2026-01-13 10:00");
  town.at(0s).does(test_begins({"GA-B06-U2-201", "GA-B06-U2-202", "GA-B06-U2-203", "SM-B06-U2"}));
  town.at(1min).alarms("GA-B06-U2-201");
  town.at(2min).reads_normal("GA-B06-U2-201");
  town.at(3min).alarms("GA-B06-U2-202");
  town.at(4min).reads_normal("GA-B06-U2-202");
  town.expect_between(0s, 5min).nobody();
  // Now it burns: smoke that stays. The installer runs; three minutes later everybody is called.
  town.at(6min).alarms("SM-B06-U2");
  town.expect(9min).told("OF08").as(Role::duty_a);
  town.expect(9min).told("B06-U2-203/1").as(Role::resident);
  town.run(10min);
  EXPECT_FALSE(is_tested(town, "GA-B06-U2-203"));
}

TEST(S12, SmokeBesideGasUnderTestIsCalledOutAtOnce) {
  Town town("2026-01-13 10:00");
  town.at(0s).does(test_begins({"GA-B06-U2-203", "SM-B06-U2"}));
  town.at(60s).alarms("GA-B06-U2-203");
  town.at(65s).alarms("SM-B06-U2");
  town.expect(65s).told("OF08").as(Role::duty_a);
  town.run(70s);
  EXPECT_EQ(town.open_incidents(), 2U);
}

TEST(S12, ARestartInTheMiddleKeepsTheTestAndItsEnd) {
  Town town("2026-01-13 10:00");
  town.at(0s).does(test_begins({"GA-B06-U2-203"}));
  town.at(5min).dies(20s);
  town.at(10min).alarms("GA-B06-U2-203");
  town.at(10min + 30s).reads_normal("GA-B06-U2-203");
  town.expect_between(0s, 30min - 1ms).nobody();
  town.at(30min).alarms("GA-B06-U2-203");
  town.expect(30min).told("OF08").as(Role::duty_a);
  town.run(31min);
}

TEST(S12, AForgottenTestIsOverEvenIfTheGatewayWasDownAtItsEnd) {
  Town town("2026-01-13 10:00");
  town.at(0s).does(test_begins({"GA-B06-U2-203"}));
  town.at(29min).dies(5min);
  town.at(34min + 1s).alarms("GA-B06-U2-203");
  town.expect(34min + 1s).told("OF08").as(Role::duty_a);
  town.run(35min);
}

TEST(S12, ADeviceThatWasNeverTestedIsNotAcceptedButItsAlarmCountsInFull) {
  Town town("2026-01-13 10:00");
  town.at(0s).alarms("GA-B06-U2-203");
  town.expect(0s).told("OF08").as(Role::duty_a);
  town.run(1s);
  EXPECT_NE(town.book().devices.at(DeviceId("GA-B06-U2-203")).proven_at, std::nullopt);
}

}  // namespace
}  // namespace shouwang::testing
