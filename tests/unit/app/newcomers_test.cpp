#include "app/newcomers.h"

#include <gtest/gtest.h>

namespace shouwang::app {
namespace {

TEST(NewcomersBox, KeepsTheLastMessageOfATopicAndCounts) {
  Newcomers box;
  box.hear("a", "1", Instant{Millis{1}});
  box.hear("a", "2", Instant{Millis{2}});
  const auto all = box.all();
  ASSERT_EQ(all.samples.size(), 1U);
  EXPECT_EQ(all.samples[0].payload, "2");
  EXPECT_EQ(all.samples[0].count, 2U);
  EXPECT_EQ(all.samples[0].last_at, Instant{Millis{2}});
}

TEST(NewcomersBox, AFloodOfTopicsAndBytesIsCountedAndNotKept) {
  Newcomers box;
  for (std::size_t i = 0; i < Newcomers::kSamplesMax + 10; ++i) {
    box.hear("t" + std::to_string(i), "x", Instant{});
  }
  box.hear("t1", std::string(Newcomers::kSampleBytesMax + 1, 'x'), Instant{});
  const std::string large(1024 * 1024, 'x');
  for (int i = 0; i < 20; ++i) box.announce("b" + std::to_string(i), large);
  const auto all = box.all();
  EXPECT_EQ(all.samples.size(), Newcomers::kSamplesMax);
  EXPECT_EQ(all.announcements.size(), Newcomers::kAnnouncedBytesMax / large.size());
  EXPECT_EQ(all.beyond, 10U + 20U - all.announcements.size());
  for (const auto& sample : all.samples) {
    EXPECT_LE(sample.payload.size(), Newcomers::kSampleBytesMax);
  }
}

TEST(NewcomersBox, AnEmptyAnnouncementTakesTheOldOneBackAndMakesRoom) {
  Newcomers box;
  const std::string large(5 * 1024 * 1024, 'x');
  box.announce("b", large);
  box.announce("c", large);
  EXPECT_EQ(box.all().announcements.size(), 1U);
  box.announce("b", "");
  box.announce("never", "");
  box.announce("c", large);
  ASSERT_EQ(box.all().announcements.size(), 1U);
  EXPECT_EQ(box.all().announcements[0].first, "c");
}

}  // namespace
}  // namespace shouwang::app
