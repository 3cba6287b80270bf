#include <gtest/gtest.h>

#include "household/registry.h"

namespace shouwang::household {
namespace {

using std::chrono::days;
using std::chrono::hours;
using Faults = std::vector<std::string>;

const Instant kNow{days{20'000}};

Community elm() {
  Community made{.id = CommunityId("elm"), .label = "Elm"};
  made.areas = {{.id = AreaId("elm"), .tier = Tier::community, .label = "Elm"},
                {.id = AreaId("B1"), .tier = Tier::building, .parent = AreaId("elm")},
                {.id = AreaId("U1"), .tier = Tier::unit, .parent = AreaId("B1")}};
  made.posts = {{.id = PostId("UH"), .role = Role::unit_head, .areas = {AreaId("U1")}}};
  made.devices = {{.id = DeviceId("GA"), .profile = "native", .address = "GA", .place = "home"}};
  return made;
}

Records people() {
  Records made;
  made.persons = {{.id = PersonId("P1")}, {.id = PersonId("P2"), .home = HouseholdId("home")}};
  made.households = {{.id = HouseholdId("home"),
                      .area = AreaId("U1"),
                      .residents = {{.person = PersonId("P2")}, {.person = PersonId("no phone")}},
                      .contacts = {{.person = PersonId("P1"), .relation = "son"}}}};
  made.holdings = {{.post = PostId("UH"), .person = PersonId("P1"), .from = kNow}};
  made.shifts = {
      {.from = kNow, .until = kNow + hours{8}, .a = PersonId("P1"), .b = PersonId("P2")}};
  made.guarantees = {{.household = HouseholdId("home"), .guarantor = PersonId("P1"), .from = kNow}};
  made.equipment = {{.id = "EX", .area = AreaId("U1"), .holder = HouseholdId("home")}};
  return made;
}

TEST(Check, FindsNothingInASoundCommunity) { EXPECT_EQ(check(elm(), people()), Faults{}); }

TEST(Check, WantsAnArea) {
  Community community = elm();
  community.areas.clear();
  community.posts.clear();
  EXPECT_EQ(check(community, {}), Faults{"the community has no area of its own"});
}

TEST(Check, WantsTheCommunityFirstAndParentsBeforeChildren) {
  Community community = elm();
  std::swap(community.areas[0], community.areas[1]);
  EXPECT_EQ(check(community, {}),
            (Faults{"area B1: the first area must be the community itself",
                    "area elm: area  above it does not exist or stands below it"}));
}

TEST(Check, RefusesATierInsideALowerOne) {
  Community community = elm();
  community.areas.push_back({.id = AreaId("B2"), .tier = Tier::building, .parent = AreaId("U1")});
  EXPECT_EQ(check(community, {}), Faults{"area B2: a building can not lie in a unit"});
}

TEST(Check, RefusesTwoOfOneName) {
  Community community = elm();
  community.areas.push_back(community.areas.back());
  community.posts.push_back(community.posts.back());
  community.devices.push_back(community.devices.back());
  Records records = people();
  records.persons.push_back(records.persons.front());
  records.households.push_back(records.households.front());
  EXPECT_EQ(
      check(community, records),
      (Faults{"area U1 is there twice", "person P1 is there twice", "household home is there twice",
              "post UH is there twice", "device GA is there twice"}));
}

TEST(Check, FindsEveryLooseEndOfTheLedgers) {
  Records records = people();
  records.persons[1].home = HouseholdId("gone");
  records.households[0].area = AreaId("U9");
  records.households[0].contacts[0].person = PersonId("P9");
  records.holdings[0].post = PostId("UH9");
  records.guarantees[0].household = HouseholdId("gone");
  records.equipment[0].area = AreaId("U9");
  records.equipment[0].holder = HouseholdId("gone");
  EXPECT_EQ(
      check(elm(), records),
      (Faults{"household home: area U9 does not exist", "household home: person P9 does not exist",
              "person P2: household gone does not exist", "holder of UH9: there is no such post",
              "guarantor of gone: there is no such household",
              "equipment EX: area U9 does not exist",
              "equipment EX: household gone does not exist"}));
}

TEST(Check, FindsEveryLooseEndOfThePosts) {
  Community community = elm();
  community.posts[0].stand_in = PostId("UH9");
  community.posts.push_back({.id = PostId("BH"),
                             .role = Role::building_head,
                             .areas = {AreaId("B9")},
                             .filled_by = FilledBy::holder});
  community.posts.push_back({.id = PostId("SEC"),
                             .role = Role::secretary,
                             .filled_by = FilledBy::holder,
                             .holder = PersonId("P9")});
  EXPECT_EQ(check(community, people()),
            (Faults{"post BH: area B9 does not exist",
                    "post BH: needs a holder exactly when it is not filled otherwise",
                    "post SEC: answers for no area", "post UH: stand-in UH9 does not exist"}));
}

TEST(Check, RefusesOnePersonOnBothDutyPosts) {
  Records records = people();
  records.shifts[0].b = PersonId("P1");
  EXPECT_EQ(check(elm(), records),
            Faults{"shift from 2024-10-04T00:00:00.000Z: posts A and B are both P1"});
}

TEST(Check, RefusesAShiftThatEndsBeforeItBeginsOrIsOutOfOrder) {
  Records records = people();
  records.shifts.push_back({.from = kNow - hours{8},
                            .until = kNow - hours{9},
                            .a = PersonId("P1"),
                            .b = PersonId("P2")});
  EXPECT_EQ(check(elm(), records),
            (Faults{"shift from 2024-10-03T16:00:00.000Z ends before it begins",
                    "shift from 2024-10-03T16:00:00.000Z is out of order"}));
}

TEST(Check, LeavesAGapInTheRotaToTheImport) {
  Records records = people();
  records.shifts.push_back({.from = kNow + hours{16},
                            .until = kNow + hours{24},
                            .a = PersonId("P1"),
                            .b = PersonId("P2")});
  EXPECT_EQ(check(elm(), records), Faults{});
  EXPECT_EQ(gaps(records.shifts).size(), 1U);
}

}  // namespace
}  // namespace shouwang::household
