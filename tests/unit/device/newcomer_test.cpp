#include "device/newcomer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/device/library.h"

namespace shouwang::device {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const char kZigbeeList[] = R"([
  {"ieee_address":"0x00124b0000000000","type":"Coordinator","friendly_name":"Coordinator"},
  {"ieee_address":"0x00158d0000000001","type":"EndDevice","friendly_name":"kitchen",
   "definition":{"vendor":"HEIMAN","model":"HS1CG-M",
     "exposes":[{"property":"gas","type":"binary"},{"features":[{"property":"battery_low"}]}]}},
  {"ieee_address":"0x00158d0000000002","type":"EndDevice","friendly_name":"hall/lamp"}])";

std::vector<Newcomer> found(std::vector<Sample> samples, std::vector<Announced> announced = {},
                            const Directory& directory = {}) {
  return find_newcomers(samples, announced, {.decoder = library(), .directory = directory}, now());
}

Sample sample(std::string topic, std::string payload) {
  return {.topic = std::move(topic), .payload = std::move(payload), .count = 3, .last_at = now()};
}

TEST(Newcomers, ZigbeesListNamesDevicesAndNotTheCoordinator) {
  EXPECT_THAT(read_announcement("zigbee2mqtt/bridge/devices", kZigbeeList),
              ElementsAre(Announced{.topic = "zigbee2mqtt/kitchen",
                                    .name = "kitchen",
                                    .model = "HEIMAN HS1CG-M",
                                    .hints = {"gas", "battery_low"}},
                          Announced{.topic = "zigbee2mqtt/hall/lamp", .name = "hall/lamp"}));
}

TEST(Newcomers, DiscoveryIsReadInItsLongAndItsShortForm) {
  const Announced expected{.topic = "board/binary_sensor/gas/state",
                           .name = "Kitchen board",
                           .model = "maker box",
                           .hints = {"gas"}};
  EXPECT_THAT(
      read_announcement("homeassistant/binary_sensor/board/gas/config",
                        R"({"name":"Gas","device_class":"gas","state_topic":"board/binary_sensor/)"
                        R"(gas/state","device":{"name":"Kitchen board","manufacturer":"maker",)"
                        R"("model":"box"}})"),
      ElementsAre(expected));
  EXPECT_THAT(
      read_announcement("homeassistant/binary_sensor/gas/config",
                        R"({"~":"board","name":"Gas","dev_cla":"gas","stat_t":"~/binary_sensor/)"
                        R"(gas/state","dev":{"name":"Kitchen board","mf":"maker","mdl":"box"}})"),
      ElementsAre(expected));
}

TEST(Newcomers, NonsenseAnnouncesNothing) {
  for (const char* text : {"", "{", "null", "[1,{},[]]", "{\"state_topic\":7}", "\xff\xfe",
                           R"([{"friendly_name":{}},{"friendly_name":"","type":3}])"}) {
    EXPECT_THAT(read_announcement("zigbee2mqtt/bridge/devices", text), IsEmpty()) << text;
    EXPECT_THAT(read_announcement("homeassistant/a/b/config", text), IsEmpty()) << text;
  }
}

TEST(Newcomers, OnlyAnnouncementsAreAnnouncements) {
  EXPECT_TRUE(is_announcement("zigbee2mqtt/bridge/devices"));
  EXPECT_TRUE(is_announcement("homeassistant/sensor/x/config"));
  EXPECT_TRUE(is_announcement("homeassistant/sensor/node/x/config"));
  for (const char* topic : {"homeassistant/binary_sensor/gas/state", "homeassistant/config",
                            "zigbee2mqtt/kitchen", "shouwang/v1/c/d/config", ""}) {
    EXPECT_FALSE(is_announcement(topic)) << topic;
  }
}

TEST(Newcomers, TheProfileThatUnderstandsMostComesFirst) {
  const auto all = found({sample("zigbee2mqtt/kitchen", R"({"gas":false,"battery_low":false})")});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].address, "kitchen");
  EXPECT_EQ(all[0].fits.front().profile, "zigbee2mqtt.gas");
  EXPECT_EQ(all[0].count, 3U);
  EXPECT_EQ(csv_line(all[0]), "kitchen,zigbee2mqtt.gas,,,");
}

TEST(Newcomers, AnAnnouncementDecidesWhereTheMessageAloneDoesNot) {
  const std::vector<Announced> announced =
      read_announcement("zigbee2mqtt/bridge/devices",
                        R"([{"friendly_name":"hall","type":"EndDevice","definition":{"vendor":"x",)"
                        R"("model":"y","exposes":[{"property":"smoke"}]}}])");
  const auto all = found({sample("zigbee2mqtt/hall", R"({"smoke":false})")}, announced);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_THAT(all[0].fits.front().profile, HasSubstr("zigbee2mqtt.smoke"));
  EXPECT_EQ(all[0].model, "x y");
}

TEST(Newcomers, ADeviceThatIsOnlyAnnouncedIsShownToo) {
  const auto all = found({}, read_announcement("zigbee2mqtt/bridge/devices", kZigbeeList));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].last_at, Instant{});
  EXPECT_EQ(all[0].name, "kitchen");
  EXPECT_EQ(all[1].name, "hall/lamp");
}

TEST(Newcomers, WhoIsListedIsNoNewcomer) {
  const Directory directory =
      directory_of(library().profiles(), {{"GA-B01-U1-101", "zigbee2mqtt.gas", "kitchen"}});
  EXPECT_THAT(found({sample("zigbee2mqtt/kitchen", R"({"gas":true})")}, {}, directory), IsEmpty());
  const auto announced = read_announcement("zigbee2mqtt/bridge/devices", kZigbeeList);
  const auto all = found({}, announced, directory);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].name, "hall/lamp");
}

TEST(Newcomers, AForeignTopicShowsItsKeysAndNoValue) {
  const auto all = found({sample("acme/7/up", R"({"password":"hunter2","smoke":1})")});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].address, "");
  EXPECT_THAT(all[0].keys, ElementsAre("password", "smoke"));
  EXPECT_THAT(all[0].fits, IsEmpty());
  EXPECT_EQ(csv_line(all[0]), "");
}

TEST(Newcomers, AnAddressThatIsNoIdKeepsItsPlaceInTheLine) {
  Newcomer one{.address = "Gas, \"Küche\"/2", .name = "x", .fits = {{.profile = "shelly.gas"}}};
  EXPECT_EQ(csv_line(one), "Gas---K--che--2,shelly.gas,\"Gas, \"\"Küche\"\"/2\",,x");
}

}  // namespace
}  // namespace shouwang::device
