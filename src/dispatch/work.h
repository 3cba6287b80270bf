// The desk while one event is being handled: the book, the time and what has changed so far.
// Inside dispatch/ only.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/planted.h"
#include "dispatch/book.h"
#include "escalation/audience.h"

namespace shouwang::dispatch {

using Facts = std::vector<std::pair<std::string, std::string>>;

struct Work {
  Book& book;
  Instant now;
  Effects effects;

  const household::Registry& registry() const { return *book.registry; }
  escalation::Situation situation() const {
    const bool wrong = planted::is(planted::Bug::wrong_shift);
    return {.registry = *book.registry,
            .facts = book.facts,
            .now = wrong ? now + std::chrono::hours{8} : now};
  }
  File* file(const IncidentId& id) {
    const auto found = book.files.find(id);
    return found == book.files.end() ? nullptr : &found->second;
  }
  void changed(const File& file) { effects.files.insert(file.incident.id); }
  void log(const IncidentId& incident, std::string actor, std::string type, Facts facts) {
    effects.journal.push_back({.at = now,
                               .community = book.registry->community().id,
                               .incident = incident,
                               .actor = std::move(actor),
                               .type = std::move(type),
                               .facts = std::move(facts)});
  }
};

// ---- telling.cpp: from "who" to parcels -----------------------------------

// The ways to reach a person, in the order to try.
std::vector<household::Address> route_of(const Work& work, const PersonId& person,
                                         bool voice_first);

// Makes a parcel (or adds to one that is held back) for one person.
void post(Work& work, File& file, const PersonId& person, Letter letter, household::Roles roles,
          Urgency urgency, bool by_voice);

// Tells one person for the first time; returns false if they had been told already (their roles
// are merged then, and nothing is sent).
bool tell(Work& work, File& file, const escalation::Target& target, Letter letter, int wave);

// What a call came to, for the journal.
struct Called {
  std::vector<std::string> told;     // "R0003:relative"
  std::vector<std::string> skipped;  // "UH-B05-U1:away"
  std::vector<PersonId> known;       // In the audience, but told before.
};
// Resolves the groups and tells whoever was not told yet.
Called call(Work& work, File& file, const std::vector<escalation::Group>& groups, Letter letter,
            int wave);
Facts facts_of(const Called& called);
// Of a parcel that is not tried any more: how often it was.
Facts facts_of_tries(const Parcel& parcel);

// Writes to everybody told so far, except `except`.
void update_all(Work& work, File& file, Letter letter, const PersonId& except = {});
// Writes to those told in any of `roles`.
void update_some(Work& work, File& file, Letter letter, household::Roles roles, Urgency urgency);

// Takes back what is still waiting: again-letters when somebody goes, everything at the end.
void withdraw_repeats(Work& work, File& file);
void withdraw_all(Work& work, File& file);

// ---- steps.cpp: what time does --------------------------------------------

// Carries out every step of the file's ladder that is due by now, in order.
void run_due_steps(Work& work, File& file);
// Runs the next wave before its time; false if all have run.
bool run_next_wave(Work& work, File& file, const std::string& why);
// Puts the file's next step on the agenda.
void schedule(Work& work, const File& file);

// ---- the events ------------------------------------------------------------

void on(Work& work, const Heard& heard);
void on(Work& work, const Unreadable& unreadable);
void on(Work& work, const Opened& opened);
void on(Work& work, const Answered& answered);
void on(Work& work, const Delivered& delivered);
void on(Work& work, const PageOpened& opened);
void on(Work& work, const ItemDone& done);
void on(Work& work, const ItemWaived& waived);
void on(Work& work, const Chirped& chirped);
void on(Work& work, const Returned& returned);
void on(Work& work, const Listening& listening);
void on(Work& work, const FactsNoted& noted);
void on(Work& work, const TestStarted& started);
void on(Work& work, const TestStopped& stopped);
void on(Work& work, const TestQuieted& quieted);
void on(Work& work, const SetAside& aside);
void on(Work& work, const Ailing& ailing);
void on(Work& work, const Audit& audit);
void on(Work& work, const Tick& tick);

// A report that is no test's result, or no longer: what it says counts in full.
void hear(Work& work, const Heard& heard);

// ---- orders.cpp: what devices on the spot are told -----------------------------

// An alarm of `kind` has begun, joined or come back: tells the devices that the rules name.
void start_orders(Work& work, File& file, device::Kind kind);
// Tells again what has not been confirmed in time, or gives it up and says so.
void run_due_orders(Work& work, File& file);
// Switches off what is not wanted from this phase on; at the end nothing is left waiting.
void end_orders(Work& work, File& file);
// The broker is back: what it may not have brought to the device is sent anew.
void retry_orders(Work& work);
// What a device says may be the answer to an order.
void hear_orders(Work& work, const Heard& heard);
// Whether the report may be one: then it is no routine.
bool may_answer_order(const Book& book, const DeviceId& device, const device::Report& report);
std::optional<Instant> next_order_due(const incident::Incident& incident);
// After a restart: what may never have left is sent again at once.
void restore_orders(File& file, Instant now);

// ---- trials.cpp, walk.cpp: devices under test --------------------------------

// Takes what is a result of the test out of the report of a device under test. What is left is
// handled as ever.
Heard without_results(Work& work, Heard heard);
// A device outside of every test reports a test: perhaps another one's button was pressed.
void note_bystander(Work& work, const Heard& heard);
// What a device under test said and nobody can read.
void note_unreadable(Work& work, const Unreadable& unreadable);
// Ends what is over, and rings for alarms that last too long.
void run_due_trials(Work& work);
// Wherever an incident has just begun, no test goes on around it.
void end_trials_around(Work& work, const household::Place& place);
// Done with the line that a test has on the board: the test is stopped.
bool stop_test_on_board(Work& work, const ItemDone& done);
// An alarm of the device, or the test that its profile asks for, came through the whole chain.
void prove(Work& work, const DeviceId& device);

// Takes note that a parcel went on; `exhausted` people are passed over.
void follow(Work& work, const Moved& moved);
// The person has the incident before their eyes: no need to ring them on other ways.
void mark_reached(Work& work, File& file, const PersonId& person, Reach reach);

// ---- matters.cpp: what has to be mended --------------------------------------

// Opens a technical matter, or counts it once more. A silence counts from `since`.
void open_matter(Work& work, const std::string& fault, const std::string& subject,
                 const std::string& detail, std::optional<Instant> since = {});
void close_matter(Work& work, const std::string& fault, const std::string& subject,
                  const std::string& by);
// The level of the device went up or down: one that flaps is to be looked at.
void note_change(Work& work, DeviceMemory& memory);
// What the installer noted of it.
std::string note_of(const Work& work, const DeviceId& device);

// ---- watching.cpp: whom the book watches over ---------------------------------

// Who is watched over, by registry and rules; what was known of them is kept.
Book::Watched watched(const Book& book);
void watch_devices(Book& book, const Book::Watched& before);
void restore_watch(Book& book, const std::vector<LastHeard>& heard, Instant now);

// ---- silence.cpp: who has fallen silent --------------------------------------

// A bridge says that the device can not be reached.
void on_offline(Work& work, const DeviceId& device);
// A device that was silent is not any more.
void on_return(Work& work, const DeviceId& device);
// A matter that spoke for others is closed: they are judged by themselves again.
void release_held(Work& work, const std::string& matter);
// Somebody says that a silent device is mended: if it does not speak in its time, it is silent
// still.
void doubt_mended(Work& work, const Matter& matter);
// Judges the silences whose time has come.
void watch_over(Work& work);
std::optional<Instant> next_watch(const Book& book);

// ---- upkeep.cpp: letters about matters ---------------------------------------

// Reaches the rungs that are due and writes the letters of the day.
void run_upkeep(Work& work);
// A matter was opened or waived: when is its next rung?
void plan_upkeep(Work& work, const Matter& matter);
// Writes to duty and building heads that an area has fallen silent.
void tell_outage(Work& work, const Matter& matter, const std::set<AreaId>& buildings);
// Writes the diary of the day before to the office, once a day.
void run_diary(Work& work);
// When the next one is due. `known_until`: until when it is known that it was seen to.
void plan_diary(Work& work, Instant known_until);
// After a restart: who had a letter already.
void remember_letters(Work& work);

}  // namespace shouwang::dispatch
