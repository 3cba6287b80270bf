#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk.h"

namespace shouwang::testing {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(Signals, AGasAlarmOpensOneIncidentInTheHomeAndTellsTheFirstWaveAtOnce) {
  ElmDesk desk;
  const Reply reply = desk.play(0s, says("GA-B1-U1-103", Meaning::alarm));
  EXPECT_EQ(reply.incident, desk.only());
  EXPECT_EQ(desk.incident().place.household, HouseholdId("B1-U1-103"));
  EXPECT_EQ(desk.incident().severity, incident::Severity::critical);  // Can not descend.
  EXPECT_THAT(desk.sent(),
              UnorderedElementsAre("B1-U1-103/1 first", "anna first", "boris first",
                                   "B1-U1-101/1 first", "B1-U1-102/1 first", "of1 first"));
}

TEST(Signals, AHundredRepeatsAreOneIncidentAndNoFurtherMessage) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.sent();
  for (int i = 1; i <= 100; ++i) desk.play(i * 590ms, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_EQ(desk.book.files.size(), 1U);
  EXPECT_EQ(desk.incident().sources.front().count, 101U);
  EXPECT_THAT(desk.sent(), IsEmpty());
}

TEST(Signals, ARepeatWithAKnownEventIdIsFoldedAway) {
  ElmDesk desk;
  Heard alarm = says("GA-B1-U2-102", Meaning::alarm);
  alarm.report.event_id = "7-1";
  const Reply first = desk.play(0s, alarm);
  const Reply again = desk.play(1s, alarm);
  EXPECT_EQ(again.incident, first.incident);
  EXPECT_TRUE(desk.last.empty());
  EXPECT_EQ(desk.incident().sources.front().count, 1U);
}

TEST(Signals, GasAndSmokeInOneStairwellWithinFiveMinutesAreOneEmergency) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.sent();
  desk.play(20s, says("SM-U2", Meaning::alarm));
  ASSERT_EQ(desk.book.files.size(), 2U);
  const auto& gas = desk.book.files.begin()->second.incident;
  const auto& smoke = std::next(desk.book.files.begin())->second.incident;
  EXPECT_EQ(gas.linked, std::vector{smoke.id});
  EXPECT_EQ(smoke.linked, std::vector{gas.id});
  EXPECT_EQ(gas.severity, incident::Severity::critical);
  EXPECT_EQ(smoke.severity, incident::Severity::critical);
  // Whoever knew gets one "also"; whoever did not, the alarm itself.
  EXPECT_THAT(
      desk.sent(),
      UnorderedElementsAre("B1-U2-102/1 also", "B1-U2-102/2 also", "B1-U2-101/1 also", "anna also",
                           "of1 also", "B1-U3-101/1 first", "B1-U1-102/1 first", "of2 first"));
}

TEST(Signals, SmokeSixMinutesAfterGasIsAnIncidentOfItsOwn) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.press(10s, "B1-U2-101/1", Action::going);
  desk.play(301s, says("SM-U2", Meaning::alarm));
  EXPECT_EQ(desk.incident().linked, std::vector<IncidentId>{});
}

TEST(Signals, GasInTwoStairwellsStaysTwoIncidents) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U1-103", Meaning::alarm));
  desk.play(1s, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_EQ(desk.book.files.size(), 2U);
  for (const auto& [id, file] : desk.book.files) EXPECT_THAT(file.incident.linked, IsEmpty());
}

TEST(Signals, AnUnknownDeviceGoesToTheOfficeAndToNobodyElse) {
  ElmDesk desk;
  Heard stranger = says("", Meaning::alarm);
  stranger.topic = "elm/GA-ZZZ";
  stranger.report.address = "GA-ZZZ";
  desk.play(0s, stranger);
  EXPECT_EQ(desk.incident().place.text, "?elm/GA-ZZZ");
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("of1 first"));
  EXPECT_TRUE(desk.book.matters.contains("unknown_device:?elm/GA-ZZZ"));
  desk.play(1s, stranger);
  EXPECT_EQ(desk.book.files.size(), 1U);
}

TEST(Signals, ADeviceThatIsNotPlacedYetGoesToTheOffice) {
  ElmDesk desk;
  desk.play(0s, says("GA-SPARE", Meaning::alarm));
  EXPECT_EQ(desk.incident().place.text, "GA-SPARE");
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("of1 first"));
}

TEST(Signals, NormalAgainIsShownAndToldOnceButClosesNothing) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.sent();
  desk.play(20s, says("GA-B1-U2-102", Meaning::normal));
  EXPECT_TRUE(desk.incident().is_open());
  EXPECT_FALSE(desk.incident().any_source_alarming());
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("B1-U2-102/1 normal_again",
                                                "B1-U2-102/2 normal_again", "anna normal_again",
                                                "B1-U2-101/1 normal_again", "of1 normal_again"));
  desk.play(25s, says("GA-B1-U2-102", Meaning::alarm));
  desk.play(30s, says("GA-B1-U2-102", Meaning::normal));
  EXPECT_THAT(desk.sent(), IsEmpty());  // Flapping: one line in five minutes.
  desk.run_to(60s);
  EXPECT_THAT(desk.sent(), Contains("of2 first"));  // The ladder goes on.
}

TEST(Signals, ASettledIncidentRingsAgainWhenTheSensorAlarmsAnew) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.press(10s, "B1-U2-101/1", Action::arrived);
  desk.play(20s, says("GA-B1-U2-102", Meaning::normal));
  desk.press(
      30s, {.action = Action::cause, .by = PersonId("B1-U2-101/1"), .cause = incident::Cause::pot});
  desk.sent();
  desk.play(40s, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_EQ(desk.incident().phase, incident::Phase::told);
  EXPECT_THAT(desk.sent(), Contains("B1-U2-101/1 handed_back"));
  desk.run_to(100s);
  EXPECT_THAT(desk.sent(), Contains("of2 first"));
}

