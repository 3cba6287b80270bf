#include "app/self_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/elm.h"

namespace shouwang::app {
namespace {

using shouwang::testing::at;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;
using Act = SelfTest::Act;

constexpr SelfTest::Settings kEvery5min{.every = 5min, .limit = 30s};

SelfTest::Result stuck(Stage stage, Millis started, Millis ended) {
  return {.started_at = at(started), .ended_at = at(ended), .stuck_at = stage};
}

// Lets time run and says what was done when: "0s start".
std::vector<std::string> run(SelfTest& test, Millis from, Millis until) {
  static constexpr std::array<const char*, 4> kActs{"none", "start", "repeat", "missed"};
  std::vector<std::string> done;
  Millis now = from;
  while (const auto due = test.next_due()) {
    now = std::max(now, *due - at(0s));
    if (now > until) break;
    for (Act act = test.act(at(now)); act != Act::none; act = test.act(at(now))) {
      done.push_back(format_span(now) + " " + kActs[static_cast<std::size_t>(act)]);
    }
  }
  return done;
}

TEST(SelfTest, StartsAtOnceAndAgainAfterEachPeriod) {
  SelfTest test(kEvery5min, at(0s));
  EXPECT_EQ(test.act(at(0s)), Act::start);
  const std::string first = test.event();
  test.passed(Stage::outbox, first, at(20ms));
  EXPECT_EQ(test.next_due(), at(5min)) << "counted from the start, not from the end";
  EXPECT_EQ(test.act(at(5min) - 1ms), Act::none);
  EXPECT_EQ(test.act(at(5min)), Act::start);
  EXPECT_NE(test.event(), first);
}

TEST(SelfTest, SaysHowLongEachStageTook) {
  SelfTest test(kEvery5min, at(0s));
  test.act(at(0s));
  test.passed(Stage::broker, test.event(), at(3ms));
  test.passed(Stage::decoder, test.event(), at(4ms));
  test.passed(Stage::core, test.event(), at(4ms));
  test.passed(Stage::store, test.event(), at(15ms));
  EXPECT_EQ(test.waits_for(), Stage::outbox);
  EXPECT_EQ(test.latest(), std::nullopt);
  test.passed(Stage::outbox, test.event(), at(17ms));
  EXPECT_EQ(test.latest(),
            (SelfTest::Result{
                .started_at = at(0s), .ended_at = at(17ms), .took = {3ms, 1ms, 0ms, 11ms, 2ms}}));
  EXPECT_EQ(test.counts().passed, 1U);
}

TEST(SelfTest, AnAlarmThatTheBrokerDoesNotBringBackIsSentAgainLikeADevicesAndThenMissed) {
  SelfTest test(kEvery5min, at(0s));
  EXPECT_THAT(run(test, 0s, 30s), ElementsAre("0s start", "1s repeat", "3s repeat", "7s repeat",
                                              "15s repeat", "30s missed", "30s start"));
  EXPECT_EQ(test.latest(), stuck(Stage::broker, 0s, 30s));
  EXPECT_EQ(test.broken_since(), at(0s));
}

TEST(SelfTest, AnAlarmThatTheBrokerBroughtBackIsNotSentAgain) {
  SelfTest test(kEvery5min, at(0s));
  test.act(at(0s));
  test.passed(Stage::broker, test.event(), at(2ms));
  EXPECT_THAT(run(test, 2ms, 29s), IsEmpty());
}

TEST(SelfTest, NamesWhicheverStageIsWedged) {
  for (std::size_t i = 0; i < kStageCount; ++i) {
    SelfTest test(kEvery5min, at(0s));
    test.act(at(0s));
    if (i > 0) test.passed(static_cast<Stage>(i - 1), test.event(), at(5ms));
    run(test, 5ms, 30s);
    ASSERT_TRUE(test.latest());
    EXPECT_EQ(test.latest()->stuck_at, static_cast<Stage>(i)) << name_of(static_cast<Stage>(i));
  }
}

// Right after a test has passed is the worst moment.
TEST(SelfTest, WhateverWedgesIsKnownWithinTwoPeriods) {
  for (const Millis every : {Millis{5s}, Millis{30s}, Millis{5min}, Millis{1h}}) {
    SelfTest test({.every = every, .limit = 30s}, at(0s));
    test.act(at(0s));
    test.passed(Stage::outbox, test.event(), at(1ms));
    run(test, 1ms, 2 * every);
    EXPECT_NE(test.broken_since(), std::nullopt) << format_span(every);
  }
}

TEST(SelfTest, AfterAMissItTriesAgainAtOnceAndSaysSinceWhenItIsBroken) {
  SelfTest test(kEvery5min, at(0s));
  run(test, 0s, 65s);
  EXPECT_EQ(test.counts().missed, 2U);
  EXPECT_EQ(test.broken_since(), at(0s));
  EXPECT_EQ(test.latest(), stuck(Stage::broker, 30s, 60s));
  test.passed(Stage::outbox, test.event(), at(66s));
  EXPECT_EQ(test.broken_since(), std::nullopt);
  EXPECT_EQ(test.next_due(), at(6min)) << "a period after the start of the one that passed";
}

TEST(SelfTest, AnAlarmOfATestThatIsOverSaysNothing) {
  SelfTest test(kEvery5min, at(0s));
  test.act(at(0s));
  const std::string late = test.event();
  run(test, 0s, 30s);
  ASSERT_NE(test.event(), late);
  test.passed(Stage::outbox, late, at(31s));
  EXPECT_EQ(test.waits_for(), Stage::broker);
  EXPECT_NE(test.broken_since(), std::nullopt);
}

TEST(SelfTest, TimesOfTheLinksThreadNeverRunBackwards) {
  SelfTest test(kEvery5min, at(10s));
  test.act(at(10s));
  test.passed(Stage::broker, test.event(), at(9s));
  test.passed(Stage::outbox, test.event(), at(11s));
  EXPECT_EQ(test.latest()->took, (std::array<Millis, kStageCount>{0ms, 1s, 0ms, 0ms, 0ms}));
}

TEST(SelfTest, OffMeansThatNothingIsDueAndNothingIsBroken) {
  SelfTest test({.every = 0ms}, at(0s));
  EXPECT_EQ(test.next_due(), std::nullopt);
  EXPECT_EQ(test.act(at(1h)), Act::none);
  SelfTest broken(kEvery5min, at(0s));
  run(broken, 0s, 31s);
  broken.set({.every = 0ms}, at(32s));
  EXPECT_EQ(broken.next_due(), std::nullopt);
  EXPECT_EQ(broken.broken_since(), std::nullopt);
}

TEST(SelfTest, AShorterPeriodTakesHoldAtOnce) {
  SelfTest test({.every = 1h}, at(0s));
  test.act(at(0s));
  test.passed(Stage::outbox, test.event(), at(1ms));
  test.set(kEvery5min, at(1min));
  EXPECT_EQ(test.next_due(), at(6min));
  test.set({.every = 0ms}, at(2min));
  test.set(kEvery5min, at(3min));
  EXPECT_EQ(test.next_due(), at(3min)) << "switched on: at once";
}

}  // namespace
}  // namespace shouwang::app
