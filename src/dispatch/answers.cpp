// What people press, once the rights and the incident itself have had their say.

#include <algorithm>

#include "base/planted.h"
#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

using escalation::Audience;
using household::Role;
using household::Roles;
using incident::Action;
using incident::Answer;
using incident::Refusal;

constexpr std::chrono::hours kDay{24};

std::optional<HouseholdId> home_of(const Work& work, const PersonId& person) {
  const household::Person* record = work.registry().person(person);
  if (record == nullptr || record->home.empty()) return std::nullopt;
  return record->home;
}

bool concerns(const Work& work, const File& file, const HouseholdId& id) {
  const household::Household* home = work.registry().household(id);
  if (home == nullptr) return false;
  const household::Place& place = file.incident.place;
  if (place.scope == household::Place::Scope::household) return place.household == id;
  return work.registry().contains(place.area, home->area);
}

// Somebody who can not descend is out only when two have arrived, or one says how it was
// managed (S-03).
bool needs_two(const Work& work, const File& file, const Answer& answer) {
  if (!answer.text.empty()) return false;
  const auto arrived = std::ranges::count_if(file.incident.responses, [](const auto& response) {
    return response.arrived_at.has_value();
  });
  if (arrived >= 2) return false;
  const auto cannot_descend = [&](const household::Household& home) {
    return std::ranges::any_of(home.residents, [](const auto& resident) {
      return resident.facts.has(household::Fact::cannot_descend);
    });
  };
  const household::Household* home = work.registry().household(answer.household);
  return home != nullptr && cannot_descend(*home);
}

// What the incident alone can not know is wrong with the answer.
std::optional<Refusal> check(const Work& work, const File& file, const Answer& answer) {
  switch (answer.action) {
    case Action::assign:
      if (work.registry().person(answer.other) == nullptr) return Refusal::unknown_person;
      return std::nullopt;
    case Action::hand_over:
      if (!answer.other.empty() && work.registry().person(answer.other) == nullptr) {
        return Refusal::unknown_person;
      }
      return std::nullopt;
    case Action::all_out:
      if (answer.household.empty()) return std::nullopt;
      if (!concerns(work, file, answer.household)) return Refusal::unknown_household;
      if (needs_two(work, file, answer)) return Refusal::needs_two_there;
      return std::nullopt;
    case Action::safe:
    case Action::help_me:
      if (!concerns(work, file, answer.household)) return Refusal::unknown_household;
      return std::nullopt;
    case Action::cooking:
    case Action::out_and_helping:
    case Action::spoke:
    case Action::note:
    case Action::satisfied:
    case Action::not_satisfied:
    case Action::going:
    case Action::cannot:
    case Action::arrived:
    case Action::no_entry:
    case Action::need_help:
    case Action::cause:
    case Action::electrician:
    case Action::away:
    case Action::done:
    case Action::next_wave:
    case Action::tell_building:
    case Action::seen:
    case Action::take_over:
    case Action::close: return std::nullopt;
  }
  return std::nullopt;
}

Facts facts_of(const Answer& answer) {
  Facts facts;
  std::string roles;
  for (const Role role : answer.roles.list()) {
    roles.append(roles.empty() ? "" : " ").append(name_of(role));
  }
  facts.emplace_back("roles", roles);
  if (answer.minutes) facts.emplace_back("minutes", std::to_string(*answer.minutes));
  if (answer.cause) facts.emplace_back("cause", std::string(name_of(*answer.cause)));
  if (!answer.household.empty()) facts.emplace_back("household", answer.household.str());
  if (!answer.other.empty()) facts.emplace_back("other", answer.other.str());
  if (!answer.text.empty()) facts.emplace_back("text", answer.text);
  if (answer.from) facts.emplace_back("from", format_utc(*answer.from));
  if (answer.until) facts.emplace_back("until", format_utc(*answer.until));
  return facts;
}

// The roles in which somebody is sent: those of the posts they hold, or as a neighbour.
escalation::Target sent(const Work& work, const File& file, const PersonId& person) {
  const Roles posts = work.registry().posts_held(person, work.now);
  const auto list = posts.list();
  const bool inside = escalation::lives_inside(person, file.incident.place, work.registry());
  return {.person = person,
          .role = list.empty() ? Role::neighbour : list.front(),
          .counted = !inside,
          .inside = inside};
}

void assign(Work& work, File& file, const PersonId& person) {
  const escalation::Target target = sent(work, file, person);
  if (tell(work, file, target, Letter::assigned, -1)) return;
  const incident::Told* told = file.incident.find_told(person);
  post(work, file, person, Letter::assigned, told->roles, Urgency::first, false);
}

