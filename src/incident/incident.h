// One call for help, from the first signal to the closed file: plain data.
//
//              first delivery    stopping claim      arrived            cause named
//   fresh ----------> told ----------> claimed ----------> on_scene ----------> settled
//                      ^ <-- handed ----- |                                       |
//                      |      back                                                |
//                      +------------------ the sensor alarms anew ----------------+
//   any of them ------------------------------- a person closes -----------> closed
//
// A reading that returns to normal, silence, a restart or a reload never moves
// the phase. What people answer is applied in incident/answer.h.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "device/signal.h"
#include "household/post.h"
#include "household/registry.h"

namespace shouwang::incident {

using household::Place;
using household::Role;
using household::Roles;

enum class Phase : std::uint8_t { fresh, told, claimed, on_scene, settled, closed };

// Only ever raised.
enum class Severity : std::uint8_t {
  serious,   // One source, nobody known to need rescue.
  critical,  // Linked sources, or somebody there can not leave alone.
};

enum class Origin : std::uint8_t {
  sensor,
  restored,   // A state found at (re)connect that nobody had seen before.
  manual,     // Opened by a person.
  set_aside,  // May be an alarm: the message could not be handled (dispatch::SetAside).
};

// What it was, said by the person who settles or closes.
enum class Cause : std::uint8_t {
  real_leak,
  real_fire,
  cooking,
  pot,
  steam_dust,
  test,
  drill,
  device_fault,
  unknown,
};

// How far a message got with one person; never goes back except to failed.
enum class Reach : std::uint8_t { queued, sent, accepted, on_phone, opened, answered, failed };

// One device (or person) that says there is danger here.
struct Source {
  DeviceId device;  // Empty for Origin::manual.
  device::Kind kind = device::Kind::gas;
  Instant first_at;  // Receive times.
  Instant last_at;
  std::uint32_t count = 1;      // Alarm messages, repeats included; folded duplicates not.
  bool alarming = true;         // False once its reading went back to normal.
  std::optional<double> value;  // Highest value seen, in `unit`.
  std::string unit;
  std::optional<Instant> device_time;

  friend bool operator==(const Source&, const Source&) = default;
};

// A person who was told, and what became of it.
struct Told {
  PersonId person;
  Roles roles;           // Why; grows.
  Instant at;            // When they were first told.
  int wave = -1;         // The wave that told them; -1: by another step.
  bool counted = false;  // A responder who can be counted on.
  bool inside = false;   // Lives in the place: a possible victim.
  Reach reach = Reach::queued;
  std::string reach_by;  // The channel that got that far, or failed last.
  Instant reach_at;
  bool unreachable = false;  // Every way failed at least once.
  bool seen = false;         // Pressed *Seen*: no more reminders to the desk's own people.

  friend bool operator==(const Told&, const Told&) = default;
};

// What a person undertook.
struct Response {
  PersonId person;
  Roles roles;
  std::optional<Instant> going_at;  // Unset once handed back.
  std::optional<int> minutes;       // Stated with *I'm going*: 1..180.
  bool stopping = false;            // The claim stops the waves.
  std::optional<Instant> arrived_at;
  bool no_entry = false;            // At the door, nobody opens.
  bool cannot = false;              // Said that they can not go, or handed back.
  std::optional<Instant> spoke_at;  // Says that they spoke to the people there.

  friend bool operator==(const Response&, const Response&) = default;
};

// The tick list of a stairwell: what is known of each home.
enum class Tick : std::uint8_t { help, safe, out };  // Absent: has not answered.

struct Note {
  Instant at;
  PersonId by;
  std::string text;  // <= 200 characters.

  friend bool operator==(const Note&, const Note&) = default;
};

// A visit that somebody must make because telephones did not do.
struct DoorTask {
  Instant at;
  std::string reason;             // "no_relative_reached", "unreachable"
  std::optional<PersonId> owner;  // Who took it over; nobody yet if unset.

  friend bool operator==(const DoorTask&, const DoorTask&) = default;
};

struct Closing {
  Instant at;
  PersonId by;
  Cause cause = Cause::unknown;
  std::string text;  // <= 200 characters; may be empty.

  friend bool operator==(const Closing&, const Closing&) = default;
};

struct Incident {
  IncidentId id;
  CommunityId community;
  Place place;
  device::Kind kind = device::Kind::gas;  // The most urgent kind among the sources.
  Severity severity = Severity::serious;
  Origin origin = Origin::sensor;
  Phase phase = Phase::fresh;
  Instant raised_at;                  // When the gateway received the first signal.
  Instant phase_since;                // >= raised_at.
  std::vector<Source> sources;        // >= 1, in order of arrival.
  std::vector<IncidentId> linked;     // Shown as one emergency with these.
  std::vector<Told> told;             // In the order of telling; one entry a person.
  std::vector<Response> responses;    // In the order of their first answer.
  std::optional<PersonId> lead;       // The first stopping claim that stands.
  std::optional<PersonId> desk;       // The duty officer who has it in hand.
  std::optional<PersonId> opened_by;  // Set exactly for Origin::manual.
  std::map<HouseholdId, Tick> ticks;
  std::vector<DoorTask> door_tasks;
  std::vector<Note> notes;
  bool cooking_reported = false;       // "It was cooking", said from afar: shown, not believed.
  std::optional<Cause> settled_as;     // Set exactly when settled was reached.
  std::optional<Closing> closing;      // Set exactly when closed.
  std::map<PersonId, bool> satisfied;  // After the end.

  bool is_open() const { return phase != Phase::closed; }
  Told* find_told(const PersonId& person);
  const Told* find_told(const PersonId& person) const;
  Response* find_response(const PersonId& person);
  const Response* find_response(const PersonId& person) const;
  // Whether a claim stands that stops the waves.
  bool somebody_is_going() const;
  bool somebody_arrived() const;
  bool any_source_alarming() const;

  friend bool operator==(const Incident&, const Incident&) = default;
};

std::string_view name_of(Phase phase);
std::string_view name_of(Severity severity);
std::string_view name_of(Origin origin);
std::string_view name_of(Cause cause);
std::string_view name_of(Reach reach);
std::string_view name_of(Tick tick);
std::optional<Phase> phase_named(std::string_view name);
std::optional<Severity> severity_named(std::string_view name);
std::optional<Origin> origin_named(std::string_view name);
std::optional<Cause> cause_named(std::string_view name);
std::optional<Reach> reach_named(std::string_view name);
std::optional<Tick> tick_named(std::string_view name);
inline std::ostream& operator<<(std::ostream& out, Phase phase) { return out << name_of(phase); }
inline std::ostream& operator<<(std::ostream& out, Reach reach) { return out << name_of(reach); }

// Whether the cause says that no danger was there.
bool is_false_alarm(Cause cause);

// Names the first rule of Incident that is broken, or nothing if it is sound.
// Asked before every write and after every read.
std::optional<std::string_view> broken_rule(const Incident& incident);

}  // namespace shouwang::incident
