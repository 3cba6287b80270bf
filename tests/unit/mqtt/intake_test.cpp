#include "mqtt/intake.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "tests/support/fake_link.h"

namespace shouwang::mqtt {
namespace {

using device::Kind;
using device::Meaning;
using shouwang::testing::FakeLink;

// Understands a payload of one word: the meaning of a gas alarm's signal. The device is the topic.
class WordReading final : public Reading {
 public:
  explicit WordReading(std::string profile = "word") : profile_(std::move(profile)) {}

  Care read(const Incoming& incoming, std::vector<Said>& said) const override {
    if (incoming.payload == "throw") throw std::runtime_error("no such word");
    Said one{.community = CommunityId("E18"),
             .device = DeviceId(incoming.topic == "stranger" ? "" : incoming.topic),
             .profile = profile_};
    one.report.address = incoming.topic;
    const auto meaning = device::meaning_named(incoming.payload);
    if (meaning) one.report.signals = {{.kind = Kind::gas, .meaning = *meaning}};
    if (!meaning) one.report.problem = "not a word of the profile";
    said.push_back(std::move(one));
    return care_for(said);
  }

 private:
  std::string profile_;
};

Said said_by(std::string device, Meaning meaning, std::string profile = "word") {
  Said said{.community = CommunityId("E18"),
            .device = DeviceId(std::move(device)),
            .profile = std::move(profile)};
  said.report.signals = {{.kind = Kind::gas, .meaning = meaning}};
  return said;
}

Arrival beat(std::string device, Meaning meaning = Meaning::heartbeat) {
  return {.said = {said_by(std::move(device), meaning)}};
}

// An intake whose wait does what the test says instead of passing time.
class IntakeTest : public ::testing::Test {
 protected:
  Intake make(Intake::Settings settings = {}) {
    if (!settings.wait) {
      settings.wait = [this](auto& lock, auto&, const auto& settled, Millis longest) {
        longest_allowed = longest;
        lock.unlock();
        while_waiting();
        lock.lock();
        return settled();
      };
    }
    return Intake(std::move(settings), std::make_shared<WordReading>(), [this] { ++wakes; });
  }

  static std::deque<Arrival> taken(Intake& intake) {
    std::deque<Arrival> arrivals;
    intake.take(arrivals);
    return arrivals;
  }

  std::function<void()> while_waiting = [] {};
  Millis longest_allowed{0};
  int wakes = 0;
};

TEST_F(IntakeTest, ABeatIsAcknowledgedAtOnceAndWaitsForTheLoop) {
  Intake intake = make();
  while_waiting = [] { FAIL() << "a beat must not wait"; };
  EXPECT_EQ(intake.on_message({.topic = "GA-1", .payload = "heartbeat"}), Verdict::keep);
  EXPECT_EQ(taken(intake), std::deque<Arrival>{beat("GA-1")});
  EXPECT_EQ(taken(intake), std::deque<Arrival>{});
}

TEST_F(IntakeTest, AnAlarmIsAcknowledgedOnlyOnceItIsStored) {
  Intake intake = make();
  std::deque<Arrival> seen;
  while_waiting = [&] {
    intake.take(seen);
    intake.settle(seen.front().ticket, true);
  };
  EXPECT_EQ(intake.on_message({.topic = "GA-1", .payload = "alarm", .retained = true}),
            Verdict::keep);
  const Arrival expected{.ticket = 1,
                         .care = Care::alarm,
                         .retained = true,
                         .said = {said_by("GA-1", Meaning::alarm)},
                         .topic = "GA-1"};
  EXPECT_EQ(seen, std::deque<Arrival>{expected});
}

TEST_F(IntakeTest, AnAlarmThatCanNotBeStoredIsNotAcknowledged) {
  Intake intake = make();
  while_waiting = [&] { intake.settle(taken(intake).front().ticket, false); };
  EXPECT_EQ(intake.on_message({.topic = "GA-1", .payload = "alarm"}), Verdict::drop);
  EXPECT_EQ(intake.counts().waits_refused, 1u);
}

TEST_F(IntakeTest, AnAlarmNobodySettlesIsNotAcknowledgedButStaysInTheQueue) {
  Intake intake = make({.wait_max = Millis{1234}});
  EXPECT_EQ(intake.on_message({.topic = "GA-1", .payload = "alarm"}), Verdict::drop);
  EXPECT_EQ(longest_allowed, Millis{1234});
  EXPECT_EQ(intake.counts().waits_run_out, 1u);
  const auto late = taken(intake);
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late.front().care, Care::alarm);
  intake.settle(late.front().ticket, true);  // Too late: means nothing, breaks nothing.
}

TEST_F(IntakeTest, WhatNobodyUnderstandsIsKeptWithItsBytesBeforeItIsAcknowledged) {
  Intake intake = make();
  std::deque<Arrival> seen;
  while_waiting = [&] {
    intake.take(seen);
    intake.settle(seen.back().ticket, true);
  };
  EXPECT_EQ(intake.on_message({.topic = "GA-1", .payload = "gibberish"}), Verdict::keep);
  EXPECT_EQ(intake.on_message({.topic = "GA-1", .payload = "throw"}), Verdict::keep);
  EXPECT_EQ(intake.on_message({.topic = "stranger", .payload = "heartbeat"}), Verdict::keep);
  EXPECT_EQ(intake.on_message({.topic = "GA-1", .payload = "unknown"}), Verdict::keep);
  ASSERT_EQ(seen.size(), 4u);
  const std::vector<std::string> payloads = {"gibberish", "throw", "heartbeat", "unknown"};
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].care, Care::raw);
    EXPECT_EQ(seen[i].payload, payloads[i]);
  }
  EXPECT_EQ(seen[1].said.front().report.problem, "reading it failed: no such word");
}

