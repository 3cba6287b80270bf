// S-06, S-07, S-16: smoke for a whole stairwell, heads who are away, inside or victims themselves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/story/town.h"

namespace shouwang::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

TEST(S06, TheUnitHeadIsAwayAndTheExtinguisherLockedIn) {
  Town town("2026-07-20 14:00");
  town.at(0s).is_away("B05-U1-103/1", -48h, 120h);
  town.at(0s).alarms("SM-B05-U1");
  town.expect(0s).tells("B05-U1-103/1", Letter::info);
  town.expect(0s).told("B05-U2-101/1").as(Role::unit_head);  // The configured stand-in.
  town.expect(0s).told("B05-U1-102/1").as(Role::building_head);
  town.expect(0s).holds("the building head lives inside and is not counted", [](Town& t) {
    const auto* told = t.incident().find_told(PersonId("B05-U1-102/1"));
    return told->roles.has(Role::resident) && !told->counted && told->inside;
  });
  town.expect(0s).holds("the extinguisher named is one that can be had", [](Town& t) {
    const auto card = t.card("B05-U2-101/1");
    return !card->extinguisher_inside && card->extinguisher_outside->id == "EX-B05-U2" &&
           card->extinguishers_locked == std::vector<std::string>{"EX-B05-U1"};
  });
  town.run(10s);
}

TEST(S06, AHeadWhoNeverSaidThatTheyAreAwayIsReplacedAfterAMinute) {
  Town town("2026-07-20 14:00");
  town.at(0s).alarms("GA-B05-U1-201");
  town.expect(0s).told("B05-U1-103/1").as(Role::unit_head);
  town.expect(60s).told("B05-U2-101/1").as(Role::unit_head);
  town.run(61s);
}

TEST(S07, SmokeInTheStairwellReachesEveryHomeAndSomebodyOutside) {
  Town town("2026-01-13 19:05");
  town.at(0s).alarms("SM-B05-U1");
  for (int floor = 1; floor <= 6; ++floor) {
    for (int door = 1; door <= 4; ++door) {
      const std::string home =
          "B05-U1-" + std::to_string(floor) + "0" + std::to_string(door) + "/1";
      town.expect(0s).told(home).as(Role::resident);
    }
  }
  town.expect(0s).told("B05-U2-101/1").as(Role::unit_head);
  town.expect(0s).told("OF09").as(Role::duty_a);
  town.expect(0s).told("OF04").as(Role::duty_b);
  town.expect(0s).count("B05-U1-103/1", 1);
  town.expect(0s).not_told("B05-U2-201/1");
  town.expect(0s).not_told("B05-U3-102/1");
  town.expect(0s).holds("somebody outside is counted on", [](Town& t) {
    return t.incident().find_told(PersonId("B05-U2-101/1"))->counted;
  });
  town.expect(0s).holds(
      "only the relatives of the lone elders at 101 and 403 are told", [](Town& t) {
        std::set<std::string> expected;
        for (const char* home : {"B05-U1-101", "B05-U1-403"}) {
          for (const auto& contact : t.book().registry->household(HouseholdId(home))->contacts) {
            expected.insert(contact.person.str());
          }
        }
        std::set<std::string> told;
        for (const auto& one : t.incident().told) {
          if (one.roles.has(Role::relative)) told.insert(one.person.str());
        }
        return told == expected && expected.size() == 4;
      });
  town.expect(0s).told("V161").as(Role::grid_head);  // For the building head, who lives inside.
  town.expect(60s).holds("all relatives are told after a minute", [](Town& t) {
    return std::ranges::count_if(t.incident().told, [](const auto& one) {
             return one.roles.has(Role::relative);
           }) == 39;
  });
  town.expect(150s).told("B05-U4-101/1").as(Role::unit_head);
  town.expect(150s).told("V163").as(Role::patrol);
  town.run(160s);
  const auto card = town.card("B05-U2-101/1");
  ASSERT_EQ(card->homes.size(), 24U);
  EXPECT_EQ(card->homes[0].household, HouseholdId("B05-U1-101"));
  EXPECT_EQ(card->homes[1].household, HouseholdId("B05-U1-403"));
  EXPECT_EQ(card->extinguisher_inside->id, "EX-B05-U1");
  EXPECT_EQ(card->extinguisher_outside->id, "EX-B05-U2");
}

