#include "incident/incident.h"

#include <algorithm>
#include <array>
#include <bit>
#include <set>

namespace shouwang::incident {
namespace {

constexpr std::array<std::string_view, 6> kPhases = {"fresh",    "told",    "claimed",
                                                     "on_scene", "settled", "closed"};
constexpr std::array<std::string_view, 2> kSeverities = {"serious", "critical"};
constexpr std::array<std::string_view, 4> kOrigins = {"sensor", "restored", "manual", "set_aside"};
constexpr std::array<std::string_view, 9> kCauses = {"real_leak", "real_fire",    "cooking",
                                                     "pot",       "steam_dust",   "test",
                                                     "drill",     "device_fault", "unknown"};
constexpr std::array<std::string_view, 7> kReaches = {"queued", "sent",     "accepted", "on_phone",
                                                      "opened", "answered", "failed"};
constexpr std::array<std::string_view, 3> kTicks = {"help", "safe", "out"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

template <class Items>
auto* find_person(Items& items, const PersonId& person) {
  const auto found = std::find_if(items.begin(), items.end(),
                                  [&](const auto& item) { return item.person == person; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

std::string_view name_of(Phase phase) { return kPhases[static_cast<std::size_t>(phase)]; }
std::string_view name_of(Severity s) { return kSeverities[static_cast<std::size_t>(s)]; }
std::string_view name_of(Origin origin) { return kOrigins[static_cast<std::size_t>(origin)]; }
std::string_view name_of(Cause cause) { return kCauses[static_cast<std::size_t>(cause)]; }
std::string_view name_of(Reach reach) { return kReaches[static_cast<std::size_t>(reach)]; }
std::string_view name_of(Tick tick) { return kTicks[static_cast<std::size_t>(tick)]; }
std::optional<Phase> phase_named(std::string_view name) { return find<Phase>(kPhases, name); }
std::optional<Severity> severity_named(std::string_view name) {
  return find<Severity>(kSeverities, name);
}
std::optional<Origin> origin_named(std::string_view name) { return find<Origin>(kOrigins, name); }
std::optional<Cause> cause_named(std::string_view name) { return find<Cause>(kCauses, name); }
std::optional<Reach> reach_named(std::string_view name) { return find<Reach>(kReaches, name); }
std::optional<Tick> tick_named(std::string_view name) { return find<Tick>(kTicks, name); }

bool is_false_alarm(Cause cause) {
  switch (cause) {
    case Cause::cooking:
    case Cause::pot:
    case Cause::steam_dust:
    case Cause::test:
    case Cause::drill:
    case Cause::device_fault: return true;
    case Cause::real_leak:
    case Cause::real_fire:
    case Cause::unknown: return false;
  }
  return false;
}

Told* Incident::find_told(const PersonId& person) { return find_person(told, person); }
const Told* Incident::find_told(const PersonId& person) const { return find_person(told, person); }
Response* Incident::find_response(const PersonId& person) { return find_person(responses, person); }
const Response* Incident::find_response(const PersonId& person) const {
  return find_person(responses, person);
}

bool Incident::somebody_is_going() const {
  return std::any_of(responses.begin(), responses.end(),
                     [](const Response& r) { return r.going_at && r.stopping; });
}

bool Incident::somebody_arrived() const {
  return std::any_of(responses.begin(), responses.end(),
                     [](const Response& r) { return r.arrived_at.has_value(); });
}

bool Incident::any_source_alarming() const {
  return std::any_of(sources.begin(), sources.end(), [](const Source& s) { return s.alarming; });
}

namespace {

// Each takes the first free seat from the one of their hash on. A set would do, but every incident
// is asked for its broken rule every ten seconds.
template <class Items>
bool names_twice(const Items& items) {
  std::vector<const PersonId*> seats(std::bit_ceil(2 * items.size() + 1));
  for (const auto& item : items) {
    std::size_t seat = std::hash<PersonId>{}(item.person) % seats.size();
    while (seats[seat] != nullptr && *seats[seat] != item.person) seat = (seat + 1) % seats.size();
    if (seats[seat] != nullptr) return true;
    seats[seat] = &item.person;
  }
  return false;
}

std::optional<std::string_view> broken_order(const Incident& i) {
  std::set<std::pair<DeviceId, device::Command>> once;
  for (const Order& order : i.orders) {
    if (!once.insert({order.device, order.command}).second) return "an order stands there once";
    if (order.first_at < i.raised_at) return "no order comes before the alarm";
    if (order.tries < 1 || order.tries > order.most) return "an order is tried so often at most";
    if (order.most > device::kTriesMax) return "an order is not tried without end";
    if (order.letters < 0 || order.letters > kOrderLettersMax) return "letters are bounded";
    const bool is_sent = order.state == Order::State::sent;
    if (is_sent != order.due_at.has_value()) return "an order has a time-out while it is sent";
    if (is_sent && !i.is_open()) return "nothing is sent for a closed incident";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> broken_rule(const Incident& i) {
  if (i.id.empty()) return "an incident has an id";
  if (i.community.empty()) return "an incident belongs to a community";
  if (i.sources.empty()) return "an incident has a source";
  if (i.phase_since < i.raised_at) return "a phase begins after the incident";
  if ((i.place.scope == Place::Scope::household) == i.place.household.empty()) {
    return "a household place names its household";
  }
  if (i.opened_by.has_value() != (i.origin == Origin::manual)) {
    return "opened by a person exactly when manual";
  }
  if (i.closing.has_value() != (i.phase == Phase::closed)) return "closed exactly with a closing";
  if (i.phase == Phase::settled && !i.settled_as) return "settled has a cause";
  if (i.phase == Phase::claimed && !i.somebody_is_going()) return "claimed has a claim that stands";
  if (i.phase == Phase::on_scene && !i.somebody_arrived()) return "on scene has somebody there";
  if (i.lead && i.find_response(*i.lead) == nullptr) return "the lead has answered";
  if (names_twice(i.told)) return "a person is told once in the list";
  for (const Told& told : i.told) {
    if (told.at < i.raised_at) return "nobody is told before the alarm";
  }
  if (names_twice(i.responses)) return "a person responds once in the list";
  for (const Response& response : i.responses) {
    if (response.stopping && !response.going_at) return "only a standing claim stops the waves";
  }
  for (const Source& source : i.sources) {
    if (source.last_at < source.first_at) return "a source ends after it begins";
    if (source.count == 0) return "a source was heard at least once";
    if (device::urgency_of(source.kind) > device::urgency_of(i.kind)) {
      return "the incident has the most urgent kind of its sources";
    }
  }
  return broken_order(i);
}

}  // namespace shouwang::incident
