// When the test alarm is sent, how far it has come, and what that says about the chain.
//
//   start ─► broker ─► decoder ─► core ─► store ─► outbox ─► passed; the next one after `every`
//              └─────────┴─── not there by `limit`: missed, stuck at the first stage not passed;
//                             the next one at once
//
// While the broker has not brought it back the alarm is sent again after 1, 3, 7, ... seconds, as
// a device does: a connection that breaks for a moment is no miss. `limit` is never longer than
// `every`, so that a wedged stage is known within two periods, whenever it wedges.
//
// Pure: time is an argument. Who sends and who watches is rehearsal.h.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace shouwang::app {

// A link of the chain; each is passed when what it hands on has been seen behind it.
enum class Stage : std::uint8_t {
  broker,   // The broker's connection has brought the message back.
  decoder,  // The loop has it, read by its profile, as news of a device.
  core,     // The book has opened an incident and written a parcel.
  store,    // Both are on disk.
  outbox,   // The parcel has been handed to its channel.
};
inline constexpr std::size_t kStageCount = 5;
std::string_view name_of(Stage stage);

class SelfTest {
 public:
  struct Settings {
    Millis every{300'000};  // 0: off.
    Millis limit{30'000};   // Cut down to `every`.
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  // What a test came to.
  struct Result {
    Instant started_at;
    Instant ended_at;
    std::array<Millis, kStageCount> took{};  // Of each stage that was passed; 0 else.
    std::optional<Stage> stuck_at;           // The first stage that was not passed in time.
    friend bool operator==(const Result&, const Result&) = default;
  };

  enum class Act : std::uint8_t {
    none,
    start,   // Send the alarm event(), for the first time.
    repeat,  // Send it again.
    missed,  // latest() says what is wedged.
  };

  // The first test is due at once.
  SelfTest(Settings settings, Instant now);
  // A test under way goes on.
  void set(Settings settings, Instant now);

  // What is to be done now; ask until it says `none`.
  Act act(Instant now);
  // When act() has something to do next; nothing if it is off.
  std::optional<Instant> next_due() const;

  // The alarm `event` got past `stage`, and so past all before it. Alarms of other tests are not
  // heard. `at` may lie in the past, but not before what was passed already.
  void passed(Stage stage, std::string_view event, Instant at);

  bool is_on() const { return settings_.every > Millis{0}; }
  // Names the alarm under way; empty between tests. Never used twice.
  const std::string& event() const { return event_; }
  std::optional<Stage> waits_for() const;
  const std::optional<Result>& latest() const { return latest_; }
  // When the first of the missed tests began, if the latest was missed.
  std::optional<Instant> broken_since() const { return broken_since_; }

  struct Counts {
    std::uint64_t passed = 0;
    std::uint64_t missed = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  void start(Instant now);
  void end(Instant now);
  Instant deadline() const;

  Settings settings_;
  std::string event_;
  Instant started_at_;
  Instant repeat_at_;
  Millis repeat_after_{0};
  std::array<std::optional<Instant>, kStageCount> passed_{};
  Instant next_at_;
  std::uint64_t number_ = 0;
  std::optional<Result> latest_;
  std::optional<Instant> broken_since_;
  Counts counts_;
};

}  // namespace shouwang::app
