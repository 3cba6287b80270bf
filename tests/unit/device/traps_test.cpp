// The traps that were found in the wild, each with the behaviour it calls for. Trap 9 and the
// broker's half of 10 are in tests/system/mqtt/traps_test.cpp, the intake's half of 36 in
// tests/unit/mqtt/traps_test.cpp; the rest is decided by decoder, watch and profiles.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "device/device_time.h"
#include "device/watch.h"
#include "tests/unit/device/library.h"

namespace shouwang::device {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

// The meanings that the shipped profile reads, for a device in its list or, without `profile`, for
// a stranger. "kind:meaning" each.
std::vector<std::string> read(std::string_view topic, std::string_view payload,
                              const std::string& profile = "", const std::string& address = "x") {
  const Directory directory =
      profile.empty() ? Directory()
                      : directory_of(library().profiles(), {{"GA-B01-U1-101", profile, address}});
  const auto decoding = library().decode({topic, payload}, now(), directory);
  std::vector<std::string> all;
  for (const Decoded& decoded : decoding.reports) {
    if (!profile.empty() && !decoded.owner) continue;
    for (const Signal& signal : decoded.report.signals) {
      all.push_back(std::string(name_of(signal.kind)) + ":" + std::string(name_of(signal.meaning)));
    }
  }
  return all;
}

Report report(std::string_view topic, std::string_view payload, bool retained = false) {
  auto decoding = library().decode({topic, payload, retained}, now(), {});
  EXPECT_FALSE(decoding.reports.empty()) << explain(decoding.outcome);
  return decoding.reports.empty() ? Report{} : std::move(decoding.reports.front().report);
}

// A trap without a test is one that we walk into again.
TEST(Traps, EachOfTheFortyHasATestOfItsName) {
  std::string tests;
  for (const char* file : {"unit/device/traps_test.cpp", "unit/mqtt/traps_test.cpp",
                           "system/mqtt/traps_test.cpp", "system/installer/large_test.cpp"}) {
    std::ostringstream text;
    text << std::ifstream(std::string(SHOUWANG_SOURCE_DIR "/tests/") + file).rdbuf();
    tests += text.str();
  }
  for (int trap = 1; trap <= 40; ++trap) {
    const std::string name = (trap < 10 ? "Trap0" : "Trap") + std::to_string(trap);
    EXPECT_TRUE(tests.find("TEST(" + name + ",") != std::string::npos ||
                tests.find("TEST_F(BrokerTrap, " + name + "_") != std::string::npos)
        << name;
  }
}

TEST(Trap01, AnAlarmThatTheBridgeDoesNotDecodeCallsForALiveTest) {
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"battery_low":false,"gas":false,"tamper":false})"),
              ElementsAre("gas:normal"));
  EXPECT_EQ(shipped("zigbee2mqtt.gas").live_test, LiveTest::alarm);
  EXPECT_NE(shipped("zigbee2mqtt.gas").remark, "");
}

TEST(Trap02, TheTextTrueIsAnAlarmAndAnUnlistedTextIsUnknown) {
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"gas":"True"})"), ElementsAre("gas:alarm"));
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"gas":"TRUE"})"), ElementsAre("gas:unknown"));
}

TEST(Trap03, ANumberInATextIsOneOnlyWhereTheProfileAsks) {
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"water_leak":true,"battery":"80.00"})"),
              ElementsAre("water:alarm", "device:measurement"));
  EXPECT_THAT(read("tele/x/SENSOR", R"({"ANALOG":{"MQX":"412"}})"), ElementsAre("gas:unknown"));
}

TEST(Trap04, NullAndAbsenceNeverClearAnAlarm) {
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"smoke":null})"), ElementsAre("smoke:unknown"));
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"linkquality":14})"), ElementsAre("device:heartbeat"));
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"action":null,"battery":100})"),
              Not(Contains("sos:normal")));
}

