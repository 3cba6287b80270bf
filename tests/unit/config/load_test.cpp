#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/config/directory.h"

namespace shouwang::config {
namespace {

using dispatch::ChannelKind;
using escalation::Audience;
using household::FilledBy;
using household::Place;
using household::Role;
using household::Tier;
using namespace std::chrono_literals;

class SoundConfig : public testing::Test {
 protected:
  static const Config& config() {
    static const Config loaded = [] {
      const Directory directory;
      return load(directory.path()).value();
    }();
    return loaded;
  }
  static const Community& elm() { return config().communities.at(0); }
  static const ChannelSettings& channel(const std::string& name) {
    return *std::ranges::find(config().channels, name, &ChannelSettings::name);
  }
};

TEST_F(SoundConfig, HasNoFaults) {
  const Directory directory;
  EXPECT_EQ(directory.faults(), "");
}

TEST_F(SoundConfig, GivesTheGatewaysSettings) {
  EXPECT_EQ(config().language, "zh-CN");
  EXPECT_EQ(config().broker.uri, "ssl://broker.example:8883");
  EXPECT_EQ(config().broker.version, 3);
  EXPECT_EQ(config().broker.keep_alive, 10s);
  EXPECT_EQ(config().broker.password.credential, "broker-password");
  EXPECT_EQ(config().broker.client_id, "shouwang") << "a default";
  EXPECT_EQ(config().web.listen, "[::1]:0");
  EXPECT_EQ(config().web.public_url, "https://alarm.example/elm") << "without the last slash";
  EXPECT_EQ(config().store.path, "/var/lib/shouwang/shouwang.db") << "a default";
  EXPECT_EQ(config().log.level, "warning");
  EXPECT_EQ(config().log.target, "auto") << "a default";
}

TEST_F(SoundConfig, GivesTheChannelsInOrder) {
  std::vector<std::string> names;
  for (const ChannelSettings& one : config().channels) names.push_back(one.name);
  EXPECT_EQ(names, (std::vector<std::string>{"inbox", "push", "sms", "push2", "mail"}));
  EXPECT_EQ(channel("inbox").type, ChannelType::inbox);
  EXPECT_EQ(channel("inbox").traits.kind, ChannelKind::page);
  EXPECT_EQ(channel("push").type, ChannelType::test);
  EXPECT_TRUE(channel("push").traits.gives_receipts);
  EXPECT_EQ(channel("push2").method, "POST");
  EXPECT_EQ(channel("push2").text_bytes_max, 2048U);
  EXPECT_EQ(channel("mail").type, ChannelType::smtp);
  EXPECT_EQ(channel("mail").traits.kind, ChannelKind::mail);
  EXPECT_EQ(channel("mail").server, "smtps://mail.example:465");
}

TEST_F(SoundConfig, GivesAChannelsLimitAndWhatItTakesForSuccess) {
  const ChannelSettings& sms = channel("sms");
  EXPECT_EQ(sms.method, "GET");
  EXPECT_EQ(sms.traits.limit.per_period, 100);
  EXPECT_EQ(sms.traits.limit.period, 60s);
  EXPECT_EQ(sms.traits.limit.reserved, 20);
  EXPECT_EQ(sms.success.status_min, 200);
  EXPECT_EQ(sms.success.status_max, 204);
  EXPECT_EQ(sms.success.pointer, "/code");
  EXPECT_EQ(sms.success.equals, (std::vector<std::string>{"0", "\"ok\""}));
  EXPECT_EQ(sms.success.never, std::vector<std::string>{"93000"});
}

TEST_F(SoundConfig, GivesTheTreeParentsFirst) {
  const auto& areas = elm().estate.areas;
  std::vector<std::string> lines;
  for (const auto& area : areas) {
    lines.push_back(area.parent.str() + ">" + area.id.str() + " " + area.label + " " +
                    std::string(name_of(area.tier)));
  }
  EXPECT_EQ(lines, (std::vector<std::string>{">elm 榆树院 community", "elm>E1 东院 estate",
                                             "E1>G1 第1网格 grid", "G1>B1 1号楼 building",
                                             "B1>B1-U1 1单元 unit", "B1>B1-U2 2单元 unit",
                                             "elm>B2 2号楼 building"}));
  EXPECT_EQ(areas[0].shelter, "the hall");
  EXPECT_EQ(areas[3].shelter, "the canteen");
  EXPECT_EQ(household::check(elm().estate, {}), std::vector<std::string>{});
}

TEST_F(SoundConfig, GivesThePostsAndHowTheyAreFilled) {
  const auto& posts = elm().estate.posts;
  ASSERT_EQ(posts.size(), 6U);
  EXPECT_EQ(posts[0], (household::Post{.id = PostId("UH1"),
                                       .role = Role::unit_head,
                                       .areas = {AreaId("B1-U1")},
                                       .filled_by = FilledBy::ledger,
                                       .stand_in = PostId("UH2")}));
  EXPECT_EQ(posts[1].filled_by, FilledBy::nobody);
  EXPECT_EQ(posts[2], (household::Post{.id = PostId("BH"),
                                       .role = Role::building_head,
                                       .areas = {AreaId("B1"), AreaId("B2")},
                                       .filled_by = FilledBy::holder,
                                       .holder = PersonId("P1")}));
  EXPECT_EQ(posts[3].filled_by, FilledBy::rota_a);
  EXPECT_EQ(posts[4].filled_by, FilledBy::rota_b);
}

TEST_F(SoundConfig, GivesTheLadders) {
  const auto& home = elm().rules.ladder_for(device::Kind::co, Place::Scope::household);
  const escalation::Ladder expected{
      .name = "gas in a home",
      .waves = {{.at = 0s,
                 .tell = {{Audience::household},
                          {Audience::relatives},
                          {Audience::unit_head},
                          {Audience::duty_a}}},
                {.at = 90s,
                 .tell = {{Audience::stand_ins}, {.audience = Audience::patrol, .most = 2}},
                 .again = {{.wave = 0, .by_voice = true}}}},
      .loop = {.every = 2min, .tell = {{Audience::duty_b}}, .by_voice = false},
      .door = {.limit = 15min, .again = {{.wave = 1}}},
      .remind_close = 1h};
  EXPECT_EQ(home, expected);
  EXPECT_EQ(elm().rules.ladder_for(device::Kind::sos, Place::Scope::household).name, "office");
  EXPECT_EQ(elm().rules.ladder_for(device::Kind::smoke, Place::Scope::area).name, "office");
  EXPECT_EQ(elm().rules.ladder_for(device::Kind::gas, Place::Scope::unknown).name, "office");
}

TEST_F(SoundConfig, GivesHoursLimitsAndTheChannelsThatTheCommunityUses) {
  const auto& rules = elm().rules;
  EXPECT_EQ(rules.night, (DailyHours{.from_minute = 21 * 60 + 30, .until_minute = 7 * 60}));
  EXPECT_EQ(rules.link_window, 3min);
  EXPECT_EQ(rules.page_life, 48h);
  EXPECT_EQ(rules.group_window, 15s) << "a default";
  EXPECT_EQ(rules.patience.leg, 10s);
  std::vector<std::string> names;
  for (const auto& [name, traits] : rules.channels) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"inbox", "push", "sms"}));
  EXPECT_TRUE(rules.channels.at("push").gives_receipts);
  EXPECT_EQ(rules.channels.at("sms").kind, ChannelKind::sms);
  EXPECT_EQ(rules.inbox, "inbox");
  EXPECT_EQ(elm().tier_labels, (std::map<Tier, std::string>{{Tier::building, "楼"}}));
}

