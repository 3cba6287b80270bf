#include "notify/words.h"

#include <gtest/gtest.h>

#include "base/utf8.h"
#include "tests/support/scenes.h"
#include "tests/support/texts.h"

namespace shouwang::notify {

void PrintTo(const Text& text, std::ostream* out) { *out << text.title << "\n" << text.body; }

namespace {

using namespace std::chrono_literals;
using device::Kind;
using dispatch::Letter;
using household::Role;
using household::Roles;
using incident::Cause;
using testing::kRaised;
using testing::parcel;

const Catalogue& shipped() {
  static const Catalogue kTexts = testing::shipped_texts();
  return kTexts;
}

class WordsTest : public ::testing::Test {
 protected:
  Text written(const dispatch::Parcel& what, Instant now = kRaised) {
    const Words words(*catalogue);
    const SceneOf find = [this](const IncidentId& id) -> const Scene* {
      const auto found = scenes.find(id);
      return found == scenes.end() ? nullptr : &found->second;
    };
    return words.write(what, find, receiver, now);
  }

  Text written(Letter letter, Roles roles, Instant now = kRaised) {
    return written(parcel(letter, roles), now);
  }

  Scene& the_scene() { return scenes.begin()->second; }

  static bool has(const Text& text, std::string_view part) {
    return text.body.find(part) != std::string::npos;
  }

