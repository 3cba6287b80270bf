#include "dispatch/card.h"

#include <algorithm>

#include "escalation/audience.h"

namespace shouwang::dispatch {
namespace {

using household::Equipment;
using household::Household;
using household::Place;
using household::Role;
using household::Roles;
using household::Tier;

const Roles kHomesSeen{Role::unit_head, Role::building_head,   Role::guarantor, Role::estate_head,
                       Role::grid_head, Role::neighbour_watch, Role::patrol,    Role::neighbour,
                       Role::duty_a,    Role::duty_b,          Role::secretary, Role::director};
// An opted-in neighbour or patrol volunteer sees the address and that help is needed, not why.
const Roles kFactsSeen{Role::unit_head,   Role::building_head, Role::guarantor,
                       Role::estate_head, Role::grid_head,     Role::duty_a,
                       Role::duty_b,      Role::secretary,     Role::director};
const Roles kDesk{Role::duty_a, Role::duty_b, Role::secretary, Role::director};

class CardMaker {
 public:
  CardMaker(const Book& book, const File& file, const PersonId& person, Roles roles, Instant now)
      : book_(book), file_(file), incident_(file.incident), person_(person), now_(now) {
    card_.roles = roles;
  }

  Card make() {
    basics();
    going();
    if (sees_homes(card_.roles)) responders_part();
    if (sees_desk(card_.roles)) desk_part();
    return std::move(card_);
  }

 private:
  const household::Registry& registry() const { return *book_.registry; }

  void basics() {
    card_.incident = incident_.id;
    card_.kind = incident_.kind;
    card_.severity = incident_.severity;
    card_.phase = incident_.phase;
    card_.origin = incident_.origin;
    card_.place = registry().label(incident_.place);
    card_.scope = incident_.place.scope;
    card_.raised_at = incident_.raised_at;
    if (incident_.is_open() && !incident_.somebody_arrived()) {
      card_.door_at = incident_.raised_at + file_.ladder.door.limit;
      card_.door_overdue = now_ >= *card_.door_at;
    }
    card_.reading_normal = !incident_.any_source_alarming();
    card_.cooking_reported = incident_.cooking_reported;
    for (const IncidentId& id : incident_.linked) {
      const File* other = book_.find(id);
      if (other == nullptr) continue;
      card_.linked.push_back(std::string(device::name_of(other->incident.kind)) + " " +
                             registry().label(other->incident.place));
    }
    Roles told;
    for (const auto& one : incident_.told) told = told | one.roles;
    card_.told = told.list();
    card_.buttons = incident::buttons(incident_, person_, card_.roles);
    own_home();
    card_.settled_as = incident_.settled_as;
    card_.closing = incident_.closing;
    if (card_.closing && !sees_desk(card_.roles)) {
      card_.closing->by = PersonId();
      card_.closing->text.clear();
    }
    const auto rated = incident_.satisfied.find(person_);
    if (rated != incident_.satisfied.end()) card_.satisfied = rated->second;
    card_.shelter = shelter();
    for (const incident::Order& order : incident_.orders) {
      if (!incident::standing_of(order).empty()) card_.orders.push_back(order);
    }
  }

  void own_home() {
    const household::Person* record = registry().person(person_);
    if (record == nullptr || !card_.roles.has(Role::resident)) return;
    const auto tick = incident_.ticks.find(record->home);
    if (tick != incident_.ticks.end()) card_.own_tick = tick->second;
  }

  std::string shelter() const {
    const household::Area* at = registry().area(incident_.place.area);
    while (at != nullptr && at->shelter.empty()) at = registry().area(at->parent);
    return at == nullptr ? "" : at->shelter;
  }

  void going() {
    for (const auto& response : incident_.responses) {
      if (!response.going_at && !response.arrived_at) continue;
      const auto roles = response.roles.list();
      card_.going.push_back({.role = shown_role(roles),
                             .is_lead = incident_.lead == response.person,
                             .is_you = response.person == person_,
                             .minutes = response.minutes,
                             .going_at = response.going_at,
                             .arrived_at = response.arrived_at,
                             .no_entry = response.no_entry,
                             .person = sees_homes(card_.roles) ? response.person : PersonId()});
    }
  }

  // A unit head who lives inside is shown as unit head, not as resident.
  static Role shown_role(const std::vector<Role>& roles) {
    for (const Role role : roles) {
      if (household::is_responder(role)) return role;
    }
    return roles.empty() ? Role::resident : roles.front();
  }

  void responders_part() {
    homes();
    extinguishers();
    card_.door_tasks = incident_.door_tasks;
    card_.sources = incident_.sources;
    card_.notes = incident_.notes;
  }

  std::vector<const Household*> concerned() const {
    switch (incident_.place.scope) {
      case Place::Scope::household:
        if (const Household* home = registry().household(incident_.place.household)) {
          return {home};
        }
        return {};
      case Place::Scope::area: return registry().households_in(incident_.place.area);
      case Place::Scope::unknown: return {};
    }
    return {};
  }

