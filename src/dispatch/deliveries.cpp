// What became of messages, and what is done when a person can not be reached.

#include <algorithm>

#include "base/planted.h"
#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

using household::Role;
using household::Roles;
using incident::Phase;
using incident::Told;

int depth(Reach reach) { return reach == Reach::failed ? -1 : static_cast<int>(reach); }

void set_reach(Work& work, File& file, Told& told, Reach reach, const std::string& by) {
  const bool worse = depth(reach) <= depth(told.reach);
  const bool failed_now = reach == Reach::failed && depth(told.reach) <= depth(Reach::sent);
  if (worse && !failed_now) return;
  told.reach = reach;
  told.reach_by = by;
  told.reach_at = work.now;
  if (depth(reach) >= depth(Reach::accepted)) told.unreachable = false;
  if (planted::is(planted::Bug::forget_to_save)) return;
  work.changed(file);
  if (depth(reach) >= depth(Reach::accepted)) incident::mark_told(file.incident, work.now);
}

bool all_unreachable(const incident::Incident& incident, bool (*belongs)(const Told&)) {
  bool any = false;
  for (const Told& told : incident.told) {
    if (!belongs(told)) continue;
    if (!told.unreachable) return false;
    any = true;
  }
  return any;
}

bool is_relative(const Told& told) { return told.roles.has(Role::relative); }
bool is_counted(const Told& told) { return told.counted; }

// A visit that replaces the telephone, with a name on it.
void add_door_task(Work& work, File& file, const std::string& reason) {
  auto& tasks = file.incident.door_tasks;
  if (std::ranges::any_of(tasks, [&](const auto& task) { return task.reason == reason; })) return;
  std::optional<PersonId> owner = file.incident.lead;
  for (const Role role : {Role::unit_head, Role::guarantor, Role::building_head, Role::duty_a}) {
    for (const Told& told : file.incident.told) {
      const bool fit = told.counted && !told.unreachable && told.roles.has(role);
      if (!owner && fit) owner = told.person;
    }
  }
  tasks.push_back({.at = work.now, .reason = reason, .owner = owner});
  work.changed(file);
  work.log(file.incident.id, "gateway", "door_task",
           {{"reason", reason}, {"owner", owner ? owner->str() : ""}});
  update_some(work, file, Letter::no_relative,
              Roles{Role::unit_head, Role::guarantor, Role::duty_a}, Urgency::again);
}

// Every way to the person failed: whoever stands behind them is called now, not later.
void pass_over(Work& work, File& file, Told& told) {
  if (told.unreachable) return;
  told.unreachable = true;
  work.changed(file);
  const PersonId person = told.person;
  const Roles roles = told.roles;
  const bool counted = told.counted;
  work.log(file.incident.id, person.str(), "unreachable", {{"by", told.reach_by}});
  open_matter(work, "dead_contact", person.str(), told.reach_by);
  if (roles.has(Role::relative) && all_unreachable(file.incident, is_relative)) {
    add_door_task(work, file, "no_relative_reached");
  }
  if (!counted || !escalation::is_ringing(file.incident, file.progress)) return;
  for (const Role role : roles.list()) {
    if (!household::is_responder(role)) continue;
    const auto next = escalation::successors(person, role, file.incident, work.situation());
    Called called;
    for (const auto& target : next.targets) {
      if (tell(work, file, target, Letter::first, -1)) called.told.push_back(target.person.str());
    }
    if (called.told.empty()) continue;
    Facts facts = facts_of(called);
    facts.emplace_back("instead_of", person.str());
    work.log(file.incident.id, "gateway", "called", std::move(facts));
  }
  // A wave may add nobody new: go on until somebody can be reached, or all waves have run.
  while (all_unreachable(file.incident, is_counted)) {
    if (!run_next_wave(work, file, "nobody_reached")) return;
  }
}

// Under which incident the journal speaks of the parcel; none for a technical one.
IncidentId incident_of(const Parcel& parcel) {
  const Item& item = parcel.items.front();
  return is_technical(item.letter) ? IncidentId() : item.incident;
}

void log_delivery(Work& work, const Parcel& parcel, const Delivered& delivered) {
  static constexpr std::string_view kKinds[] = {"accepted", "awaiting", "on_phone",
                                                "opened",   "retry",    "never"};
  Facts facts{{"parcel", delivered.key.str()},
              {"channel", parcel.channel()},
              {"try", std::to_string(delivered.attempt)},
              {"result", std::string(kKinds[static_cast<std::size_t>(delivered.receipt.kind)])}};
  if (!delivered.receipt.error.empty()) facts.emplace_back("error", delivered.receipt.error);
  work.log(incident_of(parcel), parcel.person.str(), "delivery", std::move(facts));
}

}  // namespace

void mark_reached(Work& work, File& file, const PersonId& person, Reach reach) {
  Told* told = file.incident.find_told(person);
  if (told == nullptr) return;
  if (depth(reach) > depth(told->reach)) {
    if (reach == Reach::opened) work.log(file.incident.id, person.str(), "opened", {});
    set_reach(work, file, *told, reach, "page");
  }
  for (const ParcelKey& key : work.book.outbox.concerning(file.incident.id)) {
    const Parcel* parcel = work.book.outbox.find(key);
    const bool tried = parcel->person == person && parcel->attempts > 0;
    if (!tried) continue;
    work.book.outbox.report(key, parcel->attempts, {.kind = Receipt::Kind::opened}, work.now);
  }
}

void follow(Work& work, const Moved& moved) {
  const Parcel* found = work.book.outbox.find(moved.key);
  if (found == nullptr) return;
  const Parcel parcel = *found;
  const bool gave_up = parcel.state == Parcel::State::failed && parcel.round > 0;
  if (gave_up && !moved.exhausted) {
    work.log(incident_of(parcel), parcel.person.str(), "gave_up", facts_of_tries(parcel));
  }
  for (const Item& item : parcel.items) {
    File* file = work.file(item.incident);
    if (file == nullptr) continue;
    Told* told = file->incident.find_told(parcel.person);
    if (told == nullptr) continue;
    set_reach(work, *file, *told, parcel.reach, parcel.reach_by);
    if (!moved.exhausted) continue;
    work.log(file->incident.id, parcel.person.str(), "not_reached",
             {{"parcel", parcel.key.str()}, {"error", parcel.error}});
    if (!file->incident.is_open() || parcel.urgency > Urgency::again) continue;
    pass_over(work, *file, *told);
    run_due_steps(work, *file);
    schedule(work, *file);
  }
}

void on(Work& work, const Delivered& delivered) {
  const Parcel* parcel = work.book.outbox.find(delivered.key);
  if (parcel == nullptr) return;
  log_delivery(work, *parcel, delivered);
  const auto moved =
      work.book.outbox.report(delivered.key, delivered.attempt, delivered.receipt, work.now);
  if (moved) follow(work, *moved);
}

}  // namespace shouwang::dispatch
