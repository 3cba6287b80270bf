#include "mqtt/pulse.h"

#include <algorithm>

namespace shouwang::mqtt {

Pulse::Act Pulse::tick(Millis passed, bool alive) {
  in_phase_ += passed;
  switch (phase_) {
    case Phase::resting:
      if (in_phase_ < pause_) return Act::wait;
      phase_ = Phase::connecting;
      in_phase_ = Millis{0};
      return Act::connect;
    case Phase::connecting: return in_phase_ >= kHandshakeMax ? Act::cut : Act::wait;
    case Phase::subscribing: return subscribing_tick(passed, alive);
    case Phase::open: return open_tick(passed, alive);
  }
  return Act::wait;
}

Pulse::Act Pulse::subscribing_tick(Millis passed, bool alive) {
  silence_ = alive ? Millis{0} : silence_ + passed;
  return silence_ >= kHandshakeMax || in_phase_ >= kSubscribingMax ? Act::cut : Act::wait;
}

Pulse::Act Pulse::open_tick(Millis passed, bool alive) {
  if (in_phase_ >= kProven) tries_ = 0;
  silence_ = alive ? Millis{0} : silence_ + passed;
  if (silence_ >= kSilenceMax) {
    if (echoed_ || suspicions_ < kSuspicionsMax) {
      if (!echoed_) ++suspicions_;
      return Act::cut;
    }
    unheard_ = true;
  }
  since_beat_ += passed;
  if (since_beat_ < kBeatEvery) return Act::wait;
  since_beat_ = Millis{0};
  return Act::beat;
}

void Pulse::accepted() {
  phase_ = Phase::subscribing;
  in_phase_ = Millis{0};
  silence_ = Millis{0};
}

void Pulse::answered() { silence_ = Millis{0}; }

void Pulse::subscribed() {
  phase_ = Phase::open;
  in_phase_ = Millis{0};
  silence_ = Millis{0};
  since_beat_ = kBeatEvery;
  echoed_ = false;
}

void Pulse::echoed() {
  echoed_ = true;
  unheard_ = false;
  suspicions_ = 0;
}

void Pulse::ended() {
  ++tries_;
  phase_ = Phase::resting;
  in_phase_ = Millis{0};
  pause_ = next_pause();
}

Millis Pulse::next_pause() {
  const int doublings = std::min(tries_ - 1, 5);
  const Millis longest = std::min(kFirstPause * (1 << doublings), kLongestPause);
  const auto half = static_cast<std::uint64_t>(longest.count() / 2);
  return Millis{static_cast<Millis::rep>(half + rng_.below(half + 1))};
}

}  // namespace shouwang::mqtt
