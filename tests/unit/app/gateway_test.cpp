#include "app/gateway.h"

#include <gmock/gmock.h>

#include "tests/unit/app/house.h"

namespace shouwang::app {
namespace {

using device::Meaning;
using dispatch::Answered;
using incident::Action;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using namespace std::chrono_literals;
using shouwang::testing::at;
using shouwang::testing::kElm;
using shouwang::testing::says;

class GatewayTest : public shouwang::testing::House {
 protected:
  IncidentId only_incident() const {
    EXPECT_EQ(book().files.size(), 1U);
    return book().files.empty() ? IncidentId() : book().files.begin()->first;
  }

  // Behind those of the elm; returns the index of the first.
  std::size_t add_devices(int count) {
    household::Community community = shouwang::testing::elm_community();
    const std::size_t before = community.devices.size();
    for (int i = 0; i < count; ++i) {
      const std::string id = "GA-" + std::to_string(1000 + i);
      community.devices.push_back({.id = DeviceId(id), .profile = "native", .address = id});
    }
    registry = std::make_shared<household::Registry>(std::move(community),
                                                     shouwang::testing::elm_records());
    start();
    return before;
  }
};

TEST_F(GatewayTest, AnAlarmIsOnDiskBeforeAnybodyIsCalled) {
  std::size_t called_before_the_save = 0;
  store.set_fate([&](std::uint64_t, std::string_view) -> std::optional<Error> {
    if (memory.recall(kElm, at(0s)).value().files.empty()) called_before_the_save = tries().size();
    return std::nullopt;
  });
  EXPECT_EQ(hear(says("GA-B1-U2-102", Meaning::alarm)), true);
  EXPECT_EQ(called_before_the_save, 0U);
  EXPECT_EQ(on_disk().files.size(), 1U);
  EXPECT_THAT(tries(), Contains("anna push"));
  EXPECT_EQ(shown.count(only_incident()), 1U);
}

TEST_F(GatewayTest, SignalsThatComeTogetherShareOneCommit) {
  const auto saves = gateway->counters().saves;
  for (const char* device : {"GA-B1-U1-101", "GA-B1-U2-102", "SM-U3"}) {
    gateway->submit({.community = kElm, .event = says(device, Meaning::alarm)});
  }
  pass(0s);
  EXPECT_EQ(gateway->counters().saves, saves + 1);
  EXPECT_EQ(gateway->counters().alarms, 3U);
}

TEST_F(GatewayTest, WhileTheDiskIsFullPhonesRingAllTheSameAndTheBrokerKeepsTheAlarm) {
  disk(Error::Code::disk_full);
  EXPECT_EQ(hear(says("GA-B1-U2-102", Meaning::alarm)), false);
  EXPECT_THAT(tries(), Contains("anna push"));
  EXPECT_THAT(tries(), Contains("of1 push"));
  ASSERT_TRUE(gateway->store_trouble().has_value());
  EXPECT_EQ(gateway->store_trouble()->since, at(0s));
  EXPECT_EQ(gateway->store_trouble()->what, "the disk is full");
  EXPECT_EQ(health_changes, 1);
  EXPECT_TRUE(on_disk().files.empty());
  EXPECT_THAT(journal, Not(Contains("raised"))) << "only what is on disk is reported as such";
}

TEST_F(GatewayTest, WhileTheDiskIsFullTheLadderGoesOn) {
  disk(Error::Code::disk_full);
  hear(says("GA-B1-U2-102", Meaning::alarm));
  pass(61s);
  EXPECT_THAT(tries(), Contains("of2 push")) << "wave 1";
}

TEST_F(GatewayTest, WhatWasKeptInMemoryIsSavedOnceWhenTheDiskHasRoomAgain) {
  disk(Error::Code::disk_full);
  hear(says("GA-B1-U2-102", Meaning::alarm));
  pass(10s);
  disk(std::nullopt);
  pass(2s);
  EXPECT_FALSE(gateway->store_trouble().has_value());
  EXPECT_EQ(health_changes, 2);
  EXPECT_EQ(on_disk().files.size(), 1U);
  EXPECT_EQ(on_disk().files.front(), book().files.at(only_incident()));
  EXPECT_EQ(std::ranges::count(journal, "raised"), 1);
  // The broker delivers the alarm again: it joins, it is stored, nobody is called anew.
  const auto before = tries();
  EXPECT_EQ(hear(says("GA-B1-U2-102", Meaning::alarm)), true);
  EXPECT_EQ(tries(), before);
  EXPECT_EQ(book().files.size(), 1U);
}

// A home with a valve and a rule that closes it.
class GatewayWithValve : public GatewayTest {
 protected:
  GatewayWithValve() {
    household::Community community = shouwang::testing::elm_community();
    community.devices.push_back(
        {.id = DeviceId("VA-102"), .profile = "valve", .address = "VA-102", .place = "B1-U2-102"});
    dispatch::Rules changed = shouwang::testing::elm_rules();
    changed.commands["valve"] = {{.topic = "v/{device}/set", .payload = "shut"}};
    changed.spot = {{.kinds = {device::Kind::gas}}};
    registry = std::make_shared<household::Registry>(std::move(community),
                                                     shouwang::testing::elm_records());
    rules = std::make_shared<const dispatch::Rules>(std::move(changed));
    start();
  }
};

TEST_F(GatewayWithValve, ADeviceIsToldOnceTheIncidentIsOnDiskAndPeopleAreBeingCalled) {
  hear(says("GA-B1-U2-102", Meaning::alarm));
  const std::size_t first_wave = tries().size();
  EXPECT_GT(first_wave, 0U);
  EXPECT_THAT(commands, ElementsAre("v/VA-102/set after " + std::to_string(first_wave) +
                                    " tries, 1 on disk"));
  EXPECT_EQ(gateway->counters().commands, 1U);
}

TEST_F(GatewayWithValve, WhileTheDiskIsFullTheValveIsClosedAllTheSame) {
  disk(Error::Code::disk_full);
  hear(says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_EQ(commands.size(), 1U);
  pass(1min);
  EXPECT_EQ(commands.size(), 3U);  // Three tries, and no more.
}

TEST_F(GatewayWithValve, ARestartTellsItAgainAtOnceAndSoAfterEachUntilTheTriesAreUsedUp) {
  hear(says("GA-B1-U2-102", Meaning::alarm));
  for (std::size_t i = 2; i <= 5; ++i) {
    pass(1s);
    start();
    EXPECT_EQ(commands.size(), std::min<std::size_t>(i, 3)) << i;
  }
}

TEST_F(GatewayTest, AFullDiskIsTriedOnceASecondAndNotWithEveryMessage) {
  disk(Error::Code::disk_full);
  hear(says("GA-B1-U2-102", Meaning::alarm));
  const auto failed = gateway->counters().failed_saves;
  for (int i = 0; i < 50; ++i) hear(says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_EQ(gateway->counters().failed_saves, failed);
  pass(1s);
  EXPECT_EQ(gateway->counters().failed_saves, failed + 1);
}

TEST_F(GatewayTest, WhatNobodyUnderstoodDoesNotFillTheMemoryWhileTheDiskIsFull) {
  disk(Error::Code::disk_full);
  for (std::size_t i = 0; i < store::kRawKept + 100; ++i) {
    gateway->submit(
        {.community = kElm,
         .event = dispatch::Unreadable{.topic = "noise"},
         .raw = store::RawMessage{.at = clock.now(), .topic = std::to_string(i), .payload = "?"}});
  }
  pass(0s);
  std::vector<store::RawMessage> raw;
  store.on_save = [&](auto batches) { raw = batches.front().raw; };
  disk(std::nullopt);
  pass(2s);
  ASSERT_EQ(raw.size(), store::kRawKept);
  EXPECT_EQ(raw.front().topic, "100") << "the oldest went";
}

TEST_F(GatewayTest, APersonWhoAsksHearsAtOnce) {
  hear(says("GA-B1-U2-102", Meaning::alarm));
  const auto reply = gateway->ask(
      kElm, Answered{only_incident(), {.action = Action::going, .by = PersonId("B1-U2-101/1")}});
  EXPECT_EQ(reply.refusal, std::nullopt);
  EXPECT_EQ(on_disk().files.front().incident.phase, incident::Phase::claimed);
  const auto twice = gateway->ask(
      kElm, Answered{only_incident(), {.action = Action::going, .by = PersonId("B1-U2-101/1")}});
  EXPECT_EQ(twice.refusal, incident::Refusal::already_going);
}

TEST_F(GatewayTest, ARestartGoesOnWhereTheDiskSaysItWas) {
  hear(says("GA-B1-U2-102", Meaning::alarm));
  pass(30s);
  const auto before = book().files.at(only_incident());
  const auto told = tries();
  start();
  EXPECT_EQ(book().files.at(only_incident()), before);
  EXPECT_EQ(tries(), told) << "nobody is told of a past wave again";
  pass(31s);
  EXPECT_THAT(tries(), Contains("of2 push")) << "wave 1, at its own time";
  EXPECT_EQ(dispatch::broken_rule(book()), std::nullopt);
}

TEST_F(GatewayTest, AMessageThatWasLeavingWhenThePowerWentIsSentAgainAndSaysSo) {
  for (auto& [name, channel] : channels) channel->everybody().hangs();
  hear(says("GA-B1-U2-102", Meaning::alarm));
  const auto first = tries();
  for (auto& [name, channel] : channels) channel->sent.clear();
  start();
  EXPECT_EQ(tries(), first);
  for (const auto& sent : channels.at("push")->sent) EXPECT_TRUE(sent.message.repeat);
}

TEST_F(GatewayTest, LastSeenTimesGoToDiskTogetherAndAtTheEnd) {
  const auto index = *registry->device_index(DeviceId("GA-B1-U2-102"));
  gateway->note_seen(kElm, index);
  gateway->note_seen(kElm, index);
  EXPECT_EQ(gateway->last_seen(kElm, index), at(0s));
  EXPECT_TRUE(memory.last_seen(kElm).value().empty());
  pass(301s);
  const store::LastSeen twice{.device = DeviceId("GA-B1-U2-102"), .at = at(0s), .messages = 2};
  EXPECT_THAT(memory.last_seen(kElm).value(), ElementsAre(twice));
  gateway->note_seen(kElm, index);
  gateway->flush();
  EXPECT_EQ(memory.last_seen(kElm).value().front().at, at(301s));
}

TEST_F(GatewayTest, LastSeenTimesOfManyDevicesAreSavedInPartsBetweenWhichAnAlarmGoesFirst) {
  const std::size_t before = add_devices(600);
  std::vector<std::pair<Instant, std::size_t>> saved;
  store.on_save = [&](std::span<const store::Batch> batches) {
    std::size_t devices = 0;
    for (const auto& batch : batches) devices += batch.seen.size();
    saved.emplace_back(clock.now(), devices);
  };
  for (std::size_t i = before; i < before + 600; ++i) gateway->note_seen(kElm, i);
  clock.wake_at(at(300'050ms), [this] {
    gateway->submit({.community = kElm, .event = says("GA-B1-U2-102", Meaning::alarm)});
  });
  pass(300'050ms);
  using ::testing::Pair;
  EXPECT_THAT(saved, ElementsAre(Pair(at(300s), 250U), Pair(at(300'050ms), 0U)));
  EXPECT_FALSE(tries().empty());
  saved.clear();
  pass(1s);
  std::erase_if(saved, [](const auto& save) { return save.second == 0; });
  EXPECT_THAT(saved, ElementsAre(Pair(at(300'100ms), 250U), Pair(at(300'150ms), 100U)));
  EXPECT_EQ(memory.last_seen(kElm).value().size(), 600U);
}

// The loop went round and round: nothing else was to be saved, and the times were put off.
TEST_F(GatewayTest, LastSeenTimesThatTheDiskRefusedAreTriedAgainASecondLaterAlsoBesideAnAlarm) {
  hear(says("GA-B1-U2-102", Meaning::alarm));
  pass(299s);
  gateway->note_seen(kElm, *registry->device_index(DeviceId("SM-U2")));
  disk(Error::Code::disk_full);
  pass(1500ms);
  ASSERT_TRUE(gateway->store_trouble());
  const Instant again = gateway->store_trouble()->since + 1s;
  disk(std::nullopt);
  clock.wake_at(again, [this] {
    gateway->submit({.community = kElm, .event = says("GA-B1-U2-102", Meaning::alarm)});
  });
  const auto turns = gateway->counters().turns;
  pass(2s);
  EXPECT_LT(gateway->counters().turns - turns, 100U);
  EXPECT_FALSE(gateway->store_trouble());
  EXPECT_EQ(memory.last_seen(kElm).value().size(), 1U);
}

TEST_F(GatewayTest, AtTheEndAllLastSeenTimesAreSavedAtOnce) {
  const std::size_t before = add_devices(600);
  for (std::size_t i = before; i < before + 600; ++i) gateway->note_seen(kElm, i);
  gateway->flush();
  EXPECT_EQ(memory.last_seen(kElm).value().size(), 600U);
}

TEST_F(GatewayTest, WhatIsOldIsPackedEveryQuarterOfAnHourButNotInATurnWithAnAlarm) {
  std::vector<Instant> packed;
  store.set_fate([&](std::uint64_t, std::string_view call) -> std::optional<Error> {
    if (call == "compact") packed.push_back(clock.now());
    return std::nullopt;
  });
  // In the very turn in which it is due an alarm comes: that and its messages come first.
  clock.wake_at(at(1800s), [this] {
    gateway->submit({.community = kElm, .event = says("GA-B1-U2-102", Meaning::alarm)});
  });
  pass(1800s);
  EXPECT_THAT(packed, ElementsAre(at(900s)));
  EXPECT_FALSE(tries().empty());
  pass(10s);
  ASSERT_EQ(packed.size(), 2U);
  EXPECT_GE(packed[1], at(1802s));
}

TEST_F(GatewayTest, AStoreThatCanNotPackIsAskedAgainLaterAndNothingElseIsDifferent) {
  std::size_t asked = 0;
  store.set_fate([&](std::uint64_t, std::string_view call) -> std::optional<Error> {
    if (call != "compact") return std::nullopt;
    ++asked;
    return Error{Error::Code::disk_full, "full"};
  });
  pass(901s);
  EXPECT_EQ(asked, 1U);
  EXPECT_FALSE(gateway->store_trouble());
  pass(900s);
  EXPECT_EQ(asked, 2U);
  hear(says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_FALSE(tries().empty());
}

// ---- what the store puts off ------------------------------------------------------------

class GatewayBehind : public GatewayTest {
 protected:
  GatewayBehind() { let_catch_up(std::nullopt); }
  void let_catch_up(std::optional<Error> error) {
    store.set_fate([this, error](std::uint64_t, std::string_view call) -> std::optional<Error> {
      if (call != "catch_up") return std::nullopt;
      caught_up.push_back(clock.now());
      return error;
    });
  }
  std::vector<Instant> caught_up;
};

TEST_F(GatewayBehind, ItIsDoneInAPauseAndNotWhileSomebodyWaits) {
  hear(says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_FALSE(tries().empty());
  EXPECT_THAT(caught_up, ElementsAre());
  pass(1s);
  // The phones have answered after 20 ms, and that was saved 5 ms later.
  EXPECT_THAT(caught_up, ElementsAre(at(10ms), at(35ms)));
}

TEST_F(GatewayBehind, WithoutAPauseItIsDoneAfterASecond) {
  for (int i = 0; i < 300; ++i) {
    gateway->submit({.community = kElm,
                     .event = says("GA-B1-U2-102", Meaning::alarm),
                     .raw = store::RawMessage{.at = clock.now(), .topic = "t"}});
    pass(4ms);
  }
  EXPECT_THAT(caught_up, ElementsAre(at(1000ms)));
}

TEST_F(GatewayBehind, WhatTheDiskDoesNotTakeIsAHealthMatterAndTriedAgainEachSecond) {
  let_catch_up(Error{Error::Code::disk_full, "the disk is full"});
  hear(says("GA-B1-U2-102", Meaning::alarm));
  pass(10ms);
  ASSERT_TRUE(gateway->store_trouble());
  EXPECT_EQ(gateway->store_trouble()->what, "the disk is full");
  EXPECT_EQ(health_changes, 1);
  caught_up.clear();
  pass(5s);
  EXPECT_GE(caught_up.size(), 4U);
  EXPECT_LE(caught_up.size(), 6U);
  const auto called = tries().size();
  hear(says("SM-U3", Meaning::alarm));
  EXPECT_GT(tries().size(), called) << "phones ring all the same";
  let_catch_up(std::nullopt);
  pass(2s);
  EXPECT_FALSE(gateway->store_trouble());
  EXPECT_EQ(health_changes % 2, 0);
}

TEST_F(GatewayTest, NewRecordsMoveLastSeenTimesWithTheirDevices) {
  const auto index = *registry->device_index(DeviceId("SM-U2"));
  gateway->note_seen(kElm, index);
  household::Community community = shouwang::testing::elm_community();
  community.devices.erase(community.devices.begin());
  auto fewer = std::make_shared<household::Registry>(community, shouwang::testing::elm_records());
  gateway->replace(fewer, rules);
  EXPECT_EQ(gateway->last_seen(kElm, *fewer->device_index(DeviceId("SM-U2"))), at(0s));
  EXPECT_EQ(gateway->last_seen(kElm, *fewer->device_index(DeviceId("SM-U1"))), std::nullopt);
}

}  // namespace
}  // namespace shouwang::app
