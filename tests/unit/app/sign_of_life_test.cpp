#include "app/sign_of_life.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/virtual_clock.h"
#include "tests/support/elm.h"

namespace shouwang::app {
namespace {

using shouwang::testing::at;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class SignOfLifeTest : public ::testing::Test {
 protected:
  void start(SignOfLife::Settings settings = {.every = 60s, .url = "https://monitor.example/a"}) {
    sign = std::make_unique<SignOfLife>(
        SignOfLife::Parts{.clock = clock,
                          .is_well = [this] { return well; },
                          .beat = [this] { note("beat"); },
                          .ping =
                              [this](const std::string& url, auto done) {
                                note("ping " + url);
                                if (answer)
                                  clock.wake_at(clock.now() + 1s, [=, a = *answer] { done(a); });
                              }},
        std::move(settings));
  }
  void note(const std::string& what) {
    seen.push_back(format_span(clock.now() - at(0s)) + " " + what);
  }
  std::vector<std::string> until(Millis offset) {
    clock.run_until(at(offset));
    return std::exchange(seen, {});
  }

  VirtualClock clock{at(0s)};
  bool well = true;
  std::optional<Result<Done>> answer = Result<Done>(Done{});
  std::vector<std::string> seen;
  std::unique_ptr<SignOfLife> sign;
};

TEST_F(SignOfLifeTest, IsGivenAtOnceAndThenEveryPeriodToTheBrokerAndTheMonitor) {
  start();
  EXPECT_THAT(until(119s), ElementsAre("0s beat", "0s ping https://monitor.example/a", "1min beat",
                                       "1min ping https://monitor.example/a"));
  EXPECT_EQ(sign->state().answered_at, at(61s));
  EXPECT_FALSE(sign->state().held);
}

TEST_F(SignOfLifeTest, WithoutAMonitorOnlyTheBrokerHearsIt) {
  start({.every = 60s, .url = ""});
  EXPECT_THAT(until(61s), ElementsAre("0s beat", "1min beat"));
  EXPECT_FALSE(sign->state().has_url);
}

TEST_F(SignOfLifeTest, StopsWhileSomethingIsWrongAndComesBackAtOnce) {
  start({.every = 60s, .url = ""});
  until(30s);
  well = false;
  EXPECT_THAT(until(10min), IsEmpty());
  EXPECT_TRUE(sign->state().held);
  EXPECT_EQ(sign->state().held_since, at(60s)) << "when it was due";
  well = true;
  EXPECT_THAT(until(10min + 70s), ElementsAre("601s beat", "661s beat"));
  EXPECT_FALSE(sign->state().held);
  EXPECT_EQ(sign->state().held_since, std::nullopt);
}

TEST_F(SignOfLifeTest, AMonitorThatCanNotBeReachedIsNamedButIsNoReasonToStop) {
  answer = fail(Error::Code::unavailable, "no connection");
  start();
  EXPECT_EQ(until(200s).size(), 8U);
  EXPECT_EQ(sign->state().failing_since, at(1s)) << "the first of them";
  EXPECT_EQ(sign->state().trouble, "no connection");
  answer = Result<Done>(Done{});
  until(245s);
  EXPECT_EQ(sign->state().failing_since, std::nullopt);
  EXPECT_EQ(sign->state().trouble, "");
}

TEST_F(SignOfLifeTest, AnAnswerThatComesWhenEverythingHasEndedIsNotHeard) {
  start();
  until(500ms);
  sign.reset();
  clock.run_until(at(2s));
}

TEST_F(SignOfLifeTest, ANewMonitorAndAShorterPeriodTakeHold) {
  start({.every = 1h, .url = ""});
  until(1min);
  sign->use({.every = 60s, .url = "http://office.example/"});
  EXPECT_THAT(until(2min), ElementsAre("2min beat", "2min ping http://office.example/"));
}

}  // namespace
}  // namespace shouwang::app
