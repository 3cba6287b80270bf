#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk.h"

namespace shouwang::testing {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

TEST(Steps, WithoutAnAnswerTheLadderIsCalledExactlyInItsTimes) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("B1-U2-102/1 first", "B1-U2-102/2 first",
                                                "anna first", "B1-U2-101/1 first", "of1 first"));
  desk.run_to(59'999ms);
  EXPECT_THAT(desk.sent(), IsEmpty());
  desk.run_to(60s);
  EXPECT_THAT(desk.sent(),
              UnorderedElementsAre("of2 first", "B1-U1-102/1 first", "B1-U2-102/1 again by voice",
                                   "B1-U2-102/2 again by voice", "anna again by voice",
                                   "B1-U2-101/1 again by voice", "of1 again by voice"));
  desk.run_to(149'999ms);
  EXPECT_THAT(desk.sent(), IsEmpty());
  desk.run_to(150s);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("gl1 first", "pt1 first", "nw1 first",
                                                "B1-U3-101/1 first", "B1-U1-101/1 first"));
  desk.run_to(300s);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("sec first", "dir first"));
  const auto turn =
      UnorderedElementsAre("of1 again by voice", "of2 again by voice", "sec again by voice");
  for (int second = 360; second < 600; second += 60) {
    desk.run_to(second * 1s - 1ms);
    EXPECT_THAT(desk.sent(), IsEmpty()) << second;
    desk.run_to(second * 1s);
    EXPECT_THAT(desk.sent(), turn) << second;
  }
  desk.run_to(600s);
  const auto at_ten_minutes = desk.sent();
  for (const char* line :
       {"gl1 door_overdue", "pt1 door_overdue", "B1-U3-101/1 door_overdue", "dir door_overdue",
        "of1 door_overdue", "of1 again by voice", "of2 again by voice", "sec again by voice"}) {
    EXPECT_THAT(at_ten_minutes, Contains(line));
  }
}

TEST(Steps, ADayWithoutAnAnswerStaysOpenAndSmall) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.run_to(24h);
  EXPECT_TRUE(desk.incident().is_open());
  EXPECT_EQ(desk.book.files.begin()->second.progress.loops, (86'400U - 300U) / 60U);
  EXPECT_LE(desk.book.outbox.size(), 50U);
  EXPECT_LE(desk.incident().told.size(), 20U);
}

TEST(Steps, ADayOfDeadPhonesStaysSmallToo) {
  ElmDesk desk;
  desk.phones_work = false;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.run_to(24h);
  EXPECT_TRUE(desk.incident().is_open());
  EXPECT_LE(desk.book.outbox.size(), 60U);
}

TEST(Steps, RemovingTheBuildingHeadShiftsNobodyElsesTime) {
  ElmDesk desk;
  auto community = elm_community();
  std::erase_if(community.posts, [](const auto& post) { return post.id == PostId("BH1"); });
  replace(desk.book, std::make_shared<household::Registry>(community, elm_records()),
          desk.book.rules);
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.sent();
  desk.run_to(60s);
  // The grid head comes at once in place of the empty seat (S-24).
  const auto first = desk.sent();
  EXPECT_THAT(first, Contains("of2 first"));
  EXPECT_THAT(first, Contains("gl1 first"));
  desk.run_to(150s);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("pt1 first", "nw1 first", "B1-U3-101/1 first",
                                                "B1-U1-101/1 first"));
  desk.run_to(300s);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("sec first", "dir first"));
}

TEST(Steps, AClaimBeforeSixtySecondsSparesEverybodyFurtherOut) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.press(40s, "B1-U2-101/1", Action::going);
  desk.sent();
  desk.run_to(599'999ms);
  EXPECT_THAT(desk.sent(), IsEmpty());
}

TEST(Steps, ClaimedButNotArrivedIsOverdueAtTenMinutesToTheMillisecond) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.press(30s, "B1-U2-101/1", Action::going);
  desk.run_to(599'999ms);
  desk.sent();
  desk.journal();
  desk.run_to(600s);
  EXPECT_THAT(desk.journal(), Contains("door_overdue"));
  const auto sent = desk.sent();
  EXPECT_THAT(sent, Contains("gl1 first"));
  EXPECT_THAT(sent, Contains("dir first"));
  EXPECT_THAT(sent, Contains("B1-U2-101/1 door_overdue"));
}

TEST(Steps, ArrivalInTheLastSecondIsNotOverdue) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.press(30s, "B1-U2-101/1", Action::going);
  desk.press(599s, "B1-U2-101/1", Action::arrived);
  desk.journal();
  desk.run_to(700s);
  EXPECT_THAT(desk.journal(), Not(Contains("door_overdue")));
}

