#include <algorithm>

#include "base/planted.h"
#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

using escalation::Again;
using escalation::Step;
using household::Role;
using household::Roles;
using incident::Told;

// Who is called in one step: nobody is called again twice, and whoever is called for the first
// time stands in the journal by name.
struct Calls {
  std::set<PersonId> again;
  std::vector<std::string> told;
};

// Those of an earlier wave who have not answered, once more; those of it who were never told
// (because the wave has not run, or a seat has become another's) for the first time.
std::size_t call_again(Work& work, File& file, const Again& again, Letter letter, Calls& calls) {
  const auto& wave = file.ladder.waves[again.wave];
  const int index = static_cast<int>(again.wave);
  std::vector<PersonId> before;
  for (const Told& told : file.incident.told) before.push_back(told.person);
  const Called called = call(work, file, wave.tell, Letter::first, index);
  calls.told.insert(calls.told.end(), called.told.begin(), called.told.end());
  std::size_t count = called.told.size();
  for (const Told& told : file.incident.told) {
    if (std::ranges::find(before, told.person) == before.end()) continue;
    const bool in_wave =
        told.wave == index || std::ranges::find(called.known, told.person) != called.known.end();
    if (!in_wave || told.seen || file.incident.find_response(told.person) != nullptr) continue;
    if (!calls.again.insert(told.person).second) continue;
    post(work, file, told.person, letter, told.roles, Urgency::again, again.by_voice);
    ++count;
  }
  return count;
}

// When a settled incident rings again everybody knows of it, and yet must be called anew.
std::size_t call_anew(Work& work, File& file, const std::vector<PersonId>& known, Letter letter,
                      Calls& calls) {
  std::size_t count = 0;
  for (const PersonId& person : known) {
    const Told* told = file.incident.find_told(person);
    const auto* response = file.incident.find_response(person);
    const bool going = response != nullptr && response->going_at.has_value();
    if (told->at >= file.progress.base || going) continue;
    if (!calls.again.insert(person).second) continue;
    post(work, file, person, letter, told->roles, Urgency::again, false);
    ++count;
  }
  return count;
}

void run_wave(Work& work, File& file, std::size_t index, const std::string& why) {
  const escalation::Wave wave = file.ladder.waves[index];
  // Whoever asked for this wave, or stands at the door and needs help, is no "nobody is going".
  const bool rings = escalation::is_ringing(file.incident, file.progress);
  const Letter letter = rings ? Letter::again : Letter::help_needed;
  Called called = call(work, file, wave.tell, Letter::first, static_cast<int>(index));
  Calls calls;
  // (With wave 0 everybody has just heard that it rings again.)
  std::size_t again = index == 0 ? 0 : call_anew(work, file, called.known, letter, calls);
  for (const Again& entry : wave.again) again += call_again(work, file, entry, letter, calls);
  called.told.insert(called.told.end(), calls.told.begin(), calls.told.end());
  Facts facts{{"wave", std::to_string(index)}, {"why", why}};
  for (auto& fact : facts_of(called)) facts.push_back(std::move(fact));
  if (again > 0 || !wave.again.empty()) facts.emplace_back("again", std::to_string(again));
  work.log(file.incident.id, "gateway", "wave", std::move(facts));
}

// Voice to the desk, round and round. Who has pressed *Seen* is spared, unless that is everybody.
void run_loop(Work& work, File& file) {
  const auto& loop = file.ladder.loop;
  if (planted::is(planted::Bug::silence_is_health)) {
    for (auto& source : file.incident.sources) source.alarming = false;
  }
  const Called called = call(work, file, loop.tell, Letter::first, -1);
  std::vector<const Told*> due;
  for (const PersonId& person : called.known) {
    const Told* told = file.incident.find_told(person);
    const bool there = std::ranges::find(due, told) != due.end();
    if (!there && !told->seen) due.push_back(told);
  }
  if (due.empty() && called.told.empty()) {
    for (const PersonId& person : called.known) due.push_back(file.incident.find_told(person));
  }
  for (const Told* told : due) {
    post(work, file, told->person, Letter::again, told->roles, Urgency::again, loop.by_voice);
  }
  Facts facts{{"turn", std::to_string(file.progress.loops + 1)},
              {"called", std::to_string(due.size() + called.told.size())}};
  if (!called.told.empty()) facts.push_back(facts_of(called).front());
  work.log(file.incident.id, "gateway", "loop", std::move(facts));
}

