// S-22, R-06, R-11, R-50: places nobody knows, homes without a device, states from before.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/story/town.h"

namespace shouwang::testing {
namespace {

TEST(S22, AHomeWithoutADeviceSmellsGas) {
  Town town("2026-01-13 10:20");
  town.at(0s).opens_by_hand("OF08", "G03-X017", device::Kind::gas);
  town.expect(0s).told("V081").as(Role::grid_head);
  town.expect(0s).told("OF03").as(Role::duty_b);
  town.expect(0s).told("G03-X017/1").as(Role::resident);
  town.expect(0s).not_told("OF08");
  town.run(10s);
  EXPECT_EQ(town.incident().origin, incident::Origin::manual);
  EXPECT_EQ(town.incident().opened_by, PersonId("OF08"));
}

TEST(R06, AnUnknownDeviceGoesToTheOfficeOnly) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-ZZZ");
  town.expect(0s).told_exactly({"OF08"});
  town.run(30s);
  EXPECT_EQ(town.incident().place.scope, household::Place::Scope::unknown);
}

TEST(R01, TwoKindsTwoScopesOneBinary) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B05-U2-301");
  town.at(1s).alarms("SM-B07-U3");
  town.run(2s);
  EXPECT_EQ(town.incident(0).place.scope, household::Place::Scope::household);
  EXPECT_EQ(town.incident(1).place.scope, household::Place::Scope::area);
  EXPECT_EQ(town.card("OF08", 1)->homes.size(), 24U);
}

TEST(R04, TheHomeOfWhoCanNotDescendIsFirstOnTheList) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("SM-B05-U4");
  town.run(1s);
  EXPECT_EQ(town.card("OF08")->homes.front().household, HouseholdId("B05-U4-302"));
  for (const auto& told : town.incident().told) {
    EXPECT_FALSE(told.roles.has(Role::resident) && told.person.str().starts_with("B05-U1-") &&
                 !told.roles.has(Role::building_head))
        << told.person << " does not live in the stairwell";
  }
}

}  // namespace
}  // namespace shouwang::testing
