// What has been: looking things up for reports, the desk and the hand tool. Same database,
// different door; nothing here changes anything.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "dispatch/book.h"
#include "store/store.h"

namespace shouwang::store {

struct IncidentQuery {
  CommunityId community;
  HouseholdId household;  // Empty: all.
  DeviceId device;        // Empty: all; else those it was a source of.
  std::optional<incident::Cause> cause;
  std::optional<Instant> from;   // By when it was raised.
  std::optional<Instant> until;  // Not included.
  std::size_t most = 1000;       // 1..100000
};

// How often a device was heard on one day (UTC).
struct SeenDay {
  DeviceId device;
  std::chrono::sys_days day;
  std::uint64_t messages = 0;

  friend bool operator==(const SeenDay&, const SeenDay&) = default;
};
inline constexpr std::chrono::days kSeenDaysKept{400};  // Before the newest day of all.

class Archive {
 public:
  Archive() = default;
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  virtual ~Archive() = default;

  // The latest moment that anything was saved at, or nothing if the store is new: a clock that
  // boots in 1970 must not run before it. Errors: io.
  virtual Result<std::optional<Instant>> latest() = 0;

  // Incidents, latest raised first. Errors: io.
  virtual Result<std::vector<IncidentId>> incidents(const IncidentQuery& query) = 0;
  // Every parcel that was ever about the incident, in key order. Errors: corrupt, io.
  virtual Result<std::vector<dispatch::Parcel>> parcels(const IncidentId& incident) = 0;

  // Oldest first. Empty topic: all. Errors: io.
  virtual Result<std::vector<RawMessage>> raw(const CommunityId& community,
                                              const std::string& topic) = 0;
  // By device; `messages` are all that were ever counted. Errors: io.
  virtual Result<std::vector<LastSeen>> last_seen(const CommunityId& community) = 0;
  // From the first day to the last, by day, then device. Errors: io.
  virtual Result<std::vector<SeenDay>> seen_days(const CommunityId& community,
                                                 std::chrono::sys_days first,
                                                 std::chrono::sys_days last) = 0;
};

}  // namespace shouwang::store
