#include "app/rehearsal.h"

#include <gmock/gmock.h>

#include "app/sensors.h"
#include "household/registry.h"
#include "tests/unit/app/house.h"
#include "tests/unit/device/library.h"

namespace shouwang::app {
namespace {

using shouwang::testing::kElm;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

const CommunityId kNowhere(kRehearsal);

// The whole chain but for the broker, each stage of which can be wedged.
class RehearsalTest : public shouwang::testing::House {
 protected:
  RehearsalTest() {
    further_channel = rehearsal.channel();
    use_channels();
    rehearsed = [this](const Rehearsed& seen) {
      if (seen.point == Rehearsed::Point::handled && core_is_deaf) return;
      rehearsal.on_gateway(seen);
    };
  }
  ~RehearsalTest() override { rehearsal.stop(); }

  // As a process leaves it behind that ends in the middle.
  void hear_of_another_process() {
    gateway->ask(
        kNowhere,
        dispatch::Heard{
            .device = DeviceId("probe"),
            .report = {.signals = {{.kind = device::Kind::gas, .meaning = device::Meaning::alarm}},
                       .event_id = "of-another-process"}});
  }
  void begin() {
    ASSERT_TRUE(rehearsal.open(*gateway, "en").has_value());
    use_profiles({device::shipped("native")});
    pass(1s);
  }

  void use_profiles(const std::vector<device::Profile>& profiles) {
    const auto nowhere = rehearsal_registry("en");
    const std::vector<device::Listing> listings{
        {.community = kElm, .devices = registry->community().devices},
        {.community = kNowhere, .devices = nowhere->community().devices}};
    auto directory = device::Directory::build(profiles, listings);
    ASSERT_TRUE(directory.has_value());
    const std::vector<std::shared_ptr<const household::Registry>> both{registry, nowhere};
    const auto reading = std::make_shared<ProfileReading>(
        std::make_shared<const std::vector<device::Profile>>(profiles), std::move(*directory),
        both);
    intake.use(reading);
    sensors.use(reading);
  }

  // What the link's thread does with a message that the broker brings.
  void bring(const std::string& topic, const std::string& payload) {
    const mqtt::Incoming incoming{.topic = topic, .payload = payload};
    rehearsal.brought_back(topic, payload);
    if (intake.on_message(incoming) == mqtt::Verdict::drop) ++cuts;
  }

  mqtt::Intake::Settings settings() {
    mqtt::Intake::Settings made;
    made.wait = [this](auto& lock, auto&, const auto& settled, Millis) {
      lock.unlock();
      sensors.drain();
      gateway->turn();
      lock.lock();
      return settled();
    };
    return made;
  }

  struct Deaf final : mqtt::Reading {
    mqtt::Care read(const mqtt::Incoming&, std::vector<mqtt::Said>&) const override {
      return mqtt::Care::beat;
    }
  };

  std::optional<Stage> stuck_at() const {
    if (!rehearsal.test().broken_since()) return std::nullopt;
    return rehearsal.test().latest()->stuck_at;
  }
  // Wedged right after a test has passed, and two periods later.
  std::optional<Stage> after_two_periods() {
    EXPECT_EQ(rehearsal.test().counts().passed, 1U);
    EXPECT_EQ(stuck_at(), std::nullopt);
    pass(2 * 5min);
    return stuck_at();
  }

