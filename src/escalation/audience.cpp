#include "escalation/audience.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <set>

namespace shouwang::escalation {
namespace {

using household::Area;
using household::DatedFact;
using household::Household;
using household::Place;
using household::Post;
using household::Role;
using household::Tier;

constexpr std::array<std::string_view, 8> kPasses = {"vacant", "away",   "inside", "unreachable",
                                                     "opener", "unable", "capped", "no_contacts"};

class Resolver {
 public:
  Resolver(const incident::Incident& incident, const Situation& situation)
      : incident_(incident), situation_(situation), registry_(situation.registry) {}

  Call take(int most) {
    if (most > 0 && call_.targets.size() > static_cast<std::size_t>(most)) {
      for (std::size_t i = static_cast<std::size_t>(most); i < call_.targets.size(); ++i) {
        skip(call_.targets[i].person.str(), Pass::capped);
      }
      call_.targets.resize(static_cast<std::size_t>(most));
    }
    return std::move(call_);
  }

  void resolve(Audience audience) {
    switch (audience) {
      case Audience::household: return homes(place_homes());
      case Audience::unit_homes: return homes(homes_of(Tier::unit));
      case Audience::building_homes: return homes(homes_of(Tier::building));
      case Audience::relatives: return relatives(place_homes(), std::nullopt);
      case Audience::vulnerable_relatives: return relatives(place_homes(), true);
      case Audience::other_relatives: return relatives(place_homes(), false);
      case Audience::unit_head: return heads(Role::unit_head);
      case Audience::outside_unit_head: return outside_unit_heads(1);
      case Audience::other_unit_heads: return outside_unit_heads(1000);
      case Audience::stand_ins: return stand_ins();
      case Audience::building_head: return heads(Role::building_head);
      case Audience::guarantors: return guarantors();
      case Audience::estate_head: return heads(Role::estate_head);
      case Audience::grid_head: return heads(Role::grid_head);
      case Audience::neighbour_watch: return holders(Role::neighbour_watch);
      case Audience::patrol: return holders(Role::patrol);
      case Audience::neighbours: return neighbours();
      case Audience::duty_a: return heads(Role::duty_a);
      case Audience::duty_b: return heads(Role::duty_b);
      case Audience::duty_pool: return duty_pool();
      case Audience::secretary: return heads(Role::secretary);
      case Audience::director: return heads(Role::director);
      case Audience::specialist: return holders(Role::specialist);
    }
  }

  // Whoever comes after the seat of `role`: the next one who can be counted on.
  void successor_of(const Post* post, Role role) {
    if (post != nullptr && post->stand_in && seat(registry_.post(*post->stand_in))) return;
    if (role == Role::unit_head && next_unit_head()) return;
    for (const Role next : above(role)) {
      for (const Post* candidate : registry_.nearest_posts(next, here())) {
        if (seat(candidate)) return;
      }
    }
  }

  void successor_of(const PersonId& person, Role role) {
    tried_persons_.insert(person);
    const Post* post = nullptr;
    for (const Post* candidate : registry_.nearest_posts(role, here())) {
      if (registry_.holder(*candidate, situation_.now) == person) post = candidate;
    }
    if (post != nullptr) tried_.insert(post->id);
    successor_of(post, role);
  }

 private:
  const AreaId& area() const { return incident_.place.area; }
  // The area to look for posts from: the whole community if the place is not known.
  const AreaId& here() const {
    return area().empty() ? registry_.community().areas.front().id : area();
  }

  void skip(std::string who, Pass why) { call_.skipped.push_back({std::move(who), why}); }

  void add(Target target) {
    const auto same = std::ranges::find_if(
        call_.targets, [&](const Target& t) { return t.person == target.person; });
    if (same == call_.targets.end()) {
      call_.targets.push_back(std::move(target));
    } else {
      same->counted = same->counted || target.counted;
    }
  }

  std::vector<const Household*> homes_of(Tier tier) const {
    const Area* found = registry_.enclosing(area(), tier);
    if (found == nullptr) return {};
    return ordered(registry_.households_in(found->id));
  }

  std::vector<const Household*> place_homes() const {
    switch (incident_.place.scope) {
      case Place::Scope::household:
        if (const Household* home = registry_.household(incident_.place.household)) return {home};
        return {};
      case Place::Scope::area: return ordered(registry_.households_in(area()));
      case Place::Scope::unknown: return {};
    }
    return {};
  }

  // Most vulnerable first; ledger order among equals.
  std::vector<const Household*> ordered(std::vector<const Household*> homes) const {
    const LocalTime local = registry_.community().zone.local(situation_.now);
    std::ranges::stable_sort(homes, {}, [&](const Household* h) { return help_rank(*h, local); });
    return homes;
  }

  bool inside(const PersonId& person) const {
    return lives_inside(person, incident_.place, registry_);
  }

  bool is_unreachable(const PersonId& person) const {
    const incident::Told* told = incident_.find_told(person);
    return told != nullptr && told->unreachable;
  }

