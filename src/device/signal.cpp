#include "device/signal.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace shouwang::device {
namespace {

constexpr std::array<std::string_view, kKindCount> kKinds = {"gas", "co",    "smoke", "heat",
                                                             "sos", "water", "valve", "device"};
constexpr std::array<std::string_view, 21> kMeanings = {
    "alarm",   "prealarm",    "linked_alarm", "normal",      "test",        "muted",
    "warm_up", "low_battery", "tamper",       "fault",       "end_of_life", "power_loss",
    "offline", "online",      "heartbeat",    "measurement", "open",        "closed",
    "on",      "off",         "unknown"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view name_of(Meaning meaning) { return kMeanings[static_cast<std::size_t>(meaning)]; }

std::optional<Kind> kind_named(std::string_view name) { return find<Kind>(kKinds, name); }
std::optional<Meaning> meaning_named(std::string_view name) {
  return find<Meaning>(kMeanings, name);
}

std::string to_text(const LinkQuality& link) {
  const std::string value = std::to_string(std::lround(link.value));
  return link.unit == LinkQuality::Unit::dbm ? value + " dBm" : value + "/255";
}

bool is_alarm(const Signal& signal) {
  switch (signal.meaning) {
    case Meaning::alarm:
    case Meaning::prealarm:
    case Meaning::linked_alarm: return signal.kind != Kind::valve && signal.kind != Kind::device;
    case Meaning::normal:
    case Meaning::test:
    case Meaning::muted:
    case Meaning::warm_up:
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
    case Meaning::unknown: return false;
  }
  return false;
}

bool is_telling(const Signal& signal) {
  if (signal.kind != Kind::device) return true;
  return signal.meaning != Meaning::heartbeat && signal.meaning != Meaning::measurement &&
         signal.meaning != Meaning::on && signal.meaning != Meaning::off;
}

bool is_position(Meaning meaning) {
  return meaning == Meaning::open || meaning == Meaning::closed || meaning == Meaning::on ||
         meaning == Meaning::off;
}

bool is_sign_of_life(const Report& report) {
  if (!report.fresh) return false;
  const bool is_away = std::ranges::any_of(
      report.signals, [](const Signal& signal) { return signal.meaning == Meaning::offline; });
  return !is_away && (!report.signals.empty() || !report.problem.empty());
}

int urgency_of(Kind kind) {
  switch (kind) {
    case Kind::smoke: return 7;
    case Kind::gas: return 6;
    case Kind::co: return 5;
    case Kind::heat: return 4;
    case Kind::sos: return 3;
    case Kind::water: return 2;
    case Kind::valve: return 1;
    case Kind::device: return 0;
  }
  return 0;
}

}  // namespace shouwang::device
