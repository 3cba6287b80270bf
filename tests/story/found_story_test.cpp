// Found by the simulator (tests/sim), told here so that everybody can read them.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/story/town.h"

namespace shouwang::testing {
namespace {

// How often the person got this letter after `from`.
long count_of(Town& town, const std::string& person, Letter letter, Millis from) {
  const auto all = town.received_by(person);
  return std::ranges::count_if(all, [&](const Received& one) {
    return one.at > from &&
           std::ranges::any_of(one.items, [&](const auto& item) { return item.second == letter; });
  });
}

bool names(const store::JournalLine& line, const std::string& type, const std::string& person) {
  return line.entry.type == type && std::ranges::any_of(line.entry.facts, [&](const auto& fact) {
           return fact.first == "told" && fact.second.find(person) != std::string::npos;
         });
}

TEST(Found, ALoopWhoseDiskStaysFullDoesNotSpin) {
  Town town("2026-01-13 10:20", {.through_codec = false});
  town.at(10s).disk(Error::Code::disk_full);
  town.at(15s).alarms("GA-B01-U1-202");
  town.expect(15s).told("B01-U1-102/1");
  std::uint64_t turns = 0;
  town.at(100s).does([&](Town& t) { turns = t.gateway().counters().turns; });
  town.at(1100s).does([&](Town& t) { turns = t.gateway().counters().turns - turns; });
  town.at(1101s).disk({});
  town.run(1110s);
  EXPECT_LT(turns, 2'500U);  // A try to save each second, and what people are told.
  EXPECT_FALSE(town.gateway().store_trouble().has_value());
}

TEST(Found, WhomTheDoorLimitCallsForTheFirstTimeStandsInTheJournal) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(30s).presses("B01-U1-102/1", Action::going);
  town.expect(600s).told("V001");
  town.run(601s);
  const auto journal = town.journal();
  EXPECT_TRUE(std::ranges::any_of(
      journal, [](const auto& line) { return names(line, "door_overdue", "V001"); }));
}

TEST(Found, ARelativeWhoNeedsLongerAfterAllDoesNotStopTheWaves) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(10s).presses({.action = Action::going, .by = PersonId("R0004"), .minutes = 5});
  town.at(30s).presses({.action = Action::going, .by = PersonId("R0004"), .minutes = 25});
  town.expect(60s).told("OF03");
  town.run(61s);
  EXPECT_EQ(town.incident().phase, Phase::told);
  EXPECT_EQ(town.incident().lead, std::nullopt);
}

TEST(Found, AKeyOfALifeWhoseDiskFailedNamesNoOtherMessageInTheNext) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(50s).disk(Error::Code::io);
  town.expect(60s).told("OF03");
  town.at(70s).disk({});
  town.at(70s).dies(2s);
  town.expect(72s).told("OF03");
  town.run(80s);
  const auto messages = town.received_by("OF03");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_NE(messages[0].key, messages[1].key);
}

TEST(Found, AWaveIsOnDiskAsBeingSentInOneCommit) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  std::uint64_t saves = 0;
  town.at(59s).does([&](Town& t) { saves = t.gateway().counters().saves; });
  town.at(60s).does([&](Town& t) { saves = t.gateway().counters().saves - saves; });
  town.expect(60s).told("OF03");
  town.run(61s);
  EXPECT_EQ(saves, 1U);
}

TEST(Found, WhenASettledIncidentRingsAgainEveryWaveCallsItsPeopleAnew) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(160s).presses("B01-U1-102/1", Action::arrived);
  town.at(200s).presses(
      {.action = Action::cause, .by = PersonId("B01-U1-102/1"), .cause = Cause::cooking});
  town.at(210s).reads_normal("GA-B01-U1-202");
  town.at(600s).alarms("GA-B01-U1-202");
  town.expect(600s).tells("R0004", Letter::handed_back);
  town.expect(750s).tells("V001", Letter::again);
  town.run(760s);
  EXPECT_EQ(count_of(town, "V001", Letter::again, 599s), 1);
}

TEST(Found, ARepeatThatIsUnderWayWhenSomebodyGoesTriesNoOtherWay) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(50s).channel("voice", [](FakeChannel& voice) { voice.everybody().hangs(); });
  town.expect(60s).tells("R0004", Letter::again);
  town.at(65s).presses("B01-U1-102/1", Action::going);
  town.run(300s);
  EXPECT_EQ(count_of(town, "R0004", Letter::again, 65s), 0);
}

TEST(Found, OnceSomebodySaysWhatItWasNobodyIsToldThatNobodyIsGoing) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(50s).alarms("GA-B01-U1-303");  // Their "again" is held back for company.
  town.at(62s).presses(
      {.action = Action::cause, .by = PersonId("B01-U1-102/1"), .cause = Cause::cooking});
  town.run(120s);
  for (const Received& one : town.received_by("OF08")) {
    if (one.at <= 62s) continue;
    for (const auto& [id, letter] : one.items) {
      EXPECT_FALSE(id == town.incident(0).id && letter == Letter::again) << one;
    }
  }
}

TEST(Found, WhoeverAsksForHelpFromTheSpotDoesNotMakeItSayThatNobodyIsGoing) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(30s).presses("B01-U1-102/1", Action::arrived);
  town.at(40s).presses("B01-U1-102/1", Action::need_help);
  town.expect(40s).tells("OF08", Letter::help_needed);
  town.run(50s);
  EXPECT_EQ(count_of(town, "OF08", Letter::again, 0s), 0);
}

}  // namespace
}  // namespace shouwang::testing
