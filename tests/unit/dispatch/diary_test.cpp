// the office's diary of a day.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dispatch/diary.h"
#include "watched_desk.h"

namespace shouwang::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kGas = "GA-B1-U2-102";

// The story begins on 2023-11-14 at 09:00, and the office reads at 08:00.
constexpr Millis kFirstDiary = 23h;

WatchedDesk with_diary() {
  return WatchedDesk([](auto&, Rules& rules) {
    rules.upkeep.diary_to = {household::Role::duty_a, household::Role::secretary};
  });
}

Lines diaries(WatchedDesk& desk) {
  Lines lines;
  for (const std::string& line : desk.sent()) {
    if (line.ends_with(" diary")) lines.push_back(line);
  }
  return lines;
}

TEST(Days, BeginAtLocalMidnight) {
  const Zone zone{.name = "X", .first_offset = std::chrono::hours{8}, .changes = {}};
  const dispatch::Day day = dispatch::day_of(zone, *parse_utc("2026-01-15T18:40:00Z"));
  EXPECT_EQ(day, (dispatch::Day{.name = "2026-01-16",
                                .from = *parse_utc("2026-01-15T16:00:00Z"),
                                .until = *parse_utc("2026-01-16T16:00:00Z")}));
  EXPECT_EQ(dispatch::day_named(zone, "2026-01-16"), day);
}

TEST(Days, AreAsLongAsTheClockMakesThem) {
  const Zone zone{
      .name = "X",
      .first_offset = std::chrono::hours{1},
      .changes = {{.from = *parse_utc("2026-03-29T01:00:00Z"), .offset = std::chrono::hours{2}}}};
  const auto day = dispatch::day_named(zone, "2026-03-29");
  ASSERT_TRUE(day.has_value());
  EXPECT_EQ(day->until - day->from, Millis{23h});
}

TEST(Days, AreNotMadeOfNonsense) {
  for (const char* name :
       {"", "2026-1-5", "2026-02-30", "2026-13-01", "20260115xx", "2026-01-1x"}) {
    EXPECT_FALSE(dispatch::day_named(Zone(), name).has_value()) << name;
  }
}

TEST(Diary, IsWrittenEachMorningToThoseWhoGetIt) {
  WatchedDesk desk = with_diary();
  desk.run_to(kFirstDiary - 1ms);
  EXPECT_THAT(diaries(desk), IsEmpty());
  desk.run_to(kFirstDiary);
  EXPECT_THAT(diaries(desk), ElementsAre("of1 diary", "sec diary"));
  desk.run_to(kFirstDiary + 24h - 1ms);
  EXPECT_THAT(diaries(desk), IsEmpty());
  desk.run_to(kFirstDiary + 24h);
  EXPECT_THAT(diaries(desk), ElementsAre("of1 diary", "sec diary"));
}

TEST(Diary, GoesToNobodyUnlessSomebodyIsNamed) {
  WatchedDesk desk;
  desk.run_to(72h);
  EXPECT_THAT(diaries(desk), IsEmpty());
}

TEST(Diary, ThatFellDueWhileTheGatewayWasDownIsMadeUpForOnce) {
  WatchedDesk desk = with_diary();
  const auto change = [](auto&, Rules& rules) {
    rules.upkeep.diary_to = {household::Role::duty_a};
  };
  desk.all_beat(kFirstDiary - 1h);
  desk.start_again(change, kFirstDiary + 1h, desk.on_disk());
  desk.sent();
  desk.play(kFirstDiary + 1h, dispatch::Tick{});
  EXPECT_THAT(diaries(desk), ElementsAre("of1 diary"));
  desk.all_beat(kFirstDiary + 2h);
  desk.start_again(change, kFirstDiary + 3h, desk.on_disk());
  desk.play(kFirstDiary + 3h, dispatch::Tick{});
  EXPECT_THAT(diaries(desk), IsEmpty());
}

TEST(Diary, HoldsTheDaysAlarmsAndWhatIsOpenOfEarlierOnes) {
  WatchedDesk desk = with_diary();
  desk.play(0s, says(kGas, Meaning::alarm));
  const IncidentId first = desk.only();
  desk.press(60s, kHead2, Action::going);
  desk.press(300s, kHead2, Action::arrived);
  desk.press(310s, {.action = Action::note, .by = PersonId("anna"), .text = "window open"});
  desk.play(400s, says(kGas, Meaning::normal));
  desk.close_it(600s, incident::Cause::cooking, first);
  desk.play(20h, says("SM-U1", Meaning::alarm));  // The next day, 05:00.
  const Zone& zone = desk.book.registry->community().zone;

  const auto yesterday = diary_of(desk.book, dispatch::day_of(zone, at(0s)), at(kFirstDiary));
  ASSERT_EQ(yesterday.raised.size(), 1U);
  EXPECT_EQ(yesterday.raised[0],
            (dispatch::DiaryIncident{.id = first,
                                     .kind = device::Kind::gas,
                                     .place = desk.book.files.at(first).incident.place,
                                     .raised_at = at(0s),
                                     .to_going = 60s,
                                     .to_arrived = 300s,
                                     .cause = incident::Cause::cooking}));
  EXPECT_EQ(yesterday.false_alarms, 1U);
  EXPECT_EQ(yesterday.unanswered, 0U);
  ASSERT_EQ(yesterday.notes.size(), 1U);
  EXPECT_EQ(yesterday.notes[0].note.text, "window open");
  EXPECT_THAT(yesterday.left_open, IsEmpty());

  const auto later = diary_of(desk.book, dispatch::day_of(zone, at(44h)), at(44h));
  EXPECT_THAT(later.raised, IsEmpty());
  ASSERT_EQ(later.left_open.size(), 1U);
  EXPECT_EQ(later.left_open[0].kind, device::Kind::smoke);
}

