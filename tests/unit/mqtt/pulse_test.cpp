#include "mqtt/pulse.h"

#include <gtest/gtest.h>

#include <vector>

namespace shouwang::mqtt {
namespace {

using std::chrono::seconds;
using Act = Pulse::Act;

constexpr Millis kTick{250};

// Lets the time pass in ticks until something is to be done, at most `longest`; says when.
struct Done {
  Act act = Act::wait;
  Millis after{0};

  friend bool operator==(const Done&, const Done&) = default;
};

Done run(Pulse& pulse, Millis longest, bool alive = false) {
  Done done;
  while (done.after < longest) {
    done.after += kTick;
    done.act = pulse.tick(kTick, alive);
    if (done.act != Act::wait) break;
  }
  return done;
}

// The same, but beats are sent and never end it.
Done run_past_beats(Pulse& pulse, Millis longest, bool alive = false) {
  Done done;
  while (done.after < longest) {
    done.after += kTick;
    done.act = pulse.tick(kTick, alive);
    if (done.act != Act::wait && done.act != Act::beat) break;
  }
  return done;
}

void open(Pulse& pulse) {
  ASSERT_EQ(run(pulse, Pulse::kLongestPause).act, Act::connect);
  pulse.accepted();
  pulse.subscribed();
}

TEST(Pulse, TheFirstConnectionIsTriedAtOnce) {
  Pulse pulse(1);
  EXPECT_EQ(pulse.tick(Millis{0}, false), Act::connect);
}

TEST(Pulse, TheFirstRetryComesWithinHalfASecond) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Pulse pulse(seed);
    open(pulse);
    pulse.ended();
    const Done retry = run(pulse, seconds(20));
    EXPECT_EQ(retry.act, Act::connect);
    EXPECT_GE(retry.after, Millis{250});
    EXPECT_LE(retry.after, Millis{500});
  }
}

TEST(Pulse, PausesGrowToTenSecondsAndNoFurther) {
  Pulse pulse(7);
  ASSERT_EQ(pulse.tick(kTick, false), Act::connect);
  const std::vector<Millis> longest = {Millis{500},  Millis{1000},  Millis{2000}, Millis{4000},
                                       Millis{8000}, Millis{10000}, Millis{10000}};
  for (const Millis most : longest) {
    pulse.ended();
    const Done retry = run(pulse, seconds(60));
    EXPECT_EQ(retry.act, Act::connect);
    EXPECT_GE(retry.after, most / 2);
    EXPECT_LE(retry.after, most + kTick);
  }
}

TEST(Pulse, TwoGatewaysDoNotComeBackAtTheSameMoment) {
  Pulse one(1);
  Pulse other(2);
  std::vector<Millis> ones, others;
  for (int turn = 0; turn < 8; ++turn) {
    one.ended();
    other.ended();
    ones.push_back(run(one, seconds(60)).after);
    others.push_back(run(other, seconds(60)).after);
  }
  EXPECT_NE(ones, others);
}

TEST(Pulse, AConnectionThatFlapsIsNotProvenAndPausesKeepGrowing) {
  Pulse pulse(3);
  for (int turn = 0; turn < 6; ++turn) {
    open(pulse);
    run_past_beats(pulse, seconds(2), true);
    pulse.ended();
  }
  EXPECT_GE(run(pulse, seconds(60)).after, Millis{5000});
}

TEST(Pulse, AConnectionThatLastedIsFollowedByAFirstPauseAgain) {
  Pulse pulse(3);
  for (int turn = 0; turn < 6; ++turn) pulse.ended();
  open(pulse);
  run_past_beats(pulse, seconds(11), true);
  pulse.ended();
  EXPECT_LE(run(pulse, seconds(60)).after, Millis{500});
}

TEST(Pulse, ATryWithoutAnAnswerIsGivenUp) {
  Pulse pulse(1);
  ASSERT_EQ(pulse.tick(kTick, false), Act::connect);
  EXPECT_EQ(run(pulse, seconds(60)), (Done{Act::cut, Pulse::kHandshakeMax}));
}

TEST(Pulse, ABrokerThatNeverConfirmsTheSubscriptionsIsGivenUp) {
  Pulse pulse(1);
  ASSERT_EQ(pulse.tick(kTick, false), Act::connect);
  run(pulse, seconds(9));
  pulse.accepted();
  EXPECT_EQ(run(pulse, seconds(60)), (Done{Act::cut, Pulse::kHandshakeMax}));
}

TEST(Pulse, WhileTheBrokerAnswersOneFilterAfterTheOtherItIsWaitedFor) {
  Pulse pulse(1);
  ASSERT_EQ(pulse.tick(kTick, false), Act::connect);
  pulse.accepted();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(run(pulse, seconds(9)).act, Act::wait);
    pulse.answered();
  }
  EXPECT_EQ(run(pulse, seconds(60)), (Done{Act::cut, seconds(10)}));
}

TEST(Pulse, AlarmsThatComeBeforeTheLastAnswerAreNoReasonToBeginAgain) {
  Pulse pulse(1);
  ASSERT_EQ(pulse.tick(kTick, false), Act::connect);
  pulse.accepted();
  EXPECT_EQ(run(pulse, seconds(119), true).act, Act::wait);
  EXPECT_EQ(run(pulse, seconds(60), true), (Done{Act::cut, seconds(1)})) << "but not for ever";
}

TEST(Pulse, BeatsAreSentAtOnceAndThenCloserThanASecond) {
  Pulse pulse(1);
  open(pulse);
  EXPECT_EQ(run(pulse, seconds(5), true), (Done{Act::beat, kTick}));
  EXPECT_EQ(run(pulse, seconds(5), true), (Done{Act::beat, Millis{750}}));
  EXPECT_EQ(run(pulse, seconds(5), true), (Done{Act::beat, Millis{750}}));
}

TEST(Pulse, SilenceEndsAConnectionThatOnceEchoed) {
  Pulse pulse(1);
  open(pulse);
  pulse.echoed();
  run_past_beats(pulse, seconds(30), true);
  EXPECT_EQ(run_past_beats(pulse, seconds(60)), (Done{Act::cut, Pulse::kSilenceMax}));
}

TEST(Pulse, AnyMessageIsASignOfLife) {
  Pulse pulse(1);
  open(pulse);
  pulse.echoed();
  for (int turn = 0; turn < 20; ++turn) {
    EXPECT_NE(run_past_beats(pulse, Millis{4500}).act, Act::cut);
    pulse.tick(kTick, true);
  }
}

TEST(Pulse, ABrokerThatNeverGivesBeatsBackIsSuspectedTwiceAndThenLeftConnected) {
  Pulse pulse(1);
  for (int turn = 0; turn < Pulse::kSuspicionsMax; ++turn) {
    open(pulse);
    EXPECT_EQ(run_past_beats(pulse, seconds(60)).act, Act::cut);
    EXPECT_FALSE(pulse.unheard());
    pulse.ended();
  }
  open(pulse);
  EXPECT_NE(run_past_beats(pulse, seconds(600)).act, Act::cut);
  EXPECT_TRUE(pulse.unheard());
  pulse.echoed();
  EXPECT_FALSE(pulse.unheard());
  run_past_beats(pulse, kTick, true);
  EXPECT_EQ(run_past_beats(pulse, seconds(60)).act, Act::cut);
}

}  // namespace
}  // namespace shouwang::mqtt
