#include "escalation/audience.h"

#include <gtest/gtest.h>

#include "tests/unit/escalation/calls.h"

namespace shouwang::escalation {
namespace {

using household::Role;
using Lines = Scene::Lines;
using Passed = std::vector<Skipped>;

TEST(Audiences, HaveNamesThatLeadBackToThem) {
  for (int i = 0; i < kAudienceCount; ++i) {
    const auto audience = static_cast<Audience>(i);
    EXPECT_EQ(audience_named(name_of(audience)), audience);
  }
  EXPECT_EQ(audience_named("everybody"), std::nullopt);
}

TEST(ACap, CallsTheFirstAndNamesTheOthers) {
  const Scene scene("B05-U1");
  const Call call = scene.call(Audience::other_unit_heads, 2);
  EXPECT_EQ(persons(call), (Lines{"B05-U2-101/1", "B05-U3-102/1"}));
  EXPECT_EQ(call.skipped, (Passed{{"B05-U4-101/1", Pass::capped}}));
}

TEST(AnUnknownPlace, CallsThePostsOfTheWholeCommunity) {
  const Scene scene("GA-ZZZ");
  EXPECT_EQ(told(scene.call(Audience::duty_a)), Lines{"OF04 duty_a counted"});
  EXPECT_EQ(told(scene.call(Audience::secretary)), Lines{"ST01 secretary counted"});
  for (const Audience families : {Audience::household, Audience::unit_homes, Audience::relatives,
                                  Audience::neighbours, Audience::guarantors}) {
    EXPECT_EQ(told(scene.call(families)), Lines{}) << families;
  }
}

TEST(AVacantDutyPost, GoesToTheOtherAndThenToTheOffice) {
  auto made = reference::build();
  made.records.shifts.clear();
  const Scene scene("B05-U4-302", std::move(made));
  const Call call = scene.call(Audience::duty_a);
  EXPECT_EQ(told(call), Lines{"ST01 secretary counted"});
  EXPECT_EQ(call.skipped, (Passed{{"DUTY-A", Pass::vacant}, {"DUTY-B", Pass::vacant}}));
}

TEST(AHeadOfTwoSeats, WhoIsAwayDoesNotHoldUpTheRungForEither) {
  Scene scene("B11-U4-403");
  const auto head = scene.call(Audience::building_head).targets[0].person;
  scene.mark_away(head.str());
  EXPECT_EQ(told(scene.call(Audience::building_head)),
            (Lines{head.str() + " building_head away", "V361 grid_head counted"}));
}

TEST(APersonFoundUnreachable, IsTriedAgainButNotReliedUpon) {
  Scene scene("B05-U4-302");
  scene.mark_unreachable("B05-U4-101/1");
  const Call call = scene.call(Audience::unit_head);
  EXPECT_EQ(told(call), (Lines{"B05-U4-101/1 unit_head", "B05-U1-103/1 unit_head counted"}));
  EXPECT_EQ(call.skipped, (Passed{{"UH-B05-U4", Pass::unreachable}}));
}

TEST(ASuccessor, IsTheNextUnitHeadOfTheBuilding) {
  const Scene scene("B05-U4-302");
  const Call call =
      successors(PersonId("B05-U4-101/1"), Role::unit_head, scene.incident, scene.situation());
  EXPECT_EQ(told(call), Lines{"B05-U1-103/1 unit_head counted"});
}

TEST(ASuccessor, IsTheConfiguredStandInFirst) {
  const Scene scene("B05-U1-201");
  const Call call =
      successors(PersonId("B05-U1-103/1"), Role::unit_head, scene.incident, scene.situation());
  EXPECT_EQ(told(call), Lines{"B05-U2-101/1 unit_head counted"});
}

TEST(ASuccessor, OfDutyAIsDutyBThenTheOffice) {
  Scene scene("B05-U1-201");
  const auto next = [&](const char* person, Role role) {
    return told(successors(PersonId(person), role, scene.incident, scene.situation()));
  };
  EXPECT_EQ(next("OF04", Role::duty_a), Lines{"OF09 duty_b counted"});
  EXPECT_EQ(next("OF09", Role::duty_b), Lines{"ST01 secretary counted"});
  EXPECT_EQ(next("ST01", Role::secretary), Lines{"ST02 director counted"});
  EXPECT_EQ(next("R0001", Role::relative), Lines{});
}

TEST(Away, HoldsForAPersonOnlyWhileTheFactDoes) {
  Scene scene("B05-U1-201");
  scene.mark_away("V161");
  EXPECT_TRUE(is_away(PersonId("V161"), scene.situation()));
  EXPECT_FALSE(is_away(PersonId("V162"), scene.situation()));
  scene.now += std::chrono::days{1};
  EXPECT_FALSE(is_away(PersonId("V161"), scene.situation()));
}

TEST(Away, OfAHomeIsAwayOfAllWhoLiveThere) {
  Scene scene("B05-U1-201");
  scene.mark_away("B05-U1-103");
  EXPECT_EQ(told(scene.call(Audience::unit_head)),
            (Lines{"B05-U1-103/1 unit_head away", "B05-U2-101/1 unit_head counted"}));
  EXPECT_FALSE(is_away(PersonId("V161"), scene.situation()));
}

TEST(Away, DoesNotComeFromAnotherFact) {
  Scene scene("B05-U1-201");
  scene.mark_away("V161");
  scene.facts[0].kind = household::DatedFact::Kind::visitor;
  EXPECT_FALSE(is_away(PersonId("V161"), scene.situation()));
}

TEST(LivingInside, IsTheHomeForGasAndTheWholeStairwellForSmoke) {
  const Scene scene("B05-U1");
  const auto& registry = scene.registry();
  const auto inside = [&](const char* person, const char* place) {
    return lives_inside(PersonId(person), registry.place_named(place), registry);
  };
  EXPECT_TRUE(inside("B05-U1-103/1", "B05-U1"));
  EXPECT_TRUE(inside("B05-U1-103/1", "B05-U1-103"));
  EXPECT_FALSE(inside("B05-U1-103/1", "B05-U1-102"));
  EXPECT_FALSE(inside("B05-U1-103/1", "B05-U2"));
  EXPECT_FALSE(inside("V161", "B05-U1"));
  EXPECT_FALSE(inside("nobody", "B05-U1"));
  EXPECT_FALSE(inside("B05-U1-103/1", "in the yard"));
}

}  // namespace
}  // namespace shouwang::escalation
