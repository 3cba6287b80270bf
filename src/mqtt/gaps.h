// Finds out that messages may have been missed, from the little that a broker tells.
//
// Three traces (measured with mosquitto 2.0.11): the session flag at connect; the broker's
// uptime going down, because its last acknowledgements are only as durable as its last save; and
// its count of dropped messages going up, the only trace of a full queue. Brokers without $SYS
// topics give the first alone.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "mqtt/link.h"

namespace shouwang::mqtt {

inline constexpr std::string_view kUptimeTopic = "$SYS/broker/uptime";  // "4711 seconds"
inline constexpr std::string_view kDroppedTopic = "$SYS/broker/publish/messages/dropped";  // "12"

// Not thread-safe.
class GapFinder {
 public:
  // The broker has accepted us.
  Gap connected(bool session_kept);

  // A message came on one of the two topics. Payloads that do not begin with a number say nothing.
  Gap heard(std::string_view topic, std::string_view payload);

 private:
  Gap heard_uptime(std::uint64_t seconds);
  Gap heard_dropped(std::uint64_t messages);

  std::optional<std::uint64_t> uptime_s_;
  std::optional<std::uint64_t> dropped_;
};

}  // namespace shouwang::mqtt
