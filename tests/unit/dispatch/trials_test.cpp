// Devices under test: what is a result for the installer, and what is not a test any more.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk.h"

namespace shouwang::testing {
namespace {

using device::Kind;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kGas = "GA-B1-U2-102";
constexpr const char* kNext = "GA-B1-U2-101";
constexpr const char* kSmoke = "SM-U2";

TestStarted test_of(std::vector<const char*> devices, Millis length = 30min) {
  TestStarted started{.by = PersonId("installer1"), .place = "B1-U2", .length = length};
  for (const char* device : devices) started.devices.push_back({.device = DeviceId(device)});
  return started;
}

std::optional<Verdict> verdict(const ElmDesk& desk, const char* device) {
  const Trial* trial = trial_of(desk.book, DeviceId(device));
  return trial == nullptr ? std::nullopt : std::optional(verdict_of(*trial));
}

std::optional<Instant> proven(const ElmDesk& desk, const char* device) {
  const auto memory = desk.book.devices.find(DeviceId(device));
  return memory == desk.book.devices.end() ? std::nullopt : memory->second.proven_at;
}

using Facts = std::vector<std::pair<std::string, std::string>>;

// The facts of the journal's last entry of a type.
Facts last_facts(const Effects& effects, const std::string& type) {
  Facts facts;
  for (const auto& entry : effects.journal) {
    if (entry.type == type) facts = entry.facts;
  }
  return facts;
}

TEST(Trials, AnAlarmUnderTestIsTheInstallersAndNobodyElses) {
  ElmDesk desk;
  const Reply reply = desk.play(0s, test_of({kGas}));
  EXPECT_EQ(reply.why_not, "");
  EXPECT_EQ(verdict(desk, kGas), Verdict::silent);
  desk.play(60s, says(kGas, Meaning::alarm));
  desk.play(90s, says(kGas, Meaning::normal));
  EXPECT_EQ(verdict(desk, kGas), Verdict::passed);
  desk.run_to(40min);
  EXPECT_THAT(desk.sent(), IsEmpty());
  EXPECT_EQ(desk.open(), 0U);
  EXPECT_THAT(desk.journal(),
              ElementsAre("test_started", "matter_opened", "test_alarm", "test_normal",
                          "test_result", "test_ended", "matter_closed"));
  EXPECT_EQ(proven(desk, kGas), at(60s));
}

TEST(Trials, ATestEndsByItselfToTheMillisecondAndTheNextAlarmRings) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.run_to(30min - 1ms);
  EXPECT_TRUE(is_under_test(desk.book, DeviceId(kGas)));
  desk.run_to(30min);
  EXPECT_FALSE(is_under_test(desk.book, DeviceId(kGas)));
  EXPECT_TRUE(desk.book.walks.empty());
  desk.play(30min, says(kGas, Meaning::alarm));
  EXPECT_EQ(desk.open(), 1U);
  EXPECT_THAT(desk.sent(), Contains("anna first"));
}

TEST(Trials, TwoHoursIsTheLongestAndAMinuteTheShortest) {
  ElmDesk desk;
  EXPECT_EQ(desk.play(0s, test_of({kGas}, 2h + 1ms)).why_not, "a test lasts 1min .. 2h");
  EXPECT_EQ(desk.play(0s, test_of({kGas}, 59s)).why_not, "a test lasts 1min .. 2h");
  EXPECT_EQ(desk.play(0s, test_of({kGas}, 2h)).why_not, "");
}

TEST(Trials, ATestNeedsAPersonDevicesAndDevicesThatAreThere) {
  ElmDesk desk;
  TestStarted nobody = test_of({kGas});
  nobody.by = {};
  EXPECT_EQ(desk.play(0s, nobody).why_not, "who tests?");
  EXPECT_EQ(desk.play(0s, test_of({})).why_not, "there is no device to test");
  EXPECT_EQ(desk.play(0s, test_of({"GA-none"})).why_not, "there is no device `GA-none`");
  EXPECT_TRUE(desk.book.walks.empty());
}

TEST(Trials, ADeviceInAlarmAndAStairwellWithAnIncidentCanNotBePutUnderTest) {
  ElmDesk desk;
  desk.play(0s, says(kGas, Meaning::alarm));
  EXPECT_EQ(desk.play(1s, test_of({kGas})).why_not, "`GA-B1-U2-102` is in alarm");
  EXPECT_THAT(desk.play(1s, test_of({kNext})).why_not, HasSubstr("is open where"));
  EXPECT_EQ(desk.play(1s, test_of({"GA-B1-U3-102"})).why_not, "") << "another stairwell";
}

TEST(Trials, OneDeviceIsUnderOneTest) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas, kGas}));
  EXPECT_EQ(desk.play(1s, test_of({kNext, kGas})).why_not,
            "`GA-B1-U2-102` is under test by installer1 already");
  EXPECT_FALSE(is_under_test(desk.book, DeviceId(kNext)));
}

