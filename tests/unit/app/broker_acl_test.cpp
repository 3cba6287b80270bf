#include "app/broker_acl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/device/library.h"

namespace shouwang::app {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Names = std::set<std::string>;

config::Config with_devices(std::vector<device::Device> devices) {
  config::Config config;
  config.profiles = device::library().profiles();
  config.communities.resize(1);
  config.communities[0].estate.id = CommunityId("changshan");
  for (device::Device& device : devices) {
    if (device.address.empty()) device.address = device.id.str();
  }
  config.communities[0].estate.devices = std::move(devices);
  return config;
}

TEST(BrokerAcl, ADeviceWritesItsOwnTopicsAndReadsItsAcknowledgement) {
  const auto list = access_list(with_devices({{.id = DeviceId("GA-1"), .profile = "native"}}));
  const AccessList::Rights expected{
      .writes = {"shouwang/v1/changshan/GA-1/beat", "shouwang/v1/changshan/GA-1/event",
                 "shouwang/v1/changshan/GA-1/status"},
      .reads = {"shouwang/v1/changshan/GA-1/ack"}};
  EXPECT_EQ(list.logins.at("GA-1"), expected);
  EXPECT_THAT(list.remarks, IsEmpty());
}

TEST(BrokerAcl, DevicesBehindABridgeHaveOneLoginTogether) {
  const auto list = access_list(
      with_devices({{.id = DeviceId("GA-1"), .profile = "zigbee2mqtt.gas", .address = "kitchen"},
                    {.id = DeviceId("SM-1"), .profile = "zigbee2mqtt.smoke", .address = "hall"}}));
  EXPECT_EQ(list.logins.size(), 2U);
  EXPECT_THAT(list.logins.at("zigbee2mqtt").writes, Contains("zigbee2mqtt/+"));
  EXPECT_THAT(list.logins.at("zigbee2mqtt").reads, IsEmpty());
}

TEST(BrokerAcl, AnAddressOfSeveralLevelsAndOneWithABlankAreWrittenAsTheyAre) {
  const auto list = access_list(
      with_devices({{.id = DeviceId("GA-1"), .profile = "shelly.gas", .address = "shellygas-1"},
                    {.id = DeviceId("SM-1"), .profile = "esphome.smoke", .address = "hall way"}}));
  EXPECT_THAT(list.logins.at("GA-1").writes, Contains("shellies/shellygas-1/sensor/gas"));
  EXPECT_THAT(list.logins.at("SM-1").writes, Contains("hall way/status"));
}

TEST(BrokerAcl, OnlyTheGatewayReadsEverythingAndAcknowledges) {
  const auto list = access_list(with_devices({{.id = DeviceId("GA-1"), .profile = "native"}}));
  EXPECT_EQ(list.gateway, "shouwang");
  EXPECT_THAT(list.logins.at("shouwang").reads, Contains("#"));
  EXPECT_EQ(list.logins.at("shouwang").writes,
            (Names{"shouwang/v1/+/+/ack", "shouwang/v1/self-test/probe/event"}));
  for (const auto& [login, rights] : list.logins) {
    if (login == "shouwang") continue;
    EXPECT_THAT(rights.reads, Not(Contains("#"))) << login;
    EXPECT_THAT(rights.both, IsEmpty()) << login;
  }
}

TEST(BrokerAcl, TheGatewayMayPublishCommandsOnlyWhereARuleTellsDevices) {
  config::Config config =
      with_devices({{.id = DeviceId("VA-1"), .profile = "native.valve"},
                    {.id = DeviceId("VA-2"), .profile = "tasmota.valve", .address = "valve2"}});
  EXPECT_THAT(access_list(config).logins.at("shouwang").writes,
              Not(Contains("shouwang/v1/+/+/command")));
  config.communities[0].rules.spot = {{.kinds = {device::Kind::gas}}};
  const auto list = access_list(config);
  EXPECT_THAT(list.logins.at("shouwang").writes, Contains("shouwang/v1/+/+/command"));
  EXPECT_THAT(list.logins.at("shouwang").writes, Contains("cmnd/+/Power"));
  EXPECT_THAT(list.logins.at("shouwang").writes, Not(Contains("zigbee2mqtt/+/set")));
  EXPECT_THAT(list.logins.at("VA-1").reads, Contains("shouwang/v1/changshan/VA-1/command"));
  EXPECT_THAT(list.logins.at("VA-2").reads, Contains("cmnd/valve2/Power"));
  EXPECT_THAT(list.logins.at("VA-1").writes, Not(Contains("shouwang/v1/changshan/VA-1/command")));
}

TEST(BrokerAcl, AProfileThatLetsOneLoginSpeakForAnotherIsNamed) {
  const auto list = access_list(with_devices(
      {{.id = DeviceId("GA-1"), .profile = "tasmota.gas_mq", .address = "board"},
       {.id = DeviceId("SM-1"), .profile = "tasmota.zigbee_smoke", .address = "0x1"}}));
  EXPECT_THAT(list.remarks, Contains(HasSubstr("`tasmota` and `GA-1` can both write")));
  EXPECT_THAT(acl_file(list), HasSubstr("#   `tasmota` and `GA-1` can both write"));
}

TEST(BrokerAcl, AWildcardInAnAddressOpensNothing) {
  const auto list = access_list(
      with_devices({{.id = DeviceId("GA-1"), .profile = "shelly.gas", .address = "+"},
                    {.id = DeviceId("GA-2"), .profile = "shelly.gas", .address = "#"}}));
  EXPECT_EQ(user_list(list), "shouwang\n");
  EXPECT_EQ(list.remarks.size(), 2U);
}

TEST(BrokerAcl, ADeviceCanNotTakeTheGatewaysName) {
  const auto list = access_list(with_devices({{.id = DeviceId("shouwang"), .profile = "native"}}));
  EXPECT_THAT(list.logins.at("shouwang").writes,
              Not(Contains("shouwang/v1/changshan/shouwang/event")));
  EXPECT_EQ(list.remarks.size(), 1U);
}

TEST(BrokerAcl, EveryShippedProfileHasALoginThatCanWriteWhatItReads) {
  for (const device::Profile& profile : device::library().profiles()) {
    const auto list =
        access_list(with_devices({{.id = DeviceId("XX-1"), .profile = profile.name}}));
    const std::string login = login_of(profile).empty() ? "XX-1" : login_of(profile);
    ASSERT_TRUE(list.logins.contains(login)) << profile.name;
    EXPECT_TRUE(!list.logins.at(login).writes.empty() || profile.name.starts_with("shelly."))
        << profile.name;
  }
}

TEST(BrokerAcl, FiltersOverlapWhereOneTopicFitsBoth) {
  EXPECT_TRUE(filters_overlap("a/+/c", "a/b/+"));
  EXPECT_TRUE(filters_overlap("a/#", "a"));
  EXPECT_TRUE(filters_overlap("a/b", "a/#"));
  EXPECT_FALSE(filters_overlap("a/+", "a/b/c"));
  EXPECT_FALSE(filters_overlap("a/b", "a/c"));
  EXPECT_FALSE(filters_overlap("#", "$SYS/x"));
}

}  // namespace
}  // namespace shouwang::app
