// The traps of the wild that are the intake's; the others: tests/unit/device/traps_test.cpp and
// tests/system/mqtt/traps_test.cpp.

#include <gtest/gtest.h>

#include "mqtt/intake.h"

namespace shouwang::mqtt {
namespace {

// Never asked: what is too large is not parsed.
class NoReading final : public Reading {
 public:
  Care read(const Incoming&, std::vector<Said>&) const override {
    ADD_FAILURE() << "read";
    return Care::alarm;
  }
};

TEST(Trap36, AHugeBridgeMessageIsCountedAndNeverParsedNorHoldsUpTheLink) {
  Intake::Settings settings;
  settings.wait = [](auto&, auto&, const auto&, Millis) {
    ADD_FAILURE() << "waits";
    return false;
  };
  Intake intake(std::move(settings), std::make_shared<NoReading>(), [] {});
  const std::string devices(64 * 1024 + 1, 'x');
  EXPECT_EQ(intake.on_message({.topic = "zigbee2mqtt/bridge/devices", .payload = devices}),
            Verdict::keep);
  EXPECT_EQ(intake.counts().oversized, 1u);
  std::deque<Arrival> arrived;
  intake.take(arrived);
  ASSERT_EQ(arrived.size(), 1u);
  EXPECT_EQ(arrived.front().payload, "") << "the bytes are not kept";
}

}  // namespace
}  // namespace shouwang::mqtt
