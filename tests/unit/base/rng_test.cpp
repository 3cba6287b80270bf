#include "base/rng.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace shouwang {
namespace {

// The first numbers of SplitMix64 from seed 1234567, as its authors' program prints them.
TEST(Rng, GivesTheNumbersOfSplitMix64) {
  Rng rng(1234567);
  EXPECT_EQ(rng.next(), 6457827717110365317ULL);
  EXPECT_EQ(rng.next(), 3203168211198807973ULL);
  EXPECT_EQ(rng.next(), 9817491932198370423ULL);
}

TEST(Rng, TheSameSeedGivesTheSameNumbersAndAnotherSeedOthers) {
  Rng a(7);
  Rng b(7);
  Rng c(8);
  const std::string word = a.word(40);
  EXPECT_EQ(b.word(40), word);
  EXPECT_NE(c.word(40), word);
}

TEST(Rng, BelowStaysBelowAndReachesEveryNumber) {
  Rng rng(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(rng.below(7));
  EXPECT_THAT(seen, ::testing::ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_EQ(rng.below(1), 0U);
}

TEST(Rng, ChanceComesTrueAboutAsOftenAsItSays) {
  Rng rng(2);
  int held = 0;
  for (int i = 0; i < 100'000; ++i) held += rng.chance(250) ? 1 : 0;
  EXPECT_NEAR(held, 25'000, 700);
  EXPECT_FALSE(rng.chance(0));
  EXPECT_TRUE(rng.chance(1000));
}

TEST(Rng, WordsHaveNoLettersThatAreTakenForEachOther) {
  Rng rng(3);
  const std::string word = rng.word(10'000);
  EXPECT_EQ(word.size(), 10'000U);
  EXPECT_EQ(word.find_first_of("ilo01"), std::string::npos);
  EXPECT_EQ(word.find_first_not_of("abcdefghjkmnpqrstuvwxyz23456789"), std::string::npos);
  std::set<char> letters(word.begin(), word.end());
  EXPECT_EQ(letters.size(), 31U);
  EXPECT_EQ(rng.word(0), "");
}

TEST(Rng, WordsOfOneSeedDoNotRepeatSoon) {
  Rng rng(4);
  std::set<std::string> words;
  for (int i = 0; i < 10'000; ++i) words.insert(rng.word(6));
  EXPECT_GE(words.size(), 9'900U);
}

}  // namespace
}  // namespace shouwang