TEST_F(SoundConfig, GivesTheDevicesOfEveryFile) {
  const auto& devices = elm().estate.devices;
  ASSERT_EQ(devices.size(), 3U);
  EXPECT_EQ(devices[0].address, "GA-1") << "the id, unless said otherwise";
  EXPECT_EQ(devices[0].note, "behind the fridge, left");
  EXPECT_EQ(devices[1].address, "sm/1");
  EXPECT_EQ(devices[1].place, "B1-U1");
  EXPECT_EQ(devices[2].id, DeviceId("GA-2"));
  EXPECT_EQ(devices[2].address, "0x00124b");
}

TEST_F(SoundConfig, GivesTextsByDottedKeysHoweverTheyAreNested) {
  const Catalogue& texts = config().catalogue;
  EXPECT_EQ(*texts.find("en", "message.what.first.relative"),
            "{{place}} {{time}} {{#minutes}}({{minutes}} min){{/minutes}}");
  EXPECT_EQ(*texts.find("zh-CN", "message.what.first.relative"),
            "{{place}} {{time}} {{#minutes}}({{minutes}}分钟){{/minutes}}");
  EXPECT_EQ(*texts.find("en", "role.unit_head"), "单元长") << "from the language that stands in";
  EXPECT_EQ(texts.find("en", "role.porter"), nullptr);
}

