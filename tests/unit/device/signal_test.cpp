#include "device/signal.h"

#include <gtest/gtest.h>

namespace shouwang::device {
namespace {

TEST(Signal, HasANameForEveryKindAndMeaning) {
  for (int k = 0; k < static_cast<int>(kKindCount); ++k) {
    const auto kind = static_cast<Kind>(k);
    EXPECT_EQ(kind_named(name_of(kind)), kind);
  }
  for (int m = 0; m <= static_cast<int>(Meaning::unknown); ++m) {
    const auto meaning = static_cast<Meaning>(m);
    EXPECT_EQ(meaning_named(name_of(meaning)), meaning);
  }
  EXPECT_EQ(kind_named("Gas"), std::nullopt);
  EXPECT_EQ(meaning_named(""), std::nullopt);
}

TEST(Signal, OfAValveOrTheDeviceItselfIsNoAlarm) {
  EXPECT_TRUE(is_alarm({.kind = Kind::water, .meaning = Meaning::prealarm}));
  EXPECT_TRUE(is_alarm({.kind = Kind::gas, .meaning = Meaning::linked_alarm}));
  EXPECT_FALSE(is_alarm({.kind = Kind::valve, .meaning = Meaning::alarm}));
  EXPECT_FALSE(is_alarm({.kind = Kind::device, .meaning = Meaning::alarm}));
  EXPECT_FALSE(is_alarm({.kind = Kind::gas, .meaning = Meaning::unknown}));
}

TEST(Signal, TellsNothingIfItOnlyLives) {
  EXPECT_FALSE(is_telling({.kind = Kind::device, .meaning = Meaning::heartbeat}));
  EXPECT_FALSE(is_telling({.kind = Kind::device, .meaning = Meaning::measurement, .value = 80}));
  EXPECT_TRUE(is_telling({.kind = Kind::gas, .meaning = Meaning::measurement, .value = 80}));
  EXPECT_TRUE(is_telling({.kind = Kind::device, .meaning = Meaning::unknown}));
}

TEST(SignOfLife, IsWhatTheDeviceSaysNow) {
  const Signal beat{.kind = Kind::device, .meaning = Meaning::heartbeat};
  const Signal offline{.kind = Kind::device, .meaning = Meaning::offline};
  EXPECT_TRUE(is_sign_of_life({.signals = {beat}}));
  EXPECT_TRUE(is_sign_of_life({.problem = "not JSON"})) << "it talks nonsense, but it talks";
  EXPECT_FALSE(is_sign_of_life({.signals = {beat}, .fresh = false}));
  EXPECT_FALSE(is_sign_of_life({.signals = {offline}}));
  EXPECT_FALSE(is_sign_of_life({}));
}

}  // namespace
}  // namespace shouwang::device
