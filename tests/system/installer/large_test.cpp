// config/mosquitto.conf lets through what a bridge says at its start.

#include <gtest/gtest.h>

#include "tests/support/broker.h"
#include "tests/support/mqtt_client.h"

namespace shouwang::testing {
namespace {

TEST(Trap36, AListOfDevicesOfHundredsOfKilobytesDoesNotCostTheBridgeItsConnection) {
  Broker broker;
  MqttClient gateway(broker.port());
  gateway.subscribe("+/bridge/devices");
  MqttClient bridge(broker.port(), {.id = "zigbee2mqtt"});
  const std::string list(600'000, 'x');
  EXPECT_TRUE(bridge.publish("zigbee2mqtt/bridge/devices", list, true));
  EXPECT_TRUE(eventually([&] { return gateway.last("zigbee2mqtt/bridge/devices") == list; }));
  EXPECT_TRUE(bridge.publish("zigbee2mqtt/kitchen", "{}")) << "and it is still connected";
}

}  // namespace
}  // namespace shouwang::testing