TEST(Trials, ADeviceOutsideOfTheTestRingsInFullAndEndsTheTestAroundIt) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.play(10s, says(kSmoke, Meaning::alarm));
  EXPECT_EQ(desk.open(), 1U);
  EXPECT_THAT(desk.sent(), Contains("of2 first"));
  EXPECT_FALSE(is_under_test(desk.book, DeviceId(kGas)));
  desk.play(20s, says(kGas, Meaning::alarm));
  EXPECT_EQ(desk.open(), 2U) << "gas beside smoke counts in full";
}

TEST(Trials, WhatIsInAlarmUnderTestCountsWhenARealAlarmBeginsAroundIt) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.play(5s, says(kGas, Meaning::alarm));
  desk.play(10s, says(kSmoke, Meaning::alarm));
  ASSERT_EQ(desk.open(), 2U);
  EXPECT_FALSE(desk.incident().linked.empty());
  EXPECT_EQ(desk.incident().severity, incident::Severity::critical);
}

TEST(Trials, AnIncidentInAnotherStairwellLeavesTheTestAlone) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.play(10s, says("SM-U1", Meaning::alarm));
  EXPECT_TRUE(is_under_test(desk.book, DeviceId(kGas)));
}

TEST(Trials, ACallByWordOfMouthEndsTheTestAroundIt) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.play(10s, Opened{.by = PersonId("of1"), .kind = Kind::gas, .place = "B1-U2-101"});
  EXPECT_FALSE(is_under_test(desk.book, DeviceId(kGas)));
}

TEST(Trials, AnAlarmThatLastsThreeMinutesIsReal) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.play(60s, says(kGas, Meaning::alarm));
  desk.run_to(60s + 3min - 1ms);
  EXPECT_EQ(desk.open(), 0U);
  desk.run_to(60s + 3min);
  EXPECT_EQ(desk.open(), 1U);
  EXPECT_THAT(desk.sent(), Contains("anna first"));
  EXPECT_THAT(desk.journal(), Contains("test_alarm_is_real"));
}

TEST(Trials, RepeatsDoNotPutOffTheThreeMinutes) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  for (int i = 0; i < 35; ++i) desk.play(60s + i * 5s, says(kGas, Meaning::alarm));
  desk.run_to(60s + 3min);
  EXPECT_EQ(desk.open(), 1U);
}

TEST(Trials, AnAlarmThatIsOnWhenTheTestEndsStillRingsAfterItsThreeMinutes) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.play(29min, says(kGas, Meaning::alarm));
  desk.run_to(30min);
  EXPECT_EQ(desk.open(), 0U);
  EXPECT_THAT(desk.journal(), Contains("test_ended"));
  desk.run_to(32min);
  EXPECT_EQ(desk.open(), 1U);
  EXPECT_TRUE(desk.book.walks.empty());
}

TEST(Trials, AnAlarmThatGoesDownAfterTheEndIsOverWithItAndTheNextIsReal) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.play(29min, says(kGas, Meaning::alarm));
  desk.play(31min, says(kGas, Meaning::normal));
  EXPECT_FALSE(is_under_test(desk.book, DeviceId(kGas)));
  desk.play(31min + 1s, says(kGas, Meaning::alarm));
  EXPECT_EQ(desk.open(), 1U);
}

