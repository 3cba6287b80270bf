#include <algorithm>

#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

using escalation::Again;
using escalation::Step;
using household::Role;
using household::Roles;
using incident::Told;

// Those of an earlier wave who have not answered, once more; those of it who were never told
// (because the wave has not run) for the first time. Nobody in `called_now` is called again.
std::size_t call_again(Work& work, File& file, const Again& again, Letter letter,
                       std::set<PersonId>& called_now) {
  const auto& wave = file.ladder.waves[again.wave];
  const int index = static_cast<int>(again.wave);
  std::vector<PersonId> before;
  for (const Told& told : file.incident.told) before.push_back(told.person);
  const Called called = call(work, file, wave.tell, Letter::first, index);
  std::size_t count = called.told.size();
  for (const Told& told : file.incident.told) {
    if (std::ranges::find(before, told.person) == before.end()) continue;
    const bool in_wave =
        told.wave == index || std::ranges::find(called.known, told.person) != called.known.end();
    if (!in_wave || told.seen || file.incident.find_response(told.person) != nullptr) continue;
    if (!called_now.insert(told.person).second) continue;
    post(work, file, told.person, letter, told.roles, Urgency::again, again.by_voice);
    ++count;
  }
  return count;
}

void run_wave(Work& work, File& file, std::size_t index, const std::string& why) {
  const escalation::Wave wave = file.ladder.waves[index];
  const Called called = call(work, file, wave.tell, Letter::first, static_cast<int>(index));
  std::size_t again = 0;
  std::set<PersonId> called_now;
  for (const Again& entry : wave.again) {
    again += call_again(work, file, entry, Letter::again, called_now);
  }
  Facts facts{{"wave", std::to_string(index)}, {"why", why}};
  for (auto& fact : facts_of(called)) facts.push_back(std::move(fact));
  if (!wave.again.empty()) facts.emplace_back("again", std::to_string(again));
  work.log(file.incident.id, "gateway", "wave", std::move(facts));
}

// Voice to the desk, round and round. Who has pressed *Seen* is spared, unless that is everybody.
void run_loop(Work& work, File& file) {
  const auto& loop = file.ladder.loop;
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
  work.log(file.incident.id, "gateway", "loop",
           {{"turn", std::to_string(file.progress.loops + 1)},
            {"called", std::to_string(due.size() + called.told.size())}});
}

void run_door(Work& work, File& file) {
  std::size_t count = 0;
  std::set<PersonId> called_now;
  for (const Again& entry : file.ladder.door.again) {
    count += call_again(work, file, entry, Letter::door_overdue, called_now);
  }
  // Whoever said that they go, and the desk, must know that nobody has arrived.
  for (const Told& told : file.incident.told) {
    const auto* response = file.incident.find_response(told.person);
    const bool going = response != nullptr && response->going_at.has_value();
    const bool desk = told.roles.has(Role::duty_a) && !told.seen && response == nullptr;
    if ((!going && !desk) || !called_now.insert(told.person).second) continue;
    post(work, file, told.person, Letter::door_overdue, told.roles, Urgency::again, false);
    ++count;
  }
  work.log(file.incident.id, "gateway", "door_overdue",
           {{"limit", format_span(file.ladder.door.limit)},
            {"claimed", file.incident.somebody_is_going() ? "yes" : "no"},
            {"called", std::to_string(count)}});
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
  work.changed(file);
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
  const Instant planned = file.progress.base + file.ladder.waves[index].at;
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
  const Instant due = step ? step->due : file.incident.closing->at + book.rules->page_life;
  book.agenda.emplace(due, id);
  book.agenda_of.emplace(id, due);
}

void on(Work& work, const Tick&) {
  Book& book = work.book;
  for (const Moved& moved : book.outbox.advance(work.now)) follow(work, moved);
  run_due_trials(work);
  while (!book.agenda.empty() && book.agenda.begin()->first <= work.now) {
    const IncidentId id = book.agenda.begin()->second;
    File& file = book.files.at(id);
    if (file.incident.is_open()) {
      run_due_steps(work, file);
      schedule(work, file);
    } else {
      book.agenda.erase(book.agenda.begin());
      book.agenda_of.erase(id);
      book.files.erase(id);
    }
  }
}

}  // namespace shouwang::dispatch