void run_door(Work& work, File& file) {
  std::size_t count = 0;
  Calls calls;
  for (const Again& entry : file.ladder.door.again) {
    count += call_again(work, file, entry, Letter::door_overdue, calls);
  }
  // Whoever said that they go, and the desk, must know that nobody has arrived.
  for (const Told& told : file.incident.told) {
    const auto* response = file.incident.find_response(told.person);
    const bool going = response != nullptr && response->going_at.has_value();
    const bool desk = told.roles.has(Role::duty_a) && !told.seen && response == nullptr;
    if ((!going && !desk) || !calls.again.insert(told.person).second) continue;
    post(work, file, told.person, Letter::door_overdue, told.roles, Urgency::again, false);
    ++count;
  }
  Facts facts{{"limit", format_span(file.ladder.door.limit)},
              {"claimed", file.incident.somebody_is_going() ? "yes" : "no"},
              {"called", std::to_string(count)}};
  if (!calls.told.empty()) facts.push_back(facts_of({.told = calls.told}).front());
  work.log(file.incident.id, "gateway", "door_overdue", std::move(facts));
}

void run_reminder(Work& work, File& file) {
  update_some(work, file, Letter::remind_close, Roles{Role::duty_a, Role::duty_b}, Urgency::update);
  work.log(file.incident.id, "gateway", "remind_close",
           {{"phase", std::string(name_of(file.incident.phase))}});
}

void run_step(Work& work, File& file, const Step& step) {
  switch (step.kind) {
    case Step::Kind::wave:
      run_wave(work, file, step.wave, work.now > step.due ? "overdue" : "time");
      break;
    case Step::Kind::loop: run_loop(work, file); break;
    case Step::Kind::door: run_door(work, file); break;
    case Step::Kind::remind_close: run_reminder(work, file); break;
  }
  escalation::record(file.ladder, file.progress, step, work.now);
  if (planted::is(planted::Bug::tire_of_calling) && file.progress.loops >= 3) {
    file.progress.loop_at = work.now + std::chrono::hours{24};
  }
  work.changed(file);
}

void move_parcels(Work& work) {
  Outbox& outbox = work.book.outbox;
  for (auto due = outbox.next_due(); due && *due <= work.now; due = outbox.next_due()) {
    for (const Moved& moved : outbox.advance(work.now)) follow(work, moved);
  }
}

}  // namespace

void run_due_steps(Work& work, File& file) {
  for (;;) {
    const auto step = escalation::next_step(file.ladder, file.progress, file.incident);
    if (!step || step->due > work.now) return;
    run_step(work, file, *step);
  }
}

bool run_next_wave(Work& work, File& file, const std::string& why) {
  const std::size_t index = file.progress.waves_run;
  if (index >= file.ladder.waves.size()) return false;
  run_wave(work, file, index, why);
  const Instant planned = escalation::due_of(file.ladder, file.progress, index);
  const Step step{.kind = Step::Kind::wave, .wave = index, .due = std::min(planned, work.now)};
  escalation::record(file.ladder, file.progress, step, work.now);
  work.changed(file);
  return true;
}

void schedule(Work& work, const File& file) {
  Book& book = work.book;
  const IncidentId& id = file.incident.id;
  if (const auto old = book.agenda_of.find(id); old != book.agenda_of.end()) {
    book.agenda.erase({old->second, id});
    book.agenda_of.erase(old);
  }
  const auto step = escalation::next_step(file.ladder, file.progress, file.incident);
  // A closed file stays readable for a while, then leaves the book.
  Instant due = step ? step->due : file.incident.closing->at + kept_after_end(*book.rules);
  if (const auto order = next_order_due(file.incident)) due = std::min(due, *order);
  book.agenda.emplace(due, id);
  book.agenda_of.emplace(id, due);
}

void on(Work& work, const Tick&) {
  Book& book = work.book;
  move_parcels(work);
  run_due_trials(work);
  while (!book.agenda.empty() && book.agenda.begin()->first <= work.now) {
    const IncidentId id = book.agenda.begin()->second;
    File& file = book.files.at(id);
    if (file.incident.is_open()) {
      run_due_steps(work, file);
      run_due_orders(work, file);
      schedule(work, file);
    } else {
      book.agenda.erase(book.agenda.begin());
      book.agenda_of.erase(id);
      book.files.erase(id);
    }
  }
  watch_over(work);
  run_upkeep(work);
  run_diary(work);
  // What the steps have just posted leaves with this turn's commit, not with one of its own.
  move_parcels(work);
}

}  // namespace shouwang::dispatch
