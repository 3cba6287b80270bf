#include "mqtt/gaps.h"

#include <charconv>

namespace shouwang::mqtt {
namespace {

std::optional<std::uint64_t> leading_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

}  // namespace

Gap GapFinder::connected(bool session_kept) {
  if (session_kept) return Gap::none;
  // One loss is one gap: what the topics say of the time before does not count again.
  uptime_s_.reset();
  dropped_.reset();
  return Gap::session_lost;
}

Gap GapFinder::heard(std::string_view topic, std::string_view payload) {
  const auto number = leading_number(payload);
  if (!number) return Gap::none;
  if (topic == kUptimeTopic) return heard_uptime(*number);
  if (topic == kDroppedTopic) return heard_dropped(*number);
  return Gap::none;
}

Gap GapFinder::heard_uptime(std::uint64_t seconds) {
  const bool restarted = uptime_s_ && seconds < *uptime_s_;
  uptime_s_ = seconds;
  if (!restarted) return Gap::none;
  dropped_.reset();
  return Gap::broker_restarted;
}

Gap GapFinder::heard_dropped(std::uint64_t messages) {
  const bool grown = dropped_ && messages > *dropped_;
  dropped_ = messages;
  return grown ? Gap::broker_dropped : Gap::none;
}

}  // namespace shouwang::mqtt
