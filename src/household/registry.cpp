#include "household/registry.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace shouwang::household {
namespace {

constexpr std::array<std::string_view, 5> kTiers = {"community", "estate", "grid", "building",
                                                    "unit"};

template <class Item>
const Item* find_in(const Index<Item>& index, const std::vector<Item>& items,
                    const typename Index<Item>::Key& id) {
  const auto found = index.find(items, id);
  return found ? &items[*found] : nullptr;
}

}  // namespace

std::string_view name_of(Tier tier) { return kTiers[static_cast<std::size_t>(tier)]; }

std::optional<Tier> tier_named(std::string_view name) {
  for (std::size_t i = 0; i < kTiers.size(); ++i) {
    if (kTiers[i] == name) return static_cast<Tier>(i);
  }
  return std::nullopt;
}

Registry::Registry(Community community, Records records)
    : community_(std::move(community)),
      records_(std::move(records)),
      areas_(community_.areas),
      households_(records_.households),
      persons_(records_.persons),
      posts_(community_.posts),
      devices_(community_.devices) {
  CHECK(!community_.areas.empty());
  for (std::size_t i = 1; i < community_.areas.size(); ++i) {
    children_of_[community_.areas[i].parent].push_back(i);
  }
  for (std::size_t i = 0; i < records_.households.size(); ++i) {
    households_of_[records_.households[i].area].push_back(i);
  }
  for (std::size_t i = 0; i < records_.holdings.size(); ++i) {
    holdings_of_[records_.holdings[i].post].push_back(i);
  }
  Instant covered = Instant::min();
  for (const Shift& shift : records_.shifts) {
    covered = std::max(covered, shift.until);
    covered_until_.push_back(covered);
  }
}

const Area* Registry::area(const AreaId& id) const { return find_in(areas_, community_.areas, id); }

const Household* Registry::household(const HouseholdId& id) const {
  return find_in(households_, records_.households, id);
}

const Person* Registry::person(const PersonId& id) const {
  return find_in(persons_, records_.persons, id);
}

const Post* Registry::post(const PostId& id) const { return find_in(posts_, community_.posts, id); }

std::optional<std::size_t> Registry::device_index(const DeviceId& id) const {
  return devices_.find(community_.devices, id);
}

Place Registry::place_of(const device::Device& device) const {
  if (device.place.empty()) return {.text = device.id.str()};
  Place place = place_named(device.place);
  if (place.scope == Place::Scope::unknown) place.text = device.id.str();
  return place;
}

Place Registry::place_named(std::string_view text) const {
  if (const Household* home = household(HouseholdId(text))) {
    return {.scope = Place::Scope::household, .household = home->id, .area = home->area};
  }
  if (const Area* found = area(AreaId(text))) {
    return {.scope = Place::Scope::area, .area = found->id};
  }
  return {.text = std::string(text)};
}

std::string Registry::label(const AreaId& id) const {
  std::string joined;
  for (const Area* at = area(id); at != nullptr; at = area(at->parent)) {
    if (at->tier == Tier::building || at->tier == Tier::unit || joined.empty()) {
      joined.insert(0, at->label);
    }
  }
  return joined;
}

std::string Registry::label(const Place& place) const {
  switch (place.scope) {
    case Place::Scope::household: {
      const Household* home = household(place.household);
      return label(place.area) + (home != nullptr ? home->label : place.household.str());
    }
    case Place::Scope::area: return label(place.area);
    case Place::Scope::unknown: return place.text;
  }
  return place.text;
}

const Area* Registry::enclosing(const AreaId& id, Tier tier) const {
  for (const Area* at = area(id); at != nullptr; at = area(at->parent)) {
    if (at->tier == tier) return at;
  }
  return nullptr;
}

bool Registry::contains(const AreaId& outer, const AreaId& inner) const {
  for (const Area* at = area(inner); at != nullptr; at = area(at->parent)) {
    if (at->id == outer) return true;
  }
  return false;
}

std::vector<const Area*> Registry::children(const AreaId& id) const {
  std::vector<const Area*> below;
  const auto found = children_of_.find(id);
  if (found == children_of_.end()) return below;
  for (const std::size_t i : found->second) below.push_back(&community_.areas[i]);
  return below;
}

std::vector<const Household*> Registry::households_in(const AreaId& id) const {
  std::vector<std::size_t> indices;
  std::vector<AreaId> open = {id};
  while (!open.empty()) {
    const AreaId at = std::move(open.back());
    open.pop_back();
    if (const auto own = households_of_.find(at); own != households_of_.end()) {
      indices.insert(indices.end(), own->second.begin(), own->second.end());
    }
    for (const Area* below : children(at)) open.push_back(below->id);
  }
  std::sort(indices.begin(), indices.end());
  std::vector<const Household*> homes;
  homes.reserve(indices.size());
  for (const std::size_t i : indices) homes.push_back(&records_.households[i]);
  return homes;
}

