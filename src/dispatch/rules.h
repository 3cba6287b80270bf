// How one community wants its alarms handled: the configuration as the core sees it.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/zone.h"
#include "device/command.h"
#include "device/signal.h"
#include "dispatch/parcel.h"
#include "dispatch/upkeep.h"
#include "escalation/ladder.h"
#include "household/registry.h"

namespace shouwang::dispatch {

enum class ChannelKind : std::uint8_t { page, push, sms, voice, mail };
std::string_view name_of(ChannelKind kind);
std::optional<ChannelKind> channel_kind_named(std::string_view name);

struct ChannelTraits {
  ChannelKind kind = ChannelKind::push;
  bool gives_receipts = false;  // Says later whether the phone has the message.
};

// Which ladder an incident gets: the first rule that fits.
struct LadderRule {
  std::vector<device::Kind> kinds;  // Empty: every kind.
  household::Place::Scope scope = household::Place::Scope::household;
  escalation::Ladder ladder;
};

// What is done on the spot when people are called. Only ever at the very place of the
// incident, or, for sirens, in the stairwell in front of that home: never in another home.
struct SpotRule {
  enum class Where : std::uint8_t { here, stairwell };

  std::vector<device::Kind> kinds;                         // Of the alarm; >= 1.
  device::Command command = device::Command::close_valve;  // close_valve, fan_on, siren_on
  Where where = Where::here;                               // stairwell: siren_on only.
  // fan_on: only these, because a motor or switch that sparks sets gas on fire.
  std::vector<DeviceId> explosion_proof;
  // fan_on, siren_on: it is switched off again from this phase on; at the end in any case.
  incident::Phase until = incident::Phase::settled;  // on_scene, settled

  friend bool operator==(const SpotRule&, const SpotRule&) = default;
};

struct Rules {
  std::vector<LadderRule> ladders;
  std::map<std::string, ChannelTraits> channels;
  std::string inbox = "inbox";  // The channel of people without any address of their own.
  DailyHours night{.from_minute = 22 * 60, .until_minute = 6 * 60};  // Voice first for alarms.
  Millis link_window{300'000};   // Gas and smoke in one unit within it are linked.
  Millis group_window{15'000};   // Further incidents of one receiver wait so long.
  Millis reopen_after{600'000};  // A level still in alarm so long after the end opens anew.
  Millis normal_quiet{300'000};  // At most one "back to normal" within it for an incident.
  Millis page_life{86'400'000};  // A phone page stays readable so long after the end.
  Millis test_alarm{180'000};  // An alarm that a device under test shows for longer is a real one.
  Patience patience;
  Upkeep upkeep;                             // Who is told of what has to be mended.
  std::map<std::string, Watching> watching;  // By profile; others are not watched over.
  std::vector<SpotRule> spot;                // Empty: nothing is done on the spot.
  std::map<std::string, std::vector<device::CommandForm>> commands;  // By profile.

  // The ladder for an incident. REQUIRES: check(rules) is empty.
  const escalation::Ladder& ladder_for(device::Kind kind, household::Place::Scope scope) const;
};

// How long an incident stays in the book after its end: for its pages, and for the diary that is
// taken the next morning (kDiaryKept of dispatch/diary.h) if somebody gets one.
Millis kept_after_end(const Rules& rules);

// Everything that is wrong, worded for whoever wrote it. Empty if sound.
std::vector<std::string> check(const Rules& rules);

}  // namespace shouwang::dispatch
