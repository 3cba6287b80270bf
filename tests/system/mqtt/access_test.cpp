// The access list that config/mosquitto.conf shows as an example, tried by attacking it.

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/contract/link_contract.h"
#include "tests/system/mqtt/paho_world.h"

namespace shouwang::testing {
namespace {

// The lines of the example: "#   user gateway", "#   topic ...", "#   pattern ...".
std::string example_rules() {
  std::ifstream file(SHOUWANG_SOURCE_DIR "/config/mosquitto.conf");
  std::string rules;
  for (std::string line; std::getline(file, line);) {
    for (const char* word : {"#   user ", "#   topic ", "#   pattern "}) {
      if (line.starts_with(word)) rules += line.substr(4) + "\n";
    }
  }
  return rules;
}

class AccessList : public ::testing::Test {
 protected:
  AccessList() {
    const std::string passwords = (folder.path() / "passwords").string();
    for (const char* user : {"gateway", "GA-1", "GA-2"}) {
      const std::string create = std::string(user) == "gateway" ? "-c " : "";
      EXPECT_EQ(run("mosquitto_passwd -b " + create + passwords + " " + user + " word").status, 0);
    }
    broker = std::make_unique<Broker>("allow_anonymous false\npassword_file " + passwords +
                                      "\nacl_file " + folder.write("rules", example_rules()));
    link = std::make_unique<mqtt::PahoLink>(
        mqtt::LinkSettings{.uri = broker->uri(),
                           .client_id = "gateway-under-test",
                           .user = "gateway",
                           .password = "word",
                           .status_topic = "shouwang/status",
                           .subscriptions = {"shouwang/+/+/state"}},
        listener.handlers());
    link->start();
    EXPECT_TRUE(eventually([this] { return listener.state().connected; }));
  }

  std::unique_ptr<MqttClient> client(const std::string& user) {
    return std::make_unique<MqttClient>(broker->port(),
                                        MqttClient::Settings{.user = user, .password = "word"});
  }

  TemporaryFolder folder;
  Listener listener;
  std::unique_ptr<Broker> broker;
  std::unique_ptr<mqtt::PahoLink> link;
};

TEST_F(AccessList, ADeviceSpeaksUnderItsOwnNameOnly) {
  const auto device = client("GA-1");
  device->publish("shouwang/e18/GA-2/state", "forged");
  device->publish("shouwang/status", "offline", true);
  device->publish("shouwang/e18/GA-1/state", "alarm");
  EXPECT_TRUE(eventually([&] { return listener.heard({"shouwang/e18/GA-1/state", "alarm"}) > 0; }));
  EXPECT_EQ(listener.heard().size(), 1u);
  const auto gateway = client("gateway");
  gateway->subscribe("shouwang/status");
  EXPECT_TRUE(eventually([&] { return gateway->last("shouwang/status") == "online"; }));
}

TEST_F(AccessList, ADeviceHearsItsOwnCommandsOnly) {
  const auto one = client("GA-1");
  const auto other = client("GA-2");
  one->subscribe("#");
  other->subscribe("#");
  EXPECT_TRUE(link->publish("shouwang/e18/GA-1/command", "close", false).has_value());
  EXPECT_TRUE(link->publish("shouwang/e18/GA-2/command", "open", false).has_value());
  EXPECT_TRUE(eventually([&] { return other->last("shouwang/e18/GA-2/command") == "open"; }));
  EXPECT_TRUE(eventually([&] { return one->last("shouwang/e18/GA-1/command") == "close"; }));
  EXPECT_EQ(one->messages().size(), 1u);
  EXPECT_EQ(other->messages().size(), 1u);
}

TEST_F(AccessList, TheGatewaysOwnBeatComesRound) {
  const auto onlooker = client("gateway");
  onlooker->subscribe("shouwang/status/pulse/#");
  EXPECT_TRUE(eventually(
      [&] { return onlooker->last("shouwang/status/pulse/gateway-under-test") == "beat"; }));
}

}  // namespace
}  // namespace shouwang::testing
