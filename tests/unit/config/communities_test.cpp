// The configuration that is shipped, and two communities of other shapes beside it.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <sstream>

#include "config/ledger.h"
#include "escalation/audience.h"
#include "tests/unit/config/directory.h"
#include "tools/reference/reference.h"

namespace shouwang::config {
namespace {

using escalation::Audience;
using escalation::Group;
using household::Place;
using household::Records;
using namespace std::chrono_literals;

const std::filesystem::path kTree = std::filesystem::path(SHOUWANG_SOURCE_DIR) / "config";
const Instant kNow = *parse_utc("2026-01-15T12:00:00+08:00");

std::string lines(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) text += format(fault) + "\n";
  return text;
}

// The shipped configuration, serving the two fixtures as well.
const Config& three() {
  static const Config loaded = [] {
    const Directory directory(kTree);
    for (const char* id : {"shentian", "xunsiding"}) {
      std::filesystem::copy(kData / "communities" / id, directory.path() / "communities" / id,
                            std::filesystem::copy_options::recursive);
    }
    directory.edit("gateway.yaml", "[changshan]", "[changshan, shentian, xunsiding]");
    EXPECT_EQ(directory.faults(), "");
    return load(directory.path()).value();
  }();
  return loaded;
}

const Community& community(const char* id) {
  return *std::ranges::find(three().communities, CommunityId(id),
                            [](const Community& c) { return c.estate.id; });
}

// --- The shipped configuration ---

TEST(TheShippedConfiguration, LoadsWithoutAFault) {
  const auto loaded = load(kTree);
  EXPECT_TRUE(loaded) << lines(loaded.error());
}

TEST(TheShippedConfiguration, IsTheReferenceCommunity) {
  const auto& shipped = community("changshan").estate;
  const auto made = reference::build().community;
  EXPECT_EQ(shipped.id, made.id);
  EXPECT_EQ(shipped.label, made.label);
  EXPECT_EQ(shipped.language, made.language);
  EXPECT_EQ(shipped.areas, made.areas);
  EXPECT_EQ(shipped.posts, made.posts);
  ASSERT_EQ(shipped.devices.size(), made.devices.size());
  for (std::size_t i = 0; i < made.devices.size(); ++i) {
    ASSERT_EQ(shipped.devices[i].id, made.devices[i].id);
    ASSERT_EQ(shipped.devices[i].address, made.devices[i].address);
    ASSERT_EQ(shipped.devices[i].place, made.devices[i].place);
    ASSERT_EQ(shipped.devices[i].profile, made.devices[i].profile);
  }
  EXPECT_EQ(shipped.zone.local(kNow), made.zone.local(kNow));
}

// R-21's table, word for word.
TEST(TheShippedConfiguration, CallsForGasInAHomeAsRequired) {
  const auto& ladder =
      community("changshan").rules.ladder_for(device::Kind::gas, Place::Scope::household);
  using enum Audience;
  const escalation::Ladder expected{
      .name = "户内报警",
      .waves =
          {{.at = 0s, .tell = {{household}, {relatives}, {unit_head}, {guarantors}, {duty_a}}},
           {.at = 60s,
            .tell = {{stand_ins}, {duty_b}, {building_head}},
            .again = {{.wave = 0, .by_voice = true}}},
           {.at = 150s,
            .tell = {{grid_head}, {patrol}, {neighbour_watch}, {neighbours}, {other_unit_heads}}},
           {.at = 300s, .tell = {{secretary}, {director}, {duty_pool}}}},
      .loop = {.every = 60s, .tell = {{duty_a}, {duty_b}, {secretary}}, .by_voice = true},
      .door = {.limit = 600s, .again = {{.wave = 2}, {.wave = 3}}},
      .remind_close = 30min};
  EXPECT_EQ(ladder, expected);
}

TEST(TheShippedConfiguration, CallsForSmokeInAStairwellAsRequired) {
  const auto& ladder =
      community("changshan").rules.ladder_for(device::Kind::smoke, Place::Scope::area);
  using enum Audience;
  const escalation::Ladder expected{
      .name = "楼道烟雾",
      .waves = {{.at = 0s,
                 .tell = {{unit_homes},
                          {unit_head},
                          {outside_unit_head},
                          {building_head},
                          {duty_a},
                          {duty_b},
                          {vulnerable_relatives}}},
                {.at = 60s,
                 .tell = {{other_relatives}, {grid_head}},
                 .again = {{.wave = 0, .by_voice = true}}},
                {.at = 150s, .tell = {{other_unit_heads}, {patrol}, {neighbours}}},
                {.at = 300s, .tell = {{secretary}, {director}, {duty_pool}}}},
      .loop = {.every = 60s, .tell = {{duty_a}, {duty_b}, {secretary}}, .by_voice = true},
      .door = {.limit = 600s, .again = {{.wave = 2}, {.wave = 3}}},
      .remind_close = 30min};
  EXPECT_EQ(ladder, expected);
}

TEST(TheShippedConfiguration, UsesNoAddressThatARealChannelWouldTake) {
  for (const ChannelSettings& channel : three().channels) {
    EXPECT_TRUE(channel.type == ChannelType::test || channel.type == ChannelType::inbox)
        << channel.name;
  }
}

// The examples stand in comments: `# name:` and lines indented below it.
std::string uncommented(const std::string& text) {
  std::string plain;
  bool in_example = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const bool begins = line.starts_with("# ") && line.ends_with(":") && line[2] != ' ' &&
                        line.find(' ', 2) == std::string::npos;
    in_example = begins || (in_example && line.starts_with("#   "));
    plain += (in_example ? line.substr(2) : line) + "\n";
  }
  return plain;
}

