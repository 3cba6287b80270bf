#include "device/watch.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

namespace shouwang::device {
namespace {

enum Bit : std::uint8_t {
  kAlarm = 1,
  kPrealarm = 2,
  kLinked = 4,
  kNormal = 8,
  kTest = 16,
  kWarmUp = 32,
  kMuted = 64,
};
constexpr std::uint8_t kVerdicts = kAlarm | kPrealarm | kLinked | kNormal | kTest | kWarmUp;
constexpr std::uint8_t kDanger = kAlarm | kPrealarm | kLinked;

// Only what was sent within it can have overtaken each other; a lower number later is a restart.
constexpr Millis kOvertaking{60'000};

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
    case Meaning::unknown: return 0;
  }
  return 0;
}

constexpr std::uint64_t k48Bits = (1ULL << 48) - 1;  // Milliseconds until the year 10889.

std::uint64_t millis(Instant at) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(at.time_since_epoch().count(), 0)) &
         k48Bits;
}

Instant instant(std::uint64_t millis) { return Instant{Millis{static_cast<std::int64_t>(millis)}}; }

const Field* field_with_levels(const Profile& profile, Kind kind) {
  for (const Form& form : profile.forms) {
    for (const Field& field : form.fields) {
      if (field.levels && field.kind == kind) return &field;
    }
  }
  return nullptr;
}

bool is_event(const Profile& profile, Kind kind) {
  return std::ranges::any_of(profile.forms, [&](const Form& form) {
    return std::ranges::any_of(
        form.fields, [&](const Field& field) { return field.is_event && field.kind == kind; });
  });
}

std::uint64_t fingerprint(const Report& report) {
  std::string text = report.event_id;
  for (const Signal& signal : report.signals) {
    text.push_back(static_cast<char>('A' + static_cast<int>(signal.kind)));
    text.push_back(static_cast<char>('A' + static_cast<int>(signal.meaning)));
  }
  return std::hash<std::string>{}(text) | 1;
}

}  // namespace

// One report against the memory of its device.
class Judge {
 public:
  Judge(const Watch& before, const Profile& profile, Instant now)
      : state_(before), profile_(profile), now_(now) {}

  Observation observe(Report report) {
    for (Signal& signal : report.signals) damp(signal);
    count_missing(report);
    // What is not fresh teaches nothing: the first live message after it is news.
    if (report.fresh) {
      judge_sequence(report);
      judge_event(report);
      judge_levels(report);
    }
    return {.state = state_, .news = std::move(report)};
  }

  std::optional<Instant> next_due() const {
    if (!state_.rise_.is_set) return std::nullopt;
    const Field* field = field_with_levels(profile_, rising_kind());
    return field == nullptr ? now_ : instant(state_.rise_.since) + field->levels->dwell;
  }

  Risen rise_if_due() {
    const auto due = next_due();
    if (!due || now_ < *due) return {.state = state_};
    Signal signal{.kind = rising_kind(),
                  .meaning = state_.rise_.is_alarm ? Meaning::alarm : Meaning::prealarm,
                  .value = state_.rise_value_};
    const Field* field = field_with_levels(profile_, signal.kind);
    if (field != nullptr) signal.unit = field->quantity->unit;
    state_.rise_ = {};
    if (Watch::Level* level = level_of(signal.kind)) {
      level->said = bit_of(signal.meaning);
      level->at = millis(now_) & k48Bits;
    }
    return {.state = state_, .signal = std::move(signal)};
  }

 private:
  Kind rising_kind() const { return static_cast<Kind>(state_.rise_.kind); }

  // The slot of a kind, taken if it has none yet; nullptr if all are taken.
  Watch::Level* level_of(Kind kind) {
    for (Watch::Level& level : state_.levels_) {
      if (level.said != 0 && level.kind == static_cast<std::uint64_t>(kind)) return &level;
    }
    for (Watch::Level& level : state_.levels_) {
      if (level.said != 0) continue;
      level.kind = static_cast<std::uint64_t>(kind) & 15;
      return &level;
    }
    return nullptr;
  }

  static int height(std::uint8_t said) { return said & kAlarm ? 2 : said & kPrealarm ? 1 : 0; }

  // A verdict by number: holds it back while it rises, keeps the level while it falls slowly.
  void damp(Signal& signal) {
    if (!signal.value) return;
    const Field* field = field_with_levels(profile_, signal.kind);
    if (field == nullptr || field->quantity->unit != signal.unit) return;
    const Watch::Level* level = level_of(signal.kind);
    const int before = level == nullptr ? 0 : height(static_cast<std::uint8_t>(level->said));
    const int now = height(bit_of(signal.meaning));
    const bool is_rising = state_.rise_.is_set && rising_kind() == signal.kind;
    if (now > before) {
      if (!has_lasted(signal, *field->levels)) signal.meaning = Meaning::measurement;
      return;
    }
    if (is_rising) state_.rise_ = {};
    if (now < before && signal.meaning != Meaning::normal) signal.meaning = Meaning::measurement;
  }