TEST(Trap05, ZeroIsNeitherAlarmNorNormalWithoutAMap) {
  EXPECT_THAT(read("zigbee2mqtt/x",
                   R"({"carbon_monoxide":1,"co":0,"gas":0,"gas_value":12,"self_test":"others"})"),
              ElementsAre("gas:unknown", "co:unknown"));
}

TEST(Trap06, NoAlarmAndNoLeakAreComparedWhole) {
  const auto netvox = [](const std::string& object) {
    return read("v3/a/devices/x/up", R"({"uplink_message":{"decoded_payload":)" + object + "}}");
  };
  EXPECT_THAT(netvox(R"({"FireAlarm":"No Alarm"})"), ElementsAre("smoke:normal"));
  EXPECT_THAT(netvox(R"({"WaterLeak_1":"NoLeak"})"), ElementsAre("water:normal"));
  EXPECT_THAT(netvox(R"({"WATER_LEAK_STATUS":"NO LEAK"})"), ElementsAre("water:normal"));
}

TEST(Trap07, AnAlarmResentByACacheIsNoNews) {
  const Profile& profile = shipped("zigbee2mqtt.smoke");
  const auto first = observe({}, profile, report("zigbee2mqtt/x", R"({"smoke":true})"), now());
  const auto again =
      observe(first.state, profile, report("zigbee2mqtt/x", R"({"smoke":true})"), now() + 2h);
  EXPECT_TRUE(is_alarm(first.news.signals.front()));
  EXPECT_THAT(again.news.signals, IsEmpty());
}

TEST(Trap08, ARetainedAlarmIsRestoredNotSaidNow) {
  EXPECT_FALSE(report("kitchen-node/binary_sensor/kitchen_gas/state", "ON", true).fresh);
  EXPECT_TRUE(report("kitchen-node/binary_sensor/kitchen_gas/state", "ON").fresh);
}

TEST(Trap10, AnOnlineThatTheBrokerKeptIsNoSignOfLife) {
  EXPECT_TRUE(is_sign_of_life(report("shouwang/v1/changshan/GA-1/status", "online")));
  EXPECT_FALSE(is_sign_of_life(report("shouwang/v1/changshan/GA-1/status", "online", true)));
  EXPECT_GT(shipped("native").interval, 0s) << "the age of the last message decides";
}

TEST(Trap11, ACommandIsNeverReadAsADevicesWord) {
  for (const char* topic :
       {"shouwang/v1/changshan/GA-1/command", "shouwang/v1/changshan/GA-1/ack", "zigbee2mqtt/x/set",
        "zigbee2mqtt/x/set/state", "cmnd/x/POWER", "shellies/x/valve/0/command"}) {
    for (const bool retained : {false, true}) {
      const auto decoding =
          library().decode({topic, R"({"gas":true,"state":"OPEN"})", retained}, now(), {});
      EXPECT_THAT(decoding.reports, IsEmpty()) << topic;
    }
  }
}

TEST(Trap12, AnEmptyPayloadIsATopicRemovedAndNoState) {
  EXPECT_EQ(library().decode({"zigbee2mqtt/x", "", true}, now(), {}).outcome, Outcome::cleared);
  EXPECT_THAT(read("zigbee2mqtt/x/availability", ""), IsEmpty());
  EXPECT_THAT(read("zigbee2mqtt/x/fault", ""), ElementsAre("gas:unknown"));
}

