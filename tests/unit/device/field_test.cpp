// One field, one message: what a value says.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/device/library.h"

namespace shouwang::device {
namespace {

using ::testing::ElementsAre;

// A profile of kind gas with one JSON form on t/{device} and these fields.
Profile with(const std::string& fields) {
  return profile_in("kind: gas\nmessages:\n  - topics: t/{device}\n    fields:\n" + fields);
}

Profile with_body(const std::string& body, const std::string& fields) {
  return profile_in("kind: gas\nmessages:\n  - topics: t/{device}\n    body: " + body +
                    "\n    fields:\n" + fields);
}

Signal gas(Meaning meaning) { return {.kind = Kind::gas, .meaning = meaning}; }
Signal itself(Meaning meaning) { return {.kind = Kind::device, .meaning = meaning}; }
Signal number(Kind kind, Meaning meaning, double value, std::string unit) {
  return {.kind = kind, .meaning = meaning, .value = value, .unit = std::move(unit)};
}

TEST(Map, TellsTrueTheWordAndTheNumberApart) {
  const Profile profile = with(
      "      - at: /v\n"
      "        map: { true: alarm, \"True\": prealarm, 1: linked_alarm, \"1\": test, null: muted "
      "}\n");
  EXPECT_THAT(signals_of(profile, R"({"v":true})"), ElementsAre(gas(Meaning::alarm)));
  EXPECT_THAT(signals_of(profile, R"({"v":"True"})"), ElementsAre(gas(Meaning::prealarm)));
  EXPECT_THAT(signals_of(profile, R"({"v":1})"), ElementsAre(gas(Meaning::linked_alarm)));
  EXPECT_THAT(signals_of(profile, R"({"v":1.0})"), ElementsAre(gas(Meaning::linked_alarm)));
  EXPECT_THAT(signals_of(profile, R"({"v":"1"})"), ElementsAre(gas(Meaning::test)));
  EXPECT_THAT(signals_of(profile, R"({"v":null})"), ElementsAre(gas(Meaning::muted)));
}

TEST(Map, TakesWhatIsNotListedForUnknown) {
  const Profile profile = with("      - { at: /v, map: { true: alarm, false: normal } }\n");
  for (const char* payload : {R"({"v":"true"})", R"({"v":0})", R"({"v":null})", R"({"v":{}})",
                              R"({"v":[true]})", R"({"v":" "})"}) {
    EXPECT_THAT(signals_of(profile, payload), ElementsAre(gas(Meaning::unknown))) << payload;
  }
}

TEST(Map, SaysNothingOfAMissingKey) {
  const Profile profile = with("      - { at: /v, map: { true: alarm, false: normal } }\n");
  EXPECT_THAT(signals_of(profile, R"({"w":true})"), ElementsAre(itself(Meaning::heartbeat)));
}

TEST(Map, MaySayNothingOrSeveralThings) {
  const Profile profile = with(
      "      - { at: /v, map: { a: nothing, b: [alarm, muted], c: smoke alarm, d: valve fault } "
      "}\n");
  EXPECT_THAT(signals_of(profile, R"({"v":"a"})"), ElementsAre(itself(Meaning::heartbeat)));
  EXPECT_THAT(signals_of(profile, R"({"v":"b"})"),
              ElementsAre(gas(Meaning::alarm), gas(Meaning::muted)));
  EXPECT_THAT(signals_of(profile, R"({"v":"c"})"),
              ElementsAre(Signal{.kind = Kind::smoke, .meaning = Meaning::alarm}));
  EXPECT_THAT(signals_of(profile, R"({"v":"d"})"),
              ElementsAre(Signal{.kind = Kind::valve, .meaning = Meaning::fault}));
}

TEST(Map, SpeaksOfTheDeviceWhereOnlyADeviceCanBeMeant) {
  const Profile profile = with("      - { at: /v, map: { 1: low_battery, 2: end_of_life } }\n");
  EXPECT_THAT(signals_of(profile, R"({"v":1})"), ElementsAre(itself(Meaning::low_battery)));
  EXPECT_THAT(signals_of(profile, R"({"v":2})"), ElementsAre(itself(Meaning::end_of_life)));
}

TEST(Map, CarriesTheNumberBesideIt) {
  const Profile profile = with(
      "      - at: /gas\n"
      "        map: { true: alarm, false: normal }\n"
      "        value: { at: /lel, as: number, unit: \"%LEL\", scale: 0.1, ignore: [null] }\n");
  EXPECT_THAT(signals_of(profile, R"({"gas":true,"lel":125})"),
              ElementsAre(number(Kind::gas, Meaning::alarm, 12.5, "%LEL")));
  EXPECT_THAT(signals_of(profile, R"({"gas":true,"lel":"125"})"),
              ElementsAre(number(Kind::gas, Meaning::alarm, 12.5, "%LEL")));
  EXPECT_THAT(signals_of(profile, R"({"lel":125})"),
              ElementsAre(number(Kind::gas, Meaning::measurement, 12.5, "%LEL")));
  EXPECT_THAT(signals_of(profile, R"({"gas":true,"lel":null})"), ElementsAre(gas(Meaning::alarm)));
}

TEST(Number, IsAMeasurementUnlessItIsInvalid) {
  const Profile profile =
      with("      - { at: /v, unit: ppm, invalid: [65535], ignore: [null], range: [0, 70000] }\n");
  EXPECT_THAT(signals_of(profile, R"({"v":12.5})"),
              ElementsAre(number(Kind::gas, Meaning::measurement, 12.5, "ppm")));
  EXPECT_THAT(signals_of(profile, R"({"v":65535})"), ElementsAre(gas(Meaning::unknown)));
  EXPECT_THAT(signals_of(profile, R"({"v":-1})"), ElementsAre(gas(Meaning::unknown)));
  EXPECT_THAT(signals_of(profile, R"({"v":"12"})"), ElementsAre(gas(Meaning::unknown)));
  EXPECT_THAT(signals_of(profile, R"({"v":null})"), ElementsAre(itself(Meaning::heartbeat)));
}

TEST(Number, IsReadFromATextOnlyWhereTheProfileAsks) {
  const Profile profile = with("      - { at: /v, as: number, unit: \"%\" }\n");
  EXPECT_THAT(signals_of(profile, R"({"v":"80.00"})"),
              ElementsAre(number(Kind::gas, Meaning::measurement, 80, "%")));
  for (const char* text : {"nan", "inf", "0x10", " 1", "1 ", "+1", "1,5", ""}) {
    const std::string payload = std::string(R"({"v":")") + text + "\"}";
    EXPECT_THAT(signals_of(profile, payload), ElementsAre(gas(Meaning::unknown))) << text;
  }
}

TEST(Number, TakesItsUnitFromTheMessageWhereTheProfileSays) {
  const Profile profile = with("      - { at: /v, unit: \"\", unit_at: /u }\n");
  EXPECT_THAT(signals_of(profile, R"({"v":3,"u":"ppm"})"),
              ElementsAre(number(Kind::gas, Meaning::measurement, 3, "ppm")));
  EXPECT_THAT(signals_of(profile, R"({"v":3,"u":"a unit that is far too long"})"),
              ElementsAre(number(Kind::gas, Meaning::measurement, 3, "a unit that is f")));
}

TEST(Number, OfABatteryIsAboutTheDeviceAndMayBeLow) {
  const Profile profile = with("      - { at: /b, unit: \"%\", low_battery_at: 10 }\n");
  EXPECT_THAT(signals_of(profile, R"({"b":10})"),
              ElementsAre(number(Kind::device, Meaning::low_battery, 10, "%")));
  EXPECT_THAT(signals_of(profile, R"({"b":10.5})"),
              ElementsAre(number(Kind::device, Meaning::measurement, 10.5, "%"),
                          itself(Meaning::heartbeat)));
}

TEST(Levels, GiveAVerdictAndLeaveTheSpanBetweenOpen) {
  const Profile profile = with(
      "      - { at: /v, unit: ppm, levels: { prealarm_at: 30, alarm_at: 50, clear_at: 20 } }\n");
  EXPECT_THAT(signals_of(profile, R"({"v":50})"),
              ElementsAre(number(Kind::gas, Meaning::alarm, 50, "ppm")));
  EXPECT_THAT(signals_of(profile, R"({"v":49})"),
              ElementsAre(number(Kind::gas, Meaning::prealarm, 49, "ppm")));
  EXPECT_THAT(signals_of(profile, R"({"v":29})"),
              ElementsAre(number(Kind::gas, Meaning::measurement, 29, "ppm")));
  EXPECT_THAT(signals_of(profile, R"({"v":20})"),
              ElementsAre(number(Kind::gas, Meaning::normal, 20, "ppm")));
}

TEST(Levels, MayFall) {
  const Profile profile = with(
      "      - { at: /o2, unit: \"%\", levels: { alarm_at: 19, clear_at: 20, falling: true } }\n");
  EXPECT_THAT(signals_of(profile, R"({"o2":19})"),
              ElementsAre(number(Kind::gas, Meaning::alarm, 19, "%")));
  EXPECT_THAT(signals_of(profile, R"({"o2":20})"),
              ElementsAre(number(Kind::gas, Meaning::normal, 20, "%")));
}

TEST(Mask, IsTrueIfAnyOfItsBitsIsSet) {
  const Profile profile = with(
      "      - { at: /z, mask: 0x03, map: { true: alarm, false: normal } }\n"
      "      - { at: /z, mask: 0x08, map: { true: low_battery, false: nothing } }\n");
  EXPECT_THAT(signals_of(profile, R"({"z":10})"),
              ElementsAre(gas(Meaning::alarm), itself(Meaning::low_battery)));
  EXPECT_THAT(signals_of(profile, R"({"z":4})"), ElementsAre(gas(Meaning::normal)));
  EXPECT_THAT(signals_of(profile, R"({"z":1.5})"), ElementsAre(gas(Meaning::unknown)));
  EXPECT_THAT(signals_of(profile, R"({"z":-1})"), ElementsAre(gas(Meaning::unknown)));
}

TEST(Bytes, AreTakenFromHexadecimalText) {
  const Profile profile = with(
      "      - { at: /z, as: hex, byte: 0, width: 2, mask: 0x21, map: { true: alarm, false: normal "
      "} }\n");
  EXPECT_THAT(signals_of(profile, R"({"z":"2000FF"})"), ElementsAre(gas(Meaning::alarm)));
  EXPECT_THAT(signals_of(profile, R"({"z":"0x0020"})"), ElementsAre(gas(Meaning::normal)));
  for (const char* payload :
       {R"({"z":"2"})", R"({"z":"20"})", R"({"z":"20zz"})", R"({"z":2000})"}) {
    EXPECT_THAT(signals_of(profile, payload), ElementsAre(gas(Meaning::unknown))) << payload;
  }
}

TEST(Bytes, AreTakenFromBase64Text) {
  const Profile profile =
      with("      - { at: /data, as: base64, byte: 1, width: 2, order: big, unit: ppm }\n");
  EXPECT_THAT(signals_of(profile, R"({"data":"AQEC"})"),
              ElementsAre(number(Kind::gas, Meaning::measurement, 258, "ppm")));
  EXPECT_THAT(signals_of(profile, R"({"data":"AQ=="})"), ElementsAre(gas(Meaning::unknown)));
  EXPECT_THAT(signals_of(profile, R"({"data":"A?EC"})"), ElementsAre(gas(Meaning::unknown)));
}

TEST(Bytes, MayBeTheWholeBody) {
  const Profile raw = with_body("bytes", "      - { byte: 0, map: { 1: alarm, 0: normal } }\n");
  EXPECT_THAT(signals_of(raw, std::string_view("\x01\xFF", 2)), ElementsAre(gas(Meaning::alarm)));
  const Profile hex = with_body("hex", "      - { byte: 1, map: { 1: alarm, 0: normal } }\n");
  EXPECT_THAT(signals_of(hex, "ff01"), ElementsAre(gas(Meaning::alarm)));
  EXPECT_THAT(signals_of(hex, "ff"), ElementsAre(gas(Meaning::unknown)));
  const Profile base64 = with_body("base64", "      - { byte: 2, map: { 2: alarm } }\n");
  EXPECT_THAT(signals_of(base64, "AQEC"), ElementsAre(gas(Meaning::alarm)));
}

TEST(TextBody, IsComparedWhole) {
  const Profile profile =
      with_body("text", "      - { map: { \"true\": alarm, \"false\": normal } }\n");
  EXPECT_THAT(signals_of(profile, "true"), ElementsAre(gas(Meaning::alarm)));
  EXPECT_THAT(signals_of(profile, "true\n"), ElementsAre(gas(Meaning::unknown)));
  EXPECT_THAT(signals_of(profile, "TRUE"), ElementsAre(gas(Meaning::unknown)));
  EXPECT_THAT(signals_of(profile, ""), ElementsAre(gas(Meaning::unknown)));
}

TEST(NumberBody, IsUnknownIfItIsNone) {
  const Profile profile = with_body("number", "      - { unit: V }\n");
  EXPECT_THAT(signals_of(profile, "0.43"),
              ElementsAre(number(Kind::gas, Meaning::measurement, 0.43, "V")));
  EXPECT_THAT(signals_of(profile, "nan"), ElementsAre(gas(Meaning::unknown)));
}

TEST(Event, SaysNothingWhenItIsReset) {
  const Profile profile =
      with("      - { at: /action, kind: sos, event: true, map: { emergency: alarm } }\n");
  EXPECT_THAT(signals_of(profile, R"({"action":"emergency"})"),
              ElementsAre(Signal{.kind = Kind::sos, .meaning = Meaning::alarm}));
  EXPECT_THAT(signals_of(profile, R"({"action":""})"), ElementsAre(itself(Meaning::heartbeat)));
  EXPECT_THAT(signals_of(profile, R"({"action":null})"), ElementsAre(itself(Meaning::heartbeat)));
  EXPECT_THAT(signals_of(profile, R"({"action":"panic!"})"),
              ElementsAre(Signal{.kind = Kind::sos, .meaning = Meaning::unknown}));
}

TEST(KindAt, NamesTheKindByAWord) {
  const Profile profile = with(
      "      - { at: /s, kind_at: /k, kinds: { SMOKE: smoke, GAS: gas }, map: { 1: alarm } }\n");
  EXPECT_THAT(signals_of(profile, R"({"k":"SMOKE","s":1})"),
              ElementsAre(Signal{.kind = Kind::smoke, .meaning = Meaning::alarm}));
  EXPECT_THAT(signals_of(profile, R"({"k":"RADON","s":1})"), ElementsAre(itself(Meaning::unknown)));
  EXPECT_THAT(signals_of(profile, R"({"s":1})"), ElementsAre(itself(Meaning::unknown)));
}

TEST(Capture, IsAValueLikeOthers) {
  const Profile profile = profile_in(
      "kind: gas\nmessages:\n  - topics: t/{device}/{event}\n    fields:\n"
      "      - { at: \"{event}\", map: { GasAlarm: alarm } }\n");
  const Report report = report_of(profile, {.topic = "t/d/GasAlarm", .payload = "{}"});
  EXPECT_THAT(report.signals, ElementsAre(gas(Meaning::alarm)));
}

TEST(Normal, IsNotSaidBesideADoubt) {
  const Profile profile = with(
      "      - { at: /gas, map: { true: alarm, false: normal } }\n"
      "      - { at: /preheat, map: { true: warm_up, false: nothing } }\n"
      "      - { at: /co, kind: co, map: { true: alarm, false: normal } }\n");
  EXPECT_THAT(
      signals_of(profile, R"({"gas":false,"preheat":true,"co":false})"),
      ElementsAre(gas(Meaning::warm_up), Signal{.kind = Kind::co, .meaning = Meaning::normal}));
}

TEST(Normal, DoesNotHideTheOtherContactInAlarm) {
  const Profile profile = with(
      "      - { at: /w1, map: { true: alarm, false: normal } }\n"
      "      - { at: /w2, map: { true: alarm, false: normal } }\n");
  EXPECT_THAT(signals_of(profile, R"({"w1":false,"w2":true})"), ElementsAre(gas(Meaning::alarm)));
  EXPECT_THAT(signals_of(profile, R"({"w1":false,"w2":false})"), ElementsAre(gas(Meaning::normal)));
}

TEST(When, ChangesWhatIsMeant) {
  const Profile profile = profile_in(
      "kind: smoke\nmessages:\n  - topics: t/{device}\n    fields:\n"
      "      - { at: /smoke, map: { true: alarm, false: normal } }\n"
      "      - { at: /heat, kind: heat, map: { true: alarm, false: normal } }\n"
      "    when:\n"
      "      - { at: /test, is: true, kind: smoke, then: { alarm: test } }\n"
      "      - { at: /history, then: { alarm: nothing } }\n");
  const Signal heat{.kind = Kind::heat, .meaning = Meaning::alarm};
  EXPECT_THAT(
      signals_of(profile, R"({"smoke":true,"heat":true,"test":true})"),
      ElementsAre(Signal{.kind = Kind::smoke, .meaning = Meaning::test, .covers = Meaning::alarm},
                  heat));
  EXPECT_THAT(signals_of(profile, R"({"smoke":true,"test":"true"})"),
              ElementsAre(Signal{.kind = Kind::smoke, .meaning = Meaning::alarm}));
  EXPECT_THAT(signals_of(profile, R"({"smoke":true,"history":[1]})"),
              ElementsAre(itself(Meaning::heartbeat)));
  EXPECT_THAT(signals_of(profile, R"({"smoke":true,"history":null})"),
              ElementsAre(Signal{.kind = Kind::smoke, .meaning = Meaning::alarm}));
}

TEST(Link, IsReadFromTheDevicesPartOrTheTopAndLeftOutWhereItCanNotBe) {
  const Profile profile = profile_in(
      "kind: gas\nmessages:\n  - topics: t/{device}\n    each: /object\n"
      "    link: { at: /rxInfo/0/rssi, unit: dBm }\n"
      "    fields:\n      - { at: /gas, map: { true: alarm, false: normal } }\n");
  const auto link = [&](std::string_view payload) {
    return report_of(profile, {.topic = "t/d1", .payload = payload}).link;
  };
  EXPECT_EQ(link(R"({"rxInfo":[{"rssi":-87},{"rssi":-110}],"object":{"gas":false}})"),
            LinkQuality{.value = -87});
  EXPECT_EQ(link(R"({"object":{"gas":false,"rxInfo":[{"rssi":-61}]}})"), LinkQuality{.value = -61});
  for (const char* odd : {"21", "-151", "\"-87\"", "null", "{}"}) {
    EXPECT_EQ(link(R"({"rxInfo":[{"rssi":)" + std::string(odd) + R"(}],"object":{"gas":true}})"),
              std::nullopt)
        << odd;
  }
  EXPECT_EQ(to_text(LinkQuality{.value = -87.4}), "-87 dBm");
  EXPECT_EQ(to_text({.value = 42, .unit = LinkQuality::Unit::lqi}), "42/255");
}

TEST(Link, TheShippedProfilesReadIt) {
  EXPECT_EQ(report_of(shipped("zigbee2mqtt.gas"),
                      {.topic = "zigbee2mqtt/d1", .payload = R"({"gas":false,"linkquality":42})"})
                .link,
            (LinkQuality{.value = 42, .unit = LinkQuality::Unit::lqi}));
  EXPECT_EQ(report_of(shipped("native"),
                      {.topic = "shouwang/v1/c/d1/beat",
                       .payload = R"({"kind":"gas","state":"normal","battery":87,"rssi":-70})"})
                .link,
            LinkQuality{.value = -70});
}

TEST(Battery, IsTheDevicesOwnPerCent) {
  const Profile profile = with(
      "      - { at: /gas, unit: \"%\" }\n"
      "      - { at: /battery, kind: device, unit: \"%\" }\n");
  EXPECT_EQ(report_of(profile, {.topic = "t/d1", .payload = R"({"gas":3,"battery":87})"}).battery,
            87);
  EXPECT_EQ(report_of(profile, {.topic = "t/d1", .payload = R"({"gas":3})"}).battery, std::nullopt);
}

}  // namespace
}  // namespace shouwang::device
