// what devices on the spot are told, and what they answer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dispatch/card.h"
#include "spot_desk.h"

namespace shouwang::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr const char* kGas = "GA-B1-U1-103";
const Lines kTold = {"to/VA-103 close_valve", "to/FAN-103 fan_on", "to/SI-U1 siren_on"};

SpotDesk gas_in_103() {
  SpotDesk desk;
  desk.play(0s, says(kGas, Meaning::alarm));
  return desk;
}

TEST(Orders, AGasAlarmTellsTheDevicesOfThatHomeAndItsStairwellOnly) {
  SpotDesk desk = gas_in_103();
  EXPECT_EQ(desk.published(), kTold);
  EXPECT_THAT(desk.orders(),
              ElementsAre("close_valve VA-103 sent", "fan_on FAN-103 sent", "siren_on SI-U1 sent"));
}

TEST(Orders, AreSavedWithTheIncidentInTheSameTurn) {
  SpotDesk desk = gas_in_103();
  EXPECT_TRUE(desk.last.files.contains(desk.only()));
  EXPECT_EQ(desk.last.publications.size(), 3U);
  EXPECT_THAT(desk.journal(), Contains("order"));
}

TEST(Orders, NothingIsToldWithoutARule) {
  dispatch::Rules rules = spot_rules();
  rules.spot.clear();
  SpotDesk desk(rules);
  desk.play(0s, says(kGas, Meaning::alarm));
  EXPECT_THAT(desk.published(), IsEmpty());
}

TEST(Orders, SmokeInTheStairwellSoundsItsSirenAndClosesNoValve) {
  SpotDesk desk;
  desk.play(0s, says("SM-U1", Meaning::alarm));
  EXPECT_THAT(desk.published(), ElementsAre("to/SI-U1 siren_on"));
}

TEST(Orders, AnAlarmWhosePlaceIsNotKnownTellsNobody) {
  SpotDesk desk;
  desk.play(0s, says("GA-SPARE", Meaning::alarm));
  EXPECT_THAT(desk.published(), IsEmpty());
}

TEST(Orders, AValveThatSaysItIsClosedIsConfirmed) {
  SpotDesk desk = gas_in_103();
  desk.journal();
  desk.play(3s, stands("VA-103", Meaning::closed));
  EXPECT_THAT(desk.orders(), Contains("close_valve VA-103 confirmed"));
  EXPECT_EQ(desk.order("VA-103").at, at(3s));
  EXPECT_THAT(desk.journal(), Contains("order_confirmed"));
  desk.published();
  desk.run_to(120s);
  EXPECT_THAT(desk.published(), Not(Contains("to/VA-103 close_valve")));
}