TEST_F(IntakeTest, ATooLongPayloadIsNeverParsedAndSaysSo) {
  Intake intake = make({.payload_bytes_max = 5});
  while_waiting = [] { FAIL() << "nobody knows that it is an alarm"; };
  EXPECT_EQ(intake.on_message({.topic = "GA-1", .payload = "throws"}), Verdict::keep);
  const auto arrivals = taken(intake);
  ASSERT_EQ(arrivals.size(), 1u);
  EXPECT_EQ(arrivals.front().topic, "GA-1");
  EXPECT_EQ(arrivals.front().payload, "");
  EXPECT_EQ(arrivals.front().said.front().report.problem, "a payload of 6 bytes is longer than 5");
  EXPECT_EQ(intake.counts().oversized, 1u);
}

TEST_F(IntakeTest, AFullQueueDropsItsOldestBeatsAndNeverAnAlarm) {
  Intake intake = make({.beats_max = 3});
  intake.on_message({.topic = "GA-1", .payload = "alarm"});  // Its wait runs out; it stays.
  for (const char* device : {"GA-2", "GA-3", "GA-4", "GA-5", "GA-6"}) {
    intake.on_message({.topic = device, .payload = "heartbeat"});
  }
  const auto arrivals = taken(intake);
  ASSERT_EQ(arrivals.size(), 4u);
  EXPECT_EQ(arrivals[0].care, Care::alarm);
  EXPECT_EQ(arrivals[1], beat("GA-4"));
  EXPECT_EQ(arrivals[2], beat("GA-5"));
  EXPECT_EQ(arrivals[3], beat("GA-6"));
  EXPECT_EQ(intake.counts().beats_dropped, 2u);
  intake.on_message({.topic = "GA-7", .payload = "heartbeat"});
  EXPECT_EQ(intake.counts().beats_dropped, 2u) << "an emptied queue has room again";
}

