#include "app/sensors.h"

#include <gmock/gmock.h>

#include "tests/support/fake_link.h"
#include "tests/unit/app/house.h"
#include "tests/unit/device/library.h"

namespace shouwang::app {
namespace {

using shouwang::testing::at;
using shouwang::testing::FakeLink;
using shouwang::testing::kElm;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

constexpr const char* kGas = "shouwang/v1/elm/GA-B1-U2-102/event";

std::string event(const char* id, int sequence, const char* state = "alarm") {
  return R"({"v":1,"event":")" + std::string(id) + R"(","boot":1,"seq":)" +
         std::to_string(sequence) + R"(,"kind":"gas","state":")" + state + R"("})";
}

// A broker, the link's side of the intake, and the loop, all on one thread: where the link would
// wait for the commit, the loop turns.
class SensorsTest : public shouwang::testing::House {
 protected:
  SensorsTest() {
    use(registry);
    link.start();
  }

  void use(const std::shared_ptr<const household::Registry>& with) {
    const device::Listing listing{.community = kElm, .devices = with->community().devices};
    const std::vector<device::Profile> profiles{device::shipped("native")};
    auto directory = device::Directory::build(profiles, std::span(&listing, 1));
    ASSERT_TRUE(directory.has_value());
    const auto reading = std::make_shared<ProfileReading>(
        std::make_shared<const std::vector<device::Profile>>(profiles), std::move(*directory),
        std::vector<std::shared_ptr<const household::Registry>>{with});
    intake.use(reading);
    sensors.use(reading);
  }

  mqtt::Intake::Settings settings() {
    mqtt::Intake::Settings made;
    made.wait = [this](auto& lock, auto&, const auto& settled, Millis) {
      lock.unlock();
      turn();
      lock.lock();
      return settled();
    };
    return made;
  }
  void turn() {
    sensors.drain();
    pass(0s);
  }

  struct Blank final : mqtt::Reading {
    mqtt::Care read(const mqtt::Incoming&, std::vector<mqtt::Said>&) const override {
      return mqtt::Care::beat;
    }
  };

