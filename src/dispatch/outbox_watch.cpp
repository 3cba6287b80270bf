// Looking over the outbox from outside: what waits, what is stuck.

#include <algorithm>

#include "dispatch/parcel.h"

namespace shouwang::dispatch {

std::map<std::string, Outbox::Waiting> Outbox::waiting() const {
  std::map<std::string, Waiting> all;
  for (const auto& [key, entry] : entries_) {
    const Parcel& parcel = entry.parcel;
    if (parcel.state != Parcel::State::waiting) continue;
    Waiting& before = all[parcel.channel()];
    ++before.count;
    if (!entry.ready) continue;
    const Instant since = std::max(parcel.leg_since, parcel.next_at);
    const auto [oldest, added] = before.oldest.try_emplace(parcel.urgency, since);
    if (!added) oldest->second = std::min(oldest->second, since);
  }
  return all;
}

std::vector<ParcelKey> Outbox::stalled(Instant now, Millis most) const {
  std::vector<ParcelKey> keys;
  for (const auto& [key, entry] : entries_) {
    if (!entry.parcel.is_live()) continue;
    const bool armed = entry.timer && timers_.contains({*entry.timer, key});
    if (!armed || *entry.timer + most < now) keys.push_back(key);
  }
  return keys;
}

void Outbox::rearm(const ParcelKey& key, Instant now) {
  const auto found = entries_.find(key);
  if (found == entries_.end() || !found->second.parcel.is_live()) return;
  Entry& entry = found->second;
  std::erase_if(timers_, [&](const auto& timer) { return timer.second == key; });
  if (entry.ready) ready_[entry.parcel.channel()].erase(rank(entry.parcel));
  entry.parcel.next_at = std::max(entry.parcel.next_at, now);
  schedule(entry);
}

}  // namespace shouwang::dispatch
