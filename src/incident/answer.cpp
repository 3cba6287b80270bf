#include "incident/answer.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/utf8.h"

namespace shouwang::incident {
namespace {

constexpr std::array<std::string_view, kActionCount> kActions = {
    "safe",      "help_me",       "cooking",   "out_and_helping", "spoke",       "note",
    "satisfied", "not_satisfied", "going",     "cannot",          "arrived",     "no_entry",
    "need_help", "all_out",       "cause",     "hand_over",       "electrician", "away",
    "done",      "assign",        "next_wave", "tell_building",   "seen",        "take_over",
    "close"};

constexpr std::array<std::string_view, 16> kRefusals = {
    "not_allowed",       "already_closed",       "not_closed_yet", "already_going",
    "not_going",         "already_there",        "cause_missing",  "text_missing",
    "text_too_long",     "minutes_out_of_range", "nobody_to_call", "unknown_person",
    "unknown_household", "needs_two_there",      "already_done",   "bad_period"};

constexpr std::size_t kTextMax = 200;
constexpr std::size_t kNotesMax = 200;
constexpr int kMinutesMax = 180;

// The buttons of one role, in the order of the page, whatever the state.
std::vector<Action> buttons_of(Role role) {
  using enum Action;
  switch (role) {
    case Role::resident: return {safe, help_me, cooking, out_and_helping};
    case Role::relative: return {going, cannot, spoke, note};
    case Role::unit_head:
    case Role::guarantor:
      return {going, arrived, no_entry, need_help, all_out, electrician, cause, hand_over, away};
    case Role::building_head:
      return {going, arrived,   no_entry, need_help,     all_out, electrician,
              cause, hand_over, assign,   tell_building, away};
    case Role::estate_head:
    case Role::grid_head:
    case Role::neighbour_watch:
    case Role::patrol: return {going, arrived, no_entry, hand_over, assign, next_wave};
    case Role::neighbour: return {going, arrived, no_entry, hand_over};
    case Role::duty_a:
      return {seen,  going,     arrived, no_entry,  need_help,     all_out, electrician,
              cause, hand_over, assign,  next_wave, tell_building, note,    close};
    case Role::duty_b: return {take_over};
    case Role::secretary:
    case Role::director: return {going, hand_over, assign, tell_building, close};
    case Role::specialist: return {going, cannot, done};
    case Role::installer:
    case Role::viewer: return {};
  }
  return {};
}

// Whether a button makes sense for this person as things stand.
bool fits(const Incident& incident, const PersonId& person, Roles roles, Action action) {
  const Response* own = incident.find_response(person);
  const Told* told = incident.find_told(person);
  const bool is_going = own != nullptr && own->going_at.has_value();
  const bool is_there = own != nullptr && own->arrived_at.has_value();
  switch (action) {
    case Action::going: return !is_going || !is_there;
    case Action::cannot: return own == nullptr || !own->cannot || is_going;
    case Action::arrived: return !is_there;
    case Action::no_entry: return is_there && !own->no_entry;
    case Action::hand_over: return is_going;
    case Action::seen: return told == nullptr || !told->seen;
    case Action::cooking: return !incident.cooking_reported;
    case Action::take_over: return incident.desk != person;
    case Action::out_and_helping:
      return told != nullptr && told->inside && std::ranges::any_of(roles.list(), [](Role role) {
               return household::is_responder(role);
             });
    case Action::all_out:
    case Action::need_help:
    case Action::electrician:
    case Action::cause:
    case Action::away:
    case Action::done:
    case Action::assign:
    case Action::next_wave:
    case Action::tell_building:
    case Action::close:
    case Action::note:
    case Action::spoke:
    case Action::safe:
    case Action::help_me:
    case Action::satisfied:
    case Action::not_satisfied: return true;
  }
  return false;
}

std::optional<Refusal> check_form(const Answer& answer) {
  if (count_characters(answer.text) > kTextMax) return Refusal::text_too_long;
  switch (answer.action) {
    case Action::going:
      if (answer.minutes && (*answer.minutes < 1 || *answer.minutes > kMinutesMax)) {
        return Refusal::minutes_out_of_range;
      }
      return std::nullopt;
    case Action::cause:
    case Action::close:
      if (!answer.cause) return Refusal::cause_missing;
      return std::nullopt;
    case Action::note:
      if (answer.text.empty()) return Refusal::text_missing;
      return std::nullopt;
    case Action::assign:
      if (answer.other.empty()) return Refusal::unknown_person;
      return std::nullopt;
    case Action::away:
      if (!answer.from || !answer.until || *answer.until <= *answer.from ||
          *answer.until - *answer.from > std::chrono::days{366}) {
        return Refusal::bad_period;
      }
      return std::nullopt;
    case Action::safe:
    case Action::help_me:
      if (answer.household.empty()) return Refusal::unknown_household;
      return std::nullopt;
    case Action::cooking:
    case Action::out_and_helping:
    case Action::spoke:
    case Action::satisfied:
    case Action::not_satisfied:
    case Action::cannot:
    case Action::arrived:
    case Action::no_entry:
    case Action::need_help:
    case Action::all_out:
    case Action::hand_over:
    case Action::electrician:
    case Action::done:
    case Action::next_wave:
    case Action::tell_building:
    case Action::seen:
    case Action::take_over: return std::nullopt;
  }
  return std::nullopt;
}

Response& response_of(Incident& incident, const Answer& answer) {
  Response* own = incident.find_response(answer.by);
  if (own == nullptr) own = &incident.responses.emplace_back(Response{.person = answer.by});
  own->roles = own->roles | answer.roles;
  return *own;
}

void enter(Incident& incident, Phase phase, Instant now) {
  if (incident.phase == phase) return;
  incident.phase = phase;
  incident.phase_since = now;
}

bool is_counted(const Incident& incident, const Answer& answer) {
  if (const Told* told = incident.find_told(answer.by)) return told->counted;
  return std::ranges::any_of(answer.roles.list(),
                             [](Role role) { return household::is_responder(role); });
}

// After a claim fell away: who leads now, and does it ring again?
void settle_lead(Incident& incident, const PersonId& preferred, Instant now) {
  incident.lead.reset();
  const Response* next = nullptr;
  for (const Response& other : incident.responses) {
    if (!other.going_at || !other.stopping) continue;
    if (next == nullptr || other.person == preferred ||
        (next->person != preferred && *other.going_at < *next->going_at)) {
      next = &other;
    }
  }
  if (next != nullptr) incident.lead = next->person;
  if (incident.phase == Phase::claimed && !incident.somebody_is_going()) {
    enter(incident, Phase::told, now);
  }
}

void take_claim(Incident& incident, const Answer& answer, bool stopping, Instant now) {
  Response& own = response_of(incident, answer);
  own.going_at = now;
  own.minutes = answer.minutes;
  own.stopping = stopping;
  own.cannot = false;
  if (stopping && !incident.lead) incident.lead = answer.by;
  if (stopping && incident.phase < Phase::claimed) enter(incident, Phase::claimed, now);
  // Whoever needs longer after all leads no more: it rings again unless another claim stands.
  if (!stopping && incident.lead == answer.by) settle_lead(incident, {}, now);
}

void drop_claim(Incident& incident, const Answer& answer, Instant now) {
  Response& own = response_of(incident, answer);
  own.going_at.reset();
  own.minutes.reset();
  own.stopping = false;
  own.cannot = true;
  if (incident.lead == answer.by || !incident.lead) settle_lead(incident, answer.other, now);
}

std::optional<Refusal> rate(Incident& incident, const Answer& answer) {
  const bool satisfied = answer.action == Action::satisfied;
  const auto [entry, added] = incident.satisfied.emplace(answer.by, satisfied);
  if (!added && entry->second == satisfied) return Refusal::already_done;
  entry->second = satisfied;
  return std::nullopt;
}

std::optional<Refusal> claim(Incident& incident, const Answer& answer, const Limits& limits,
                             Instant now) {
  const Response* own = incident.find_response(answer.by);
  if (own != nullptr && own->going_at && own->minutes == answer.minutes) {
    return Refusal::already_going;
  }
  const bool in_time = answer.minutes && std::chrono::minutes{*answer.minutes} <= limits.door;
  take_claim(incident, answer, is_counted(incident, answer) || in_time, now);
  return std::nullopt;
}

std::optional<Refusal> hand_over(Incident& incident, const Answer& answer, Instant now) {
  const Response* own = incident.find_response(answer.by);
  if (own == nullptr || !own->going_at) return Refusal::not_going;
  drop_claim(incident, answer, now);
  return std::nullopt;
}

std::optional<Refusal> add_note(Incident& incident, const Answer& answer, Instant now) {
  if (incident.notes.size() >= kNotesMax) return Refusal::text_too_long;
  incident.notes.push_back({.at = now, .by = answer.by, .text = answer.text});
  return std::nullopt;
}

void arrive(Incident& incident, const Answer& answer, Instant now) {
  Response& own = response_of(incident, answer);
  own.arrived_at = now;
  if (!own.going_at) own.going_at = now;
  own.stopping = true;
  own.cannot = false;
  if (!incident.lead) incident.lead = answer.by;
  if (incident.phase < Phase::on_scene) enter(incident, Phase::on_scene, now);
}

void settle(Incident& incident, const Answer& answer, Instant now) {
  incident.settled_as = answer.cause;
  enter(incident, Phase::settled, now);
}

void close(Incident& incident, const Answer& answer, Instant now) {
  incident.closing =
      Closing{.at = now, .by = answer.by, .cause = *answer.cause, .text = answer.text};
  enter(incident, Phase::closed, now);
}

std::optional<Refusal> see(Incident& incident, const Answer& answer) {
  if (!incident.desk) incident.desk = answer.by;
  if (Told* told = incident.find_told(answer.by)) told->seen = true;
  return std::nullopt;
}

void help_outside(Incident& incident, const Answer& answer, Instant now) {
  if (Told* told = incident.find_told(answer.by)) {
    told->counted = true;
    told->inside = false;
  }
  if (!answer.household.empty()) incident.ticks[answer.household] = Tick::out;
  take_claim(incident, answer, true, now);
}

std::optional<Refusal> apply_open(Incident& incident, const Answer& answer, const Limits& limits,
                                  Instant now) {
  switch (answer.action) {
    case Action::going: return claim(incident, answer, limits, now);
    case Action::hand_over: return hand_over(incident, answer, now);
    case Action::note: return add_note(incident, answer, now);
    case Action::seen: return see(incident, answer);
    case Action::cannot: drop_claim(incident, answer, now); return std::nullopt;
    case Action::arrived: arrive(incident, answer, now); return std::nullopt;
    case Action::no_entry: response_of(incident, answer).no_entry = true; return std::nullopt;
    case Action::cause: settle(incident, answer, now); return std::nullopt;
    case Action::close: close(incident, answer, now); return std::nullopt;
    case Action::out_and_helping: help_outside(incident, answer, now); return std::nullopt;
    case Action::safe: incident.ticks[answer.household] = Tick::safe; return std::nullopt;
    case Action::help_me: incident.ticks[answer.household] = Tick::help; return std::nullopt;
    case Action::cooking: incident.cooking_reported = true; return std::nullopt;
    case Action::spoke: response_of(incident, answer).spoke_at = now; return std::nullopt;
    case Action::take_over: incident.desk = answer.by; return std::nullopt;
    case Action::all_out:
      if (!answer.household.empty()) incident.ticks[answer.household] = Tick::out;
      return std::nullopt;
    case Action::done: response_of(incident, answer); return std::nullopt;
    case Action::need_help:
    case Action::electrician:
    case Action::away:
    case Action::assign:
    case Action::next_wave:
    case Action::tell_building: return std::nullopt;
    case Action::satisfied:
    case Action::not_satisfied: return Refusal::not_closed_yet;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Action action) { return kActions[static_cast<std::size_t>(action)]; }
std::string_view name_of(Refusal refusal) { return kRefusals[static_cast<std::size_t>(refusal)]; }

std::optional<Action> action_named(std::string_view name) {
  for (std::size_t i = 0; i < kActions.size(); ++i) {
    if (kActions[i] == name) return static_cast<Action>(i);
  }
  return std::nullopt;
}

std::vector<Action> buttons(const Incident& incident, const PersonId& person, Roles roles) {
  if (!incident.is_open()) {
    if (!roles.has(Role::relative)) return {};
    return {Action::satisfied, Action::not_satisfied};
  }
  if (roles.has(Role::duty_b) && incident.desk == person) roles.add(Role::duty_a);
  std::vector<Action> page;
  for (const Role role : roles.list()) {
    for (const Action action : buttons_of(role)) {
      const bool there = std::ranges::find(page, action) != page.end();
      if (!there && fits(incident, person, roles, action)) page.push_back(action);
    }
  }
  return page;
}

bool may(const Incident& incident, const PersonId& person, Roles roles, Action action) {
  const auto page = buttons(incident, person, roles);
  return std::ranges::find(page, action) != page.end();
}

std::optional<Refusal> apply(Incident& incident, const Answer& answer, const Limits& limits,
                             Instant now) {
  CHECK(now >= incident.phase_since);
  const bool rating = answer.action == Action::satisfied || answer.action == Action::not_satisfied;
  if (!incident.is_open() && !rating) return Refusal::already_closed;
  if (incident.is_open() && rating) return Refusal::not_closed_yet;
  if (!may(incident, answer.by, answer.roles, answer.action)) {
    const Response* own = incident.find_response(answer.by);
    if (answer.action == Action::arrived && own != nullptr && own->arrived_at) {
      return Refusal::already_there;
    }
    // A button of the role that the state has taken off the page was pressed on a stale page.
    for (const Role role : answer.roles.list()) {
      const auto all = buttons_of(role);
      if (std::ranges::find(all, answer.action) == all.end()) continue;
      return answer.action == Action::hand_over ? Refusal::not_going : Refusal::already_done;
    }
    return Refusal::not_allowed;
  }
  if (const auto refusal = check_form(answer)) return refusal;
  if (rating) return rate(incident, answer);
  return apply_open(incident, answer, limits, now);
}

bool add_source(Incident& incident, const Source& source) {
  if (device::urgency_of(source.kind) > device::urgency_of(incident.kind)) {
    incident.kind = source.kind;
  }
  const auto known = std::ranges::find_if(incident.sources, [&](const Source& s) {
    return s.device == source.device && s.kind == source.kind;
  });
  if (known == incident.sources.end()) {
    incident.sources.push_back(source);
    return true;
  }
  known->last_at = std::max(known->last_at, source.last_at);
  known->count += source.count;
  known->alarming = true;
  if (source.value && (!known->value || *source.value > *known->value)) {
    known->value = source.value;
    known->unit = source.unit;
  }
  if (source.device_time) known->device_time = source.device_time;
  return false;
}

bool clear_source(Incident& incident, const DeviceId& device, Instant now) {
  bool changed = false;
  for (Source& source : incident.sources) {
    if (source.device != device || !source.alarming) continue;
    source.alarming = false;
    source.last_at = std::max(source.last_at, now);
    changed = true;
  }
  return changed;
}

void ring_again(Incident& incident, Instant now) {
  for (Response& response : incident.responses) {
    response.going_at.reset();
    response.minutes.reset();
    response.arrived_at.reset();
    response.stopping = false;
    response.no_entry = false;
  }
  incident.lead.reset();
  incident.settled_as.reset();
  enter(incident, Phase::told, now);
}

void mark_told(Incident& incident, Instant now) {
  if (incident.phase == Phase::fresh) enter(incident, Phase::told, now);
}

}  // namespace shouwang::incident
