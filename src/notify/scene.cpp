#include "notify/scene.h"

#include <algorithm>
#include <functional>

namespace shouwang::notify {
namespace {

using household::Role;
using household::Roles;

// A unit head who lives inside is going as unit head, not as resident.
Role shown_role(const Roles& roles) {
  const auto list = roles.list();
  const auto responder = std::ranges::find_if(list, household::is_responder);
  if (responder != list.end()) return *responder;
  return list.empty() ? Role::neighbour : list.front();
}

std::vector<device::Kind> kinds_of(const dispatch::Book& book, const incident::Incident& incident) {
  std::vector<device::Kind> kinds{incident.kind};
  for (const auto& source : incident.sources) kinds.push_back(source.kind);
  for (const IncidentId& id : incident.linked) {
    if (const dispatch::File* other = book.find(id)) kinds.push_back(other->incident.kind);
  }
  std::ranges::stable_sort(kinds, std::greater{}, device::urgency_of);
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  return kinds;
}

std::string shelter_of(const household::Registry& registry, const AreaId& area) {
  const household::Area* at = registry.area(area);
  while (at != nullptr && at->shelter.empty()) at = registry.area(at->parent);
  return at == nullptr ? "" : at->shelter;
}

std::optional<incident::Cause> cause_of(const incident::Incident& incident) {
  if (incident.closing) return incident.closing->cause;
  return incident.settled_as;
}

void add_lead(Scene& scene, const incident::Incident& incident) {
  scene.arrived = incident.somebody_arrived();
  if (!incident.lead) return;
  const incident::Response* response = incident.find_response(*incident.lead);
  if (response == nullptr) return;
  scene.lead = shown_role(response->roles);
  scene.minutes = response->minutes;
}

Scene scene_of(const dispatch::Book& book, const incident::Incident& incident) {
  const household::Registry& registry = *book.registry;
  Scene scene{.id = incident.id,
              .kind = incident.kind,
              .kinds = kinds_of(book, incident),
              .place = registry.label(incident.place),
              .free_place = incident.place.scope == household::Place::Scope::unknown,
              .raised_at = incident.raised_at,
              .severity = incident.severity,
              .origin = incident.origin,
              .phase = incident.phase,
              .cause = cause_of(incident),
              .shelter = shelter_of(registry, incident.place.area)};
  for (const incident::Order& order : incident.orders) {
    if (incident::is_result(order)) scene.orders.push_back(order);
  }
  for (const auto& told : incident.told) scene.told = scene.told | told.roles;
  add_lead(scene, incident);
  return scene;
}

}  // namespace

const Scene* Scenes::find(const IncidentId& id) {
  const auto found = made_.find(id);
  if (found != made_.end()) return &found->second;
  const dispatch::File* file = book_.find(id);
  if (file == nullptr) return nullptr;
  return &made_.emplace(id, scene_of(book_, file->incident)).first->second;
}

}  // namespace shouwang::notify