  void homes(const std::vector<const Household*>& homes) {
    for (const Household* home : homes) {
      bool any = false;
      for (const auto& resident : home->residents) {
        const household::Person* person = registry_.person(resident.person);
        if (person == nullptr || person->addresses.empty()) continue;
        any = true;
        add({.person = person->id, .role = Role::resident, .inside = inside(person->id)});
      }
      if (!any) skip(home->id.str(), Pass::no_contacts);
    }
  }

  void relatives(const std::vector<const Household*>& homes, std::optional<bool> vulnerable) {
    const LocalTime local = registry_.community().zone.local(situation_.now);
    for (const Household* home : homes) {
      const auto facts = household::facts_of(*home, local);
      const bool is_vulnerable = household::is_lone_elder(*home) ||
                                 facts.has(household::Fact::cannot_descend) ||
                                 facts.has(household::Fact::child_alone);
      if (vulnerable && *vulnerable != is_vulnerable) continue;
      if (home->contacts.empty()) skip(home->id.str(), Pass::no_contacts);
      for (const auto& contact : home->contacts) {
        add({.person = contact.person, .role = Role::relative, .inside = inside(contact.person)});
      }
    }
  }

  // Tells the holder of `post`; returns whether that is somebody to count on.
  bool seat(const Post* post) {
    if (post == nullptr || !tried_.insert(post->id).second) return false;
    const auto person = registry_.holder(*post, situation_.now);
    if (!person) {
      skip(post->id.str(), Pass::vacant);
      return false;
    }
    if (incident_.opened_by == *person) {
      skip(post->id.str(), Pass::opener);
      return false;
    }
    if (tried_persons_.contains(*person)) {
      skip(post->id.str(), Pass::unreachable);
      return false;
    }
    const bool unreachable = is_unreachable(*person);
    const bool is_inside = inside(*person);
    const bool away = is_away(*person, situation_);
    if (away) skip(post->id.str(), Pass::away);
    if (is_inside) skip(post->id.str(), Pass::inside);
    if (unreachable) skip(post->id.str(), Pass::unreachable);
    // Who could not be reached is tried again all the same, but not relied upon.
    const bool counted = !away && !is_inside && !unreachable;
    add({.person = *person,
         .role = post->role,
         .counted = counted,
         .inside = is_inside,
         .away = away});
    return counted;
  }

  // The seats of `role` that answer for the place, or whoever comes next.
  void heads(Role role) {
    const auto posts = seats_here(role);
    if (posts.empty()) {
      skip(std::string(name_of(role)), Pass::vacant);
      return successor_of(nullptr, role);
    }
    for (const Post* post : posts) {
      if (!seat(post)) successor_of(post, role);
    }
  }

  // Posts of `role` at the tier that it belongs to, around the place.
  std::vector<const Post*> seats_here(Role role) const {
    const auto tier = tier_of(role);
    if (!tier) return registry_.nearest_posts(role, here());
    const Area* at = registry_.enclosing(area(), *tier);
    if (at == nullptr) return {};
    return registry_.posts(role, at->id);
  }

  void holders(Role role) {
    const auto posts = registry_.nearest_posts(role, here());
    if (posts.empty()) skip(std::string(name_of(role)), Pass::vacant);
    for (const Post* post : posts) seat(post);
  }

  // Units of the building after the incident's own, going round.
  std::vector<const Area*> next_units() const {
    const Area* building = registry_.enclosing(area(), Tier::building);
    const Area* unit = registry_.enclosing(area(), Tier::unit);
    if (building == nullptr || unit == nullptr) return {};
    auto units = registry_.children(building->id);
    const auto own = std::ranges::find(units, unit);
    if (own == units.end()) return {};
    std::rotate(units.begin(), own, units.end());
    units.erase(units.begin());
    return units;
  }

  bool next_unit_head() {
    for (const Area* unit : next_units()) {
      for (const Post* post : registry_.posts(Role::unit_head, unit->id)) {
        if (seat(post)) return true;
      }
    }
    return false;
  }

  void outside_unit_heads(int most) {
    int found = 0;
    for (const Area* unit : next_units()) {
      for (const Post* post : registry_.posts(Role::unit_head, unit->id)) {
        if (found < most && seat(post)) ++found;
      }
    }
    if (found == 0) successor_of(nullptr, Role::building_head);
  }

  void stand_ins() {
    for (const Post* post : seats_here(Role::unit_head)) {
      const auto person = registry_.holder(*post, situation_.now);
      if (!post->stand_in || (person && incident_.find_response(*person) != nullptr)) continue;
      seat(registry_.post(*post->stand_in));
    }
  }

  void guarantors() {
    for (const Household* home : place_homes()) {
      if (!household::is_lone_elder(*home)) continue;
      const auto named = registry_.named_guarantors(home->id, situation_.now);
      for (const PersonId& person : named) guarantor(person);
      if (!named.empty()) continue;
      for (const Role role : {Role::unit_head, Role::building_head}) {
        for (const Post* post : seats_here(role)) {
          if (const auto person = registry_.holder(*post, situation_.now)) guarantor(*person);
        }
      }
    }
  }

