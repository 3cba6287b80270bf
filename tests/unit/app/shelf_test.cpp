#include "app/shelf.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "tests/support/temp_dir.h"

namespace shouwang::app {
namespace {

using Hand = Shelf::Hand;

const std::uint64_t kBad = Shelf::mark_of("a/b", "bad");
const std::uint64_t kGood = Shelf::mark_of("a/b", "good");

class ShelfTest : public ::testing::Test {
 protected:
  std::unique_ptr<Shelf> open() {
    auto shelf = Shelf::open(path());
    EXPECT_TRUE(shelf) << shelf.error().what;
    return std::move(*shelf);
  }
  // A process that ends while `mark` is in a hand.
  void end_with(std::uint64_t mark, bool by_own_fault, Hand hand = Hand::loop) {
    const auto shelf = open();
    shelf->take(hand, mark);
    if (by_own_fault) shelf->note_crash();
  }
  std::string path() const { return (folder.path() / "store.hand").string(); }

  testing::TempDir folder;
};

TEST_F(ShelfTest, NamesAMessageByTopicAndPayload) {
  EXPECT_NE(Shelf::mark_of("a", "bc"), Shelf::mark_of("ab", "c"));
  EXPECT_EQ(Shelf::mark_of("a", "b"), Shelf::mark_of("a", "b"));
  EXPECT_NE(Shelf::mark_of("", ""), 0U);
}

TEST_F(ShelfTest, AMessageInHandAtTwoEndsIsPoisonAndNoOther) {
  end_with(kBad, true);
  EXPECT_FALSE(open()->is_poison(kBad)) << "once may be chance";
  end_with(kBad, true, Hand::link);
  EXPECT_TRUE(open()->is_poison(kBad));
  EXPECT_TRUE(open()->is_poison(kBad)) << "it stays so";
  EXPECT_FALSE(open()->is_poison(kGood));
}

TEST_F(ShelfTest, TwoHandsOnOneMessageCountOnce) {
  {
    const auto shelf = open();
    shelf->take(Hand::link, kBad);
    shelf->take(Hand::loop, kBad);
    shelf->note_crash();
  }
  EXPECT_FALSE(open()->is_poison(kBad));
}

TEST_F(ShelfTest, ADeviceThatCountsItsRepeatsIsSetAsideAfterTheThirdEnd) {
  const auto repeat = [](int count) {
    return Shelf::mark_of("home/1", "alarm " + std::to_string(count));
  };
  for (int i = 1; i <= 3; ++i) {
    EXPECT_FALSE(open()->is_poison(repeat(i)));
    end_with(repeat(i), true);
  }
  EXPECT_TRUE(open()->is_poison(repeat(4)));
  EXPECT_FALSE(open()->is_poison(Shelf::mark_of("home/2", "alarm 4"))) << "no other device";
}

TEST_F(ShelfTest, ATopicOfWhichAMessageWasHandledBetweenIsNotSetAside) {
  for (int i = 1; i <= 6; ++i) {
    end_with(Shelf::mark_of("bridge", "alarm " + std::to_string(i)), true);
    if (i % 2 == 0) open()->acquit(Shelf::mark_of("bridge", "beat"));
  }
  EXPECT_FALSE(open()->is_poison(Shelf::mark_of("bridge", "alarm 7")));
}

TEST_F(ShelfTest, AHandledMessageDoesNotAcquitAnother) {
  end_with(kBad, true);
  end_with(kBad, true);
  open()->acquit(kGood);
  EXPECT_TRUE(open()->is_poison(kBad));
}

TEST_F(ShelfTest, AKillFromOutsideIsNotTheMessagesDoing) {
  for (int i = 0; i < 5; ++i) end_with(kBad, false);
  EXPECT_FALSE(open()->had_crashed());
  EXPECT_FALSE(open()->is_poison(kBad));
}

TEST_F(ShelfTest, WhatWasPutDownIsNotSuspected) {
  for (int i = 0; i < 3; ++i) {
    const auto shelf = open();
    shelf->take(Hand::loop, kBad);
    shelf->put_down(Hand::loop);
    shelf->note_crash();
  }
  EXPECT_FALSE(open()->is_poison(kBad));
}

TEST_F(ShelfTest, WhatWasHandledInTheEndIsAcquitted) {
  end_with(kBad, true);
  open()->acquit(kBad);
  end_with(kBad, true);
  EXPECT_FALSE(open()->is_poison(kBad));
}

TEST_F(ShelfTest, RemembersTheLatestOfManySuspects) {
  for (std::uint64_t mark = 1; mark <= 100; ++mark) end_with(mark, true);
  end_with(100, true);
  EXPECT_TRUE(open()->is_poison(100));
}

TEST_F(ShelfTest, AFileThatIsNoneOfOursIsBegunAnew) {
  std::ofstream(path()) << std::string(4096, 'x');
  EXPECT_FALSE(open()->had_crashed());
  EXPECT_FALSE(open()->is_poison(0x7878787878787878));
}

TEST_F(ShelfTest, AFolderThatIsNotThereIsSaid) {
  const auto shelf = Shelf::open((folder.path() / "none" / "store.hand").string());
  ASSERT_FALSE(shelf);
  EXPECT_NE(shelf.error().what.find("No such file"), std::string::npos);
}

TEST_F(ShelfTest, AnEndBySignalIsNotedAndStillAnEnd) {
  for (const int number : {SIGABRT, SIGSEGV}) {
    EXPECT_EXIT(
        {
          const auto shelf = open();
          shelf->take(Hand::loop, kBad);
          std::signal(number, SIG_DFL);  // Not the sanitizer's.
          const auto again = open();
          again->take(Hand::loop, kBad);
          std::raise(number);
        },
        ::testing::KilledBySignal(number), "");
    const auto after = open();
    EXPECT_TRUE(after->had_crashed());
  }
  EXPECT_TRUE(open()->is_poison(kBad));
}

}  // namespace
}  // namespace shouwang::app