TEST(TheShippedConfiguration, ShowsOnlyExamplesOfProvidersThatWouldBeTaken) {
  const Directory directory(kTree);
  std::string channels = uncommented(read_file(kTree / "channels.yaml"));
  for (std::size_t at = 0; (at = channels.find("{file: secrets/", at)) != std::string::npos;) {
    channels.replace(at, 15, "{credential: ");  // The files are the installer's.
  }
  directory.write("channels.yaml", channels);
  EXPECT_EQ(directory.faults(), "");
  EXPECT_EQ(load(directory.path())->channels.size(), 9U);
}

// --- The reference community's ledgers ---

class ReferenceLedgers : public testing::TestWithParam<reference::Profile> {};

TEST_P(ReferenceLedgers, AreImportedIntoTheRecordsTheyWereWrittenFrom) {
  const auto made = reference::build({.profile = GetParam()});
  const Directory directory(kData / "ledgers/sound");
  for (const auto& [file, text] : ledgers_of(made.records, {}, made.community.zone)) {
    directory.write(file, text);
  }
  const Records nothing;
  const Import import =
      import_ledgers(directory.path(), {three(), community("changshan"), nothing}, {.now = kNow});
  ASSERT_TRUE(import.is_accepted) << lines(import.faults);
  EXPECT_TRUE(import.records == made.records);
  EXPECT_EQ(import.warnings.size(), 54U) << "homes with nobody to tell: legal, but said";
  EXPECT_EQ(format(import.warnings.at(0)),
            "households.csv:2: household B01-U1-101 has a device and nobody to tell");
}

INSTANTIATE_TEST_SUITE_P(BothProfiles, ReferenceLedgers,
                         testing::Values(reference::Profile::e18, reference::Profile::e62),
                         [](const auto& tested) {
                           return tested.param == reference::Profile::e18 ? "E18" : "E62";
                         });

TEST(ReferenceRota, WithoutOneRowIsRefusedNamingTheEightHours) {
  auto made = reference::build();
  made.records.shifts.erase(made.records.shifts.begin() + 31);
  const Directory directory(kData / "ledgers/sound");
  for (const auto& [file, text] : ledgers_of(made.records, {}, made.community.zone)) {
    directory.write(file, text);
  }
  const Records nothing;
  const Import import =
      import_ledgers(directory.path(), {three(), community("changshan"), nothing}, {.now = kNow});
  EXPECT_EQ(lines(import.faults),
            "rota.csv:33: nobody is on duty from 2026-01-11 08:00 to 2026-01-11 16:00 (8 h)\n");
}

// --- Communities of other shapes, by the same program ---

