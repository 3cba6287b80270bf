// What a letter about things to mend says.

#include <gtest/gtest.h>

#include <algorithm>

#include "base/utf8.h"
#include "notify/words.h"
#include "tests/support/elm.h"
#include "tests/support/texts.h"

namespace shouwang::notify {
namespace {

using dispatch::Letter;
using household::Role;
using household::Roles;
using namespace std::chrono_literals;

class UpkeepWords : public ::testing::Test {
 protected:
  void matter(const std::string& fault, const std::string& subject, Millis age, int count = 1) {
    const std::string id = fault + ":" + subject;
    book.matters[id] = {.id = id,
                        .fault = fault,
                        .subject = subject,
                        .count = static_cast<std::uint32_t>(count),
                        .since = testing::at(-age)};
    ids.push_back(id);
  }

  Text written(Letter letter, Roles roles) const {
    dispatch::Parcel parcel{.created_at = testing::at(0s)};
    for (const std::string& id : ids) {
      parcel.items.push_back({.incident = IncidentId(id), .letter = letter, .roles = roles});
    }
    return Words(texts).write_technical(parcel, book, {.language = language, .zone = &zone},
                                        testing::at(0s));
  }

  Catalogue texts = testing::shipped_texts();
  dispatch::Book book = testing::elm_book();
  std::vector<std::string> ids;
  std::string language = "en";
  Zone zone;
};

TEST_F(UpkeepWords, ListWhatWaitsByPlaceAndSinceWhen) {
  matter("offline", "SM-U2", 5 * 24h + 3h);
  matter("low_battery", "GA-B1-U1-102", 1h);
  const Text text = written(Letter::upkeep, {Role::unit_head});
  EXPECT_EQ(text.title, "To mend: 2 at house 1 stair 1 102 …");
  EXPECT_EQ(text.body,
            "To mend: 2\n"
            "1. house 1 stair 1 102: low battery\n"
            "2. house 1 stair 2 : silent, for 5 d\n"
            "This is no alarm. Please see to it, or tell the duty office when it can be done.");
}

TEST_F(UpkeepWords, NameFiveAndCountTheRest) {
  for (const char* home : {"B1-U1-101", "B1-U1-102", "B1-U1-103", "B1-U2-101", "B1-U2-102",
                           "B1-U3-101", "B1-U3-102"}) {
    matter("offline", std::string("GA-") + home, 24h);
  }
  const Text text = written(Letter::upkeep, {Role::duty_a});
  EXPECT_NE(text.body.find("And 2 more: see the board."), std::string::npos);
  EXPECT_EQ(std::ranges::count(text.body, '\n'), 7);
}

TEST_F(UpkeepWords, AnOutageSaysWhereHowManyAndWhatToDo) {
  matter("outage", "B1", 0s, 25);
  EXPECT_EQ(written(Letter::outage, {Role::building_head}),
            (Text{.title = "house 1 : 25 devices silent",
                  .body = "house 1 : since 09:00 about 25 devices are silent, perhaps a power or "
                          "network cut. Until they are back they raise no alarm.\n"
                          "Please walk the stairs and look in on elders who live alone."}));
  EXPECT_NE(written(Letter::outage, {Role::duty_a}).body.find("find out why"), std::string::npos);
}

TEST_F(UpkeepWords, AreInTheReadersLanguageAndFitTheScreen) {
  language = "zh-CN";
  matter("false_alarms", "SM-U2", 40 * 24h);
  const Text text = written(Letter::upkeep, {Role::installer});
  EXPECT_TRUE(text.title.starts_with("待修1项")) << text.title;
  EXPECT_LE(count_characters(text.title), kTitleMax);
  EXPECT_NE(text.body.find("多次误报，请检查，已40天"), std::string::npos) << text.body;
}

TEST_F(UpkeepWords, GoOutWithoutACatalogue) {
  matter("offline", "SM-U2", 24h);
  texts = {};
  const Text text = written(Letter::upkeep, {Role::unit_head});
  EXPECT_EQ(text.title, "offline house 1 stair 2 ");
}

TEST_F(UpkeepWords, WhatIsMendedMeanwhileIsLeftOut) {
  matter("offline", "SM-U2", 24h);
  matter("offline", "SM-U1", 24h);
  book.matters.erase("offline:SM-U2");
  EXPECT_NE(written(Letter::upkeep, {Role::unit_head}).body.find("To mend: 1\n"),
            std::string::npos);
}

}  // namespace
}  // namespace shouwang::notify
