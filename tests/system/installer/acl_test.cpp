// The access list that `shouwangctl broker-acl` writes, given to a real broker and attacked.

#include <gtest/gtest.h>

#include "app/broker_acl.h"
#include "config/profile_reader.h"
#include "device/decoder.h"
#include "tests/contract/link_contract.h"
#include "tests/system/mqtt/paho_world.h"

namespace shouwang::testing {
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LinkContract);
namespace {

config::Config estate() {
  config::Config config;
  std::vector<config::Fault> faults;
  config.profiles =
      config::read_profiles(SHOUWANG_SOURCE_DIR "/config/profiles", "profiles", faults);
  EXPECT_TRUE(faults.empty());
  config.communities.resize(1);
  config.communities[0].estate.id = CommunityId("e18");
  config.communities[0].estate.devices = {
      {.id = DeviceId("GA-1"), .profile = "native", .address = "GA-1"},
      {.id = DeviceId("GA-2"), .profile = "native", .address = "GA-2"},
      {.id = DeviceId("GA-3"), .profile = "zigbee2mqtt.gas", .address = "kitchen"},
      {.id = DeviceId("GA-4"), .profile = "shelly.gas", .address = "shellygas-4"}};
  return config;
}

class Acl : public ::testing::Test {
 protected:
  Acl() {
    const app::AccessList list = app::access_list(estate());
    EXPECT_TRUE(list.remarks.empty());
    // The way the file's own comments tell, with one word for everybody.
    std::string logins;
    std::istringstream users(app::user_list(list));
    for (std::string user; std::getline(users, user);) logins += user + ":word\n";
    const std::string passwords = folder.write("passwords", logins);
    EXPECT_EQ(run("mosquitto_passwd -U " + passwords).status, 0);
    // use_username_as_clientid belongs to a listener: in another file it means nothing.
    const std::uint16_t port = free_port();
    broker = std::make_unique<Broker>(
        "listener " + std::to_string(port) + " 127.0.0.1\nallow_anonymous false\npassword_file " +
            passwords + "\nacl_file " + folder.write("acl", app::acl_file(list)) +
            "\nuse_username_as_clientid true",
        port);
    link = std::make_unique<mqtt::PahoLink>(
        mqtt::LinkSettings{.uri = broker->uri(),
                           .client_id = "shouwang",
                           .user = "shouwang",
                           .password = "word",
                           .status_topic = "shouwang/status",
                           .subscriptions = device::subscriptions(estate().profiles)},
        listener.handlers());
    link->start();
    EXPECT_TRUE(eventually([&] { return listener.state().connected; }));
  }

  std::unique_ptr<MqttClient> client(const std::string& user, const std::string& id = "") {
    return std::make_unique<MqttClient>(
        broker->port(), MqttClient::Settings{.id = id, .user = user, .password = "word"});
  }
  bool hears(const std::string& topic, const std::string& payload) {
    return eventually([&] { return listener.heard({topic, payload}) > 0; });
  }