// Somebody is going (or gone): those who wait to be rung again need not be.
void after_claim(Work& work, File& file, bool rang_before, const Answer& answer,
                 const std::optional<PersonId>& lead_before) {
  if (file.incident.somebody_is_going()) {
    escalation::record_claim(file.ladder, file.progress, work.now);
  }
  const bool rings = escalation::is_ringing(file.incident, file.progress);
  if (rang_before && !rings) {
    withdraw_repeats(work, file);
    if (file.incident.phase < incident::Phase::on_scene) {
      update_all(work, file, Letter::going, answer.by);
    }
  } else if (!rang_before && rings) {
    update_all(work, file, Letter::handed_back, answer.by);
  } else if (!rings && file.incident.lead != lead_before && file.incident.lead) {
    update_all(work, file, Letter::going, answer.by);
  }
}

// Whoever was called for the first time stands in the journal by name.
void log_called(Work& work, const File& file, const Called& called) {
  if (called.told.empty()) return;
  work.log(file.incident.id, "gateway", "called", dispatch::facts_of(called));
}

// Help is called at once: the next wave, or if all have run, the last one again.
void call_help(Work& work, File& file, const std::string& why) {
  std::vector<PersonId> before;
  for (const auto& told : file.incident.told) before.push_back(told.person);
  const std::size_t wave = file.progress.waves_run;
  const bool ran = run_next_wave(work, file, why);
  const std::size_t index = ran ? wave : file.ladder.waves.size() - 1;
  const Called called = call(work, file, file.ladder.waves[index].tell, Letter::first, -1);
  log_called(work, file, called);
  for (const PersonId& person : called.known) {
    if (std::ranges::find(before, person) == before.end()) continue;
    const auto* response = file.incident.find_response(person);
    if (response != nullptr && response->going_at) continue;
    const auto* told = file.incident.find_told(person);
    post(work, file, person, Letter::help_needed, told->roles, Urgency::again, false);
  }
}

void help_home(Work& work, File& file, const HouseholdId& id) {
  const household::Household* home = work.registry().household(id);
  Called called;
  for (const auto& contact : home->contacts) {
    const escalation::Target target{.person = contact.person, .role = Role::relative};
    if (tell(work, file, target, Letter::first, -1)) called.told.push_back(contact.person.str());
  }
  log_called(work, file, called);
  update_some(work, file, Letter::help_needed, Roles{Role::duty_a, Role::unit_head},
              Urgency::again);
}

// A sensor that calls people in vain too often has to be looked at.
void note_cause(Work& work, DeviceMemory& memory, const incident::Incident& incident) {
  const incident::Cause cause = incident.closing->cause;
  const bool meant = cause == incident::Cause::test || cause == incident::Cause::drill;
  if (meant || !incident::is_false_alarm(cause)) return;
  auto& times = memory.false_alarms;
  times.push_back(work.now);
  if (times.size() > kFalseAlarmsMax) times.erase(times.begin());
  const Upkeep& upkeep = work.book.rules->upkeep;
  const auto recent = std::ranges::count_if(
      times, [&](Instant at) { return work.now - at < upkeep.false_alarms_span; });
  const auto today = std::ranges::count_if(times, [&](Instant at) { return work.now - at < kDay; });
  const bool too_many = recent >= upkeep.false_alarms_max;
  if (!too_many && today <= upkeep.false_alarms_day) return;
  if (!work.registry().device_index(memory.device)) return;
  open_matter(work, "false_alarms", memory.device.str(),
              too_many ? std::to_string(recent) + " within " + format_span(upkeep.false_alarms_span)
                       : std::to_string(today) + " within 24h");
}

void finish(Work& work, File& file) {
  if (!planted::is(planted::Bug::keep_ringing)) withdraw_all(work, file);
  if (!planted::is(planted::Bug::forget_stand_down)) update_all(work, file, Letter::ending);
  for (const auto& source : file.incident.sources) {
    const auto memory = work.book.devices.find(source.device);
    if (memory == work.book.devices.end()) continue;
    memory->second.closed_at = work.now;
    work.effects.devices.insert(source.device);
    note_cause(work, memory->second, file.incident);
  }
}

void take_away(Work& work, const Answer& answer) {
  const household::DatedFact fact{.kind = household::DatedFact::Kind::away,
                                  .subject = answer.by.str(),
                                  .from = *answer.from,
                                  .until = *answer.until,
                                  .author = answer.by.str(),
                                  .note = answer.text};
  work.book.facts.push_back(fact);
  work.effects.facts.push_back(fact);
}

void call_audience(Work& work, File& file, Audience audience, Letter letter) {
  const Called called = call(work, file, {{.audience = audience}}, letter, -1);
  Facts facts = dispatch::facts_of(called);
  facts.insert(facts.begin(), {"audience", std::string(name_of(audience))});
  work.log(file.incident.id, "gateway", "called", std::move(facts));
}

