// Who is not protected, and by what gap: the report that the office goes through once a
// week.
//
// A snapshot of one community at one moment, from its records, rules and what is known of its
// devices. Ids only. Lists are in the order of the ledger or of the device list.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/book.h"

namespace shouwang::dispatch {

// A device that protects nobody, and since when.
struct Unprotected {
  DeviceId device;
  std::optional<Instant> last_heard;
  bool waived = false;

  friend bool operator==(const Unprotected&, const Unprotected&) = default;
};

// A sensor that called people in vain.
struct Nuisance {
  DeviceId device;
  std::size_t false_alarms = 0;  // Within Upkeep::false_alarms_span.
  bool flaps = false;            // Went up and down too often, and was not looked at yet.

  friend bool operator==(const Nuisance&, const Nuisance&) = default;
};
inline constexpr std::size_t kNuisancesMax = 10;

struct Coverage {
  std::size_t households = 0;
  std::size_t equipped = 0;  // Households with a device of their own.

  std::vector<HouseholdId> nobody_to_tell;  // Equipped, but no contact is on record.
  std::vector<HouseholdId> without_device;
  std::vector<AreaId> units_without_head;      // No holder of a unit head's post for it now.
  std::vector<AreaId> buildings_without_head;  // No building head's post of its own.
  std::vector<AreaId> units_without_sensor;    // No device in the stairwell itself.
  // In a seat or on the rota of the next month, but no way to them save the inbox.
  std::vector<PersonId> without_channel;
  std::vector<PostId> empty_seats;        // Filled by the ledger or by name, yet nobody sits there.
  std::vector<household::Gap> duty_gaps;  // In the rota from now on, and in the next 7 days.
  Millis without_duty{0};                 // All of them together.
  std::optional<Instant> rota_until;      // The end of its last shift.

  std::vector<DeviceId> never_heard;
  std::vector<DeviceId> not_in_service;    // Heard, but its alarm's way was never seen to work.
  std::vector<Unprotected> silent;         // Now, for less than Upkeep::not_protected.
  std::vector<Unprotected> not_protected;  // For longer: the monthly list.
  std::vector<DeviceId> unplaced;
  std::vector<Nuisance> nuisances;  // The kNuisancesMax worst, the worst first.

  double percent_equipped() const;
};

// The kNuisancesMax sensors that called in vain most often lately, the worst first.
std::vector<Nuisance> nuisances_of(const Book& book, Instant now);

Coverage coverage_of(const Book& book, Instant now);

}  // namespace shouwang::dispatch
