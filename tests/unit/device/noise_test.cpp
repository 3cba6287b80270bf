// Whatever arrives, the decoder answers: it never throws, and a broken message is never read as a
// sound one.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "base/rng.h"
#include "device/json.h"
#include "tests/unit/device/library.h"

namespace shouwang::device {
namespace {

struct Recorded {
  std::string topic;
  std::string payload;
};

std::vector<Recorded> recorded() {
  std::vector<Recorded> all;
  for (const auto& entry :
       std::filesystem::directory_iterator(SHOUWANG_SOURCE_DIR "/tests/data/payloads")) {
    std::ifstream in(entry.path());
    for (std::string text; std::getline(in, text);) {
      const auto record = boost::json::parse(text).as_object();
      if (!record.contains("payload")) continue;
      all.push_back({std::string(record.at("topic").as_string()),
                     std::string(record.at("payload").as_string())});
    }
  }
  return all;
}

void damage(std::string& text, Rng& rng) {
  for (std::uint64_t times = 1 + rng.below(4); times > 0 && !text.empty(); --times) {
    const std::size_t at = rng.below(text.size());
    switch (rng.below(4)) {
      case 0: text[at] = static_cast<char>(rng.below(256)); break;
      case 1: text.erase(at, 1 + rng.below(8)); break;
      case 2: text.insert(at, text.substr(rng.below(text.size()), 1 + rng.below(16))); break;
      case 3: text.resize(at); break;
    }
  }
}

TEST(Noise, NeverThrowsAndNeverSpeaksOfAProblemAndSignalsAtOnce) {
  const auto all = recorded();
  Rng rng(20260115);
  int unreadable = 0;
  for (int round = 0; round < 20'000; ++round) {
    Recorded one = all[rng.below(all.size())];
    damage(one.payload, rng);
    if (rng.chance(100)) damage(one.topic, rng);
    const auto decoding = library().decode({one.topic, one.payload, rng.chance(500)}, now(), {});
    EXPECT_EQ(decoding.reports.empty(), decoding.outcome != Outcome::read);
    for (const Decoded& decoded : decoding.reports) {
      if (decoded.report.problem.empty()) continue;
      ++unreadable;
      EXPECT_TRUE(decoded.report.signals.empty());
    }
  }
  EXPECT_GT(unreadable, 1000) << "too gentle";
}

// Whether node `at` and all below it are what Boost's own parser made of the text.
void expect_same(const Json& json, std::uint32_t& at, const boost::json::value& value) {
  const JsonNode& node = json[at++];
  if (const auto* object = value.if_object()) {
    ASSERT_EQ(node.type, JsonNode::Type::object);
    for (const auto& [key, below] : *object) {
      EXPECT_EQ(json[at].key, std::string_view(key));
      expect_same(json, at, below);
    }
    EXPECT_EQ(node.end, at);
  } else if (const auto* array = value.if_array()) {
    ASSERT_EQ(node.type, JsonNode::Type::array);
    for (const auto& below : *array) expect_same(json, at, below);
    EXPECT_EQ(node.end, at);
  } else if (const auto* text = value.if_string()) {
    EXPECT_EQ(node.text, std::string_view(*text));
  } else if (value.is_number()) {
    EXPECT_EQ(node.number, value.to_number<double>());
  } else if (value.is_bool()) {
    EXPECT_EQ(node.truth, value.get_bool());
  } else {
    EXPECT_EQ(node.type, JsonNode::Type::null);
  }
}

TEST(Noise, JsonIsWhatBoostMakesOfIt) {
  int compared = 0;
  for (Recorded& one : recorded()) {
    // Escapes that change nothing, in every place where a letter e stands in a text.
    for (std::size_t i = one.payload.find("\"e"); i != std::string::npos;
         i = one.payload.find("\"e", i + 1)) {
      one.payload.replace(i, 2, "\"\\u0065");
    }
    boost::json::error_code error;
    const auto value = boost::json::parse(one.payload, error);
    std::pmr::monotonic_buffer_resource memory;
    Json json(&memory);
    ASSERT_EQ(json.parse(one.payload).empty(), !error) << one.payload;
    if (error) continue;
    std::uint32_t at = 0;
    expect_same(json, at, value);
    ++compared;
  }
  EXPECT_GT(compared, 100);
}

TEST(Noise, EveryPrefixOfAnAlarmIsRefused) {
  const std::string whole = R"({"battery_low":false,"gas":true,"linkquality":42})";
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const auto decoding = library().decode({"zigbee2mqtt/x", whole.substr(0, size)}, now(), {});
    ASSERT_EQ(decoding.reports.size(), 1U);
    EXPECT_TRUE(decoding.reports.front().report.signals.empty()) << size;
    EXPECT_NE(decoding.reports.front().report.problem, "") << size;
  }
}

TEST(Noise, AFullPayloadOfDevicesIsReadInOneGo) {
  std::string payload = R"({"ZbReceived":{)";
  int devices = 0;
  while (payload.size() < 64'000) {
    payload += (devices == 0 ? "\"" : ",\"") + std::to_string(devices) + R"(":{"Fire":1})";
    ++devices;
  }
  payload += "}}";
  const auto decoding = library().decode({"tele/board/SENSOR", payload}, now(), {});
  EXPECT_EQ(decoding.reports.size(), static_cast<std::size_t>(devices) + 1)
      << "and the board itself";
}

}  // namespace
}  // namespace shouwang::device
