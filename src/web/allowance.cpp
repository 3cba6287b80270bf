#include "web/allowance.h"

#include <algorithm>

namespace shouwang::web {

std::optional<Millis> Allowance::wait(const std::string& key, Instant now) const {
  const auto found = full_at_.find(key);
  if (found == full_at_.end()) return std::nullopt;
  const Instant allowed_at = found->second - terms_.refill * (terms_.burst - 1);
  if (allowed_at <= now) return std::nullopt;
  return allowed_at - now;
}

std::optional<Millis> Allowance::take(const std::string& wanted, Instant now) {
  std::string key = wanted;
  if (!full_at_.contains(key) && full_at_.size() >= terms_.keys_max) {
    std::erase_if(full_at_, [&](const auto& entry) { return entry.second <= now; });
    if (full_at_.size() >= terms_.keys_max) key.clear();
  }
  if (const auto left = wait(key, now)) return left;
  Instant& full_at = full_at_[key];
  full_at = std::max(full_at, now) + terms_.refill;
  return std::nullopt;
}

}  // namespace shouwang::web
