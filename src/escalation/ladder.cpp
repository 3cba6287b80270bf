#include "escalation/ladder.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace shouwang::escalation {
namespace {

using incident::Incident;
using incident::Phase;
using namespace std::chrono_literals;

constexpr std::array<std::string_view, kAudienceCount> kAudiences = {"household",
                                                                     "unit_homes",
                                                                     "building_homes",
                                                                     "relatives",
                                                                     "vulnerable_relatives",
                                                                     "other_relatives",
                                                                     "unit_head",
                                                                     "outside_unit_head",
                                                                     "other_unit_heads",
                                                                     "stand_ins",
                                                                     "building_head",
                                                                     "guarantors",
                                                                     "estate_head",
                                                                     "grid_head",
                                                                     "neighbour_watch",
                                                                     "patrol",
                                                                     "neighbours",
                                                                     "duty_a",
                                                                     "duty_b",
                                                                     "duty_pool",
                                                                     "secretary",
                                                                     "director",
                                                                     "specialist"};

std::string wave_name(std::size_t index) { return "wave " + std::to_string(index); }

void check_again(const std::vector<Again>& again, std::size_t waves, const std::string& who,
                 std::vector<std::string>& faults) {
  for (const Again& entry : again) {
    if (entry.wave < waves) continue;
    faults.push_back(who + ": repeats wave " + std::to_string(entry.wave) +
                     ", which has not run by then");
  }
}

void check_waves(const Ladder& ladder, std::vector<std::string>& faults) {
  const auto& waves = ladder.waves;
  if (waves.empty() || waves.size() > kWavesMax) {
    faults.push_back(std::to_string(waves.size()) + " waves, must be 1 .. " +
                     std::to_string(kWavesMax));
    return;
  }
  if (waves.front().at != 0ms) {
    faults.push_back("wave 0: at " + format_span(waves.front().at) +
                     ", must be 0s: the first wave is called with the alarm");
  }
  for (std::size_t i = 0; i < waves.size(); ++i) {
    if (waves[i].tell.empty() && waves[i].again.empty()) {
      faults.push_back(wave_name(i) + ": calls nobody");
    }
    if (i > 0 && waves[i].at <= waves[i - 1].at) {
      faults.push_back(wave_name(i) + ": at " + format_span(waves[i].at) + " is not later than " +
                       wave_name(i - 1) + " (" + format_span(waves[i - 1].at) +
                       "): it can never be reached in its turn");
    }
    check_again(waves[i].again, i, wave_name(i), faults);
  }
}

}  // namespace

std::string_view name_of(Audience audience) {
  return kAudiences[static_cast<std::size_t>(audience)];
}

std::optional<Audience> audience_named(std::string_view name) {
  for (std::size_t i = 0; i < kAudiences.size(); ++i) {
    if (kAudiences[i] == name) return static_cast<Audience>(i);
  }
  return std::nullopt;
}

std::vector<std::string> check(const Ladder& ladder) {
  std::vector<std::string> faults;
  check_waves(ladder, faults);
  if (ladder.loop.every < 10s || ladder.loop.every > 1h) {
    faults.push_back("loop: every " + format_span(ladder.loop.every) + ", must be 10s .. 1h");
  }
  if (ladder.loop.tell.empty()) faults.push_back("loop: calls nobody");
  if (ladder.door.limit < 60s || ladder.door.limit > 1h) {
    faults.push_back("door: limit " + format_span(ladder.door.limit) + ", must be 60s .. 1h");
  }
  check_again(ladder.door.again, ladder.waves.size(), "door", faults);
  if (ladder.remind_close < 60s || ladder.remind_close > 24h) {
    faults.push_back("remind_close " + format_span(ladder.remind_close) + ", must be 60s .. 24h");
  }
  return faults;
}

Progress begin(const Ladder& ladder, Instant now) {
  return {.base = now, .door_at = now + ladder.door.limit, .reminded_at = now};
}

bool is_ringing(const Incident& incident, const Progress& progress) {
  switch (incident.phase) {
    case Phase::fresh:
    case Phase::told: return true;
    case Phase::claimed: break;
    case Phase::on_scene:
    case Phase::settled:
    case Phase::closed: return false;
  }
  return std::none_of(incident.responses.begin(), incident.responses.end(), [&](const auto& r) {
    return r.going_at && r.stopping &&
           (!progress.door_passed || *r.going_at > *progress.door_passed);
  });
}

Instant due_of(const Ladder& ladder, const Progress& progress, std::size_t wave) {
  return progress.base + ladder.waves[wave].at - progress.ahead;
}

std::optional<Step> next_step(const Ladder& ladder, const Progress& progress,
                              const Incident& incident) {
  if (!incident.is_open()) return std::nullopt;
  if (incident.phase >= Phase::on_scene) {
    const Instant from = std::max(progress.reminded_at, incident.phase_since);
    return Step{.kind = Step::Kind::remind_close, .due = from + ladder.remind_close};
  }
  std::optional<Step> next;
  const auto consider = [&](Step step) {
    if (!next || step.due < next->due) next = step;
  };
  if (progress.door_at) consider({.kind = Step::Kind::door, .due = *progress.door_at});
  if (is_ringing(incident, progress)) {
    if (progress.waves_run < ladder.waves.size()) {
      consider({.kind = Step::Kind::wave,
                .wave = progress.waves_run,
                .due = due_of(ladder, progress, progress.waves_run)});
    } else {
      CHECK(progress.loop_at.has_value());
      consider({.kind = Step::Kind::loop, .due = *progress.loop_at});
    }
  }
  return next;
}

void record(const Ladder& ladder, Progress& progress, const Step& step, Instant now) {
  // The first turn of the loop after `now` that keeps the rhythm of `step`.
  const auto next_turn = [&] {
    const auto missed = (now - step.due) / ladder.loop.every;
    return step.due + (missed + 1) * ladder.loop.every;
  };
  switch (step.kind) {
    case Step::Kind::wave:
      CHECK(step.wave == progress.waves_run);
      progress.ahead += std::max(Millis{0}, due_of(ladder, progress, step.wave) - now);
      ++progress.waves_run;
      if (progress.waves_run == ladder.waves.size()) {
        progress.loop_at = next_turn();
      }
      return;
    case Step::Kind::loop:
      ++progress.loops;
      progress.loop_at = next_turn();
      return;
    case Step::Kind::door:
      progress.door_at.reset();
      progress.door_passed = now;
      return;
    case Step::Kind::remind_close: progress.reminded_at = now; return;
  }
}

void record_claim(const Ladder& ladder, Progress& progress, Instant now) {
  if (!progress.door_at) progress.door_at = now + ladder.door.limit;
}

}  // namespace shouwang::escalation