  TemporaryFolder folder;
  Listener listener;
  std::unique_ptr<Broker> broker;
  std::unique_ptr<mqtt::PahoLink> link;
};

TEST_F(Acl, EverybodySpeaksUnderTheirOwnNameAndNobodyUnderAnothers) {
  const auto forger = client("GA-1");
  for (const char* topic :
       {"shouwang/v1/e18/GA-2/event", "shouwang/v1/e18/GA-1/ack", "shouwang/v1/other/GA-1/event",
        "shouwang/status", "shouwang/status/pulse/shouwang", "zigbee2mqtt/kitchen",
        "shellies/shellygas-4/sensor/gas", "zigbee2mqtt/bridge/state", "x/status"}) {
    forger->publish(topic, "forged");
    forger->publish(topic, "forged", true);
  }
  const auto bridge = client("zigbee2mqtt");
  bridge->publish("shouwang/v1/e18/GA-1/event", "forged");
  bridge->publish("shellies/shellygas-4/sensor/gas", "forged");
  client("GA-4")->publish("shellies/shellygas-5/sensor/gas", "forged");
  // What is allowed comes after all of it.
  forger->publish("shouwang/v1/e18/GA-1/event", "own");
  bridge->publish("zigbee2mqtt/kitchen", "own");
  client("GA-4")->publish("shellies/shellygas-4/sensor/gas", "own");
  EXPECT_TRUE(hears("shouwang/v1/e18/GA-1/event", "own"));
  EXPECT_TRUE(hears("zigbee2mqtt/kitchen", "own"));
  EXPECT_TRUE(hears("shellies/shellygas-4/sensor/gas", "own"));
  for (const Received& message : listener.heard()) EXPECT_NE(message.payload, "forged") << message;
}

TEST_F(Acl, ADeviceHearsItsOwnAcknowledgementAndNothingElse) {
  const auto one = client("GA-1");
  const auto other = client("GA-2");
  for (const char* filter : {"#", "+/+/+/+/+", "shouwang/v1/e18/GA-2/ack", "zigbee2mqtt/#",
                             "shouwang/v1/e18/GA-1/ack"}) {
    one->subscribe(filter);
  }
  other->publish("shouwang/v1/e18/GA-2/event", "alarm");
  other->publish("shouwang/v1/e18/GA-2/beat", "normal", true);
  client("zigbee2mqtt")->publish("zigbee2mqtt/kitchen", "alarm");
  EXPECT_TRUE(link->publish("shouwang/v1/e18/GA-2/ack", "other", false).has_value());
  EXPECT_TRUE(link->publish("shouwang/v1/e18/GA-1/ack", "mine", false).has_value());
  EXPECT_TRUE(eventually([&] { return one->last("shouwang/v1/e18/GA-1/ack") == "mine"; }));
  for (const auto& message : one->messages()) EXPECT_EQ(message.topic, "shouwang/v1/e18/GA-1/ack");
}

// Whoever connects under another's client id throws that one off, and the broker gives it what was
// queued: messages to the gateway would be lost without a trace.
TEST_F(Acl, ADeviceThatTakesTheGatewaysClientIdGetsNothingAndThrowsNobodyOff) {
  const auto states = listener.states().size();
  const auto thief = client("GA-1", "shouwang");
  const auto other = client("GA-2");
  other->publish("shouwang/v1/e18/GA-2/event", "alarm");
  EXPECT_TRUE(hears("shouwang/v1/e18/GA-2/event", "alarm"));
  EXPECT_EQ(listener.states().size(), states) << "the gateway's connection was cut";
  EXPECT_TRUE(thief->messages().empty());
}

TEST_F(Acl, TheGatewaysOwnBeatComesRound) {
  link->stop();
  const auto gateway = client("shouwang");
  gateway->subscribe("shouwang/status/#");
  gateway->publish("shouwang/status/pulse/shouwang", "beat");
  EXPECT_TRUE(
      eventually([&] { return gateway->last("shouwang/status/pulse/shouwang") == "beat"; }));
  EXPECT_EQ(gateway->last("shouwang/status"), "offline") << "retained, as it said at its end";
}

TEST_F(Acl, ALoginThatIsNotInTheListsAndAWrongWordAreRefused) {
  const std::string port = std::to_string(broker->port());
  const std::string tries =
      "mosquitto_pub -p " + port + " -q 1 -t shouwang/v1/e18/GA-1/event -m x ";
  EXPECT_NE(run(tries).status, 0);
  EXPECT_NE(run(tries + "-u GA-9 -P word").status, 0);
  EXPECT_NE(run(tries + "-u GA-1 -P guess").status, 0);
  EXPECT_EQ(run(tries + "-u GA-1 -P word").status, 0);
}

}  // namespace
}  // namespace shouwang::testing
