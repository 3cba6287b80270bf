// Scenes and parcels for tests of messages: gas at 02:40 in one home, everybody told.

#pragma once

#include <string>

#include "base/zone.h"
#include "dispatch/parcel.h"
#include "notify/scene.h"

namespace shouwang::testing {

// 02:40 on 15 January in a place eight hours ahead of UTC.
inline constexpr Instant kRaised{std::chrono::milliseconds{1'768'416'000'000}};

inline Zone china() { return {.name = "Asia/Shanghai", .first_offset = std::chrono::hours{8}}; }

inline notify::Scene scene(const std::string& id = "20260115-024000-7f3k") {
  using household::Role;
  return {.id = IncidentId(id),
          .kind = device::Kind::gas,
          .kinds = {device::Kind::gas},
          .place = "5号楼4单元302",
          .raised_at = kRaised,
          .phase = incident::Phase::told,
          .told = {Role::resident, Role::relative, Role::unit_head, Role::guarantor, Role::duty_a}};
}

inline dispatch::Parcel parcel(dispatch::Letter letter, household::Roles roles,
                               const std::string& incident = "20260115-024000-7f3k") {
  dispatch::Parcel parcel;
  parcel.key = ParcelKey(incident + ".00001");
  parcel.person = PersonId("R0786");
  parcel.items = {{.incident = IncidentId(incident), .letter = letter, .roles = roles}};
  parcel.route = {{.channel = "push", .address = "test:R0786/push"}};
  parcel.created_at = kRaised;
  parcel.not_before = kRaised;
  return parcel;
}

}  // namespace shouwang::testing
