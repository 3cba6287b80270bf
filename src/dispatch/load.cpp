#include "dispatch/load.h"

#include <algorithm>
#include <deque>

namespace shouwang::dispatch {
namespace {

// Plays the alarms again: a flood has a past, the book has none of it.
std::optional<Instant> flood(const std::vector<Instant>& raised, Instant now,
                             std::deque<Instant>& recent) {
  std::optional<Instant> since;
  const auto let_pass = [&](Instant at) {
    while (!recent.empty() && at - recent.front() >= kRateSpan) {
      recent.pop_front();
      if (recent.size() < kFloodUntil) since.reset();
    }
  };
  for (const Instant at : raised) {
    let_pass(at);
    recent.push_back(at);
    if (!since && recent.size() >= kFloodFrom) since = at;
  }
  let_pass(now);
  return since;
}

}  // namespace

AlarmLoad load_of(const Book& book, Instant now) {
  std::vector<const incident::Incident*> known;
  for (const auto& [id, file] : book.files) {
    if (file.incident.raised_at <= now) known.push_back(&file.incident);
  }
  std::ranges::sort(known, {}, [](const auto* one) { return std::pair{one->raised_at, one->id}; });
  std::vector<Instant> raised;
  AlarmLoad load;
  for (const incident::Incident* one : known) {
    raised.push_back(one->raised_at);
    if (one->is_open() && now - one->raised_at >= kStaleAfter) load.stale.push_back(one->id);
  }
  std::deque<Instant> recent;
  load.flood_since = flood(raised, now, recent);
  load.rate = recent.size();
  if (!recent.empty()) load.changes_at = recent.front() + kRateSpan;
  load.nuisances = nuisances_of(book, now);
  return load;
}

}  // namespace shouwang::dispatch
