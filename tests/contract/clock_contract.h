// What every clock promises.
//
//   INSTANTIATE_TEST_SUITE_P(Virtual, ClockContract, ::testing::Values(make_virtual_world));

#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"

namespace shouwang {

// A clock, and the loop on which its actions run.
class ClockWorld {
 public:
  ClockWorld() = default;
  ClockWorld(const ClockWorld&) = delete;
  ClockWorld& operator=(const ClockWorld&) = delete;
  virtual ~ClockWorld() = default;

  virtual Clock& clock() = 0;
  // Lets `span` pass by this clock, and whatever falls due in it happen. A clock of real time
  // may let a little more pass.
  virtual void pass(Millis span) = 0;
};

class ClockContract
    : public ::testing::TestWithParam<std::function<std::unique_ptr<ClockWorld>()>> {
 protected:
  Clock& clock() { return world->clock(); }
  // An action that writes its name into `fired`.
  std::function<void()> note(const char* name) {
    return [this, name] { fired.emplace_back(name); };
  }

  std::unique_ptr<ClockWorld> world = GetParam()();
  const Instant start = world->clock().now();
  std::vector<std::string> fired;
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(ClockContract, TimePasses) {
  world->pass(Millis{20});
  EXPECT_GE(clock().now(), start + Millis{20});
}

TEST_P(ClockContract, NothingFiresBeforeItsTimeAndEverythingAtIt) {
  clock().wake_at(start + Millis{10'000}, note("later"));
  clock().wake_at(start + Millis{20}, [this] {
    EXPECT_GE(clock().now(), start + Millis{20});
    fired.emplace_back("due");
  });
  EXPECT_THAT(fired, IsEmpty());
  world->pass(Millis{40});
  EXPECT_THAT(fired, ElementsAre("due"));
}

TEST_P(ClockContract, AnActionRunsOnce) {
  clock().wake_at(start + Millis{10}, note("once"));
  world->pass(Millis{20});
  world->pass(Millis{20});
  EXPECT_THAT(fired, ElementsAre("once"));
}

TEST_P(ClockContract, ActionsFireInTheOrderOfTheirTimes) {
  clock().wake_at(start + Millis{30}, note("third"));
  clock().wake_at(start + Millis{10}, note("first"));
  clock().wake_at(start + Millis{20}, note("second"));
  world->pass(Millis{40});
  EXPECT_THAT(fired, ElementsAre("first", "second", "third"));
}

TEST_P(ClockContract, EqualTimesFireInTheOrderInWhichTheyWereSet) {
  for (const char* name : {"a", "b", "c", "d"}) clock().wake_at(start + Millis{10}, note(name));
  world->pass(Millis{20});
  EXPECT_THAT(fired, ElementsAre("a", "b", "c", "d"));
}

TEST_P(ClockContract, ATimeThatIsPastFiresSoonButNeverFromInsideTheCall) {
  clock().wake_at(start - Millis{5'000}, note("past"));
  EXPECT_THAT(fired, IsEmpty());
  world->pass(Millis{5});
  EXPECT_THAT(fired, ElementsAre("past"));
}

TEST_P(ClockContract, ACancelledActionNeverRuns) {
  const Clock::Alarm alarm = clock().wake_at(start + Millis{10}, note("cancelled"));
  clock().wake_at(start + Millis{10}, note("kept"));
  clock().cancel(alarm);
  world->pass(Millis{20});
  EXPECT_THAT(fired, ElementsAre("kept"));
}

TEST_P(ClockContract, CancellingWhatHasFiredOrNeverWasIsNoError) {
  const Clock::Alarm alarm = clock().wake_at(start, note("fired"));
  world->pass(Millis{5});
  clock().cancel(alarm);
  clock().cancel(0);
  clock().cancel(alarm + 1'000);
  EXPECT_THAT(fired, ElementsAre("fired"));
}

TEST_P(ClockContract, AnActionMaySetAndCancelOthers) {
  Clock::Alarm doomed = 0;
  clock().wake_at(start + Millis{10}, [&] {
    clock().cancel(doomed);
    clock().wake_at(start + Millis{15}, note("set by another"));
    clock().wake_at(start, note("already due"));
    fired.emplace_back("first");
  });
  doomed = clock().wake_at(start + Millis{10}, note("doomed"));
  world->pass(Millis{30});
  EXPECT_THAT(fired, ElementsAre("first", "already due", "set by another"));
}

TEST_P(ClockContract, AnAlarmHasANameOfItsOwnThatIsNotZero) {
  const Clock::Alarm first = clock().wake_at(start, note("a"));
  world->pass(Millis{5});
  const Clock::Alarm second = clock().wake_at(start, note("b"));
  EXPECT_NE(first, 0U);
  EXPECT_NE(second, 0U);
  EXPECT_NE(first, second);
}

}  // namespace shouwang