  std::vector<std::string> answers;  // What devices were answered.
  mqtt::Intake intake{settings(), std::make_shared<Blank>(), [] {}};
  Sensors sensors{clock, *gateway, intake,
                  [this](const std::string& topic, const std::string& payload) {
                    answers.push_back(topic + " " + payload);
                  }};
  FakeLink link{{.subscriptions = {"shouwang/v1/+/+/event", "shouwang/v1/+/+/beat"}},
                {.on_message = [this](const auto& in) { return intake.on_message(in); },
                 .on_state = [](const auto&) {}}};
};

TEST_F(SensorsTest, AnAlarmIsAcknowledgedAndAnsweredOnlyAfterItsCommit) {
  std::optional<bool> silent_at_the_save;
  store.set_fate([&](std::uint64_t, std::string_view name) -> std::optional<Error> {
    if (name == "save" && !silent_at_the_save) {
      silent_at_the_save = answers.empty() && link.waiting() == 1;
    }
    return std::nullopt;
  });
  link.arrive(kGas, event("1-1", 1));
  EXPECT_EQ(silent_at_the_save, true) << "neither broker nor device may know before the commit";
  EXPECT_EQ(link.waiting(), 0U);
  const std::string incident = book().files.begin()->first.str();
  EXPECT_THAT(answers,
              ElementsAre(R"(shouwang/v1/elm/GA-B1-U2-102/ack {"event":"1-1","incident":")" +
                          incident + R"("})"));
}

TEST_F(SensorsTest, WhileTheDiskIsFullNeitherBrokerNorDeviceIsAnswered) {
  disk(Error::Code::disk_full);
  link.arrive(kGas, event("1-1", 1));
  EXPECT_EQ(link.waiting(), 1U) << "the broker keeps it";
  EXPECT_THAT(answers, IsEmpty());
  EXPECT_THAT(tries(), ::testing::Contains("anna push")) << "people are called all the same";
}

TEST_F(SensorsTest, WhatTheDiskRefusedIsAnsweredWhenItComesAgain) {
  disk(Error::Code::disk_full);
  link.arrive(kGas, event("1-1", 1));
  disk(std::nullopt);
  pass(2s);
  const auto called = tries();
  link.go_down();
  link.come_up();
  EXPECT_EQ(link.waiting(), 0U);
  EXPECT_EQ(answers.size(), 1U);
  EXPECT_EQ(tries(), called) << "nobody is called twice";
  EXPECT_EQ(book().files.size(), 1U);
}

TEST_F(SensorsTest, ARepeatOfAnEventWhoseAnswerWasLostIsAnsweredAgain) {
  link.arrive(kGas, event("1-1", 1));
  const auto first = answers;
  pass(2s);
  link.arrive(kGas, event("1-1", 2));
  ASSERT_EQ(answers.size(), 2U) << "the device would repeat for ever";
  EXPECT_EQ(answers[1], first[0]);
  EXPECT_EQ(book().files.size(), 1U);
}

TEST_F(SensorsTest, ARepeatIsNotAnsweredWhileOnlyTheMemoryKnowsIt) {
  link.arrive(kGas, event("1-1", 1));
  answers.clear();
  disk(Error::Code::disk_full);
  gateway->ask(
      kElm, dispatch::Answered{book().files.begin()->first,
                               {.action = incident::Action::going, .by = PersonId("B1-U2-101/1")}});
  link.arrive(kGas, event("1-1", 2));
  EXPECT_THAT(answers, IsEmpty());
}

TEST_F(SensorsTest, TheSameMessageTwiceOpensOneIncident) {
  link.duplicate_next(1);
  link.arrive(kGas, event("1-1", 1));
  EXPECT_EQ(book().files.size(), 1U);
  EXPECT_EQ(gateway->counters().alarms, 1U);
  EXPECT_EQ(link.waiting(), 0U);
}

TEST_F(SensorsTest, ABeatInAlarmOpensAnIncidentToo) {
  link.arrive("shouwang/v1/elm/GA-B1-U2-102/beat",
              R"({"v":1,"boot":1,"seq":1,"kind":"gas","state":"alarm"})", true);
  ASSERT_EQ(book().files.size(), 1U);
  EXPECT_EQ(book().files.begin()->second.incident.origin, incident::Origin::sensor);
  EXPECT_THAT(answers, IsEmpty()) << "only events are answered";
}

TEST_F(SensorsTest, AStateFromBeforeOurStartIsJudgedAndASecondLookAddsNothing) {
  link.stop();
  link.lose_session();
  link.arrive("shouwang/v1/elm/SM-U3/beat",
              R"({"v":1,"boot":1,"seq":1,"kind":"smoke","state":"alarm"})", true);
  link.start();
  ASSERT_EQ(book().files.size(), 1U);
  EXPECT_EQ(book().files.begin()->second.incident.origin, incident::Origin::restored);
  link.go_down();
  link.come_up();
  EXPECT_EQ(book().files.size(), 1U);
  EXPECT_EQ(gateway->counters().alarms, 1U);
}

TEST_F(SensorsTest, ARetainedNormalChangesNothing) {
  link.stop();
  link.lose_session();
  link.arrive("shouwang/v1/elm/SM-U3/beat",
              R"({"v":1,"boot":1,"seq":1,"kind":"smoke","state":"normal"})", true);
  link.start();
  turn();
  EXPECT_TRUE(book().files.empty());
  EXPECT_TRUE(on_disk().matters.empty());
}

TEST_F(SensorsTest, ABeatOnlyMovesTheLastSeenTime) {
  const auto saves = gateway->counters().saves;
  link.arrive("shouwang/v1/elm/SM-U3/beat",
              R"({"v":1,"boot":1,"seq":1,"kind":"smoke","state":"normal"})");
  turn();
  EXPECT_EQ(gateway->last_seen(kElm, *registry->device_index(DeviceId("SM-U3"))), at(0s));
  EXPECT_EQ(gateway->counters().saves, saves);
  EXPECT_EQ(sensors.counts().routine, 1U);
}

TEST_F(SensorsTest, AStrangersAlarmGoesToTheDeskWithItsBytes) {
  link.arrive("shouwang/v1/elm/GA-ZZZ/event", event("1-1", 1));
  EXPECT_EQ(sensors.counts().strangers, 1U);
  ASSERT_EQ(book().files.size(), 1U);
  EXPECT_EQ(book().files.begin()->second.incident.place.scope, household::Place::Scope::unknown);
  EXPECT_THAT(answers, IsEmpty());
  const auto raw = memory.raw(kElm, "shouwang/v1/elm/GA-ZZZ/event").value();
  ASSERT_EQ(raw.size(), 1U);
  EXPECT_EQ(raw.front().payload, event("1-1", 1));
}

TEST_F(SensorsTest, WhatCanNotBeReadIsKeptForTheTechnician) {
  link.arrive(kGas, "\xff not JSON");
  EXPECT_EQ(memory.raw(kElm, kGas).value().size(), 1U);
  EXPECT_TRUE(book().matters.contains("unreadable:GA-B1-U2-102"));
  EXPECT_TRUE(book().files.empty());
}

TEST_F(SensorsTest, AReloadKeepsWhatIsKnownOfDevicesThatStay) {
  link.arrive(kGas, event("1-1", 1));
  household::Community community = shouwang::testing::elm_community();
  community.devices.erase(community.devices.begin());
  const auto fewer =
      std::make_shared<household::Registry>(community, shouwang::testing::elm_records());
  gateway->replace(fewer, rules);
  use(fewer);
  const auto news = sensors.counts().news;
  link.arrive(kGas, event("1-1", 2));
  EXPECT_EQ(sensors.counts().news, news) << "still known as a repeat";
}

}  // namespace
}  // namespace shouwang::app
