// Who is called in the scenarios of the requirements, by the reference community's figures.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/unit/escalation/calls.h"

namespace shouwang::escalation {
namespace {

using Lines = Scene::Lines;
using Passed = std::vector<Skipped>;

// S-07: smoke in a stairwell with 24 homes.

TEST(SmokeInB05U1, IsToldToAll24HomesTheVulnerableFirst) {
  const Scene scene("B05-U1");
  const Call call = scene.call(Audience::unit_homes);
  EXPECT_EQ(call.targets.size(), 24U);
  const Lines lines = told(call);
  EXPECT_EQ(lines[0], "B05-U1-101/1 resident inside");
  EXPECT_EQ(lines[1], "B05-U1-403/1 resident inside");
  EXPECT_TRUE(std::ranges::all_of(call.targets, [](const Target& t) {
    return t.inside && !t.counted && t.person.str().starts_with("B05-U1-");
  }));
  EXPECT_EQ(call.skipped, Passed{});
}

TEST(SmokeInB05U1, ReachesTheHeadWhoLivesInsideAndCountsOnTheNextUnitHead) {
  const Scene scene("B05-U1");
  EXPECT_EQ(told(scene.call(Audience::unit_head)),
            (Lines{"B05-U1-103/1 unit_head inside", "B05-U2-101/1 unit_head counted"}));
  EXPECT_EQ(scene.call(Audience::unit_head).skipped, (Passed{{"UH-B05-U1", Pass::inside}}));
  EXPECT_EQ(told(scene.call(Audience::outside_unit_head)), Lines{"B05-U2-101/1 unit_head counted"});
}

TEST(SmokeInB05U1, ReachesTheBuildingHeadWhoLivesInsideAndCountsOnTheGridHead) {
  const Scene scene("B05-U1");
  EXPECT_EQ(told(scene.call(Audience::building_head)),
            (Lines{"B05-U1-102/1 building_head inside", "V161 grid_head counted"}));
}

TEST(SmokeInB05U1, CallsBothDutyPosts) {
  const Scene scene("B05-U1");
  EXPECT_EQ(told(scene.call(Audience::duty_a)), Lines{"OF04 duty_a counted"});
  EXPECT_EQ(told(scene.call(Audience::duty_b)), Lines{"OF09 duty_b counted"});
}

TEST(SmokeInB05U1, TellsFourRelativesOfLoneEldersAtOnceAndTheRestLater) {
  const Scene scene("B05-U1");
  const Call first = scene.call(Audience::vulnerable_relatives);
  const Call rest = scene.call(Audience::other_relatives);
  EXPECT_EQ(first.targets.size(), 4U);
  std::set<std::string> all;
  for (const Call* call : {&first, &rest}) {
    for (const std::string& person : persons(*call)) all.insert(person);
  }
  EXPECT_EQ(all.size(), first.targets.size() + rest.targets.size());
  EXPECT_EQ(scene.call(Audience::relatives).targets.size(), all.size());
  std::size_t links = 0;
  for (const auto* home : scene.registry().households_in(AreaId("B05-U1"))) {
    links += home->contacts.size();
  }
  EXPECT_EQ(links, 39U);
}

TEST(SmokeInB05U1, CallsTheOtherUnitHeadsAndTheNeighboursOfTheRestOfTheBuildingLater) {
  const Scene scene("B05-U1");
  EXPECT_EQ(persons(scene.call(Audience::other_unit_heads)),
            (Lines{"B05-U2-101/1", "B05-U3-102/1", "B05-U4-101/1"}));
  const Call neighbours = scene.call(Audience::neighbours);
  EXPECT_FALSE(neighbours.targets.empty());
  for (const Target& target : neighbours.targets) {
    EXPECT_TRUE(target.person.str().starts_with("B05-"));
    EXPECT_FALSE(target.person.str().starts_with("B05-U1-"));
  }
}

TEST(SmokeInB05U4, PutsTheHomeThatCanNotComeDownFirst) {
  const Scene scene("B05-U4");
  EXPECT_EQ(persons(scene.call(Audience::unit_homes))[0], "B05-U4-302/1");
}

TEST(SmokeInABuilding, IsToldToEveryHomeOfIt) {
  const Scene scene("B05-U4");
  EXPECT_EQ(scene.call(Audience::building_homes).targets.size(), 96U);
}

// S-03, R-16: a lone elder has guarantors.

TEST(GasAtALoneEldersHome, CallsTheirUnitHeadAndBuildingHeadAsGuarantors) {
  const Scene scene("B05-U4-302");
  EXPECT_EQ(told(scene.call(Audience::guarantors)),
            (Lines{"B05-U4-101/1 guarantor counted", "B05-U1-102/1 guarantor counted"}));
  EXPECT_EQ(told(scene.call(Audience::relatives)), Lines{"R0786 relative"});
  EXPECT_EQ(told(scene.call(Audience::household)), Lines{"B05-U4-302/1 resident inside"});
}

TEST(GasAtALoneEldersHome, FollowsAPairThatWasNamedInstead) {
  auto made = reference::build();
  made.records.guarantees.push_back({.household = HouseholdId("B05-U4-302"),
                                     .guarantor = PersonId("V007"),
                                     .from = *parse_utc("2026-01-10T00:00:00+08:00"),
                                     .until = *parse_utc("2026-01-20T00:00:00+08:00")});
  Scene scene("B05-U4-302", std::move(made));
  EXPECT_EQ(told(scene.call(Audience::guarantors)), Lines{"V007 guarantor counted"});
  scene.now = *parse_utc("2026-01-20T00:00:00+08:00");
  EXPECT_EQ(persons(scene.call(Audience::guarantors)), (Lines{"B05-U4-101/1", "B05-U1-102/1"}));
}

TEST(GasInAHomeOfSeveral, HasNoGuarantors) {
  const Scene scene("B05-U1-102");
  EXPECT_EQ(told(scene.call(Audience::guarantors)), Lines{});
}

// S-05: nobody on record.

TEST(GasAtAHomeWithoutRelatives, PassesThemOverAtOnce) {
  const Scene scene("B01-U1-101");
  const Call call = scene.call(Audience::relatives);
  EXPECT_EQ(told(call), Lines{});
  EXPECT_EQ(call.skipped, (Passed{{"B01-U1-101", Pass::no_contacts}}));
}

// S-06: the unit head is away.

TEST(AUnitHeadWhoIsAway, IsToldForInformationAndTheStandInIsCounted) {
  Scene scene("B05-U1-201");
  scene.mark_away("B05-U1-103/1");
  const Call call = scene.call(Audience::unit_head);
  EXPECT_EQ(told(call), (Lines{"B05-U1-103/1 unit_head away", "B05-U2-101/1 unit_head counted"}));
  EXPECT_EQ(call.skipped, (Passed{{"UH-B05-U1", Pass::away}}));
}

TEST(AUnitHeadWhoIsAway, WithoutAStandInIsFollowedByTheNextOfTheBuilding) {
  Scene scene("B05-U4-302");
  scene.mark_away("B05-U4-101/1");
  EXPECT_EQ(told(scene.call(Audience::unit_head)),
            (Lines{"B05-U4-101/1 unit_head away", "B05-U1-103/1 unit_head counted"}));
}

TEST(AUnitHeadWhoDoesNotAnswer, IsFollowedByTheStandInInTheSecondWave) {
  Scene scene("B05-U1-201");
  EXPECT_EQ(told(scene.call(Audience::stand_ins)), Lines{"B05-U2-101/1 unit_head counted"});
  scene.incident.responses.push_back({.person = PersonId("B05-U1-103/1")});
  EXPECT_EQ(told(scene.call(Audience::stand_ins)), Lines{});
}

// S-16: the building head's own home.

TEST(GasAtTheBuildingHeadsOwnHome, GoesToTheGridHeadInTheirStead) {
  const Scene scene("B05-U1-102");
  const Call call = scene.call(Audience::building_head);
  EXPECT_EQ(told(call), (Lines{"B05-U1-102/1 building_head inside", "V161 grid_head counted"}));
  EXPECT_EQ(call.skipped, (Passed{{"BH05", Pass::inside}}));
  EXPECT_EQ(told(scene.call(Audience::unit_head)), Lines{"B05-U1-103/1 unit_head counted"});
  EXPECT_EQ(told(scene.call(Audience::relatives)), Lines{"R0650 relative"});
}

// S-22: a home without unit and building; the duty officer opened it by hand.

TEST(GasOutsideTheBuildings, GoesToTheGridHeadWithoutUnitOrBuildingHead) {
  Scene scene("G03-X017");
  scene.incident.origin = incident::Origin::manual;
  scene.incident.opened_by = PersonId("OF04");
  EXPECT_EQ(told(scene.call(Audience::unit_head)), Lines{"V081 grid_head counted"});
  EXPECT_EQ(scene.call(Audience::unit_head).skipped, (Passed{{"unit_head", Pass::vacant}}));
  EXPECT_EQ(told(scene.call(Audience::building_head)), Lines{"V081 grid_head counted"});
  EXPECT_EQ(told(scene.call(Audience::grid_head)), Lines{"V081 grid_head counted"});
  EXPECT_EQ(told(scene.call(Audience::patrol)), Lines{"V083 patrol counted"});
  EXPECT_EQ(told(scene.call(Audience::neighbours)), Lines{});
}

TEST(GasOutsideTheBuildings, GoesToDutyBWhenDutyAOpenedItByHand) {
  Scene scene("G03-X017");
  scene.incident.opened_by = PersonId("OF04");
  const Call call = scene.call(Audience::duty_a);
  EXPECT_EQ(told(call), Lines{"OF09 duty_b counted"});
  EXPECT_EQ(call.skipped, (Passed{{"DUTY-A", Pass::opener}}));
}

// S-24: building 11 has no head of its own.

TEST(GasInBuilding11, GoesToTheHeadOfBuilding10) {
  const Scene scene("B11-U4-403");
  EXPECT_EQ(persons(scene.call(Audience::building_head)),
            persons(Scene("B10-U1-403").call(Audience::building_head)));
  EXPECT_EQ(scene.call(Audience::building_head).targets.size(), 1U);
  EXPECT_TRUE(scene.call(Audience::building_head).targets[0].counted);
}

TEST(GasInBuilding11, GoesToTheGridHeadAtOnceWhereTheSeatIsVacant) {
  const Scene scene("B11-U4-403", reference::build({.b11_vacant = true}));
  const Call call = scene.call(Audience::building_head);
  EXPECT_EQ(told(call), Lines{"V361 grid_head counted"});
  EXPECT_EQ(call.skipped, (Passed{{"building_head", Pass::vacant}}));
}

// who is counted among the neighbours.

TEST(TheNeighbours, AreToldButThirtyHomesAreNotCounted) {
  auto made = reference::build();
  std::set<std::string> counted;
  std::set<std::string> uncounted;
  for (const auto& area : made.community.areas) {
    if (area.tier != household::Tier::unit) continue;
    // The alarm is at a home that is not itself one of the neighbours.
    const auto at = std::ranges::find_if(made.records.households, [&](const auto& home) {
      return home.area == area.id && home.neighbours == household::Neighbours::no;
    });
    const Scene scene(at->id.str(), made);
    for (const Target& target : scene.call(Audience::neighbours).targets) {
      (target.counted ? counted : uncounted).insert(target.person.str());
    }
  }
  EXPECT_EQ(counted.size(), 131U);
  EXPECT_EQ(uncounted.size(), 30U);
  EXPECT_TRUE(uncounted.contains("B05-U2-204/1"));
}

TEST(TheNeighbours, AreCountedWhenTheyOptedInAsAble) {
  auto made = reference::build();
  const auto lone = std::ranges::find(made.records.households, HouseholdId("B05-U2-204"),
                                      &household::Household::id);
  lone->neighbours = household::Neighbours::opted_in_able;
  const Scene scene("B05-U2-101", std::move(made));
  const Call call = scene.call(Audience::neighbours);
  const auto found = std::ranges::find(call.targets, PersonId("B05-U2-204/1"), &Target::person);
  ASSERT_NE(found, call.targets.end());
  EXPECT_TRUE(found->counted);
}

TEST(TheNeighbours, DoNotIncludeTheHomeThatIsInDanger) {
  const Scene scene("B05-U2-204");
  for (const std::string& person : persons(scene.call(Audience::neighbours))) {
    EXPECT_FALSE(person.starts_with("B05-U2-204/")) << person;
  }
}

TEST(TheDutyPool, IsEverybodyOnTheRotaThisWeek) {
  const Scene scene("B05-U1");
  EXPECT_EQ(scene.call(Audience::duty_pool).targets.size(), 10U);
}

TEST(ASharedRelative, IsToldOnceOfAWholeStairwell) {
  const Scene scene("B01-U2");
  const Lines all = persons(scene.call(Audience::relatives));
  EXPECT_EQ(std::ranges::count(all, "R0046"), 1);
}

}  // namespace
}  // namespace shouwang::escalation
