// Devices that fall silent and return.

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

TEST(Silence, OpensAMatterThatCountsFromWhenTheDeviceWasLastHeard) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.run_to(199s);
  EXPECT_THAT(desk.open_matters(), IsEmpty());
  desk.run_to(200s);  // 180 s of silence, and a moment to see whether others follow.
  ASSERT_THAT(desk.open_matters(), ElementsAre("offline:GA-B1-U2-102"));
  const Matter& matter = desk.book.matters.begin()->second;
  EXPECT_EQ(matter.since, at(0s));
  EXPECT_EQ(matter.opened_at, at(200s));
  EXPECT_EQ(desk.book.files.size(), 0U);
}

TEST(Silence, HealsWithTheNextBeatAndSaysHowLongTheGapWas) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.run_to(1h);
  desk.beats(504h, kGas);
  EXPECT_THAT(desk.open_matters(), IsEmpty());
  const auto& closed = desk.last.journal.back();
  EXPECT_EQ(closed.type, "matter_closed");
  EXPECT_EQ(closed.actor, "gateway");
  EXPECT_THAT(closed.facts, Contains(std::pair<std::string, std::string>("gap", "21d")));
  EXPECT_EQ(desk.last.matters.begin()->second.closed_by, "gateway");
}

TEST(Silence, ANormalReadingOrAnAlarmIsASignOfLifeLikeABeat) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.run_to(1h);
  desk.play(1h, says(kGas, Meaning::alarm));
  EXPECT_THAT(desk.open_matters(), IsEmpty());
  EXPECT_EQ(desk.open(), 1U);
}

TEST(Silence, AStateFromBeforeIsNoSignOfLife) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.run_to(1h);
  desk.play(1h, had_said(kGas, Meaning::normal));
  EXPECT_THAT(desk.open_matters(), ElementsAre("offline:GA-B1-U2-102"));
}

TEST(Silence, NeverClosesAnIncident) {
  WatchedDesk desk;
  desk.play(0s, says(kGas, Meaning::alarm));
  desk.run_to(1h);
  EXPECT_EQ(desk.open(), 1U);
  EXPECT_TRUE(desk.incident().any_source_alarming());
  EXPECT_THAT(desk.open_matters(), ElementsAre("offline:GA-B1-U2-102"));
}

TEST(Silence, ADeviceThatIsBackWithinAMomentIsNoMatter) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.beats(190s, kGas);
  desk.run_to(240s);
  EXPECT_THAT(desk.open_matters(), IsEmpty());
}

TEST(Silence, IsDoubtedWhenSomebodyOnlySaysThatItIsMended) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.run_to(1h);
  desk.play(1h, ItemDone{.item = "offline:GA-B1-U2-102", .by = PersonId("el1")});
  desk.run_to(1h + 179s);
  EXPECT_THAT(desk.open_matters(), IsEmpty());
  desk.run_to(1h + 180s);
  ASSERT_THAT(desk.open_matters(), ElementsAre("offline:GA-B1-U2-102"));
  EXPECT_EQ(desk.book.matters.begin()->second.since, at(0s));
}

// ---- many at once

TEST(Outage, OfABuildingIsOneMatterAndOneLetterEach) {
  WatchedDesk desk;
  desk.all_beat(0s);
  desk.run_to(199s);
  EXPECT_THAT(desk.sent(), IsEmpty());
  desk.run_to(200s);
  EXPECT_THAT(desk.open_matters(), ElementsAre("outage:elm"));
  EXPECT_EQ(desk.book.matters.at("outage:elm").count, 10U);
  EXPECT_THAT(desk.sent(), UnorderedElementsAre("of1 outage", "of2 outage",
                                                std::string(kBuildingHead) + " outage"));
  desk.run_to(12h);
  EXPECT_THAT(desk.sent(), IsEmpty());
}

TEST(Outage, OfOneStairIsTheStairs) {
  WatchedDesk desk;
  desk.all_beat(0s);
  const std::vector<std::string> others = {"GA-B1-U1-101", "GA-B1-U1-102", "GA-B1-U1-103", "SM-U1",
                                           "GA-B1-U3-101", "GA-B1-U3-102", "SM-U3"};
  desk.keep_beating(60s, 10min, others);
  // 3 of 10 are 30 percent: as it happens the whole court's limit.
  EXPECT_THAT(desk.open_matters(), ElementsAre("outage:elm"));

  WatchedDesk strict([](auto&, Rules& rules) { rules.upkeep.outage_percent = 40; });
  strict.all_beat(0s);
  strict.keep_beating(60s, 10min, others);
  EXPECT_THAT(strict.open_matters(), ElementsAre("outage:U2"));
}

