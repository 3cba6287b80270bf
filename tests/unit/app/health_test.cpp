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
      .disk_free = 412'000'000,
      .channels = {{.channel = "push", .successes = 3}},
      .self_test = {.is_on = true,
                    .latest = SelfTest::Result{.started_at = at(30s),
                                               .ended_at = at(30s + 17ms),
                                               .took = {3ms, 1ms, 0ms, 11ms, 2ms}},
                    .counts = {.passed = 1}},
      .life = {.has_url = true},
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
              ::testing::ElementsAre(
                  "broker health.broker.well", "store health.store.well", "disk health.disk.well",
                  "clock health.clock.well", "sensors health.sensors.well",
                  "channel push health.channel.well", "self-test health.chain.well",
                  "audit health.audit.well", "sign of life health.life.well"));
}

TEST(Health, AdvisesOfFloodsOldIncidentsAndDevicesThatAreNotInService) {
  Vitals busy = well();
  busy.communities[0].not_in_service = 3;
  busy.communities[0].load = {.rate = 12, .flood_since = at(5s), .stale = {IncidentId("i1")}};
  EXPECT_THAT(lines(busy),
              ::testing::IsSupersetOf({"! flood health.flood", "! in service health.not_in_service",
                                       "! stale health.stale"}));
  EXPECT_TRUE(is_chain_well(busy));
  for (const auto& line : health_lines(busy)) EXPECT_EQ(line.advisory, !line.well) << line.part;
  EXPECT_NE(health_text(busy).find("! flood: 12 alarms within 10 minutes since"),
            std::string::npos);
  EXPECT_NE(health_text(busy).find("3 devices not in service"), std::string::npos);
  EXPECT_NE(metrics_text(busy).find("shouwang_alarms_10min{community=\"elm\"} 12"),
            std::string::npos);
}

TEST(Health, SaysWhatIsDownAndSinceWhen) {
  Vitals bad = well();
  bad.link.connected = false;
  bad.store_trouble = Gateway::StoreTrouble{.since = at(7s), .what = "the disk is full"};
  bad.clock_ahead = 5s;
  bad.channels.front().failing_since = at(9s);
  bad.disk_free = 299'999'999;
  bad.waiting["push"] = 3;
  bad.self_test.broken_since = at(11s);
  bad.self_test.latest->stuck_at = Stage::store;
  bad.lapses = 2;
  bad.communities.front().set_aside = 1;
  bad.life.held = true;
  bad.life.held_since = at(13s);
  EXPECT_THAT(lines(bad),
              ::testing::ElementsAre(
                  "! broker health.broker.down", "! store health.store.failing",
                  "! disk health.disk.low", "! clock health.clock.wrong",
                  "sensors health.sensors.well", "! channel push health.channel.down_waiting",
                  "! self-test health.chain.store", "! audit health.audit.lapse",
                  "! shelf health.set_aside", "! sign of life health.life.held"));
  std::vector<std::optional<Instant>> since;
  for (const auto& line : health_lines(bad)) since.push_back(line.since);
  EXPECT_THAT(since,
              ::testing::ElementsAre(at(1s), at(7s), std::nullopt, std::nullopt, std::nullopt,
                                     at(9s), at(11s), std::nullopt, std::nullopt, at(13s)));
}

TEST(Health, SaysThatNobodyWouldBeCalledUntilTheLedgersAreImported) {
  Vitals vitals = well();
  vitals.communities.front().calls_nobody = true;
  EXPECT_THAT(lines(vitals), ::testing::Contains("! people elm health.nobody"));
  EXPECT_THAT(health_text(vitals),
              ::testing::StartsWith("! people elm: no ledger names anybody to call"));
  EXPECT_THAT(status_sentence(vitals), HasSubstr("elm HAS NOBODY TO CALL"));
  EXPECT_FALSE(is_chain_well(vitals));

  EXPECT_TRUE(calls_nobody({shouwang::testing::elm_community(), {}}));
  EXPECT_TRUE(
      calls_nobody({shouwang::testing::elm_community(), {.persons = {{.id = PersonId("a")}}}}));
  EXPECT_FALSE(
      calls_nobody({shouwang::testing::elm_community(), shouwang::testing::elm_records()}));
}

