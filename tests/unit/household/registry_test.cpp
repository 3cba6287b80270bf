#include "household/registry.h"

#include <gtest/gtest.h>

namespace shouwang::household {
namespace {

using std::chrono::days;
using std::chrono::hours;

const Instant kNow{days{20'000}};

std::vector<std::string> ids(const auto& things) {
  std::vector<std::string> texts;
  for (const auto* thing : things) texts.push_back(thing->id.str());
  return texts;
}

// elm -> G1 -> B1 -> B1-U1, B1-U2; elm -> B2 (no grid, no unit); a hut in G1, a shop in elm.
Community elm() {
  Community made{.id = CommunityId("elm"), .label = "Elm"};
  made.areas = {
      {.id = AreaId("elm"), .tier = Tier::community, .label = "Elm", .shelter = "hall"},
      {.id = AreaId("G1"), .tier = Tier::grid, .parent = AreaId("elm"), .label = "grid 1 "},
      {.id = AreaId("B1"), .tier = Tier::building, .parent = AreaId("G1"), .label = "1#"},
      {.id = AreaId("B1-U1"), .tier = Tier::unit, .parent = AreaId("B1"), .label = "U1-"},
      {.id = AreaId("B1-U2"), .tier = Tier::unit, .parent = AreaId("B1"), .label = "U2-"},
      {.id = AreaId("B2"), .tier = Tier::building, .parent = AreaId("elm"), .label = "2#"}};
  made.posts = {{.id = PostId("UH"), .role = Role::unit_head, .areas = {AreaId("B1-U1")}},
                {.id = PostId("BH"),
                 .role = Role::building_head,
                 .areas = {AreaId("B1"), AreaId("B2")},
                 .filled_by = FilledBy::holder,
                 .holder = PersonId("P1")},
                {.id = PostId("A"),
                 .role = Role::duty_a,
                 .areas = {AreaId("elm")},
                 .filled_by = FilledBy::rota_a},
                {.id = PostId("B"),
                 .role = Role::duty_b,
                 .areas = {AreaId("elm")},
                 .filled_by = FilledBy::rota_b},
                {.id = PostId("GL"),
                 .role = Role::grid_head,
                 .areas = {AreaId("G1")},
                 .filled_by = FilledBy::nobody}};
  made.devices = {
      {.id = DeviceId("GA"), .profile = "native", .address = "GA", .place = "B1-U1-101"},
      {.id = DeviceId("SM"), .profile = "native", .address = "SM", .place = "B1-U1"},
      {.id = DeviceId("XX"), .profile = "native", .address = "XX", .place = ""},
      {.id = DeviceId("YY"), .profile = "native", .address = "YY", .place = "cellar"}};
  return made;
}

Records people() {
  Records made;
  for (const char* name : {"P1", "P2", "P3", "P4"}) made.persons.push_back({.id = PersonId(name)});
  made.households = {{.id = HouseholdId("B1-U1-101"), .area = AreaId("B1-U1"), .label = "101"},
                     {.id = HouseholdId("hut"), .area = AreaId("G1"), .label = "hut"},
                     {.id = HouseholdId("B2-9"), .area = AreaId("B2"), .label = "9"},
                     {.id = HouseholdId("shop"), .area = AreaId("elm"), .label = "shop"}};
  made.equipment = {{.id = "EX1", .area = AreaId("B1-U1")},
                    {.id = "EX2", .area = AreaId("B2")},
                    {.id = "EX3", .area = AreaId("B1-U2")}};
  return made;
}

class RegistryOfElm : public testing::Test {
 protected:
  void fill(const std::vector<Holding>& holdings) {
    Records records = people();
    records.holdings = holdings;
    registry_.emplace(elm(), std::move(records));
  }
  void duty(const std::vector<Shift>& shifts) {
    Records records = people();
    records.shifts = shifts;
    registry_.emplace(elm(), std::move(records));
  }
  std::optional<PersonId> holder(const char* post, Instant at) const {
    return registry_->holder(*registry_->post(PostId(post)), at);
  }

  std::optional<Registry> registry_{std::in_place, elm(), people()};
};

TEST_F(RegistryOfElm, FindsWhatIsThereAndNothingElse) {
  EXPECT_EQ(registry_->area(AreaId("B1"))->label, "1#");
  EXPECT_EQ(registry_->area(AreaId("B9")), nullptr);
  EXPECT_EQ(registry_->household(HouseholdId("hut"))->area, AreaId("G1"));
  EXPECT_EQ(registry_->household(HouseholdId("G1")), nullptr);
  EXPECT_EQ(registry_->person(PersonId("P2"))->id, PersonId("P2"));
  EXPECT_EQ(registry_->person(PersonId("P9")), nullptr);
  EXPECT_EQ(registry_->post(PostId("BH"))->role, Role::building_head);
  EXPECT_EQ(registry_->post(PostId("BH2")), nullptr);
  EXPECT_EQ(registry_->device_index(DeviceId("SM")), 1U);
  EXPECT_EQ(registry_->device_index(DeviceId("ZZ")), std::nullopt);
}

TEST_F(RegistryOfElm, PlacesADeviceInAHomeInAnAreaOrNowhere) {
  const auto place = [&](std::size_t i) {
    return registry_->place_of(registry_->community().devices[i]);
  };
  EXPECT_EQ(place(0), (Place{.scope = Place::Scope::household,
                             .household = HouseholdId("B1-U1-101"),
                             .area = AreaId("B1-U1")}));
  EXPECT_EQ(place(1), (Place{.scope = Place::Scope::area, .area = AreaId("B1-U1")}));
  EXPECT_EQ(place(2), (Place{.text = "XX"}));
  EXPECT_EQ(place(3), (Place{.text = "YY"}));
  EXPECT_EQ(registry_->place_named("behind the hut"), (Place{.text = "behind the hut"}));
}

TEST_F(RegistryOfElm, LabelsAPlaceByBuildingUnitAndDoor) {
  EXPECT_EQ(registry_->label(registry_->place_named("B1-U1-101")), "1#U1-101");
  EXPECT_EQ(registry_->label(registry_->place_named("B1-U1")), "1#U1-");
  EXPECT_EQ(registry_->label(registry_->place_named("hut")), "grid 1 hut");
  EXPECT_EQ(registry_->label(registry_->place_named("shop")), "Elmshop");
  EXPECT_EQ(registry_->label(registry_->place_named("by the gate")), "by the gate");
}

TEST_F(RegistryOfElm, ClimbsTheTreeOverMissingTiers) {
  EXPECT_EQ(registry_->enclosing(AreaId("B1-U1"), Tier::unit)->id, AreaId("B1-U1"));
  EXPECT_EQ(registry_->enclosing(AreaId("B1-U1"), Tier::grid)->id, AreaId("G1"));
  EXPECT_EQ(registry_->enclosing(AreaId("B1-U1"), Tier::estate), nullptr);
  EXPECT_EQ(registry_->enclosing(AreaId("B2"), Tier::grid), nullptr);
  EXPECT_EQ(registry_->enclosing(AreaId("B2"), Tier::community)->id, AreaId("elm"));
  EXPECT_EQ(registry_->enclosing(AreaId("nowhere"), Tier::community), nullptr);
  EXPECT_TRUE(registry_->contains(AreaId("B1"), AreaId("B1")));
  EXPECT_TRUE(registry_->contains(AreaId("G1"), AreaId("B1-U2")));
  EXPECT_FALSE(registry_->contains(AreaId("B1-U2"), AreaId("G1")));
  EXPECT_FALSE(registry_->contains(AreaId("G1"), AreaId("B2")));
}

TEST_F(RegistryOfElm, GathersWhatLiesBelowInItsOrder) {
  EXPECT_EQ(ids(registry_->children(AreaId("B1"))), (std::vector<std::string>{"B1-U1", "B1-U2"}));
  EXPECT_EQ(ids(registry_->children(AreaId("elm"))), (std::vector<std::string>{"G1", "B2"}));
  EXPECT_TRUE(registry_->children(AreaId("B1-U1")).empty());
  EXPECT_EQ(ids(registry_->households_in(AreaId("elm"))),
            (std::vector<std::string>{"B1-U1-101", "hut", "B2-9", "shop"}));
  EXPECT_EQ(ids(registry_->households_in(AreaId("G1"))),
            (std::vector<std::string>{"B1-U1-101", "hut"}));
  EXPECT_TRUE(registry_->households_in(AreaId("B1-U2")).empty());
}

TEST_F(RegistryOfElm, FindsEquipmentInAnAreaAndBelowIt) {
  const auto found = [&](const char* area) {
    std::vector<std::string> names;
    for (const Equipment* item : registry_->equipment_in(AreaId(area))) names.push_back(item->id);
    return names;
  };
  EXPECT_EQ(found("B1"), (std::vector<std::string>{"EX1", "EX3"}));
  EXPECT_EQ(found("elm"), (std::vector<std::string>{"EX1", "EX2", "EX3"}));
  EXPECT_EQ(found("B1-U2"), (std::vector<std::string>{"EX3"}));
}

TEST_F(RegistryOfElm, FindsThePostsOfAnAreaOrOfTheNextAboveThatHasAny) {
  EXPECT_EQ(ids(registry_->posts(Role::unit_head, AreaId("B1-U1"))),
            (std::vector<std::string>{"UH"}));
  EXPECT_TRUE(registry_->posts(Role::unit_head, AreaId("B1")).empty());
  EXPECT_EQ(ids(registry_->nearest_posts(Role::building_head, AreaId("B1-U2"))),
            (std::vector<std::string>{"BH"}));
  EXPECT_EQ(ids(registry_->nearest_posts(Role::duty_a, AreaId("B1-U2"))),
            (std::vector<std::string>{"A"}));
  EXPECT_TRUE(registry_->nearest_posts(Role::unit_head, AreaId("B2")).empty());
  EXPECT_TRUE(registry_->nearest_posts(Role::grid_head, AreaId("nowhere")).empty());
}

TEST_F(RegistryOfElm, NamesTheHolderOfAPostByConfigurationLedgerOrNobody) {
  fill({{.post = PostId("UH"), .person = PersonId("P2"), .from = kNow, .until = kNow + days{10}}});
  EXPECT_EQ(holder("BH", kNow), PersonId("P1"));
  EXPECT_EQ(holder("GL", kNow), std::nullopt);
  EXPECT_EQ(holder("UH", kNow - Millis{1}), std::nullopt);
  EXPECT_EQ(holder("UH", kNow), PersonId("P2"));
  EXPECT_EQ(holder("UH", kNow + days{10}), std::nullopt);
}

TEST_F(RegistryOfElm, TakesASeatForVacantWhoseConfiguredHolderIsNotOnRecord) {
  registry_.emplace(elm(), Records{});
  EXPECT_EQ(holder("BH", kNow), std::nullopt);
  EXPECT_EQ(check(elm(), Records{}), std::vector<std::string>{});
}

TEST_F(RegistryOfElm, HandsAPostOverAtTheStrokeOfTheDate) {
  fill({{.post = PostId("UH"), .person = PersonId("P2"), .from = kNow - days{99}},
        {.post = PostId("UH"), .person = PersonId("P3"), .from = kNow}});
  EXPECT_EQ(holder("UH", kNow - Millis{30'000}), PersonId("P2"));
  EXPECT_EQ(holder("UH", kNow), PersonId("P3"));
}

TEST_F(RegistryOfElm, TakesDutyPostsFromTheRota) {
  duty({{.from = kNow, .until = kNow + hours{8}, .a = PersonId("P2"), .b = PersonId("P3")},
        {.from = kNow + hours{8},
         .until = kNow + hours{16},
         .a = PersonId("P3"),
         .b = PersonId("P4")}});
  EXPECT_EQ(holder("A", kNow), PersonId("P2"));
  EXPECT_EQ(holder("B", kNow), PersonId("P3"));
  EXPECT_EQ(holder("A", kNow + hours{8} - Millis{1}), PersonId("P2"));
  EXPECT_EQ(holder("A", kNow + hours{8}), PersonId("P3"));
  EXPECT_EQ(holder("A", kNow + hours{16}), std::nullopt);
  EXPECT_EQ(holder("A", kNow - Millis{1}), std::nullopt);
}

TEST_F(RegistryOfElm, PutsTheLatestToHaveBegunOnDutyWhereShiftsOverlap) {
  duty({{.from = kNow, .until = kNow + hours{12}, .a = PersonId("P2"), .b = PersonId("P3")},
        {.from = kNow + hours{4},
         .until = kNow + hours{6},
         .a = PersonId("P3"),
         .b = PersonId("P4")}});
  EXPECT_EQ(holder("A", kNow + hours{3}), PersonId("P2"));
  EXPECT_EQ(holder("A", kNow + hours{5}), PersonId("P3"));
  EXPECT_EQ(holder("A", kNow + hours{7}), PersonId("P2"));
}

TEST_F(RegistryOfElm, FindsALongShiftBehindShortOnes) {
  std::vector<Shift> shifts = {
      {.from = kNow, .until = kNow + days{7}, .a = PersonId("P1"), .b = PersonId("P2")}};
  for (int day = 0; day < 6; ++day) {
    shifts.push_back({.from = kNow + days{day},
                      .until = kNow + days{day} + hours{8},
                      .a = PersonId("P3"),
                      .b = PersonId("P4")});
  }
  duty(shifts);
  EXPECT_EQ(holder("A", kNow + days{4} + hours{2}), PersonId("P3"));
  EXPECT_EQ(holder("A", kNow + days{4} + hours{12}), PersonId("P1"));
}

TEST_F(RegistryOfElm, ListsTheRolesThatAPersonHoldsAtATime) {
  fill({{.post = PostId("UH"), .person = PersonId("P1"), .from = kNow}});
  EXPECT_EQ(registry_->posts_held(PersonId("P1"), kNow - Millis{1}), Roles{Role::building_head});
  EXPECT_EQ(registry_->posts_held(PersonId("P1"), kNow),
            (Roles{Role::unit_head, Role::building_head}));
  EXPECT_TRUE(registry_->posts_held(PersonId("P2"), kNow).empty());
}

TEST_F(RegistryOfElm, NamesGuarantorsOnlyWhileTheyHold) {
  Records records = people();
  records.guarantees = {{.household = HouseholdId("hut"),
                         .guarantor = PersonId("P4"),
                         .from = kNow,
                         .until = kNow + days{1}}};
  registry_.emplace(elm(), std::move(records));
  EXPECT_EQ(registry_->named_guarantors(HouseholdId("hut"), kNow),
            std::vector<PersonId>{PersonId("P4")});
  EXPECT_TRUE(registry_->named_guarantors(HouseholdId("hut"), kNow + days{1}).empty());
  EXPECT_TRUE(registry_->named_guarantors(HouseholdId("B2-9"), kNow).empty());
}

}  // namespace
}  // namespace shouwang::household