TEST(Outage, TwoAreNotMany) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.beats(0s, "SM-U2");
  desk.run_to(10min);
  EXPECT_THAT(desk.open_matters(), ElementsAre("offline:GA-B1-U2-102", "offline:SM-U2"));
  EXPECT_THAT(desk.sent(), IsEmpty());
}

TEST(Outage, AnAlarmInItIsHandledLikeAnyOther) {
  WatchedDesk desk;
  desk.all_beat(0s);
  desk.run_to(300s);
  desk.sent();
  desk.play(300s, says(kGas, Meaning::alarm));
  EXPECT_EQ(desk.open(), 1U);
  EXPECT_THAT(desk.sent(), Contains("anna first"));
  EXPECT_TRUE(desk.book.matters.contains("outage:elm"));
}

TEST(Outage, ThoseWhoFollowJoinItWithoutALetter) {
  WatchedDesk desk;
  desk.all_beat(0s);
  desk.keep_beating(60s, 420s, {"SM-U3", "GA-B1-U3-101"});
  EXPECT_EQ(desk.book.matters.at("outage:elm").count, 8U);
  desk.sent();
  desk.run_to(1h);
  EXPECT_THAT(desk.sent(), IsEmpty());
  EXPECT_THAT(desk.open_matters(), ElementsAre("outage:elm"));
  EXPECT_EQ(desk.book.matters.at("outage:elm").count, 10U);
}

TEST(Outage, EndsWhenMostAreBackAndJudgesTheRestAnew) {
  WatchedDesk desk;
  desk.all_beat(0s);
  desk.run_to(1h);
  desk.sent();
  int back = 0;
  for (const auto& device : desk.book.registry->community().devices) {
    if (device.place.empty() || device.id == DeviceId(kGas)) continue;
    desk.beats(1h + back++ * 1s, device.id.str());
  }
  EXPECT_THAT(desk.open_matters(), IsEmpty());
  std::vector<std::string> others;
  for (const auto& device : desk.book.registry->community().devices) {
    if (!device.place.empty() && device.id != DeviceId(kGas)) others.push_back(device.id.str());
  }
  desk.keep_beating(1h + 60s, 1h + 240s, others);
  // It has the time that every device has, from the outage's end on.
  EXPECT_THAT(desk.open_matters(), ElementsAre("offline:GA-B1-U2-102"));
  EXPECT_EQ(desk.book.matters.begin()->second.since, at(0s));
  EXPECT_THAT(desk.sent(), IsEmpty());
}

// ---- bridges

WatchedDesk::Change with_bridge() {
  return [](household::Community& community, Rules& rules) {
    rules.watching["native"].bridge = "hub";
    community.devices.push_back(
        {.id = DeviceId("HUB"), .profile = "bridge", .address = "hub", .place = "U1"});
  };
}

TEST(Bridge, HidesTheSilenceOfThoseBehindItButNotTheirAlarms) {
  WatchedDesk desk(with_bridge());
  desk.all_beat(0s);
  desk.run_to(1h);
  EXPECT_THAT(desk.open_matters(), ElementsAre("offline:HUB"));
  desk.sent();
  desk.play(1h, says(kGas, Meaning::alarm));
  EXPECT_THAT(desk.sent(), Contains("anna first"));
}

TEST(Bridge, WhenItIsBackThoseBehindItHaveTheirFullTime) {
  WatchedDesk desk(with_bridge());
  desk.all_beat(0s);
  desk.run_to(1h);
  desk.beats(1h, "HUB");
  desk.keep_beating(1h, 1h + 120s, {"HUB"});
  EXPECT_THAT(desk.open_matters(), IsEmpty());
  desk.keep_beating(1h + 121s, 1h + 181s, {"HUB"});
  EXPECT_EQ(desk.open_matters().size(), 10U);
  EXPECT_THAT(desk.sent(), IsEmpty());
}

