// The coverage report, on the reference community.

#include "dispatch/coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/elm.h"
#include "tests/unit/dispatch/watched_desk.h"
#include "tools/reference/reference.h"

namespace shouwang::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// 2026-01-13 10:00 in the community: the rota runs for two years from new year on.
const Instant kNow = *parse_utc("2026-01-13T10:00:00+08:00");

Coverage changshan(const std::function<void(reference::Reference&)>& change = {}) {
  auto made = reference::build();
  if (change) change(made);
  Rules rules = elm_rules();
  rules.watching["native"] = {.pace = {.interval = 60s, .silent_after = 180s},
                              .live_test = device::LiveTest::test};
  const Book book(
      std::make_shared<household::Registry>(std::move(made.community), std::move(made.records)),
      std::make_shared<const Rules>(std::move(rules)), 1);
  return coverage_of(book, kNow);
}

TEST(Coverage, HasTheFiguresOfTheReferenceCommunity) {
  const Coverage found = changshan();
  EXPECT_EQ(found.households, 3100U);
  EXPECT_EQ(found.equipped, 1080U);
  EXPECT_NEAR(found.percent_equipped(), 34.8, 0.05);
  EXPECT_EQ(found.nobody_to_tell.size(), 54U);
  EXPECT_EQ(found.without_device.size(), 2020U);
  EXPECT_THAT(found.buildings_without_head, ElementsAre(AreaId("B11")));
  EXPECT_THAT(found.units_without_head, IsEmpty());
  EXPECT_THAT(found.units_without_sensor, IsEmpty());
  EXPECT_THAT(found.duty_gaps, IsEmpty());
  EXPECT_EQ(found.without_duty, 0ms);
  EXPECT_THAT(found.without_channel, IsEmpty());
  EXPECT_EQ(found.never_heard.size(), 1125U);
}

TEST(Coverage, MissesAUnitHeadWhoLeaves) {
  const Coverage found = changshan([](reference::Reference& made) {
    std::erase_if(made.records.holdings, [](const household::Holding& holding) {
      return holding.post == PostId("UH-B05-U4");
    });
  });
  EXPECT_THAT(found.units_without_head, ElementsAre(AreaId("B05-U4")));
  EXPECT_THAT(found.empty_seats, ElementsAre(PostId("UH-B05-U4")));
}

TEST(Coverage, MissesASensorAPhoneAndAShift) {
  const Coverage found = changshan([](reference::Reference& made) {
    std::erase_if(made.community.devices,
                  [](const device::Device& device) { return device.id == DeviceId("SM-B05-U4"); });
    for (household::Person& person : made.records.persons) {
      if (person.id == PersonId("OF03")) person.addresses.clear();
    }
    auto& shifts = made.records.shifts;
    std::erase_if(shifts, [](const household::Shift& shift) {
      return shift.from > kNow && shift.from <= kNow + 8h;
    });
  });
  EXPECT_THAT(found.units_without_sensor, ElementsAre(AreaId("B05-U4")));
  EXPECT_THAT(found.without_channel, ElementsAre(PersonId("OF03")));
  ASSERT_EQ(found.duty_gaps.size(), 1U);
  EXPECT_EQ(found.without_duty, 8h);
}

TEST(Coverage, MissesTheRestOfAWeekWhoseRotaEnds) {
  const auto cut = [](Millis ahead) {
    return changshan([ahead](reference::Reference& made) {
      std::erase_if(made.records.shifts,
                    [&](const household::Shift& shift) { return shift.until > kNow + ahead; });
    });
  };
  EXPECT_EQ(cut(8 * 24h).without_duty, 0ms);
  // The shift that runs at 10:00 ends at 16:00.
  EXPECT_EQ(cut(6h).without_duty, 7 * 24h - 6h);
  EXPECT_EQ(cut(-24h * 365).without_duty, 7 * 24h);
}

TEST(Coverage, TellsSilentFromNotProtectedFromNotInService) {
  WatchedDesk desk;
  desk.beats(0s, "GA-B1-U2-102");
  desk.run_to(20 * 24h);
  desk.beats(20 * 24h, "SM-U2");
  desk.play(20 * 24h, says("SM-U2", Meaning::test));
  desk.beats(20 * 24h, "SM-U1");
  desk.run_to(21 * 24h);
  desk.beats(21 * 24h, "SM-U1");
  const Coverage found = coverage_of(desk.book, at(21 * 24h));
  EXPECT_THAT(found.not_protected,
              ElementsAre(Unprotected{.device = DeviceId("GA-B1-U2-102"), .last_heard = at(0s)}));
  EXPECT_THAT(found.silent,
              ElementsAre(Unprotected{.device = DeviceId("SM-U2"), .last_heard = at(20 * 24h)}));
  EXPECT_THAT(found.not_in_service, ElementsAre(DeviceId("GA-B1-U2-102"), DeviceId("SM-U1")));
  EXPECT_EQ(found.never_heard.size(), 8U);
  EXPECT_THAT(found.unplaced, ElementsAre(DeviceId("GA-SPARE")));
}

TEST(Coverage, NamesTheTenWorstNuisances) {
  WatchedDesk desk;
  const auto cries = [&](const std::string& device, std::size_t times, Millis ago) {
    DeviceMemory& memory = desk.book.devices[DeviceId(device)];
    memory.device = DeviceId(device);
    memory.false_alarms.assign(times, at(-ago));
  };
  for (int i = 10; i < 22; ++i) cries("X" + std::to_string(i), 2, 24h);
  cries("SM-U1", 5, 24h);
  cries("SM-U2", 9, 31 * 24h);
  const auto nuisances = coverage_of(desk.book, at(0s)).nuisances;
  ASSERT_EQ(nuisances.size(), 10U);
  EXPECT_EQ(nuisances[0], (Nuisance{.device = DeviceId("SM-U1"), .false_alarms = 5}));
  EXPECT_EQ(nuisances[9], (Nuisance{.device = DeviceId("X18"), .false_alarms = 2}));
}

}  // namespace
}  // namespace shouwang::testing