TEST(Trials, TheInstallerCanSayThatADeviceWhichNeverClearsIsQuiet) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.play(60s, says(kGas, Meaning::alarm));
  desk.play(120s, TestQuieted{.device = DeviceId(kGas), .by = PersonId("installer1")});
  desk.run_to(31min);
  EXPECT_EQ(desk.open(), 0U);
  EXPECT_NE(desk.play(31min, TestQuieted{.device = DeviceId(kGas), .by = PersonId("x")}).why_not,
            "");
}

TEST(Trials, AlarmsOfTwoKindsAtOnceAreNoTest) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas, kSmoke}));
  desk.play(60s, says(kGas, Meaning::alarm));
  desk.play(70s, says(kSmoke, Meaning::alarm));
  EXPECT_EQ(desk.open(), 2U);
  EXPECT_TRUE(desk.book.walks.empty());
}

TEST(Trials, MoreThanTwoDevicesInAlarmAtOnceAreNoTest) {
  ElmDesk desk;
  desk.play(0s, test_of({"GA-B1-U1-101", "GA-B1-U1-102", "GA-B1-U1-103"}));
  desk.play(60s, says("GA-B1-U1-101", Meaning::alarm));
  desk.play(61s, says("GA-B1-U1-102", Meaning::alarm));
  EXPECT_EQ(desk.open(), 0U);
  desk.play(62s, says("GA-B1-U1-103", Meaning::alarm));
  EXPECT_EQ(desk.open(), 3U);
}

TEST(Trials, APrealarmAndALinkedAlarmAreShownButProveNothing) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas, kNext}));
  desk.play(10s, says(kGas, Meaning::prealarm));
  EXPECT_EQ(verdict(desk, kGas), Verdict::heard);
  EXPECT_EQ(proven(desk, kGas), std::nullopt);
  desk.play(20s, says(kGas, Meaning::alarm));
  EXPECT_EQ(verdict(desk, kGas), Verdict::passed);
  desk.play(21s, says(kNext, Meaning::linked_alarm));
  EXPECT_EQ(verdict(desk, kNext), Verdict::heard);
  desk.run_to(10s + 3min);
  EXPECT_EQ(desk.open(), 2U) << "and they last no longer than any other";
}

TEST(Trials, AHelpButtonIsConfirmedByTheInstallerOrRings) {
  ElmDesk desk;
  Heard press = says(kGas, Meaning::alarm);
  press.report.signals.front().kind = Kind::sos;
  desk.play(0s, test_of({kGas}));
  desk.play(10s, press);
  desk.play(20s, TestQuieted{.device = DeviceId(kGas), .by = PersonId("installer1")});
  desk.run_to(5min);
  EXPECT_EQ(desk.open(), 0U);
  desk.play(5min, press);
  desk.run_to(8min);
  EXPECT_EQ(desk.open(), 1U) << "somebody in need pressed it";
}

TEST(Trials, AStateFromBeforeTheTestIsNoResult) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.play(10s, had_said(kGas, Meaning::alarm));
  EXPECT_EQ(desk.open(), 1U);

  ElmDesk other;
  other.play(1h, test_of({kGas}));
  Heard late = says(kGas, Meaning::alarm);
  late.report.device_time = at(30min);
  other.play(1h + 10s, late);
  EXPECT_EQ(other.open(), 1U) << "it happened before the test";
}

TEST(Trials, ARetainedRepeatOfAnAlarmUnderTestIsTheSameOne) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.play(10s, says(kGas, Meaning::alarm));
  desk.play(12s, had_said(kGas, Meaning::alarm));
  EXPECT_EQ(desk.open(), 0U);
}

TEST(Trials, AButtonIsAResultButNotForAProfileThatAsksForAnAlarm) {
  ElmDesk desk;
  TestStarted started = test_of({kGas});
  started.devices.push_back({.device = DeviceId(kNext), .need = Need::test});
  desk.play(0s, started);
  desk.play(10s, says(kGas, Meaning::test));
  desk.play(20s, says(kNext, Meaning::test));
  EXPECT_EQ(verdict(desk, kGas), Verdict::button);
  EXPECT_EQ(verdict(desk, kNext), Verdict::passed);
  EXPECT_EQ(proven(desk, kGas), std::nullopt);
  EXPECT_EQ(proven(desk, kNext), at(20s));
}