std::vector<const Post*> Registry::posts(Role role, const AreaId& id) const {
  std::vector<const Post*> found;
  for (const Post& post : community_.posts) {
    if (post.role != role) continue;
    if (std::find(post.areas.begin(), post.areas.end(), id) != post.areas.end()) {
      found.push_back(&post);
    }
  }
  return found;
}

std::vector<const Post*> Registry::nearest_posts(Role role, const AreaId& id) const {
  for (const Area* at = area(id); at != nullptr; at = area(at->parent)) {
    auto found = posts(role, at->id);
    if (!found.empty()) return found;
  }
  return {};
}

std::optional<PersonId> Registry::holder(const Post& post, Instant at) const {
  switch (post.filled_by) {
    case FilledBy::holder:
      if (person(post.holder) == nullptr) return std::nullopt;
      return post.holder;
    case FilledBy::nobody: return std::nullopt;
    case FilledBy::rota_a:
    case FilledBy::rota_b: {
      const Shift* now = shift(at);
      if (now == nullptr) return std::nullopt;
      return post.filled_by == FilledBy::rota_a ? now->a : now->b;
    }
    case FilledBy::ledger: break;
  }
  const auto lines = holdings_of_.find(post.id);
  if (lines == holdings_of_.end()) return std::nullopt;
  const Holding* latest = nullptr;
  for (const std::size_t i : lines->second) {
    const Holding& line = records_.holdings[i];
    if (line.holds(at) && (latest == nullptr || line.from >= latest->from)) latest = &line;
  }
  if (latest == nullptr) return std::nullopt;
  return latest->person;
}

Roles Registry::posts_held(const PersonId& person, Instant at) const {
  Roles roles;
  for (const Post& post : community_.posts) {
    if (holder(post, at) == person) roles.add(post.role);
  }
  return roles;
}

std::vector<PersonId> Registry::named_guarantors(const HouseholdId& id, Instant at) const {
  std::vector<PersonId> named;
  for (const Guarantee& pair : records_.guarantees) {
    if (pair.household == id && pair.holds(at)) named.push_back(pair.guarantor);
  }
  return named;
}

const Shift* Registry::shift(Instant at) const {
  // Shifts may overlap (staggered hand-over): the latest to have begun is on duty.
  const auto next = std::upper_bound(records_.shifts.begin(), records_.shifts.end(), at,
                                     [](Instant t, const Shift& s) { return t < s.from; });
  auto index = static_cast<std::size_t>(next - records_.shifts.begin());
  while (index > 0 && at < covered_until_[index - 1]) {
    --index;
    if (at < records_.shifts[index].until) return &records_.shifts[index];
  }
  return nullptr;
}

std::vector<const Equipment*> Registry::equipment_in(const AreaId& id) const {
  std::vector<const Equipment*> found;
  for (const Equipment& item : records_.equipment) {
    if (contains(id, item.area)) found.push_back(&item);
  }
  return found;
}

int help_rank(const Household& household, const LocalTime& at) {
  const Facts facts = facts_of(household, at);
  if (facts.has(Fact::cannot_descend)) return 0;
  if (is_lone_elder(household)) return 1;
  if (facts.has(Fact::elder) || facts.has(Fact::child_alone)) return 2;
  return 3;
}

bool is_lone_elder(const Household& household) {
  return std::any_of(household.residents.begin(), household.residents.end(), [](const auto& r) {
    return r.facts.has(Fact::elder) && r.facts.has(Fact::lives_alone);
  });
}

Facts facts_of(const Household& household, const LocalTime& at) {
  Facts all;
  for (const Resident& resident : household.residents) {
    Facts facts = resident.facts;
    if (facts.has(Fact::child_alone) && !resident.alone_hours.contain(at)) {
      facts = Facts(
          static_cast<std::uint16_t>(facts.bits() & ~static_cast<unsigned>(Fact::child_alone)));
    }
    all = all | facts;
  }
  return all;
}

bool is_able_neighbour(const Household& household) {
  switch (household.neighbours) {
    case Neighbours::no: return false;
    case Neighbours::opted_in_able: return true;
    case Neighbours::opted_in: break;
  }
  return std::any_of(household.residents.begin(), household.residents.end(), [](const auto& r) {
    return !r.facts.has(Fact::elder) && !r.facts.has(Fact::cannot_descend);
  });
}

}  // namespace shouwang::household
