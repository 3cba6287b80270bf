// Much at once, and links that look alive but are not.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <thread>

#include "mqtt/intake.h"
#include "tests/contract/link_contract.h"
#include "tests/system/mqtt/paho_world.h"

namespace shouwang::testing {
namespace {

mqtt::LinkSettings settings_for(std::uint16_t port) {
  return {.uri = "tcp://127.0.0.1:" + std::to_string(port),
          .client_id = "gateway-under-test",
          .status_topic = "gw/status",
          .subscriptions = {"estate/#"}};
}

// Everything is an alarm of the device that the topic names.
class AlarmReading final : public mqtt::Reading {
 public:
  mqtt::Care read(const mqtt::Incoming& incoming, std::vector<mqtt::Said>& said) const override {
    mqtt::Said one{.community = CommunityId("E18"), .device = DeviceId(incoming.topic)};
    one.report.event_id = incoming.payload;
    one.report.signals = {{.kind = device::Kind::gas, .meaning = device::Meaning::alarm}};
    said.push_back(std::move(one));
    return mqtt::care_for(said);
  }
};

TEST(Storm, ABurstOfFiveThousandAlarmsArrivesCompletelyThroughTheIntake) {
  constexpr int kAlarms = 5'000;
  Broker broker;
  std::atomic<bool> woken{false};
  mqtt::Intake intake({}, std::make_shared<AlarmReading>(), [&woken] {
    woken = true;
    woken.notify_one();
  });
  Listener listener;
  mqtt::Link::Handlers handlers = listener.handlers();
  handlers.on_message = [&](const mqtt::Incoming& incoming) { return intake.on_message(incoming); };
  mqtt::PahoLink link(settings_for(broker.port()), std::move(handlers));
  std::set<std::string> stored;
  std::atomic<bool> over{false};
  std::thread loop([&] {
    while (!over) {
      woken.wait(false);
      woken = false;
      std::deque<mqtt::Arrival> arrivals;
      intake.take(arrivals);
      for (const mqtt::Arrival& arrival : arrivals) {
        stored.insert(arrival.said.front().report.event_id);
        intake.settle(arrival.ticket, true);
      }
      if (stored.size() == kAlarms) over = true;
    }
  });
  link.start();
  ASSERT_TRUE(eventually([&] { return listener.state().connected; }));
  MqttClient devices(broker.port());
  for (int i = 0; i < kAlarms; ++i) {
    devices.publish_later("estate/GA-" + std::to_string(i % 100), std::to_string(i));
  }
  EXPECT_TRUE(devices.wait_acknowledged());
  EXPECT_TRUE(eventually([&] { return over.load(); }));
  over = true;
  woken = true;
  woken.notify_one();
  loop.join();
  EXPECT_EQ(stored.size(), static_cast<std::size_t>(kAlarms));
  EXPECT_EQ(intake.counts().waits_run_out, 0u);
}

TEST(Storm, WhatTheBrokerDropsIsNoticed) {
  Broker broker("sys_interval 1\nmax_queued_messages 5\nmax_inflight_messages 5");
  Proxy proxy(broker.port());
  Listener listener;
  mqtt::PahoLink link(settings_for(proxy.port()), listener.handlers());
  link.start();
  ASSERT_TRUE(eventually([&] { return listener.state().connected; }));
  MqttClient onlooker(broker.port());
  onlooker.subscribe("$SYS/broker/publish/messages/dropped");
  ASSERT_TRUE(eventually(
      [&] { return onlooker.last("$SYS/broker/publish/messages/dropped").has_value(); }));
  proxy.close();
  ASSERT_TRUE(eventually([&] { return !listener.state().connected; }));
  const auto gaps = listener.state().gaps;
  MqttClient device(broker.port());
  for (int i = 0; i < 50; ++i) device.publish_later("estate/GA-1", std::to_string(i));
  ASSERT_TRUE(device.wait_acknowledged());
  proxy.open();
  EXPECT_TRUE(eventually([&] {
    return listener.state().gaps > gaps && listener.state().last_gap == mqtt::Gap::broker_dropped;
  }));
}

TEST(HalfOpen, ALinkThatFallsSilentIsNoticedWithinFifteenSecondsAndReplaced) {
  Broker broker;
  Proxy proxy(broker.port());
  Listener listener;
  mqtt::PahoLink link(settings_for(proxy.port()), listener.handlers());
  link.start();
  ASSERT_TRUE(eventually([&] { return listener.state().connected; }));
  std::this_thread::sleep_for(std::chrono::seconds(1));  // So that a beat has come back.
  const auto begun = std::chrono::steady_clock::now();
  proxy.fall_silent();
  ASSERT_TRUE(eventually([&] { return !listener.state().connected; }));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(9));
  EXPECT_EQ(listener.state().trouble,
            "The broker at 127.0.0.1:" + std::to_string(proxy.port()) + " does not answer.");
  ASSERT_TRUE(eventually([&] { return listener.state().connected; }));
  MqttClient(broker.port()).publish("estate/GA-1", "alarm");
  EXPECT_TRUE(eventually([&] { return listener.heard({"estate/GA-1", "alarm"}) > 0; }));
  EXPECT_EQ(retained_at(broker.port(), "gw/status"), "online");
}

}  // namespace
}  // namespace shouwang::testing