TEST(Orders, ASilentValveIsToldAgainAndTheDeskHearsOfItAfterTenSeconds) {
  SpotDesk desk = gas_in_103();
  desk.sent();
  desk.run_to(9'999ms);
  EXPECT_THAT(desk.letters(), IsEmpty());
  desk.published();
  desk.play(10s, dispatch::Tick{});
  EXPECT_THAT(desk.published(), Contains("to/VA-103 close_valve"));
  EXPECT_THAT(desk.letters(), Contains("of1"));
  EXPECT_THAT(desk.orders(), Contains("close_valve VA-103 sent overdue"));
}

TEST(Orders, TheLeadHearsOfItToo) {
  SpotDesk desk = gas_in_103();
  desk.press(5s, "B1-U1-101/1", Action::going);
  desk.sent();
  desk.run_to(11s);
  EXPECT_THAT(desk.letters(), UnorderedElementsAre("B1-U1-101/1", "B1-U1-101/1", "B1-U1-101/1",
                                                   "of1", "of1", "of1"));
}

TEST(Orders, AreGivenUpAfterThreeTriesAndPeopleAreToldOnce) {
  SpotDesk desk = gas_in_103();
  desk.play(1s, stands("FAN-103", Meaning::on));
  desk.play(1s, stands("SI-U1", Meaning::on));
  desk.sent();
  desk.published();
  desk.run_to(1h);
  EXPECT_THAT(desk.published(), ElementsAre("to/VA-103 close_valve", "to/VA-103 close_valve"));
  EXPECT_THAT(desk.letters(), ElementsAre("of1"));
  EXPECT_THAT(desk.orders(), Contains("close_valve VA-103 failed overdue"));
  EXPECT_EQ(desk.order("VA-103").at, at(30s));
}

TEST(Orders, AValveThatClosesLateIsBelievedAndToldOf) {
  SpotDesk desk = gas_in_103();
  desk.run_to(60s);
  desk.sent();
  desk.play(70s, stands("VA-103", Meaning::closed));
  EXPECT_THAT(desk.orders(), Contains("close_valve VA-103 confirmed"));
  EXPECT_THAT(desk.letters(), Contains("of1"));
}

TEST(Orders, AValveThatSaysClosedAndThenOpenIsNotBelieved) {
  SpotDesk desk = gas_in_103();
  desk.play(2s, stands("VA-103", Meaning::closed));
  desk.sent();
  desk.published();
  desk.play(3s, stands("VA-103", Meaning::open));
  EXPECT_THAT(desk.published(), ElementsAre("to/VA-103 close_valve"));
  EXPECT_THAT(desk.orders(), Contains("close_valve VA-103 sent overdue"));
  EXPECT_THAT(desk.letters(), ElementsAre("of1"));
}

TEST(Orders, AValveThatFlapsFloodsNobody) {
  SpotDesk desk = gas_in_103();
  desk.play(1s, stands("FAN-103", Meaning::on));
  desk.play(1s, stands("SI-U1", Meaning::on));
  desk.sent();
  desk.published();
  for (int i = 1; i <= 100; ++i) {
    desk.play(2s + i * 1s, stands("VA-103", i % 2 == 0 ? Meaning::open : Meaning::closed));
  }
  EXPECT_EQ(desk.published().size(), 2U);
  EXPECT_LE(desk.letters().size(), 5U * 4U);
  EXPECT_EQ(desk.order("VA-103").letters, incident::kOrderLettersMax);
}

TEST(Orders, AStateFromBeforeIsNoAnswer) {
  SpotDesk desk = gas_in_103();
  dispatch::Heard before = stands("VA-103", Meaning::closed);
  before.report.fresh = false;
  desk.play(2s, before);
  EXPECT_THAT(desk.orders(), Contains("close_valve VA-103 sent"));
}

TEST(Orders, WhatWasSaidInTheSameBreathIsNoAnswer) {
  SpotDesk desk = gas_in_103();
  desk.play(0s, stands("VA-103", Meaning::closed));
  EXPECT_THAT(desk.orders(), Contains("close_valve VA-103 sent"));
}

TEST(Orders, AnotherHomesValveIsNoWitness) {
  SpotDesk desk = gas_in_103();
  desk.play(2s, stands("VA-102", Meaning::closed));
  EXPECT_THAT(desk.orders(), Contains("close_valve VA-103 sent"));
}

TEST(Orders, TheContactSpeaksForAValveThatIsSaidToHaveOne) {
  SpotDesk desk;
  desk.play(0s, says("GA-B1-U1-101", Meaning::alarm));
  desk.play(2s, stands("CT-101", Meaning::open));
  EXPECT_THAT(desk.orders(), Contains("close_valve VC-101 sent"));
  desk.play(4s, stands("CT-101", Meaning::closed));
  EXPECT_THAT(desk.orders(), Contains("close_valve VC-101 confirmed"));
}

TEST(Orders, ASirenWithoutAVoiceIsToldOnceAndNobodySaysThatItSounds) {
  dispatch::Rules rules = spot_rules();
  rules.spot = {{.kinds = {device::Kind::gas}, .command = Command::siren_on}};
  SpotDesk desk(rules);
  desk.play(0s, says(kGas, Meaning::alarm));
  desk.run_to(1h);
  EXPECT_THAT(desk.published(), ElementsAre("to/SI-103 siren_on"));
  EXPECT_THAT(desk.orders(), ElementsAre("siren_on SI-103 unheard"));
}

TEST(Orders, FanAndSirenAreSwitchedOffOnceItIsSettledAndTheValveStaysClosed) {
  SpotDesk desk = gas_in_103();
  desk.press(60s, "B1-U1-101/1", Action::arrived);
  desk.published();
  desk.press(90s, {.action = Action::cause,
                   .by = PersonId("B1-U1-101/1"),
                   .cause = incident::Cause::real_leak});
  EXPECT_THAT(desk.published(), ElementsAre("to/FAN-103 fan_off", "to/SI-U1 siren_off"));
  desk.play(91s, stands("SI-U1", Meaning::off));
  EXPECT_THAT(desk.orders(), Contains("siren_off SI-U1 confirmed"));
}

TEST(Orders, ASirenThatAnotherHomeStillNeedsSoundsOn) {
  SpotDesk desk = gas_in_103();
  const IncidentId first = desk.only();
  desk.play(30s, says("GA-B1-U1-102", Meaning::alarm));
  desk.run_to(60s);
  desk.published();
  desk.close_it(60s, incident::Cause::cooking, first);
  EXPECT_THAT(desk.published(), ElementsAre("to/FAN-103 fan_off"));
  desk.run_to(90s);
  desk.published();
  for (const auto& [id, file] : desk.book.files) {
    if (id != first) desk.close_it(90s, incident::Cause::cooking, id);
  }
  EXPECT_THAT(desk.published(), ElementsAre("to/SI-U1 siren_off"));
}

TEST(Orders, ASirenEndsWhenSomebodyIsThereIfTheRuleSaysSo) {
  dispatch::Rules rules = spot_rules();
  rules.spot.back().until = incident::Phase::on_scene;
  SpotDesk desk(rules);
  desk.play(0s, says(kGas, Meaning::alarm));
  desk.published();
  desk.press(60s, "B1-U1-101/1", Action::arrived);
  EXPECT_THAT(desk.published(), Contains("to/SI-U1 siren_off"));
}

TEST(Orders, ClosingSwitchesOffInThatTurnAndNothingIsSentAfterwards) {
  SpotDesk desk = gas_in_103();
  desk.published();
  desk.close_it(5s, incident::Cause::cooking);
  EXPECT_THAT(desk.published(), ElementsAre("to/FAN-103 fan_off", "to/SI-U1 siren_off"));
  EXPECT_THAT(desk.orders(), ElementsAre("close_valve VA-103 ended", "fan_on FAN-103 ended",
                                         "siren_on SI-U1 ended", "fan_off FAN-103 ended",
                                         "siren_off SI-U1 ended"));
  desk.run_to(2h);
  EXPECT_THAT(desk.published(), IsEmpty());
}

TEST(Orders, WhatAlarmsAnewIsToldAnew) {
  SpotDesk desk = gas_in_103();
  desk.play(1s, stands("SI-U1", Meaning::on));
  desk.play(1s, stands("VA-103", Meaning::closed));
  desk.play(30s, says(kGas, Meaning::normal));
  desk.press(60s, "B1-U1-101/1", Action::arrived);
  desk.press(
      90s,
      {.action = Action::cause, .by = PersonId("B1-U1-101/1"), .cause = incident::Cause::cooking});
  desk.run_to(120s);
  desk.published();
  desk.play(120s, says(kGas, Meaning::alarm));
  EXPECT_THAT(desk.published(), ElementsAre("to/FAN-103 fan_on", "to/SI-U1 siren_on"));
  EXPECT_THAT(desk.orders(), Contains("close_valve VA-103 confirmed"));
}

TEST(Orders, NoTestTellsADeviceAnything) {
  SpotDesk desk;
  desk.play(0s, dispatch::TestStarted{.by = PersonId("fitter"),
                                      .place = "B1-U1-103",
                                      .devices = {{.device = DeviceId(kGas)}}});
  desk.play(10s, says(kGas, Meaning::alarm));
  desk.play(20s, says(kGas, Meaning::normal));
  desk.play(30s, says(kGas, Meaning::test));
  EXPECT_TRUE(desk.book.files.empty());
  EXPECT_THAT(desk.published(), IsEmpty());
}

TEST(Orders, ARestartSendsAgainAtOnceWhatWasNotConfirmed) {
  SpotDesk desk = gas_in_103();
  desk.play(1s, stands("SI-U1", Meaning::on));
  dispatch::Memory memory;
  for (const auto& [id, file] : desk.book.files) memory.files.push_back(file);
  for (const auto& [id, device] : desk.book.devices) memory.devices.push_back(device);
  SpotDesk next;
  dispatch::restore(next.book, std::move(memory), at(2s));
  next.phones_work = false;
  next.play(2s, dispatch::Tick{});
  EXPECT_THAT(next.published(), UnorderedElementsAre("to/VA-103 close_valve", "to/FAN-103 fan_on"));
  EXPECT_THAT(next.orders(), Contains("close_valve VA-103 sent"));  // No failure of the valve.
  next.run_to(1h);
  EXPECT_EQ(next.order("VA-103").tries, 3);
}

TEST(Orders, ARestartSendsNothingForAClosedIncident) {
  SpotDesk desk = gas_in_103();
  desk.close_it(5s, incident::Cause::cooking);
  dispatch::Memory memory;
  for (const auto& [id, file] : desk.book.files) memory.files.push_back(file);
  SpotDesk next;
  dispatch::restore(next.book, std::move(memory), at(6s));
  next.run_to(1h);
  EXPECT_THAT(next.published(), IsEmpty());
}

TEST(Orders, WhileTheBrokerIsAwayNoTryIsWastedAndPeopleKnow) {
  SpotDesk desk = gas_in_103();
  desk.play(1s, stands("FAN-103", Meaning::on));
  desk.play(1s, stands("SI-U1", Meaning::on));
  desk.published();
  desk.sent();
  desk.play(2s, dispatch::Listening{.to_devices = false});
  desk.run_to(10min);
  EXPECT_THAT(desk.published(), IsEmpty());
  EXPECT_THAT(desk.letters(), ElementsAre("of1"));
  desk.play(10min, dispatch::Listening{.to_devices = true});
  EXPECT_THAT(desk.published(), ElementsAre("to/VA-103 close_valve"));
  EXPECT_EQ(desk.order("VA-103").tries, 1);
}

TEST(Orders, WhatWasGivenUpIsTriedAnewWhenTheBrokerComesBack) {
  SpotDesk desk = gas_in_103();
  desk.run_to(2min);
  EXPECT_THAT(desk.orders(), Contains("close_valve VA-103 failed overdue"));
  desk.play(2min, dispatch::Listening{.to_devices = false});
  desk.published();
  desk.play(3min, dispatch::Listening{.to_devices = true});
  EXPECT_THAT(desk.published(), Contains("to/VA-103 close_valve"));
  desk.play(3min + 2s, stands("VA-103", Meaning::closed));
  EXPECT_THAT(desk.orders(), Contains("close_valve VA-103 confirmed"));
  desk.play(4min, dispatch::Listening{.to_devices = false});
  desk.published();
  desk.play(5min, dispatch::Listening{.to_devices = true});
  EXPECT_THAT(desk.published(), Not(Contains("to/VA-103 close_valve")));
}

TEST(Orders, AReadingOfADeviceThatWasToldIsNoRoutine) {
  SpotDesk desk;
  const dispatch::Heard closed = stands("VA-103", Meaning::closed);
  EXPECT_TRUE(dispatch::is_routine(desk.book, closed.device, closed.report));
  desk.play(0s, says(kGas, Meaning::alarm));
  EXPECT_FALSE(dispatch::is_routine(desk.book, closed.device, closed.report));
  const dispatch::Heard other = stands("VA-102", Meaning::closed);
  EXPECT_TRUE(dispatch::is_routine(desk.book, other.device, other.report));
}

TEST(Orders, AFamilyThatIsNotKnownAnyMoreIsGivenUp) {
  SpotDesk desk = gas_in_103();
  dispatch::Rules rules = spot_rules();
  rules.commands.clear();
  dispatch::replace(desk.book, desk.book.registry, std::make_shared<const dispatch::Rules>(rules));
  desk.published();
  desk.run_to(11s);
  EXPECT_THAT(desk.published(), IsEmpty());
  EXPECT_THAT(desk.orders(), Contains("close_valve VA-103 failed overdue"));
}

TEST(Orders, StandOnEverybodysCard) {
  SpotDesk desk = gas_in_103();
  desk.play(3s, stands("VA-103", Meaning::closed));
  for (const char* person : {"anna", "B1-U1-101/1", "of1"}) {
    const auto card = dispatch::card_for(desk.book, desk.only(), PersonId(person), {}, at(4s));
    ASSERT_TRUE(card.has_value()) << person;
    EXPECT_EQ(card->orders.at(0).state, incident::Order::State::confirmed) << person;
  }
}

TEST(SpotRules, AreChecked) {
  dispatch::Rules rules = spot_rules();
  EXPECT_THAT(dispatch::check(rules), IsEmpty());
  rules.spot[0].where = dispatch::SpotRule::Where::stairwell;  // A valve outside the home.
  rules.spot[1].explosion_proof.clear();                       // A fan that may spark.
  rules.spot[2].command = Command::siren_off;                  // Ends what nothing began.
  EXPECT_EQ(dispatch::check(rules).size(), 4U);
}

}  // namespace
}  // namespace shouwang::testing
