#include "app/newcomers.h"

namespace shouwang::app {

void Newcomers::announce(std::string_view topic, std::string_view payload) {
  const std::lock_guard lock(mutex_);
  const auto known = announcements_.find(topic);
  const std::size_t before = known == announcements_.end() ? 0 : known->second.size();
  if (payload.empty()) {
    announced_bytes_ -= before;
    if (known != announcements_.end()) announcements_.erase(known);
    return;
  }
  const bool is_full = known == announcements_.end() && announcements_.size() >= kAnnouncedMax;
  if (is_full || announced_bytes_ - before + payload.size() > kAnnouncedBytesMax) {
    ++beyond_;
    return;
  }
  announced_bytes_ += payload.size() - before;
  announcements_.insert_or_assign(std::string(topic), std::string(payload));
}

void Newcomers::hear(const std::string& topic, const std::string& payload, Instant now) {
  const std::lock_guard lock(mutex_);
  const auto known = samples_.find(topic);
  if (known == samples_.end() && samples_.size() >= kSamplesMax) {
    ++beyond_;
    return;
  }
  device::Sample& sample = known == samples_.end() ? samples_[topic] : known->second;
  sample.topic = topic;
  sample.payload = payload.size() <= kSampleBytesMax ? payload : "";
  ++sample.count;
  sample.last_at = now;
}

Newcomers::All Newcomers::all() const {
  const std::lock_guard lock(mutex_);
  All all{.beyond = beyond_};
  for (const auto& [topic, sample] : samples_) all.samples.push_back(sample);
  for (const auto& [topic, payload] : announcements_)
    all.announcements.emplace_back(topic, payload);
  return all;
}

}  // namespace shouwang::app
