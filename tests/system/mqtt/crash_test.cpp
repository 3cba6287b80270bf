// Programs are killed, the broker is killed, connections are torn: nothing that was acknowledged is
// lost, and everything comes back by itself.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include "tests/contract/link_contract.h"
#include "tests/support/process.h"
#include "tests/system/mqtt/paho_world.h"

namespace shouwang::testing {
namespace {

using std::chrono::milliseconds;

std::multiset<std::string> lines_of(const std::string& path) {
  std::multiset<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.insert(line);
  return lines;
}

mqtt::LinkSettings settings_for(const std::string& uri) {
  return {.uri = uri,
          .client_id = "gateway-under-test",
          .status_topic = "gw/status",
          .subscriptions = {"estate/#"}};
}

class Killed : public ::testing::TestWithParam<int> {};

TEST_P(Killed, ASubscriberKilledWhileItHandlesMessagesLosesNone) {
  constexpr int kMessages = 20;
  Broker broker;
  TemporaryFolder folder;
  const std::string stored = (folder.path() / "stored").string();
  const auto start = [&](const char* hold_ms) {
    return std::vector<std::string>{SHOUWANG_BINARY_DIR "/bin/mqtt_subscriber",
                                    broker.uri(),
                                    "kill-me",
                                    "estate/#",
                                    stored,
                                    hold_ms,
                                    std::to_string(GetParam())};
  };
  {
    Process first(start("0"));
    ASSERT_TRUE(first.says("connected"));
  }
  MqttClient device(broker.port());
  for (int i = 1; i <= kMessages; ++i) {
    ASSERT_TRUE(device.publish("estate/GA-1", "event-" + std::to_string(i)));
  }
  for (int kill = 0; kill < 3; ++kill) {
    Process victim(start("150"));
    ASSERT_TRUE(victim.says("in event-"));
    std::this_thread::sleep_for(milliseconds(80));
    victim.kill();
  }
  EXPECT_LT(lines_of(stored).size(), kMessages) << "the victims must not have been through";
  Process last(start("0"));
  EXPECT_TRUE(last.says("in event-20\n"));
  const auto all = [&] {
    for (int i = 1; i <= kMessages; ++i) {
      if (!lines_of(stored).contains("event-" + std::to_string(i))) return false;
    }
    return true;
  };
  EXPECT_TRUE(eventually(all));
}

INSTANTIATE_TEST_SUITE_P(Versions, Killed, ::testing::Values(5, 3));

TEST(LastWill, IsSeenByOthersWhenTheGatewayIsKilled) {
  Broker broker;
  TemporaryFolder folder;
  MqttClient office(broker.port());
  office.subscribe("gw/status");
  Process gateway({SHOUWANG_BINARY_DIR "/bin/mqtt_subscriber", broker.uri(), "gw", "estate/#",
                   (folder.path() / "stored").string(), "0"});
  EXPECT_TRUE(eventually([&] { return office.last("gw/status") == "online"; }));
  gateway.kill();
  EXPECT_TRUE(eventually([&] { return office.last("gw/status") == "offline"; }));
  EXPECT_EQ(retained_at(broker.port(), "gw/status"), "offline");
}

TEST(BrokerKilled, SessionQueuedAlarmsAndRetainedStatesComeBack) {
  Broker broker("sys_interval 1");
  Proxy proxy(broker.port());
  Listener listener;
  mqtt::PahoLink link(settings_for("tcp://127.0.0.1:" + std::to_string(proxy.port())),
                      listener.handlers());
  link.start();
  ASSERT_TRUE(eventually([&] { return listener.state().connected; }));
  // Long enough that the uptime after the restart is a smaller one.
  MqttClient onlooker(broker.port());
  onlooker.subscribe("$SYS/broker/uptime");
  ASSERT_TRUE(eventually(
      [&] { return std::atoi(onlooker.last("$SYS/broker/uptime").value_or("0").c_str()) >= 6; }));
  proxy.close();
  ASSERT_TRUE(eventually([&] { return !listener.state().connected; }));
  const auto gaps = listener.state().gaps;
  listener.forget();
  {
    MqttClient device(broker.port());
    device.publish("estate/GA-1", "alarm", true);
    for (int i = 1; i <= 10; ++i) device.publish("estate/GA-2", std::to_string(i));
  }
  std::this_thread::sleep_for(milliseconds(2500));  // autosave_interval is a second.
  broker.kill();
  broker.restart();
  EXPECT_EQ(retained_at(broker.port(), "estate/GA-1"), "alarm");
  proxy.open();
  ASSERT_TRUE(eventually([&] { return listener.heard({"estate/GA-2", "10"}) > 0; }));
  for (int i = 1; i <= 10; ++i) {
    EXPECT_EQ(listener.heard({"estate/GA-2", std::to_string(i)}), 1u);
  }
  EXPECT_EQ(listener.heard({"estate/GA-1", "alarm"}), 1u);
  EXPECT_TRUE(eventually([&] { return listener.state().connected; }));
  EXPECT_TRUE(listener.state().session_kept);
  EXPECT_TRUE(eventually([&] {
    return listener.state().gaps == gaps + 1 &&
           listener.state().last_gap == mqtt::Gap::broker_restarted;
  })) << "levels must be reconciled though the session was kept";
}

TEST(BrokerKilled, ADamagedStateFileIsSetAsideAndTheLinkGoesOnWithoutIts) {
  Broker broker;
  Listener listener;
  mqtt::PahoLink link(settings_for(broker.uri()), listener.handlers());
  link.start();
  ASSERT_TRUE(eventually([&] { return listener.state().connected; }));
  broker.stop();
  std::filesystem::resize_file(broker.state_file(), 0);
  broker.restart();
  EXPECT_NE(broker.said().find("is empty; it is set aside as"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(broker.state_file().string() + ".damaged-1"));
  EXPECT_TRUE(eventually([&] { return listener.state().gaps == 2; }));
  EXPECT_EQ(listener.state().last_gap, mqtt::Gap::session_lost);
}

TEST(TornConnection, ResetsWhilePublishingAreSurvived) {
  Broker broker;
  Proxy proxy(broker.port());
  Listener listener;
  mqtt::PahoLink link(settings_for("tcp://127.0.0.1:" + std::to_string(proxy.port())),
                      listener.handlers());
  link.start();
  const std::string payload(2'000, 'x');
  for (int reset = 0; reset < 2; ++reset) {
    ASSERT_TRUE(eventually([&] { return listener.state().connected; }));
    listener.forget();
    std::thread saboteur([&proxy] {
      std::this_thread::sleep_for(milliseconds(3));
      proxy.reset();
    });
    int refused = 0;
    for (int i = 0; i < 20'000 && refused == 0; ++i) {
      if (!link.publish("cmd/GV-1", payload, false)) {
        const bool full = listener.states().empty();
        if (full) std::this_thread::sleep_for(milliseconds(1));
        refused += full ? 0 : 1;
      }
    }
    saboteur.join();
  }
  ASSERT_TRUE(eventually([&] { return listener.state().connected; }));
  MqttClient device(broker.port());
  device.publish("estate/GA-1", "alarm");
  EXPECT_TRUE(eventually([&] { return listener.heard({"estate/GA-1", "alarm"}) == 1; }));
}

TEST(LoadPublisher, CountsOnlyWhatTheBrokerAcknowledgedAcrossRestarts) {
  Broker broker;
  Listener listener;
  mqtt::LinkSettings settings = settings_for(broker.uri());
  settings.subscriptions = {"load/#"};
  mqtt::PahoLink link(settings, listener.handlers());
  link.start();
  ASSERT_TRUE(eventually([&] { return listener.state().connected; }));
  TemporaryFolder folder;
  const std::string acks = (folder.path() / "acks").string();
  Process load({SHOUWANG_BINARY_DIR "/bin/load_publisher", "--port", std::to_string(broker.port()),
                "--count", "3000", "--rate", "2000", "--payload", "{event}", "--acks", acks});
  ASSERT_TRUE(eventually([&] { return lines_of(acks).size() > 500; }));
  broker.stop();
  EXPECT_LT(lines_of(acks).size(), 3000u);
  broker.restart();
  EXPECT_EQ(load.wait(), 0);
  EXPECT_EQ(lines_of(acks).size(), 3000u);
  EXPECT_TRUE(eventually([&] {
    std::set<std::string> events;
    for (const Received& message : listener.heard()) events.insert(message.payload);
    return events.size() == 3000;
  }));
}

}  // namespace
}  // namespace shouwang::testing
