#include "notify/limiter.h"

#include <algorithm>

namespace shouwang::notify {

void Limiter::forget(Instant now) {
  while (!sent_.empty() && sent_.front().at + limit_.period <= now) {
    if (!sent_.front().alarm) --others_;
    sent_.pop_front();
  }
}

std::size_t Limiter::room(bool alarm, Instant now) {
  if (limit_.per_period == 0) return kNoLimit;
  forget(now);
  const std::size_t all = most() - std::min(most(), sent_.size());
  if (alarm) return all;
  return std::min(all, most_others() - std::min(most_others(), others_));
}

std::optional<Instant> Limiter::next_room(bool alarm, Instant now) {
  if (room(alarm, now) > 0) return std::nullopt;
  if (!alarm && most_others() == 0) return std::nullopt;
  // The n-th oldest must be forgotten, and so must the n-th oldest that is no alarm.
  std::size_t all = sent_.size();
  std::size_t others = others_;
  for (const Sent& sent : sent_) {
    --all;
    if (!sent.alarm) --others;
    if (all < most() && (alarm || others < most_others())) return sent.at + limit_.period;
  }
  return std::nullopt;
}

void Limiter::count(bool alarm, Instant now) {
  if (limit_.per_period == 0) return;
  forget(now);
  sent_.push_back({now, alarm});
  if (!alarm) ++others_;
}

}  // namespace shouwang::notify
