// Laws of the outbox, held against scripts that nobody chose: channels that accept, refuse,
// stall, answer late; withdrawals, merges, restarts, at any time and in any order.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "base/rng.h"
#include "tests/unit/dispatch/post_office.h"

namespace shouwang::dispatch {
namespace {

constexpr const char* kChannels[] = {"push", "sms", "voice"};

int depth(Reach reach) { return reach == Reach::failed ? -1 : static_cast<int>(reach); }

// The outbox in the hands of chance, one step at a time.
class Script {
 public:
  explicit Script(std::uint64_t seed) : rng_(seed) {}

  void step() {
    now_ += Millis{rng_.below(6'000)};
    if (rng_.chance(900)) advance();
    switch (rng_.below(8)) {
      case 0: post(); break;
      case 1: post(); break;
      case 2: answer(); break;
      case 3: answer(); break;
      case 4: withdraw(); break;
      case 5: merge(); break;
      case 6: save(); break;
      default: take(); break;
    }
    if (rng_.chance(30)) restart();
    check();
  }
  // Lets everything end: every channel accepts whatever it is given.
  void drain() {
    for (int i = 0; i < 5'000 && outbox_.next_due(); ++i) {
      advance();
      for (const char* channel : kChannels) {
        for (const ParcelKey& key : outbox_.take(channel, 100, Urgency::technical, now_)) {
          outbox_.report(key, outbox_.find(key)->attempts, {.kind = Receipt::Kind::accepted}, now_);
        }
      }
      if (const auto next = outbox_.next_due()) now_ = std::max(now_, *next);
    }
  }
  const Outbox& outbox() const { return outbox_; }
  std::vector<Parcel> parcels() const {
    std::vector<Parcel> all;
    for (const ParcelKey& key : posted_) {
      if (const Parcel* parcel = outbox_.find(key)) all.push_back(*parcel);
    }
    return all;
  }

 private:
  void advance() {
    for (const Moved& moved : outbox_.advance(now_)) note(moved);
    // Whatever was due is done.
    RC_ASSERT(!outbox_.next_due() || *outbox_.next_due() > now_);
  }
  void note(const Moved& moved) {
    if (moved.exhausted) RC_ASSERT(exhausted_.insert(moved.key).second);
  }
  IncidentId incident() { return IncidentId("i" + std::to_string(rng_.below(4))); }
  Parcel made(const std::string& key) {
    Parcel parcel = to_r1(key.c_str());
    parcel.items = {{.incident = incident()}};
    parcel.urgency = static_cast<Urgency>(rng_.below(5));
    parcel.critical = rng_.chance(500);
    parcel.route.clear();
    for (auto legs = rng_.below(3) + 1; legs > 0; --legs) {
      parcel.route.push_back({.channel = kChannels[rng_.below(3)], .address = "test:R1/x"});
    }
    parcel.created_at = now_;
    const Instant leave = now_ + Millis{rng_.chance(300) ? rng_.below(20'000) : 0};
    parcel.not_before = parcel.leg_since = parcel.next_at = leave;
    parcel.expires_at = leave + Millis{rng_.chance(300) ? 60'000 : 86'400'000};
    return parcel;
  }
  void post() {
    const std::string key = "k" + std::to_string(posted_.size());
    posted_.emplace_back(key);
    outbox_.add(made(key));
  }
  const ParcelKey* any() {
    return posted_.empty() ? nullptr : &posted_[rng_.below(posted_.size())];
  }
  void take() {
    const auto least = static_cast<Urgency>(rng_.below(5));
    const auto most = rng_.below(4);
    const auto taken = outbox_.take(kChannels[rng_.below(3)], most, least, now_);
    RC_ASSERT(taken.size() <= most);
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const Parcel& parcel = *outbox_.find(taken[i]);
      RC_ASSERT(parcel.state == Parcel::State::sending);
      RC_ASSERT(parcel.urgency <= least);
      RC_ASSERT(parcel.not_before <= now_);
      RC_ASSERT(now_ < parcel.expires_at);
      if (i > 0) RC_ASSERT(outbox_.find(taken[i - 1])->urgency <= parcel.urgency);
    }
  }
  void answer() {
    const ParcelKey* key = any();
    if (key == nullptr) return;
    const Parcel* parcel = outbox_.find(*key);
    if (parcel == nullptr || parcel->attempts == 0) return;
    const int attempt = parcel->attempts - static_cast<int>(rng_.below(2));
    const auto moved = outbox_.report(*key, std::max(attempt, 1),
                                      {.kind = static_cast<Receipt::Kind>(rng_.below(6)),
                                       .retry_after = Millis{rng_.below(20'000)}},
                                      now_);
    RC_ASSERT(moved.has_value());
    note(*moved);
  }
  void withdraw() {
    if (const ParcelKey* key = any()) outbox_.withdraw(*key, incident());
  }
  void merge() {
    if (const ParcelKey* key = any()) outbox_.merge(*key, made("more"), now_);
  }
  void save() {
    for (const ParcelKey& key : outbox_.take_changed()) disk_[key] = *outbox_.find(key);
    outbox_.sweep();
  }
  // The process ends after a save and comes back some time later.
  void restart() {
    save();
    for (const auto& [key, parcel] : disk_) {
      const Parcel* held = outbox_.find(key);
      const bool same = held == nullptr ? !parcel.is_live() : *held == parcel;
      RC_ASSERT(same);
    }
    outbox_ = Outbox();
    now_ += Millis{rng_.below(100'000)};
    for (const auto& [key, parcel] : disk_) {
      if (parcel.is_live()) outbox_.restore(parcel, now_);
    }
    advance();
  }
  void check() {
    for (const ParcelKey& key : posted_) {
      const Parcel* parcel = outbox_.find(key);
      if (parcel == nullptr) continue;
      RC_ASSERT(!broken_rule(*parcel).has_value());
      if (parcel->is_live()) RC_ASSERT(outbox_.next_due().has_value());
      Parcel& before = last_.try_emplace(key, *parcel).first->second;
      RC_ASSERT(parcel->attempts >= before.attempts);
      RC_ASSERT(parcel->round >= before.round);
      RC_ASSERT(before.is_live() || !parcel->is_live());
      RC_ASSERT(depth(parcel->reach) >= depth(before.reach) || parcel->reach == Reach::failed);
      if (depth(before.reach) >= depth(Reach::accepted)) RC_ASSERT(parcel->reach != Reach::failed);
      for (const auto& item : parcel->items) {
        const auto keys = outbox_.concerning(item.incident);
        const bool listed = std::find(keys.begin(), keys.end(), key) != keys.end();
        RC_ASSERT(listed == parcel->is_live());
      }
      before = *parcel;
    }
  }

  Rng rng_;
  Instant now_ = at(0);
  Outbox outbox_;
  std::vector<ParcelKey> posted_;
  std::map<ParcelKey, Parcel> last_;
  std::map<ParcelKey, Parcel> disk_;
  std::set<ParcelKey> exhausted_;
};

TEST(OutboxLaws, NoScriptBreaksARuleOrLeavesAParcelWithoutANextMoment) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    Script script(seed);
    for (int i = 0; i < 150; ++i) script.step();
  }));
}

TEST(OutboxLaws, WhateverHappenedEveryParcelComesToAnEndOnceTheChannelsWork) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    Script script(seed);
    for (int i = 0; i < 60; ++i) script.step();
    script.drain();
    RC_ASSERT(!script.outbox().next_due().has_value());
    for (const Parcel& parcel : script.parcels()) RC_ASSERT(!parcel.is_live());
  }));
}

TEST(OutboxLaws, TheSameScriptGivesTheSameParcels) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    Script one(seed);
    Script other(seed);
    for (int i = 0; i < 100; ++i) {
      one.step();
      other.step();
    }
    RC_ASSERT(one.parcels() == other.parcels());
  }));
}