// An alarm in a home without unit and building, carried up the whole ladder.
class HomeWithoutUnit : public testing::Test {
 protected:
  static std::shared_ptr<const household::Registry> registry(const char* id) {
    Records records = reference::build().records;
    if (std::string(id) != "changshan") {
      const Records nothing;
      const Import import = import_ledgers(kData / "communities" / id / "ledgers",
                                           {three(), community(id), nothing}, {.now = kNow});
      EXPECT_EQ(lines(import.faults), "") << id;
      records = import.records;
    }
    return std::make_shared<const household::Registry>(community(id).estate, std::move(records));
  }

  static std::vector<std::set<std::string>> waves(const char* id, const char* home) {
    const auto people = registry(id);
    incident::Incident incident{.id = IncidentId("i"), .place = people->place_named(home)};
    EXPECT_EQ(incident.place.scope, Place::Scope::household);
    EXPECT_EQ(people->enclosing(incident.place.area, household::Tier::unit), nullptr);
    std::vector<std::set<std::string>> told;
    for (const auto& wave :
         community(id).rules.ladder_for(device::Kind::gas, Place::Scope::household).waves) {
      told.emplace_back();
      for (const Group& group : wave.tell) {
        const auto call =
            escalation::resolve(group, incident, {.registry = *people, .facts = {}, .now = kNow});
        for (const auto& target : call.targets) {
          told.back().insert(target.person.str() + (target.counted ? " counted" : ""));
        }
      }
    }
    return told;
  }

  using Waves = std::vector<std::set<std::string>>;
};

TEST_F(HomeWithoutUnit, InChangshanGoesToTheGridHead) {
  EXPECT_EQ(waves("changshan", "G03-X017").at(0),
            (std::set<std::string>{"G03-X017/1", "V081 counted", "OF04 counted"}));
}

TEST_F(HomeWithoutUnit, OfSelfBuiltHousesGoesUpTheWholeLadder) {
  EXPECT_EQ(waves("shentian", "ST-0001"),
            (Waves{{"ST-0001/1", "R0001", "OF02 counted", "OF01 counted"},
                   {"OF02 counted"},
                   {"OF02 counted", "V001 counted"},
                   {"ST01 counted", "ST02 counted", "OF01 counted", "OF02 counted"}}));
}

TEST_F(HomeWithoutUnit, OfAnOldQuarterGoesUpTheWholeLadder) {
  EXPECT_EQ(waves("xunsiding", "XS-G2-001"),
            (Waves{{"XS-G2-001/1", "R0001", "V001 counted", "OF01 counted"},
                   {"V001 counted", "OF02 counted"},
                   {"V001 counted", "V003 counted", "V004 counted"},
                   {"ST01 counted", "OF01 counted", "OF02 counted"}}));
}

TEST(ThreeCommunities, HaveTheirOwnLabelsLimitsAndLadders) {
  const auto limit = [](const char* id) {
    return community(id).rules.ladder_for(device::Kind::gas, Place::Scope::household).door.limit;
  };
  EXPECT_EQ(limit("changshan"), 600s);
  EXPECT_EQ(limit("shentian"), 900s);
  EXPECT_EQ(limit("xunsiding"), 600s);
  EXPECT_EQ(community("changshan").tier_labels.at(household::Tier::unit), "楼道");
  EXPECT_EQ(community("xunsiding").tier_labels.at(household::Tier::unit), "楼梯");
  EXPECT_EQ(community("xunsiding").role_labels.at(household::Role::unit_head), "梯长");
  EXPECT_EQ(community("changshan").role_labels.at(household::Role::unit_head), "楼道长");
  for (const auto& rule : community("xunsiding").rules.ladders) {
    for (const auto& wave : rule.ladder.waves) {
      EXPECT_EQ(std::ranges::count(wave.tell, Audience::building_head, &Group::audience), 0);
    }
  }
}

TEST(ThreeCommunities, MayUseOneDeviceIdEachForItself) {
  const DeviceId same("GA-1");
  EXPECT_EQ(community("shentian").estate.devices[0].id, same);
  EXPECT_EQ(community("xunsiding").estate.devices[0].id, same);
  EXPECT_NE(community("shentian").estate.devices[0].place,
            community("xunsiding").estate.devices[0].place);
}

}  // namespace
}  // namespace shouwang::config