TEST(Diary, StillHasWhatWasClosedRightAfterMidnightOfItsDay) {
  WatchedDesk desk = with_diary();
  desk.play(15h, says(kGas, Meaning::alarm));  // 00:00 of the day.
  desk.close_it(15h + 1min, incident::Cause::cooking, desk.only());
  desk.run_to(kFirstDiary + 24h);
  const Zone& zone = desk.book.registry->community().zone;
  const auto diary = diary_of(desk.book, dispatch::day_of(zone, at(15h)), at(kFirstDiary + 24h));
  EXPECT_EQ(diary.raised.size(), 1U);
}

TEST(Diary, NamesDevicesThatProtectNobody) {
  WatchedDesk desk = with_diary();
  desk.beats(0s, kGas);
  desk.beats(0s, "SM-U1");
  desk.play(1s, says("SM-U1", Meaning::test));
  desk.keep_beating(60s, 1h, {kGas});
  const Zone& zone = desk.book.registry->community().zone;
  const auto diary = diary_of(desk.book, dispatch::day_of(zone, at(0s)), at(1h));
  EXPECT_THAT(diary.not_in_service, ElementsAre(DeviceId(kGas)));
  ASSERT_EQ(diary.silent.size(), 1U);
  EXPECT_EQ(diary.silent[0].device, DeviceId("SM-U1"));
  EXPECT_GT(diary.never_heard, 0U);
  EXPECT_THAT(diary.matters, IsEmpty());  // Silences have a list of their own.
}

// ---- chirping, flapping, too many a day

TEST(Chirping, IsACheckItemThatTheOfficeLogs) {
  WatchedDesk desk;
  desk.play(0s, dispatch::Chirped{.device = DeviceId(kGas),
                                  .by = PersonId("of1"),
                                  .text = "the neighbour hears it at night"});
  EXPECT_FALSE(desk.last.reply.refusal.has_value());
  EXPECT_THAT(desk.open_matters(), Contains("chirping:GA-B1-U2-102"));
  EXPECT_THAT(desk.journal(), Contains("chirping"));
  desk.play(1s, dispatch::Chirped{.device = DeviceId("GA-NONE"), .by = PersonId("of1")});
  EXPECT_TRUE(desk.last.reply.refusal.has_value());
}

TEST(Flapping, ThreeChangesWithinAMinuteAreACheckItem) {
  WatchedDesk desk;
  desk.play(0s, says(kGas, Meaning::alarm));
  desk.play(30s, says(kGas, Meaning::normal));
  EXPECT_THAT(desk.open_matters(), Not(Contains("flapping:GA-B1-U2-102")));
  desk.play(60s, says(kGas, Meaning::alarm));
  EXPECT_THAT(desk.open_matters(), Contains("flapping:GA-B1-U2-102"));
  EXPECT_EQ(desk.book.files.size(), 1U);
  EXPECT_EQ(desk.incident().sources.at(0).count, 2U);
}

TEST(Flapping, SlowChangesAreNone) {
  WatchedDesk desk;
  for (int i = 0; i < 6; ++i) {
    desk.play(i * 31s, says(kGas, i % 2 == 0 ? Meaning::alarm : Meaning::normal));
  }
  EXPECT_THAT(desk.open_matters(), Not(Contains("flapping:GA-B1-U2-102")));
}

TEST(FalseAlarms, MoreThanFiveADayAreACheckItem) {
  WatchedDesk desk([](auto&, Rules& rules) { rules.upkeep.false_alarms_max = 16; });
  for (int i = 0; i < 6; ++i) {
    const Millis begin = i * 30min;
    EXPECT_THAT(desk.open_matters(), Not(Contains("false_alarms:GA-B1-U2-102"))) << i;
    desk.play(begin, says(kGas, Meaning::alarm));
    desk.play(begin + 1min, says(kGas, Meaning::normal));
    desk.close_it(begin + 2min, incident::Cause::steam_dust, desk.book.files.rbegin()->first);
  }
  EXPECT_THAT(desk.open_matters(), Contains("false_alarms:GA-B1-U2-102"));
}

}  // namespace
}  // namespace shouwang::testing
