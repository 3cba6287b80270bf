#include "dispatch/rules.h"

#include "dispatch/diary.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace shouwang::dispatch {
namespace {

using household::Place;
using namespace std::chrono_literals;

constexpr std::array<std::string_view, 5> kChannelKinds = {"page", "push", "sms", "voice", "mail"};
constexpr std::array<std::string_view, 3> kScopes = {"household", "area", "unknown"};

bool fits(const LadderRule& rule, device::Kind kind, Place::Scope scope) {
  if (rule.scope != scope) return false;
  return rule.kinds.empty() || std::ranges::find(rule.kinds, kind) != rule.kinds.end();
}

void check_span(const char* name, Millis value, Millis least, Millis most,
                std::vector<std::string>& faults) {
  if (value >= least && value <= most) return;
  faults.push_back(std::string(name) + ": " + format_span(value) + ", must be " +
                   format_span(least) + " .. " + format_span(most));
}

}  // namespace

std::string_view name_of(ChannelKind kind) { return kChannelKinds[static_cast<std::size_t>(kind)]; }

std::optional<ChannelKind> channel_kind_named(std::string_view name) {
  for (std::size_t i = 0; i < kChannelKinds.size(); ++i) {
    if (kChannelKinds[i] == name) return static_cast<ChannelKind>(i);
  }
  return std::nullopt;
}

const escalation::Ladder& Rules::ladder_for(device::Kind kind, Place::Scope scope) const {
  const auto rule =
      std::ranges::find_if(ladders, [&](const LadderRule& r) { return fits(r, kind, scope); });
  CHECK(rule != ladders.end());
  return rule->ladder;
}

namespace {

void check_spot(const SpotRule& rule, std::vector<std::string>& faults) {
  using device::Command;
  const std::string name(device::name_of(rule.command));
  if (rule.kinds.empty()) faults.push_back("on_the_spot: " + name + " for no kind of alarm");
  if (rule.command == Command::fan_off || rule.command == Command::siren_off) {
    faults.push_back("on_the_spot: " + name + " follows from what it ends");
  }
  const bool is_fan = rule.command == Command::fan_on;
  if (is_fan == rule.explosion_proof.empty()) {
    faults.push_back(is_fan ? "on_the_spot: fan_on needs `explosion_proof`: fans spark"
                            : "on_the_spot: only fan_on has `explosion_proof`");
  }
  if (rule.where == SpotRule::Where::stairwell && rule.command != Command::siren_on) {
    faults.push_back("on_the_spot: only siren_on reaches the stairwell");
  }
  if (rule.until != incident::Phase::on_scene && rule.until != incident::Phase::settled) {
    faults.push_back("on_the_spot: until on_scene or settled");
  }
}

}  // namespace

Millis kept_after_end(const Rules& rules) {
  return rules.upkeep.diary_to.empty() ? rules.page_life : std::max(rules.page_life, kDiaryKept);
}

std::vector<std::string> check(const Rules& rules) {
  std::vector<std::string> faults;
  for (std::size_t scope = 0; scope < kScopes.size(); ++scope) {
    for (int kind = 0; kind <= static_cast<int>(device::Kind::device); ++kind) {
      const bool any = std::ranges::any_of(rules.ladders, [&](const LadderRule& rule) {
        return fits(rule, static_cast<device::Kind>(kind), static_cast<Place::Scope>(scope));
      });
      if (any) continue;
      faults.push_back("no ladder for kind " +
                       std::string(device::name_of(static_cast<device::Kind>(kind))) +
                       " with scope " + std::string(kScopes[scope]) +
                       ": add one without `kinds` to serve the rest");
    }
  }
  for (const LadderRule& rule : rules.ladders) {
    for (const std::string& fault : escalation::check(rule.ladder)) {
      faults.push_back("ladder \"" + rule.ladder.name + "\": " + fault);
    }
  }
  if (!rules.channels.contains(rules.inbox)) {
    faults.push_back("channel " + rules.inbox + " does not exist: it is everybody's last resort");
  }
  for (const SpotRule& rule : rules.spot) check_spot(rule, faults);
  check_span("link_window", rules.link_window, 0ms, 1h, faults);
  check_span("group_window", rules.group_window, 0ms, 60s, faults);
  check_span("reopen_after", rules.reopen_after, 60s, 24h, faults);
  check_span("page_life", rules.page_life, 1h, 240h, faults);
  check_span("patience.leg", rules.patience.leg, 1s, 60s, faults);
  check_span("patience.receipt", rules.patience.receipt, 1s, 120s, faults);
  return faults;
}

}  // namespace shouwang::dispatch
