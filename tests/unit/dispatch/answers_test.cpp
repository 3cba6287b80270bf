#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk.h"

namespace shouwang::testing {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

ElmDesk gas_in_u2_102() {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.sent();
  desk.journal();
  return desk;
}

TEST(Answers, EverybodyToldLearnsWhoIsGoing) {
  ElmDesk desk = gas_in_u2_102();
  desk.press(40s, "B1-U2-101/1", Action::going);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("B1-U2-102/1 going", "B1-U2-102/2 going",
                                                "anna going", "of1 going"));
  EXPECT_EQ(desk.journal().front(), "going");
}

TEST(Answers, SeenAtFiveAndASlowRelativeAtTenDoNotStopWaveOneButAHeadAtFortyDoes) {
  ElmDesk stopped = gas_in_u2_102();
  stopped.press(5s, "of1", Action::seen);
  stopped.press(10s, {.action = Action::going, .by = PersonId("anna"), .minutes = 25});
  ElmDesk unstopped = stopped;
  stopped.press(40s, "B1-U2-101/1", Action::going);
  stopped.sent();
  stopped.run_to(60s);
  EXPECT_THAT(stopped.sent(), IsEmpty());
  unstopped.sent();
  unstopped.run_to(60s);
  EXPECT_THAT(unstopped.sent(), Contains("of2 first"));
}

TEST(Answers, OfTwoClaimsAtTheSameMomentOneLeadsAndOneHelps) {
  ElmDesk desk = gas_in_u2_102();
  desk.press(10s, "B1-U2-101/1", Action::going);
  desk.press(10s + 10ms, "of1", Action::going);
  EXPECT_EQ(desk.incident().lead, PersonId("B1-U2-101/1"));
  EXPECT_EQ(desk.incident().responses.size(), 2U);
}

TEST(Answers, HandingBackRingsAgainAndCallsTheOverdueWavesAtOnce) {
  ElmDesk desk = gas_in_u2_102();
  desk.press(40s, "B1-U2-101/1", Action::going);
  desk.run_to(100s);
  desk.sent();
  desk.press(100s, "B1-U2-101/1", Action::hand_over);
  const auto sent = desk.sent();
  EXPECT_THAT(sent, Contains("anna handed_back"));
  EXPECT_THAT(sent, Contains("of2 first"));
  EXPECT_EQ(desk.incident().phase, incident::Phase::told);
}

TEST(Answers, HandingOverToSomebodySendsThem) {
  ElmDesk desk = gas_in_u2_102();
  desk.press(40s, "B1-U2-101/1", Action::going);
  desk.sent();
  desk.press(50s, {.action = Action::hand_over,
                   .by = PersonId("B1-U2-101/1"),
                   .other = PersonId("B1-U1-101/1")});
  EXPECT_THAT(desk.sent(), Contains("B1-U1-101/1 assigned"));
}

TEST(Answers, NeedHelpCallsTheNextWaveAtOnce) {
  ElmDesk desk = gas_in_u2_102();
  desk.run_to(60s);
  desk.press(80s, "B1-U1-102/1", Action::going);
  desk.press(420s, "B1-U1-102/1", Action::arrived);
  desk.sent();
  desk.press(420s, "B1-U1-102/1", Action::need_help);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("gl1 first", "pt1 first", "nw1 first",
                                                "B1-U3-101/1 first", "B1-U1-101/1 first"));
}

TEST(Answers, NeedHelpWhenAllWavesHaveRunAsksTheLastOneAgain) {
  ElmDesk desk = gas_in_u2_102();
  desk.run_to(310s);
  desk.press(320s, "B1-U2-101/1", Action::arrived);
  desk.sent();
  desk.press(330s, "B1-U2-101/1", Action::need_help);
  EXPECT_THAT(desk.sent(), Contains("sec help_needed"));
}

TEST(Answers, EachPersonToldGetsExactlyOneEnding) {
  ElmDesk desk = gas_in_u2_102();
  desk.run_to(200s);
  desk.sent();
  desk.close_it(210s, incident::Cause::cooking);
  const auto sent = desk.sent();
  EXPECT_EQ(sent.size(), desk.incident().told.size());
  for (const auto& told : desk.incident().told) {
    EXPECT_EQ(std::ranges::count(sent, told.person.str() + " ending"), 1) << told.person;
  }
  desk.run_to(210s + 23h);
  EXPECT_THAT(desk.sent(), IsEmpty());
}