TEST(S07, TheTickListIsSharedAndWhoeverCallsForHelpComesFirst) {
  Town town("2026-01-13 19:05");
  town.at(0s).alarms("SM-B05-U1");
  town.at(20s).presses("B05-U1-602/1", Action::help_me);
  town.expect(20s).holds("the relatives of the home that calls for help are told", [](Town& t) {
    const auto* home = t.book().registry->household(HouseholdId("B05-U1-602"));
    return std::ranges::all_of(home->contacts, [&](const auto& contact) {
      return t.incident().find_told(contact.person) != nullptr;
    });
  });
  town.at(30s).presses("B05-U1-201/1", Action::safe);
  town.at(40s).presses("B05-U2-101/1", Action::going);
  town.at(50s).presses("B05-U1-103/1", Action::out_and_helping);
  town.expect(50s).holds("who lives inside and is out counts from then on", [](Town& t) {
    return t.incident().find_told(PersonId("B05-U1-103/1"))->counted;
  });
  town.at(200s).presses("B05-U2-101/1", Action::arrived);
  town.at(210s).presses({.action = Action::all_out,
                         .by = PersonId("B05-U2-101/1"),
                         .household = HouseholdId("B05-U1-101")});
  town.run(220s);
  for (const char* responder : {"B05-U2-101/1", "OF09"}) {
    const auto homes = town.card(responder)->homes;
    EXPECT_EQ(homes.front().household, HouseholdId("B05-U1-602")) << responder;
    const auto tick = [&](const char* id) {
      return std::ranges::find_if(
                 homes, [&](const auto& home) { return home.household == HouseholdId(id); })
          ->tick;
    };
    EXPECT_EQ(tick("B05-U1-101"), incident::Tick::out);
    EXPECT_EQ(tick("B05-U1-201"), incident::Tick::safe);
    EXPECT_EQ(tick("B05-U1-301"), std::nullopt);
  }
}

TEST(S07, TheRestOfTheBuildingHearsOnlyWhenSomebodySaysSo) {
  Town town("2026-01-13 19:05");
  town.at(0s).alarms("SM-B05-U1");
  town.at(30s).presses("OF09", Action::going);
  town.expect_between(0s, 60s).not_told("B05-U3-204/1");
  town.at(70s).presses("B05-U1-102/1", Action::tell_building);
  town.expect(70s).told("B05-U3-204/1").as(Role::resident);
  town.run(80s);
}

TEST(S16, TheBuildingHeadsOwnHome) {
  Town town("2026-01-13 12:00");
  town.at(0s).alarms("GA-B05-U1-102");
  town.expect(0s).told("B05-U1-102/1").as(Role::resident);
  town.expect(0s).told("R0650").as(Role::relative);
  town.expect(0s).told("B05-U1-103/1").as(Role::unit_head);
  town.expect(0s).holds("the head reads that the spouse wanders", [](Town& t) {
    return t.card("B05-U1-103/1")->homes.at(0).facts.has(household::Fact::wanders);
  });
  town.expect(60s).told("V161").as(Role::grid_head);  // In place of the building head, at once.
  town.expect(60s).holds("the building head is a victim, not a responder", [](Town& t) {
    return !t.incident().find_told(PersonId("B05-U1-102/1"))->counted;
  });
  town.run(70s);
}

TEST(R25, SomebodyMayBeCountedOnOnlyIfTheyAreOutsideAndAble) {
  // The reference community's opted-in homes with elders only: told, but not counted.
  Town town("2026-01-13 12:00");
  town.at(0s).alarms("GA-B05-U2-101");
  town.run(200s);
  const auto* lone = town.incident().find_told(PersonId("B05-U2-204/1"));
  ASSERT_NE(lone, nullptr);
  EXPECT_FALSE(lone->counted);
}

}  // namespace
}  // namespace shouwang::testing