TEST(Health, IsSaidInPlainWordsTheUnwellFirst) {
  Vitals vitals = well();
  vitals.channels.push_back({.channel = "sms", .failing_since = at(9s), .last_error = "refused"});
  vitals.waiting["sms"] = 3;
  const std::string start = format_utc(at(0s)).substr(0, 17);
  EXPECT_EQ(health_text(vitals), "! channel sms: failing since " + start +
                                     "09Z (refused), 3 messages waiting\n"
                                     "  broker: connected since " +
                                     start +
                                     "01Z\n"
                                     "  store: saves\n"
                                     "  disk: 412 MB free\n"
                                     "  clock: right\n"
                                     "  sensors: 0 heard, none silent\n"
                                     "  channel push: well\n"
                                     "  self-test: passed at " +
                                     start +
                                     "30Z (broker 3 ms, decoder 1 ms, core 0 ms, store 11 "
                                     "ms, outbox 2 ms)\n"
                                     "  audit: every open incident and message goes on\n"
                                     "  sign of life: given to the broker and the monitor\n");
}

TEST(Health, SaysWhichStageTheTestAlarmDidNotPass) {
  Vitals vitals = well();
  vitals.self_test.latest->stuck_at = Stage::broker;
  vitals.self_test.broken_since = at(42s);
  EXPECT_THAT(health_text(vitals),
              ::testing::StartsWith("! self-test: the broker has not brought the test alarm back "
                                    "since " +
                                    format_utc(at(42s)).substr(0, 19) + "Z\n"));
  EXPECT_THAT(status_sentence(vitals), HasSubstr("SELF-TEST: the broker has not"));
}

// What the sign of life says to somebody outside.
TEST(Chain, IsWellOnlyIfAlarmsArriveAreStoredAndCanLeave) {
  EXPECT_TRUE(is_chain_well(well()));
  const auto without = [](auto spoil) {
    Vitals vitals = well();
    spoil(vitals);
    return is_chain_well(vitals);
  };
  EXPECT_FALSE(without([](Vitals& v) { v.link.connected = false; }));
  EXPECT_FALSE(without([](Vitals& v) { v.store_trouble = Gateway::StoreTrouble{}; }));
  EXPECT_FALSE(without([](Vitals& v) { v.clock_ahead = 5s; }));
  EXPECT_FALSE(without([](Vitals& v) { v.self_test.broken_since = at(1s); }));
  EXPECT_FALSE(without([](Vitals& v) { v.self_test.latest.reset(); })) << "not tested yet";
  EXPECT_FALSE(without([](Vitals& v) { v.lapses = 1; }));
  EXPECT_FALSE(without([](Vitals& v) { v.channels[0].failing_since = at(1s); }));
  EXPECT_TRUE(without([](Vitals& v) {
    v.channels[0].failing_since = at(1s);
    v.channels.push_back({.channel = "sms"});
  })) << "another way is left";
  EXPECT_FALSE(without([](Vitals& v) {
    v.channels[0].failing_since = at(1s);
    v.channels.push_back({.channel = "inbox", .kind = dispatch::ChannelKind::page});
  })) << "a page does not ring";
  EXPECT_TRUE(without([](Vitals& v) { v.self_test = {}; })) << "switched off";
  EXPECT_TRUE(without([](Vitals& v) { v.life.failing_since = at(1s); }))
      << "or it would never come back";
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
  EXPECT_THAT(text, HasSubstr("\nshouwang_self_test_stage_seconds{stage=\"store\"} 0.011\n"));
  EXPECT_THAT(text, HasSubstr("\nshouwang_self_tests_passed_total 1\n"));
  EXPECT_THAT(text, HasSubstr("\nshouwang_channel_waiting{channel=\"push\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nshouwang_disk_free_bytes 412000000\n"));
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