TEST(Answers, WhoWasNeverReachedHearsTheEndOnlyNotTheStaleAlarm) {
  ElmDesk desk;
  desk.phones_work = false;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.run_to(10s);
  desk.close_it(12s);
  desk.sent();
  desk.phones_work = true;
  desk.run_to(5min);
  for (const auto& line : desk.sent()) EXPECT_THAT(line, ::testing::HasSubstr("ending"));
}

TEST(Answers, ResidentsTickTheirOwnHomeAndHelpBringsTheirRelatives) {
  ElmDesk desk;
  desk.play(0s, says("SM-U2", Meaning::alarm));
  desk.sent();
  desk.press(5s, "B1-U2-101/1", Action::safe);
  desk.press(8s, "B1-U2-102/2", Action::help_me);
  EXPECT_EQ(desk.incident().ticks, (std::map<HouseholdId, incident::Tick>{
                                       {HouseholdId("B1-U2-101"), incident::Tick::safe},
                                       {HouseholdId("B1-U2-102"), incident::Tick::help}}));
  EXPECT_THAT(desk.sent(), Contains("anna first"));
}

TEST(Answers, WhoCanNotDescendIsOutOnlyWithTwoThereOrAWordHow) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U1-103", Meaning::alarm));
  desk.press(10s, "B1-U1-101/1", Action::arrived);
  const incident::Answer out{.action = Action::all_out,
                             .by = PersonId("B1-U1-101/1"),
                             .household = HouseholdId("B1-U1-103")};
  EXPECT_EQ(desk.press(20s, out).refusal, incident::Refusal::needs_two_there);
  ElmDesk alone = desk;
  auto managed = out;
  managed.text = "carried down with a neighbour";
  EXPECT_EQ(alone.press(30s, managed).refusal, std::nullopt);
  desk.press(25s, "of1", Action::arrived);
  EXPECT_EQ(desk.press(30s, out).refusal, std::nullopt);
}

TEST(Answers, AHomeOfAnotherStairwellIsNotOnTheList) {
  ElmDesk desk;
  desk.play(0s, says("SM-U2", Meaning::alarm));
  EXPECT_EQ(desk.press(5s, {.action = Action::all_out,
                            .by = PersonId("of1"),
                            .household = HouseholdId("B1-U1-103")})
                .refusal,
            incident::Refusal::unknown_household);
}

TEST(Answers, AwayIsWrittenDownAndPassesThePersonOverNextTime) {
  ElmDesk desk = gas_in_u2_102();
  desk.press(
      10s,
      {.action = Action::away, .by = PersonId("B1-U2-101/1"), .from = at(0s), .until = at(24h)});
  EXPECT_EQ(desk.last.facts.size(), 1U);
  desk.close_it(20s);
  desk.play(30s, says("GA-B1-U2-102", Meaning::normal));
  desk.sent();
  desk.play(3600s, says("GA-B1-U2-102", Meaning::alarm));
  const auto sent = desk.sent();
  EXPECT_THAT(sent, Contains("B1-U2-101/1 info"));
  EXPECT_THAT(sent, Contains("B1-U3-101/1 first"));  // The next stairwell's head, at once.
}

TEST(Answers, AClaimOnOneOfTwoLinkedIncidentsCountsForBoth) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.play(20s, says("SM-U2", Meaning::alarm));
  desk.press(30s, "of1", Action::going, desk.only());
  for (const auto& [id, file] : desk.book.files) {
    EXPECT_EQ(file.incident.phase, incident::Phase::claimed) << id;
    EXPECT_EQ(file.incident.lead, PersonId("of1"));
  }
}

TEST(Answers, ClosingOneHomeLeavesTheOtherOpen) {
  ElmDesk desk;
  const Reply first = desk.play(0s, says("GA-B1-U1-103", Meaning::alarm));
  const Reply second = desk.play(5s, says("GA-B1-U2-102", Meaning::alarm));
  desk.close_it(60s, incident::Cause::pot, first.incident);
  EXPECT_FALSE(desk.book.find(first.incident)->incident.is_open());
  EXPECT_TRUE(desk.book.find(second.incident)->incident.is_open());
}

