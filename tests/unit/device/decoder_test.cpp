// Which profile reads a message, for which device, and what the report carries beside signals.

#include "device/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/device/library.h"

namespace shouwang::device {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Profile named(std::string name, const std::string& yaml) {
  Profile profile = profile_in(yaml);
  profile.name = std::move(name);
  return profile;
}

const std::string kGas =
    "kind: gas\nmessages:\n  - topics: z/{device}\n    expects: [/gas]\n    fields:\n"
    "      - { at: /gas, map: { true: alarm, false: normal } }\n";
const std::string kSmoke =
    "kind: smoke\nmessages:\n  - topics: z/{device}\n    expects: [/smoke]\n    fields:\n"
    "      - { at: /smoke, map: { true: alarm, false: normal } }\n";
// The same key with the opposite meaning.
const std::string kInverted =
    "kind: gas\nstrangers: ignore\nmessages:\n  - topics: z/{device}\n    fields:\n"
    "      - { at: /gas, map: { false: alarm, true: normal } }\n";

// "profile/address: kind:meaning ..." for each report.
std::vector<std::string> told(const Decoder& decoder, const Decoding& decoding) {
  std::vector<std::string> lines;
  for (const Decoded& decoded : decoding.reports) {
    std::string line = decoder.profiles()[decoded.profile].name + "/" + decoded.report.address +
                       (decoded.owner ? " #" + std::to_string(decoded.owner->device) : "") + ":";
    for (const Signal& signal : decoded.report.signals) {
      line.append(" ").append(name_of(signal.kind)).append(":").append(name_of(signal.meaning));
    }
    lines.push_back(line);
  }
  return lines;
}

TEST(Decoder, ReadsAListedDeviceByItsOwnProfile) {
  const Decoder decoder({named("gas", kGas), named("inverted", kInverted)});
  const Directory directory =
      directory_of(decoder.profiles(), {{"GA-1", "gas", "one"}, {"GA-2", "inverted", "two"}});
  const std::string payload = R"({"gas":false})";
  EXPECT_THAT(told(decoder, decoder.decode({"z/one", payload}, now(), directory)),
              ElementsAre("gas/one #0: gas:normal"));
  EXPECT_THAT(told(decoder, decoder.decode({"z/two", payload}, now(), directory)),
              ElementsAre("inverted/two #1: gas:alarm"));
}

TEST(Decoder, ReadsAStrangerByTheProfileThatFitsBest) {
  const Decoder decoder({named("gas", kGas), named("smoke", kSmoke), named("inverted", kInverted)});
  EXPECT_THAT(told(decoder, decoder.decode({"z/x", R"({"smoke":false})"}, now(), {})),
              ElementsAre("smoke/x: smoke:normal"));
  EXPECT_THAT(told(decoder, decoder.decode({"z/x", R"({"gas":false})"}, now(), {})),
              ElementsAre("gas/x: gas:normal"));
}

TEST(Decoder, TakesTheWorstReadingOfAStranger) {
  const Decoder decoder({named("gas", kGas), named("smoke", kSmoke)});
  EXPECT_THAT(told(decoder, decoder.decode({"z/x", R"({"smoke":true,"gas":false})"}, now(), {})),
              ElementsAre("smoke/x: smoke:alarm"));
}

TEST(Decoder, LetsTwoListedDevicesOfOneAddressBothSpeak) {
  const Decoder decoder({named("gas", kGas), named("smoke", kSmoke)});
  const Directory directory =
      directory_of(decoder.profiles(), {{"GA-1", "gas", "board"}, {"SM-1", "smoke", "board"}});
  EXPECT_THAT(
      told(decoder, decoder.decode({"z/board", R"({"smoke":true,"gas":false})"}, now(), directory)),
      ElementsAre("gas/board #0: gas:normal", "smoke/board #1: smoke:alarm"));
}

TEST(Decoder, DoesNotTakeAListedDeviceForAStrangerOnAnotherTopic) {
  const Decoder decoder(
      {named("gas", kGas),
       named("board",
             "messages:\n  - topics: s/{device}\n    fields:\n"
             "      - { at: /sos, kind: sos, map: { true: alarm, false: normal } }\n")});
  const Directory directory = directory_of(decoder.profiles(), {{"GA-1", "gas", "one"}});
  EXPECT_EQ(decoder.decode({"s/one", R"({"sos":false})"}, now(), directory).outcome,
            Outcome::not_of_interest);
  EXPECT_EQ(decoder.decode({"s/one", "{"}, now(), directory).outcome, Outcome::not_of_interest);
  EXPECT_THAT(told(decoder, decoder.decode({"s/one", R"({"sos":true})"}, now(), directory)),
              ElementsAre("board/one: sos:alarm"))
      << "but no alarm is dropped";
  EXPECT_THAT(told(decoder, decoder.decode({"s/two", R"({"sos":false})"}, now(), directory)),
              ElementsAre("board/two: sos:normal"));
}

TEST(Decoder, DoubtsStrangersOnTheAir) {
  const Decoder decoder({named("rf",
                               "kind: smoke\nstrangers: unknown\nmessages:\n"
                               "  - topics: rf\n    device: /code\n    fields:\n"
                               "      - { always: alarm, event: true }\n")});
  const Directory directory = directory_of(decoder.profiles(), {{"SM-1", "rf", "0x7028D2"}});
  EXPECT_THAT(told(decoder, decoder.decode({"rf", R"({"code":"0x7028D2"})"}, now(), directory)),
              ElementsAre("rf/0x7028D2 #0: smoke:alarm"));
  EXPECT_THAT(told(decoder, decoder.decode({"rf", R"({"code":"0x1"})"}, now(), directory)),
              ElementsAre("rf/0x1: smoke:unknown"));
}

TEST(Decoder, NamesWhyNobodyReadsAMessage) {
  const Decoder decoder(
      {named("inverted", kInverted),
       named("picky",
             "retained: ignore\nmessages:\n  - topics: p/{device}\n"
             "    except: [p/reply]\n    applies:\n      - { at: /a, is: [1, 2] }\n")});
  const auto outcome = [&](const Message& message) {
    return decoder.decode(message, now(), {}).outcome;
  };
  EXPECT_EQ(outcome({"nobody/knows", "{}"}), Outcome::no_profile);
  EXPECT_EQ(outcome({"p/reply", R"({"a":1})"}), Outcome::excluded);
  EXPECT_EQ(outcome({"p/x", R"({"a":3})"}), Outcome::not_of_interest);
  EXPECT_EQ(outcome({"p/x", ""}), Outcome::cleared);
  EXPECT_EQ(outcome({"p/x", R"({"a":1})", true}), Outcome::retained_ignored);
  EXPECT_EQ(outcome({"z/x", R"({"gas":true})"}), Outcome::stranger_ignored);
  EXPECT_EQ(outcome({"p/x", R"({"a":2})"}), Outcome::read);
}

TEST(Decoder, ReportsEachDeviceOfOneMessage) {
  const Decoder decoder(
      {named("many",
             "kind: smoke\nmessages:\n"
             "  - topics: gw/{gateway}\n    each: /devices/*\n    device: /id\n"
             "    fields:\n      - { at: /smoke, map: { 1: alarm, 0: normal } }\n"
             "  - topics: zb/{board}\n    each: /ZbReceived/*\n    device: key\n"
             "    fields:\n      - { at: /Fire, map: { 1: alarm, 0: normal } }\n")});
  const Directory directory = directory_of(decoder.profiles(), {{"SM-2", "many", "b"}});
  EXPECT_THAT(
      told(decoder,
           decoder.decode(
               {"gw/1", R"({"devices":[{"id":"b","smoke":1},{"id":7,"smoke":0},{"smoke":1}]})"},
               now(), directory)),
      ElementsAre("many/7: smoke:normal", "many/b #0: smoke:alarm"));
  EXPECT_THAT(told(decoder, decoder.decode({"zb/1", R"({"ZbReceived":{"Hall":{"Fire":1}}})"}, now(),
                                           directory)),
              ElementsAre("many/Hall: smoke:alarm"));
}

TEST(Decoder, HearsADeviceWhosePartOfTheMessageIsMissing) {
  const Profile profile = profile_in(
      "kind: gas\nmessages:\n  - topics: app/{device}/up\n    each: /object\n    expects: [\"\"]\n"
      "    fields:\n      - { at: /gas, map: { alarm: alarm } }\n");
  const Report report =
      report_of(profile, {.topic = "app/eui/up", .payload = R"({"gas":"alarm","data":"qg=="})"});
  EXPECT_THAT(report.signals,
              ElementsAre(Signal{.kind = Kind::device, .meaning = Meaning::heartbeat}));
  EXPECT_EQ(report.complete, false);
}

TEST(Decoder, JoinsAnAddressOfTwoLevels) {
  const Profile profile =
      profile_in("messages:\n  - topics: \"z/{device}/{device}/{bridge}/{community}\"\n");
  const Report report =
      report_of(profile, {.topic = "z/B05/Gas Cucina/b1/changshan", .payload = "{}"});
  EXPECT_EQ(report.address, "B05/Gas Cucina");
  EXPECT_EQ(report.bridge, "b1");
  EXPECT_EQ(report.community, "changshan");
}

TEST(Decoder, PrefersTheFormThatUnderstandsTheMessage) {
  const Profile profile = profile_in(
      "messages:\n  - topics: a/{device}\n    fields:\n"
      "      - { at: /state, map: { online: online, offline: offline } }\n"
      "  - topics: a/{device}\n    body: text\n    fields:\n"
      "      - { map: { online: online, offline: offline } }\n");
  const Signal offline{.kind = Kind::device, .meaning = Meaning::offline};
  EXPECT_THAT(report_of(profile, {"a/d", R"({"state":"offline"})"}).signals, ElementsAre(offline));
  EXPECT_THAT(report_of(profile, {"a/d", "offline"}).signals, ElementsAre(offline));
}

TEST(Decoder, KnowsWhatRetainMeans) {
  const auto fresh = [](const std::string& policy, bool retained) {
    const Profile profile = profile_in(policy + "messages:\n  - topics: t/{device}\n");
    return report_of(profile, {"t/1", "{}", retained}).fresh;
  };
  EXPECT_TRUE(fresh("", false));
  EXPECT_FALSE(fresh("", true));
  EXPECT_TRUE(fresh("retained: treat_as_live\n", true));
}

TEST(Decoder, LetsAFormHaveItsOwnMeaningOfRetain) {
  const Profile profile =
      profile_in("retained: ignore\nmessages:\n  - topics: t/{device}\n    retained: restore\n");
  EXPECT_FALSE(report_of(profile, {"t/1", "{}", true}).fresh);
}

TEST(Decoder, ReadsMarksFromTheTopOfTheMessage) {
  const Profile profile = profile_in(
      "messages:\n  - topics: t/{device}\n    event_id: /id\n    boot: /b\n    sequence: /s\n"
      "    time: { at: /t, format: iso, late: 1min }\n");
  const Report live =
      report_of(profile, {"t/1", R"({"id":"e-1","b":2,"s":7,"t":"2026-01-15T18:39:30Z"})"});
  EXPECT_EQ(live.event_id, "e-1");
  EXPECT_EQ(live.sequence, (2ULL << 32) | 7);
  EXPECT_EQ(live.device_time, at("2026-01-15T18:39:30Z"));
  EXPECT_TRUE(live.fresh);
  const Report late = report_of(profile, {"t/1", R"({"id":124,"s":7,"t":"2026-01-15T18:38:30Z"})"});
  EXPECT_EQ(late.event_id, "124");
  EXPECT_EQ(late.sequence, std::nullopt) << "without the boot it can not be compared";
  EXPECT_FALSE(late.fresh);
}

TEST(Decoder, DropsAnEventIdThatIsNone) {
  const Profile profile = profile_in("messages:\n  - topics: t/{device}\n    event_id: /id\n");
  for (const std::string& payload :
       {std::string(R"({"id":null})"), std::string(R"({"id":1.5})"), std::string(R"({"id":{}})"),
        R"({"id":")" + std::string(129, 'x') + "\"}"}) {
    EXPECT_EQ(report_of(profile, {"t/1", payload}).event_id, "");
  }
}

