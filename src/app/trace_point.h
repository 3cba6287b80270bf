// Where an alarm's time goes inside the gateway: for tools/bench.
//
//   SHOUWANG_TRACE=FILE    each turn with a device's news appends a line to FILE: nanoseconds
//                          since 1970 at each of Step, in order; 0: it did not come by there.
//
// Compiled in only with SHOUWANG_TESTS, like fault_point.h. Any thread may call.

#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>

#include "app/gateway.h"

namespace shouwang::app {

class TracePoint {
 public:
  enum class Step : std::uint8_t {
    arrived,       // Link's thread: the bytes are here.
    decoded,       // Link's thread: read, queued, the loop is being woken.
    woken,         // Loop: it takes what is queued.
    heard,         // Loop: decided, the messages are written.
    committed,     // Loop: on disk.
    acknowledged,  // Loop: settled and shown.
    sent,          // Loop: handed to the channels.
  };

  TracePoint();
  ~TracePoint();
  TracePoint(const TracePoint&) = delete;
  TracePoint& operator=(const TracePoint&) = delete;

  void pass(Step step);
  // Those of a turn, on the way to `next`, which may be empty.
  std::function<void(Moment)> moments(std::function<void(Moment)> next);

 private:
  static constexpr std::size_t kSteps = 7;
  int file_ = -1;
  std::array<std::atomic<std::int64_t>, kSteps> at_{};
};

}  // namespace shouwang::app
