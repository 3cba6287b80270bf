// What one person may know of one incident: the phone page as data (R-13, R-19, table 4.0).
//
// Need to know is decided here and nowhere else. What a role must not see is not in its card, so
// that no page, template or API can show it by mistake.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "dispatch/book.h"
#include "incident/answer.h"
#include "incident/incident.h"

namespace shouwang::dispatch {

// Somebody on the way, without a name: the role is what matters.
struct CardResponder {
  household::Role role = household::Role::unit_head;  // The nearest of their roles.
  bool is_lead = false;
  bool is_you = false;
  std::optional<int> minutes;
  std::optional<Instant> going_at;
  std::optional<Instant> arrived_at;
  bool no_entry = false;
  PersonId person;  // Only on responders' and the desk's cards; else empty.

  friend bool operator==(const CardResponder&, const CardResponder&) = default;
};

// A home of the list, in the order in which help is given. Responders only.
struct CardHome {
  HouseholdId household;
  std::string label;  // "302"
  int rank = 3;       // help_rank(): 0 can not descend .. 3 the rest.
  std::optional<incident::Tick> tick;
  std::size_t people = 0;                   // Residents on record.
  household::Facts facts;                   // Of all residents together.
  std::vector<std::string> notes;           // Rescue notes of residents.
  std::vector<household::DatedFact> dated;  // Those that hold now.
  bool no_relatives = false;                // Nobody is on record for this home.

  friend bool operator==(const CardHome&, const CardHome&) = default;
};

// How far the message got with one person. The desk only.
struct CardTold {
  PersonId person;
  household::Roles roles;
  Instant at;
  int wave = -1;
  bool counted = false;
  incident::Reach reach = incident::Reach::queued;
  std::string reach_by;
  Instant reach_at;
  bool unreachable = false;

  friend bool operator==(const CardTold&, const CardTold&) = default;
};

struct Card {
  IncidentId incident;
  household::Roles roles;  // Of the viewer; decides everything below.
  device::Kind kind = device::Kind::gas;
  incident::Severity severity = incident::Severity::serious;
  incident::Phase phase = incident::Phase::fresh;
  incident::Origin origin = incident::Origin::sensor;
  std::string place;  // "5号楼4单元302"
  household::Place::Scope scope = household::Place::Scope::household;
  Instant raised_at;
  std::optional<Instant> door_at;  // When somebody must have arrived.
  bool door_overdue = false;
  bool reading_normal = false;  // No source alarms any more.
  bool cooking_reported = false;
  std::vector<std::string> linked;    // "smoke 5号楼4单元": kind name, blank, place.
  std::vector<CardResponder> going;   // In the order of claiming.
  std::vector<household::Role> told;  // Roles that have been told, each once.
  std::vector<incident::Action> buttons;
  std::optional<incident::Tick> own_tick;  // Residents: what they said of their own home.
  std::optional<incident::Cause> settled_as;
  std::optional<incident::Closing> closing;  // `by` and `text` only for the desk.
  std::optional<bool> satisfied;             // What the viewer said after the end.
  std::string shelter;                       // Where to go indoors; may be empty.
  std::vector<incident::Order> orders;       // What devices there were told.

  // Responders and the desk; empty for everybody else.
  std::vector<CardHome> homes;
  std::optional<household::Equipment> extinguisher_inside;  // Reachable: holder not away.
  std::optional<household::Equipment> extinguisher_outside;
  std::vector<std::string> extinguishers_locked;  // Ids whose holder is away.
  std::vector<incident::DoorTask> door_tasks;
  std::vector<incident::Source> sources;
  std::vector<incident::Note> notes;

  // The desk only.
  std::vector<CardTold> deliveries;
  std::optional<PersonId> desk;
  std::string ladder;
  std::size_t waves_run = 0;
  std::uint32_t loops = 0;
  std::optional<Instant> next_step_at;
};

// The card of `person`, acting in the roles they were told in plus `extra` (a desk login's).
// Nothing if the incident is unknown, or it is none of their business.
std::optional<Card> card_for(const Book& book, const IncidentId& incident, const PersonId& person,
                             household::Roles extra, Instant now);

// Whether any of the roles is shown addresses, rescue facts and notes during the incident.
bool sees_homes(household::Roles roles);
// Whether any of the roles is the desk: sees who was told and with what result.
bool sees_desk(household::Roles roles);

// Open incidents in the order of the board: severity, then age.
std::vector<IncidentId> board_order(const Book& book);

}  // namespace shouwang::dispatch
