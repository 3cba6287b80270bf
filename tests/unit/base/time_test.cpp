#include "base/time.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace shouwang {
namespace {

using namespace std::chrono_literals;

Instant millis(std::int64_t count) { return Instant{Millis{count}}; }

TEST(Time, AnInstantIsWrittenInUtcWithMilliseconds) {
  EXPECT_EQ(format_utc(millis(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_utc(millis(1'768'502'400'007)), "2026-01-15T18:40:00.007Z");
  EXPECT_EQ(format_utc(millis(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_utc(millis(951'782'400'000)), "2000-02-29T00:00:00.000Z");
}

TEST(Time, WhatWasWrittenIsReadBack) {
  const bool held = rc::check([] {
    // The years 0000 to 9999.
    const auto count = *rc::gen::inRange<std::int64_t>(-62'167'219'200'000, 253'402'300'800'000);
    RC_ASSERT(parse_utc(format_utc(millis(count))) == millis(count));
  });
  EXPECT_TRUE(held);
}

TEST(Time, AnOffsetIsTakenOff) {
  EXPECT_EQ(parse_utc("2026-01-16T02:40:00+08:00"), millis(1'768'502'400'000));
  EXPECT_EQ(parse_utc("2026-01-15T13:10:00.5-05:30"), millis(1'768'502'400'500));
  EXPECT_EQ(parse_utc("2026-01-15 18:40:00Z"), millis(1'768'502'400'000));
}

TEST(Time, FractionsAreCutToMilliseconds) {
  EXPECT_EQ(parse_utc("1970-01-01T00:00:00.1Z"), millis(100));
  EXPECT_EQ(parse_utc("1970-01-01T00:00:00.0019Z"), millis(1));
  EXPECT_EQ(parse_utc("1970-01-01T00:00:00.123456789Z"), millis(123));
  EXPECT_EQ(parse_utc("1970-01-01T00:00:00.1234567890Z"), std::nullopt);
}

TEST(Time, ALeapDayIsADayOnlyInALeapYear) {
  EXPECT_NE(parse_utc("2028-02-29T00:00:00Z"), std::nullopt);
  EXPECT_EQ(parse_utc("2027-02-29T00:00:00Z"), std::nullopt);
  EXPECT_EQ(parse_utc("2100-02-29T00:00:00Z"), std::nullopt);
}

class NotATime : public ::testing::TestWithParam<const char*> {};
TEST_P(NotATime, IsNothing) { EXPECT_EQ(parse_utc(GetParam()), std::nullopt); }
INSTANTIATE_TEST_SUITE_P(
    Time, NotATime,
    ::testing::Values("", "now", "2026-01-15", "2026-01-15T18:40Z", "2026-01-15T18:40:00",
                      "2026-01-15T18:40:00z", "2026-01-15t18:40:00Z", "2026-01-15T24:00:00Z",
                      "2026-01-15T18:60:00Z", "2026-01-15T18:40:60Z", "2026-13-15T18:40:00Z",
                      "2026-00-15T18:40:00Z", "2026-01-32T18:40:00Z", "2026-01-00T18:40:00Z",
                      "2026-01-15T18:40:00.Z", "2026-01-15T18:40:00ZZ", " 2026-01-15T18:40:00Z",
                      "2026-01-15T18:40:00+8:00", "2026-01-15T18:40:00+24:00",
                      "2026-01-15T18:40:00+08:60", "2026-01-15T18:40:00+0800", "26-01-15T18:40:00Z",
                      "2026/01/15T18:40:00Z", "+2026-01-15T18:40:00Z", "2026-01-15T-8:40:00Z",
                      "２０２６-01-15T18:40:00Z"));

TEST(Time, ASpanIsReadWithItsUnit) {
  EXPECT_EQ(parse_span("250ms"), 250ms);
  EXPECT_EQ(parse_span("90s"), 90s);
  EXPECT_EQ(parse_span("10min"), 10min);
  EXPECT_EQ(parse_span("1h"), 1h);
  EXPECT_EQ(parse_span("2d"), 48h);
  EXPECT_EQ(parse_span("0s"), 0s);
}

class NotASpan : public ::testing::TestWithParam<const char*> {};
TEST_P(NotASpan, IsNothing) { EXPECT_EQ(parse_span(GetParam()), std::nullopt); }
INSTANTIATE_TEST_SUITE_P(Time, NotASpan,
                         ::testing::Values("", "s", "90", "90 s", " 90s", "90s ", "-1s", "+1s",
                                           "1.5h", "1h30min", "90sec", "90S", "10m", "1w",
                                           "9223372036854775807s", "9223372036854775808ms",
                                           "106751991168d"));

TEST(Time, TheLongestSpanThatFitsIsRead) {
  EXPECT_EQ(parse_span("9223372036854775807ms"), Millis::max());
  EXPECT_EQ(parse_span("106751991167d"), std::chrono::days{106'751'991'167});
}

TEST(Time, ASpanIsWrittenInTheLargestUnitThatDividesIt) {
  EXPECT_EQ(format_span(48h), "2d");
  EXPECT_EQ(format_span(90min), "90min");
  EXPECT_EQ(format_span(2h), "2h");
  EXPECT_EQ(format_span(90s), "90s");
  EXPECT_EQ(format_span(1500ms), "1500ms");
  EXPECT_EQ(format_span(0ms), "0s");
}

TEST(Time, AnySpanIsReadBackAsItWasWritten) {
  const bool held = rc::check([] {
    const auto count = *rc::gen::oneOf(rc::gen::nonNegative<std::int64_t>(),
                                       rc::gen::map(rc::gen::inRange<std::int64_t>(0, 10'000),
                                                    [](std::int64_t n) { return n * 60'000; }));
    RC_ASSERT(parse_span(format_span(Millis{count})) == Millis{count});
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace shouwang
