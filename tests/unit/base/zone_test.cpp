#include "base/zone.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace shouwang {
namespace {

using namespace std::chrono_literals;

Instant utc(const char* text) { return *parse_utc(text); }

// Toronto in 2026: an hour ahead from 8 March 07:00 UTC to 1 November 06:00 UTC.
const Zone kToronto{
    .name = "America/Toronto",
    .first_offset = -5h,
    .changes = {{utc("2026-03-08T07:00:00Z"), -4h}, {utc("2026-11-01T06:00:00Z"), -5h}}};
const Zone kShanghai{.name = "Asia/Shanghai", .first_offset = 8h};

TEST(Zone, LocalTimeIsUtcWithoutAZone) {
  EXPECT_EQ(Zone{}.local(utc("2026-01-15T18:40:09.999Z")), (LocalTime{.year = 2026,
                                                                      .month = 1,
                                                                      .day = 15,
                                                                      .weekday = 4,
                                                                      .minute_of_day = 18 * 60 + 40,
                                                                      .second = 9}));
}

TEST(Zone, TheOffsetMovesTheDay) {
  EXPECT_EQ(format_minute(kShanghai.local(utc("2026-01-15T18:40:00Z"))), "2026-01-16 02:40");
  EXPECT_EQ(kShanghai.local(utc("2026-01-15T18:40:00Z")).weekday, 5U);
  EXPECT_EQ(format_minute(kToronto.local(utc("2026-01-01T04:59:59Z"))), "2025-12-31 23:59");
}

TEST(Zone, TheClockIsPutForwardAndBackAtTheMomentOfTheChange) {
  const auto clock = [](const char* text) { return format_clock(kToronto.local(utc(text))); };
  EXPECT_EQ(clock("2026-03-08T06:59:59Z"), "01:59");
  EXPECT_EQ(clock("2026-03-08T07:00:00Z"), "03:00");
  EXPECT_EQ(clock("2026-11-01T05:59:59Z"), "01:59");
  EXPECT_EQ(clock("2026-11-01T06:00:00Z"), "01:00");
}

TEST(Zone, MomentsBefore1970HaveALocalTimeToo) {
  EXPECT_EQ(Zone{}.local(Instant{Millis{-1}}), (LocalTime{.year = 1969,
                                                          .month = 12,
                                                          .day = 31,
                                                          .weekday = 3,
                                                          .minute_of_day = 1439,
                                                          .second = 59}));
}

TEST(Zone, EveryMomentHasAMinuteOfItsDay) {
  const bool held = rc::check([] {
    const Instant at{
        Millis{*rc::gen::inRange<std::int64_t>(-62'000'000'000'000, 250'000'000'000'000)}};
    const LocalTime local = kToronto.local(at);
    RC_ASSERT(local.minute_of_day < 1440U);
    RC_ASSERT(local.second < 60U);
    RC_ASSERT(local.month >= 1U && local.month <= 12U);
    RC_ASSERT(local.day >= 1U && local.day <= 31U);
  });
  EXPECT_TRUE(held);
}

TEST(Zone, TimesAreWrittenWithTwoDigits) {
  EXPECT_EQ(format_clock({.minute_of_day = 0}), "00:00");
  EXPECT_EQ(format_clock({.minute_of_day = 1439}), "23:59");
  EXPECT_EQ(format_minute({.year = 987, .month = 2, .day = 3, .minute_of_day = 65}),
            "0987-02-03 01:05");
}

// ---- daily hours --------------------------------------------------------------------

// 1970-01-04 was a Sunday.
LocalTime on(unsigned weekday, unsigned hour, unsigned minute = 0) {
  return {.day = 4 + weekday, .weekday = weekday, .minute_of_day = hour * 60 + minute};
}

TEST(DailyHours, TheEndIsNotIncluded) {
  const DailyHours school{.from_minute = 15 * 60 + 30, .until_minute = 18 * 60};
  EXPECT_FALSE(school.contain(on(1, 15, 29)));
  EXPECT_TRUE(school.contain(on(1, 15, 30)));
  EXPECT_TRUE(school.contain(on(1, 17, 59)));
  EXPECT_FALSE(school.contain(on(1, 18)));
}

TEST(DailyHours, TheyCrossMidnight) {
  const DailyHours night{.from_minute = 22 * 60, .until_minute = 6 * 60};
  EXPECT_FALSE(night.contain(on(1, 21, 59)));
  EXPECT_TRUE(night.contain(on(1, 22)));
  EXPECT_TRUE(night.contain(on(2, 0)));
  EXPECT_TRUE(night.contain(on(2, 5, 59)));
  EXPECT_FALSE(night.contain(on(2, 6)));
}

TEST(DailyHours, EqualEndsMeanNever) {
  EXPECT_FALSE(DailyHours{}.contain(on(1, 0)));
  const DailyHours noon{.from_minute = 720, .until_minute = 720};
  for (unsigned hour = 0; hour < 24; ++hour) EXPECT_FALSE(noon.contain(on(3, hour)));
}

TEST(DailyHours, OnWeekdaysOnlyMondayToFridayCount) {
  const DailyHours work{.from_minute = 480, .until_minute = 1020, .weekdays_only = true};
  EXPECT_FALSE(work.contain(on(0, 9)));
  for (unsigned day = 1; day <= 5; ++day) EXPECT_TRUE(work.contain(on(day, 9)));
  EXPECT_FALSE(work.contain(on(6, 9)));
}

TEST(DailyHours, ANightBelongsToTheDayItBeganOn) {
  const DailyHours night{.from_minute = 22 * 60, .until_minute = 6 * 60, .weekdays_only = true};
  EXPECT_TRUE(night.contain(on(5, 23)));   // Friday evening ...
  EXPECT_TRUE(night.contain(on(6, 5)));    // ... lasts into Saturday.
  EXPECT_FALSE(night.contain(on(6, 23)));  // Saturday evening does not begin one ...
  EXPECT_FALSE(night.contain(on(0, 5)));
  EXPECT_FALSE(night.contain(on(0, 23)));
  EXPECT_FALSE(night.contain(on(1, 5)));  // ... nor Sunday's into Monday.
}

}  // namespace
}  // namespace shouwang
