#include "household/post.h"

#include <gtest/gtest.h>

namespace shouwang::household {
namespace {

using std::chrono::days;
using std::chrono::hours;

const Instant kMidnight{days{20'000}};

Shift shift(int from_hour, int until_hour) {
  return {.from = kMidnight + hours{from_hour},
          .until = kMidnight + hours{until_hour},
          .a = PersonId("OF01"),
          .b = PersonId("OF02")};
}

TEST(Roles, HaveNamesThatLeadBackToThem) {
  for (int i = 0; i < kRoleCount; ++i) {
    const auto role = static_cast<Role>(i);
    EXPECT_EQ(role_named(name_of(role)), role);
  }
  EXPECT_EQ(role_named("porter"), std::nullopt);
}

TEST(Roles, AreListedInTheOrderOfTheEnumeration) {
  Roles roles = {Role::director, Role::resident};
  roles.add(Role::patrol);
  const std::vector<Role> expected = {Role::resident, Role::patrol, Role::director};
  EXPECT_EQ(roles.list(), expected);
  EXPECT_TRUE(roles.has_any({Role::patrol, Role::viewer}));
  EXPECT_FALSE(roles.has_any({Role::viewer}));
  EXPECT_EQ(Roles::from_bits(roles.bits()), roles);
}

TEST(Responders, AreSeatsNotFamilies) {
  EXPECT_FALSE(is_responder(Role::resident));
  EXPECT_FALSE(is_responder(Role::relative));
  EXPECT_TRUE(is_responder(Role::unit_head));
  EXPECT_TRUE(is_responder(Role::neighbour));
  EXPECT_TRUE(is_responder(Role::director));
  EXPECT_FALSE(is_responder(Role::specialist));
  EXPECT_FALSE(is_responder(Role::installer));
}

TEST(Holding, WithoutAnEndHoldsForEver) {
  const Holding line{.post = PostId("SEC"), .person = PersonId("ST01"), .from = kMidnight};
  EXPECT_FALSE(line.holds(kMidnight - Millis{1}));
  EXPECT_TRUE(line.holds(kMidnight));
  EXPECT_TRUE(line.holds(kMidnight + days{36'500}));
}

TEST(Gaps, AreNoneInAnEmptyRotaOrOneWhoseShiftsTouch) {
  EXPECT_EQ(gaps({}), std::vector<Gap>{});
  const std::vector<Shift> shifts = {shift(0, 8), shift(8, 16), shift(16, 24)};
  EXPECT_EQ(gaps(shifts), std::vector<Gap>{});
}

TEST(Gaps, NameTheHoursThatNobodyCovers) {
  const std::vector<Shift> shifts = {shift(0, 8), shift(16, 24), shift(25, 32)};
  const std::vector<Gap> expected = {
      {.from = kMidnight + hours{8}, .until = kMidnight + hours{16}},
      {.from = kMidnight + hours{24}, .until = kMidnight + hours{25}}};
  EXPECT_EQ(gaps(shifts), expected);
}

TEST(Gaps, AreFilledByAnEarlierShiftThatRunsLonger) {
  const std::vector<Shift> staggered = {shift(0, 12), shift(4, 8), shift(11, 20)};
  EXPECT_EQ(gaps(staggered), std::vector<Gap>{});
}

}  // namespace
}  // namespace shouwang::household
