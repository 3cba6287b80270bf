// The desk while one event is being handled: the book, the time and what has changed so far.
// Inside dispatch/ only.

#pragma once

#include <string>
#include <utility>
#include <vector>

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
    return {.registry = *book.registry, .facts = book.facts, .now = now};
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
void on(Work& work, const FactsNoted& noted);
void on(Work& work, const SetAside& aside);
void on(Work& work, const Ailing& ailing);
void on(Work& work, const Audit& audit);
void on(Work& work, const Tick& tick);

// Takes note that a parcel went on; `exhausted` people are passed over.
void follow(Work& work, const Moved& moved);
// The person has the incident before their eyes: no need to ring them on other ways.
void mark_reached(Work& work, File& file, const PersonId& person, Reach reach);

// Opens a technical matter, or counts it once more.
void open_matter(Work& work, const std::string& fault, const std::string& subject,
                 const std::string& detail);
void close_matter(Work& work, const std::string& fault, const std::string& subject,
                  const std::string& by);

}  // namespace shouwang::dispatch