TEST(Load, OfNoDirectorySaysSo) {
  const auto loaded = load("/nonexistent/shouwang");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(format(loaded.error().at(0)),
            "/nonexistent/shouwang: is not a directory; give one with --config DIR");
}

TEST(Load, NamesEveryMissingFileAtOnce) {
  const Directory directory;
  for (const char* file : {"gateway.yaml", "channels.yaml"}) {
    std::filesystem::remove(directory.path() / file);
  }
  EXPECT_EQ(directory.faults(), "channels.yaml: is missing\ngateway.yaml: is missing\n");
}

TEST(Load, ReadsAnewWhatHasChangedAndKeepsNothing) {
  const Directory directory;
  EXPECT_EQ(load(directory.path())->communities[0].rules.patience.leg, 10s);
  directory.edit("communities/elm/community.yaml", "leg: 10s", "leg: 12s");
  EXPECT_EQ(load(directory.path())->communities[0].rules.patience.leg, 12s);
}

// The sound directory with its profiles and texts moved into a library beside it.
class LibraryTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* folder : {"profiles", "texts"}) {
      std::filesystem::create_directories(directory_.path() / "library");
      std::filesystem::rename(directory_.path() / folder, directory_.path() / "library" / folder);
    }
    directory_.edit("gateway.yaml", "language:", "library: library\nlanguage:");
  }
  const Directory directory_;
};

TEST_F(LibraryTest, GivesProfilesAndTexts) {
  const auto loaded = load(directory_.path());
  ASSERT_TRUE(loaded) << directory_.faults();
  ASSERT_EQ(loaded->profiles.size(), 1U);
  EXPECT_EQ(loaded->profiles[0].name, "native");
  EXPECT_EQ(*loaded->catalogue.find("zh-CN", "role.unit_head"), "单元长");
}

TEST_F(LibraryTest, GivesWayToSingleTextsOfTheDirectory) {
  directory_.write("texts/zh-CN.yaml", "role: {unit_head: 楼道长}\n");
  const auto loaded = load(directory_.path());
  ASSERT_TRUE(loaded) << directory_.faults();
  EXPECT_EQ(*loaded->catalogue.find("zh-CN", "role.unit_head"), "楼道长");
  EXPECT_NE(loaded->catalogue.find("zh-CN", "role.building_head"), nullptr) << "of the library";
}

TEST_F(LibraryTest, GivesWayToAProfileOfTheDirectory) {
  const std::string native = read_file(directory_.path() / "library/profiles/native.yaml");
  directory_.write("profiles/native.yaml", native);
  directory_.write("library/profiles/native.yaml", "broken: yes\n");
  EXPECT_EQ(directory_.faults(), "");
}

TEST_F(LibraryTest, IsNamedWithItsFullPathInItsFaults) {
  const std::string library = (directory_.path() / "library").string();
  directory_.write("library/texts/en.yaml", "role: {unit_head: [1]}\n");
  EXPECT_TRUE(directory_.faults().starts_with(library + "/texts/en.yaml:1:19: "))
      << directory_.faults();
  directory_.write("library/profiles/native.yaml", "broken: yes\n");
  EXPECT_TRUE(directory_.faults().starts_with(library + "/profiles/native.yaml:"))
      << directory_.faults();
}

TEST_F(LibraryTest, MustBeThere) {
  directory_.edit("gateway.yaml", "library: library", "library: /nonexistent");
  EXPECT_THAT(directory_.faults(),
              testing::HasSubstr("gateway.yaml:1:10: `/nonexistent` is not a directory\n"));
}

TEST(Load, ServesSeveralCommunitiesThatShareDeviceIds) {
  const Directory directory;
  directory.edit("gateway.yaml", "[elm]", "[elm, ash]");
  std::filesystem::copy(directory.path() / "communities/elm", directory.path() / "communities/ash",
                        std::filesystem::copy_options::recursive);
  directory.edit("communities/ash/community.yaml", "{areas: elm, rota: A}",
                 "{areas: ash, rota: A}");
  directory.edit("communities/ash/community.yaml", "{areas: elm, rota: B}",
                 "{areas: ash, rota: B}");
  const auto loaded = load(directory.path());
  ASSERT_TRUE(loaded) << directory.faults();
  ASSERT_EQ(loaded->communities.size(), 2U);
  EXPECT_EQ(loaded->communities[1].estate.id, CommunityId("ash"));
  EXPECT_EQ(loaded->communities[1].estate.devices[0].id, DeviceId("GA-1"));
}

}  // namespace
}  // namespace shouwang::config
