#include <algorithm>
#include <array>
#include <set>

#include "base/utf8.h"
#include "dispatch/trial.h"
#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

constexpr std::array<std::string_view, 3> kNeeds = {"heard", "test", "alarm"};
constexpr std::array<std::string_view, 4> kVerdicts = {"silent", "heard", "button", "passed"};

}  // namespace

std::string_view name_of(Need need) { return kNeeds[static_cast<std::size_t>(need)]; }

std::optional<Need> need_named(std::string_view name) {
  const auto found = std::ranges::find(kNeeds, name);
  if (found == kNeeds.end()) return std::nullopt;
  return static_cast<Need>(found - kNeeds.begin());
}

std::string_view name_of(Verdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)]; }

Verdict verdict_of(const Trial& trial) {
  const bool alarm = trial.alarm_at.has_value();
  const bool button = trial.test_at.has_value();
  const bool heard = alarm || button || trial.heard_at.has_value();
  if (alarm || (button && trial.need != Need::alarm) || (heard && trial.need == Need::heard)) {
    return Verdict::passed;
  }
  if (button) return Verdict::button;
  return heard ? Verdict::heard : Verdict::silent;
}

const Trial* trial_of(const Book& book, const DeviceId& device) {
  if (book.walks.empty()) return nullptr;
  const auto memory = book.devices.find(device);
  if (memory == book.devices.end() || !memory->second.trial) return nullptr;
  return &*memory->second.trial;
}

bool is_under_test(const Book& book, const DeviceId& device) {
  return trial_of(book, device) != nullptr;
}

void note_bystander(Work& work, const Heard& heard) {
  if (work.book.walks.empty()) return;
  const auto said = std::ranges::find_if(heard.report.signals, [&](const device::Signal& signal) {
    return signal.meaning == device::Meaning::test || device::is_alarm(signal) ||
           (heard.device.empty() && device::is_telling(signal));
  });
  if (said == heard.report.signals.end() || !heard.report.fresh) return;
  const Walk::Bystander seen{.at = work.now,
                             .who = heard.device.empty()
                                        ? printable(first_characters(heard.topic, 200))
                                        : heard.device.str(),
                             .kind = said->kind,
                             .meaning = said->meaning,
                             .is_listed = !heard.device.empty()};
  work.effects.walks = true;
  for (auto& [id, walk] : work.book.walks) {
    walk.bystanders.push_back(seen);
    if (walk.bystanders.size() > kBystandersMax) walk.bystanders.pop_front();
  }
}

void note_unreadable(Work& work, const Unreadable& unreadable) {
  for (auto& [id, walk] : work.book.walks) {
    for (const DeviceId& device : walk.devices) {
      const auto index = work.registry().device_index(device);
      if (!index) continue;
      const std::string& address = work.registry().community().devices[*index].address;
      const std::string topic = "/" + unreadable.topic + "/";
      if (address.empty() || topic.find("/" + address + "/") == std::string::npos) continue;
      Walk::Glance& last = walk.glances[device];
      last.at = work.now;
      last.problem = unreadable.problem;
      work.effects.walks = true;
    }
  }
}

std::optional<Instant> next_trial_due(const Book& book) {
  std::optional<Instant> next;
  const auto note = [&next](Instant at) {
    if (!next || at < *next) next = at;
  };
  for (const auto& [id, walk] : book.walks) {
    if (!walk.over && !planted::is(planted::Bug::endless_test)) note(walk.until);
    for (const DeviceId& device : walk.devices) {
      const Trial* trial = trial_of(book, device);
      if (planted::is(planted::Bug::lasting_test)) continue;
      if (trial->alarming_since) note(*trial->alarming_since + book.rules->test_alarm);
    }
  }
  return next;
}

std::map<household::Role, std::size_t> would_be_told(const Book& book, const DeviceId& device,
                                                     device::Kind kind, Instant now) {
  std::map<household::Role, std::size_t> counts;
  const auto index = book.registry->device_index(device);
  if (!index) return counts;
  const incident::Incident incident{
      .place = book.registry->place_of(book.registry->community().devices[*index]), .kind = kind};
  const auto& ladder = book.rules->ladder_for(kind, incident.place.scope);
  if (ladder.waves.empty()) return counts;
  std::set<PersonId> people;
  for (const escalation::Group& group : ladder.waves.front().tell) {
    const auto call = escalation::resolve(
        group, incident, {.registry = *book.registry, .facts = book.facts, .now = now});
    for (const escalation::Target& target : call.targets) {
      if (people.insert(target.person).second) ++counts[target.role];
    }
  }
  return counts;
}

std::size_t EndedWalk::passed() const {
  return static_cast<std::size_t>(std::ranges::count(results, Verdict::passed, &Result::verdict));
}

bool may_test(household::Role role) {
  return role == household::Role::installer || role == household::Role::duty_a ||
         role == household::Role::secretary || role == household::Role::director;
}

std::vector<DeviceId> devices_at(const household::Registry& registry, const std::string& name) {
  using household::Place;
  std::vector<DeviceId> found;
  const Place wanted = registry.place_named(name);
  for (const device::Device& device : registry.community().devices) {
    const Place place = registry.place_of(device);
    const bool is_in_area = wanted.scope == Place::Scope::area && !place.area.empty() &&
                            registry.contains(wanted.area, place.area);
    const bool is_at_home =
        wanted.scope == Place::Scope::household && place.household == wanted.household;
    if (device.id.str() == name || is_in_area || is_at_home) found.push_back(device.id);
  }
  return found;
}

void rebuild_walks(Book& book) {
  for (const auto& [device, memory] : book.devices) {
    if (!memory.trial) continue;
    const Trial& trial = *memory.trial;
    Walk& walk = book.walks[trial.test];
    walk.id = trial.test;
    walk.by = trial.by;
    walk.place = trial.place;
    walk.started_at = trial.started_at;
    walk.until = trial.until;
    walk.devices.push_back(device);
  }
}

std::optional<std::string> broken_walk(const Book& book) {
  std::size_t listed = 0;
  for (const auto& [id, walk] : book.walks) {
    if (walk.devices.empty()) return "test " + id + ": has devices";
    if (walk.until > walk.started_at + kTestMax) return "test " + id + ": is bounded";
    listed += walk.devices.size();
    for (const DeviceId& device : walk.devices) {
      const Trial* trial = trial_of(book, device);
      if (trial == nullptr || trial->test != id) return "test " + id + ": its devices know it";
    }
  }
  const auto tried = std::ranges::count_if(
      book.devices, [](const auto& entry) { return entry.second.trial.has_value(); });
  if (static_cast<std::size_t>(tried) != listed) return "every trial belongs to a test";
  return std::nullopt;
}

}  // namespace shouwang::dispatch
