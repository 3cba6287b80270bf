#include "store/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

#include "tests/contract/store_samples.h"
#include "tests/unit/store/scribbler.h"

namespace shouwang::store {
namespace {

// Whatever is encoded comes back as it was; tried on many values made from seeds.
template <class Make>
void expect_round_trip(Make make) {
  const bool held = rc::check([&](std::uint64_t seed) {
    Scribbler scribbler(seed);
    const auto value = make(scribbler);
    using T = std::remove_const_t<decltype(value)>;
    const auto back = decode<T>(encode(value));
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == value);
  });
  EXPECT_TRUE(held);
}

TEST(Codec, AnyFileComesBackWithoutItsLadderAndVersion) {
  expect_round_trip([](Scribbler& s) {
    auto file = s.file();
    file.ladder = {};
    file.version = 0;
    return file;
  });
}
TEST(Codec, AnyLadderComesBack) {
  expect_round_trip([](Scribbler& s) { return s.ladder(); });
}
TEST(Codec, AnyParcelComesBackWithoutItsWords) {
  expect_round_trip([](Scribbler& s) { return s.parcel(); });
}
TEST(Codec, AnyDeviceMemoryComesBack) {
  expect_round_trip([](Scribbler& s) { return s.memory(); });
}
TEST(Codec, AnyMatterComesBack) {
  expect_round_trip([](Scribbler& s) { return s.matter(); });
}
TEST(Codec, AnyDatedFactComesBack) {
  expect_round_trip([](Scribbler& s) { return s.fact(); });
}
TEST(Codec, AnyPersonComesBack) {
  expect_round_trip([](Scribbler& s) { return s.person(); });
}
TEST(Codec, AnyHouseholdComesBack) {
  expect_round_trip([](Scribbler& s) { return s.household(); });
}
TEST(Codec, AnyHoldingComesBack) {
  expect_round_trip([](Scribbler& s) { return s.holding(); });
}
TEST(Codec, AnyShiftComesBack) {
  expect_round_trip([](Scribbler& s) { return s.shift(); });
}
TEST(Codec, AnyGuaranteeComesBack) {
  expect_round_trip([](Scribbler& s) { return s.guarantee(); });
}
TEST(Codec, AnyEquipmentComesBack) {
  expect_round_trip([](Scribbler& s) { return s.equipment(); });
}
TEST(Codec, AnyUserComesBack) {
  expect_round_trip([](Scribbler& s) { return s.user(); });
}
TEST(Codec, AnyPhoneComesBack) {
  expect_round_trip([](Scribbler& s) { return s.phone(); });
}

TEST(Codec, AValueThatIsNotANumberComesBackAsSuch) {
  auto file = alarm("i1");
  file.incident.sources[0].value = std::nan("");
  const auto back = decode<dispatch::File>(encode(file));
  ASSERT_TRUE(back);
  EXPECT_TRUE(std::isnan(*back->incident.sources[0].value));
}

TEST(Codec, AnyFactsOfAJournalLineComeBackInOrder) {
  const bool held = rc::check([](std::uint64_t seed) {
    Scribbler s(seed);
    Facts facts;
    s.list(facts, [&] { return std::pair(s.text(), s.text()); });
    RC_ASSERT(*decode_facts(encode_facts(facts)) == facts);
  });
  EXPECT_TRUE(held);
}

// ---- the form on disk, which later releases must go on reading -----------------------

TEST(Codec, AMatterOnDiskLooksLikeThis) {
  EXPECT_EQ(encode(matter("low_battery:SM-B05-U4")),
            R"({"v":1,"id":"low_battery:SM-B05-U4","fault":"low_battery","subject":"SM-B05-U4",)"
            R"("detail":"profile acme","opened_at":1768502400000,"last_at":1768502460000,)"
            R"("count":2})");
}

TEST(Codec, AParcelOnDiskLooksLikeThis) {
  EXPECT_EQ(encode(parcel("i1.00001", "i1")),
            R"({"v":1,"key":"i1.00001","person":"R0786","items":[{"incident":"i1",)"
            R"("letter":"first","roles":["relative"]}],"urgency":"first",)"
            R"("route":[["push","test:R0786/push"],["sms","test:R0786/sms"]],)"
            R"("created_at":1768502400000,"expires_at":1768588800000,"state":"waiting"})");
}

TEST(Codec, ALadderOnDiskLooksLikeThis) {
  EXPECT_EQ(encode(short_ladder()),
            R"({"v":1,"name":"gas in a home","waves":[{"at":0,"tell":[{"audience":"relatives"}]},)"
            R"({"at":60000,"tell":[{"audience":"patrol","most":3}],)"
            R"("again":[{"wave":0,"by_voice":true}]}],)"
            R"("loop":{"every":60000,"tell":[{"audience":"duty_a"}],"by_voice":true},)"
            R"("door":{"limit":600000,"again":[{"wave":1}]},"remind_close":1800000})");
}

TEST(Codec, AFileOnDiskLooksLikeThis) {
  EXPECT_EQ(encode(alarm("i1")),
            R"({"v":1,"incident":{"id":"i1","community":"elm","place":{"scope":"household",)"
            R"("household":"B05-U4-302","area":"B05-U4"},"kind":"gas","severity":"serious",)"
            R"("origin":"sensor","phase":"fresh","raised_at":1768502400000,)"
            R"("phase_since":1768502400000,"sources":[{"device":"GA-B05-U4-302","kind":"gas",)"
            R"("first_at":1768502400000,"last_at":1768502400000,"value":"12.1","unit":"%LEL"}]},)"
            R"("progress":{"base":1768502400000,"door_at":1768503000000}})");
}

TEST(Codec, FactsOnDiskLookLikeThis) {
  EXPECT_EQ(encode_facts({{"told", "R0003:relative"}, {"why", "\"x\""}}),
            R"(["told","R0003:relative","why","\"x\""])");
  EXPECT_EQ(encode_facts({}), "[]");
}

