#include "notify/scene.h"

#include <gtest/gtest.h>

namespace shouwang::notify {
namespace {

using namespace std::chrono_literals;
using device::Kind;
using household::Place;
using household::Role;
using household::Tier;

constexpr Instant kRaised{1'768'416'000'000ms};

dispatch::Book book_with_a_unit() {
  household::Community community{
      .id = CommunityId("changshan"),
      .label = "长山花园",
      .areas = {{.id = AreaId("C"), .tier = Tier::community, .label = "", .shelter = "活动室"},
                {.id = AreaId("B05"), .parent = AreaId("C"), .label = "5号楼"},
                {.id = AreaId("B05-U4"), .parent = AreaId("B05"), .label = "4单元"}}};
  community.areas[1].tier = Tier::building;
  household::Records records{.households = {{.id = HouseholdId("B05-U4-302"),
                                             .area = AreaId("B05-U4"),
                                             .label = "302",
                                             .residents = {},
                                             .contacts = {}}}};
  return {std::make_shared<household::Registry>(std::move(community), std::move(records)),
          std::make_shared<dispatch::Rules>(), 1};
}

incident::Incident gas() {
  return {.id = IncidentId("i1"),
          .place = {.scope = Place::Scope::household,
                    .household = HouseholdId("B05-U4-302"),
                    .area = AreaId("B05-U4")},
          .raised_at = kRaised,
          .sources = {{.device = DeviceId("GA-B05-U4-302"), .kind = Kind::gas}}};
}

TEST(Scenes, ShowAnIncidentWithoutAnybodysNameOrFacts) {
  dispatch::Book book = book_with_a_unit();
  incident::Incident incident = gas();
  incident.told = {
      {.person = PersonId("R0786"), .roles = {Role::relative}},
      {.person = PersonId("B05-U4-101/1"), .roles = {Role::resident, Role::unit_head}}};
  incident.responses = {{.person = PersonId("B05-U4-101/1"),
                         .roles = {Role::resident, Role::unit_head},
                         .going_at = kRaised + 40s,
                         .minutes = 6,
                         .stopping = true}};
  incident.lead = PersonId("B05-U4-101/1");
  incident.phase = incident::Phase::claimed;
  book.files[incident.id].incident = incident;
  Scenes scenes(book);
  const Scene* scene = scenes.find(incident.id);
  ASSERT_NE(scene, nullptr);
  EXPECT_EQ(*scene, (Scene{.id = IncidentId("i1"),
                           .kind = Kind::gas,
                           .kinds = {Kind::gas},
                           .place = "5号楼4单元302",
                           .raised_at = kRaised,
                           .phase = incident::Phase::claimed,
                           .lead = Role::unit_head,
                           .minutes = 6,
                           .told = {Role::relative, Role::resident, Role::unit_head},
                           .shelter = "活动室"}));
  EXPECT_EQ(scenes.find(incident.id), scene);
  EXPECT_EQ(scenes.find(IncidentId("i2")), nullptr);
}

TEST(Scenes, ShowWhatBelongsTogetherTheMostUrgentFirst) {
  dispatch::Book book = book_with_a_unit();
  incident::Incident first = gas();
  first.sources.push_back({.device = DeviceId("CO-B05-U4-302"), .kind = Kind::co});
  first.linked = {IncidentId("i2"), IncidentId("gone")};
  incident::Incident second = gas();
  second.id = IncidentId("i2");
  second.kind = Kind::smoke;
  book.files[first.id].incident = first;
  book.files[second.id].incident = second;
  EXPECT_EQ(Scenes(book).find(first.id)->kinds,
            (std::vector<Kind>{Kind::smoke, Kind::gas, Kind::co}));
}

TEST(Scenes, ShowTheEndWithItsCause) {
  dispatch::Book book = book_with_a_unit();
  incident::Incident incident = gas();
  incident.settled_as = incident::Cause::pot;
  book.files[incident.id].incident = incident;
  EXPECT_EQ(Scenes(book).find(incident.id)->cause, incident::Cause::pot);
  book.files[incident.id].incident.closing = {.at = kRaised, .cause = incident::Cause::cooking};
  EXPECT_EQ(Scenes(book).find(incident.id)->cause, incident::Cause::cooking);
}

TEST(Scenes, AnUnknownPlaceIsFreeText) {
  dispatch::Book book = book_with_a_unit();
  incident::Incident incident = gas();
  incident.place = {.scope = Place::Scope::unknown, .text = "GA-ZZZ"};
  book.files[incident.id].incident = incident;
  const Scene scene = *Scenes(book).find(incident.id);
  EXPECT_EQ(scene.place, "GA-ZZZ");
  EXPECT_TRUE(scene.free_place);
  EXPECT_EQ(scene.shelter, "");
}

}  // namespace
}  // namespace shouwang::notify
