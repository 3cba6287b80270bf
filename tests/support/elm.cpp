#include "tests/support/elm.h"

namespace shouwang::testing {
namespace {

using escalation::Audience;
using escalation::Ladder;
using household::Fact;
using household::FilledBy;
using household::Role;
using household::Tier;
using namespace std::chrono_literals;

household::Post post(const char* id, Role role, const char* area, const char* holder) {
  return {.id = PostId(id),
          .role = role,
          .areas = {AreaId(area)},
          .filled_by = FilledBy::holder,
          .holder = PersonId(holder)};
}

household::Person person(const std::string& id, const std::string& home = "") {
  return {.id = PersonId(id),
          .addresses = {{.channel = "push", .address = "test:" + id + "/push"},
                        {.channel = "sms", .address = "test:" + id + "/sms"},
                        {.channel = "voice", .address = "test:" + id + "/voice"}},
          .home = HouseholdId(home)};
}

household::Resident resident(const std::string& id, std::initializer_list<Fact> facts) {
  household::Resident resident{.person = PersonId(id)};
  for (const Fact fact : facts) resident.facts.set(fact);
  return resident;
}

std::vector<escalation::Group> groups(std::initializer_list<Audience> audiences) {
  std::vector<escalation::Group> list;
  for (const Audience audience : audiences) list.push_back({.audience = audience});
  return list;
}

// Waves 2 and 3, the loop and the door are the same for every place.
Ladder with_tail(std::string name, std::vector<escalation::Wave> waves) {
  using enum Audience;
  waves.push_back({.at = 300s, .tell = groups({secretary, director, duty_pool})});
  return {.name = std::move(name),
          .waves = std::move(waves),
          .loop = {.every = 60s, .tell = groups({duty_a, duty_b, secretary})},
          .door = {.limit = 600s, .again = {{.wave = 2}, {.wave = 3}}}};
}

Ladder gas_in_a_home() {
  using enum Audience;
  return with_tail(
      "gas in a home",
      {{.at = 0s, .tell = groups({household, relatives, unit_head, guarantors, duty_a})},
       {.at = 60s,
        .tell = groups({duty_b, building_head, stand_ins}),
        .again = {{.wave = 0, .by_voice = true}}},
       {.at = 150s,
        .tell = groups({grid_head, patrol, neighbour_watch, neighbours, other_unit_heads})}});
}

Ladder smoke_in_a_stairwell() {
  using enum Audience;
  return with_tail("smoke in a stairwell",
                   {{.at = 0s,
                     .tell = groups({unit_homes, unit_head, outside_unit_head, building_head,
                                     duty_a, duty_b, vulnerable_relatives})},
                    {.at = 60s,
                     .tell = groups({other_relatives, grid_head}),
                     .again = {{.wave = 0, .by_voice = true}}},
                    {.at = 150s, .tell = groups({other_unit_heads, patrol, neighbours})}});
}

Ladder unknown_place() {
  using enum Audience;
  return with_tail("place unknown", {{.at = 0s, .tell = groups({duty_a})},
                                     {.at = 60s, .tell = groups({duty_b})},
                                     {.at = 150s, .tell = groups({secretary})}});
}

dispatch::Heard heard(const std::string& device, device::Meaning meaning, bool fresh) {
  const bool smoke = device.starts_with("SM-");
  return {.device = DeviceId(device),
          .topic = "elm/" + device,
          .profile = "native",
          .report = {.address = device,
                     .signals = {{.kind = smoke ? device::Kind::smoke : device::Kind::gas,
                                  .meaning = meaning}},
                     .fresh = fresh}};
}

}  // namespace

Instant at(Millis offset) { return Instant{std::chrono::seconds{1'699'952'400}} + offset; }

household::Community elm_community() {
  household::Community community{.id = CommunityId("elm"), .label = "Elm Court", .language = "en"};
  const auto area = [&](const char* id, Tier tier, const char* parent, const char* label) {
    community.areas.push_back(
        {.id = AreaId(id), .tier = tier, .parent = AreaId(parent), .label = label});
  };
  area("elm", Tier::community, "", "Elm Court");
  area("G1", Tier::grid, "elm", "grid 1");
  area("B1", Tier::building, "G1", "house 1 ");
  area("U1", Tier::unit, "B1", "stair 1 ");
  area("U2", Tier::unit, "B1", "stair 2 ");
  area("U3", Tier::unit, "B1", "stair 3 ");
  community.areas.front().shelter = "the hall";
  community.posts = {post("UH-U1", Role::unit_head, "U1", "B1-U1-101/1"),
                     post("UH-U2", Role::unit_head, "U2", "B1-U2-101/1"),
                     post("UH-U3", Role::unit_head, "U3", "B1-U3-101/1"),
                     post("BH1", Role::building_head, "B1", "B1-U1-102/1"),
                     post("GL1", Role::grid_head, "G1", "gl1"),
                     post("NW1", Role::neighbour_watch, "G1", "nw1"),
                     post("PT1", Role::patrol, "G1", "pt1"),
                     post("SEC", Role::secretary, "elm", "sec"),
                     post("DIR", Role::director, "elm", "dir"),
                     post("EL1", Role::specialist, "elm", "el1")};
  for (const auto& [id, role, filled] : {std::tuple{"DUTY-A", Role::duty_a, FilledBy::rota_a},
                                         std::tuple{"DUTY-B", Role::duty_b, FilledBy::rota_b}}) {
    community.posts.push_back(
        {.id = PostId(id), .role = role, .areas = {AreaId("elm")}, .filled_by = filled});
  }
  for (const household::Household& home : elm_records().households) {
    if (home.area == AreaId("G1")) continue;
    community.devices.push_back({.id = DeviceId("GA-" + home.id.str()),
                                 .profile = "native",
                                 .address = "GA-" + home.id.str(),
                                 .place = home.id.str()});
  }
  for (const char* unit : {"U1", "U2", "U3"}) {
    const std::string id = std::string("SM-") + unit;
    community.devices.push_back(
        {.id = DeviceId(id), .profile = "native", .address = id, .place = unit});
  }
  community.devices.push_back(
      {.id = DeviceId("GA-SPARE"), .profile = "native", .address = "GA-SPARE", .note = "in a box"});
  return community;
}

household::Records elm_records() {
  household::Records records;
  const auto home = [&](const char* id, const char* area, const char* label,
                        std::vector<household::Resident> residents) -> household::Household& {
    for (const auto& one : residents) records.persons.push_back(person(one.person.str(), id));
    return records.households.emplace_back(household::Household{.id = HouseholdId(id),
                                                                .area = AreaId(area),
                                                                .label = label,
                                                                .residents = std::move(residents)});
  };
  home("B1-U1-101", "U1", "101", {resident("B1-U1-101/1", {})});
  home("B1-U1-102", "U1", "102",
       {resident("B1-U1-102/1", {Fact::elder}), resident("B1-U1-102/2", {Fact::elder})});
  auto& lone =
      home("B1-U1-103", "U1", "103",
           {resident("B1-U1-103/1", {Fact::elder, Fact::lives_alone, Fact::cannot_descend})});
  lone.residents.front().note = "ring twice";
  lone.contacts = {{.person = PersonId("anna"), .relation = "daughter"},
                   {.person = PersonId("boris"), .relation = "son", .far_away = true}};
  home("B1-U2-101", "U2", "101", {resident("B1-U2-101/1", {})});
  home("B1-U2-102", "U2", "102", {resident("B1-U2-102/1", {}), resident("B1-U2-102/2", {})})
      .contacts = {{.person = PersonId("anna"), .relation = "niece"}};
  home("B1-U3-101", "U3", "101", {resident("B1-U3-101/1", {})});
  home("B1-U3-102", "U3", "102", {resident("B1-U3-102/1", {})}).neighbours =
      household::Neighbours::opted_in;
  home("G1-X01", "G1", "X01", {resident("G1-X01/1", {})});
  for (const char* id : {"anna", "boris", "gl1", "nw1", "pt1", "sec", "dir", "el1", "of1", "of2"}) {
    records.persons.push_back(person(id));
  }
  records.shifts = {
      {.from = at(-24h * 365), .until = at(24h * 365), .a = PersonId("of1"), .b = PersonId("of2")}};
  records.equipment = {{.id = "EX-U1", .area = AreaId("U1"), .holder = HouseholdId("B1-U1-101")},
                       {.id = "EX-U2", .area = AreaId("U2"), .holder = HouseholdId("B1-U2-101")}};
  return records;
}

dispatch::Rules elm_rules() {
  using household::Place;
  dispatch::Rules rules;
  rules.ladders = {{.scope = Place::Scope::household, .ladder = gas_in_a_home()},
                   {.scope = Place::Scope::area, .ladder = smoke_in_a_stairwell()},
                   {.scope = Place::Scope::unknown, .ladder = unknown_place()}};
  rules.channels = {{"push", {.kind = dispatch::ChannelKind::push, .gives_receipts = true}},
                    {"sms", {.kind = dispatch::ChannelKind::sms}},
                    {"voice", {.kind = dispatch::ChannelKind::voice}},
                    {"inbox", {.kind = dispatch::ChannelKind::page, .gives_receipts = true}}};
  return rules;
}

std::shared_ptr<const household::Registry> elm_registry() {
  return std::make_shared<household::Registry>(elm_community(), elm_records());
}

dispatch::Book elm_book() {
  return {elm_registry(), std::make_shared<const dispatch::Rules>(elm_rules()), 7};
}

dispatch::Heard says(const std::string& device, device::Meaning meaning) {
  return heard(device, meaning, true);
}

dispatch::Heard had_said(const std::string& device, device::Meaning meaning) {
  return heard(device, meaning, false);
}

}  // namespace shouwang::testing
