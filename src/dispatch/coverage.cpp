#include "dispatch/coverage.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

namespace shouwang::dispatch {
namespace {

using household::FilledBy;
using household::Place;
using household::Role;
using household::Tier;

constexpr std::chrono::days kRotaAhead{31};
constexpr std::chrono::days kRotaNeeded{7};

class Survey {
 public:
  Survey(const Book& book, Instant now)
      : book_(book), registry_(*book.registry), upkeep_(book.rules->upkeep), now_(now) {}

  Coverage take() {
    look_at_devices();
    look_at_homes();
    look_at_areas();
    look_at_seats();
    look_at_duty();
    found_.nuisances = nuisances_of(book_, now_);
    return std::move(found_);
  }

 private:
  void look_at_devices() {
    const auto& devices = registry_.community().devices;
    for (std::size_t i = 0; i < devices.size(); ++i) {
      const Place place = registry_.place_of(devices[i]);
      if (place.scope == Place::Scope::unknown) found_.unplaced.push_back(devices[i].id);
      if (place.scope == Place::Scope::household) equipped_.insert(place.household);
      if (place.scope == Place::Scope::area) watched_.insert(place.area);
      judge_device(devices[i].id, i);
    }
  }

  void judge_device(const DeviceId& id, std::size_t index) {
    const auto last = book_.supervision.last_heard(index);
    if (book_.supervision.is_silent(index)) {
      const auto matter = book_.matters.find("offline:" + id.str());
      const bool open = matter != book_.matters.end();
      const Instant since = last ? *last : open ? matter->second.since : now_;
      const Unprotected device{
          .device = id, .last_heard = last, .waived = open && matter->second.is_waived(now_)};
      auto& list = now_ - since >= upkeep_.not_protected ? found_.not_protected : found_.silent;
      list.push_back(device);
    } else if (!last) {
      found_.never_heard.push_back(id);
    }
    if (last && !is_in_service(book_, index)) found_.not_in_service.push_back(id);
  }

  void look_at_homes() {
    for (const household::Household& home : registry_.records().households) {
      ++found_.households;
      if (!equipped_.contains(home.id)) {
        found_.without_device.push_back(home.id);
        continue;
      }
      ++found_.equipped;
      if (home.contacts.empty()) found_.nobody_to_tell.push_back(home.id);
    }
  }

  bool is_held(Role role, const AreaId& area) const {
    return std::ranges::any_of(registry_.posts(role, area), [&](const household::Post* post) {
      return registry_.holder(*post, now_).has_value();
    });
  }

  // A head of several buildings is the first one's own; the others lean on a neighbour.
  bool has_own_head(const AreaId& building) const {
    return std::ranges::any_of(
        registry_.posts(Role::building_head, building), [&](const household::Post* post) {
          return post->areas.front() == building && registry_.holder(*post, now_).has_value();
        });
  }

  void look_at_areas() {
    for (const household::Area& area : registry_.community().areas) {
      if (area.tier == Tier::building && !has_own_head(area.id)) {
        found_.buildings_without_head.push_back(area.id);
      }
      if (area.tier != Tier::unit) continue;
      if (!is_held(Role::unit_head, area.id)) found_.units_without_head.push_back(area.id);
      if (!watched_.contains(area.id)) found_.units_without_sensor.push_back(area.id);
    }
  }

  void look_at_seats() {
    for (const household::Post& post : registry_.community().posts) {
      const bool by_rota = post.filled_by == FilledBy::rota_a || post.filled_by == FilledBy::rota_b;
      if (by_rota || post.filled_by == FilledBy::nobody) continue;
      const auto holder = registry_.holder(post, now_);
      if (holder) look_at_person(*holder);
      if (!holder) found_.empty_seats.push_back(post.id);
    }
    for (const household::Shift& shift : registry_.records().shifts) {
      if (shift.until <= now_ || shift.from >= now_ + kRotaAhead) continue;
      look_at_person(shift.a);
      look_at_person(shift.b);
    }
  }

  void look_at_person(const PersonId& id) {
    const household::Person* person = registry_.person(id);
    if (person == nullptr || !looked_at_.insert(id).second) return;
    const bool reachable =
        std::ranges::any_of(person->addresses, [&](const household::Address& address) {
          return address.channel != book_.rules->inbox &&
                 book_.rules->channels.contains(address.channel);
        });
    if (!reachable) found_.without_channel.push_back(id);
  }

  void look_at_duty() {
    const auto& shifts = registry_.records().shifts;
    for (const household::Shift& shift : shifts) {
      if (!found_.rota_until || *found_.rota_until < shift.until) found_.rota_until = shift.until;
    }
    for (const household::Gap& gap : household::gaps(shifts)) add_gap(gap);
    // A rota that ends within the week leaves the rest of it to nobody.
    add_gap({.from = found_.rota_until.value_or(now_), .until = now_ + kRotaNeeded});
  }

  void add_gap(household::Gap gap) {
    gap.from = std::max(gap.from, now_);
    if (gap.until <= gap.from) return;
    found_.without_duty += gap.until - gap.from;
    found_.duty_gaps.push_back(gap);
  }

  const Book& book_;
  const household::Registry& registry_;
  const Upkeep& upkeep_;
  Instant now_;
  Coverage found_;
  std::unordered_set<HouseholdId> equipped_;
  std::unordered_set<AreaId> watched_;
  std::unordered_set<PersonId> looked_at_;
};

}  // namespace

std::vector<Nuisance> nuisances_of(const Book& book, Instant now) {
  const Upkeep& upkeep = book.rules->upkeep;
  std::vector<Nuisance> found;
  for (const auto& [device, memory] : book.devices) {
    const auto count = std::ranges::count_if(
        memory.false_alarms, [&](Instant at) { return now - at < upkeep.false_alarms_span; });
    const bool flaps = book.matters.contains("flapping:" + device.str());
    if (count == 0 && !flaps) continue;
    found.push_back(
        {.device = device, .false_alarms = static_cast<std::size_t>(count), .flaps = flaps});
  }
  std::ranges::stable_sort(found, std::greater<>{}, [](const Nuisance& one) {
    return std::pair{one.false_alarms, one.flaps};
  });
  if (found.size() > kNuisancesMax) found.resize(kNuisancesMax);
  return found;
}

double Coverage::percent_equipped() const {
  return households == 0 ? 0
                         : 100.0 * static_cast<double>(equipped) / static_cast<double>(households);
}

Coverage coverage_of(const Book& book, Instant now) { return Survey(book, now).take(); }

}  // namespace shouwang::dispatch