  void guarantor(const PersonId& person) {
    if (incident_.opened_by == person) return skip(person.str(), Pass::opener);
    const bool is_inside = inside(person);
    const bool away = is_away(person, situation_);
    if (away) skip(person.str(), Pass::away);
    add({.person = person,
         .role = Role::guarantor,
         .counted = !is_inside && !away,
         .inside = is_inside,
         .away = away});
  }

  void neighbours() {
    const bool stairwell = incident_.place.scope == Place::Scope::area;
    for (const Household* home : homes_of(stairwell ? Tier::building : Tier::unit)) {
      if (home->neighbours == household::Neighbours::no) continue;
      if (home->id == incident_.place.household) continue;
      if (stairwell && registry_.contains(area(), home->area)) continue;
      const bool able = household::is_able_neighbour(*home);
      if (!able) skip(home->id.str(), Pass::unable);
      for (const auto& resident : home->residents) {
        const household::Person* person = registry_.person(resident.person);
        if (person == nullptr || person->addresses.empty()) continue;
        const bool away = is_away(person->id, situation_);
        add({.person = person->id,
             .role = Role::neighbour,
             .counted = able && !away,
             .away = away});
      }
    }
  }

  void duty_pool() {
    using std::chrono::days;
    for (const household::Shift& shift : registry_.records().shifts) {
      if (shift.until < situation_.now - days{7} || shift.from > situation_.now + days{7}) continue;
      for (const PersonId& person : {shift.a, shift.b}) {
        if (incident_.opened_by == person) continue;
        const bool away = is_away(person, situation_);
        add({.person = person, .role = Role::duty_b, .counted = !away, .away = away});
      }
    }
    if (call_.targets.empty()) skip("duty_pool", Pass::vacant);
  }

  static std::optional<Tier> tier_of(Role role) {
    switch (role) {
      case Role::unit_head: return Tier::unit;
      case Role::building_head: return Tier::building;
      case Role::estate_head: return Tier::estate;
      case Role::grid_head: return Tier::grid;
      case Role::resident:
      case Role::relative:
      case Role::guarantor:
      case Role::neighbour_watch:
      case Role::patrol:
      case Role::neighbour:
      case Role::duty_a:
      case Role::duty_b:
      case Role::secretary:
      case Role::director:
      case Role::specialist:
      case Role::installer:
      case Role::viewer: return std::nullopt;
    }
    return std::nullopt;
  }

  // The roles that take over from `role`, nearest first.
  static std::vector<Role> above(Role role) {
    using enum Role;
    switch (role) {
      case unit_head: return {building_head, estate_head, grid_head, duty_b};
      case building_head: return {estate_head, grid_head, duty_b};
      case guarantor: return {building_head, estate_head, grid_head, duty_b};
      case estate_head: return {grid_head, duty_b};
      case grid_head: return {patrol, duty_b};
      case duty_a: return {duty_b, secretary, director};
      case duty_b: return {secretary, director};
      case secretary: return {director};
      case director: return {secretary};
      case resident:
      case relative:
      case neighbour_watch:
      case patrol:
      case neighbour:
      case specialist:
      case installer:
      case viewer: return {};
    }
    return {};
  }

  const incident::Incident& incident_;
  const Situation& situation_;
  const household::Registry& registry_;
  Call call_;
  std::set<PostId> tried_;
  std::set<PersonId> tried_persons_;
};

}  // namespace

std::string_view name_of(Pass pass) { return kPasses[static_cast<std::size_t>(pass)]; }

Call resolve(const Group& group, const incident::Incident& incident, const Situation& situation) {
  Resolver resolver(incident, situation);
  resolver.resolve(group.audience);
  return resolver.take(group.most);
}

Call successors(const PersonId& person, household::Role role, const incident::Incident& incident,
                const Situation& situation) {
  Resolver resolver(incident, situation);
  resolver.successor_of(person, role);
  return resolver.take(0);
}

bool is_away(const PersonId& person, const Situation& situation) {
  const household::Person* record = situation.registry.person(person);
  return std::ranges::any_of(situation.facts, [&](const DatedFact& fact) {
    if (fact.kind != DatedFact::Kind::away || !fact.holds(situation.now)) return false;
    return fact.subject == person.str() ||
           (record != nullptr && !fact.subject.empty() && fact.subject == record->home.str());
  });
}

bool lives_inside(const PersonId& person, const Place& place, const household::Registry& registry) {
  const household::Person* who = registry.person(person);
  if (who == nullptr || who->home.empty()) return false;
  switch (place.scope) {
    case Place::Scope::household: return who->home == place.household;
    case Place::Scope::area: {
      const Household* home = registry.household(who->home);
      return home != nullptr && registry.contains(place.area, home->area);
    }
    case Place::Scope::unknown: return false;
  }
  return false;
}

}  // namespace shouwang::escalation
