#include "notify/pump.h"

#include <gtest/gtest.h>

#include "base/virtual_clock.h"
#include "tests/support/fake_channel.h"

namespace shouwang::notify {
namespace {

using namespace std::chrono_literals;
using dispatch::Receipt;
using dispatch::Urgency;
using testing::FakeChannel;
using Kind = Receipt::Kind;

constexpr Instant kStart{1'768'502'400'000ms};

struct Heard {
  std::string key;
  int attempt;
  Kind kind;
  Instant at;
  friend bool operator==(const Heard&, const Heard&) = default;
};

class PumpTest : public ::testing::Test {
 protected:
  std::shared_ptr<FakeChannel> add(const std::string& name, Traits traits = {}) {
    auto channel = std::make_shared<FakeChannel>(name, clock, traits);
    channels.push_back(channel);
    pump.set_channels({channels.begin(), channels.end()});
    return channel;
  }

  static Message message(const std::string& key, Urgency urgency = Urgency::first) {
    Message message;
    message.key = ParcelKey(key);
    message.community = CommunityId("changshan");
    message.address = "test:R0786/push";
    message.urgency = urgency;
    return message;
  }

  void send_many(const std::string& channel, int count, Urgency urgency) {
    for (int i = 0; i < count; ++i) pump.send(channel, message("k" + std::to_string(i), urgency));
  }

  // Sends as the gateway does: as much as there is room for. Returns how many that was.
  int send_what_fits(const std::string& channel, int most, Urgency urgency) {
    int sent = 0;
    const bool alarm = urgency <= Urgency::again;
    while (sent < most) {
      const Slots slots = pump.slots(channel);
      if ((alarm ? slots.alarms : slots.any) == 0) break;
      pump.send(channel, message(channel + std::to_string(sent++), urgency));
    }
    return sent;
  }

