#include "device/watch.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "device/rise.h"

namespace shouwang::device {
namespace {

// Only what was sent within it can have overtaken each other; a lower number later is a restart.
constexpr Millis kOvertaking{60'000};

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

// One report against the memory of its device.
class Judge {
 public:
  Judge(const Watch& before, const Profile& profile, Instant now)
      : state_(before), profile_(profile), now_(now) {}

  Observation observe(Report report) {
    hold_back(state_, profile_, report, now_);
    count_missing(report);
    // What is not fresh teaches nothing: the first live message after it is news.
    if (report.fresh) {
      judge_sequence(report);
      judge_event(report);
      judge_levels(report);
    }
    return {.state = state_, .news = std::move(report)};
  }

 private:
  void count_missing(Report& report) {
    if (!report.complete) return;
    state_.missing = *report.complete ? 0 : static_cast<std::uint8_t>(state_.missing + 1);
    if (state_.missing == 0 || state_.missing < profile_.missing_max) return;
    report.problem = "an expected key was missing in " + std::to_string(state_.missing) +
                     " messages in a row: does the profile still fit the sender's version?";
    state_.missing = 0;
  }

  void judge_sequence(Report& report) {
    if (!report.sequence) return;
    const bool is_close = state_.has_sequence && now_ - instant(state_.sequence_at) < kOvertaking;
    if (is_close && *report.sequence <= state_.sequence) {
      std::erase_if(report.signals, [](const Signal& signal) { return !is_alarm(signal); });
      return;
    }
    state_.has_sequence = true;
    state_.sequence = *report.sequence;
    state_.sequence_at = millis(now_);
  }

  void judge_event(Report& report) {
    if (report.event_id.empty() || report.signals.empty()) return;
    const std::uint64_t event = fingerprint(report);
    if (event == state_.event) return report.signals.clear();
    state_.event = event;
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
    Watch::Level* level = level_of(state_, kind);
    if (level == nullptr) return;  // More kinds than slots: everything is news.
    const bool event = is_event(profile_, kind);
    const auto before = static_cast<std::uint8_t>(level->said);
    const Millis age = now_ - instant(level->at);
    const bool holds_back = age < profile_.repeat_window || (profile_.cached && !event);
    const auto repeated = static_cast<std::uint8_t>(holds_back ? said & before & ~kNormal : 0);
    std::erase_if(report.signals, [&](const Signal& signal) {
      return signal.kind == kind && (bit_of(signal.meaning) & repeated) != 0;
    });
    const bool happened = event && (said & ~repeated & kDanger) != 0;
    if (happened || (said & ~before) != 0) level->at = millis(now_) & k48Bits;
    remember(*level, said);
    if (!event && (repeated & kDanger) != 0) report_if_stuck(*level, age, report);
    // A press after the end of an incident is a new event, although no `normal` lies between.
    if (happened && report.event_id.empty()) {
      report.event_id = std::string(name_of(kind)) + "@" + format_utc(now_);
    }
  }

  // A verdict replaces the one before; being muted stands beside it unless every message tells.
  void remember(Watch::Level& level, std::uint8_t said) {
    auto kept = static_cast<std::uint8_t>(level.said);
    if ((said & kVerdicts) != 0) kept &= static_cast<std::uint8_t>(profile_.cached ? 0 : kMuted);
    level.said = static_cast<std::uint8_t>(kept | said);
  }

  void report_if_stuck(Watch::Level& level, Millis age, Report& report) {
    const bool never = !profile_.cached || profile_.stuck_after == Millis{0};
    if (never || age < profile_.stuck_after) return;
    report.signals.push_back({.kind = Kind::device, .meaning = Meaning::fault});
    level.at = millis(now_) & k48Bits;
  }

  Watch state_;
  const Profile& profile_;
  Instant now_;
};

}  // namespace

Observation observe(const Watch& before, const Profile& profile, Report report, Instant now) {
  return Judge(before, profile, now).observe(std::move(report));
}

}  // namespace shouwang::device