TEST(Trap13, SplicedFramesAndTruncatedJsonAreAProblem) {
  EXPECT_THAT(report("Pracovna/tele/SENSOR", "{\"Time\":\"220\xF5\x02").problem,
              ::testing::HasSubstr("not JSON at byte"));
  EXPECT_NE(report("zigbee2mqtt/x", R"({"gas":true,"li)").problem, "");
}

TEST(Trap14, ALatin1DegreeSignIsReadWhereTheProfileAllowsIt) {
  EXPECT_THAT(read("tele/b/SENSOR",
                   "{\"ZbReceived\":{\"Hall\":{\"Fire\":1,\"u\":\"\xB0"
                   "C\"}}}"),
              Contains("smoke:alarm"));
  EXPECT_NE(report("zigbee2mqtt/x",
                   "{\"smoke\":true,\"u\":\"\xB0"
                   "C\"}")
                .problem,
            "");
}

TEST(Trap15, BinaryGarbageInATextDoesNotDropTheOtherFields) {
  EXPECT_THAT(read("tele/b/SENSOR",
                   "{\"ZbReceived\":{\"Hall\":{\"0000/FFDF\":\"\xE6@,i\xEA\",\"Fire\":1}}}"),
              Contains("smoke:alarm"));
}

TEST(Trap16, AVendorSampleThatIsNotJsonIsNotGuessed) {
  EXPECT_NE(report("zigbee2mqtt/x", "{gas:true}").problem, "");
}

TEST(Trap17, APythonReprIsRefused) {
  EXPECT_NE(report("zigbee2mqtt/x", "{'gas': True}").problem, "");
}

TEST(Trap18, AClockIn1970OrCountingFromTheStartIsNotUsed) {
  EXPECT_EQ(report("home/OMG/SYStoMQTT", R"({"unixtime":188})").device_time, std::nullopt);
  EXPECT_EQ(report("shellyplussmoke-1/events/rpc",
                   R"({"method":"NotifyStatus","params":{"ts":2.46,"smoke:0":{"alarm":true}}})")
                .device_time,
            std::nullopt);
}

TEST(Trap19, LocalTimeWithoutAZoneIsNotUsedUntilTheProfileNamesIt) {
  EXPECT_EQ(
      report("tele/x/SENSOR", R"({"Time":"2026-01-15T18:40:00","ANALOG":{"MQX":1}})").device_time,
      std::nullopt);
  const TimeRule rule{.formats = {"%Y-%m-%dT%H:%M:%S"}, .offset = 8h};
  EXPECT_EQ(device_time(rule, Value::of_text("2026-01-16T02:40:00"), now()), now());
}

TEST(Trap20, TheSameEventWithinASecondIsOne) {
  const Profile& profile = shipped("zigbee2mqtt.sos");
  const auto json =
      observe({}, profile, report("zigbee2mqtt/x", R"({"action":"emergency"})"), now());
  const auto text =
      observe(json.state, profile, report("zigbee2mqtt/x/action", "emergency"), now() + 300ms);
  EXPECT_EQ(json.news.signals.size(), 1U);
  EXPECT_THAT(text.news.signals, IsEmpty());
}

TEST(Trap21, TheResetOfAnEventIsNoClear) {
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"action":"","battery":100})"),
              ElementsAre("device:measurement", "device:heartbeat"));
}

TEST(Trap22, FlagAndMeasurementMayArriveApart) {
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"gas_density":237})", "zigbee2mqtt.gas"),
              ElementsAre("gas:measurement"));
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"gas":true})", "zigbee2mqtt.gas"),
              ElementsAre("gas:alarm"));
}

TEST(Trap23, ATestIsRecordedAndDoesNotRing) {
  EXPECT_THAT(read("shellies/x/sensor/gas", "test"), ElementsAre("gas:test"));
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"smoke":true,"test":true})"), ElementsAre("smoke:test"));
  EXPECT_THAT(read("zwave/x/113/0/Smoke_Alarm/Sensor_status", R"({"value":3})"),
              ElementsAre("smoke:test"));
}

TEST(Trap23, AForgottenTestFlagDoesNotSilenceARealAlarm) {
  const Profile& profile = shipped("zigbee2mqtt.smoke");
  const auto rings =
      observe({}, profile, report("zigbee2mqtt/x", R"({"smoke":true,"test":true})"), now());
  EXPECT_EQ(rise_if_due(rings.state, profile, now() + 3min).signal,
            (Signal{.kind = Kind::smoke, .meaning = Meaning::alarm}));
}

TEST(Trap24, HeatUnderTheKeySmokeIsHeat) {
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"smoke":true,"temperature":58.0})", "zigbee2mqtt.heat"),
              ElementsAre("heat:alarm"));
  EXPECT_THAT(read("ring/loc/alarm/x/co/state", "ON"), ElementsAre("co:alarm"));
}