TEST(Trials, AHeartbeatTicksTheDeviceOffAsHeardOnly) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas, kNext}));
  const Heard beat = says(kGas, Meaning::heartbeat);
  EXPECT_FALSE(is_routine(desk.book, beat.device, beat.report));
  desk.play(10s, beat);
  EXPECT_EQ(verdict(desk, kGas), Verdict::heard);
  EXPECT_EQ(verdict(desk, kNext), Verdict::silent);
  desk.play(20s, TestStopped{.test = desk.book.walks.begin()->first, .by = PersonId("installer1")});
  EXPECT_THAT(last_facts(desk.last, "test_ended"),
              AllOf(Contains(std::pair<std::string, std::string>("why", "finished")),
                    Contains(std::pair<std::string, std::string>("passed", "0")),
                    Contains(std::pair<std::string, std::string>("not_passed", "2"))));
  EXPECT_TRUE(is_routine(desk.book, beat.device, beat.report));
}

TEST(Trials, TheDeskCanStopATestAndItIsWrittenDownWhoDid) {
  ElmDesk desk;
  const Reply reply = desk.play(0s, test_of({kGas}));
  EXPECT_NE(desk.play(1s, TestStopped{.test = "T-none", .by = PersonId("of1")}).why_not, "");
  desk.play(2s, TestStopped{.test = reply.test, .by = PersonId("of1")});
  EXPECT_THAT(last_facts(desk.last, "test_ended"),
              Contains(std::pair<std::string, std::string>("why", "stopped")));
  desk.play(3s, says(kGas, Meaning::alarm));
  EXPECT_EQ(desk.open(), 1U);
}

TEST(Trials, TheBoardShowsATestUnderWayAndItsDoneEndsIt) {
  ElmDesk desk;
  const Reply reply = desk.play(0s, test_of({kGas}));
  ASSERT_EQ(desk.book.matters.size(), 1U);
  const auto [item, matter] = *desk.book.matters.begin();
  EXPECT_EQ(item, "under_test:" + reply.test + " B1-U2");
  EXPECT_EQ(matter.detail, "installer1, 09:30");
  desk.play(5s, ItemDone{.item = item, .by = PersonId("of1")});
  EXPECT_TRUE(desk.book.walks.empty());
  EXPECT_TRUE(desk.book.matters.empty());
  EXPECT_THAT(last_facts(desk.last, "test_ended"),
              Contains(std::pair<std::string, std::string>("why", "stopped")));
}

TEST(Trials, TheLineOnTheBoardGoesWithTheTest) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.run_to(30min);
  EXPECT_TRUE(desk.book.matters.empty());
}

TEST(Trials, FaultsOfADeviceUnderTestAreMattersAsEver) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.play(10s, says(kGas, Meaning::low_battery));
  EXPECT_TRUE(desk.book.matters.contains(std::string("low_battery:") + kGas));
}

TEST(Trials, AnotherDevicesTestAndAStrangersWordAreShownBesideTheTest) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.play(10s, says(kNext, Meaning::test));
  Heard stranger = says(kGas, Meaning::test);
  stranger.device = {};
  stranger.topic = "zigbee2mqtt/kitchen";
  desk.play(20s, stranger);
  const Walk& walk = desk.book.walks.begin()->second;
  ASSERT_EQ(walk.bystanders.size(), 2U);
  EXPECT_EQ(walk.bystanders[0].who, kNext);
  EXPECT_EQ(walk.bystanders[0].meaning, Meaning::test);
  EXPECT_TRUE(walk.bystanders[0].is_listed);
  EXPECT_EQ(walk.bystanders[1].who, "zigbee2mqtt/kitchen");
  EXPECT_EQ(walk.bystanders[1].kind, Kind::gas);
  EXPECT_FALSE(walk.bystanders[1].is_listed);
  for (int i = 0; i < 100; ++i) desk.play(30s + i * 1s, stranger);
  EXPECT_EQ(desk.book.walks.begin()->second.bystanders.size(), kBystandersMax);
}

TEST(Trials, AnUnprovenDevicesAlarmRingsInFullAndProvesIt) {
  ElmDesk desk;
  EXPECT_EQ(proven(desk, kGas), std::nullopt);
  desk.play(10s, says(kGas, Meaning::alarm));
  EXPECT_EQ(desk.open(), 1U);
  EXPECT_EQ(proven(desk, kGas), at(10s));
}

