#include "app/sign_of_life.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace shouwang::app {
namespace {

constexpr Millis kLookAgain{1'000};  // How soon it is noticed that all is well again.

}  // namespace

SignOfLife::SignOfLife(Parts parts, Settings settings)
    : parts_(std::move(parts)),
      settings_(std::move(settings)),
      state_{.has_url = !settings_.url.empty()},
      due_at_(parts_.clock.now()),
      self_(std::make_shared<SignOfLife*>(this)) {
  alarm_ = parts_.clock.wake_at(due_at_, [this] { look(); });
}

SignOfLife::~SignOfLife() {
  *self_ = nullptr;
  parts_.clock.cancel(alarm_);
}

void SignOfLife::use(Settings settings) {
  if (settings == settings_) return;
  settings_ = std::move(settings);
  state_.has_url = !settings_.url.empty();
  state_.failing_since.reset();
  state_.trouble.clear();
  due_at_ = std::min(due_at_, parts_.clock.now() + settings_.every);
  parts_.clock.cancel(alarm_);
  alarm_ = parts_.clock.wake_at(due_at_, [this] { look(); });
}

void SignOfLife::look() {
  const Instant now = parts_.clock.now();
  const bool well = parts_.is_well();
  if (well) {
    give(now);
    due_at_ = now + settings_.every;
  } else if (!state_.held) {
    state_.held_since = now;
  }
  state_.held = !well;
  if (well) state_.held_since.reset();
  alarm_ = parts_.clock.wake_at(well ? due_at_ : now + kLookAgain, [this] { look(); });
}

void SignOfLife::give(Instant now) {
  state_.given_at = now;
  const std::uint64_t number = ++state_.given;
  parts_.beat();
  if (settings_.url.empty()) return;
  parts_.ping(settings_.url, [self = self_, number](const Result<Done>& answer) {
    if (*self != nullptr) (*self)->answered(number, answer);
  });
}

void SignOfLife::answered(std::uint64_t number, const Result<Done>& answer) {
  if (number != state_.given || !state_.has_url) return;
  const Instant now = parts_.clock.now();
  if (answer) {
    state_.answered_at = now;
    state_.failing_since.reset();
    state_.trouble.clear();
    return;
  }
  if (!state_.failing_since) state_.failing_since = now;
  state_.trouble = answer.error().what;
}

}  // namespace shouwang::app
