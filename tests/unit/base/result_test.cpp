#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "base/check.h"

namespace shouwang {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(Error::Code::invalid, std::to_string(number) + " is odd");
  return number / 2;
}

Result<int> quarter(int number) {
  TRY(first, half(number));
  TRY(second, half(first));
  return second;
}

Result<Done> even(int number) {
  TRY_DONE(half(number));
  return Done{};
}

TEST(Result, TryBindsTheValue) { EXPECT_EQ(*quarter(12), 3); }

TEST(Result, TryReturnsTheErrorAsItWas) {
  ASSERT_FALSE(quarter(6));
  EXPECT_EQ(quarter(6).error(), (Error{Error::Code::invalid, "3 is odd"}));
}

TEST(Result, TryDoneReturnsOnlyAnError) {
  EXPECT_EQ(even(4), Done{});
  ASSERT_FALSE(even(5));
  EXPECT_EQ(even(5).error(), (Error{Error::Code::invalid, "5 is odd"}));
}

TEST(Result, TryBindsWhatCanOnlyBeMoved) {
  const auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(7); };
  const auto use = [&]() -> Result<std::unique_ptr<int>> {
    TRY(made, make());
    return std::move(made);
  };
  EXPECT_EQ(**use(), 7);
}

TEST(Result, TryAsksOnce) {
  int asked = 0;
  const auto ask = [&]() -> Result<int> { return ++asked; };
  const auto use = [&]() -> Result<Done> {
    TRY(first, ask());
    TRY_DONE(ask());
    return Done{};
  };
  EXPECT_TRUE(use());
  EXPECT_EQ(asked, 2);
}

TEST(Result, EveryCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Error::Code::newer_schema); ++i) {
    const std::string_view name = name_of(static_cast<Error::Code>(i));
    EXPECT_NE(name, "unknown");
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  EXPECT_EQ(name_of(Error::Code::disk_full), "disk_full");
}

TEST(Check, ARuleThatHoldsCostsNothing) {
  int asked = 0;
  CHECK(++asked == 1);
  EXPECT_EQ(asked, 1);
}

TEST(Check, ABrokenRuleEndsTheProcessAndNamesThePlace) {
  EXPECT_DEATH(CHECK(1 + 1 == 3), "broken rule at .*result_test.cpp:[0-9]+: 1 \\+ 1 == 3");
}

}  // namespace
}  // namespace shouwang
