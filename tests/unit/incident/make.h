// Incidents to start a test from.

#pragma once

#include "incident/answer.h"
#include "incident/incident.h"

namespace shouwang::incident {

inline Instant at(int seconds) { return Instant{std::chrono::seconds{1'700'000'000 + seconds}}; }

inline Incident gas_in_302() {
  return {.id = IncidentId("20231114-221320-abcdef"),
          .community = CommunityId("elm"),
          .place = {.scope = Place::Scope::household,
                    .household = HouseholdId("B05-U4-302"),
                    .area = AreaId("B05-U4")},
          .kind = device::Kind::gas,
          .phase = Phase::told,
          .raised_at = at(0),
          .phase_since = at(0),
          .sources = {{.device = DeviceId("GA-B05-U4-302"),
                       .kind = device::Kind::gas,
                       .first_at = at(0),
                       .last_at = at(0)}}};
}

inline Told told(const char* person, Roles roles, bool counted) {
  return {.person = PersonId(person), .roles = roles, .at = at(0), .wave = 0, .counted = counted};
}

// With a relative, a unit head who counts, a building head who does not, and the desk.
inline Incident told_to_four() {
  Incident incident = gas_in_302();
  incident.told = {told("R0786", {Role::relative}, false), told("head", {Role::unit_head}, true),
                   told("inside", {Role::resident, Role::building_head}, false),
                   told("OF03", {Role::duty_a}, true)};
  incident.told[2].inside = true;
  return incident;
}

inline constexpr Limits kTenMinutes{.door = std::chrono::minutes{10}};

// What `person` of `incident` presses, in the roles they were told in.
inline Answer press(const Incident& incident, const char* person, Action action) {
  const Told* entry = incident.find_told(PersonId(person));
  return {
      .action = action, .by = PersonId(person), .roles = entry == nullptr ? Roles{} : entry->roles};
}

}  // namespace shouwang::incident
