#include "app/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/device/library.h"

namespace shouwang::app {
namespace {

using device::Device;
using device::Listing;

// The shipped profiles, and one gas alarm in the list.
class DecodeTest : public ::testing::Test {
 protected:
  std::string decode(const std::string& line) {
    const auto out = decode_line(face_, line, device::now());
    return out ? *out : "error: " + out.error().what;
  }

  const std::vector<Device> devices_ = {
      {.id = DeviceId("GA-B05-U4-302"), .profile = "zigbee2mqtt.gas", .address = "kitchen"}};
  const std::vector<Listing> listings_ = {{CommunityId("changshan"), devices_}};
  const device::Directory directory_ =
      *device::Directory::build(device::library().profiles(), listings_);
  const DecodeFace face_{device::library(), directory_, listings_};
};

TEST_F(DecodeTest, PrintsTheIdOfAListedDevice) {
  EXPECT_EQ(
      decode(R"({"topic":"zigbee2mqtt/kitchen","payload":"{\"gas\":true,\"gas_value\":12.5}"})"),
      R"({"device":"GA-B05-U4-302","profile":"zigbee2mqtt.gas","signals":[{"kind":"gas",)"
      R"("meaning":"alarm","value":12.5,"unit":"%LEL"}],"problem":null})");
}

TEST_F(DecodeTest, PrintsTheAddressOfAStranger) {
  EXPECT_EQ(
      decode(R"({"topic":"shellies/x\u00e4\"y/sensor/concentration","payload":"0"})"),
      "{\"device\":\"x\xC3\xA4\\\"y\",\"profile\":\"shelly.gas\",\"signals\":[{\"kind\":\"gas\","
      "\"meaning\":\"measurement\",\"value\":0,\"unit\":\"ppm\"}],\"problem\":null}");
}

TEST_F(DecodeTest, SaysWhyNobodyReadsATopic) {
  EXPECT_EQ(
      decode(R"({"topic":"nobody/knows","payload":"1","retain":true})"),
      R"({"device":null,"profile":null,"signals":[],"problem":"no profile claims this topic"})");
}

TEST_F(DecodeTest, SaysWhyAPayloadCanNotBeRead) {
  EXPECT_EQ(decode(R"({"topic":"zigbee2mqtt/kitchen","payload":"{"})"),
            R"({"device":"GA-B05-U4-302","profile":"zigbee2mqtt.gas","signals":[],)"
            R"("problem":"not JSON at byte 1: incomplete JSON"})");
}

TEST_F(DecodeTest, TakesBytesAsBase64) {
  EXPECT_EQ(decode(R"({"topic":"zigbee2mqtt/kitchen","payload_base64":"eyJnYXMiOmZhbHNlfQ=="})"),
            R"({"device":"GA-B05-U4-302","profile":"zigbee2mqtt.gas","signals":[{"kind":"gas",)"
            R"("meaning":"normal","value":null,"unit":null}],"problem":null})");
}

TEST_F(DecodeTest, TakesAPayloadThatIsWrittenAsJson) {
  EXPECT_EQ(decode(R"({"topic":"zigbee2mqtt/kitchen","payload":{"gas":false},"retain":null})"),
            decode(R"({"topic":"zigbee2mqtt/kitchen","payload":"{\"gas\":false}"})"));
}

TEST_F(DecodeTest, PrintsFurtherDevicesOfOneMessageUnderMore) {
  EXPECT_EQ(
      decode(R"({"topic":"zigbee/send","payload":{"cmd":"heartbeat","params":[{"did":"a",)"
             R"("res_list":[{"res_name":"13.1.85","value":1}]},{"did":"b","res_list":[]}]}})"),
      R"({"device":"a","profile":"xiaomi.gas_honeywell","signals":[{"kind":"gas",)"
      R"("meaning":"alarm","value":null,"unit":null}],"problem":null,"more":[)"
      R"({"device":"b","profile":)"
      R"("xiaomi.gas_honeywell","signals":[{"kind":"device","meaning":"heartbeat","value":null,)"
      R"("unit":null}],"problem":null}]})");
}

TEST_F(DecodeTest, RefusesALineThatIsNoMessage) {
  EXPECT_EQ(decode("{"), "error: not JSON: incomplete JSON");
  EXPECT_EQ(decode("[]"), "error: not a JSON object");
  EXPECT_EQ(decode(R"({"payload":"x"})"), "error: `topic` is missing or not a text");
  EXPECT_EQ(decode(R"({"topic":"a"})"), "error: `payload` is missing");
  EXPECT_EQ(decode(R"({"topic":"a","payload":"","retain":1})"),
            "error: `retain` is neither true nor false");
  EXPECT_EQ(decode(R"({"topic":"a","payload_base64":"?"})"),
            "error: `payload_base64` is not base64");
  EXPECT_EQ(decode(R"({"topic":"a","payload_base64":"A"})"),
            "error: `payload_base64` is not base64");
}

TEST_F(DecodeTest, AnswersEveryLineAndCountsTheBrokenOnes) {
  std::istringstream in("{\"topic\":\"a\",\"payload\":\"\"}\r\n\nnonsense\n");
  std::ostringstream out;
  EXPECT_EQ(decode_lines(face_, in, out, device::now()), 1U);
  EXPECT_EQ(
      out.str(),
      R"({"device":null,"profile":null,"signals":[],"problem":"no profile claims this topic"})"
      "\n"
      R"({"device":null,"profile":null,"signals":[],"problem":"line 3: not JSON: syntax error"})"
      "\n");
}

}  // namespace
}  // namespace shouwang::app
