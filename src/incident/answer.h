// What people press, who may press it, and what it does to an incident.
//
// Table 4.0 of the requirements as code: `may` is the rights, `apply` the effect.
// Phone page, board and tests all ask here; nothing else decides.

#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "incident/incident.h"

namespace shouwang::incident {

enum class Action : std::uint8_t {
  // Residents.
  safe,             // I am safe (ticks the own home).
  help_me,          // Help me (ticks the own home; tells its relatives).
  cooking,          // It was cooking: a report; closes nothing.
  out_and_helping,  // A responder who lives inside is out and can be counted.
  // Relatives.
  spoke,          // I spoke to them: a note; lowers nothing.
  note,           // A line of text.
  satisfied,      // After the end.
  not_satisfied,  // After the end.
  // Whoever goes.
  going,        // I'm going [minutes].
  cannot,       // I can't (any more).
  arrived,      // I am there.
  no_entry,     // There, but nobody opens.
  need_help,    // Runs the next wave at once.
  all_out,      // Ticks a home of the list as out; an empty household ticks all the rest.
  cause,        // It was <cause>: settles.
  hand_over,    // To `other`, or to whoever comes next.
  electrician,  // Calls a specialist to the place.
  away,         // I am away `from`..`until`: about the person, not the incident.
  done,         // A specialist's work is done.
  // Whoever directs.
  assign,         // Sends `other` there.
  next_wave,      // Calls the next wave now.
  tell_building,  // Tells every home of the building.
  seen,           // The desk has read it; stops nothing but the desk's own reminders.
  take_over,      // Duty B takes the desk.
  close,          // With a cause. Only from the desk.
};
inline constexpr int kActionCount = 25;

std::string_view name_of(Action action);
std::optional<Action> action_named(std::string_view name);
inline std::ostream& operator<<(std::ostream& out, Action a) { return out << name_of(a); }

struct Answer {
  Action action = Action::seen;
  PersonId by;
  Roles roles;                   // In what capacities they act; see `may`.
  std::optional<int> minutes;    // going: 1..180.
  std::optional<Cause> cause;    // cause, close: required.
  HouseholdId household;         // safe, help_me: the own home; all_out: which.
  PersonId other;                // assign: required; hand_over: optional.
  std::string text;              // note: required; close, away: optional; <= 200 characters.
  std::optional<Instant> from;   // away
  std::optional<Instant> until;  // away
};

// Why an answer changed nothing. An ordinary reply shown to the person, not an error.
enum class Refusal : std::uint8_t {
  not_allowed,  // Not a button of this role.
  already_closed,
  not_closed_yet,  // Rating an incident that is still open.
  already_going,
  not_going,  // Handing over what one has not taken.
  already_there,
  cause_missing,
  text_missing,
  text_too_long,
  minutes_out_of_range,
  nobody_to_call,
  unknown_person,
  unknown_household,
  needs_two_there,  // Somebody can not descend: two arrived, or one and "managed" in words.
  already_done,     // The same answer again.
  bad_period,       // away: ends before it begins, or lasts over a year.
};
std::string_view name_of(Refusal refusal);
inline std::ostream& operator<<(std::ostream& out, Refusal r) { return out << name_of(r); }

// The buttons that somebody in these capacities may press now, in the order of the page.
// Empty for nobody's business. After the end only the relative's rating is left.
std::vector<Action> buttons(const Incident& incident, const PersonId& person, Roles roles);

// Whether `answer.action` is among its buttons.
bool may(const Incident& incident, const PersonId& person, Roles roles, Action action);

struct Limits {
  Millis door;  // R-22; a claim whose minutes fit inside it stops the waves.
};

// Applies the answer to `incident`, or refuses and leaves it as it was.
//
// What only dispatch can do (calling people, dated facts, specialists) follows from the returned
// nothing-refused together with `answer.action`.
//
// REQUIRES: now >= incident.phase_since.
std::optional<Refusal> apply(Incident& incident, const Answer& answer, const Limits& limits,
                             Instant now);

// The sensor side. Each keeps broken_rule() quiet.
//
// Adds or refreshes a source; returns whether it was new. Only raises kind, severity and count.
bool add_source(Incident& incident, const Source& source);
// The device reads normal again; returns whether that changed anything.
bool clear_source(Incident& incident, const DeviceId& device, Instant now);
// A settled incident whose sensor alarms anew rings again: nobody is on the way any more.
void ring_again(Incident& incident, Instant now);
// The first delivery: fresh becomes told.
void mark_told(Incident& incident, Instant now);

}  // namespace shouwang::incident
