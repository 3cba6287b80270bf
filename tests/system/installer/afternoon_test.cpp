// An installer's afternoon with the real programs: broker, gateway, hand tool.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/broker.h"
#include "tests/support/mqtt_client.h"
#include "tests/support/process.h"

namespace shouwang::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class Afternoon : public ::testing::Test {
 protected:
  Afternoon() {
    const std::filesystem::path config = folder.path() / "config";
    std::filesystem::copy(SHOUWANG_SOURCE_DIR "/config", config,
                          std::filesystem::copy_options::recursive);
    std::ofstream(config / "gateway.yaml")
        << "communities: [changshan]\nbroker: {uri: \"" << broker.uri()
        << "\"}\nstore: {path: " << (folder.path() / "state/shouwang.db").string()
        << "}\nweb: {listen: \"127.0.0.1:" << free_port()
        << "\", control_socket: " << (folder.path() / "control").string()
        << "}\nlog: {level: warning, target: stderr}\n";
    std::filesystem::create_directories(folder.path() / "state");
    const Output ledgers = run(SHOUWANG_BINARY_DIR "/bin/community --out " + path("town"));
    EXPECT_EQ(ledgers.status, 0) << ledgers.text;
    const Output import = ctl("import " + path("town/ledgers") + " --offline");
    EXPECT_EQ(import.status, 0) << import.text;
    start();
    const Output user = run("SHOUWANG_PASSWORD=long-enough-word " + command() +
                            " users put fitter --role installer --person V001");
    EXPECT_EQ(user.status, 0) << user.text;
  }

  std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  std::string command() const {
    return SHOUWANG_BINARY_DIR "/bin/shouwangctl --config " + path("config");
  }
  Output ctl(const std::string& verb) const { return run(command() + " " + verb); }

  void start() {
    gateway = std::make_unique<Process>(
        std::vector<std::string>{SHOUWANG_BINARY_DIR "/bin/shouwangd", "--config", path("config")});
    EXPECT_TRUE(eventually([&] { return ctl("status").text.find("broker") != std::string::npos; },
                           std::chrono::seconds(40)))
        << gateway->printed();
    EXPECT_TRUE(eventually(
        [&] {
          const auto state = boost::json::parse(ctl("--json status").text).as_object();
          for (const auto& line : state.at("health").as_array()) {
            if (line.at("part") == "broker") return line.at("well").as_bool();
          }
          return false;
        },
        std::chrono::seconds(40)));
  }

  std::unique_ptr<Process> walk(const std::string& place) const {
    return std::make_unique<Process>(
        std::vector<std::string>{SHOUWANG_BINARY_DIR "/bin/shouwangctl", "--config", path("config"),
                                 "walktest", "start", place, "--by", "fitter"});
  }

  static std::string event(const std::string& id, const std::string& state) {
    return R"({"v":1,"event":")" + id + R"(","boot":1,"seq":)" + id + R"(,"kind":"gas","state":")" +
           state + R"(","battery":87})";
  }

  Broker broker;
  TemporaryFolder folder;
  std::unique_ptr<Process> gateway;
  MqttClient device{broker.port()};
};

constexpr const char* kTopic = "shouwang/v1/changshan/GA-B06-U2-203/event";

TEST_F(Afternoon, AWalkTestTicksTheDeviceOffTellsNobodyAndSurvivesAKilledGateway) {
  EXPECT_THAT(ctl("devices").text, HasSubstr("never heard"));
  const auto walking = walk("GA-B06-U2-203");
  EXPECT_TRUE(walking->says("Enter: finished")) << walking->printed();
  EXPECT_TRUE(device.publish(kTopic, event("1", "alarm")));
  EXPECT_TRUE(walking->says("[x] GA-B06-U2-203")) << walking->printed();
  EXPECT_TRUE(walking->says("battery 87 %")) << walking->printed();
  EXPECT_TRUE(device.publish(kTopic, event("2", "normal")));
  EXPECT_TRUE(walking->says("gas normal")) << walking->printed();
  EXPECT_EQ(boost::json::parse(ctl("--json incidents").text).as_array().size(), 0u);

  gateway->kill();
  start();
  const auto list = boost::json::parse(ctl("--json walktest list").text).as_array();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].at("devices").at(0).at("result"), "passed");
  const std::string id(list[0].at("test").as_string());
  EXPECT_THAT(ctl("matters").text, HasSubstr("under_test"));
  EXPECT_EQ(ctl("walktest stop " + id + " --by fitter").status, 0);

  EXPECT_TRUE(device.publish(kTopic, event("3", "alarm")));
  EXPECT_TRUE(eventually(
      [&] { return boost::json::parse(ctl("--json incidents").text).as_array().size() == 1; }));
  const std::string journal = ctl("report").text;
  EXPECT_THAT(journal, HasSubstr(R"("type":"test_result")"));
  EXPECT_THAT(journal, HasSubstr(R"("result":"passed")"));
  EXPECT_THAT(ctl("verify").text, HasSubstr(R"("sound":true)"));
}