void follow_up(Work& work, File& file, const Answer& answer, bool rang_before,
               const std::optional<PersonId>& lead_before) {
  switch (answer.action) {
    case Action::hand_over:
      after_claim(work, file, rang_before, answer, lead_before);
      if (!answer.other.empty()) assign(work, file, answer.other);
      return;
    case Action::going:
    case Action::cannot:
    case Action::arrived:
    case Action::cause:
    case Action::out_and_helping: return after_claim(work, file, rang_before, answer, lead_before);
    case Action::need_help: return call_help(work, file, "help");
    case Action::next_wave: return call_help(work, file, "asked");
    case Action::no_entry: return call_audience(work, file, Audience::grid_head, Letter::first);
    case Action::electrician: return call_audience(work, file, Audience::specialist, Letter::job);
    case Action::tell_building:
      return call_audience(work, file, Audience::building_homes, Letter::first);
    case Action::assign: return assign(work, file, answer.other);
    case Action::help_me: return help_home(work, file, answer.household);
    case Action::away: return take_away(work, answer);
    case Action::close: return finish(work, file);
    case Action::safe:
    case Action::cooking:
    case Action::spoke:
    case Action::note:
    case Action::satisfied:
    case Action::not_satisfied:
    case Action::all_out:
    case Action::done:
    case Action::seen:
    case Action::take_over: return;
  }
}

// An empty household ticks every home of the list that is not ticked yet, except those from which
// nobody can be carried by one person.
void tick_rest(Work& work, File& file, Answer answer) {
  if (file.incident.place.scope != household::Place::Scope::area) return;
  for (const household::Household* home : work.registry().households_in(file.incident.place.area)) {
    answer.household = home->id;
    if (file.incident.ticks.contains(home->id) || needs_two(work, file, answer)) continue;
    file.incident.ticks[home->id] = incident::Tick::out;
  }
}

std::optional<Refusal> answer_one(Work& work, File& file, Answer answer) {
  if (const incident::Told* told = file.incident.find_told(answer.by)) {
    answer.roles = answer.roles | told->roles;
  }
  if (planted::is(planted::Bug::seen_is_going) && answer.action == Action::seen) {
    answer.action = Action::going;
  }
  const bool own_home = answer.action == Action::safe || answer.action == Action::help_me ||
                        answer.action == Action::out_and_helping;
  if (own_home && answer.household.empty()) {
    answer.household = home_of(work, answer.by).value_or(HouseholdId());
  }
  if (!incident::may(file.incident, answer.by, answer.roles, answer.action)) {
    // apply() names the reason.
  } else if (const auto refusal = check(work, file, answer)) {
    return refusal;
  }
  const bool rang = escalation::is_ringing(file.incident, file.progress);
  const auto lead = file.incident.lead;
  const bool anybody = planted::is(planted::Bug::believe_everybody);
  const incident::Limits limits{.door = anybody ? Millis::max() : file.ladder.door.limit};
  if (const auto refusal = incident::apply(file.incident, answer, limits, work.now)) {
    return refusal;
  }
  work.changed(file);
  work.log(file.incident.id, answer.by.str(), std::string(name_of(answer.action)),
           facts_of(answer));
  if (answer.action == Action::all_out && answer.household.empty()) tick_rest(work, file, answer);
  mark_reached(work, file, answer.by, Reach::answered);
  follow_up(work, file, answer, rang, lead);
  run_due_steps(work, file);
  end_orders(work, file);
  return std::nullopt;
}

// One who goes to a home goes to its stairwell too: linked incidents are one emergency.
bool spreads(Action action) {
  return action == Action::going || action == Action::arrived || action == Action::cannot ||
         action == Action::hand_over;
}

}  // namespace

void on(Work& work, const Answered& answered) {
  work.effects.reply.incident = answered.incident;
  File* file = work.file(answered.incident);
  if (file == nullptr) {
    work.effects.reply.refusal = Refusal::not_allowed;
    return;
  }
  if (const auto refusal = answer_one(work, *file, answered.answer)) {
    work.effects.reply.refusal = refusal;
    return;
  }
  if (!spreads(answered.answer.action)) return;
  for (const IncidentId& id : std::vector<IncidentId>(file->incident.linked)) {
    File* other = work.file(id);
    if (other == nullptr || !other->incident.is_open()) continue;
    if (other->incident.find_told(answered.answer.by) == nullptr) continue;
    // A refusal there (already going, not their button) is of no interest here.
    static_cast<void>(answer_one(work, *other, answered.answer));
    schedule(work, *other);
  }
}

void on(Work& work, const PageOpened& opened) {
  work.effects.reply.incident = opened.incident;
  File* file = work.file(opened.incident);
  if (file == nullptr || !file->incident.is_open()) return;
  mark_reached(work, *file, opened.by, Reach::opened);
}

void on(Work& work, const FactsNoted& noted) {
  for (const household::DatedFact& fact : noted.facts) {
    if (std::ranges::find(work.book.facts, fact) != work.book.facts.end()) continue;
    work.book.facts.push_back(fact);
    work.effects.facts.push_back(fact);
    work.log({}, fact.author.empty() ? "gateway" : fact.author, "fact",
             {{"kind", std::string(household::name_of(fact.kind))},
              {"subject", fact.subject},
              {"from", format_utc(fact.from)},
              {"until", format_utc(fact.until)}});
  }
}

}  // namespace shouwang::dispatch
