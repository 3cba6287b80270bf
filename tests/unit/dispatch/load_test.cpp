// how much the desk has to bear, in the terms of ISA-18.2.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dispatch/load.h"
#include "watched_desk.h"

namespace shouwang::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A closed incident each `every` from `from` on.
void add_alarms(dispatch::Book& book, Millis from, int count, Millis every) {
  for (int i = 0; i < count; ++i) {
    const IncidentId id("i" + std::to_string(book.files.size()));
    dispatch::File& file = book.files[id];
    file.incident.id = id;
    file.incident.raised_at = at(from + i * every);
    file.incident.phase = incident::Phase::closed;
  }
}

TEST(AlarmLoad, CountsTheAlarmsOfTheLastTenMinutes) {
  dispatch::Book book = elm_book();
  add_alarms(book, 0s, 5, 60s);
  EXPECT_EQ(load_of(book, at(4min)).rate, 5U);
  EXPECT_EQ(load_of(book, at(10min)).rate, 4U);  // The first is ten minutes old now.
  EXPECT_EQ(load_of(book, at(10min)).changes_at, at(11min));
  EXPECT_EQ(load_of(book, at(15min)).rate, 0U);
}

TEST(AlarmLoad, AFloodBeginsWithTheTenthAndEndsBelowFive) {
  dispatch::Book book = elm_book();
  add_alarms(book, 0s, 9, 10s);
  EXPECT_EQ(load_of(book, at(90s)).flood_since, std::nullopt);
  add_alarms(book, 90s, 1, 10s);
  EXPECT_EQ(load_of(book, at(90s)).flood_since, at(90s));
  // 0 s .. 50 s have passed out of sight at 650 s: four are left.
  EXPECT_EQ(load_of(book, at(649s)).flood_since, at(90s));
  EXPECT_EQ(load_of(book, at(650s)).flood_since, std::nullopt);
}

TEST(AlarmLoad, ASecondFloodBeginsAnew) {
  dispatch::Book book = elm_book();
  add_alarms(book, 0s, 12, 1s);
  add_alarms(book, 1h, 12, 1s);
  EXPECT_EQ(load_of(book, at(1h + 5min)).flood_since, at(1h + 9s));
}

TEST(AlarmLoad, WhatIsOpenForADayIsStale) {
  WatchedDesk desk;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  const IncidentId id = desk.only();
  EXPECT_THAT(load_of(desk.book, at(24h - 1ms)).stale, IsEmpty());
  EXPECT_THAT(load_of(desk.book, at(24h)).stale, ElementsAre(id));
}

TEST(AlarmLoad, NamesTheTenWorstOfThoseThatCalledInVainOrFlap) {
  dispatch::Book book = elm_book();
  for (int i = 0; i < 12; ++i) {
    const DeviceId id("GA-" + std::to_string(i));
    dispatch::DeviceMemory& memory = book.devices[id];
    memory.device = id;
    memory.false_alarms.assign(static_cast<std::size_t>(i), at(0s));
  }
  book.matters["flapping:GA-0"] = {.id = "flapping:GA-0", .fault = "flapping", .subject = "GA-0"};
  const auto nuisances = load_of(book, at(1h)).nuisances;
  ASSERT_EQ(nuisances.size(), 10U);
  EXPECT_EQ(nuisances.front(),
            (dispatch::Nuisance{.device = DeviceId("GA-11"), .false_alarms = 11}));
  EXPECT_EQ(nuisances.back().false_alarms, 2U);
  book.devices.clear();
  book.devices[DeviceId("GA-0")].device = DeviceId("GA-0");
  EXPECT_THAT(load_of(book, at(1h)).nuisances,
              ElementsAre(dispatch::Nuisance{.device = DeviceId("GA-0"), .flaps = true}));
}

}  // namespace
}  // namespace shouwang::testing
