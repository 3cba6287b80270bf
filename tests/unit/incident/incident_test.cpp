#include <gtest/gtest.h>

#include "make.h"

namespace shouwang::incident {
namespace {

Source smoke_at(int seconds) {
  return {.device = DeviceId("SM-B05-U4"),
          .kind = device::Kind::smoke,
          .first_at = at(seconds),
          .last_at = at(seconds)};
}

TEST(Sources, AFurtherSourceOnlyRaises) {
  Incident incident = gas_in_302();
  EXPECT_TRUE(add_source(incident, smoke_at(60)));
  EXPECT_EQ(incident.kind, device::Kind::smoke);
  EXPECT_EQ(incident.sources.size(), 2U);
  Source gas = incident.sources.front();
  gas.last_at = at(70);
  EXPECT_FALSE(add_source(incident, gas));
  EXPECT_EQ(incident.kind, device::Kind::smoke);
  EXPECT_EQ(incident.sources.front().count, 2U);
  EXPECT_EQ(broken_rule(incident), std::nullopt);
}

TEST(Sources, TheHighestValueIsKept) {
  Incident incident = gas_in_302();
  Source repeat = incident.sources.front();
  repeat.value = 12.5;
  repeat.unit = "%LEL";
  add_source(incident, repeat);
  repeat.value = 3.0;
  add_source(incident, repeat);
  EXPECT_EQ(incident.sources.front().value, 12.5);
  EXPECT_EQ(incident.sources.front().unit, "%LEL");
}

TEST(Sources, NormalAgainClearsTheReadingNotTheIncident) {
  Incident incident = gas_in_302();
  EXPECT_TRUE(clear_source(incident, DeviceId("GA-B05-U4-302"), at(20)));
  EXPECT_FALSE(clear_source(incident, DeviceId("GA-B05-U4-302"), at(21)));
  EXPECT_FALSE(incident.any_source_alarming());
  EXPECT_TRUE(incident.is_open());
  EXPECT_EQ(incident.phase, Phase::told);
}

TEST(RingAgain, ASettledIncidentWhoseSensorAlarmsAnewHasNobodyGoing) {
  Incident incident = told_to_four();
  ASSERT_EQ(apply(incident, press(incident, "head", Action::arrived), kTenMinutes, at(100)),
            std::nullopt);
  Answer pot = press(incident, "head", Action::cause);
  pot.cause = Cause::pot;
  ASSERT_EQ(apply(incident, pot, kTenMinutes, at(200)), std::nullopt);
  ring_again(incident, at(300));
  EXPECT_EQ(incident.phase, Phase::told);
  EXPECT_EQ(incident.phase_since, at(300));
  EXPECT_FALSE(incident.somebody_is_going());
  EXPECT_FALSE(incident.somebody_arrived());
  EXPECT_EQ(incident.lead, std::nullopt);
  EXPECT_EQ(incident.settled_as, std::nullopt);
  EXPECT_EQ(broken_rule(incident), std::nullopt);
}

TEST(BrokenRule, NamesWhatIsBroken) {
  const auto broken = [](void (*spoil)(Incident&)) {
    Incident incident = told_to_four();
    spoil(incident);
    return broken_rule(incident).value_or("sound");
  };
  EXPECT_EQ(broken([](Incident&) {}), "sound");
  EXPECT_EQ(broken([](Incident& i) { i.id = IncidentId(); }), "an incident has an id");
  EXPECT_EQ(broken([](Incident& i) { i.sources.clear(); }), "an incident has a source");
  EXPECT_EQ(broken([](Incident& i) { i.phase = Phase::closed; }), "closed exactly with a closing");
  EXPECT_EQ(broken([](Incident& i) { i.phase = Phase::claimed; }),
            "claimed has a claim that stands");
  EXPECT_EQ(broken([](Incident& i) { i.phase = Phase::on_scene; }), "on scene has somebody there");
  EXPECT_EQ(broken([](Incident& i) { i.told.push_back(i.told.front()); }),
            "a person is told once in the list");
  EXPECT_EQ(broken([](Incident& i) { i.lead = PersonId("stranger"); }), "the lead has answered");
  EXPECT_EQ(broken([](Incident& i) { i.origin = Origin::manual; }),
            "opened by a person exactly when manual");
  EXPECT_EQ(broken([](Incident& i) { i.sources.front().kind = device::Kind::smoke; }),
            "the incident has the most urgent kind of its sources");
}

TEST(Names, EveryWordIsReadBackAsItself) {
  for (int i = 0; i < kActionCount; ++i) {
    const auto action = static_cast<Action>(i);
    EXPECT_EQ(action_named(name_of(action)), action);
  }
  EXPECT_EQ(phase_named("on_scene"), Phase::on_scene);
  EXPECT_EQ(cause_named("steam_dust"), Cause::steam_dust);
  EXPECT_EQ(reach_named("on_phone"), Reach::on_phone);
  EXPECT_EQ(tick_named("out"), Tick::out);
  EXPECT_EQ(action_named("explode"), std::nullopt);
}

}  // namespace
}  // namespace shouwang::incident
