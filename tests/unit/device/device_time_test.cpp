#include "device/device_time.h"

#include <gtest/gtest.h>

#include "tests/unit/device/library.h"

namespace shouwang::device {
namespace {

std::string read(const TimeRule& rule, const Value& value) {
  const auto time = device_time(rule, value, now());
  return time ? format_utc(*time) : "none";
}

TEST(DeviceTime, ReadsEveryForm) {
  EXPECT_EQ(read({.formats = {"iso"}}, Value::of_text("2026-01-16T02:39:59+08:00")),
            "2026-01-15T18:39:59.000Z");
  EXPECT_EQ(read({.formats = {"epoch_s"}}, Value::of_number(1768502399.5)),
            "2026-01-15T18:39:59.500Z");
  EXPECT_EQ(read({.formats = {"epoch_ms"}}, Value::of_number(1768502399500)),
            "2026-01-15T18:39:59.500Z");
  EXPECT_EQ(read({.formats = {"%Y%m%dT%H%M%SZ"}, .offset = Millis{0}},
                 Value::of_text("20260115T183959Z")),
            "2026-01-15T18:39:59.000Z");
  EXPECT_EQ(read({.formats = {"%Y%m%d %H:%M:%S.%f"}, .offset = std::chrono::hours{8}},
                 Value::of_text("20260116 02:39:59.25")),
            "2026-01-15T18:39:59.250Z");
}

TEST(DeviceTime, TriesTheFormatsInOrder) {
  const TimeRule rule{.formats = {"iso", "epoch_ms"}};
  EXPECT_EQ(read(rule, Value::of_number(1768502399000)), "2026-01-15T18:39:59.000Z");
  EXPECT_EQ(read(rule, Value::of_text("2026-01-15T18:39:59Z")), "2026-01-15T18:39:59.000Z");
}

TEST(DeviceTime, IsNotTakenWithoutAZone) {
  EXPECT_EQ(read({.formats = {"%Y-%m-%dT%H:%M:%S"}}, Value::of_text("2026-01-15T18:39:59")),
            "none");
}

TEST(DeviceTime, IsNotTakenOutsideItsWindow) {
  const TimeRule rule{.formats = {"iso"}};
  EXPECT_EQ(read(rule, Value::of_text("1970-01-01T00:00:03Z")), "none");
  EXPECT_EQ(read(rule, Value::of_text("0001-01-01T00:00:00Z")), "none");
  EXPECT_EQ(read(rule, Value::of_text("2024-01-15T18:40:00Z")), "none");
  EXPECT_EQ(read(rule, Value::of_text("2025-12-16T18:40:00Z")), "2025-12-16T18:40:00.000Z");
  EXPECT_EQ(read(rule, Value::of_text("2025-12-16T18:39:59.999Z")), "none");
  EXPECT_EQ(read(rule, Value::of_text("2026-01-15T18:45:00Z")), "2026-01-15T18:45:00.000Z");
  EXPECT_EQ(read(rule, Value::of_text("2026-01-15T18:45:00.001Z")), "none");
}

TEST(DeviceTime, IsNotGuessedFromSecondsOrMilliseconds) {
  EXPECT_EQ(read({.formats = {"epoch_s"}}, Value::of_number(188)), "none") << "since the start";
  EXPECT_EQ(read({.formats = {"epoch_s"}}, Value::of_number(1768502399000)), "none");
  EXPECT_EQ(read({.formats = {"epoch_ms"}}, Value::of_number(1768502399)), "none");
  EXPECT_EQ(read({.formats = {"epoch_ms"}}, Value::of_number(-1)), "none");
  EXPECT_EQ(read({.formats = {"epoch_s"}}, Value::of_number(1e300)), "none");
}

TEST(DeviceTime, RefusesWhatIsNoDate) {
  const TimeRule rule{.formats = {"%Y-%m-%d %H:%M:%S"}, .offset = Millis{0}};
  for (const char* text : {"2026-02-30 10:00:00", "2026-01-15 24:00:00", "2026-01-15 18:40",
                           "2026-01-15 18:40:00 ", "26-01-15 18:40:00", ""}) {
    EXPECT_EQ(read(rule, Value::of_text(text)), "none") << text;
  }
  EXPECT_EQ(read(rule, Value::of_truth(true)), "none");
}

}  // namespace
}  // namespace shouwang::device
