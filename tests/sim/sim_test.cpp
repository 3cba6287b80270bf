// The short form of tools/simulate, for every build and under the sanitizers.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/run.h"

namespace shouwang::sim {
namespace {

Options small(std::uint64_t seed) {
  Options options = draw(seed);
  options.hours = 6;
  options.dangers = std::min(options.dangers, 4);
  options.storms = 0;
  options.communities = 1;
  return options;
}

class Simulate : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Simulate, NoLawIsBroken) {
  const Outcome outcome = run(small(GetParam()));
  EXPECT_EQ(outcome.broken_law, "")
      << outcome.what << "\n  tools/simulate " << flags_for(outcome.options);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Simulate, ::testing::Range<std::uint64_t>(1, 7));

TEST(SimulateTwice, TheSameSeedGivesTheSameHash) {
  const Outcome first = run(small(8));
  EXPECT_GT(first.messages, 0U);
  EXPECT_EQ(run(small(8)).hash, first.hash);
  EXPECT_NE(run(small(9)).hash, first.hash);
}

TEST(SimulatePlanted, AForgottenStandDownIsCaught) {
  EXPECT_NE(hunt(planted::Bug::forget_stand_down, 3).law, "");
}

TEST(SimulatePlanted, ParcelsThatAreNotSavedAreCaught) {
  EXPECT_NE(hunt(planted::Bug::lose_parcels, 3).law, "");
}

TEST(SimulatePlanted, AFirstMessageThatWaitsIsCaught) {
  // What waits makes its queue long, too: one of the two sees it first.
  const std::string law = hunt(planted::Bug::hold_first, 3).law;
  EXPECT_TRUE(law == "FirstMessageNeverWaits" || law == "QueuesStayBounded") << law;
}

TEST(SimulatePlanted, AMaintenanceListThatForgetsIsCaught) {
  EXPECT_EQ(hunt(planted::Bug::forgetful_list, 4).law, "NothingBrokenIsForgotten");
}

TEST(SimulateOptions, AreWrittenSoThatTheyCanBeReadBack) {
  Options options = draw(17);
  ASSERT_TRUE(set(options, "crashes=77"));
  EXPECT_EQ(flags_for(options), "--seed 17 --set crashes=77");
  EXPECT_FALSE(set(options, "no_such=1"));
  EXPECT_FALSE(set(options, "crashes=many"));
}

}  // namespace
}  // namespace shouwang::sim
