#include "device/rise.h"

#include <algorithm>
#include <utility>

namespace shouwang::device {
namespace {

const Field* field_with_levels(const Profile& profile, Kind kind) {
  for (const Form& form : profile.forms) {
    for (const Field& field : form.fields) {
      if (field.levels && field.kind == kind) return &field;
    }
  }
  return nullptr;
}

bool is_of(const Watch::Rise& rise, Kind kind) {
  return rise.is_set != 0 && rise.kind == static_cast<std::uint64_t>(kind);
}

int height(std::uint8_t said) { return (said & kAlarm) != 0 ? 2 : (said & kPrealarm) != 0 ? 1 : 0; }

class Holding {
 public:
  Holding(Watch& state, const Profile& profile, Instant now)
      : state_(state), profile_(profile), now_(now) {}

  void hold(Report& report) {
    cancel_ended_test(report);
    for (Signal& signal : report.signals) {
      if (signal.covers) {
        judge_test(signal);
      } else if (signal.value) {
        judge_number(signal);
      }
    }
  }

  Instant due() const {
    const Instant since = instant(state_.rise.since);
    if (state_.rise.is_test) return since + profile_.test_limit;
    const Field* field = field_with_levels(profile_, static_cast<Kind>(state_.rise.kind));
    return field == nullptr ? since : since + field->levels->dwell;
  }

 private:
  // A test is over when its kind is spoken of without an alarm under test.
  void cancel_ended_test(const Report& report) {
    if (!state_.rise.is_test) return;
    bool is_spoken_of = false;
    bool lasts = false;
    for (const Signal& signal : report.signals) {
      if (!is_of(state_.rise, signal.kind)) continue;
      is_spoken_of = is_spoken_of || (bit_of(signal.meaning) & kVerdicts) != 0;
      lasts = lasts || signal.covers.has_value();
    }
    if (is_spoken_of && !lasts) state_.rise = {};
  }

  void judge_test(Signal& signal) {
    const Watch::Level* level = level_of(state_, signal.kind);
    // A flag that has been standing for long is a forgotten one.
    const bool is_stale = !state_.rise.is_test && level != nullptr && (level->said & kTest) != 0 &&
                          now_ - instant(level->at) >= profile_.test_limit;
    const bool has_room = state_.rise.is_set == 0 || state_.rise.is_test != 0;
    if (!is_stale && has_room && !has_lasted(signal, *signal.covers, true)) return;
    signal.meaning = *signal.covers;
    signal.covers.reset();
  }

  // Keeps the level while the number falls slowly.
  void judge_number(Signal& signal) {
    const Field* field = field_with_levels(profile_, signal.kind);
    if (field == nullptr || field->quantity->unit != signal.unit) return;
    const Watch::Level* level = level_of(state_, signal.kind);
    const int before = level == nullptr ? 0 : height(static_cast<std::uint8_t>(level->said));
    const int after = height(bit_of(signal.meaning));
    if (after > before) {
      // There is room for one rise. A second kind rings at once: early, not late.
      const bool has_room = state_.rise.is_set == 0 || is_of(state_.rise, signal.kind);
      const bool waits = has_room && field->levels->dwell > Millis{0};
      if (waits && !has_lasted(signal, signal.meaning, false)) {
        signal.meaning = Meaning::measurement;
      }
      return;
    }
    if (is_of(state_.rise, signal.kind)) state_.rise = {};
    if (after < before && signal.meaning != Meaning::normal) signal.meaning = Meaning::measurement;
  }

  bool has_lasted(const Signal& signal, Meaning meaning, bool is_test) {
    Watch::Rise& rise = state_.rise;
    const bool goes_on =
        rise.is_set != 0 && (is_test || rise.meaning == static_cast<std::uint64_t>(meaning));
    if (!goes_on) {
      rise.since = millis(now_) & k48Bits;
      rise.kind = static_cast<std::uint64_t>(signal.kind) & 15;
      rise.meaning = static_cast<std::uint64_t>(meaning) & 31;
      rise.is_test = is_test;
      rise.is_set = 1;
    }
    state_.rise_value = static_cast<float>(signal.value.value_or(0));
    if (now_ < due()) return false;
    rise = {};
    return true;
  }

  Watch& state_;
  const Profile& profile_;
  Instant now_;
};

}  // namespace

std::uint8_t bit_of(Meaning meaning) {
  switch (meaning) {
    case Meaning::alarm: return kAlarm;
    case Meaning::prealarm: return kPrealarm;
    case Meaning::linked_alarm: return kLinked;
    case Meaning::normal: return kNormal;
    case Meaning::test: return kTest;
    case Meaning::warm_up: return kWarmUp;
    case Meaning::muted: return kMuted;
    case Meaning::low_battery:
    case Meaning::tamper:
    case Meaning::fault:
    case Meaning::end_of_life:
    case Meaning::power_loss:
    case Meaning::offline:
    case Meaning::online:
    case Meaning::heartbeat:
    case Meaning::measurement:
    case Meaning::open:
    case Meaning::closed:
    case Meaning::on:
    case Meaning::off:
    case Meaning::unknown: return 0;
  }
  return 0;
}

std::uint64_t millis(Instant at) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(at.time_since_epoch().count(), 0));
}

Instant instant(std::uint64_t millis) { return Instant{Millis{static_cast<std::int64_t>(millis)}}; }

Watch::Level* level_of(Watch& state, Kind kind) {
  const auto wanted = static_cast<std::uint64_t>(kind);
  const auto taken = std::ranges::find_if(state.levels, [&](const Watch::Level& level) {
    return level.said != 0 && level.kind == wanted;
  });
  if (taken != state.levels.end()) return &*taken;
  const auto free =
      std::ranges::find_if(state.levels, [](const Watch::Level& level) { return level.said == 0; });
  if (free == state.levels.end()) return nullptr;
  free->kind = wanted & 15;
  return &*free;
}

void hold_back(Watch& state, const Profile& profile, Report& report, Instant now) {
  Holding(state, profile, now).hold(report);
}

std::optional<Instant> next_due(const Watch& state, const Profile& profile) {
  if (state.rise.is_set == 0) return std::nullopt;
  Watch copy = state;
  return Holding(copy, profile, Instant{}).due();
}

Risen rise_if_due(const Watch& before, const Profile& profile, Instant now) {
  const auto due = next_due(before, profile);
  Risen risen{.state = before};
  if (!due || now < *due) return risen;
  const Watch::Rise rise = std::exchange(risen.state.rise, {});
  Signal signal{.kind = static_cast<Kind>(rise.kind),
                .meaning = static_cast<Meaning>(rise.meaning)};
  if (Watch::Level* level = level_of(risen.state, signal.kind)) {
    // A test that was none stands from its beginning, so that the flag is known as forgotten.
    level->said = static_cast<std::uint8_t>(bit_of(signal.meaning) | (rise.is_test ? kTest : 0));
    level->at = (rise.is_test != 0 ? rise.since : millis(now)) & k48Bits;
  }
  const Field* field = rise.is_test != 0 ? nullptr : field_with_levels(profile, signal.kind);
  if (field != nullptr) {
    signal.value = before.rise_value;
    signal.unit = field->quantity->unit;
  }
  risen.signal = std::move(signal);
  return risen;
}

}  // namespace shouwang::device
