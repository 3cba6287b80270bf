// The slow ladder: who is written to of what has to be mended, and when.

#include "dispatch/upkeep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dispatch/watched_desk.h"

namespace shouwang::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr const char* kGas = "GA-B1-U2-102";
const std::string kHead2Letter = std::string(kHead2) + " upkeep";
const std::string kBuildingLetter = std::string(kBuildingHead) + " upkeep";

// The court's clock shows 09:00 at 0s; letters leave from 08:00 to 20:00, all are reminded at
// 10:00.

TEST(Upkeep, ClimbsItsRungsAtTheirTimes) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.run_to(24h - 1s);
  EXPECT_THAT(desk.sent(), IsEmpty());
  desk.run_to(24h);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre(kHead2Letter, "el1 upkeep"));
  desk.run_to(48h);
  EXPECT_THAT(desk.sent(), IsEmpty());  // The round at 10:00 was within the same day.
  desk.run_to(49h);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre(kHead2Letter, "el1 upkeep"));
  desk.run_to(72h - 1s);
  EXPECT_THAT(desk.sent(), IsEmpty());
  desk.run_to(72h);
  EXPECT_THAT(desk.sent(), ElementsAre(kBuildingLetter));
  desk.run_to(168h - 1s);
  desk.sent();
  desk.run_to(168h);
  EXPECT_THAT(desk.sent(), ElementsAre("of1 upkeep"));
}

TEST(Upkeep, WritesToAPersonOnceADayAtMostForThreeWeeks) {
  WatchedDesk desk;
  const std::vector<std::string> devices = {kGas, "SM-U2", "GA-B1-U1-103"};
  for (std::size_t i = 0; i < devices.size(); ++i) desk.beats(i * 5h, devices[i]);
  std::map<std::string, int> days;
  for (int day = 0; day < 21; ++day) {
    std::map<std::string, int> today;
    desk.run_to(day * 24h + 15h - 1s);  // Until midnight.
    for (const std::string& line : desk.sent()) ++today[line.substr(0, line.find(' '))];
    for (const auto& [person, letters] : today) {
      EXPECT_EQ(letters, 1) << person << " on day " << day;
      ++days[person];
    }
  }
  EXPECT_EQ(days[kHead2], 20);
  EXPECT_EQ(days["of1"], 14);
}

TEST(Upkeep, GroupsAllThatWaitsForAPersonIntoOneLetter) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.beats(0s, "GA-B1-U2-101");
  desk.run_to(24h);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre(kHead2Letter + " upkeep", "el1 upkeep upkeep"));
}

TEST(Upkeep, NeverLeavesAtNight) {
  WatchedDesk desk;
  desk.beats(13h, kGas);  // 22:00
  desk.run_to(47h - 1s);  // 08:00 of the day after the next.
  EXPECT_THAT(desk.sent(), IsEmpty());
  desk.run_to(47h);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre(kHead2Letter, "el1 upkeep"));
}

TEST(Upkeep, WhatADeviceSaysOfItselfIsTheFirstRungsAtOnceByDay) {
  WatchedDesk desk;
  desk.play(1h, says(kGas, Meaning::low_battery));
  desk.run_to(1h);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre(kHead2Letter, "el1 upkeep"));
  WatchedDesk by_night;
  by_night.play(14h, says(kGas, Meaning::low_battery));
  EXPECT_THAT(by_night.sent(), IsEmpty());
  by_night.run_to(23h);
  EXPECT_THAT(by_night.sent(), UnorderedElementsAre(kHead2Letter, "el1 upkeep"));
}

TEST(Upkeep, NeverWritesToRelativesOrResidents) {
  WatchedDesk desk;
  desk.beats(0s, "GA-B1-U1-103");
  desk.play(0s, says("GA-B1-U1-103", Meaning::tamper));
  desk.run_to(30 * 24h);
  for (const std::string& line : desk.sent()) {
    EXPECT_EQ(line.find("anna"), std::string::npos);
    EXPECT_EQ(line.find("boris"), std::string::npos);
    EXPECT_EQ(line.find("B1-U1-103/1"), std::string::npos);
  }
}