TEST(Answers, WhoWasNotToldHasNoSay) {
  ElmDesk desk = gas_in_u2_102();
  EXPECT_EQ(desk.press(10s, "boris", Action::going).refusal, incident::Refusal::not_allowed);
  EXPECT_EQ(desk.press(10s, "of1", Action::seen, IncidentId("nonsense")).refusal,
            incident::Refusal::not_allowed);
  EXPECT_TRUE(desk.last.empty());
}

TEST(Answers, NobodyOpensTheDoorCallsTheGridAndKeepsTheIncidentOpen) {
  ElmDesk desk = gas_in_u2_102();
  desk.press(60s, "B1-U2-101/1", Action::arrived);
  desk.sent();
  desk.press(90s, "B1-U2-101/1", Action::no_entry);
  EXPECT_THAT(desk.sent(), Contains("gl1 first"));
  EXPECT_EQ(desk.incident().phase, incident::Phase::on_scene);
}

TEST(Answers, TheElectricianGetsAJobCard) {
  ElmDesk desk = gas_in_u2_102();
  desk.press(60s, "B1-U2-101/1", Action::arrived);
  desk.sent();
  desk.press(90s, "B1-U2-101/1", Action::electrician);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("el1 job"));
}

TEST(Answers, TellBuildingReachesEveryHomeOfTheBuildingOnce) {
  ElmDesk desk = gas_in_u2_102();
  desk.press(30s, "of1", Action::tell_building);
  EXPECT_THAT(desk.sent(),
              UnorderedElementsAre("B1-U1-103/1 first", "B1-U1-102/1 first", "B1-U1-102/2 first",
                                   "B1-U1-101/1 first", "B1-U3-101/1 first", "B1-U3-102/1 first"));
}

TEST(Answers, AMatterIsDoneOnce) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::low_battery));
  const ItemDone done{.item = "low_battery:GA-B1-U2-102", .by = PersonId("of1")};
  EXPECT_EQ(desk.play(10s, done).refusal, std::nullopt);
  EXPECT_EQ(desk.last.matters.begin()->second.closed_by, "of1");
  EXPECT_EQ(desk.play(11s, done).refusal, incident::Refusal::already_done);
}

// ---- what the office writes down

household::DatedFact away(const char* person, Millis from, Millis until) {
  return {.kind = household::DatedFact::Kind::away,
          .subject = person,
          .from = at(from),
          .until = at(until),
          .author = "of1"};
}

TEST(FactsNoted, AreInTheBookInTheRecordsAndInTheJournal) {
  ElmDesk desk;
  const auto fact = away("B1-U2-101/1", 0s, 24h);
  desk.play(0s, FactsNoted{.facts = {fact}});
  EXPECT_EQ(desk.book.facts, std::vector{fact});
  EXPECT_EQ(desk.last.facts, std::vector{fact});
  ASSERT_EQ(desk.last.journal.size(), 1U);
  EXPECT_EQ(desk.last.journal.front().type, "fact");
  EXPECT_EQ(desk.last.journal.front().actor, "of1");
}

TEST(FactsNoted, TwiceAreNotedOnce) {
  ElmDesk desk;
  const auto fact = away("B1-U2-101/1", 0s, 24h);
  desk.play(0s, FactsNoted{.facts = {fact, fact}});
  desk.play(1s, FactsNoted{.facts = {fact}});
  EXPECT_EQ(desk.book.facts.size(), 1U);
  EXPECT_TRUE(desk.last.empty());
}

TEST(FactsNoted, AHeadWhoIsAwayIsNotCountedOnWhileItHoldsAndIsAfterwards) {
  ElmDesk desk;
  desk.play(0s, FactsNoted{.facts = {away("B1-U2-101/1", 0s, 1h)}});
  desk.play(1s, says("GA-B1-U2-102", Meaning::alarm));
  const auto head = [&] { return *desk.incident().find_told(PersonId("B1-U2-101/1")); };
  EXPECT_FALSE(head().counted);
  ElmDesk later;
  later.play(0s, FactsNoted{.facts = {away("B1-U2-101/1", 0s, 1h)}});
  later.play(1h, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_TRUE(later.incident().find_told(PersonId("B1-U2-101/1"))->counted);
}

}  // namespace
}  // namespace shouwang::testing