  VirtualClock clock{kStart};
  std::vector<Heard> heard;
  std::vector<std::shared_ptr<FakeChannel>> channels;
  Pump pump{clock,
            [this](const CommunityId&, const ParcelKey& key, int attempt, const Receipt& receipt) {
              heard.push_back({key.str(), attempt, receipt.kind, clock.now()});
            }};
};

TEST_F(PumpTest, BringsBackWhatBecameOfATry) {
  add("push")->everybody().takes(40ms);
  pump.send("push", message("p1"));
  EXPECT_EQ(heard, std::vector<Heard>{});
  clock.run_until(kStart + 1s);
  EXPECT_EQ(heard, (std::vector<Heard>{{"p1", 1, Kind::accepted, kStart + 40ms}}));
}

TEST_F(PumpTest, AStuckChannelDoesNotHoldUpAnother) {
  add("sms")->everybody().hangs();
  add("push")->everybody().takes(1ms);
  EXPECT_EQ(send_what_fits("sms", 1'000, Urgency::first), 32);
  EXPECT_EQ(pump.slots("sms"), (Slots{.alarms = 0, .any = 0}));
  EXPECT_EQ(pump.slots("push"), (Slots{.alarms = 32, .any = 24}));
  pump.send("push", message("p1"));
  clock.run_until(kStart + 1s);
  EXPECT_EQ(heard, (std::vector<Heard>{{"p1", 1, Kind::accepted, kStart + 1ms}}));
}

TEST_F(PumpTest, ATryThatIsNeverAnsweredIsARetryAndFreesItsSlot) {
  add("sms", {.in_flight_max = 2})->everybody().hangs();
  pump.send("sms", message("p1"));
  clock.run_until(kStart + 10s);
  pump.send("sms", message("p2"));
  EXPECT_EQ(pump.slots("sms").alarms, 0U);
  clock.run_until(kStart + 60s);
  EXPECT_EQ(heard, (std::vector<Heard>{{"p1", 1, Kind::retry, kStart + 30s},
                                       {"p2", 1, Kind::retry, kStart + 40s}}));
  EXPECT_EQ(pump.slots("sms").alarms, 2U);
}

TEST_F(PumpTest, AnAnswerAfterItsTimeIsNotHeard) {
  add("sms")->everybody().takes(45s);
  pump.send("sms", message("p1"));
  clock.run_until(kStart + 60s);
  EXPECT_EQ(heard, (std::vector<Heard>{{"p1", 1, Kind::retry, kStart + 30s}}));
  EXPECT_EQ(pump.health("sms")->successes, 0U);
}

TEST_F(PumpTest, SlowSmallTalkLeavesSlotsToAlarms) {
  add("push", {.in_flight_max = 8})->everybody().hangs();
  EXPECT_EQ(send_what_fits("push", 5'000, Urgency::technical), 6);
  EXPECT_EQ(pump.slots("push"), (Slots{.alarms = 2, .any = 0}));
  EXPECT_EQ(send_what_fits("push", 10, Urgency::first), 2);
}

TEST_F(PumpTest, AChannelForOneAtATimeServesWhoeverComesFirst) {
  add("voice", {.in_flight_max = 1});
  EXPECT_EQ(pump.slots("voice"), (Slots{.alarms = 1, .any = 1}));
}

// reminders and faults are held back so that an alarm is not.
TEST_F(PumpTest, AFloodOfMaintenanceLeavesTheProvidersReserveToTheAlarm) {
  add("robot", {.limit = {.per_period = 20, .period = 60s, .reserved = 5}})->everybody().takes();
  int sent = 0;
  for (Instant at = kStart; at < kStart + 50s; at += 1s) {
    clock.run_until(at);
    sent += send_what_fits("robot", 5'000, Urgency::technical);
  }
  EXPECT_EQ(sent, 15);
  EXPECT_EQ(pump.slots("robot"), (Slots{.alarms = 5, .any = 0}));
  EXPECT_EQ(pump.next_free("robot", true), std::nullopt);
  EXPECT_EQ(pump.next_free("robot", false), kStart + 60s);
  EXPECT_EQ(send_what_fits("robot", 9, Urgency::again), 5);
  EXPECT_EQ(pump.next_free("robot", true), kStart + 60s);
}

TEST_F(PumpTest, HealthTellsSinceWhenAChannelFails) {
  auto sms = add("sms", {.kind = dispatch::ChannelKind::sms});
  sms->everybody().takes(1s);
  pump.send("sms", message("p1"));
  clock.run_until(kStart + 1min);
  sms->everybody().fails();
  for (int i = 0; i < 3; ++i) {
    pump.send("sms", message("p2"));
    clock.run_until(clock.now() + 1min);
  }
  EXPECT_EQ(pump.health("sms"), (ChannelHealth{.channel = "sms",
                                               .kind = dispatch::ChannelKind::sms,
                                               .in_flight = 0,
                                               .last_success = kStart + 1s,
                                               .failing_since = kStart + 1min,
                                               .successes = 1,
                                               .failures = 3,
                                               .failures_in_row = 3,
                                               .last_error = "told to fail"}));
  sms->everybody().takes();
  pump.send("sms", message("p3"));
  EXPECT_EQ(pump.health("sms")->in_flight, 1U);
  clock.run_until(clock.now() + 1s);
  EXPECT_EQ(pump.health("sms")->failing_since, std::nullopt);
  EXPECT_EQ(pump.health("sms")->last_error, "");
}

TEST_F(PumpTest, ADeadNumberDoesNotMakeAChannelFailing) {
  auto sms = add("sms");
  sms->everybody().refuses();
  for (int i = 0; i < 2; ++i) {
    pump.send("sms", message("p1"));
    clock.run_until(clock.now() + 1s);
  }
  EXPECT_EQ(pump.health("sms")->failing_since, std::nullopt);
  pump.send("sms", message("p1"));
  clock.run_until(clock.now() + 1s);
  EXPECT_EQ(pump.health("sms")->failing_since, kStart + 2s);
}

TEST_F(PumpTest, AChannelThatIsNotThereRefusesAndHasNoRoom) {
  EXPECT_EQ(pump.slots("pager"), Slots{});
  EXPECT_EQ(pump.next_free("pager", true), std::nullopt);
  EXPECT_EQ(pump.health("pager"), std::nullopt);
  pump.send("pager", message("p1"));
  EXPECT_EQ(heard, std::vector<Heard>{});
  clock.run_until(kStart);
  EXPECT_EQ(heard, (std::vector<Heard>{{"p1", 1, Kind::never, kStart}}));
}

TEST_F(PumpTest, NewChannelsKeepHealthAndLimitAndHearTheOldOnesOut) {
  const Traits traits{.limit = {.per_period = 3, .period = 60s}};
  auto push = add("push", traits);
  add("sms")->everybody().takes(5s);
  push->everybody().takes(5s);
  pump.send("push", message("p1"));
  pump.send("sms", message("s1"));
  auto renewed = std::make_shared<FakeChannel>("push", clock, traits);
  pump.set_channels({renewed});
  push.reset();
  channels.clear();
  EXPECT_EQ(pump.channels(), std::vector<std::string>{"push"});
  EXPECT_EQ(pump.slots("push").alarms, 2U);
  EXPECT_EQ(pump.slots("sms"), Slots{});
  pump.send("push", message("p2"));
  clock.run_until(kStart + 1min);
  EXPECT_EQ(heard, (std::vector<Heard>{{"p2", 1, Kind::accepted, kStart},
                                       {"p1", 1, Kind::accepted, kStart + 5s},
                                       {"s1", 1, Kind::accepted, kStart + 5s}}));
  EXPECT_EQ(pump.health("push")->successes, 2U);
  EXPECT_EQ(pump.health().size(), 1U);
}

TEST_F(PumpTest, AStormOfFourThousandIsAnsweredOneForOne) {
  add("push", {.in_flight_max = 256})->everybody().takes(3ms);
  int sent = 0;
  while (sent < 4'000) {
    const int more = send_what_fits("push", 4'000 - sent, Urgency::first);
    sent += more;
    clock.run_until(clock.now() + 1ms);
  }
  clock.run_until(clock.now() + 1s);
  EXPECT_EQ(heard.size(), 4'000U);
  EXPECT_EQ(pump.in_flight(), 0U);
  EXPECT_EQ(pump.health("push")->successes, 4'000U);
}

TEST_F(PumpTest, MayGoAwayWithTriesUnderWay) {
  auto push = std::make_shared<FakeChannel>("push", clock);
  push->everybody().takes(1s);
  int answers = 0;
  {
    Pump short_lived(clock, [&](const auto&, const auto&, int, const auto&) { ++answers; });
    short_lived.set_channels({push});
    short_lived.send("push", message("p1"));
  }
  clock.run_until(kStart + 1min);
  EXPECT_EQ(answers, 0);
}

}  // namespace
}  // namespace shouwang::notify