TEST(Upkeep, AWaiverWithAReasonRestsTheMatterUntilItsDay) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.run_to(24h);
  desk.sent();
  const std::string id = "offline:GA-B1-U2-102";
  const auto waive = [&](Millis until, const char* why) {
    return desk.play(24h,
                     ItemWaived{.item = id, .by = PersonId("el1"), .until = at(until), .why = why});
  };
  EXPECT_EQ(waive(96h, "").refusal, incident::Refusal::text_missing);
  EXPECT_EQ(waive(23h, "too late").refusal, incident::Refusal::bad_period);
  EXPECT_EQ(waive(24h * 500, "for ever").refusal, incident::Refusal::bad_period);
  EXPECT_EQ(waive(96h, "spare part is ordered").refusal, std::nullopt);
  desk.run_to(96h - 1s);
  EXPECT_THAT(desk.sent(), IsEmpty());
  EXPECT_EQ(desk.book.matters.at(id).waived_why, "spare part is ordered");
  desk.run_to(97h);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre(kHead2Letter, "el1 upkeep", kBuildingLetter));
}

TEST(Upkeep, RestsWhileTheBridgeInFrontIsWhatIsBroken) {
  WatchedDesk desk([](household::Community& community, Rules& rules) {
    rules.watching["native"].bridge = "hub";
    community.devices.push_back(
        {.id = DeviceId("HUB"), .profile = "bridge", .address = "hub", .place = "U3"});
  });
  desk.beats(0s, kGas);
  desk.keep_beating(0s, 10min, {"HUB"});
  desk.run_to(10min + 600s);
  EXPECT_THAT(desk.open_matters(), ElementsAre("offline:GA-B1-U2-102", "offline:HUB"));
  desk.run_to(30h);
  // Only the bridge, in stair 3, is told of.
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("B1-U3-101/1 upkeep", "el1 upkeep"));
}

TEST(Upkeep, AnEmptySeatIsTheOfficesToStandInFor) {
  WatchedDesk desk([](household::Community& community, Rules&) {
    std::erase_if(community.posts, [](const household::Post& post) {
      return post.role == household::Role::unit_head || post.role == household::Role::installer;
    });
  });
  desk.beats(0s, kGas);
  desk.run_to(24h);
  EXPECT_THAT(desk.sent(), ElementsAre("of1 upkeep"));
}

TEST(Upkeep, APhoneThatCanNotBeReachedIsTheOfficesAlone) {
  WatchedDesk desk;
  desk.book.matters["dead_contact:anna"] = {.id = "dead_contact:anna",
                                            .fault = "dead_contact",
                                            .subject = "anna",
                                            .opened_at = at(0s),
                                            .last_at = at(0s),
                                            .since = at(0s)};
  WatchedDesk again;
  again.start_again({}, 0s, desk.on_disk());
  again.run_to(1h);
  EXPECT_THAT(again.sent(), ElementsAre("of1 upkeep"));
}

TEST(Upkeep, ARestartWritesNobodyASecondLetterOnOneDay) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.run_to(24h);
  EXPECT_EQ(desk.sent().size(), 2U);
  WatchedDesk again;
  again.start_again({}, 24h + 30min, desk.on_disk());
  again.run_to(39h - 1s);
  EXPECT_THAT(again.sent(), IsEmpty());
  again.run_to(49h);
  EXPECT_THAT(again.sent(), UnorderedElementsAre(kHead2Letter, "el1 upkeep"));
}

TEST(Upkeep, ARoundThatFellDueWhileWeWereDownIsMadeUpFor) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.run_to(24h);
  desk.sent();
  WatchedDesk again;
  again.start_again({}, 52h, desk.on_disk());  // 13:00, three hours after the round.
  again.run_to(52h);
  EXPECT_THAT(again.sent(), UnorderedElementsAre(kHead2Letter, "el1 upkeep"));
}

TEST(Upkeep, ALetterThatHasNotLeftIsTakenBackWhenTheDeviceReturns) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.run_to(23h);
  handle(desk.book, Tick{}, at(24h));
  EXPECT_EQ(desk.book.outbox.size(), 2U);
  note_beat(desk.book, *desk.book.registry->device_index(DeviceId(kGas)), "", at(24h + 1s));
  handle(desk.book, Returned{.device = DeviceId(kGas)}, at(24h + 1s));
  for (const ParcelKey& key : desk.book.outbox.concerning(IncidentId("offline:GA-B1-U2-102"))) {
    ADD_FAILURE() << key;
  }
}