TEST_F(IntakeTest, NonsenseIsWaitedForOnlySoOftenInASecondAndAnAlarmAlways) {
  Millis time{0};
  Intake intake = make({.raw_waits_max = 2, .stopwatch = [&time] { return time; }});
  int waited = 0;
  while_waiting = [&] {
    ++waited;
    intake.settle(taken(intake).back().ticket, true);
  };
  const auto say = [&](const char* word) {
    return intake.on_message({.topic = "GA-1", .payload = word});
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(say("rubbish"), Verdict::keep);
  EXPECT_EQ(waited, 2);
  EXPECT_EQ(intake.counts().raw_hurried, 3u);
  EXPECT_EQ(say("alarm"), Verdict::keep);
  EXPECT_EQ(waited, 3);
  time += Millis{999};
  say("rubbish");
  EXPECT_EQ(waited, 3);
  const auto hurried = taken(intake);
  ASSERT_EQ(hurried.size(), 1u);
  EXPECT_EQ(hurried[0].care, Care::raw) << "it is kept all the same";
  EXPECT_EQ(hurried[0].payload, "rubbish");
  EXPECT_EQ(hurried[0].ticket, 0u);
  time += Millis{1};
  say("rubbish");
  EXPECT_EQ(waited, 4);
}

TEST_F(IntakeTest, HurriedNonsenseMakesRoomAsBeatsDo) {
  Intake intake = make({.beats_max = 2, .raw_waits_max = 0, .stopwatch = [] { return Millis{0}; }});
  for (const char* device : {"GA-1", "GA-2", "GA-3"}) {
    intake.on_message({.topic = device, .payload = "rubbish"});
  }
  const auto arrivals = taken(intake);
  ASSERT_EQ(arrivals.size(), 2u);
  EXPECT_EQ(arrivals[0].topic, "GA-2");
  EXPECT_EQ(arrivals[1].topic, "GA-3");
  EXPECT_EQ(intake.counts().beats_dropped, 1u);
}

TEST_F(IntakeTest, TheOrderOfArrivalIsKept) {
  Intake intake = make();
  std::deque<Arrival> seen;
  while_waiting = [&] {
    intake.take(seen);
    intake.settle(seen.back().ticket, true);
  };
  intake.on_message({.topic = "GA-1", .payload = "heartbeat"});
  intake.on_message({.topic = "GA-2", .payload = "alarm"});
  intake.on_message({.topic = "GA-3", .payload = "measurement"});
  intake.take(seen);
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].said.front().device, DeviceId("GA-1"));
  EXPECT_EQ(seen[1].said.front().device, DeviceId("GA-2"));
  EXPECT_EQ(seen[2].said.front().device, DeviceId("GA-3"));
}

TEST_F(IntakeTest, TheLoopIsWokenOnceUntilItTakes) {
  Intake intake = make();
  for (int turn = 0; turn < 10; ++turn) {
    intake.on_message({.topic = "GA-1", .payload = "heartbeat"});
  }
  EXPECT_EQ(wakes, 1);
  EXPECT_EQ(taken(intake).size(), 10u);
  intake.on_message({.topic = "GA-1", .payload = "heartbeat"});
  EXPECT_EQ(wakes, 2);
}

TEST_F(IntakeTest, AHushedLoopIsWokenByAnAlarmButNotByBeatsUntilItTakes) {
  Intake intake = make();
  intake.hush();
  intake.on_message({.topic = "GA-1", .payload = "heartbeat"});
  EXPECT_EQ(wakes, 0);
  intake.on_message({.topic = "GA-1", .payload = "alarm"});
  EXPECT_EQ(wakes, 1);
  EXPECT_EQ(taken(intake).size(), 2u);
  intake.on_message({.topic = "GA-1", .payload = "heartbeat"});
  EXPECT_EQ(wakes, 2);
}

TEST_F(IntakeTest, StopReleasesWhoWaitsAndRefusesWhatComesAfterwards) {
  Intake intake = make();
  while_waiting = [&] { intake.stop(); };
  EXPECT_EQ(intake.on_message({.topic = "GA-1", .payload = "alarm"}), Verdict::drop);
  EXPECT_EQ(intake.on_message({.topic = "GA-1", .payload = "alarm"}), Verdict::drop);
  EXPECT_EQ(intake.on_message({.topic = "GA-1", .payload = "heartbeat"}), Verdict::drop);
  EXPECT_EQ(taken(intake).size(), 1u);
}