TEST(Trap25, TheSameKeyOfAnotherModelIsAnotherThing) {
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"gas":1234.567})"), Not(Contains("gas:alarm")));
  EXPECT_THAT(read("application/a/device/x/event/up", R"({"object":{"alarm":"power off"}})"),
              ElementsAre("device:power_loss"));
}

TEST(Trap26, AKeyThatStaysAwayIsNoticed) {
  const Profile& profile = shipped("zigbee2mqtt.gas");
  Watch state;
  std::string problem;
  for (int i = 0; i < profile.missing_max; ++i) {
    auto seen = observe(state, profile, report("zigbee2mqtt/x", R"({"gas_state":"alarm"})"), now());
    state = seen.state;
    problem = seen.news.problem;
  }
  EXPECT_THAT(problem, ::testing::HasSubstr("an expected key was missing"));
}

TEST(Trap27, TheDeviceMayBeAKeyOrAnElement) {
  EXPECT_THAT(read("tele/b/SENSOR", R"({"ZbReceived":{"0x8F20":{"Fire":1}}})",
                   "tasmota.zigbee_smoke", "0x8F20"),
              ElementsAre("smoke:alarm"));
  EXPECT_THAT(read("zigbee/send",
                   R"({"did":"lumi.1","mi_spec":[{"siid":2,"piid":2,"value":0},)"
                   R"({"siid":2,"piid":1,"value":1}]})",
                   "xiaomi.gas_aqara", "lumi.1"),
              ElementsAre("gas:alarm"));
}

TEST(Trap28, KeysWithSlashesColonsAndBracketsAreFound) {
  EXPECT_THAT(read("tele/b/SENSOR", R"({"ZbReceived":{"x":{"0500<00":"010000FF0000"}}})",
                   "tasmota.zigbee_water"),
              ElementsAre("water:alarm"));
  EXPECT_THAT(read("shellyplussmoke-1/events/rpc",
                   R"({"method":"NotifyStatus","params":{"smoke:0":{"alarm":true}}})"),
              ElementsAre("smoke:alarm"));
}

TEST(Trap29, ABitFieldIsReadBitByBit) {
  EXPECT_THAT(read("rtl_433/h/events", R"({"model":"Cavius-Security","id":7,"message":40})"),
              ElementsAre("smoke:alarm", "device:low_battery"));
}

TEST(Trap30, TopicsAreComparedLevelByLevelWithoutTrimming) {
  EXPECT_EQ(report("zigbee2mqtt/sensore perdita gas", R"({"gas":true})").address,
            "sensore perdita gas");
  EXPECT_THAT(
      read("/SonoffZigbeeBridge/898E/tele/SENSOR", R"({"ZbReceived":{"0x898E":{"Fire":1}}})"),
      Contains("smoke:alarm"));
  EXPECT_EQ(library().decode({" zigbee2mqtt/x", "{}"}, now(), {}).outcome, Outcome::no_profile);
  EXPECT_EQ(library()
                .decode({"zigbee2mqtt/x ", R"({"gas":true})"}, now(), {})
                .reports.front()
                .report.address,
            "x ");
}

TEST(Trap31, ASentinelNumberIsUnknown) {
  EXPECT_THAT(read("shellies/x/sensor/concentration", "-1"), ElementsAre("gas:unknown"));
  EXPECT_THAT(read("shellies/x/sensor/concentration", "65536"), ElementsAre("gas:unknown"));
}

TEST(Trap32, AnAlarmWithoutClearStaysUntilAPersonEndsIt) {
  const Profile& profile = shipped("rtl_433.gs558");
  const std::string payload = R"({"model":"Smoke-GS558","id":12345,"learn":0})";
  const auto seen = observe({}, profile, report("rtl_433/h/events", payload), now());
  EXPECT_EQ(next_due(seen.state, profile), std::nullopt) << "nothing clears it by itself";
  const auto later = observe(seen.state, profile, report("rtl_433/h/events", payload), now() + 24h);
  EXPECT_NE(later.news.event_id, seen.news.event_id) << "the next one is a new event";
}