TEST(Signals, ARetainedAlarmIsJudgedNotTrusted) {
  ElmDesk desk;
  // Known and open: joins.
  desk.play(0s, says("GA-B1-U1-103", Meaning::alarm));
  // Closed by a person, with the device's time on record.
  Heard timed = says("GA-B1-U2-102", Meaning::alarm);
  timed.report.device_time = at(0s);
  const Reply second = desk.play(1s, timed);
  desk.press(60s, {.action = Action::close, .by = PersonId("of1"), .cause = incident::Cause::pot},
             second.incident);
  desk.sent();

  desk.play(3600s, had_said("GA-B1-U1-103", Meaning::alarm));
  EXPECT_EQ(desk.open(), 1U);
  Heard replayed = had_said("GA-B1-U2-102", Meaning::alarm);
  replayed.report.device_time = at(0s);
  desk.play(3600s, replayed);
  EXPECT_EQ(desk.open(), 1U);
  desk.play(3600s, had_said("GA-B1-U3-101", Meaning::alarm));
  EXPECT_EQ(desk.open(), 2U);
  const auto& restored = std::prev(desk.book.files.end())->second.incident;
  EXPECT_EQ(restored.origin, incident::Origin::restored);
}

TEST(Signals, ARetainedNormalChangesNothing) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U1-103", Meaning::alarm));
  desk.play(1s, had_said("GA-B1-U1-103", Meaning::normal));
  EXPECT_TRUE(desk.last.empty());
  EXPECT_TRUE(desk.incident().any_source_alarming());
}

TEST(Signals, ALevelThatStaysUpAfterTheEndOpensAnewOnlyAfterTenMinutes) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.close_it(30s);
  desk.play(60s, says("GA-B1-U2-102", Meaning::alarm));
  desk.play(629s, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_EQ(desk.open(), 0U);
  desk.play(630s, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_EQ(desk.open(), 1U);
}

TEST(Signals, ANewAlarmAfterTheEndOpensAtOnce) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.close_it(30s);
  desk.play(40s, says("GA-B1-U2-102", Meaning::normal));
  desk.play(50s, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_EQ(desk.open(), 1U);
}

TEST(Signals, TechnicalMattersGoToTheListNotToPeople) {
  ElmDesk desk;
  for (const Meaning meaning : {Meaning::low_battery, Meaning::tamper, Meaning::fault,
                                Meaning::end_of_life, Meaning::power_loss, Meaning::unknown}) {
    desk.play(0s, says("GA-B1-U2-102", meaning));
  }
  desk.play(1s,
            Unreadable{.device = DeviceId("GA-B1-U2-102"), .topic = "t", .problem = "not JSON"});
  desk.play(1s, says("GA-B1-U2-102", Meaning::offline));
  desk.run_to(21s);
  std::vector<std::string> faults;
  for (const auto& [id, matter] : desk.book.matters) faults.push_back(matter.fault);
  EXPECT_THAT(faults, UnorderedElementsAre("low_battery", "tamper", "fault", "end_of_life",
                                           "power_loss", "offline", "unknown_value", "unreadable"));
  EXPECT_THAT(desk.sent(), IsEmpty());
  EXPECT_EQ(desk.book.files.size(), 0U);
  desk.play(22s, says("GA-B1-U2-102", Meaning::online));
  EXPECT_FALSE(desk.book.matters.contains("offline:GA-B1-U2-102"));
}

TEST(Signals, OpenedByHandRunsTheSameLadderWithoutRingingTheOpener) {
  ElmDesk desk;
  const Reply reply = desk.play(0s, Opened{.by = PersonId("of1"),
                                           .kind = device::Kind::gas,
                                           .place = "G1-X01",
                                           .text = "resident rang the office"});
  EXPECT_EQ(reply.refusal, std::nullopt);
  EXPECT_EQ(desk.incident().origin, incident::Origin::manual);
  // No unit and no building: the grid head comes in their place, duty B for the one who knows.
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("G1-X01/1 first", "gl1 first", "of2 first"));
  EXPECT_EQ(desk.incident().notes.size(), 1U);
}

TEST(Signals, OpeningByHandWhereAnIncidentIsOpenJoinsIt) {
  ElmDesk desk;
  const Reply sensor = desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  const Reply hand = desk.play(5s, Opened{.by = PersonId("of1"), .place = "B1-U2-102"});
  EXPECT_EQ(hand.incident, sensor.incident);
  EXPECT_EQ(desk.book.files.size(), 1U);
}

TEST(Signals, OnlyNewsNeedsHandling) {
  ElmDesk desk;
  const auto routine = [&](const Heard& heard) {
    return is_routine(desk.book, heard.device, heard.report);
  };
  EXPECT_TRUE(routine(says("GA-B1-U2-102", Meaning::normal)));
  EXPECT_TRUE(routine(says("GA-B1-U2-102", Meaning::heartbeat)));
  EXPECT_FALSE(routine(says("GA-B1-U2-102", Meaning::alarm)));
  EXPECT_FALSE(routine(says("GA-B1-U2-102", Meaning::low_battery)));
  EXPECT_FALSE(routine(says("", Meaning::heartbeat)));
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_FALSE(routine(says("GA-B1-U2-102", Meaning::normal)));
}

}  // namespace
}  // namespace shouwang::testing
