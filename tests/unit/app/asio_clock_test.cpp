#include "app/asio_clock.h"

#include "tests/contract/clock_contract.h"

namespace shouwang::app {
namespace {

class AsioWorld final : public ClockWorld {
 public:
  Clock& clock() override { return clock_; }
  void pass(Millis span) override {
    loop_.restart();
    loop_.run_for(span + Millis{5});
  }

 private:
  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_ =
      boost::asio::make_work_guard(loop_);
  AsioClock clock_{loop_, Instant{}};
};

TEST(AsioClock, StartsNoEarlierThanWhatIsOnDisk) {
  boost::asio::io_context loop;
  const Instant later = system_now() + Millis{3'600'000};
  AsioClock clock(loop, later);
  EXPECT_GE(clock.now(), later);
  EXPECT_GT(clock.ahead(), Millis{3'590'000});
}

TEST(AsioClock, IsNotAheadWhileTheSystemClockIsRight) {
  boost::asio::io_context loop;
  AsioClock clock(loop, Instant{});
  EXPECT_EQ(clock.ahead(), Millis{0});
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Asio, ClockContract,
                         ::testing::Values([]() -> std::unique_ptr<ClockWorld> {
                           return std::make_unique<app::AsioWorld>();
                         }));

}  // namespace shouwang::app
