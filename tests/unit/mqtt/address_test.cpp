#include "mqtt/address.h"

#include <gtest/gtest.h>

#include "mqtt/trouble.h"

namespace shouwang::mqtt {
namespace {

Address address(bool tls, std::string host, std::uint16_t port) {
  return {.tls = tls, .host = std::move(host), .port = port};
}

TEST(BrokerAddress, SchemeHostAndPortAreRead) {
  EXPECT_EQ(read_address("tcp://127.0.0.1:1884"), address(false, "127.0.0.1", 1884));
  EXPECT_EQ(read_address("mqtt://broker"), address(false, "broker", 1883));
  EXPECT_EQ(read_address("ssl://broker.example"), address(true, "broker.example", 8883));
  EXPECT_EQ(read_address("mqtts://[::1]:8884"), address(true, "::1", 8884));
  EXPECT_EQ(read_address("tcp://[::1]"), address(false, "::1", 1883));
}

TEST(BrokerAddress, WhatIsNoAddressIsRefusedByName) {
  for (const char* uri : {"", "127.0.0.1:1883", "http://broker", "tcp://", "tcp://:1883",
                          "tcp://host:", "tcp://host:0", "tcp://host:65536", "tcp://host:18x",
                          "tcp://[::1", "tcp://[::1]1883"}) {
    const auto read = read_address(uri);
    ASSERT_FALSE(read.has_value()) << uri;
    EXPECT_EQ(read.error().code, Error::Code::invalid);
    EXPECT_NE(read.error().what.find("'" + std::string(uri) + "'"), std::string::npos) << uri;
  }
}

TEST(Trouble, EachRefusalIsOneSentenceWithPlaceAndCauseAndWithoutThePassword) {
  const LinkSettings settings{.client_id = "gw-1", .user = "gateway", .password = "quite-secret"};
  const Address there = address(true, "broker", 8883);
  EXPECT_EQ(sentence({.code = 5}, settings, there),
            "The broker at broker:8883 refused user 'gateway': not authorised (user name, password "
            "or client id).");
  EXPECT_EQ(sentence({.code = 0x86}, {}, there),
            "The broker at broker:8883 refused a client without a user name: bad user name or "
            "password.");
  EXPECT_EQ(sentence({.code = 0x84}, settings, there),
            "The broker at broker:8883 does not speak MQTT 5; set the broker's version to 3.");
  EXPECT_EQ(sentence({.code = -1, .message = "TCP/TLS connect failure"}, settings, there),
            "Connecting to the broker at broker:8883 failed: TCP/TLS connect failure (code -1).");
  EXPECT_EQ(ended_sentence(0x8e, settings, there),
            "Another client uses our client id 'gw-1' at the broker at broker:8883.");
  EXPECT_EQ(step_sentence(Step::port_silent, "Connection refused", there),
            "The broker at broker:8883 can not be reached: Connection refused.");
  EXPECT_EQ(step_sentence(Step::tls_fails, "hostname mismatch", there),
            "TLS with the broker at broker:8883 failed: hostname mismatch; check ca_file and the "
            "broker's certificate.");
  EXPECT_EQ(step_sentence(Step::mqtt_fails, "", there),
            "The broker at broker:8883 takes connections but does not speak MQTT with us.");
  EXPECT_EQ(lost_sentence(true, settings, there),
            "The connection to the broker at broker:8883 is lost again and again; does another "
            "client use our client id 'gw-1'?");
  EXPECT_EQ(refused_filter_sentence("a/#", 0x87),
            "The broker refused the subscription to 'a/#' (not authorised).");
}

}  // namespace
}  // namespace shouwang::mqtt