TEST(Decoder, TakesOfflineForTheUsualStateOfASleeper) {
  const std::string rest =
      "messages:\n  - topics: t/{device}\n    body: text\n    fields:\n"
      "      - { map: { online: online, offline: offline } }\n";
  EXPECT_THAT(signals_of(profile_in("sleeps: true\n" + rest), "offline"), IsEmpty());
  EXPECT_THAT(signals_of(profile_in(rest), "offline"),
              ElementsAre(Signal{.kind = Kind::device, .meaning = Meaning::offline}));
}

TEST(Decoder, SaysWhyAPayloadCanNotBeRead) {
  const Profile json = profile_in("messages:\n  - topics: t/{device}\n");
  const Report broken = report_of(json, {"t/1", R"({"gas":tru)"});
  EXPECT_EQ(broken.problem, "not JSON at byte 10: incomplete JSON");
  EXPECT_THAT(broken.signals, IsEmpty());
  const Profile text = profile_in("messages:\n  - topics: t/{device}\n    body: text\n");
  EXPECT_EQ(report_of(text, {"t/1", "\xB0"}).problem, "not UTF-8");
}

TEST(Decoder, ReadsLatin1WhereTheProfileSays) {
  const Profile profile = profile_in(
      "kind: heat\nmessages:\n  - topics: t/{device}\n    encoding: latin-1\n    fields:\n"
      "      - { at: /t, unit: \"\", unit_at: /u }\n");
  EXPECT_THAT(signals_of(profile,
                         "{\"t\":21,\"u\":\"\xB0"
                         "C\"}"),
              ElementsAre(Signal{.kind = Kind::heat,
                                 .meaning = Meaning::measurement,
                                 .value = 21,
                                 .unit = "\xC2\xB0"
                                         "C"}));
}

