// What must never be in an open book, looked for every few seconds.
//
// Whoever is called depends on timers. A timer that is lost, or passes and nothing happens, is the
// one fault that nobody would notice: nothing fails, it is only quiet. So the book is looked
// through from the other side: for each open incident and each message on its way, will anything
// happen, and when?

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dispatch/book.h"

namespace shouwang::dispatch {

inline constexpr Millis kAuditEvery{10'000};
// A timer may be late by so much: a loop that is busy, a disk that is slow.
inline constexpr Millis kLateMost{5'000};
// A message may wait so long for its channel to take it.
inline constexpr Millis kUntakenAlarm{60'000};     // Urgency::first, ::again.
inline constexpr Millis kUntakenOther{3'600'000};  // News; nothing technical, which may wait.

enum class Lapse : std::uint8_t {
  unsound,  // An incident breaks a rule of its own, or has no next step.
  unarmed,  // An open incident's next step is not on the agenda, or too late on it.
  overdue,  // An incident's step is past due and has not been run.
  stalled,  // A message's timer is past due or gone.
  untaken,  // A message waits longer for its channel than it may.
};
std::string_view name_of(Lapse lapse);

struct Finding {
  Lapse lapse = Lapse::unsound;
  std::string subject;  // Incident id, parcel key; untaken: the channel's name, once.
  std::string detail;   // For a technician, in English.
  friend bool operator==(const Finding&, const Finding&) = default;
};

// Everything that is found now, incidents first. Changes nothing.
std::vector<Finding> audit(const Book& book, Instant now);

}  // namespace shouwang::dispatch
