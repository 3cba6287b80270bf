#include "web/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/page_texts.h"
#include "web/embedded.h"

namespace shouwang::web {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

Catalogue catalogue() {
  Catalogue all;
  all.languages["zh-CN"] = {
      {"page.a", "甲"},          {"page.hello", "你好{{#who}}，{{who}}{{/who}}"},
      {"page.many", "一\n二\n"}, {"page.day_clock", "{{month}}月{{day}}日 {{time}}"},
      {"page.list_comma", "、"}, {"role.unit_head", "单元长"}};
  all.languages["en"] = {{"page.a", "A"}};
  return all;
}

TEST(Words, AGapInALanguageIsFilledFromTheFallback) {
  const Catalogue texts = catalogue();
  const Words words(texts, "en", nullptr);
  EXPECT_EQ(words("page.a"), "A");
  EXPECT_EQ(words("page.list_comma"), "、");
  EXPECT_EQ(words("page.unheard_of"), "page.unheard_of");
}

TEST(Words, FieldsAreFilledInAsTheyAre) {
  const Catalogue texts = catalogue();
  const Words words(texts, "zh-CN", nullptr);
  EXPECT_EQ(words("page.hello", {{"who", "<b>&\"{{x}}"}}), "你好，<b>&\"{{x}}");
  EXPECT_EQ(words("page.hello"), "你好");
}

TEST(Words, ATextOfSeveralLinesGivesEachOfThem) {
  const Catalogue texts = catalogue();
  EXPECT_THAT(Words(texts, "zh-CN", nullptr).lines("page.many"), ElementsAre("一", "二"));
}

TEST(Words, ACommunityMayCallItsPostsOtherwise) {
  const Catalogue texts = catalogue();
  CommunityView community{.role_labels = {{household::Role::unit_head, "楼道长"}}};
  EXPECT_EQ(Words(texts, "zh-CN", &community).role(household::Role::unit_head), "楼道长");
  EXPECT_EQ(Words(texts, "zh-CN", nullptr).role(household::Role::unit_head), "单元长");
}

TEST(Words, AClockIsLocalAndNamesTheDayWhenItIsAnother) {
  const Catalogue texts = catalogue();
  CommunityView community{.zone = {.first_offset = 8h}};
  const Words words(texts, "zh-CN", &community);
  const Instant alarm = *parse_utc("2026-01-15T18:40:00Z");
  EXPECT_EQ(words.clock(alarm, alarm + 1h), "02:40");
  EXPECT_EQ(words.clock(alarm, alarm + 24h), "1月16日 02:40");
}

TEST(Words, TheZoneIsGivenInMinutesOnEitherSideOfMidnight) {
  const Catalogue texts = catalogue();
  CommunityView east{.zone = {.first_offset = 8h}};
  CommunityView west{.zone = {.first_offset = -5h}};
  const Instant evening = *parse_utc("2026-12-31T23:30:00Z");
  EXPECT_EQ(Words(texts, "en", &east).zone_minutes(evening), 480);
  EXPECT_EQ(Words(texts, "en", &west).zone_minutes(*parse_utc("2026-01-01T01:00:00Z")), -300);
}

TEST(Words, ARunningClockShowsHoursOnlyWhenThereAreAny) {
  EXPECT_EQ(running(0s), "0:00");
  EXPECT_EQ(running(192s), "3:12");
  EXPECT_EQ(running(3729s), "1:02:09");
  EXPECT_EQ(running(-12s), "-0:12");
}

TEST(Words, TheLanguageIsTheOneChosenOrTheBrowsersOrTheCommunitys) {
  const Catalogue texts = catalogue();
  EXPECT_EQ(chosen_language(texts, "en", "zh", "zh-CN"), "en");
  EXPECT_EQ(chosen_language(texts, "xx", "fr, en-GB;q=0.8", "zh-CN"), "en");
  EXPECT_EQ(chosen_language(texts, "", "zh-TW,zh;q=0.9", "en"), "zh-CN");
  EXPECT_EQ(chosen_language(texts, "", "fr", "zh-CN"), "zh-CN");
}

// Every word a template or a script names is in both languages, and none is there for nothing.
TEST(Words, EveryWordThatATemplateNamesIsThereInEachLanguage) {
  const Catalogue texts = testing::page_texts();
  std::set<std::string> missing;
  for (const Embedded& file : embedded_files()) {
    std::string_view text = file.text;
    const bool is_walk = file.name.find("walk") != std::string_view::npos;
    const std::string own = is_walk ? "walk." : "board.";
    for (auto at = text.find("words."); at != std::string_view::npos; at = text.find("words.")) {
      text.remove_prefix(at + 6);
      const std::string name(text.substr(0, text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_")));
      for (const auto& [language, all] : texts.languages) {
        if (file.name.ends_with(".mustache") && !all.contains("page." + name) &&
            !all.contains(own + name)) {
          missing.insert(language + " " + name);
        }
      }
    }
  }
  EXPECT_THAT(missing, IsEmpty());
}

template <class Enum, class Name>
void add_missing(const Catalogue::Texts& texts, const std::string& group, int count, Name name,
                 std::set<std::string>& missing) {
  for (int i = 0; i < count; ++i) {
    const std::string key = group + "." + std::string(name(static_cast<Enum>(i)));
    if (!texts.contains(key)) missing.insert(key);
  }
}

TEST(Words, EveryRoleKindCauseButtonAndRefusalHasAWordInEachLanguage) {
  std::set<std::string> missing;
  for (const auto& [language, texts] : testing::page_texts().languages) {
    const auto named = [](auto value) { return name_of(value); };
    add_missing<household::Role>(texts, "role", household::kRoleCount, named, missing);
    add_missing<device::Kind>(texts, "kind", 8, named, missing);
    add_missing<incident::Cause>(texts, "cause", 9, named, missing);
    add_missing<incident::Phase>(texts, "phase", 6, named, missing);
    add_missing<incident::Reach>(texts, "reach", 7, named, missing);
    add_missing<incident::Severity>(texts, "page.severity", 2, named, missing);
    add_missing<incident::Tick>(texts, "page.tick", 3, named, missing);
    add_missing<incident::Action>(texts, "button", incident::kActionCount, named, missing);
    add_missing<incident::Refusal>(texts, "refusal", 16, named, missing);
    add_missing<household::DatedFact::Kind>(texts, "page.dated", 5, named, missing);
  }
  EXPECT_THAT(missing, IsEmpty());
}

TEST(Words, BothLanguagesHaveTheSameTexts) {
  const Catalogue texts = testing::page_texts();
  std::set<std::string> chinese;
  std::set<std::string> english;
  for (const auto& [key, text] : texts.languages.at("zh-CN")) chinese.insert(key);
  for (const auto& [key, text] : texts.languages.at("en")) english.insert(key);
  EXPECT_EQ(chinese, english);
}

}  // namespace
}  // namespace shouwang::web
