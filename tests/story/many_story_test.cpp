// S-15, S-27, R-31, R-51: many at once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/story/town.h"

namespace shouwang::testing {
namespace {

using ::testing::ElementsAre;

TEST(S15, TwoUnrelatedAlarmsDoNotMixTheirPeople) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B02-U1-301");
  town.at(30s).alarms("GA-B09-U2-302");
  town.run(40s);
  std::set<PersonId> first;
  std::set<PersonId> second;
  for (const auto& told : town.incident(0).told) first.insert(told.person);
  for (const auto& told : town.incident(1).told) second.insert(told.person);
  std::vector<PersonId> both;
  std::ranges::set_intersection(first, second, std::back_inserter(both));
  EXPECT_THAT(both, ElementsAre(PersonId("OF08")));  // Only the desk.
}

TEST(S15, TwentyFourAlarmsInTenSecondsGiveTheHeadOneFirstMessageAndOneSummaryPerFifteenSeconds) {
  Town town("2026-01-13 10:20");
  int i = 0;
  for (int floor = 1; floor <= 6; ++floor) {
    for (int door = 1; door <= 4; ++door, ++i) {
      town.at(i * 430ms).alarms("GA-B05-U1-" + std::to_string(floor) + "0" + std::to_string(door));
    }
  }
  // Everybody's first message about their own home goes out with its alarm.
  town.run(29s);
  EXPECT_EQ(town.incidents(), 24U);
  const auto head = town.received_by("B05-U1-103/1");
  ASSERT_EQ(head.size(), 2U);
  EXPECT_EQ(head[0].at, 0s);
  EXPECT_EQ(head[1].at, 15s);
  EXPECT_EQ(head[1].items.size(), 23U);
  const auto desk = town.received_by("OF08");
  EXPECT_EQ(desk.size(), 2U);
  std::map<PersonId, std::size_t> homes_of;
  for (std::size_t nth = 0; nth < 24; ++nth) {
    for (const auto& told : town.incident(nth).told) {
      if (told.roles.has(Role::relative)) ++homes_of[told.person];
    }
  }
  for (const auto& [relative, homes] : homes_of) {
    if (homes > 1) continue;
    const auto messages = town.received_by(relative.str());
    ASSERT_FALSE(messages.empty()) << relative;
    const auto& incident = town.book().files.at(messages[0].items[0].first).incident;
    EXPECT_EQ(messages[0].at, incident.raised_at - town.incident(0).raised_at) << relative;
  }
}

TEST(S15, SmokeAtAllFortyFiveUnitsIsTreatedAsReal) {
  Town town("2026-01-13 10:20");
  const int units[] = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5};
  for (int building = 1; building <= 11; ++building) {
    for (int unit = 1; unit <= units[building - 1]; ++unit) {
      const std::string number = (building < 10 ? "0" : "") + std::to_string(building);
      town.at(0s).alarms("SM-B" + number + "-U" + std::to_string(unit));
    }
  }
  town.run(10s);
  EXPECT_EQ(town.incidents(), 45U);
  // Every home has its first message within ten seconds, here at once.
  std::set<PersonId> told;
  for (std::size_t nth = 0; nth < 45; ++nth) {
    for (const auto& one : town.incident(nth).told) {
      if (one.roles.has(Role::resident)) told.insert(one.person);
    }
  }
  EXPECT_EQ(told.size(), 1080U);
  for (const PersonId& person : told) {
    EXPECT_FALSE(town.received_by(person.str()).empty()) << person;
  }
}

TEST(S27, OneDaughterWithTwoHomes) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U2-203");
  town.at(5s).alarms("GA-B01-U2-204");
  town.at(120s).closes("OF08", Cause::pot, 0);
  town.expect(0s).told("R0046").as(Role::relative);
  town.expect_between(0s, 15s - 1ms).not_told("R0046");
  town.expect(15s).tells("R0046", Letter::first);
  town.run(130s);
  EXPECT_FALSE(town.incident(0).is_open());
  EXPECT_TRUE(town.incident(1).is_open());
  EXPECT_TRUE(town.card("R0046", 1).has_value());
}

TEST(R51, AFirstMessageIsNotHeldUpByRemindersOnABusyChannel) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  // Ten minutes of loops and doors pile up; then another home.
  town.at(601s).alarms("GA-B09-U2-302");
  town.expect(601s).told("B09-U2-101/1").as(Role::unit_head);
  town.run(610s);
}

TEST(R51, AFirstMessageDoesNotWaitForCompanyOfWhatIsOver) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-202");
  town.at(60s).closes("OF08", Cause::pot, 0);
  town.at(62s).alarms("GA-B09-U2-302");
  town.expect(62s).told("OF08").as(Role::duty_a);
  town.run(63s);
}

}  // namespace
}  // namespace shouwang::testing
