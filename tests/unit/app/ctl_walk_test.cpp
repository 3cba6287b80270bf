#include "app/ctl_walk.h"

#include <gtest/gtest.h>

namespace shouwang::app {
namespace {

using boost::json::object;
using boost::json::value;

object device(const char* result, const char* said) {
  return {{"device", "GA-B05-U4-302"},
          {"label", "5号楼4单元302"},
          {"result", result},
          {"needs", "alarm"},
          {"said", said},
          {"last_at", "2026-01-15T10:02:48.000Z"},
          {"heard_at", nullptr},
          {"rings_at", nullptr}};
}

value walk(object one) {
  return object{{"test", "T-1"},
                {"until", "2026-01-15T10:30:00.000Z"},
                {"over", false},
                {"devices", boost::json::array{std::move(one)}},
                {"beside", boost::json::array{}},
                {"rang", object{}}};
}

TEST(WalkChanges, WhatHasNotSpokenIsNotShownYet) {
  object silent = device("silent", "");
  silent.erase("last_at");
  EXPECT_EQ(walk_changes(nullptr, walk(silent)), "");
}

TEST(WalkChanges, EveryLineIsMarkedTestAndTicksTheDeviceOff) {
  object passed = device("passed", "gas alarm");
  passed["battery"] = 87;
  passed["would_tell"] = 7;
  passed["rings_at"] = "2026-01-15T10:05:48.000Z";
  EXPECT_EQ(walk_changes(nullptr, walk(passed)),
            "TEST 10:02:48  [x] GA-B05-U4-302  5号楼4单元302  gas alarm  battery 87 %  "
            "(would have told 7 people at once)  IN ALARM: rings in full at 10:05:48 unless it "
            "clears\n");
}

TEST(WalkChanges, AButtonAloneIsNoTick) {
  EXPECT_EQ(
      walk_changes(nullptr, walk(device("button", "gas test"))),
      "TEST 10:02:48  [ ] GA-B05-U4-302  5号楼4单元302  gas test  the button came through; it "
      "still needs an alarm\n");
}

TEST(WalkChanges, WhatIsTheSameAsBeforeIsNotSaidAgain) {
  const value before = walk(device("heard", "device heartbeat"));
  object later = device("heard", "device heartbeat");
  later["last_at"] = "2026-01-15T10:03:48.000Z";
  EXPECT_EQ(walk_changes(before, walk(later)), "");
}

TEST(WalkChanges, WhoAnswersInAnothersPlaceAndWhatTurnsOutRealIsShownOnce) {
  value now = walk(device("silent", ""));
  now.as_object()["devices"].as_array()[0].as_object().erase("last_at");
  now.as_object()["beside"] = boost::json::array{
      object{{"at", "2026-01-15T10:04:00.000Z"}, {"who", "GA-B05-U4-301"}, {"what", "gas test"}}};
  now.as_object()["rang"] = object{{"GA-B05-U4-302", "lasts"}};
  EXPECT_EQ(walk_changes(nullptr, now),
            "TEST 10:04:00  [?] GA-B05-U4-301  gas test: wrong place, swapped labels?\n"
            "REAL ALARM  GA-B05-U4-302: everybody is being called (lasts)\n");
  EXPECT_EQ(walk_changes(now, now), "");
}

}  // namespace
}  // namespace shouwang::app