  const Catalogue* catalogue = &shipped();
  Zone zone = testing::china();
  Receiver receiver{.language = "zh-CN", .zone = &zone};
  std::map<IncidentId, Scene> scenes{{testing::scene().id, testing::scene()}};
};

incident::Order valve(incident::Order::State state, bool overdue = false) {
  return {.device = DeviceId("VA-1"), .state = state, .at = kRaised, .overdue = overdue};
}

TEST_F(WordsTest, WhoGoesThereReadsWhetherTheValveIsClosed) {
  receiver.language = "en";
  the_scene().orders = {valve(incident::Order::State::confirmed)};
  for (const Letter letter : {Letter::again, Letter::assigned, Letter::spot}) {
    EXPECT_TRUE(has(written(letter, {Role::unit_head}), "The gas valve says it is closed (02:40)"));
    EXPECT_TRUE(has(written(letter, {Role::duty_a}), "The gas valve says it is closed (02:40)"));
    EXPECT_EQ(has(written(letter, {Role::relative}), "valve"), letter == Letter::spot);
  }
  the_scene().orders = {valve(incident::Order::State::sent, true)};
  EXPECT_TRUE(has(written(Letter::spot, {Role::duty_a}), "treat the gas as on"));
  the_scene().orders = {valve(incident::Order::State::failed, true)};
  EXPECT_TRUE(has(written(Letter::spot, {Role::duty_a}), "did NOT confirm (02:40)"));
  EXPECT_FALSE(has(written(Letter::ending, {Role::duty_a}), "did NOT confirm"));
}

TEST_F(WordsTest, TwoValvesThatSayTheSameAreOneLine) {
  receiver.language = "en";
  the_scene().orders = {valve(incident::Order::State::confirmed),
                        valve(incident::Order::State::confirmed)};
  const std::string body = written(Letter::spot, {Role::duty_a}).body;
  const auto first = body.find("says it is closed");
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(body.find("says it is closed", first + 1), std::string::npos);
}

TEST_F(WordsTest, TheShippedTextsAreComplete) {
  EXPECT_EQ(check_messages(shipped()), std::vector<std::string>{});
  EXPECT_EQ(shipped().languages.at("zh-CN").size(), shipped().languages.at("en").size());
}

TEST_F(WordsTest, ARelativeReadsWhatWhereWhenAndWhoElseWasTold) {
  EXPECT_EQ(written(Letter::first, {Role::relative}),
            (Text{.title = "燃气报警 5号楼4单元302 02:40",
                  .body = "亲友住处 5号楼4单元302，02:40 检测到燃气。\n"
                          "请提醒家里人：不要开关电器，不要点火，马上到楼外去。\n"
                          "闻到燃气味或看到火：先离开，再拨打火警电话。\n"
                          "同时已通知：住户、单元长、包保人、值班员。\n"
                          "查看和回应：{{link}}"}));
}

TEST_F(WordsTest, AnotherLanguageForAnotherReader) {
  receiver.language = "en";
  EXPECT_EQ(written(Letter::first, {Role::unit_head}),
            (Text{.title = "GAS 5号楼4单元302 02:40",
                  .body = "5号楼4单元302, 02:40: gas detected.\n"
                          "Please go at once. No doorbell, no light switch: knock and call out. "
                          "Telephone only outside.\n"
                          "If you smell gas or see fire: leave, then call the emergency number.\n"
                          "Also told: residents, relatives, guarantor, duty officer.\n"
                          "See and answer: {{link}}"}));
  receiver.language = "tlh";
  EXPECT_EQ(written(Letter::first, {Role::unit_head}).title, "燃气报警 5号楼4单元302 02:40");
}

TEST_F(WordsTest, TheCommunityCallsItsPostsAsItLikes) {
  const std::map<Role, std::string> labels{{Role::unit_head, "楼道长"}, {Role::duty_a, "值守"}};
  receiver.role_labels = &labels;
  EXPECT_TRUE(has(written(Letter::first, {Role::relative}), "住户、楼道长、包保人、值守"));
}

//
TEST_F(WordsTest, AResponderWhoLivesInsideIsAResidentFirst) {
  const Text text = written(Letter::first, {Role::resident, Role::unit_head});
  EXPECT_TRUE(has(text, "不要开关电器，不要点火。马上开门出去"));
  EXPECT_TRUE(has(text, "您自己也住在里面，先顾好自己。"));
  EXPECT_FALSE(has(written(Letter::first, {Role::resident}), "您自己也住在里面"));
}

TEST_F(WordsTest, AnOfficerAtTheDeskWhoIsAlsoAGuarantorReadsTheDesksWords) {
  EXPECT_TRUE(has(written(Letter::first, {Role::guarantor, Role::duty_a}), "请确认有人前往"));
}

TEST_F(WordsTest, UrgencyAndShelterAreForThoseTheyConcern) {
  the_scene().severity = incident::Severity::critical;
  the_scene().shelter = "社区活动室";
  EXPECT_TRUE(has(written(Letter::first, {Role::unit_head}), "情况紧急"));
  EXPECT_TRUE(has(written(Letter::first, {Role::duty_a}), "情况紧急"));
  EXPECT_FALSE(has(written(Letter::first, {Role::relative}), "情况紧急"));
  EXPECT_TRUE(has(written(Letter::first, {Role::resident}), "室内避险处：社区活动室。"));
  EXPECT_FALSE(has(written(Letter::going, {Role::resident}), "社区活动室"));
}

TEST_F(WordsTest, WhoIsGoingIsSaidByRoleAndTime) {
  the_scene().lead = Role::building_head;
  the_scene().minutes = 6;
  EXPECT_TRUE(
      has(written(Letter::going, {Role::relative}), "楼栋长正在前往 5号楼4单元302，约 6 分钟到。"));
  EXPECT_TRUE(has(written(Letter::info, {Role::unit_head}), "楼栋长正在前往，约 6 分钟到。"));
  the_scene().arrived = true;
  EXPECT_TRUE(has(written(Letter::going, {Role::relative}), "楼栋长已到 5号楼4单元302。"));
}

TEST_F(WordsTest, ARepeatedCallSaysHowLongNobodyHasGone) {
  EXPECT_TRUE(has(written(Letter::again, {Role::unit_head}, kRaised + 150s),
                  "还没有人前往：5号楼4单元302，02:40 检测到燃气，已过 2 分钟。"));
  EXPECT_TRUE(has(written(Letter::again, {Role::unit_head}, kRaised + 59s), "检测到燃气。"));
}

// cause and whether all is well, in one sentence, for everybody told.
TEST_F(WordsTest, TheEndingNamesTheCause) {
  the_scene().phase = incident::Phase::closed;
  the_scene().cause = Cause::cooking;
  EXPECT_EQ(written(Letter::ending, {Role::relative}),
            (Text{.title = "燃气报警（已结束）5号楼4单元302 02:40",
                  .body = "5号楼4单元302 02:40 的燃气报警已结束。原因：做饭引起。没有发现危险。\n"
                          "处理得怎么样，请在页面上告诉我们。\n"
                          "查看和回应：{{link}}"}));
  EXPECT_FALSE(has(written(Letter::ending, {Role::unit_head}), "处理得怎么样"));
}

// a stale alarm goes out as information.
TEST_F(WordsTest, AnAlarmThatEndedBeforeItLeftIsToldAsOver) {
  the_scene().phase = incident::Phase::closed;
  the_scene().cause = Cause::pot;
  const Text text = written(Letter::first, {Role::relative}, kRaised + 35min);
  EXPECT_EQ(text.title, "燃气报警（已结束）5号楼4单元302 02:40");
  EXPECT_TRUE(text.body.starts_with(
      "消息延迟送达，发生在 02:40。\n5号楼4单元302 02:40 的燃气报警已结束。"));
}

TEST_F(WordsTest, ALateMessageSaysWhenItHappened) {
  EXPECT_FALSE(has(written(Letter::first, {Role::relative}, kRaised + 119s), "延迟"));
  EXPECT_TRUE(written(Letter::first, {Role::relative}, kRaised + 120s)
                  .body.starts_with("消息延迟送达，发生在 02:40。\n"));
  const Text next_day = written(Letter::first, {Role::relative}, kRaised + 22h);
  EXPECT_EQ(next_day.title, "燃气报警 5号楼4单元302 01-15 02:40");
}

TEST_F(WordsTest, APossibleRepeatIsMarked) {
  auto again = parcel(Letter::first, {Role::relative});
  again.maybe_repeated = true;
  EXPECT_EQ(written(again).title, "燃气报警 5号楼4单元302 02:40(重复)");
}

// S-04
TEST_F(WordsTest, SomebodyAbroadReadsBothTimes) {
  const Zone toronto{.name = "America/Toronto", .first_offset = -5h};
  receiver.own_zone = &toronto;
  EXPECT_TRUE(has(written(Letter::first, {Role::relative}),
                  "02:40 检测到燃气。\n（您当地时间 2026-01-14 13:40）\n"));
  receiver.own_zone = &zone;
  EXPECT_FALSE(has(written(Letter::first, {Role::relative}), "当地时间"));
}

//
TEST_F(WordsTest, NoMessageClaimsMoreThanIsKnown) {
  the_scene().origin = incident::Origin::manual;
  EXPECT_TRUE(has(written(Letter::first, {Role::duty_b}), "02:40 有人报告有燃气味。"));
  the_scene().origin = incident::Origin::restored;
  EXPECT_TRUE(has(written(Letter::first, {Role::duty_b}), "实际发生可能更早"));
}

TEST_F(WordsTest, AFurtherAlarmNamesAllThatIsGoingOn) {
  the_scene().kinds = {Kind::smoke, Kind::gas};
  the_scene().kind = Kind::smoke;
  EXPECT_TRUE(has(written(Letter::also, {Role::duty_a}), "现在有：烟雾报警、燃气报警。"));
  EXPECT_TRUE(has(written(Letter::also, {Role::resident}), "还有燃气：不要开关电器，不要点火。"));
}

TEST_F(WordsTest, ASpecialistReadsPlaceAndLeadOnly) {
  the_scene().lead = Role::unit_head;
  EXPECT_EQ(written(Letter::job, {Role::specialist}).body,
            "5号楼4单元302 需要您来处理：燃气报警。\n单元长正在前往。\n查看和回应：{{link}}");
}

TEST_F(WordsTest, ATitleIsNeverLongerThanALockScreen) {
  const std::string place = "东三区第二网格温馨家园小区第十一号楼第四单元十二层1203";
  for (const char* language : {"zh-CN", "en"}) {
    receiver.language = language;
    for (int letter = 0; letter <= static_cast<int>(Letter::ending); ++letter) {
      the_scene().place = place;
      auto what = parcel(static_cast<Letter>(letter), {Role::unit_head});
      what.maybe_repeated = true;
      const Text text = written(what, kRaised + 30h);
      EXPECT_LE(count_characters(text.title), kTitleMax) << text.title;
      EXPECT_GE(count_characters(text.title), 30U) << text.title;
      EXPECT_NE(text.title.find(" 02:40"), std::string::npos) << text.title;
    }
  }
}

TEST_F(WordsTest, ALongPlaceKeepsItsEndAndFreeTextItsBeginning) {
  the_scene().place = "东三区第二网格温馨家园小区第十一号楼第四单元十二层1203室";
  EXPECT_EQ(written(Letter::first, {Role::unit_head}).title,
            "燃气报警 …区第二网格温馨家园小区第十一号楼第四单元十二层1203室 02:40");
  the_scene().free_place = true;
  EXPECT_EQ(written(Letter::first, {Role::unit_head}).title,
            "燃气报警 东三区第二网格温馨家园小区第十一号楼第四单元十二层120… 02:40");
}

TEST_F(WordsTest, WhatSomebodyTypedCanNotBreakAMessage) {
  the_scene().free_place = true;
  the_scene().place = "门口\n{{link}} {{#x}}\x07";
  const Text text = written(Letter::first, {Role::duty_a});
  EXPECT_EQ(text.title, "燃气报警 门口 { link}} { #x}}\xEF\xBF\xBD 02:40");
  EXPECT_EQ(text.body.find("{{link}}"), text.body.rfind("{{"));
}

Catalogue without(std::string_view prefix) {
  Catalogue texts = shipped();
  for (auto& [language, keys] : texts.languages) {
    std::erase_if(keys, [&](const auto& entry) { return entry.first.starts_with(prefix); });
  }
  return texts;
}

TEST_F(WordsTest, NoMessageIsLostForItsWords) {
  const Catalogue nothing;
  catalogue = &nothing;
  EXPECT_EQ(
      written(Letter::first, {Role::relative}),
      (Text{.title = "gas 5号楼4单元302 02:40", .body = "gas 5号楼4单元302 02:40\n{{link}}"}));
  const Catalogue no_titles = without("message.title.");
  catalogue = &no_titles;
  EXPECT_EQ(written(Letter::again, {Role::relative}).title, "燃气报警 5号楼4单元302 02:40");
  Catalogue broken = shipped();
  for (auto& [language, keys] : broken.languages) keys["message.what.first"] = "{{#place}}";
  for (auto& [language, keys] : broken.languages) keys.erase("message.what.first.relative");
  catalogue = &broken;
  EXPECT_TRUE(written(Letter::first, {Role::relative})
                  .body.starts_with("燃气报警 5号楼4单元302 02:40\n请提醒家里人"));
  EXPECT_EQ(check_messages(broken).size(), 2U);
}

TEST_F(WordsTest, AnIncidentThatIsForgottenStillHasItsLink) {
  scenes.clear();
  EXPECT_EQ(written(Letter::first, {Role::relative}),
            (Text{.title = "20260115-024000-7f3k", .body = "20260115-024000-7f3k\n{{link}}"}));
}

TEST_F(WordsTest, MissingAndUnknownTextsAreNamed) {
  Catalogue faulty = shipped();
  faulty.languages["en"].erase("message.cause.pot");
  faulty.languages["en"]["message.told"] = "{{names}}";
  EXPECT_EQ(check_messages(faulty),
            (std::vector<std::string>{"en: message.cause.pot is missing",
                                      "en: message.told: there is no field `names`"}));
}

class GroupedWordsTest : public WordsTest {
 protected:
  // `count` gas alarms, one after the other, in homes 101, 102, ...
  dispatch::Parcel many(int count, Roles roles) {
    scenes.clear();
    auto what = parcel(Letter::first, roles, "i000");
    what.items.clear();
    for (int i = 0; i < count; ++i) {
      Scene one = testing::scene("i" + std::to_string(1000 + i).substr(1));
      one.place = "5号楼1单元" + std::to_string(101 + i);
      one.raised_at = kRaised + i * 1s;
      scenes[one.id] = one;
      what.items.push_back({.incident = one.id, .letter = Letter::first, .roles = roles});
    }
    return what;
  }
};

// S-27
TEST_F(GroupedWordsTest, TwoHomesAreListedWithALinkEach) {
  EXPECT_EQ(written(many(2, {Role::relative})),
            (Text{.title = "燃气报警等2处 5号楼1单元101 02:40",
                  .body = "共 2 处：\n"
                          "1. 燃气报警 5号楼1单元101 02:40\n{{link:i000}}\n"
                          "2. 燃气报警 5号楼1单元102 02:40\n{{link:i001}}\n"
                          "请提醒家里人：不要开关电器，不要点火，马上到楼外去。\n"
                          "闻到燃气味或看到火：先离开，再拨打火警电话。"}));
}

// S-15
TEST_F(GroupedWordsTest, AThousandListTheFiveThatMatterMost) {
  auto storm = many(1'000, {Role::duty_a});
  Scene& worst = scenes.at(IncidentId("i900"));
  worst.severity = incident::Severity::critical;
  worst.kind = Kind::smoke;
  Scene& taken = scenes.at(IncidentId("i000"));
  taken.lead = Role::unit_head;
  storm.items[1].letter = Letter::ending;
  scenes.at(IncidentId("i001")).phase = incident::Phase::closed;
  const Text text = written(storm);
  EXPECT_EQ(text.title, "烟雾报警等1000处 5号楼1单元1001 02:55");
  EXPECT_TRUE(
      text.body.starts_with("共 1000 处：\n"
                            "1. 烟雾报警 5号楼1单元1001 02:55\n{{link:i900}}\n"
                            "2. 燃气报警 5号楼1单元101 02:40，单元长正在前往\n{{link:i000}}\n"
                            "3. 燃气报警 5号楼1单元103 02:40\n{{link:i002}}\n"
                            "4. 燃气报警 5号楼1单元104 02:40\n{{link:i003}}\n"
                            "5. 燃气报警 5号楼1单元105 02:40\n{{link:i004}}\n"
                            "还有 995 处，请打开页面查看。\n"));
}

TEST_F(GroupedWordsTest, WhenAllIsOverTheTitleSaysSo) {
  auto over = many(2, {Role::relative});
  for (auto& item : over.items) item.letter = Letter::ending;
  for (auto& [id, one] : scenes) {
    one.phase = incident::Phase::closed;
    one.cause = Cause::cooking;
  }
  const Text text = written(over);
  EXPECT_EQ(text.title, "燃气报警等2处（已结束）5号楼1单元101");
  EXPECT_TRUE(
      has(text, "1. 燃气报警 5号楼1单元101 02:40，已结束。原因：做饭引起。没有发现危险。\n"));
  EXPECT_FALSE(has(text, "请提醒"));
}

TEST_F(GroupedWordsTest, OneThatIsLeftIsWrittenAsOne) {
  auto what = many(2, {Role::relative});
  scenes.erase(IncidentId("i001"));
  EXPECT_EQ(written(what).title, "燃气报警 5号楼1单元101 02:40");
}

TEST(WithLinks, FillsEachPlaceholderAndDropsLinesWithoutALink) {
  const IncidentId first("i1");
  const auto links = [](const IncidentId& id) {
    return id.str() == "i2" ? "" : "http://127.0.0.1/p/" + id.str();
  };
  EXPECT_EQ(with_links("one\nsee {{link}}\n{{link:i2}}\n{{link:i3}}", first, links),
            "one\nsee http://127.0.0.1/p/i1\nhttp://127.0.0.1/p/i3");
  EXPECT_EQ(with_links("one\nsee {{link}}", first, [](const auto&) { return ""; }), "one");
  EXPECT_EQ(with_links("broken {{link", first, links), "");
  EXPECT_EQ(with_links("", first, links), "");
}

TEST(AudienceOf, EverybodyIsSpokenToInTheWordsOfTheirMostPressingRole) {
  EXPECT_EQ(audience_of({Role::resident, Role::unit_head, Role::duty_a}), Audience::resident);
  EXPECT_EQ(audience_of({Role::relative, Role::building_head}), Audience::responder);
  EXPECT_EQ(audience_of({Role::relative, Role::duty_b}), Audience::desk);
  EXPECT_EQ(audience_of({Role::neighbour}), Audience::responder);
  EXPECT_EQ(audience_of({Role::director}), Audience::desk);
  EXPECT_EQ(audience_of({Role::specialist, Role::relative}), Audience::specialist);
  EXPECT_EQ(audience_of({Role::relative}), Audience::relative);
  EXPECT_EQ(audience_of({}), Audience::desk);
}

}  // namespace
}  // namespace shouwang::notify