TEST(Decoder, FindsHiddenTopicsOnlyByName) {
  const Decoder decoder({named("oc", "messages:\n  - topics: $oc/{device}\n"),
                         named("any", "messages:\n  - topics: \"{device}/x\"\n")});
  EXPECT_EQ(decoder.decode({"$oc/d", "{}"}, now(), {}).outcome, Outcome::read);
  EXPECT_EQ(decoder.decode({"$oc/x", "{}"}, now(), {}).reports.front().profile, 0U);
  EXPECT_EQ(decoder.decode({"$no/x", "{}"}, now(), {}).outcome, Outcome::no_profile);
}

TEST(Decoder, SubscribesToAllItsProfilesWant) {
  const Decoder decoder(
      {named("a", "messages:\n  - topics: [\"a/{device:x*}\", \"a/+/{device}\"]\n"),
       named("b", "messages:\n  - topics: a/b/{device}\n")});
  EXPECT_THAT(subscriptions(decoder.profiles()), ElementsAre("a/+", "a/+/+"));
}

TEST(Decoder, FindsNothingInATopicDeeperThanAnyPattern) {
  const Decoder decoder({named("any", "messages:\n  - topics: \"{device}\"\n")});
  std::string topic;
  for (int i = 0; i < 40'000; ++i) topic += "/";
  EXPECT_EQ(decoder.decode({topic, "{}"}, now(), {}).outcome, Outcome::no_profile);
}

}  // namespace
}  // namespace shouwang::device
