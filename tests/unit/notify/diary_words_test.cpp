// The office's diary: a day with everything in it equals its golden file.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "dispatch/diary.h"
#include "notify/words.h"
#include "tests/support/elm.h"
#include "tests/support/texts.h"

namespace shouwang::notify {
namespace {

using namespace std::chrono_literals;
using dispatch::Diary;

household::Place home(const char* id) {
  const auto registry = testing::elm_registry();
  return registry->place_named(id);
}

// Elm Court, 14 November 2023: the day that the tests of the core begin on.
Diary a_day(const dispatch::Book& book) {
  Diary diary{.day = dispatch::day_of(book.registry->community().zone, testing::at(0s))};
  diary.raised = {{.id = IncidentId("i1"),
                   .kind = device::Kind::gas,
                   .place = home("B1-U1-103"),
                   .raised_at = testing::at(0s),
                   .to_going = 40s,
                   .to_arrived = 250s,
                   .cause = incident::Cause::cooking},
                  {.id = IncidentId("i2"),
                   .kind = device::Kind::smoke,
                   .place = home("U2"),
                   .raised_at = testing::at(3h),
                   .is_open = true}};
  diary.left_open = {{.id = IncidentId("i0"),
                      .kind = device::Kind::gas,
                      .place = home("B1-U2-102"),
                      .raised_at = testing::at(-20h),
                      .is_open = true}};
  diary.false_alarms = 1;
  diary.unanswered = 1;
  diary.notes = {
      {.incident = IncidentId("i1"),
       .note = {.at = testing::at(10min), .by = PersonId("of1"), .text = "window\nopen"}}};
  diary.matters = {
      {.id = "low_battery:GA-B1-U1-101",
       .fault = "low_battery",
       .subject = "GA-B1-U1-101",
       .since = testing::at(-50h)},
      {.id = "chirping:SM-U3", .fault = "chirping", .subject = "SM-U3", .since = testing::at(1h)}};
  diary.silent = {{.device = DeviceId("SM-U1"), .last_heard = testing::at(-72h)}};
  diary.never_heard = 2;
  diary.not_in_service = {DeviceId("GA-B1-U1-102")};
  diary.nuisances = {{.device = DeviceId("GA-B1-U2-102"), .false_alarms = 4, .flaps = true}};
  return diary;
}

std::string golden(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(SHOUWANG_SOURCE_DIR "/tests/data/texts/" + name).rdbuf();
  return text.str();
}

class DiaryWords : public ::testing::Test {
 protected:
  std::string written(const Diary& diary, const std::string& language, bool whole) const {
    const Text text = Words(texts).write_diary(diary, book, {.language = language, .zone = &zone},
                                               testing::at(22h + 30min), whole);
    return text.title + "\n\n" + text.body + "\n";
  }

  // SHOUWANG_WRITE_GOLDEN=1 writes what is said now, to be read and committed.
  void compare(const std::string& said, const std::string& name) const {
    if (std::getenv("SHOUWANG_WRITE_GOLDEN") != nullptr) {
      std::ofstream(SHOUWANG_SOURCE_DIR "/tests/data/texts/" + name) << said;
    }
    EXPECT_EQ(said, golden(name));
  }

  Catalogue texts = testing::shipped_texts();
  dispatch::Book book = testing::elm_book();
  Zone zone;
};

TEST_F(DiaryWords, AFixtureDayEqualsItsGoldenFile) {
  book.files[IncidentId("i1")].incident.place = home("B1-U1-103");
  compare(written(a_day(book), "en", true), "diary.en.txt");
  compare(written(a_day(book), "zh-CN", true), "diary.zh-CN.txt");
}

TEST_F(DiaryWords, OnATelephoneItHoldsOnlyNumbers) {
  compare(written(a_day(book), "en", false), "diary-short.en.txt");
}

TEST_F(DiaryWords, AQuietDayIsOneSentence) {
  Diary quiet;
  quiet.day = dispatch::day_of(zone, testing::at(0s));
  EXPECT_EQ(written(quiet, "en", true),
            "Diary 2023-11-14: 0 alarms\n\nElm Court, 2023-11-14: no alarm.\n");
}

TEST_F(DiaryWords, ALongListEndsWithHowManyMoreThereAre) {
  Diary diary;
  diary.day = dispatch::day_of(zone, testing::at(0s));
  diary.not_in_service.assign(kDiaryListedMax + 7, DeviceId("GA-B1-U1-102"));
  EXPECT_NE(written(diary, "en", true).find("And 7 more."), std::string::npos);
}

}  // namespace
}  // namespace shouwang::notify
