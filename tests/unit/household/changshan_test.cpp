// The registry filled with the reference community (R-12 .. R-16, R-20, R-23, R-25, R-44).

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "household/registry.h"
#include "tools/reference/reference.h"

namespace shouwang::household {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using Faults = std::vector<std::string>;

// 2026-01-01 00:00 in the community.
const Instant kNewYear = *parse_utc("2026-01-01T00:00:00+08:00");

class Changshan : public testing::Test {
 protected:
  static const Registry& registry() {
    static const Registry shared = [] {
      auto made = reference::build();
      return Registry(std::move(made.community), std::move(made.records));
    }();
    return shared;
  }
  static const Household& home(const char* id) { return *registry().household(HouseholdId(id)); }
  static std::optional<PersonId> holder(const char* post, Instant at = kNewYear) {
    return registry().holder(*registry().post(PostId(post)), at);
  }
  static std::size_t count_areas(Tier tier) {
    return static_cast<std::size_t>(
        std::ranges::count(registry().community().areas, tier, &Area::tier));
  }
  static std::size_t count_posts(Role role) {
    return static_cast<std::size_t>(
        std::ranges::count(registry().community().posts, role, &Post::role));
  }
};

TEST_F(Changshan, IsSound) {
  EXPECT_EQ(check(registry().community(), registry().records()), Faults{});
}

TEST_F(Changshan, HasTheTreeOfTheRealOne) {
  EXPECT_EQ(count_areas(Tier::estate), 0U);
  EXPECT_EQ(count_areas(Tier::grid), 10U);
  EXPECT_EQ(count_areas(Tier::building), 11U);
  EXPECT_EQ(count_areas(Tier::unit), 45U);
  EXPECT_EQ(count_posts(Role::unit_head), 45U);
  EXPECT_EQ(count_posts(Role::building_head), 10U);
  EXPECT_EQ(count_posts(Role::grid_head), 10U);
  EXPECT_EQ(registry().records().households.size(), 3100U);
  EXPECT_EQ(registry().community().devices.size(), 1125U);
  EXPECT_EQ(registry().households_in(AreaId("B05-U4")).size(), 24U);
  EXPECT_EQ(registry().enclosing(AreaId("B11-U5"), Tier::grid)->id, AreaId("G10"));
  EXPECT_EQ(registry().label(registry().place_named("B05-U4-302")), "5号楼4单元302");
}

TEST_F(Changshan, PlacesEveryDevice) {
  std::map<Place::Scope, int> scopes;
  for (const auto& device : registry().community().devices) {
    ++scopes[registry().place_of(device).scope];
  }
  EXPECT_EQ(scopes, (std::map<Place::Scope, int>{{Place::Scope::household, 1080},
                                                 {Place::Scope::area, 45}}));
}

TEST_F(Changshan, HasAsManyPeopleAndEldersAsCounted) {
  std::size_t residents = 0;
  int elders = 0;
  int lone = 0;
  std::set<std::string> stranded;
  for (const Household& one : registry().records().households) {
    residents += one.residents.size();
    lone += is_lone_elder(one) ? 1 : 0;
    for (const Resident& resident : one.residents) {
      elders += resident.facts.has(Fact::elder) ? 1 : 0;
      if (resident.facts.has(Fact::cannot_descend)) stranded.insert(one.id.str());
    }
  }
  EXPECT_EQ(residents, 6990U);
  EXPECT_EQ(elders, 1260);
  EXPECT_EQ(lone, 147);
  EXPECT_EQ(stranded,
            (std::set<std::string>{"B01-U4-204", "B02-U4-304", "B03-U4-404", "B04-U4-204",
                                   "B05-U4-302", "B06-U4-402", "B07-U4-303", "B08-U4-302"}));
}

TEST_F(Changshan, KnowsOfTheElderOnTheThirdFloorThatTheyLiveAloneAndCanNotComeDown) {
  const auto& residents = home("B05-U4-302").residents;
  ASSERT_EQ(residents.size(), 1U);
  EXPECT_TRUE(residents[0].facts.has(Fact::lives_alone));
  EXPECT_TRUE(residents[0].facts.has(Fact::cannot_descend));
  EXPECT_FALSE(residents[0].facts.has(Fact::wanders));
}

TEST_F(Changshan, Lists54EquippedHomesWithNobodyToTell) {
  std::size_t links = 0;
  std::size_t without = 0;
  for (const auto& device : registry().community().devices) {
    const Place place = registry().place_of(device);
    if (place.scope != Place::Scope::household) continue;
    const auto& contacts = registry().household(place.household)->contacts;
    links += contacts.size();
    without += contacts.empty() ? 1U : 0U;
  }
  EXPECT_EQ(links, 1836U);
  EXPECT_EQ(without, 54U);
}

TEST_F(Changshan, KeepsARelativeOfTwoHomesAsOneRecord) {
  const auto tells = [](const Household& one, const char* person) {
    return std::ranges::count(one.contacts, PersonId(person), &Contact::person);
  };
  EXPECT_EQ(tells(home("B01-U2-203"), "R0046"), 1);
  EXPECT_EQ(tells(home("B01-U2-204"), "R0046"), 1);
  const auto& persons = registry().records().persons;
  EXPECT_EQ(std::ranges::count(persons, PersonId("R0046"), &Person::id), 1);
  EXPECT_EQ(
      std::ranges::count_if(persons, [](const Person& p) { return p.id.str().starts_with("R"); }),
      1800);
}

TEST_F(Changshan, LetsUnitAndBuildingHeadAnswerForEachLoneElder) {
  EXPECT_EQ(holder("BH05"), PersonId("B05-U1-102/1"));
  std::map<std::string, std::string> heads;
  for (const Household* one : registry().households_in(AreaId("B05"))) {
    if (!is_lone_elder(*one)) continue;
    const auto own = registry().posts(Role::unit_head, one->area);
    ASSERT_EQ(own.size(), 1U);
    heads[one->id.str()] = registry().holder(*own[0], kNewYear)->str();
    const auto above = registry().nearest_posts(Role::building_head, one->area);
    ASSERT_EQ(above.size(), 1U);
    EXPECT_EQ(above[0]->id, PostId("BH05"));
    EXPECT_TRUE(registry().named_guarantors(one->id, kNewYear).empty());
  }
  EXPECT_EQ(heads.size(), 7U);
  EXPECT_EQ(heads["B05-U4-302"], "B05-U4-101/1");
}

TEST_F(Changshan, CountsOn131OfThe161NeighbourHomes) {
  int opted_in = 0;
  int able = 0;
  int lone = 0;
  for (const Household& one : registry().records().households) {
    if (one.neighbours == Neighbours::no) continue;
    ++opted_in;
    able += is_able_neighbour(one) ? 1 : 0;
    lone += is_lone_elder(one) ? 1 : 0;
  }
  EXPECT_EQ(opted_in, 161);
  EXPECT_EQ(able, 131);
  EXPECT_EQ(lone, 9);
}

TEST_F(Changshan, Has45ExtinguishersOneOfThemOverdue) {
  int extinguishers = 0;
  std::vector<std::string> overdue;
  for (const Equipment* item : registry().equipment_in(AreaId("changshan"))) {
    if (item->kind != Equipment::Kind::extinguisher) continue;
    ++extinguishers;
    if (*item->next_inspection < kNewYear) overdue.push_back(item->id);
  }
  EXPECT_EQ(extinguishers, 45);
  EXPECT_EQ(overdue, std::vector<std::string>{"EX-B09-U3"});
}

TEST_F(Changshan, HasARotaWithoutHolesOverTwoYears) {
  const auto& shifts = registry().records().shifts;
  EXPECT_EQ(shifts.size(), 3U * 730U);
  EXPECT_EQ(gaps(shifts), std::vector<Gap>{});
  for (Instant at = kNewYear; at < kNewYear + days{730}; at += minutes{90}) {
    const Shift* on = registry().shift(at);
    ASSERT_NE(on, nullptr) << format_utc(at);
    ASSERT_NE(on->a, on->b) << format_utc(at);
  }
}

TEST_F(Changshan, NamesTheEightHoursOfADeletedShift) {
  auto made = reference::build();
  auto& shifts = made.records.shifts;
  shifts.erase(shifts.begin() + 31);  // Day 11, shift 1.
  const Instant from = kNewYear + days{10} + hours{8};
  EXPECT_EQ(gaps(shifts), (std::vector<Gap>{{.from = from, .until = from + hours{8}}}));
}

TEST_F(Changshan, KnowsWhoIsOnDutyInTheNightOfDay15) {
  const Instant at = kNewYear + days{14} + hours{2} + minutes{40};
  EXPECT_EQ(holder("DUTY-A", at), PersonId("OF03"));
  EXPECT_EQ(holder("DUTY-B", at), PersonId("OF08"));
}

TEST_F(Changshan, CrossesTheYearsEndAndTheLeapDay) {
  auto made = reference::build({.first_day = std::chrono::year{2027} / 7 / 1, .rota_years = 1});
  const Registry registry(std::move(made.community), std::move(made.records));
  EXPECT_EQ(registry.records().shifts.size(), 3U * 366U);
  for (const char* moment : {"2027-12-31T23:59:59+08:00", "2028-01-01T00:00:00+08:00",
                             "2028-02-29T12:00:00+08:00", "2028-03-01T00:00:00+08:00"}) {
    EXPECT_NE(registry.shift(*parse_utc(moment)), nullptr) << moment;
  }
}

TEST_F(Changshan, LetsBuildingHead10CoverBuilding11) {
  const auto posts = registry().posts(Role::building_head, AreaId("B11"));
  ASSERT_EQ(posts.size(), 1U);
  EXPECT_EQ(posts[0]->id, PostId("BH10"));
}

TEST_F(Changshan, LeavesBuilding11WithoutAHeadInTheVacantVariant) {
  auto made = reference::build({.b11_vacant = true});
  EXPECT_EQ(check(made.community, made.records), Faults{});
  const Registry registry(std::move(made.community), std::move(made.records));
  EXPECT_TRUE(registry.nearest_posts(Role::building_head, AreaId("B11-U4")).empty());
  EXPECT_EQ(registry.nearest_posts(Role::grid_head, AreaId("B11-U4"))[0]->id, PostId("GL10"));
}

TEST_F(Changshan, HandsTheSecretarysPostOverAtMidnight) {
  auto made = reference::build();
  const Instant august = *parse_utc("2026-08-01T00:00:00+08:00");
  made.records.holdings.push_back(
      {.post = PostId("SEC"), .person = PersonId("ST02"), .from = august});
  const Registry registry(std::move(made.community), std::move(made.records));
  const Post& secretary = *registry.post(PostId("SEC"));
  EXPECT_EQ(registry.holder(secretary, august - std::chrono::seconds{30}), PersonId("ST01"));
  EXPECT_EQ(registry.holder(secretary, august), PersonId("ST02"));
}

TEST_F(Changshan, GivesEveryAddressToTheTestChannels) {
  for (const Person& person : registry().records().persons) {
    EXPECT_FALSE(person.addresses.empty());
    EXPECT_TRUE(person.name.empty());
    for (const Address& way : person.addresses) {
      EXPECT_TRUE(way.address.starts_with("test:") && way.address.ends_with("/" + way.channel))
          << way.address;
    }
  }
  const auto dead = std::ranges::count_if(registry().records().persons, [](const Person& p) {
    return p.addresses[0].address.starts_with("test:dead/");
  });
  EXPECT_EQ(dead, 37);
}

TEST_F(Changshan, SharesNoIdWithACopyUnderAPrefix) {
  const auto made = reference::build({.prefix = "C07-"});
  EXPECT_EQ(check(made.community, made.records), Faults{});
  EXPECT_EQ(made.community.id, CommunityId("C07-changshan"));
  for (const auto& device : made.community.devices) {
    ASSERT_EQ(registry().device_index(device.id), std::nullopt);
  }
  for (const Person& person : made.records.persons) {
    ASSERT_EQ(registry().person(person.id), nullptr);
  }
}

}  // namespace
}  // namespace shouwang::household
