// Outbox, pump and channels together: what the gateway's loop does with them, on virtual time.

#include <gtest/gtest.h>

#include "base/virtual_clock.h"
#include "notify/pump.h"
#include "tests/support/fake_channel.h"

namespace shouwang::notify {
namespace {

using namespace std::chrono_literals;
using dispatch::Parcel;
using dispatch::Receipt;
using dispatch::Urgency;
using incident::Reach;
using testing::FakeChannel;

constexpr Instant kStart{1'768'502'400'000ms};

class DeliveryTest : public ::testing::Test {
 protected:
  DeliveryTest() {
    clock.wake_at(kStart, [this] { turn(); });
  }

  FakeChannel& add(const std::string& name, Traits traits = {}) {
    channels.push_back(std::make_shared<FakeChannel>(
        name, clock, traits,
        [this](const CommunityId&, const ParcelKey& key, int attempt, const Receipt& receipt) {
          report(key, attempt, receipt);
        }));
    pump.set_channels({channels.begin(), channels.end()});
    return *channels.back();
  }

  void post(const std::string& key, Urgency urgency, const std::vector<std::string>& route) {
    Parcel parcel;
    parcel.key = ParcelKey(key);
    parcel.person = PersonId("R0786");
    parcel.items = {{.incident = IncidentId("i1")}};
    parcel.urgency = urgency;
    for (const auto& channel : route) {
      parcel.route.push_back({.channel = channel, .address = "test:R0786/" + channel});
    }
    parcel.created_at = parcel.not_before = parcel.leg_since = parcel.next_at = clock.now();
    parcel.expires_at = clock.now() + 24h;
    outbox.add(std::move(parcel));
  }

  // One turn of the gateway's loop.
  void turn() {
    for (const auto& moved : outbox.advance(clock.now())) {
      if (moved.exhausted) unreachable.push_back(clock.now());
    }
    for (const std::string& channel : pump.channels()) {
      const Slots slots = pump.slots(channel);
      send(channel, outbox.take(channel, slots.alarms, Urgency::again, clock.now()));
      const std::size_t rest = pump.slots(channel).any;
      send(channel, outbox.take(channel, rest, Urgency::technical, clock.now()));
      const auto free = pump.next_free(channel, !outbox.has_ready(channel));
      if (free && outbox.has_ready(channel)) wake_by(*free);
    }
    if (outbox.next_due()) wake_by(*outbox.next_due());
  }

  void send(const std::string& channel, const std::vector<ParcelKey>& keys) {
    for (const ParcelKey& key : keys) {
      const Parcel& parcel = *outbox.find(key);
      Message message;
      message.key = key;
      message.attempt = parcel.attempts;
      message.address = parcel.route[parcel.leg].address;
      message.urgency = parcel.urgency;
      pump.send(channel, message);
    }
  }

  void report(const ParcelKey& key, int attempt, const Receipt& receipt) {
    const auto moved = outbox.report(key, attempt, receipt, clock.now());
    if (moved && moved->exhausted) unreachable.push_back(clock.now());
    turn();
  }

  void wake_by(Instant at) {
    if (next_turn && *next_turn <= at && *next_turn >= clock.now()) return;
    next_turn = at;
    clock.wake_at(at, [this, at] {
      if (next_turn == at) next_turn.reset();
      turn();
    });
  }

  Reach reach(const std::string& key) const { return outbox.find(ParcelKey(key))->reach; }

