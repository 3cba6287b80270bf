// Who has fallen silent, in exact virtual time.

#include "device/supervision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shouwang::device {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;
using Beat = Supervision::Beat;

const Instant kStart{std::chrono::seconds{1'700'000'000}};
Instant at(Millis offset) { return kStart + offset; }

// Two that speak every minute, one that speaks daily, one that nobody judges.
Supervision watchman() {
  return {{{.interval = 60s, .silent_after = 180s},
           {.interval = 24h, .silent_after = 26h},
           {.interval = 0s, .silent_after = 0s}},
          {0, 0, 1, 2}};
}

TEST(Supervision, CallsADeviceSilentAfterThreeMissedIntervalsOnce) {
  Supervision watch = watchman();
  EXPECT_EQ(watch.beat(0, at(0s)), Beat::first);
  EXPECT_EQ(watch.next_due(), at(180s));
  EXPECT_THAT(watch.sweep(at(179s)), IsEmpty());
  EXPECT_THAT(watch.sweep(at(180s)), ElementsAre(0));
  EXPECT_TRUE(watch.is_silent(0));
  EXPECT_THAT(watch.sweep(at(1h)), IsEmpty());
  EXPECT_EQ(watch.next_due(), std::nullopt);
}

TEST(Supervision, EachBeatGivesTheFullTimeAgain) {
  Supervision watch = watchman();
  for (Millis offset = 0s; offset <= 10min; offset += 170s) {
    watch.beat(0, at(offset));
    EXPECT_THAT(watch.sweep(at(offset + 169s)), IsEmpty());
  }
  EXPECT_THAT(watch.sweep(at(510s + 180s)), ElementsAre(0));
}

TEST(Supervision, SaysWhenASilentDeviceReturns) {
  Supervision watch = watchman();
  watch.beat(0, at(0s));
  watch.sweep(at(200s));
  EXPECT_EQ(watch.beat(0, at(300s)), Beat::returned);
  EXPECT_EQ(watch.beat(0, at(301s)), Beat::usual);
  EXPECT_THAT(watch.sweep(at(481s)), ElementsAre(0));
}

TEST(Supervision, WhatWasNeverHeardIsNotSilent) {
  Supervision watch = watchman();
  watch.beat(1, at(0s));
  EXPECT_THAT(watch.sweep(at(48h)), ElementsAre(1));
  EXPECT_EQ(watch.last_heard(0), std::nullopt);
}

TEST(Supervision, AProfileWithoutAPaceIsNeverJudged) {
  Supervision watch = watchman();
  watch.beat(3, at(0s));
  EXPECT_EQ(watch.next_due(), std::nullopt);
  EXPECT_THAT(watch.sweep(at(1000h)), IsEmpty());
}

TEST(Supervision, ADeviceThatSpeaksOnceADayIsJudgedByItsOwnTime) {
  Supervision watch = watchman();
  watch.beat(2, at(0s));
  Millis now = 0s;
  while (now < 26h - 1s) {
    now = std::min<Millis>(*watch.next_due() - kStart, 26h - 1s);
    ASSERT_THAT(watch.sweep(at(now)), IsEmpty()) << format_span(now);
  }
  EXPECT_THAT(watch.sweep(at(26h)), ElementsAre(2));
}

TEST(Supervision, HoldsNothingAgainstAnybodyThatWeCouldNotHear) {
  Supervision watch = watchman();
  watch.beat(0, at(0s));
  watch.beat(1, at(0s));
  watch.pause();
  EXPECT_EQ(watch.next_due(), std::nullopt);
  EXPECT_THAT(watch.sweep(at(1h)), IsEmpty());
  watch.resume(at(1h));
  EXPECT_THAT(watch.sweep(at(1h)), IsEmpty());
  watch.beat(1, at(1h + 100s));
  EXPECT_THAT(watch.sweep(at(1h + 179s)), IsEmpty());
  EXPECT_THAT(watch.sweep(at(1h + 180s)), ElementsAre(0));
  EXPECT_EQ(watch.last_heard(0), at(0s));
  EXPECT_THAT(watch.sweep(at(1h + 280s)), ElementsAre(1));
}

TEST(Supervision, LearnsHowOftenADeviceReallySpeaks) {
  Supervision watch = watchman();
  watch.beat(0, at(0s));
  EXPECT_EQ(watch.learned(0), std::nullopt);
  for (int i = 1; i <= 50; ++i) {
    watch.beat(0, at(i * 20s));
    watch.beat(0, at(i * 20s + 5ms));  // The same saying in two messages.
  }
  ASSERT_TRUE(watch.learned(0).has_value());
  EXPECT_GE(*watch.learned(0), 19'900ms);
  EXPECT_LE(*watch.learned(0), 20s);
  // A gap in which we were deaf teaches nothing.
  watch.pause();
  watch.resume(at(10h));
  watch.beat(0, at(10h + 1s));
  EXPECT_LE(*watch.learned(0), 20s);
}

TEST(Supervision, OthersMaySayThatADeviceIsGone) {
  Supervision watch = watchman();
  EXPECT_TRUE(watch.call_silent(0));
  EXPECT_FALSE(watch.call_silent(0));
  EXPECT_EQ(watch.beat(0, at(0s)), Beat::returned);
  watch.call_silent(0);
  watch.forgive(0);
  EXPECT_EQ(watch.beat(0, at(1s)), Beat::usual);
}

TEST(Supervision, KnowsAfterARestartWhatItKnewBefore) {
  Supervision watch = watchman();
  watch.restore(0, {.last_heard = at(-1h), .silent = false, .learned = 61s}, at(0s));
  watch.restore(1, {.last_heard = at(-2h), .silent = true, .learned = {}}, at(0s));
  watch.resume(at(0s));
  EXPECT_EQ(watch.last_heard(0), at(-1h));
  EXPECT_EQ(watch.learned(0), 61s);
  EXPECT_THAT(watch.sweep(at(179s)), IsEmpty());
  EXPECT_THAT(watch.sweep(at(180s)), ElementsAre(0));
  EXPECT_EQ(watch.beat(1, at(181s)), Beat::returned);
}

TEST(Supervision, TwoHundredThousandDevicesLoseNobody) {
  constexpr std::size_t kMany = 200'000;
  Supervision watch({{.interval = 60s, .silent_after = 180s}},
                    std::vector<std::uint16_t>(kMany, 0));
  for (std::size_t i = 0; i < kMany; ++i) watch.beat(i, at(Millis{i % 60'000}));
  for (std::size_t i = 0; i < kMany; i += 2) watch.beat(i, at(100s));
  std::size_t silent = 0;
  for (Millis now = 100s; now <= 240s; now += 1s) {
    for (const std::size_t device : watch.sweep(at(now))) {
      ++silent;
      ASSERT_EQ(device % 2, 1U);
      const Millis since = now - Millis{device % 60'000};
      ASSERT_GE(since, 180s);
      ASSERT_LT(since, 182s);
    }
  }
  EXPECT_EQ(silent, kMany / 2);
  EXPECT_EQ(watch.sweep(at(281s)).size(), kMany / 2);
}

}  // namespace
}  // namespace shouwang::device
