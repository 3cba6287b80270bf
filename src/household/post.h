// Posts: the seats that answer for an area, whoever sits in them.
//
// All calls go to posts. Who holds a post comes from the configuration, from the
// ledger of holders, or, for the duty posts, from the rota.

#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace shouwang::household {

// In what capacity somebody is concerned by an incident. One person often has several.
enum class Role : std::uint8_t {
  resident,
  relative,
  unit_head,
  building_head,
  guarantor,
  estate_head,
  grid_head,
  neighbour_watch,
  patrol,
  neighbour,
  duty_a,
  duty_b,
  secretary,
  director,
  specialist,
  installer,
  viewer,
};
inline constexpr int kRoleCount = 17;

std::string_view name_of(Role role);
std::optional<Role> role_named(std::string_view name);
inline std::ostream& operator<<(std::ostream& out, Role role) { return out << name_of(role); }

// A set of roles.
class Roles {
 public:
  Roles() = default;
  Roles(std::initializer_list<Role> roles) {
    for (const Role role : roles) add(role);
  }
  static Roles from_bits(std::uint32_t bits) {
    Roles roles;
    roles.bits_ = bits;
    return roles;
  }
  void add(Role role) { bits_ |= 1U << static_cast<unsigned>(role); }
  bool has(Role role) const { return (bits_ >> static_cast<unsigned>(role) & 1U) != 0; }
  bool has_any(Roles other) const { return (bits_ & other.bits_) != 0; }
  Roles operator|(Roles other) const { return from_bits(bits_ | other.bits_); }
  bool empty() const { return bits_ == 0; }
  std::uint32_t bits() const { return bits_; }
  std::vector<Role> list() const;  // In the order of the enumeration.
  friend bool operator==(const Roles&, const Roles&) = default;

 private:
  std::uint32_t bits_ = 0;
};

// Somebody who can be sent to the door. Relatives and residents are not.
inline constexpr bool is_responder(Role role) {
  return role >= Role::unit_head && role <= Role::director;
}

// Where the holder of a post is written down.
enum class FilledBy : std::uint8_t { holder, ledger, rota_a, rota_b, nobody };

struct Post {
  PostId id;
  Role role = Role::unit_head;
  std::vector<AreaId> areas;  // What it answers for; >= 1. A head may have several.
  FilledBy filled_by = FilledBy::ledger;
  PersonId holder;                 // Set exactly when filled_by is holder.
  std::optional<PostId> stand_in;  // Takes over while the holder is away or unreachable.

  friend bool operator==(const Post&, const Post&) = default;
};

// One line of the ledger of holders.
struct Holding {
  PostId post;
  PersonId person;
  Instant from;
  std::optional<Instant> until;  // Not included; open-ended if absent.

  bool holds(Instant at) const { return from <= at && (!until || at < *until); }
  friend bool operator==(const Holding&, const Holding&) = default;
};

// One stretch of duty; A and B are never the same person.
struct Shift {
  Instant from;
  Instant until;  // Not included.
  PersonId a;
  PersonId b;

  friend bool operator==(const Shift&, const Shift&) = default;
};

// A stretch in which nobody is on duty.
struct Gap {
  Instant from;
  Instant until;  // > from; not included.

  friend bool operator==(const Gap&, const Gap&) = default;
};

// Every gap between the beginning of the first and the end of the last of `shifts`, in order
// . Shifts may overlap. REQUIRES: ordered by `from`.
std::vector<Gap> gaps(std::span<const Shift> shifts);

// Overrides, for one lone elder's household, who answers for them besides the tree.
struct Guarantee {
  HouseholdId household;
  PersonId guarantor;
  Instant from;
  std::optional<Instant> until;

  bool holds(Instant at) const { return from <= at && (!until || at < *until); }
  friend bool operator==(const Guarantee&, const Guarantee&) = default;
};

struct Equipment {
  enum class Kind : std::uint8_t { extinguisher, micro_station };
  std::string id;  // "EX-B05-U4"
  Kind kind = Kind::extinguisher;
  AreaId area;
  HouseholdId holder;  // Whose home it is in; empty: in the open.
  std::optional<Instant> next_inspection;
  std::string note;  // "key with the porter"

  friend bool operator==(const Equipment&, const Equipment&) = default;
};

}  // namespace shouwang::household
