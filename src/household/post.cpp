#include "household/post.h"

#include <algorithm>
#include <array>

namespace shouwang::household {
namespace {

constexpr std::array<std::string_view, kRoleCount> kRoles = {
    "resident",  "relative",        "unit_head",  "building_head", "guarantor", "estate_head",
    "grid_head", "neighbour_watch", "patrol",     "neighbour",     "duty_a",    "duty_b",
    "secretary", "director",        "specialist", "installer",     "viewer"};

}  // namespace

std::string_view name_of(Role role) { return kRoles[static_cast<std::size_t>(role)]; }

std::optional<Role> role_named(std::string_view name) {
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    if (kRoles[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

std::vector<Role> Roles::list() const {
  std::vector<Role> roles;
  for (int i = 0; i < kRoleCount; ++i) {
    if (has(static_cast<Role>(i))) roles.push_back(static_cast<Role>(i));
  }
  return roles;
}

std::vector<Gap> gaps(std::span<const Shift> shifts) {
  std::vector<Gap> found;
  if (shifts.empty()) return found;
  Instant covered = shifts.front().from;
  for (const Shift& shift : shifts) {
    if (shift.from > covered) found.push_back({.from = covered, .until = shift.from});
    covered = std::max(covered, shift.until);
  }
  return found;
}

}  // namespace shouwang::household
