// who is going, what stops what, and how everybody hears the end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/story/town.h"

namespace shouwang::testing {
namespace {

using ::testing::ElementsAre;

TEST(R26, SeenIsNotGoingAndASlowRelativeStopsNothing) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(5s).presses("OF08", Action::seen);
  town.at(10s).presses({.action = Action::going, .by = PersonId("R0004"), .minutes = 25});
  town.expect(60s).told("OF03").as(Role::duty_b);
  town.expect(60s).told("B01-U1-304/1").as(Role::building_head);
  town.run(70s);
}

TEST(R26, TheUnitHeadAtFortySecondsStopsWaveOne) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(5s).presses("OF08", Action::seen);
  town.at(10s).presses({.action = Action::going, .by = PersonId("R0004"), .minutes = 25});
  town.at(40s).presses("B01-U1-102/1", Action::going);
  town.expect_between(41s, 599s).nobody();
  town.run(599s);
}

TEST(R26, TwoClaimsWithinTenMillisecondsGiveOneLeadAndOneHelper) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(30s).presses("B01-U1-102/1", Action::going);
  town.at(30s + 10ms).presses("OF08", Action::going);
  town.run(40s);
  EXPECT_EQ(town.incident().lead, PersonId("B01-U1-102/1"));
  ASSERT_EQ(town.incident().responses.size(), 2U);
  EXPECT_TRUE(town.incident().responses[1].going_at.has_value());
}

TEST(R26, EveryPersonToldGetsExactlyOneEnding) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(200s).presses("B01-U1-102/1", Action::arrived);
  town.at(300s).closes("OF08", Cause::steam_dust);
  town.run(24h);
  for (const auto& told : town.incident().told) {
    int endings = 0;
    for (const Received& one : town.received_by(told.person.str())) {
      endings += one.items.front().second == Letter::ending ? 1 : 0;
    }
    EXPECT_EQ(endings, 1) << told.person;
  }
}

TEST(R26, TheLeadCanHandOverAndIfNobodyTakesItRingsAgain) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(40s).presses("B01-U1-102/1", Action::going);
  town.at(100s).presses("B01-U1-102/1", Action::hand_over);
  town.expect(100s).tells("R0004", Letter::handed_back);
  town.expect(100s).told("OF03").as(Role::duty_b);  // Wave 1 was due at 60 s.
  town.expect(150s).told("V001").as(Role::grid_head);
  town.run(160s);
}

TEST(R05, AHundredRepeatsAreOneIncident) {
  Town town("2026-01-13 10:20");
  for (int i = 0; i < 100; ++i) town.at(i * 600ms).alarms("GA-B01-U1-202");
  town.expect_between(0s, 59'500ms).nobody();
  town.run(59'500ms);
  EXPECT_EQ(town.incidents(), 1U);
}

TEST(R05, SmokeAfterGasInOneStairwellSendsOneAlsoToThoseAlreadyTold) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B05-U1-403");
  town.at(120s).alarms("SM-B05-U1");
  town.expect(120s).tells("B05-U1-103/1", Letter::also);
  town.expect(120s).count("B05-U1-103/1", 1);
  town.expect(120s).told("B05-U1-602/1").letter(Letter::first);
  town.run(125s);
  EXPECT_EQ(town.incidents(), 2U);
  EXPECT_EQ(town.incident(0).linked, std::vector{town.incident(1).id});
  EXPECT_EQ(town.incident(0).severity, incident::Severity::critical);
  EXPECT_EQ(town.incident(1).severity, incident::Severity::critical);
}

TEST(R05, GasInTwoStairwellsStaysSeparate) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B02-U1-101");
  town.at(10s).alarms("GA-B09-U2-301");
  town.run(20s);
  EXPECT_EQ(town.incidents(), 2U);
  EXPECT_TRUE(town.incident(0).linked.empty());
}

TEST(R10, NormalAgainIsToldButClosesNothingAndStopsNoTimer) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(20s).reads_normal("GA-B01-U1-202");
  town.expect(20s).tells("R0004", Letter::normal_again);
  town.expect(60s).told("OF03").as(Role::duty_b);
  town.run(70s);
  EXPECT_TRUE(town.incident().is_open());
}

TEST(R48, TheRelativeSaysAfterwardsWhetherTheyAreSatisfied) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(60s).closes("OF08", Cause::cooking);
  town.at(120s).presses("R0004", Action::satisfied);
  town.run(130s);
  EXPECT_EQ(town.incident().satisfied, (std::map<PersonId, bool>{{PersonId("R0004"), true}}));
  EXPECT_EQ(town.journal().back().entry.type, "satisfied");
}

}  // namespace
}  // namespace shouwang::testing
