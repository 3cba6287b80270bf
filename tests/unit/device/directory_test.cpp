#include "device/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/device/library.h"

namespace shouwang::device {
namespace {

using ::testing::ElementsAre;

// `native` names the community in its topic, `z2m` does not.
std::vector<Profile> profiles() {
  Profile native = profile_in("messages:\n  - topics: s/{community}/{device}\n");
  native.name = "native";
  Profile z2m = profile_in("messages:\n  - topics: z/{device}\n");
  z2m.name = "z2m";
  return {native, z2m};
}

struct Estate {
  std::string id;
  std::vector<Device> devices;
};

tl::expected<Directory, std::vector<std::string>> build(const std::vector<Estate>& estates) {
  std::vector<Listing> listings;
  for (const Estate& estate : estates) listings.push_back({CommunityId(estate.id), estate.devices});
  return Directory::build(profiles(), listings);
}

Device device(std::string id, std::string profile, std::string address = "") {
  return {
      .id = DeviceId(std::move(id)), .profile = std::move(profile), .address = std::move(address)};
}

TEST(Directory, FindsADeviceByProfileCommunityAndAddress) {
  const auto directory =
      build({{"changshan", {device("GA-1", "native"), device("GA-2", "z2m", "kitchen")}},
             {"shentian", {device("GA-1", "native")}}});
  ASSERT_TRUE(directory);
  EXPECT_EQ(directory->find(0, "changshan", "GA-1"), (Owner{0, 0}));
  EXPECT_EQ(directory->find(0, "shentian", "GA-1"), (Owner{1, 0}));
  EXPECT_EQ(directory->find(1, "", "kitchen"), (Owner{0, 1}));
  EXPECT_EQ(directory->find(0, "elsewhere", "GA-1"), std::nullopt);
  EXPECT_EQ(directory->find(0, "", "GA-1"), std::nullopt);
  EXPECT_EQ(directory->find(1, "", "GA-2"), std::nullopt) << "its address is another";
  EXPECT_EQ(directory->find(1, "", "Kitchen"), std::nullopt);
}

TEST(Directory, OfNobodyFindsNobody) {
  EXPECT_EQ(Directory().find(0, "changshan", "GA-1"), std::nullopt);
}

TEST(Directory, LetsOneAddressHaveDevicesOfTwoProfiles) {
  const auto directory =
      build({{"changshan", {device("GA-1", "z2m", "board"), device("SM-1", "native", "board")}}});
  ASSERT_TRUE(directory);
  EXPECT_EQ(directory->find("board").size(), 2U);
}

TEST(Directory, ComplainsOfTwoDevicesWithOneAddress) {
  const auto directory =
      build({{"changshan", {device("GA-1", "z2m", "x"), device("GA-2", "z2m", "x")}}});
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error(),
              ElementsAre("device GA-1 of community changshan and device GA-2 of community "
                          "changshan have the same address `x` in profile z2m"));
}

TEST(Directory, ComplainsOfAnAddressInTwoCommunitiesIfTheTopicDoesNotTell) {
  const auto directory = build(
      {{"changshan", {device("GA-1", "z2m", "x")}}, {"shentian", {device("GA-7", "z2m", "x")}}});
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error(),
              ElementsAre("device GA-1 of community changshan and device GA-7 of community "
                          "shentian have the same address `x` in profile z2m, whose topics do not "
                          "name the community"));
}

TEST(Directory, NamesEveryFaultAtOnce) {
  const auto directory = build({{"changshan",
                                 {device("GA-1", "zigbee"), device("", "z2m", ""),
                                  device("GA-3", "z2m", "y"), device("GA-4", "z2m", "y")}}});
  ASSERT_FALSE(directory);
  EXPECT_THAT(
      directory.error(),
      ElementsAre("device GA-1 of community changshan: there is no profile `zigbee`",
                  "device  of community changshan: an address has 1 .. 65535 bytes",
                  "device GA-3 of community changshan and device GA-4 of community changshan have "
                  "the same address `y` in profile z2m"));
}

TEST(Directory, HoldsACity) {
  std::vector<Device> devices;
  for (int i = 0; i < 185'555; ++i) devices.push_back(device("GA-" + std::to_string(i), "native"));
  const auto directory = build({{"city", std::move(devices)}});
  ASSERT_TRUE(directory);
  EXPECT_EQ(directory->size(), 185'555U);
  EXPECT_EQ(directory->find(0, "city", "GA-0"), (Owner{0, 0}));
  EXPECT_EQ(directory->find(0, "city", "GA-185554"), (Owner{0, 185'554}));
  EXPECT_EQ(directory->find(0, "city", "GA-185555"), std::nullopt);
}

}  // namespace
}  // namespace shouwang::device