TEST(Upkeep, DeliveriesOfLettersAreNoIncidents) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.run_to(24h - 1s);
  handle(desk.book, Tick{}, at(24h));
  const auto keys = desk.book.outbox.concerning(IncidentId("offline:GA-B1-U2-102"));
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(desk.book.outbox.find(keys[0])->urgency, Urgency::technical);
  const Effects effects = handle(
      desk.book, Delivered{.key = keys[0], .attempt = 0, .receipt = {.kind = Receipt::Kind::retry}},
      at(24h));
  ASSERT_EQ(effects.journal.size(), 1U);
  EXPECT_TRUE(effects.journal[0].incident.empty());
}

// ---- sensors that call in vain

TEST(FalseAlarms, ThreeWithinAMonthOpenACheckOfTheSensor) {
  WatchedDesk desk;
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(desk.book.matters.contains("false_alarms:GA-B1-U2-102"));
    const Millis day = i * 48h;
    desk.play(day, says(kGas, Meaning::alarm));
    desk.play(day + 1s, says(kGas, Meaning::normal));
    const IncidentId id = desk.last.journal.empty() ? desk.only() : desk.book.files.rbegin()->first;
    desk.close_it(day + 60s, incident::Cause::steam_dust, id);
  }
  EXPECT_TRUE(desk.book.matters.contains("false_alarms:GA-B1-U2-102"));
  EXPECT_EQ(desk.book.devices.at(DeviceId(kGas)).false_alarms.size(), 3U);
}

TEST(FalseAlarms, ARealLeakOrATestIsNone) {
  WatchedDesk desk;
  int day = 0;
  for (const auto cause : {incident::Cause::real_leak, incident::Cause::test,
                           incident::Cause::drill, incident::Cause::real_fire}) {
    desk.play(day * 48h, says(kGas, Meaning::alarm));
    desk.play(day * 48h + 1s, says(kGas, Meaning::normal));
    desk.close_it(day * 48h + 60s, cause, desk.book.files.rbegin()->first);
    ++day;
  }
  EXPECT_THAT(desk.book.devices.at(DeviceId(kGas)).false_alarms, IsEmpty());
}

TEST(Flapping, IsOneIncidentWithACounter) {
  WatchedDesk desk;
  desk.play(0s, says(kGas, Meaning::alarm));
  desk.sent();
  for (int i = 1; i <= 5; ++i) {
    desk.play(i * 10s, says(kGas, i % 2 == 0 ? Meaning::alarm : Meaning::normal));
  }
  EXPECT_EQ(desk.book.files.size(), 1U);
  EXPECT_EQ(desk.incident().sources.at(0).count, 3U);
  int to_anna = 0;
  for (const std::string& line : desk.sent()) to_anna += line.starts_with("anna") ? 1 : 0;
  EXPECT_LE(to_anna, 1);
}

// ---- in service

TEST(InService, OnlyOnceItsWayToUsWasSeenToWork) {
  WatchedDesk desk;
  const auto index = *desk.book.registry->device_index(DeviceId(kGas));
  desk.beats(0s, kGas);
  EXPECT_FALSE(is_in_service(desk.book, index));
  desk.play(1s, had_said(kGas, Meaning::test));
  EXPECT_FALSE(is_in_service(desk.book, index));
  desk.play(2s, says(kGas, Meaning::test));
  EXPECT_TRUE(is_in_service(desk.book, index));
  EXPECT_EQ(desk.book.devices.at(DeviceId(kGas)).proven_at, at(2s));
}

TEST(InService, AProfileThatAsksForAnAlarmTakesNoTestForIt) {
  WatchedDesk desk(
      [](auto&, Rules& rules) { rules.watching["native"].live_test = device::LiveTest::alarm; });
  const auto index = *desk.book.registry->device_index(DeviceId(kGas));
  desk.play(1s, says(kGas, Meaning::test));
  EXPECT_FALSE(is_in_service(desk.book, index));
  desk.play(2s, says(kGas, Meaning::alarm));
  EXPECT_TRUE(is_in_service(desk.book, index));
}

TEST(UpkeepRules, AreChecked) {
  EXPECT_THAT(check(usual_upkeep()), IsEmpty());
  Upkeep upkeep = usual_upkeep();
  upkeep.rungs[1].after = upkeep.rungs[0].after;
  upkeep.rungs[2].tell = {};
  upkeep.remind_at = 7 * 60;
  EXPECT_EQ(check(upkeep).size(), 3U);
}

}  // namespace
}  // namespace shouwang::testing