// ---- older rows --------------------------------------------------------------------------

TEST(Codec, AFieldThatAnOlderRowDoesNotHaveGetsItsUsualValue) {
  const auto back = decode<dispatch::Matter>(
      R"({"v":1,"id":"m","fault":"fault","subject":"x","opened_at":1,"last_at":2})");
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, (dispatch::Matter{.id = "m",
                                     .fault = "fault",
                                     .subject = "x",
                                     .opened_at = Instant{Millis{1}},
                                     .last_at = Instant{Millis{2}},
                                     .count = 1,
                                     .since = Instant{Millis{1}}}));
}

// ---- bad rows ----------------------------------------------------------------------------

// What decode says of `text`.
template <class T>
std::string complaint(std::string text) {
  const auto back = decode<T>(text);
  if (back) return "accepted";
  EXPECT_EQ(back.error().code, Error::Code::corrupt);
  return back.error().what;
}
std::string matter_with(const std::string& field) {
  return complaint<dispatch::Matter>(
      R"({"v":1,"id":"m","fault":"f","subject":"x","opened_at":1,"last_at":2,)" + field + "}");
}

TEST(Codec, TextThatIsNotAnObjectIsRefused) {
  EXPECT_EQ(complaint<dispatch::Matter>(""), "is not a JSON object");
  EXPECT_EQ(complaint<dispatch::Matter>("[]"), "is not a JSON object");
  EXPECT_EQ(complaint<dispatch::Matter>(R"({"v":1)"), "is not a JSON object");
}

TEST(Codec, AVersionThatThisReleaseDoesNotKnowIsRefused) {
  EXPECT_EQ(complaint<dispatch::Matter>("{}"), "v: is missing");
  EXPECT_EQ(complaint<dispatch::Matter>(R"({"v":2})"), "v: is not 1..1");
  EXPECT_EQ(complaint<dispatch::Matter>(R"({"v":0})"), "v: is not 1..1");
  EXPECT_EQ(complaint<dispatch::Matter>(R"({"v":"1"})"), "v: is not a whole number in its range");
}

