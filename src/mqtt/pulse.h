// When to connect, when to ask for a sign of life, and when to give a connection up.
//
//             pause over               CONNACK               every SUBACK
//   resting ------------> connecting ----------> subscribing ------------> open
//      ^                      |                       |                     |
//      +----------------------+------- ended() -------+---------------------+
//
// Paho by itself takes 2 .. 6 s to come back, not at all while a link drops every second, and sees
// a half-open link only after 2.25 keep-alives. This decides instead, and sends a beat of its own
// round through the broker: what comes back proves the whole way, subscription included.
//
// Pure: time is what the owner says has passed. Not thread-safe.

#pragma once

#include <cstdint>

#include "base/rng.h"
#include "base/time.h"

namespace shouwang::mqtt {

class Pulse {
 public:
  enum class Act : std::uint8_t {
    wait,
    connect,  // Begin a connection now.
    beat,     // Send a beat now.
    cut,      // This connection is dead: end it, then call ended().
  };

  // Beats are closer than a second because Paho's receive thread naps for 100 ms after each
  // second without traffic, and an alarm would wait for it.
  static constexpr Millis kBeatEvery{750};
  static constexpr Millis kSilenceMax{5'000};     // Nothing at all heard: dead.
  static constexpr Millis kHandshakeMax{10'000};  // To the CONNACK; and between two SUBACKs, or...
  // ... alarms: a broker that hands over a full session first may leave the last SUBACK for later.
  static constexpr Millis kSubscribingMax{120'000};
  // Paho needs a further second from here to the CONNACK: its receive thread looks only so often
  // whether a connection is there.
  static constexpr Millis kFirstPause{500};
  static constexpr Millis kLongestPause{10'000};
  static constexpr Millis kProven{10'000};  // Open for so long: the next pause is a first one.
  static constexpr int kSuspicionsMax = 2;

  explicit Pulse(std::uint64_t seed) : rng_(seed) {}

  // `passed` since the last tick; `alive`: any message arrived since then.
  Act tick(Millis passed, bool alive);

  void accepted();    // CONNACK.
  void answered();    // A SUBACK.
  void subscribed();  // Every SUBACK has come.
  void echoed();      // Our own beat came back.
  void ended();       // The connection, or the try, is over.

  // Tries and connections that have ended since one lasted.
  int tries() const { return tries_; }

  // The broker seems sound but never gives our beats back, on several connections in a row (its
  // ACL forbids the topic). Then silence is no reason to cut: alarms may still pass.
  bool unheard() const { return unheard_; }

 private:
  enum class Phase : std::uint8_t { resting, connecting, subscribing, open };

  Act subscribing_tick(Millis passed, bool alive);
  Act open_tick(Millis passed, bool alive);
  Millis next_pause();

  Rng rng_;
  Phase phase_ = Phase::resting;
  Millis in_phase_{0};
  Millis pause_{0};  // The first connection is tried at once.
  Millis silence_{0};
  Millis since_beat_{0};
  int tries_ = 0;  // Connections ended since the last one that lasted.
  bool echoed_ = false;
  int suspicions_ = 0;
  bool unheard_ = false;
};

}  // namespace shouwang::mqtt
