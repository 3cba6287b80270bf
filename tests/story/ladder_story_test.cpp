// the ladder of the shipped configuration in exact virtual time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/story/town.h"

namespace shouwang::testing {
namespace {

using ::testing::ElementsAre;

// B01-U1-202 has one resident's phone, two relatives, and nobody special. Unit head: B01-U1-102/1;
// building head: B01-U1-103/1; the others by the reference rules.
TEST(LadderStory, GasInAHomeThatNobodyAnswersIsCalledInExactlyTheseWaves) {
  Town town("2026-01-15 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.expect(0s).told_exactly({"B01-U1-202/1", "R0004", "B01-U1-102/1", "OF04"});
  town.expect_between(0s, 60s - 1ms).nobody();
  town.expect(60s).told_exactly({"OF09", "B01-U1-304/1"});
  town.expect(60s).tells("R0004", Letter::again).by("voice");
  town.expect(60s).tells("B01-U1-102/1", Letter::again).by("voice");
  town.expect_between(60s, 150s - 1ms).nobody();
  town.expect(150s).told("V001").as(Role::grid_head);
  town.expect(150s).told("V003").as(Role::patrol);
  town.expect(150s).told("V002").as(Role::neighbour_watch);
  town.expect(150s).told("B01-U2-102/1").as(Role::unit_head);
  town.expect_between(150s, 300s - 1ms).nobody();
  town.expect(300s).told("ST01").as(Role::secretary);
  town.expect(300s).told("ST02").as(Role::director);
  town.expect(300s).told("OF01").as(Role::duty_b);
  town.expect_between(300s, 360s - 1ms).nobody();
  for (const Millis turn : {360s, 420s, 480s, 540s, 600s, 660s}) {
    town.expect(turn).tells("OF04", Letter::again).by("voice");
    town.expect(turn).tells("OF09", Letter::again).by("voice");
    town.expect(turn).tells("ST01", Letter::again).by("voice");
  }
  town.expect_between(360s, 420s - 1ms).nobody();
  town.expect(600s).tells("V001", Letter::door_overdue);
  town.expect(600s).tells("ST02", Letter::door_overdue);
  town.run(700s);
  EXPECT_EQ(town.incident().phase, Phase::told);
}

TEST(LadderStory, AnEmptySeatIsPassedOverAtOnceAndMovesNobodyElse) {
  // S-24: building 11 has no head of its own.
  Town covered("2026-01-15 10:20");
  covered.at(0s).alarms("GA-B11-U4-403");
  covered.expect(60s).told("B10-U1-204/1").as(Role::building_head);
  covered.expect(150s).told("V361").as(Role::grid_head);
  covered.run(200s);

  Town vacant("2026-01-15 10:20", {.reference = {.b11_vacant = true}});
  vacant.at(0s).alarms("GA-B11-U4-403");
  vacant.expect(60s).not_told("B10-U1-204/1");
  vacant.expect(60s).told("V361").as(Role::grid_head);
  vacant.expect(60s).told("OF09");
  vacant.expect(150s).told("V362").as(Role::neighbour_watch);
  vacant.run(200s);
  bool said = false;
  for (const auto& line : vacant.journal()) {
    for (const auto& [name, value] : line.entry.facts) {
      said |= name == "skipped" && value.find("building_head:vacant") != std::string::npos;
    }
  }
  EXPECT_TRUE(said) << "the journal says that a seat was passed over";
}

TEST(LadderStory, ADayWithoutAnAnswerLeavesItOpenAndTheLoopTurnsEveryMinute) {
  Town town("2026-01-15 10:20", {.through_codec = false});
  town.at(0s).alarms("GA-B01-U1-202");
  town.run(24h);
  EXPECT_TRUE(town.incident().is_open());
  EXPECT_EQ(town.book().files.begin()->second.progress.loops, (86'400U - 300U) / 60U);
  EXPECT_LE(town.book().outbox.size(), 40U);
}

TEST(LadderStory, TheTenMinuteClockIsExact) {
  Town late("2026-01-15 10:20");
  late.at(0s).alarms("GA-B01-U1-202");
  late.at(30s).presses("B01-U1-102/1", Action::going);
  late.expect_between(40s, 600s - 1ms).nobody();
  late.expect(600s).tells("B01-U1-102/1", Letter::door_overdue);
  late.expect(600s).told("V001").as(Role::grid_head);
  late.expect(600s).told("ST02").as(Role::director);
  late.run(601s);

  Town in_time("2026-01-15 10:20");
  in_time.at(0s).alarms("GA-B01-U1-202");
  in_time.at(30s).presses("B01-U1-102/1", Action::going);
  in_time.at(599s).presses("B01-U1-102/1", Action::arrived);
  in_time.expect_between(40s, 20min).nobody();
  in_time.run(20min);
}

TEST(LadderStory, AnOtherCommunitysLimitIsItsOwn) {
  Town town("2026-01-15 10:20", {.rules = [](dispatch::Rules& rules) {
              for (auto& rule : rules.ladders) rule.ladder.door.limit = 900s;
            }});
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(30s).presses("B01-U1-102/1", Action::going);
  town.expect_between(40s, 900s - 1ms).nobody();
  town.expect(900s).tells("B01-U1-102/1", Letter::door_overdue);
  town.run(901s);
}

TEST(LadderStory, ByNightVoiceComesFirstAndQuietHoursMeanNothing) {
  // S-02: a lone elder, gas at 02:40, -30 degrees.
  Town town("2026-01-15 02:40");
  town.at(0s).alarms("GA-B05-U3-302");
  town.expect(0s).told("R0748").as(Role::relative).by("voice");
  town.expect(0s).told("B05-U3-102/1").as(Role::unit_head).by("voice");
  town.expect(0s).told("B05-U1-102/1").as(Role::guarantor).by("voice");
  town.expect(0s).told("OF03").as(Role::duty_a).by("voice");
  town.at(20s).presses("OF03", Action::seen);
  town.expect(60s).told("OF08").as(Role::duty_b);
  town.expect(60s).not_told("OF03");
  town.at(80s).presses({.action = Action::going, .by = PersonId("B05-U1-102/1"), .minutes = 6});
  town.expect(80s).tells("R0748", Letter::going);
  town.expect_between(81s, 419s).nobody();
  town.at(7min).presses("B05-U1-102/1", Action::arrived);
  town.at(7min).presses("B05-U1-102/1", Action::need_help);
  town.expect(7min).told("V161").as(Role::grid_head);
  town.expect(7min).told("V163").as(Role::patrol);
  town.at(20min).closes("OF03", Cause::real_leak);
  town.expect(20min).tells("R0748", Letter::ending);
  town.run(25min);
  std::set<std::string> neighbours;
  for (const auto& told : town.incident().told) {
    if (told.roles.has(Role::neighbour)) neighbours.insert(told.person.str());
  }
  EXPECT_FALSE(neighbours.empty());
  for (const auto& told : town.incident().told) {
    if (!told.roles.has(Role::neighbour)) continue;
    EXPECT_EQ(told.at, town.incident().raised_at + 7min) << told.person;
  }
}

TEST(LadderStory, ChangingTheHolderOfAPostMovesTheNextWaveNotTheLast) {
  Town town("2026-01-15 07:59:30");
  town.at(0s).alarms("GA-B01-U1-202");
  town.expect(0s).told("OF03").as(Role::duty_a);   // Night shift, until 08:00.
  town.expect(60s).told("OF09").as(Role::duty_b);  // Day shift's B.
  town.expect(60s).not_told("OF08");
  town.run(100s);
}

}  // namespace
}  // namespace shouwang::testing
