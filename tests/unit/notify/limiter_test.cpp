#include "notify/limiter.h"

#include <gtest/gtest.h>

namespace shouwang::notify {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{1'768'502'400'000ms};
constexpr Limit kRobot{.per_period = 20, .period = 60s, .reserved = 5};
constexpr bool kAlarm = true;
constexpr bool kOther = false;

void count(Limiter& limiter, bool alarm, int times, Instant at) {
  for (int i = 0; i < times; ++i) limiter.count(alarm, at);
}

TEST(Limiter, WithoutALimitThereIsAlwaysRoom) {
  Limiter limiter({});
  count(limiter, kOther, 10'000, kStart);
  EXPECT_EQ(limiter.room(kOther, kStart), Limiter::kNoLimit);
  EXPECT_EQ(limiter.next_room(kOther, kStart), std::nullopt);
}

TEST(Limiter, SmallTalkLeavesTheReserveToAlarms) {
  Limiter limiter(kRobot);
  EXPECT_EQ(limiter.room(kOther, kStart), 15U);
  count(limiter, kOther, 15, kStart);
  EXPECT_EQ(limiter.room(kOther, kStart), 0U);
  EXPECT_EQ(limiter.room(kAlarm, kStart), 5U);
}

TEST(Limiter, AlarmsMayUseAllOfIt) {
  Limiter limiter(kRobot);
  count(limiter, kAlarm, 20, kStart);
  EXPECT_EQ(limiter.room(kAlarm, kStart), 0U);
  EXPECT_EQ(limiter.room(kOther, kStart), 0U);
}

TEST(Limiter, WhatAlarmsDidNotUseOfTheirReserveIsNotLentOut) {
  Limiter limiter(kRobot);
  count(limiter, kAlarm, 2, kStart);
  EXPECT_EQ(limiter.room(kOther, kStart), 15U);
  count(limiter, kOther, 15, kStart);
  EXPECT_EQ(limiter.room(kAlarm, kStart), 3U);
}

TEST(Limiter, NoStretchOfAPeriodHoldsMoreThanTheLimit) {
  Limiter limiter({.per_period = 20, .period = 60s});
  std::vector<Instant> sent;
  // Takes all it can get, at odd times, for ten minutes after a quiet hour.
  for (Instant now = kStart; now < kStart + 600s; now += 730ms) {
    for (auto room = limiter.room(kAlarm, now); room > 0; --room) {
      limiter.count(kAlarm, now);
      sent.push_back(now);
    }
  }
  EXPECT_GE(sent.size(), 190U);
  for (std::size_t i = 20; i < sent.size(); ++i) EXPECT_GE(sent[i] - sent[i - 20], 60s) << i;
}

TEST(Limiter, SaysWhenThereIsRoomAgain) {
  Limiter limiter(kRobot);
  count(limiter, kOther, 10, kStart);
  count(limiter, kAlarm, 4, kStart + 1s);
  count(limiter, kOther, 5, kStart + 2s);
  EXPECT_EQ(limiter.next_room(kAlarm, kStart + 3s), std::nullopt);
  EXPECT_EQ(limiter.next_room(kOther, kStart + 3s), kStart + 60s);
  count(limiter, kAlarm, 1, kStart + 3s);
  EXPECT_EQ(limiter.next_room(kAlarm, kStart + 4s), kStart + 60s);
  EXPECT_EQ(limiter.room(kAlarm, kStart + 60s), 10U);
  EXPECT_EQ(limiter.room(kOther, kStart + 60s), 10U);
}

TEST(Limiter, WhatIsAllReservedHasNeverRoomForOthers) {
  Limiter limiter({.per_period = 5, .period = 60s, .reserved = 5});
  EXPECT_EQ(limiter.room(kOther, kStart), 0U);
  EXPECT_EQ(limiter.next_room(kOther, kStart), std::nullopt);
  EXPECT_EQ(limiter.room(kAlarm, kStart), 5U);
}

TEST(Limiter, ALowerLimitCountsWhatWasSentBefore) {
  Limiter limiter({.per_period = 100, .period = 60s});
  count(limiter, kAlarm, 30, kStart);
  limiter.set_limit(kRobot);
  EXPECT_EQ(limiter.room(kAlarm, kStart + 1s), 0U);
  EXPECT_EQ(limiter.next_room(kAlarm, kStart + 1s), kStart + 60s);
}

}  // namespace
}  // namespace shouwang::notify
