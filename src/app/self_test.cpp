#include "app/self_test.h"

#include <algorithm>

namespace shouwang::app {
namespace {

constexpr std::array<std::string_view, kStageCount> kStages = {"broker", "decoder", "core", "store",
                                                               "outbox"};
constexpr Millis kFirstRepeat{1'000};

}  // namespace

std::string_view name_of(Stage stage) { return kStages[static_cast<std::size_t>(stage)]; }

SelfTest::SelfTest(Settings settings, Instant now) : settings_(settings), next_at_(now) {}

void SelfTest::set(Settings settings, Instant now) {
  if (settings == settings_) return;
  const bool was_off = !is_on();
  settings_ = settings;
  next_at_ = was_off ? now : std::min(next_at_, now + settings.every);
  if (is_on()) return;
  event_.clear();
  broken_since_.reset();
  latest_.reset();
}

SelfTest::Act SelfTest::act(Instant now) {
  if (!is_on()) return Act::none;
  if (event_.empty()) {
    if (now < next_at_) return Act::none;
    start(now);
    return Act::start;
  }
  if (now >= deadline()) {
    end(now);
    return Act::missed;
  }
  if (waits_for() != Stage::broker || now < repeat_at_) return Act::none;
  repeat_after_ *= 2;
  repeat_at_ = now + repeat_after_;
  return Act::repeat;
}

std::optional<Instant> SelfTest::next_due() const {
  if (!is_on()) return std::nullopt;
  if (event_.empty()) return next_at_;
  return waits_for() == Stage::broker ? std::min(repeat_at_, deadline()) : deadline();
}

void SelfTest::passed(Stage stage, std::string_view event, Instant at) {
  if (event_.empty() || event != event_) return;
  Instant before = started_at_;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(stage); ++i) {
    if (!passed_[i]) passed_[i] = std::max(before, at);
    before = *passed_[i];
  }
  if (stage == Stage::outbox) end(before);
}

std::optional<Stage> SelfTest::waits_for() const {
  if (event_.empty()) return std::nullopt;
  const auto open = std::ranges::find_if(passed_, [](const auto& at) { return !at; });
  return static_cast<Stage>(open - passed_.begin());
}

Instant SelfTest::deadline() const {
  return started_at_ + std::min(settings_.limit, settings_.every);
}

void SelfTest::start(Instant now) {
  event_ = std::to_string(now.time_since_epoch().count()) + "-" + std::to_string(++number_);
  started_at_ = now;
  passed_.fill(std::nullopt);
  repeat_after_ = kFirstRepeat;
  repeat_at_ = now + repeat_after_;
}

void SelfTest::end(Instant now) {
  Result result{.started_at = started_at_, .ended_at = now};
  Instant before = started_at_;
  for (std::size_t i = 0; i < kStageCount && !result.stuck_at; ++i) {
    if (passed_[i]) {
      result.took[i] = *passed_[i] - before;
      before = *passed_[i];
    } else {
      result.stuck_at = static_cast<Stage>(i);
    }
  }
  if (result.stuck_at) {
    ++counts_.missed;
    if (!broken_since_) broken_since_ = started_at_;
    next_at_ = now;
  } else {
    ++counts_.passed;
    broken_since_.reset();
    next_at_ = std::max(now, started_at_ + settings_.every);
  }
  latest_ = result;
  event_.clear();
}

}  // namespace shouwang::app