  VirtualClock clock{kStart};
  dispatch::Outbox outbox;
  std::vector<Instant> unreachable;
  std::vector<std::shared_ptr<FakeChannel>> channels;
  std::optional<Instant> next_turn;
  Pump pump{clock, [this](const CommunityId&, const ParcelKey& key, int attempt,
                          const Receipt& receipt) { report(key, attempt, receipt); }};
};

// whether it says no, hides it behind a 200, or says nothing at all.
TEST_F(DeliveryTest, AFailedPushBecomesATextMessageWithinFifteenSeconds) {
  auto& push = add("push");
  auto& sms = add("sms");
  for (const int how : {0, 1, 2}) {
    if (how == 0) push.everybody().refuses();
    if (how == 1) push.everybody().fails();
    if (how == 2) push.everybody().hangs();
    const Instant posted = clock.now();
    post("p" + std::to_string(how), Urgency::first, {"push", "sms"});
    turn();
    clock.run_until(posted + 1min);
    ASSERT_EQ(sms.sent.size(), static_cast<std::size_t>(how) + 1);
    EXPECT_LE(sms.sent.back().at - posted, 15s) << how;
    EXPECT_EQ(reach("p" + std::to_string(how)), Reach::accepted);
  }
}

TEST_F(DeliveryTest, NoReceiptWithinTwentySecondsGoesOnToTheNextWay) {
  auto& push = add("push", {.gives_receipts = true});
  auto& sms = add("sms");
  push.everybody().awaits(1s);
  post("p1", Urgency::first, {"push", "sms"});
  push.to("test:R0786/push").awaits(1s);
  turn();
  clock.run_until(kStart + 1min);
  ASSERT_EQ(sms.sent.size(), 1U);
  EXPECT_EQ(sms.sent.front().at, kStart + 21s);
}

TEST_F(DeliveryTest, AReceiptInTimeNeedsNoOtherWay) {
  auto& push = add("push", {.gives_receipts = true});
  auto& sms = add("sms");
  push.everybody().awaits(1s);
  push.everybody().then_on_phone = 3s;
  post("p1", Urgency::first, {"push", "sms"});
  turn();
  clock.run_until(kStart + 10min);
  EXPECT_EQ(sms.sent.size(), 0U);
  EXPECT_EQ(reach("p1"), Reach::on_phone);
}

TEST_F(DeliveryTest, WhenEveryWayFailsItIsKnownWithinFortyFiveSeconds) {
  add("push").everybody().hangs();
  add("sms").everybody().hangs();
  add("voice").everybody().hangs();
  post("p1", Urgency::first, {"push", "sms", "voice"});
  turn();
  clock.run_until(kStart + 2min);
  EXPECT_EQ(unreachable, (std::vector<Instant>{kStart + 45s}));
  EXPECT_EQ(reach("p1"), Reach::failed);
}

//
TEST_F(DeliveryTest, AnAlarmOvertakesFiveThousandMaintenanceMessages) {
  auto& robot =
      add("robot", {.in_flight_max = 8, .limit = {.per_period = 20, .period = 60s, .reserved = 5}});
  robot.everybody().takes(2s);
  for (int i = 0; i < 5'000; ++i) post("m" + std::to_string(i), Urgency::technical, {"robot"});
  turn();
  clock.run_until(kStart + 10min + 500ms);
  const Instant alarm = clock.now();
  for (int i = 0; i < 5; ++i) post("alarm" + std::to_string(i), Urgency::first, {"robot"});
  turn();
  clock.run_until(alarm + 10s);
  int in_time = 0;
  for (const auto& sent : robot.sent) {
    if (!sent.message.key.str().starts_with("alarm")) continue;
    EXPECT_GE(sent.at, alarm);
    if (sent.at - alarm <= 5s) ++in_time;
  }
  EXPECT_EQ(in_time, 5);
  EXPECT_GE(robot.sent.size(), 140U);
}

//
TEST_F(DeliveryTest, OnePersonsStuckChannelDelaysNobodyElse) {
  auto& push = add("push");
  push.to("test:R0786/push").hangs();
  add("sms");
  post("p1", Urgency::first, {"push"});
  post("p2", Urgency::first, {"sms"});
  turn();
  clock.run_until(kStart + 1s);
  EXPECT_EQ(reach("p2"), Reach::accepted);
  EXPECT_EQ(reach("p1"), Reach::sent);
}

}  // namespace
}  // namespace shouwang::notify
