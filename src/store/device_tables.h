// What is remembered of devices, technical matters, dated facts, raw messages, last-seen times.
// Inside store/ only.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dispatch/book.h"
#include "store/archive.h"
#include "store/database.h"

namespace shouwang::store {

class DeviceTables {
 public:
  explicit DeviceTables(Database& database) : database_(database) {}

  void save(const CommunityId& community, const dispatch::DeviceMemory& memory);
  void save(const CommunityId& community, const dispatch::Matter& matter);
  void save(const CommunityId& community, const household::DatedFact& fact);

  Result<std::vector<dispatch::DeviceMemory>> memories(const CommunityId& community);
  Result<std::vector<dispatch::Matter>> open_matters(const CommunityId& community);
  Result<std::vector<household::DatedFact>> facts(const CommunityId& community,
                                                  Instant ending_after);

 private:
  Database& database_;
};

class WireTables {
 public:
  explicit WireTables(Database& database) : database_(database) {}

  void save(const CommunityId& community, const RawMessage& message);
  void save(const CommunityId& community, const LastSeen& seen);
  // The latest of those that were ever saved is kept.
  void save_turn(Instant at);
  // What was written came to nothing.
  void forget() { newest_day_.reset(); }

  std::vector<RawMessage> raw(const CommunityId& community, const std::string& topic);
  std::vector<LastSeen> last_seen(const CommunityId& community);
  std::vector<SeenDay> days(const CommunityId& community, std::chrono::sys_days first,
                            std::chrono::sys_days last);

 private:
  // Counts the messages to their day, unless it is older than what is kept.
  void roll_up(std::int64_t device, std::chrono::sys_days day, std::uint64_t messages);
  void start_day(std::chrono::sys_days day);

  Database& database_;
  std::optional<std::chrono::sys_days> newest_day_;  // Of all that was ever rolled up.
};

}  // namespace shouwang::store
