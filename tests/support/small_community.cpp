#include "tests/support/small_community.h"

namespace shouwang::testing {
namespace {

using dispatch::ChannelKind;
using escalation::Audience;
using escalation::Group;
using escalation::Ladder;
using household::Fact;
using household::Facts;
using household::FilledBy;
using household::Household;
using household::Person;
using household::Place;
using household::Post;
using household::Resident;
using household::Role;
using household::Tier;
using namespace std::chrono_literals;

Facts facts(std::initializer_list<Fact> list) {
  Facts all;
  for (const Fact fact : list) all.set(fact);
  return all;
}

Post held(const char* id, Role role, const char* area, const char* holder) {
  return {.id = PostId(id),
          .role = role,
          .areas = {AreaId(area)},
          .filled_by = FilledBy::holder,
          .holder = PersonId(holder)};
}

Post by_rota(const char* id, Role role, FilledBy filled) {
  return {.id = PostId(id), .role = role, .areas = {AreaId("small")}, .filled_by = filled};
}

household::Community community() {
  const auto area = [](const char* id, Tier tier, const char* parent, const char* label) {
    return household::Area{
        .id = AreaId(id), .tier = tier, .parent = AreaId(parent), .label = label};
  };
  household::Community all{
      .id = CommunityId("small"),
      .label = "样板社区",
      .language = "zh-CN",
      .zone = {.name = "Asia/Shanghai", .first_offset = 8h},
      .areas = {area("small", Tier::community, "", "样板社区"),
                area("E01", Tier::estate, "small", "东区"), area("G01", Tier::grid, "E01", "1网格"),
                area("B05", Tier::building, "G01", "5号楼"),
                area("B05-U1", Tier::unit, "B05", "1单元"),
                area("B05-U2", Tier::unit, "B05", "2单元")}};
  all.areas[2].shelter = "5号楼南侧活动室";
  all.posts = {held("UH-B05-U1", Role::unit_head, "B05-U1", "B05-U1-103/1"),
               held("UH-B05-U2", Role::unit_head, "B05-U2", "B05-U2-101/1"),
               held("BH05", Role::building_head, "B05", "B05-U1-102/1"),
               held("ES01", Role::estate_head, "E01", "ES1"),
               held("GL01", Role::grid_head, "G01", "GL1"),
               held("NW01", Role::neighbour_watch, "G01", "NW1"),
               held("PT01", Role::patrol, "G01", "PT1"),
               by_rota("DUTY-A", Role::duty_a, FilledBy::rota_a),
               by_rota("DUTY-B", Role::duty_b, FilledBy::rota_b),
               held("SEC", Role::secretary, "small", "SEC1"),
               held("DIR", Role::director, "small", "DIR1"),
               held("EL1", Role::specialist, "small", "EL1")};
  for (const char* home : {"B05-U1-101", "B05-U1-201", "B05-U1-302"}) {
    all.devices.push_back(
        {.id = DeviceId("GA-" + std::string(home)), .profile = "native", .place = home});
  }
  for (const char* unit : {"B05-U1", "B05-U2"}) {
    all.devices.push_back(
        {.id = DeviceId("SM-" + std::string(unit)), .profile = "native", .place = unit});
  }
  return all;
}

Household home(const std::string& id, std::vector<Resident> residents,
               std::vector<const char*> contacts) {
  Household one{.id = HouseholdId(id),
                .area = AreaId(id.substr(0, 6)),
                .label = id.substr(7),
                .residents = std::move(residents)};
  for (const char* contact : contacts) {
    one.contacts.push_back({.person = PersonId(contact), .relation = "家属"});
  }
  return one;
}

Resident resident(const std::string& id, Facts its_facts, const char* note = "") {
  return {.person = PersonId(id), .facts = its_facts, .note = note};
}

std::vector<Household> households() {
  Resident child = resident("B05-U1-201/2", facts({Fact::child_alone}));
  child.alone_hours = {.from_minute = 15 * 60 + 30, .until_minute = 18 * 60};
  std::vector<Household> homes = {
      home("B05-U1-101",
           {resident("B05-U1-101/1",
                     facts({Fact::elder, Fact::lives_alone, Fact::hard_of_hearing}))},
           {"R0002", "R0009"}),
      home("B05-U1-102",
           {resident("B05-U1-102/1", facts({Fact::elder})),
            resident("B05-U1-102/2", facts({Fact::elder, Fact::wanders}))},
           {}),
      home("B05-U1-103", {resident("B05-U1-103/1", {}), resident("B05-U1-103/2", {})}, {}),
      home("B05-U1-201", {resident("B05-U1-201/1", {}), child}, {"R0002"}),
      home("B05-U1-302",
           {resident("B05-U1-302/1", facts({Fact::elder, Fact::lives_alone, Fact::cannot_descend}),
                     kRescueNote)},
           {"R0001"}),
      home("B05-U1-401", {resident("B05-U1-401/1", {})}, {"R0003"}),
      home("B05-U2-101", {resident("B05-U2-101/1", {}), resident("B05-U2-101/2", {})}, {}),
      home("B05-U2-102", {resident("B05-U2-102/1", {})}, {})};
  homes[5].neighbours = household::Neighbours::opted_in_able;
  return homes;
}

Person person(const std::string& id, std::vector<const char*> channels) {
  Person one{.id = PersonId(id), .name = "name of " + id};
  for (const char* channel : channels) {
    one.addresses.push_back({.channel = channel, .address = "test:" + id + "/" + channel});
  }
  const auto slash = id.find('/');
  if (slash != std::string::npos) one.home = HouseholdId(id.substr(0, slash));
  return one;
}

household::Records records() {
  household::Records all{.households = households()};
  for (const Household& one : all.households) {
    for (const Resident& someone : one.residents) {
      all.persons.push_back(person(someone.person.str(), {"push", "voice"}));
    }
  }
  for (const char* id : {"R0001", "R0002", "R0003", "R0009"}) {
    all.persons.push_back(person(id, {"push", "sms"}));
  }
  for (const char* id : {"GU1", "ES1", "GL1", "NW1", "PT1", "OF01", "OF02", "SEC1", "DIR1"}) {
    all.persons.push_back(person(id, {"push", "voice"}));
  }
  all.persons.push_back(person("EL1", {"voice"}));
  all.persons.back().skills = "electric";
  all.shifts = {{.from = *parse_utc("2020-01-01T00:00:00Z"),
                 .until = *parse_utc("2100-01-01T00:00:00Z"),
                 .a = PersonId("OF01"),
                 .b = PersonId("OF02")}};
  all.guarantees = {{.household = HouseholdId("B05-U1-302"),
                     .guarantor = PersonId("GU1"),
                     .from = *parse_utc("2020-01-01T00:00:00Z")}};
  all.equipment = {
      {.id = "EX-B05-U1", .area = AreaId("B05-U1"), .holder = HouseholdId("B05-U1-103")},
      {.id = "EX-B05-U2", .area = AreaId("B05-U2"), .holder = HouseholdId("B05-U2-101")}};
  return all;
}

std::vector<Group> groups(std::initializer_list<Audience> list) {
  std::vector<Group> all;
  for (const Audience audience : list) all.push_back({.audience = audience});
  return all;
}

Ladder ladder(std::string name, std::vector<Group> first, std::vector<Group> second) {
  using enum Audience;
  Ladder one{.name = std::move(name)};
  one.waves = {{.at = 0s, .tell = std::move(first)},
               {.at = 60s, .tell = std::move(second), .again = {{.wave = 0, .by_voice = true}}},
               {.at = 150s,
                .tell = groups({estate_head, grid_head, patrol, neighbour_watch, neighbours,
                                other_unit_heads})},
               {.at = 300s, .tell = groups({secretary, director, duty_pool})}};
  one.loop.tell = groups({duty_a, duty_b, secretary});
  one.door.again = {{.wave = 2}, {.wave = 3}};
  return one;
}

}  // namespace

std::shared_ptr<const household::Registry> small_registry() {
  return std::make_shared<household::Registry>(community(), records());
}

std::shared_ptr<const dispatch::Rules> small_rules() {
  using enum Audience;
  auto rules = std::make_shared<dispatch::Rules>();
  const Ladder gas =
      ladder("住户报警", groups({household, relatives, unit_head, guarantors, duty_a}),
             groups({duty_b, building_head}));
  const Ladder smoke = ladder("楼道报警",
                              groups({unit_homes, unit_head, outside_unit_head, building_head,
                                      duty_a, duty_b, vulnerable_relatives}),
                              groups({other_relatives, grid_head}));
  rules->ladders = {{.scope = Place::Scope::household, .ladder = gas},
                    {.scope = Place::Scope::area, .ladder = smoke},
                    {.scope = Place::Scope::unknown,
                     .ladder = ladder("地点不明", groups({duty_a}), groups({duty_b}))}};
  rules->channels = {{"inbox", {.kind = ChannelKind::page, .gives_receipts = true}},
                     {"push", {.kind = ChannelKind::push, .gives_receipts = true}},
                     {"sms", {.kind = ChannelKind::sms}},
                     {"voice", {.kind = ChannelKind::voice}}};
  return rules;
}

dispatch::Book small_book() { return dispatch::Book(small_registry(), small_rules(), 7); }

}  // namespace shouwang::testing
