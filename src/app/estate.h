// Inside the gateway: one of its communities.

#pragma once

#include <algorithm>

#include "app/gateway.h"

namespace shouwang::app {

inline constexpr Millis kSeenFlush{300'000};     // Last-seen times go to disk that often...
inline constexpr std::size_t kSeenAtOnce = 250;  // ... so many devices at a time...
inline constexpr Millis kSeenNext{50};           // ... with such a pause between, for alarms.

// A community with its book and what is not on disk yet.
struct Gateway::Estate {
  struct Seen {
    Instant at;
    std::uint32_t messages = 0;  // Since the last flush.
  };

  Estate(std::shared_ptr<const household::Registry> registry,
         std::shared_ptr<const dispatch::Rules> rules, std::uint64_t seed)
      : id(registry->community().id), book(std::move(registry), std::move(rules), seed) {
    seen.resize(book.registry->community().devices.size());
  }

  bool has_changes() const {
    return !files.empty() || !parcels.empty() || !devices.empty() || !matters.empty() ||
           !facts.empty() || !journal.empty() || !raw.empty() ||
           std::ranges::any_of(rehearsed, [&](const IncidentId& incident) {
             return book.find(incident) == nullptr;
           });
  }

  CommunityId id;
  dispatch::Book book;
  bool is_rehearsal = false;
  std::set<IncidentId> rehearsed;  // On disk, to be wiped once they have left the book.
  std::vector<Seen> seen;

  std::set<IncidentId> files;
  std::set<ParcelKey> parcels;
  std::set<DeviceId> devices;
  std::map<std::string, dispatch::Matter> matters;
  std::vector<household::DatedFact> facts;
  std::vector<dispatch::JournalEntry> journal;
  std::vector<store::RawMessage> raw;

  std::set<IncidentId> to_announce;
  bool matters_to_announce = false;
  bool walks_to_announce = false;
};

}  // namespace shouwang::app