  bool has_lasted(const Signal& signal, const Levels& levels) {
    Watch::Rise& rise = state_.rise_;
    // There is room for one rise. A second kind rings at once: early, not late.
    if (levels.dwell == Millis{0} || (rise.is_set && rising_kind() != signal.kind)) return true;
    const bool to_alarm = signal.meaning == Meaning::alarm;
    if (!rise.is_set || rise.is_alarm != to_alarm) {
      rise.since = millis(now_) & k48Bits;
      rise.kind = static_cast<std::uint64_t>(signal.kind) & 15;
      rise.is_alarm = to_alarm;
      rise.is_set = 1;
    }
    state_.rise_value_ = static_cast<float>(*signal.value);
    if (now_ < instant(rise.since) + levels.dwell) return false;
    rise = {};
    return true;
  }

  void count_missing(Report& report) {
    if (!report.complete) return;
    state_.missing_ = *report.complete ? 0 : static_cast<std::uint8_t>(state_.missing_ + 1);
    if (state_.missing_ == 0 || state_.missing_ < profile_.missing_max) return;
    report.problem = "an expected key was missing in " + std::to_string(state_.missing_) +
                     " messages in a row: does the profile still fit the sender's version?";
    state_.missing_ = 0;
  }

  void judge_sequence(Report& report) {
    if (!report.sequence) return;
    const bool is_close = state_.has_sequence_ && now_ - instant(state_.sequence_at_) < kOvertaking;
    if (is_close && *report.sequence <= state_.sequence_) {
      std::erase_if(report.signals, [](const Signal& signal) { return !is_alarm(signal); });
      return;
    }
    state_.has_sequence_ = true;
    state_.sequence_ = *report.sequence;
    state_.sequence_at_ = millis(now_);
  }

  void judge_event(Report& report) {
    if (report.event_id.empty() || report.signals.empty()) return;
    const std::uint64_t event = fingerprint(report);
    if (event == state_.event_) return report.signals.clear();
    state_.event_ = event;
  }

  void judge_levels(Report& report) {
    std::array<std::uint8_t, kKindCount> said{};
    for (const Signal& signal : report.signals) {
      said[static_cast<std::size_t>(signal.kind)] |= bit_of(signal.meaning);
    }
    for (std::size_t k = 0; k < kKindCount; ++k) {
      if (said[k] != 0) judge_level(static_cast<Kind>(k), said[k], report);
    }
  }

  void judge_level(Kind kind, std::uint8_t said, Report& report) {
    Watch::Level* level = level_of(kind);
    if (level == nullptr) return;  // More kinds than slots: everything is news.
    const bool event = is_event(profile_, kind);
    const auto before = static_cast<std::uint8_t>(level->said);
    const Millis age = now_ - instant(level->at);
    const bool holds_back = age < profile_.repeat_window || (profile_.cached && !event);
    const auto repeated = static_cast<std::uint8_t>(holds_back ? said & before & ~kNormal : 0);
    std::erase_if(report.signals, [&](const Signal& signal) {
      return signal.kind == kind && (bit_of(signal.meaning) & repeated) != 0;
    });
    remember(*level, said, static_cast<std::uint8_t>(said & ~repeated & ~(before & kNormal)));
    const bool is_stuck = profile_.cached && !event && (repeated & kDanger) != 0 &&
                          profile_.stuck_after > Millis{0} && age >= profile_.stuck_after;
    if (is_stuck) {
      report.signals.push_back({.kind = Kind::device, .meaning = Meaning::fault});
      level->at = millis(now_) & k48Bits;
    }
    const bool is_new_event = event && (said & ~repeated & kDanger) != 0;
    // A press after the end of an incident is a new event, although no `normal` lies between.
    if (is_new_event && report.event_id.empty()) {
      report.event_id = std::string(name_of(kind)) + "@" + format_utc(now_);
    }
  }

  void remember(Watch::Level& level, std::uint8_t said, std::uint8_t news) {
    const auto before = static_cast<std::uint8_t>(level.said);
    std::uint8_t kept = before;
    if ((said & kVerdicts) != 0) kept &= static_cast<std::uint8_t>(profile_.cached ? 0 : kMuted);
    level.said = static_cast<std::uint8_t>(kept | said);
    if (news != 0) level.at = millis(now_) & k48Bits;
  }

  Watch state_;
  const Profile& profile_;
  Instant now_;
};

Observation observe(const Watch& before, const Profile& profile, Report report, Instant now) {
  return Judge(before, profile, now).observe(std::move(report));
}

std::optional<Instant> next_due(const Watch& state, const Profile& profile) {
  return Judge(state, profile, Instant{}).next_due();
}

Risen rise_if_due(const Watch& before, const Profile& profile, Instant now) {
  return Judge(before, profile, now).rise_if_due();
}

}  // namespace shouwang::device
