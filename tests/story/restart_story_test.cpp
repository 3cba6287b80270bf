// S-09, R-27, R-33: the process dies in the middle.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/story/town.h"

namespace shouwang::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(S09, TheServerDiesAtSeventySecondsAndIsBackAtOneHundredAndForty) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(70s).dies(70s);
  town.expect(150s).told("V001").as(Role::grid_head);
  town.run(160s);
  // Nobody got the first wave twice.
  for (const char* person : {"R0004", "B01-U1-102/1", "OF08"}) {
    int firsts = 0;
    for (const Received& one : town.received_by(person)) {
      firsts += one.items.front().second == Letter::first ? 1 : 0;
    }
    EXPECT_EQ(firsts, 1) << person;
  }
}

TEST(S09, WhatFellDueWhileItWasDownIsDoneOnceAtItsReturn) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(30s).dies(180s);
  town.expect(210s).told("OF03").as(Role::duty_b);
  town.expect(210s).told("V001").as(Role::grid_head);
  town.expect_between(210s, 299s).nobody();
  town.expect(300s).told("ST01").as(Role::secretary);
  town.run(310s);
}

TEST(S09, AMessageUnderWayIsSentAgainMarkedAsARepeat) {
  Town town("2026-01-13 10:20");
  town.at(0s).channel("push", [](FakeChannel& push) { push.everybody().hangs(); });
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(5s).channel("push", [](FakeChannel& push) { push.everybody().takes(20ms); });
  town.at(5s).dies(2s);
  town.run(20s);
  const auto messages = town.received_by("R0004");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].key, messages[1].key);
  EXPECT_FALSE(messages[0].repeat);
  EXPECT_TRUE(messages[1].repeat);
}

TEST(R27, NobodyAnswersForADayWithARestartInTheMiddle) {
  Town town("2026-01-13 10:20", {.through_codec = false});
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(12h + 10s).dies(5s);
  town.run(24h);
  EXPECT_TRUE(town.incident().is_open());
  EXPECT_EQ(town.book().files.begin()->second.progress.loops, (86'400U - 300U) / 60U);
}

TEST(R49, ARestartClearsAndClosesNothing) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(40s).presses("B01-U1-102/1", Action::going);
  town.at(60s).dies(10s);
  town.run(100s);
  EXPECT_EQ(town.incident().phase, Phase::claimed);
  EXPECT_EQ(town.incident().lead, PersonId("B01-U1-102/1"));
  EXPECT_TRUE(town.incident().any_source_alarming());
}

TEST(R33, GroupedNewsThatWasWaitingIsNotLost) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U2-203");
  town.at(5s).alarms("GA-B01-U2-204");
  town.at(6s).dies(2s);
  town.expect(15s).tells("R0046", Letter::first);
  town.run(20s);
}

}  // namespace
}  // namespace shouwang::testing