TEST(Steps, TheDeskIsRemindedOfWhatIsSettledButNotClosed) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.press(30s, "B1-U2-101/1", Action::arrived);
  desk.press(
      60s, {.action = Action::cause, .by = PersonId("B1-U2-101/1"), .cause = incident::Cause::pot});
  desk.sent();
  desk.run_to(60s + 30min - 1ms);
  EXPECT_THAT(desk.sent(), IsEmpty());
  desk.run_to(60s + 30min);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("of1 remind_close"));
}

TEST(Steps, WhoPressedSeenIsNotRungByTheLoopUnlessAllDid) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.press(5s, "of1", Action::seen);
  desk.run_to(359s);
  desk.sent();
  desk.run_to(360s);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("of2 again by voice", "sec again by voice"));
}

TEST(Steps, ARestartDoesWhatFellDueOnceAndSendsNoWaveTwice) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.run_to(70s);
  Memory memory{.files = {desk.book.files.begin()->second}};
  ElmDesk after(400s);
  restore(after.book, memory, at(400s));
  after.play(400s, Tick{});
  EXPECT_THAT(after.sent(),
              UnorderedElementsAre("gl1 first", "pt1 first", "nw1 first", "B1-U3-101/1 first",
                                   "B1-U1-101/1 first", "sec first", "dir first"));
  after.run_to(420s);
  EXPECT_THAT(after.sent(), UnorderedElementsAre("of1 again by voice", "of2 again by voice",
                                                 "sec again by voice"));
}

TEST(Steps, EditingTheConfigurationMovesNoLadderSomebodyStandsOn) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.sent();
  auto rules = elm_rules();
  for (auto& rule : rules.ladders) rule.ladder.waves[1].at = 5s;
  replace(desk.book, desk.book.registry, std::make_shared<const Rules>(rules));
  desk.run_to(59s);
  EXPECT_THAT(desk.sent(), IsEmpty());
  const Reply second = desk.play(59s, says("GA-B1-U3-101", Meaning::alarm));
  const auto waves_run = [&](const IncidentId& id) {
    return desk.book.find(id)->progress.waves_run;
  };
  EXPECT_EQ(waves_run(desk.only()), 1U);
  EXPECT_EQ(waves_run(second.incident), 1U);
  desk.run_to(64s);
  EXPECT_EQ(waves_run(desk.only()), 2U);
  EXPECT_EQ(waves_run(second.incident), 2U);
}

TEST(Steps, AClosedIncidentLeavesTheBookAfterItsPageHasExpired) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.close_it(60s);
  desk.run_to(60s + 24h - 1ms);
  EXPECT_EQ(desk.book.files.size(), 1U);
  desk.run_to(60s + 24h);
  EXPECT_EQ(desk.book.files.size(), 0U);
  EXPECT_EQ(next_wake(desk.book), std::nullopt);
}

TEST(Grouping, TwentyFourAlarmsInTenSecondsAreOneFirstMessageAndOneSummaryForTheHead) {
  ElmDesk desk;
  const char* homes[] = {"GA-B1-U1-101", "GA-B1-U1-102", "GA-B1-U1-103"};
  for (int i = 0; i < 3; ++i) desk.play(i * 1s, says(homes[i], Meaning::alarm));
  std::vector<std::string> head;
  for (const auto& line : desk.sent()) {
    if (line.starts_with("of1 ")) head.push_back(line);
  }
  EXPECT_EQ(head, Lines{"of1 first"});
  desk.run_to(14'999ms);
  EXPECT_THAT(desk.sent(), Not(Contains("of1 first first")));
  desk.run_to(15s);
  EXPECT_THAT(desk.sent(), Contains("of1 first first"));
}

TEST(Grouping, OneDaughterWithTwoHomesGetsOneFirstMessageAndOneUpdate) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U1-103", Meaning::alarm));
  EXPECT_THAT(desk.sent(), Contains("anna first"));
  desk.play(5s, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_THAT(desk.sent(), Not(Contains("anna first")));
  desk.run_to(15s);
  EXPECT_THAT(desk.sent(), Contains("anna first"));
}

TEST(Grouping, AnUpdateOnTheSameIncidentIsNotHeldBack) {
  ElmDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.sent();
  desk.press(3s, "B1-U2-101/1", Action::going);
  EXPECT_THAT(desk.sent(), Contains("anna going"));
}

TEST(Night, VoiceIsTriedFirstForAlarms) {
  ElmDesk desk;
  const Millis night = 17h + 40min;  // 02:40 of the next day.
  desk.play(night, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_THAT(desk.sent(), Each(::testing::HasSubstr(" by voice")));
}

}  // namespace
}  // namespace shouwang::testing
