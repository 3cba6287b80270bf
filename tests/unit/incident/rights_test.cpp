// Table 4.0: what each role may press. One line a role, compared whole.

#include <gtest/gtest.h>

#include "make.h"

namespace shouwang::incident {
namespace {

using enum Action;
using Actions = std::vector<Action>;

Actions page(Role role) { return buttons(told_to_four(), PersonId("somebody"), Roles{role}); }

TEST(Rights, EachRoleHasExactlyItsButtons) {
  EXPECT_EQ(page(Role::resident), (Actions{safe, help_me, cooking}));
  EXPECT_EQ(page(Role::relative), (Actions{going, cannot, spoke, note}));
  const Actions head{going, arrived, need_help, all_out, electrician, cause, away};
  EXPECT_EQ(page(Role::unit_head), head);
  EXPECT_EQ(page(Role::guarantor), head);
  EXPECT_EQ(page(Role::building_head), (Actions{going, arrived, need_help, all_out, electrician,
                                                cause, assign, tell_building, away}));
  const Actions grid{going, arrived, assign, next_wave};
  EXPECT_EQ(page(Role::grid_head), grid);
  EXPECT_EQ(page(Role::patrol), grid);
  EXPECT_EQ(page(Role::neighbour_watch), grid);
  EXPECT_EQ(page(Role::neighbour), (Actions{going, arrived}));
  EXPECT_EQ(page(Role::duty_a), (Actions{seen, going, arrived, need_help, all_out, electrician,
                                         cause, assign, next_wave, tell_building, note, close}));
  EXPECT_EQ(page(Role::duty_b), (Actions{take_over}));
  EXPECT_EQ(page(Role::secretary), (Actions{going, assign, tell_building, close}));
  EXPECT_EQ(page(Role::director), (Actions{going, assign, tell_building, close}));
  EXPECT_EQ(page(Role::specialist), (Actions{going, cannot, done}));
  EXPECT_EQ(page(Role::installer), Actions{});
  EXPECT_EQ(page(Role::viewer), Actions{});
}

TEST(Rights, DutyBMayAllThatDutyAMayOnceTheyTookOver) {
  Incident incident = told_to_four();
  const PersonId b("OF08");
  const Roles roles{Role::duty_b};
  ASSERT_EQ(apply(incident, {.action = take_over, .by = b, .roles = roles}, kTenMinutes, at(70)),
            std::nullopt);
  EXPECT_EQ(incident.desk, b);
  EXPECT_TRUE(may(incident, b, roles, close));
  EXPECT_TRUE(may(incident, b, roles, assign));
  EXPECT_FALSE(may(incident, b, roles, take_over));
  EXPECT_FALSE(may(incident, PersonId("OF09"), roles, close));
}

TEST(Rights, HandOverAndNoEntryAppearWhenTheyMakeSense) {
  Incident incident = told_to_four();
  const Roles roles{Role::unit_head};
  const PersonId head("head");
  EXPECT_FALSE(may(incident, head, roles, hand_over));
  EXPECT_FALSE(may(incident, head, roles, no_entry));
  ASSERT_EQ(apply(incident, press(incident, "head", going), kTenMinutes, at(10)), std::nullopt);
  EXPECT_TRUE(may(incident, head, roles, hand_over));
  ASSERT_EQ(apply(incident, press(incident, "head", arrived), kTenMinutes, at(20)), std::nullopt);
  EXPECT_TRUE(may(incident, head, roles, no_entry));
  EXPECT_FALSE(may(incident, head, roles, arrived));
  EXPECT_FALSE(may(incident, head, roles, going));
}

TEST(Rights, SeveralRolesGiveTheUnionEachButtonOnce) {
  const Incident incident = told_to_four();
  EXPECT_EQ(buttons(incident, PersonId("inside"), Roles{Role::resident, Role::building_head}),
            (Actions{safe, help_me, cooking, out_and_helping, going, arrived, need_help, all_out,
                     electrician, cause, assign, tell_building, away}));
}

TEST(Rights, AfterTheEndOnlyTheRelativeHasSomethingToSay) {
  Incident incident = told_to_four();
  Answer end = press(incident, "OF03", close);
  end.cause = Cause::pot;
  ASSERT_EQ(apply(incident, end, kTenMinutes, at(20)), std::nullopt);
  EXPECT_EQ(buttons(incident, PersonId("R0786"), Roles{Role::relative}),
            (Actions{satisfied, not_satisfied}));
  EXPECT_EQ(buttons(incident, PersonId("head"), Roles{Role::unit_head}), Actions{});
  EXPECT_EQ(buttons(incident, PersonId("OF03"), Roles{Role::duty_a}), Actions{});
}

TEST(Rights, AButtonOfAnotherRoleIsRefusedByName) {
  Incident incident = told_to_four();
  for (const Action action : {arrived, need_help, all_out, cause, assign, tell_building, close,
                              seen, take_over, safe, electrician, next_wave, done}) {
    Incident after = incident;
    EXPECT_EQ(apply(after, press(incident, "R0786", action), kTenMinutes, at(10)),
              Refusal::not_allowed)
        << action;
    EXPECT_EQ(after, incident);
  }
}

TEST(Rights, AStrangerMayNothing) {
  const Incident incident = told_to_four();
  EXPECT_EQ(buttons(incident, PersonId("stranger"), Roles{}), Actions{});
}

}  // namespace
}  // namespace shouwang::incident
