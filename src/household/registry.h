// Who lives where, who is to be told, who answers for what: one community, read-only.
//
// A Registry is built whole from the configuration (Community) and the office's
// ledgers (Records), then shared. A change of either builds a new one; nobody
// ever sees half of it.
//
//   community -> [estate] -> [grid] -> [building] -> [unit] -> household
//   Any middle tier may be missing; a household hangs on the lowest there is.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "base/zone.h"
#include "device/device.h"
#include "household/index.h"
#include "household/people.h"
#include "household/post.h"

namespace shouwang::household {

enum class Tier : std::uint8_t { community, estate, grid, building, unit };

std::string_view name_of(Tier tier);
std::optional<Tier> tier_named(std::string_view name);

struct Area {
  AreaId id;
  Tier tier = Tier::unit;
  AreaId parent;        // Empty exactly for the community itself.
  std::string label;    // "5号楼"; shown joined to the labels below and above.
  std::string shelter;  // Where to go indoors in winter; empty: that of the area above.
  friend bool operator==(const Area&, const Area&) = default;
};

// The part that the installer writes (config/communities/<id>/).
struct Community {
  CommunityId id;
  std::string label;     // "长山花园"
  std::string language;  // "zh-CN"
  Zone zone;
  std::vector<Area> areas;  // The first is the community itself; parents before children.
  std::vector<Post> posts;
  std::vector<device::Device> devices;
};

// The part that the office keeps (ledgers, imported).
struct Records {
  std::vector<Person> persons;
  std::vector<Household> households;
  std::vector<Holding> holdings;
  std::vector<Shift> shifts;  // Ordered by `from`.
  std::vector<Guarantee> guarantees;
  std::vector<Equipment> equipment;

  friend bool operator==(const Records&, const Records&) = default;
};

// Where something happens.
struct Place {
  enum class Scope : std::uint8_t { household, area, unknown };
  Scope scope = Scope::unknown;
  HouseholdId household;  // Set exactly for Scope::household.
  AreaId area;            // The household's area, or the area itself; empty for unknown.
  std::string text;       // Scope::unknown: what is known, in words.

  friend bool operator==(const Place&, const Place&) = default;
};

class Registry {
 public:
  // REQUIRES: check(community, records) is empty.
  Registry(Community community, Records records);
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  const Community& community() const { return community_; }
  const Records& records() const { return records_; }

  // Each is nullptr if there is none.
  const Area* area(const AreaId& id) const;
  const Household* household(const HouseholdId& id) const;
  const Person* person(const PersonId& id) const;
  const Post* post(const PostId& id) const;
  // Index into community().devices, or nothing.
  std::optional<std::size_t> device_index(const DeviceId& id) const;

  // Where the device is. Scope::unknown, with the device's id as text, if it is not placed.
  Place place_of(const device::Device& device) const;
  // A place named by a person: household id, area id, or else free text.
  Place place_named(std::string_view text) const;
  // "5号楼4单元302", "5号楼4单元", or the text of an unknown place.
  std::string label(const Place& place) const;
  std::string label(const AreaId& area) const;

  // The area itself or the nearest above it that is of `tier`; nullptr if there is none.
  const Area* enclosing(const AreaId& area, Tier tier) const;
  // Whether `inner` is `outer` or lies below it.
  bool contains(const AreaId& outer, const AreaId& inner) const;
  // Areas directly below, in configuration order.
  std::vector<const Area*> children(const AreaId& area) const;
  // Households whose area is `area` or lies below it, in ledger order.
  std::vector<const Household*> households_in(const AreaId& area) const;

  // Posts of `role` that answer for exactly `area`.
  std::vector<const Post*> posts(Role role, const AreaId& area) const;
  // Posts of `role` for `area`, or for the nearest area above it that has any.
  std::vector<const Post*> nearest_posts(Role role, const AreaId& area) const;
  // Who sits in the post at `at`; nothing if it is vacant then, or if a holder whom the
  // configuration names is not on record (yet).
  std::optional<PersonId> holder(const Post& post, Instant at) const;
  // The roles that `person` has by posts held at `at`, anywhere in the community.
  Roles posts_held(const PersonId& person, Instant at) const;
  // Who was named, besides unit and building head, to answer for the household at `at`.
  std::vector<PersonId> named_guarantors(const HouseholdId& household, Instant at) const;
  // The shift that covers `at`, or nullptr.
  const Shift* shift(Instant at) const;
  // Equipment that stands in `area` itself or below it, in ledger order.
  std::vector<const Equipment*> equipment_in(const AreaId& area) const;

 private:
  Community community_;
  Records records_;
  Index<Area> areas_;
  Index<Household> households_;
  Index<Person> persons_;
  Index<Post> posts_;
  Index<device::Device> devices_;
  std::unordered_map<AreaId, std::vector<std::size_t>> households_of_;
  std::unordered_map<AreaId, std::vector<std::size_t>> children_of_;
  std::unordered_map<PostId, std::vector<std::size_t>> holdings_of_;
  std::vector<Instant> covered_until_;  // For each shift: the latest end up to it.
};

// Everything that keeps the two parts from fitting together, in words for whoever wrote them
// ("household B05-U4-302: area B05-U9 does not exist"). Empty if sound.
std::vector<std::string> check(const Community& community, const Records& records);

// The order in which homes are told and helped: 0 somebody can not descend, 1 an elder
// living alone, 2 an elder or a child alone at this hour, 3 the rest.
int help_rank(const Household& household, const LocalTime& at);

// Whether an elder lives here alone: such a home has guarantors.
bool is_lone_elder(const Household& household);
// The facts of all residents together; child_alone only within its hours.
Facts facts_of(const Household& household, const LocalTime& at);
// Whether the household, opted in as neighbours, may be counted on.
bool is_able_neighbour(const Household& household);

}  // namespace shouwang::household
