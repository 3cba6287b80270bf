#include "base/virtual_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/contract/clock_contract.h"

namespace shouwang {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{Millis{1'768'502'400'000}};

class VirtualWorld final : public ClockWorld {
 public:
  Clock& clock() override { return clock_; }
  void pass(Millis span) override { clock_.run_until(clock_.now() + span); }

 private:
  VirtualClock clock_{kStart};
};

INSTANTIATE_TEST_SUITE_P(Virtual, ClockContract,
                         ::testing::Values([] { return std::make_unique<VirtualWorld>(); }));

TEST(VirtualClock, StandsStillUntilTold) {
  VirtualClock clock(kStart);
  EXPECT_EQ(clock.now(), kStart);
  EXPECT_EQ(clock.now(), kStart);
  clock.run_until(kStart + 3s);
  EXPECT_EQ(clock.now(), kStart + 3s);
}

TEST(VirtualClock, EachActionRunsAtItsOwnTime) {
  VirtualClock clock(kStart);
  std::vector<Instant> times;
  clock.wake_at(kStart + 2s, [&] {
    times.push_back(clock.now());
    clock.wake_at(kStart + 5s, [&] { times.push_back(clock.now()); });
  });
  clock.run_until(kStart + 10s);
  EXPECT_EQ(times, (std::vector{kStart + 2s, kStart + 5s}));
  EXPECT_EQ(clock.now(), kStart + 10s);
}

TEST(VirtualClock, KnowsWhatIsNext) {
  VirtualClock clock(kStart);
  EXPECT_EQ(clock.next(), std::nullopt);
  clock.wake_at(kStart + 9s, [] {});
  const Clock::Alarm sooner = clock.wake_at(kStart + 4s, [] {});
  EXPECT_EQ(clock.next(), kStart + 4s);
  clock.cancel(sooner);
  EXPECT_EQ(clock.next(), kStart + 9s);
  clock.wake_at(kStart - 1s, [] {});
  EXPECT_EQ(clock.next(), kStart);
}

TEST(VirtualClock, AJumpFiresNothingUntilTheClockRunsAgain) {
  VirtualClock clock(kStart);
  std::vector<Instant> times;
  clock.wake_at(kStart + 1s, [&] { times.push_back(clock.now()); });
  clock.jump_to(kStart + 60s);
  EXPECT_TRUE(times.empty());
  EXPECT_EQ(clock.next(), kStart + 60s);
  clock.run_until(kStart + 61s);
  EXPECT_EQ(times, std::vector{kStart + 60s});
}

TEST(VirtualClock, AnActionThatJumpsDoesNotLetTimeStepBack) {
  VirtualClock clock(kStart);
  clock.wake_at(kStart + 1s, [&] { clock.jump_to(kStart + 60s); });
  clock.run_until(kStart + 2s);
  EXPECT_EQ(clock.now(), kStart + 60s);
}

TEST(VirtualClock, NeverGoesBack) {
  VirtualClock clock(kStart);
  EXPECT_DEATH(clock.run_until(kStart - 1ms), "until >= now_");
  EXPECT_DEATH(clock.jump_to(kStart - 1ms), "to >= now_");
}

TEST(VirtualClock, WhateverIsSetFiresInTheOrderOfTimeThenOfSetting) {
  const bool held = rc::check([](const std::vector<std::uint8_t>& offsets) {
    VirtualClock clock(kStart);
    std::vector<std::pair<Instant, std::size_t>> fired;
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      clock.wake_at(kStart + Millis{offsets[i]}, [&, i] { fired.emplace_back(clock.now(), i); });
    }
    clock.run_until(kStart + 300ms);
    RC_ASSERT(fired.size() == offsets.size());
    RC_ASSERT(std::is_sorted(fired.begin(), fired.end()));
    for (const auto& [at, i] : fired) RC_ASSERT(at == kStart + Millis{offsets[i]});
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace shouwang