TEST_F(Afternoon, OnlyALoginThatMayTestCanStartATestAndNotForLong) {
  EXPECT_THAT(ctl("walktest start GA-B06-U2-203 --by nobody").text, HasSubstr("no login"));
  EXPECT_NE(ctl("walktest start GA-B06-U2-203 --by fitter --minutes 121").status, 0);
  EXPECT_THAT(ctl("walktest start nowhere --by fitter").text, HasSubstr("is no device"));
  EXPECT_EQ(
      run("SHOUWANG_PASSWORD=long-enough-word " + command() + " users put guest --role viewer")
          .status,
      0);
  EXPECT_THAT(ctl("walktest start GA-B06-U2-203 --by guest").text, HasSubstr("may not test"));
  EXPECT_EQ(boost::json::parse(ctl("--json walktest list").text).as_array().size(), 0u);
}

TEST_F(Afternoon, ADeviceInNoListIsShownWithItsProfileItsNameAndALineToPaste) {
  std::string padding;
  for (int i = 0; i < 3000; ++i) {
    padding += R"(,{"friendly_name":"lamp )" + std::to_string(i) + R"(","type":"Router"})";
  }
  EXPECT_TRUE(device.publish(
      "zigbee2mqtt/bridge/devices",
      R"([{"friendly_name":"new kitchen","type":"EndDevice","definition":{"vendor":"HEIMAN",)"
      R"("model":"HS1CG-M","exposes":[{"property":"gas"}]}})" +
          padding + "]",
      true));
  EXPECT_TRUE(device.publish("zigbee2mqtt/new kitchen", R"({"gas":false,"battery_low":false})"));
  std::string said;
  EXPECT_TRUE(eventually([&] {
    said = ctl("devices --unknown").text;
    return said.find("HEIMAN HS1CG-M") != said.npos &&
           said.find("new-kitchen,zigbee2mqtt.gas,new kitchen,,HEIMAN HS1CG-M") != said.npos;
  })) << said.substr(0, 4000);
  EXPECT_THAT(ctl("devices").text, Not(HasSubstr("new kitchen")))
      << "nothing is taken in by itself";
}

TEST(DecodeProgram, ReadsTheRecordedPayloadsLineByLineAsExpected) {
  namespace json = boost::json;
  const TemporaryFolder folder;
  std::string lines;
  std::vector<json::object> expected;
  for (const auto& entry :
       std::filesystem::directory_iterator(SHOUWANG_SOURCE_DIR "/tests/data/payloads")) {
    std::istringstream file(text_of(entry.path()));
    for (std::string line; std::getline(file, line);) {
      const json::object record = json::parse(line).as_object();
      if (record.contains("listed")) continue;  // Needs a device list of its own.
      lines += line + "\n";
      json::object one = record.at("expect").as_object();
      for (const char* key : {"time", "event", "fresh"}) one.erase(key);
      expected.push_back(std::move(one));
    }
  }
  const std::string in = folder.write("lines.jsonl", lines);
  const Output out =
      run(SHOUWANG_BINARY_DIR "/bin/shouwangctl --config " SHOUWANG_SOURCE_DIR "/config decode < " +
          in);
  EXPECT_EQ(out.status, 0);
  std::istringstream answers(out.text);
  std::size_t count = 0;
  for (std::string line; std::getline(answers, line); ++count) {
    ASSERT_LT(count, expected.size());
    json::object answer = json::parse(line).as_object();
    // Where exactly broken bytes are noticed is the JSON library's business.
    if (std::string_view(answer.at("problem").is_string() ? answer.at("problem").as_string() : "")
            .starts_with("not JSON at byte")) {
      EXPECT_TRUE(expected[count].at("problem").as_string().starts_with("not JSON at byte"));
      continue;
    }
    EXPECT_EQ(answer, expected[count]);
  }
  EXPECT_EQ(count, expected.size());
  EXPECT_GE(count, 151u);
}

}  // namespace
}  // namespace shouwang::testing