TEST(Trials, TheInstallerSeesHowManyWouldHaveBeenTold) {
  ElmDesk desk;
  std::size_t told = 0;
  for (const auto& [role, count] : would_be_told(desk.book, DeviceId(kGas), Kind::gas, at(0s))) {
    told += count;
  }
  desk.play(0s, says(kGas, Meaning::alarm));
  EXPECT_EQ(told, desk.incident().told.size());
}

TEST(Trials, ATestWhoseLastDeviceRingsAfterAllIsOver) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  desk.play(60s, says(kGas, Meaning::alarm));
  desk.run_to(60s + 3min);
  EXPECT_EQ(desk.open(), 1U);
  EXPECT_TRUE(desk.book.walks.empty());
  for (const auto& [id, matter] : desk.book.matters) EXPECT_NE(matter.fault, "under_test");
  ASSERT_EQ(desk.book.ended_walks.size(), 1U);
  const EndedWalk& ended = desk.book.ended_walks.front();
  EXPECT_EQ(ended.why, "lasts");
  EXPECT_EQ(ended.walk.rang.at(DeviceId(kGas)), "lasts");
}

TEST(Trials, TheLatestEndedTestsAreRememberedWithTheirResults) {
  ElmDesk desk;
  for (int i = 0; i < 12; ++i) {
    const Millis begin = i * 1min;
    desk.play(begin, test_of({kGas, kNext}));
    desk.play(begin + 1s, says(kNext, Meaning::alarm));
    desk.play(begin + 2s, says(kNext, Meaning::normal));
    desk.play(begin + 3s,
              TestStopped{.test = desk.book.walks.begin()->first, .by = PersonId("IN1")});
  }
  ASSERT_EQ(desk.book.ended_walks.size(), kEndedWalksMax);
  const EndedWalk& last = desk.book.ended_walks.back();
  EXPECT_EQ(last.ended_at, at(11min + 3s));
  EXPECT_EQ(last.passed(), 1U);
  EXPECT_EQ(last.results.size(), 2U);
}

TEST(Trials, WhatNobodyCanReadIsShownAtTheDeviceThatItsTopicNames) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  const std::size_t index = *desk.book.registry->device_index(DeviceId(kGas));
  const std::string address = desk.book.registry->community().devices[index].address;
  desk.play(10s, Unreadable{.topic = "any/" + address + "/state", .problem = "no JSON"});
  desk.play(20s, Unreadable{.topic = "any/" + address + "x", .problem = "other"});
  const Walk& walk = desk.book.walks.begin()->second;
  EXPECT_EQ(walk.glances.at(DeviceId(kGas)).problem, "no JSON");
  EXPECT_EQ(verdict(desk, kGas), Verdict::silent);
}

TEST(Trials, ARestartInTheMiddleKeepsTheTestItsResultsAndItsEnd) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas, kNext}));
  desk.play(60s, says(kGas, Meaning::alarm));
  Memory memory;
  for (const auto& [id, device] : desk.book.devices) memory.devices.push_back(device);

  ElmDesk again(100s);
  restore(again.book, memory, at(100s));
  EXPECT_EQ(verdict(again, kGas), Verdict::passed);
  EXPECT_EQ(next_wake(again.book), at(60s + 3min));
  again.run_to(60s + 3min);
  EXPECT_EQ(again.open(), 1U) << "the alarm was still on";
  EXPECT_TRUE(again.book.walks.empty()) << "and the test around it is over";
}

TEST(Trials, ATestThatRanOutWhileTheGatewayWasDownIsOverAtOnce) {
  ElmDesk desk;
  desk.play(0s, test_of({kGas}));
  Memory memory;
  for (const auto& [id, device] : desk.book.devices) memory.devices.push_back(device);
  ElmDesk again(1h);
  restore(again.book, memory, at(1h));
  EXPECT_LE(*next_wake(again.book), at(1h));
  again.play(1h, says(kGas, Meaning::alarm));
  EXPECT_EQ(again.open(), 1U) << "even before the first tick";
}

}  // namespace
}  // namespace shouwang::testing
