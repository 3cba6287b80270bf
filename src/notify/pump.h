// Carries out tries: one lane a channel, so that a stuck one never holds up another.
//
//   Outbox::take(channel, slots(channel).…) ──► send() ──► Channel ──► on_receipt
//
// The outbox decides what is tried when; the pump says how much room there is (tries under way,
// the provider's limit, with room kept for alarms in both), starts the tries and brings back what
// came of them. A channel that does not answer within kAnswerTime is taken to have said `retry`,
// and its slot is free again; what it says later is not heard.
//
// Knows no Asio and no wall clock; used from the loop's thread only.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "notify/channel.h"
#include "notify/limiter.h"

namespace shouwang::notify {

inline constexpr Millis kAnswerTime{30'000};

// How many tries may start now.
struct Slots {
  std::size_t alarms = 0;  // Of Urgency::first and ::again; includes `any`.
  std::size_t any = 0;     // Of whatever urgency.

  friend bool operator==(const Slots&, const Slots&) = default;
};

// How a channel has been doing, for the board: "SMS: failing since 14:02".
struct ChannelHealth {
  std::string channel;
  dispatch::ChannelKind kind = dispatch::ChannelKind::push;
  std::size_t in_flight = 0;
  std::optional<Instant> last_success;
  // Since when nothing goes through: set by the first try that failed for no fault of the address,
  // or by the third refusal in a row; unset by a success.
  std::optional<Instant> failing_since;
  std::uint64_t successes = 0;
  std::uint64_t failures = 0;         // retry, never, no answer.
  std::uint64_t failures_in_row = 0;  // Since the last success.
  std::string last_error;             // Empty while all is well; no secrets.

  friend bool operator==(const ChannelHealth&, const ChannelHealth&) = default;
};

class Pump {
 public:
  // Called on the loop's thread, never from inside send(), exactly once for each send().
  using OnReceipt = std::function<void(const CommunityId&, const ParcelKey&, int attempt,
                                       const dispatch::Receipt&)>;

  // `clock` must outlive the pump. The pump may be destroyed with tries under way.
  Pump(Clock& clock, OnReceipt on_receipt);
  ~Pump();
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  // Puts these channels in place of the ones before. A channel of the same name keeps its health
  // and what it has used of its limit; tries under way on an old one are still heard.
  // REQUIRES: names differ.
  void set_channels(std::vector<std::shared_ptr<Channel>> channels);

  // Names of all channels, sorted.
  std::vector<std::string> channels() const;

  // No room at all on a channel that is not there.
  Slots slots(const std::string& channel);
  // When the provider's limit will have room for one more; nothing if it has now. Tries that end
  // make room too: on_receipt tells of those.
  std::optional<Instant> next_free(const std::string& channel, bool alarm);

  // Starts a try, whether or not there is a slot. On a channel that is not there: `never`.
  void send(const std::string& channel, const Message& message);

  std::optional<ChannelHealth> health(const std::string& channel) const;
  std::vector<ChannelHealth> health() const;  // By name.
  std::size_t in_flight() const;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace shouwang::notify