TEST(Codec, AFieldThatMustBeThereIsMissed) {
  EXPECT_EQ(complaint<dispatch::Matter>(R"({"v":1,"id":"m","fault":"f"})"), "subject: is missing");
}

TEST(Codec, AFieldThatNobodyKnowsIsRefused) {
  EXPECT_EQ(matter_with(R"("colour":"red")"), "colour: is not a field that this release knows");
}

TEST(Codec, ValuesOfTheWrongTypeAreRefused) {
  EXPECT_EQ(matter_with(R"("detail":7)"), "detail: is not text");
  EXPECT_EQ(matter_with(R"("detail":null)"), "detail: is not text");
  EXPECT_EQ(matter_with(R"("count":"2")"), "count: is not a whole number in its range");
  EXPECT_EQ(matter_with(R"("closed_at":1.5)"), "closed_at: is not a whole number in its range");
}

TEST(Codec, NumbersOutOfRangeAreRefused) {
  EXPECT_EQ(matter_with(R"("count":-1)"), "count: is not a whole number in its range");
  EXPECT_EQ(matter_with(R"("count":4294967296)"), "count: is not a whole number in its range");
  EXPECT_EQ(matter_with(R"("count":4294967295)"), "accepted");
}

// An encoded value with one piece of its text replaced.
template <class T>
std::string complaint_after(std::string text, const std::string& from, const std::string& to) {
  const auto found = text.find(from);
  EXPECT_NE(found, std::string::npos);
  text.replace(found, from.size(), to);
  return complaint<T>(text);
}

TEST(Codec, TheComplaintNamesThePlaceButNeverWhatStandsThere) {
  auto file = alarm("i1");
  file.incident.told = {{.person = PersonId("R1"), .at = at(0)},
                        {.person = PersonId("R2"), .at = at(0), .reach = incident::Reach::sent}};
  file.incident.ticks[HouseholdId("B05-U4-302")] = incident::Tick::safe;
  const std::string text = encode(file);
  using dispatch::File;
  EXPECT_EQ(complaint_after<File>(text, R"("reach":"sent")", R"("reach":"thrown")"),
            "incident: told[1] reach: is not one of its words");
  EXPECT_EQ(complaint_after<File>(text, R"(:"safe")", R"(:"lost")"),
            "incident: ticks.B05-U4-302 is not one of its words");
  EXPECT_EQ(complaint_after<File>(text, R"("scope":"household")", R"("scope":"moon")"),
            "incident: place: scope: is not one of its words");
  EXPECT_EQ(complaint_after<File>(text, R"("12.1")", R"("12.1x")"),
            "incident: sources[0] value: is not a number");
  EXPECT_EQ(complaint_after<File>(text, R"("12.1")", "12.1"),
            "incident: sources[0] value: is not a number as text");
}

TEST(Codec, ARouteThatIsNotPairsIsRefused) {
  const std::string text = encode(parcel("k", "i1"));
  using dispatch::Parcel;
  EXPECT_EQ(complaint_after<Parcel>(text, R"(["sms","test:R0786/sms"])", R"(["sms"])"),
            "route[1] is not a channel and address");
  EXPECT_EQ(complaint_after<Parcel>(text, R"(["relative"])", R"(["cousin"])"),
            "items[0] roles[0] is not one of its words");
}

TEST(Codec, FactsThatAreNotPairsAreRefused) {
  for (const char* text : {"{}", "[\"a\"]", "[\"a\",1]", "[1,\"a\"]", "x"}) {
    EXPECT_FALSE(decode_facts(text)) << text;
  }
}

TEST(Codec, NoDamagedByteMakesItCrash) {
  const std::string text = encode(alarm("i1"));
  const bool held = rc::check([&](std::uint64_t seed) {
    Rng rng(seed);
    std::string damaged = text;
    for (auto count = rng.below(4) + 1; count > 0; --count) {
      damaged[rng.below(damaged.size())] = static_cast<char>(rng.below(256));
    }
    if (const auto back = decode<dispatch::File>(damaged)) {
      RC_ASSERT(*decode<dispatch::File>(encode(*back)) == *back);
    }
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace shouwang::store
