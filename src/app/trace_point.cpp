#include "app/trace_point.h"

#ifdef SHOUWANG_TESTS

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "app/asio_clock.h"

namespace shouwang::app {
namespace {

std::optional<TracePoint::Step> step_of(Moment moment) {
  switch (moment) {
    case Moment::heard: return TracePoint::Step::heard;
    case Moment::committed: return TracePoint::Step::committed;
    case Moment::acknowledged: return TracePoint::Step::acknowledged;
    case Moment::sent: return TracePoint::Step::sent;
    case Moment::answered: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

TracePoint::TracePoint() {
  const char* wanted = std::getenv("SHOUWANG_TRACE");
  if (wanted != nullptr) file_ = ::open(wanted, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

TracePoint::~TracePoint() {
  if (file_ >= 0) ::close(file_);
}

void TracePoint::pass(Step step) {
  if (file_ < 0) return;
  at_[static_cast<std::size_t>(step)].store(system_nanoseconds(), std::memory_order_relaxed);
  if (step != Step::sent) return;
  std::string line;
  for (auto& at : at_) line += std::to_string(at.exchange(0, std::memory_order_relaxed)) + ' ';
  line.back() = '\n';
  static_cast<void>(!::write(file_, line.data(), line.size()));
}

std::function<void(Moment)> TracePoint::moments(std::function<void(Moment)> next) {
  if (file_ < 0) return next;
  return [this, next = std::move(next)](Moment moment) {
    if (const auto step = step_of(moment)) pass(*step);
    if (next) next(moment);
  };
}

}  // namespace shouwang::app

#else

namespace shouwang::app {

TracePoint::TracePoint() = default;
TracePoint::~TracePoint() = default;
void TracePoint::pass(Step) {}
std::function<void(Moment)> TracePoint::moments(std::function<void(Moment)> next) { return next; }

}  // namespace shouwang::app

#endif