TEST(Bridge, SayingThatADeviceIsGoneIsASilence) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.play(1s, says(kGas, Meaning::offline));
  desk.run_to(21s);
  EXPECT_THAT(desk.open_matters(), ElementsAre("offline:GA-B1-U2-102"));
  desk.play(30s, says(kGas, Meaning::online));
  EXPECT_THAT(desk.open_matters(), IsEmpty());
}

TEST(Bridge, MaySayThatSeveralAreGoneThatWereNeverHeard) {
  WatchedDesk desk;
  for (const char* device : {"GA-B1-U2-101", "GA-B1-U2-102", "SM-U2"}) {
    desk.play(0s, says(device, Meaning::offline));
  }
  desk.run_to(1h);
  EXPECT_THAT(desk.open_matters(), ElementsAre("outage:elm"));
}

// ---- our own outage

TEST(OurOwnOutage, IsNobodysSilence) {
  WatchedDesk desk;
  desk.all_beat(0s);
  desk.play(60s, Listening{.to_devices = false});
  desk.play(2h, Listening{.to_devices = true});
  desk.run_to(2h + 179s);
  EXPECT_THAT(desk.open_matters(), IsEmpty());
  desk.all_beat(2h + 179s);
  desk.keep_beating(2h + 200s, 2h + 1000s, {kGas});
  EXPECT_THAT(desk.open_matters(), ElementsAre("outage:elm"));
}

TEST(OurOwnOutage, TakesBackWhatHadJustBegun) {
  WatchedDesk desk;
  desk.all_beat(0s);
  desk.run_to(185s);  // All are silent, and not judged yet: it is we who lost the broker.
  desk.play(185s, Listening{.to_devices = false});
  desk.play(1h, Listening{.to_devices = true});
  desk.all_beat(1h + 60s);
  desk.run_to(1h + 200s);
  EXPECT_THAT(desk.open_matters(), IsEmpty());
  EXPECT_THAT(desk.sent(), IsEmpty());
}

TEST(OurOwnOutage, ARestartGivesEveryDeviceItsFullTime) {
  WatchedDesk desk;
  desk.all_beat(0s);
  desk.beats(-0s, "GA-SPARE");
  const Memory memory = desk.on_disk();
  WatchedDesk again;
  again.start_again({}, 10h, memory);
  again.run_to(10h + 179s);
  EXPECT_THAT(again.open_matters(), IsEmpty());
  again.all_beat(10h + 179s);
  again.beats(10h + 179s, "GA-SPARE");
  again.run_to(10h + 300s);
  EXPECT_THAT(again.open_matters(), IsEmpty());
  EXPECT_THAT(again.sent(), IsEmpty());
}

TEST(OurOwnOutage, ARestartKeepsWhatWasSilentBefore) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.run_to(1h);
  WatchedDesk again;
  again.start_again({}, 2h, desk.on_disk());
  EXPECT_THAT(again.open_matters(), ElementsAre("offline:GA-B1-U2-102"));
  again.beats(3h, kGas);
  EXPECT_THAT(again.open_matters(), IsEmpty());
}

TEST(OurOwnOutage, AnAreaThatWasDarkBeforeARestartIsNotToldOfTwice) {
  WatchedDesk desk;
  desk.all_beat(0s);
  desk.run_to(1h);
  WatchedDesk again;
  again.start_again({}, 2h, desk.on_disk());
  again.run_to(3h);
  EXPECT_THAT(again.open_matters(), ElementsAre("outage:elm"));
  EXPECT_THAT(again.sent(), IsEmpty());
}

TEST(Reload, KeepsWhoIsSilentAndWhenTheyWereHeard) {
  WatchedDesk desk;
  desk.beats(0s, kGas);
  desk.run_to(1h);
  auto community = elm_community();
  community.devices.erase(community.devices.begin());  // The places in the list move.
  replace(desk.book, std::make_shared<household::Registry>(community, elm_records()),
          desk.book.rules);
  const auto index = desk.book.registry->device_index(DeviceId(kGas));
  EXPECT_TRUE(desk.book.supervision.is_silent(*index));
  EXPECT_EQ(desk.book.supervision.last_heard(*index), at(0s));
}

}  // namespace
}  // namespace shouwang::testing