TEST(Trap33, HistoryRaisesNothing) {
  EXPECT_THAT(read("application/a/device/x/event/up",
                   R"({"object":{"history":[{"leakage_status":"leak","timestamp":1665561758}]}})"),
              ElementsAre("device:heartbeat"));
}

TEST(Trap34, ANestedStatusIsNotSearchedFor) {
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"gas":false,"device":{"status":"offline"}})"),
              ElementsAre("gas:normal"));
}

TEST(Trap35, OfflineIsNormalForASleeper) {
  EXPECT_THAT(read("shellyplussmoke-1/online", "false"), IsEmpty());
  EXPECT_THAT(read("shellies/shellygas-1/online", "false"), ElementsAre("device:offline"));
}

TEST(Trap36, OnlyWhatAProfileReadsIsSubscribedToAndABridgesOwnTalkIsNotADevice) {
  for (const std::string& filter : subscriptions(library().profiles())) {
    EXPECT_NE(filter, "#");
    EXPECT_FALSE(filter_matches(filter, "zigbee2mqtt/bridge/definitions")) << filter;
    EXPECT_FALSE(filter_matches(filter, "zigbee2mqtt/bridge/logging")) << filter;
  }
  // This one is asked for (device/newcomer.h), and no device speaks there.
  EXPECT_THAT(library().decode({"zigbee2mqtt/bridge/devices", "[]", true}, now(), {}).reports,
              IsEmpty());
}

TEST(Trap37, AKeyWrittenTwiceIsReadTwiceSoThatNoAlarmHides) {
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"gas":true,"gas":false})"), ElementsAre("gas:alarm"));
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"gas":false,"gas":true})"), ElementsAre("gas:alarm"));
}

TEST(Trap38, AnAlarmRightAfterAClearIsNews) {
  const Profile& profile = shipped("zigbee2mqtt.water");
  Watch state;
  std::vector<std::size_t> news;
  int second = 0;
  for (const char* value : {"true", "true", "false", "false", "true"}) {
    auto seen = observe(state, profile,
                        report("zigbee2mqtt/x", R"({"water_leak":)" + std::string(value) + "}"),
                        now() + second++ * 200ms);
    state = seen.state;
    news.push_back(seen.news.signals.size());
  }
  EXPECT_THAT(news, ElementsAre(1U, 0U, 1U, 1U, 1U));
}

TEST(Trap39, ARestartedBridgeDoesNotRingCachedAlarmsButGenuineEdges) {
  const Profile& profile = shipped("zigbee2mqtt.smoke");
  const auto alarm = observe({}, profile, report("zigbee2mqtt/x", R"({"smoke":true})"), now());
  const auto cached =
      observe(alarm.state, profile, report("zigbee2mqtt/x", R"({"smoke":true})"), now() + 1h);
  EXPECT_THAT(cached.news.signals, IsEmpty());
  const auto clear =
      observe(cached.state, profile, report("zigbee2mqtt/x", R"({"smoke":false})"), now() + 2h);
  const auto edge =
      observe(clear.state, profile, report("zigbee2mqtt/x", R"({"smoke":true})"), now() + 2h + 1s);
  EXPECT_EQ(edge.news.signals.size(), 1U);
}

TEST(Trap40, SilenceIsJudgedByTimeNotByTheBattery) {
  for (const Profile& profile : library().profiles()) {
    const bool is_detector = profile.live_test != LiveTest::none;
    const bool has_sign_of_life = profile.name.starts_with("zigbee2mqtt.") ||
                                  profile.name.starts_with("lorawan.") ||
                                  profile.name.starts_with("shelly.") || profile.name == "native";
    if (!is_detector || !has_sign_of_life) continue;
    EXPECT_TRUE(profile.silent_after > 0s || profile.interval > 0s) << profile.name;
  }
  EXPECT_THAT(read("zigbee2mqtt/x", R"({"battery":null})"), ElementsAre("device:heartbeat"));
}

}  // namespace
}  // namespace shouwang::device