  void homes() {
    const LocalTime local = registry().community().zone.local(now_);
    const bool facts_seen = incident_.is_open() && card_.roles.has_any(kFactsSeen);
    for (const Household* home : concerned()) {
      CardHome line{.household = home->id,
                    .label = home->label,
                    .rank = household::help_rank(*home, local),
                    .people = home->residents.size(),
                    .no_relatives = home->contacts.empty()};
      const auto tick = incident_.ticks.find(home->id);
      if (tick != incident_.ticks.end()) line.tick = tick->second;
      if (facts_seen) private_part(*home, local, line);
      card_.homes.push_back(std::move(line));
    }
    // Who calls for help comes first, then those who need it most.
    std::ranges::stable_sort(card_.homes, {}, [](const CardHome& home) {
      return home.tick == incident::Tick::help ? -1 : home.rank;
    });
  }

  void private_part(const Household& home, const LocalTime& local, CardHome& line) const {
    line.facts = household::facts_of(home, local);
    for (const auto& resident : home.residents) {
      if (!resident.note.empty()) line.notes.push_back(resident.note);
    }
    for (const auto& fact : book_.facts) {
      if (fact.subject == home.id.str() && fact.holds(now_)) line.dated.push_back(fact);
    }
  }

  // The nearest extinguisher whose holder is not away: own unit, then building, then grid.
  void extinguishers() {
    if (incident_.place.area.empty()) return;
    const household::Area* unit = registry().enclosing(incident_.place.area, Tier::unit);
    if (unit != nullptr) {
      card_.extinguisher_inside = reachable(registry().equipment_in(unit->id), AreaId());
    }
    for (const Tier tier : {Tier::building, Tier::grid, Tier::community}) {
      const household::Area* area = registry().enclosing(incident_.place.area, tier);
      if (area == nullptr || card_.extinguisher_outside) continue;
      card_.extinguisher_outside =
          reachable(registry().equipment_in(area->id), unit == nullptr ? AreaId() : unit->id);
    }
  }

  std::optional<Equipment> reachable(const std::vector<const Equipment*>& items,
                                     const AreaId& except) {
    for (const Equipment* item : items) {
      if (item->kind != Equipment::Kind::extinguisher) continue;
      if (!except.empty() && registry().contains(except, item->area)) continue;
      if (!holder_away(*item)) return *item;
      auto& locked = card_.extinguishers_locked;
      if (std::ranges::find(locked, item->id) == locked.end()) locked.push_back(item->id);
    }
    return std::nullopt;
  }

  bool holder_away(const Equipment& item) const {
    const Household* home = registry().household(item.holder);
    if (home == nullptr) return false;
    const escalation::Situation situation{
        .registry = registry(), .facts = book_.facts, .now = now_};
    const bool home_away = std::ranges::any_of(book_.facts, [&](const auto& fact) {
      return fact.kind == household::DatedFact::Kind::away && fact.subject == home->id.str() &&
             fact.holds(now_);
    });
    return home_away || std::ranges::any_of(home->residents, [&](const auto& resident) {
             return escalation::is_away(resident.person, situation);
           });
  }

  void desk_part() {
    for (const auto& told : incident_.told) {
      card_.deliveries.push_back({.person = told.person,
                                  .roles = told.roles,
                                  .at = told.at,
                                  .wave = told.wave,
                                  .counted = told.counted,
                                  .reach = told.reach,
                                  .reach_by = told.reach_by,
                                  .reach_at = told.reach_at,
                                  .unreachable = told.unreachable});
    }
    card_.desk = incident_.desk;
    card_.ladder = file_.ladder.name;
    card_.waves_run = file_.progress.waves_run;
    card_.loops = file_.progress.loops;
    if (const auto step = escalation::next_step(file_.ladder, file_.progress, incident_)) {
      card_.next_step_at = step->due;
    }
  }

  const Book& book_;
  const File& file_;
  const incident::Incident& incident_;
  const PersonId& person_;
  Instant now_;
  Card card_;
};

}  // namespace

bool sees_homes(Roles roles) { return roles.has_any(kHomesSeen); }
bool sees_desk(Roles roles) { return roles.has_any(kDesk); }

std::optional<Card> card_for(const Book& book, const IncidentId& incident, const PersonId& person,
                             Roles extra, Instant now) {
  const File* file = book.find(incident);
  if (file == nullptr) return std::nullopt;
  Roles roles = extra;
  if (const auto* told = file->incident.find_told(person)) roles = roles | told->roles;
  if (roles.empty()) return std::nullopt;
  const auto& closing = file->incident.closing;
  if (closing && now >= closing->at + book.rules->page_life) return std::nullopt;
  return CardMaker(book, *file, person, roles, now).make();
}

std::vector<IncidentId> board_order(const Book& book) {
  std::vector<const incident::Incident*> open;
  for (const auto& [id, file] : book.files) {
    if (file.incident.is_open()) open.push_back(&file.incident);
  }
  std::ranges::sort(open, [](const auto* a, const auto* b) {
    if (a->severity != b->severity) return a->severity > b->severity;
    return std::pair{a->raised_at, a->id} < std::pair{b->raised_at, b->id};
  });
  std::vector<IncidentId> ids;
  for (const auto* one : open) ids.push_back(one->id);
  return ids;
}

}  // namespace shouwang::dispatch