  bool broker_is_there = true;
  bool core_is_deaf = false;
  int cuts = 0;                      // Of the connection to the broker.
  std::vector<std::string> sent;     // Payloads.
  std::vector<std::string> results;  // "passed", "missed"
  mqtt::Intake intake{settings(), std::make_shared<Deaf>(), [] {}};
  Rehearsal rehearsal{{.clock = clock,
                       .publish =
                           [this](const std::string& topic, const std::string& payload) {
                             sent.push_back(payload);
                             if (!broker_is_there) return false;
                             clock.wake_at(clock.now() + 3ms, [=, this] { bring(topic, payload); });
                             return true;
                           },
                       .time = [this] { return clock.now(); },
                       .on_result =
                           [this](const SelfTest& test) {
                             results.push_back(test.broken_since() ? "missed" : "passed");
                           }},
                      {.every = 5min, .limit = 30s}};
  Sensors sensors{clock, *gateway, intake, [](const std::string&, const std::string&) {}};
};

TEST_F(RehearsalTest, TheCommunityInWhichNobodyLivesIsASoundOne) {
  const auto nowhere = rehearsal_registry("zh-CN");
  EXPECT_THAT(household::check(nowhere->community(), nowhere->records()), IsEmpty());
  const auto rules_there = rehearsal_rules();
  for (const auto& rule : rules_there->ladders) {
    EXPECT_THAT(escalation::check(rule.ladder), IsEmpty());
  }
}

TEST_F(RehearsalTest, AnAlarmComesThroughTheWholeChainAndIsTimed) {
  begin();
  EXPECT_THAT(results, ElementsAre("passed"));
  EXPECT_EQ(sent.size(), 1U);
  ASSERT_TRUE(rehearsal.test().latest());
  EXPECT_EQ(rehearsal.test().latest()->stuck_at, std::nullopt);
  EXPECT_EQ(rehearsal.test().latest()->took[0], 3ms) << "the broker's part";
  pass(1h);
  EXPECT_EQ(rehearsal.test().counts().passed, 13U);
  EXPECT_EQ(rehearsal.test().counts().missed, 0U);
}

TEST_F(RehearsalTest, ItIsNeitherShownNorToldNorWrittenInTheJournal) {
  begin();
  pass(1h);
  EXPECT_THAT(tries(), IsEmpty());
  EXPECT_THAT(shown, IsEmpty());
  EXPECT_THAT(journal, IsEmpty());
  EXPECT_EQ(matters_shown, 0);
  EXPECT_EQ(gateway->counters().alarms, 0U);
  EXPECT_EQ(gateway->counters().events, 0U);
  EXPECT_EQ(gateway->counters().tries, 0U);
  EXPECT_EQ(gateway->books().size(), 1U);
  EXPECT_TRUE(store.journal({}).value().empty());
}

TEST_F(RehearsalTest, ItsTracesOnTheDiskDoNotGrow) {
  begin();
  pass(3h);
  const auto left = memory.recall(kNowhere, Instant{}).value();
  EXPECT_LE(left.files.size(), 1U);
  EXPECT_THAT(left.parcels, IsEmpty());
  EXPECT_THAT(left.matters, IsEmpty());
  EXPECT_EQ(left.devices.size(), 1U);
}

// Found by the simulator: whoever saved first made the gateway forget what had to be wiped.
TEST_F(RehearsalTest, ItIsWipedAlsoWhenACommunityIsSavedFirst) {
  begin();
  ASSERT_EQ(memory.recall(kNowhere, Instant{})->files.size(), 1U);
  for (int second = 0; second < 90; ++second) {
    gateway->ask(kElm, dispatch::FactsNoted{{{.subject = "p" + std::to_string(second),
                                              .from = clock.now(),
                                              .until = clock.now() + 24h,
                                              .author = "of1"}}});
    pass(1s);
  }
  EXPECT_THAT(memory.recall(kNowhere, Instant{})->files, IsEmpty());
}

TEST_F(RehearsalTest, AnIncidentThatIsStillOpenDoesNotStopTheNextTest) {
  begin();
  hear_of_another_process();
  ASSERT_EQ(gateway->rehearsal()->files.size(), 2U) << "one of them open";
  pass(5min);
  EXPECT_EQ(rehearsal.test().counts().passed, 2U);
  EXPECT_EQ(rehearsal.test().counts().missed, 0U);
}

// Found by the simulator: nothing else was saved as late as the test, the clock ran before it, and
// each process ended with the first thing that it did.
TEST_F(RehearsalTest, AMachineThatBootsIn1970ClosesTheTestThatAPowerCutHasEnded) {
  begin();
  pass(1min);
  hear_of_another_process();

  VirtualClock after(memory.latest()->value_or(Instant{}));
  notify::Pump nobody(after, [](const auto&, const auto&, int, const auto&) {});
  Gateway next({.clock = after, .store = store, .pump = nobody, .writer = writer});
  Rehearsal again({.clock = after,
                   .publish = [](const auto&, const auto&) { return true; },
                   .time = [&] { return after.now(); }},
                  {.every = 5min, .limit = 30s});
  ASSERT_TRUE(again.open(next, "en").has_value());
  const auto& files = next.rehearsal()->files;
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files.begin()->second.incident.phase, incident::Phase::closed);
  again.stop();
}

// ---- whatever is wedged is named within two periods -----------------------------------------

TEST_F(RehearsalTest, ABrokerThatBringsNothingBackIsNamed) {
  begin();
  broker_is_there = false;
  EXPECT_EQ(after_two_periods(), Stage::broker);
}

TEST_F(RehearsalTest, ADecoderThatUnderstandsNothingIsNamed) {
  begin();
  intake.use(std::make_shared<Deaf>());
  EXPECT_EQ(after_two_periods(), Stage::decoder);
}

TEST_F(RehearsalTest, ACoreFromWhichNothingFollowsIsNamed) {
  begin();
  core_is_deaf = true;
  EXPECT_EQ(after_two_periods(), Stage::core);
}

TEST_F(RehearsalTest, ADiskThatTakesNothingIsNamed) {
  begin();
  disk(Error::Code::disk_full);
  EXPECT_EQ(after_two_periods(), Stage::store);
  EXPECT_EQ(cuts, 0) << "the connection that real alarms need";
}

TEST_F(RehearsalTest, AnOutboxThatHandsNothingOverIsNamed) {
  begin();
  further_channel.reset();
  use_channels();
  EXPECT_EQ(after_two_periods(), Stage::outbox);
}

TEST_F(RehearsalTest, OnceItIsUnwedgedTheNextTestPasses) {
  begin();
  for (int round = 0; round < 2; ++round) {
    disk(Error::Code::disk_full);
    EXPECT_NE((pass(10min), stuck_at()), std::nullopt);
    disk(std::nullopt);
    pass(31s);
    EXPECT_EQ(stuck_at(), std::nullopt);
    further_channel.reset();
    use_channels();
    EXPECT_NE((pass(10min), stuck_at()), std::nullopt);
    further_channel = rehearsal.channel();
    use_channels();
    pass(31s);
    EXPECT_EQ(stuck_at(), std::nullopt);
  }
  EXPECT_THAT(tries(), IsEmpty()) << "and nobody has noticed";
}

TEST_F(RehearsalTest, ABrokerThatIsAwayForAMomentIsNoMiss) {
  begin();
  broker_is_there = false;
  pass(5min + 5s);
  broker_is_there = true;
  pass(5s);
  EXPECT_EQ(rehearsal.test().counts().passed, 2U);
  EXPECT_EQ(rehearsal.test().counts().missed, 0U);
}

TEST_F(RehearsalTest, AnAlarmThatIsNotOursAtItsTopicGoesToTheOffice) {
  begin();
  bring("shouwang/v1/self-test/other/event",
        R"({"v":1,"event":"1-1","boot":1,"seq":1,"kind":"gas","state":"alarm"})");
  pass(1s);
  EXPECT_EQ(book().files.size(), 1U) << "an unknown device of the first community";
  EXPECT_THAT(tries(), ::testing::Contains("of1 push"));
}

}  // namespace
}  // namespace shouwang::app
