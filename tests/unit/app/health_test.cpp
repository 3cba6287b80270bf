#include "app/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "tests/support/elm.h"

namespace shouwang::app {
namespace {

using shouwang::testing::at;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

Vitals well() {
  return {
      .now = at(60s),
      .started_at = at(0s),
      .link = {.connected = true},
      .link_since = at(1s),
      .channels = {{.channel = "push", .successes = 3}},
      .communities = {{.id = "elm", .devices = 11, .open_incidents = 2, .unclaimed_incidents = 1}}};
}

// "broker health.broker.down since 1s", the unwell ones marked with "!".
std::vector<std::string> lines(const Vitals& vitals) {
  std::vector<std::string> all;
  for (const auto& line : health_lines(vitals)) {
    all.push_back((line.well ? "" : "! ") + line.part + " " + line.key);
  }
  return all;
}

TEST(Health, NamesEveryLinkOfTheChain) {
  EXPECT_THAT(lines(well()),
              ::testing::ElementsAre("broker health.broker.well", "store health.store.well",
                                     "clock health.clock.well", "sensors health.sensors.well",
                                     "channel push health.channel.well"));
}

TEST(Health, SaysWhatIsDownAndSinceWhen) {
  Vitals bad = well();
  bad.link.connected = false;
  bad.store_trouble = Gateway::StoreTrouble{.since = at(7s), .what = "the disk is full"};
  bad.clock_ahead = 5s;
  bad.channels.front().failing_since = at(9s);
  EXPECT_THAT(lines(bad),
              ::testing::ElementsAre("! broker health.broker.down", "! store health.store.failing",
                                     "! clock health.clock.wrong", "sensors health.sensors.well",
                                     "! channel push health.channel.down"));
  EXPECT_EQ(health_lines(bad)[0].since, at(1s));
  EXPECT_EQ(health_lines(bad)[1].since, at(7s));
  EXPECT_EQ(health_lines(bad)[4].since, at(9s));
}

TEST(Status, IsOneSentenceForSystemctl) {
  EXPECT_EQ(status_sentence(well()), "11 devices, 2 open incidents (1 unclaimed)");
  Vitals bad = well();
  bad.link = {.connected = false, .trouble = "Connection refused."};
  bad.store_trouble = Gateway::StoreTrouble{.what = "the disk is full"};
  bad.channels.front().failing_since = at(9s);
  EXPECT_EQ(status_sentence(bad),
            "11 devices, 2 open incidents (1 unclaimed); BROKER DOWN: Connection refused.; SAVING "
            "FAILS: the disk is full; channel push fails");
}

TEST(Metrics, TellWhatIsTheCase) {
  Vitals vitals = well();
  vitals.gateway.alarms = 4;
  const std::string text = metrics_text(vitals);
  EXPECT_THAT(text, HasSubstr("\nshouwang_broker_connected 1\n"));
  EXPECT_THAT(text, HasSubstr("\nshouwang_open_incidents{community=\"elm\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("\nshouwang_channel_successes_total{channel=\"push\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("\nshouwang_incidents_opened_total 4\n"));
  EXPECT_THAT(text, HasSubstr("shouwang_uptime_seconds 60\n"));
}

TEST(Metrics, EscapeWhatALabelCanNotHold) {
  Vitals vitals = well();
  vitals.channels.front().channel = "a\"b\\c\nd";
  EXPECT_THAT(metrics_text(vitals), HasSubstr(R"(shouwang_channel_up{channel="a\"b\\c\nd"} 1)"));
}

// The text exposition format 0.0.4: HELP and TYPE once before the samples of a family, samples of a
// family together, counters end in _total, nothing after the last line's end.
TEST(Metrics, KeepTheExpositionFormat) {
  std::istringstream text(metrics_text(well()));
  std::set<std::string> families;
  std::string family;
  std::string type;
  for (std::string line; std::getline(text, line);) {
    std::istringstream words(line);
    std::string hash;
    std::string word;
    std::string name;
    if (line.starts_with("# HELP ")) {
      words >> hash >> word >> family;
      EXPECT_TRUE(families.insert(family).second) << family << " comes twice";
      continue;
    }
    if (line.starts_with("# TYPE ")) {
      words >> hash >> word >> name >> type;
      EXPECT_EQ(name, family);
      EXPECT_EQ(type == "counter", name.ends_with("_total")) << name;
      continue;
    }
    const std::string sample = line.substr(0, line.find_first_of("{ "));
    EXPECT_EQ(sample, family) << line;
  }
  EXPECT_GT(families.size(), 20U);
  EXPECT_EQ(metrics_text(well()).back(), '\n');
}

}  // namespace
}  // namespace shouwang::app