// R-28 in general: however many ways an alarm has, in whatever state its channels are, each way's
// turn comes no later than fifteen seconds after the one before.
TEST(OutboxLaws, EveryWayOfAnAlarmGetsItsTurnInTime) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    Rng rng(seed);
    Outbox outbox;
    Parcel parcel = to_r1();
    parcel.route.clear();
    const auto legs = rng.below(5) + 1;
    for (std::uint64_t i = 0; i < legs; ++i) {
      parcel.route.push_back({.channel = std::to_string(i), .address = "test:R1/x"});
    }
    outbox.add(parcel);
    Instant turn = at(0);
    std::size_t leg = 0;
    for (Instant now = at(0); now <= at(15.0 * static_cast<double>(legs)); now += Millis{100}) {
      outbox.advance(now);
      const Parcel& state = *outbox.find(parcel.key);
      if (state.leg > leg) {
        RC_ASSERT(now - turn <= Millis{15'000});
        leg = state.leg;
        turn = now;
      }
      if (state.round > 0) break;
      // A channel that is stuck, takes it and says nothing, or wants it later.
      if (rng.chance(20)) outbox.take(std::to_string(leg), 1, Urgency::first, now);
      if (rng.chance(20)) {
        outbox.report(parcel.key, state.attempts,
                      {.kind = Receipt::Kind::retry, .retry_after = Millis{rng.below(9'000)}}, now);
      }
    }
    RC_ASSERT(leg + 1 == legs);
  }));
}

TEST(OutboxLaws, NothingHappensBeforeTheMomentThatWasAnnounced) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    Script script(seed);
    for (int i = 0; i < 80; ++i) script.step();
    Outbox outbox = script.outbox();
    const auto next = outbox.next_due();
    if (!next) return;
    const auto before = script.parcels();
    RC_ASSERT(outbox.advance(*next - Millis{1}).empty());
    for (const Parcel& parcel : before) RC_ASSERT(*outbox.find(parcel.key) == parcel);
    RC_ASSERT(outbox.next_due() == next);
  }));
}

}  // namespace
}  // namespace shouwang::dispatch
