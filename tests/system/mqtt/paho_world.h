// The real world of a link: mosquitto with our configuration, and a way to it that can be cut.

#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "mqtt/paho_link.h"
#include "tests/support/broker.h"
#include "tests/support/mqtt_client.h"
#include "tests/support/proxy.h"

namespace shouwang::testing {

template <int version>
class PahoWorld {
 public:
  mqtt::Link& link(mqtt::LinkSettings settings, mqtt::Link::Handlers handlers) {
    settings.uri = "tcp://127.0.0.1:" + std::to_string(proxy.port());
    settings.version = version;
    link_ = std::make_unique<mqtt::PahoLink>(std::move(settings), std::move(handlers));
    return *link_;
  }

  void publish(const std::string& topic, const std::string& payload, bool retain) {
    EXPECT_TRUE(device.publish(topic, payload, retain));
  }

  void go_down() { proxy.close(); }
  void come_up() { proxy.open(); }

  // Another client of the same name that wants no session: the broker forgets ours.
  void lose_session() {
    MqttClient usurper(broker.port(), {.id = "gateway-under-test", .clean = true});
  }

  std::optional<std::string> retained(const std::string& topic) {
    return retained_at(broker.port(), topic);
  }

  bool eventually(const std::function<bool()>& condition) {
    return shouwang::testing::eventually(condition);
  }

  // What the broker has sent before a message that goes the whole way has been handled before.
  bool settled() {
    MqttClient onlooker(broker.port());
    onlooker.subscribe("settled");
    device.publish("settled", "now");
    return eventually([&] { return onlooker.last("settled") == "now"; });
  }

  Broker broker;
  Proxy proxy{broker.port()};
  MqttClient device{broker.port(), {.id = "device"}};

 private:
  std::unique_ptr<mqtt::Link> link_;
};

}  // namespace shouwang::testing