TEST_F(IntakeTest, ANewReadingHoldsFromTheNextMessageOn) {
  Intake intake = make();
  intake.on_message({.topic = "GA-1", .payload = "heartbeat"});
  intake.use(std::make_shared<WordReading>("newer"));
  intake.on_message({.topic = "GA-1", .payload = "heartbeat"});
  const auto arrivals = taken(intake);
  EXPECT_EQ(arrivals[0].said.front().profile, "word");
  EXPECT_EQ(arrivals[1].said.front().profile, "newer");
}

TEST_F(IntakeTest, EverythingIsCounted) {
  Millis time{0};
  Intake intake = make({.payload_bytes_max = 20, .stopwatch = [&time] { return time; }});
  while_waiting = [&] {
    time += Millis{40};
    intake.settle(taken(intake).back().ticket, true);
  };
  intake.on_message({.topic = "GA-1", .payload = "heartbeat"});
  intake.on_message({.topic = "GA-1", .payload = "alarm"});
  intake.on_message({.topic = "GA-1", .payload = std::string(21, 'x')});
  const Intake::Counts expected{.received = 3,
                                .beats = 2,
                                .alarms = 1,
                                .oversized = 1,
                                .waits = 1,
                                .longest_wait = Millis{40},
                                .queued = 1};
  EXPECT_EQ(intake.counts(), expected);
}

TEST_F(IntakeTest, AnAlarmThatCouldNotBeStoredComesAgainWhenTheLinkIsBack) {
  Intake intake = make();
  bool disk_full = true;
  std::vector<Care> stored;
  while_waiting = [&] {
    for (const Arrival& arrival : taken(intake)) {
      if (!disk_full) stored.push_back(arrival.care);
      intake.settle(arrival.ticket, !disk_full);
    }
  };
  FakeLink link({.subscriptions = {"#"}},
                {.on_message = [&](const Incoming& in) { return intake.on_message(in); },
                 .on_state = [](const LinkState&) {}});
  link.start();
  link.arrive("GA-1", "alarm");
  EXPECT_FALSE(link.state().connected) << "an alarm that is not stored costs the connection";
  EXPECT_EQ(link.waiting(), 1u);
  disk_full = false;
  link.come_up();
  EXPECT_EQ(stored, std::vector<Care>{Care::alarm});
  EXPECT_EQ(link.waiting(), 0u);
}

TEST(IntakeThreads, TheLoopReleasesTheLinksThread) {
  constexpr int kMessages = 2'000;
  std::atomic<bool> woken{false};
  Intake intake({.wait_max = std::chrono::hours(1)}, std::make_shared<WordReading>(), [&woken] {
    woken = true;
    woken.notify_one();
  });
  std::atomic<int> kept{0};
  std::thread link([&] {
    for (int i = 0; i < kMessages; ++i) {
      const bool alarm = i % 5 == 0;
      if (intake.on_message({.topic = "GA-1", .payload = alarm ? "alarm" : "heartbeat"}) ==
          Verdict::keep) {
        ++kept;
      }
      if (i % 100 == 0) intake.use(std::make_shared<WordReading>());
    }
  });
  int handled = 0;
  while (handled < kMessages) {
    woken.wait(false);
    woken = false;
    std::deque<Arrival> arrivals;
    intake.take(arrivals);
    for (const Arrival& arrival : arrivals) {
      ++handled;
      if (arrival.ticket != 0) intake.settle(arrival.ticket, true);
    }
  }
  link.join();
  EXPECT_EQ(kept, kMessages);
  EXPECT_EQ(intake.counts().alarms, kMessages / 5u);
}

TEST(IntakeThreads, StopFromAnotherThreadEndsAWaitWithoutAnAcknowledgement) {
  std::atomic<bool> woken{false};
  Intake intake({.wait_max = std::chrono::hours(1)}, std::make_shared<WordReading>(), [&woken] {
    woken = true;
    woken.notify_one();
  });
  Verdict verdict = Verdict::keep;
  std::thread link([&] { verdict = intake.on_message({.topic = "GA-1", .payload = "alarm"}); });
  woken.wait(false);
  intake.stop();
  link.join();
  EXPECT_EQ(verdict, Verdict::drop);
}

}  // namespace
}  // namespace shouwang::mqtt
