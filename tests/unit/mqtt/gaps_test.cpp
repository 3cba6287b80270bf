#include "mqtt/gaps.h"

#include <gtest/gtest.h>

namespace shouwang::mqtt {
namespace {

TEST(GapFinder, ALostSessionIsAGapAndAKeptOneIsNot) {
  GapFinder gaps;
  EXPECT_EQ(gaps.connected(false), Gap::session_lost);
  EXPECT_EQ(gaps.connected(true), Gap::none);
  EXPECT_EQ(gaps.connected(false), Gap::session_lost);
}

TEST(GapFinder, AnUptimeThatGoesDownIsARestartOfTheBroker) {
  GapFinder gaps;
  EXPECT_EQ(gaps.heard(kUptimeTopic, "4711 seconds"), Gap::none);
  EXPECT_EQ(gaps.heard(kUptimeTopic, "4711 seconds"), Gap::none);
  EXPECT_EQ(gaps.heard(kUptimeTopic, "4716 seconds"), Gap::none);
  EXPECT_EQ(gaps.heard(kUptimeTopic, "3 seconds"), Gap::broker_restarted);
  EXPECT_EQ(gaps.heard(kUptimeTopic, "8 seconds"), Gap::none);
}

TEST(GapFinder, ARestartSeenAcrossAReconnectCountsThoughTheSessionWasKept) {
  GapFinder gaps;
  gaps.heard(kUptimeTopic, "4711 seconds");
  EXPECT_EQ(gaps.connected(true), Gap::none);
  EXPECT_EQ(gaps.heard(kUptimeTopic, "1 seconds"), Gap::broker_restarted);
}

TEST(GapFinder, ARestartThatLostTheSessionIsOneGapNotTwo) {
  GapFinder gaps;
  gaps.heard(kUptimeTopic, "4711 seconds");
  gaps.heard(kDroppedTopic, "0");
  EXPECT_EQ(gaps.connected(false), Gap::session_lost);
  EXPECT_EQ(gaps.heard(kUptimeTopic, "1 seconds"), Gap::none);
  EXPECT_EQ(gaps.heard(kDroppedTopic, "5"), Gap::none);
}

TEST(GapFinder, AGrowingCountOfDroppedMessagesIsAGapEachTime) {
  GapFinder gaps;
  EXPECT_EQ(gaps.heard(kDroppedTopic, "12"), Gap::none);
  EXPECT_EQ(gaps.heard(kDroppedTopic, "12"), Gap::none);
  EXPECT_EQ(gaps.heard(kDroppedTopic, "13"), Gap::broker_dropped);
  EXPECT_EQ(gaps.heard(kDroppedTopic, "20"), Gap::broker_dropped);
}

TEST(GapFinder, WhatWasDroppedWhileWeWereAwayIsAGap) {
  GapFinder gaps;
  gaps.heard(kDroppedTopic, "0");
  gaps.connected(true);
  EXPECT_EQ(gaps.heard(kDroppedTopic, "100"), Gap::broker_dropped);
}

TEST(GapFinder, TheCountStartsAnewWithTheBroker) {
  GapFinder gaps;
  gaps.heard(kUptimeTopic, "50 seconds");
  gaps.heard(kDroppedTopic, "12");
  gaps.heard(kUptimeTopic, "1 seconds");
  EXPECT_EQ(gaps.heard(kDroppedTopic, "15"), Gap::none);
}

TEST(GapFinder, TextThatIsNoNumberSaysNothing) {
  GapFinder gaps;
  gaps.heard(kUptimeTopic, "100");
  EXPECT_EQ(gaps.heard(kUptimeTopic, ""), Gap::none);
  EXPECT_EQ(gaps.heard(kUptimeTopic, "-3 seconds"), Gap::none);
  EXPECT_EQ(gaps.heard(kUptimeTopic, "99999999999999999999999 seconds"), Gap::none);
  EXPECT_EQ(gaps.heard("$SYS/broker/version", "1"), Gap::none);
  EXPECT_EQ(gaps.heard(kUptimeTopic, "99"), Gap::broker_restarted);
}

}  // namespace
}  // namespace shouwang::mqtt
