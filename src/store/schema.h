// The shape of the database, in numbered steps (migrations/*.sql), embedded when built.

#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "store/database.h"

namespace shouwang::store {

struct Migration {
  int number = 0;  // 1, 2, 3, ...
  std::string_view name;
  std::string_view sql;
};

// All that this release knows, in order.
std::span<const Migration> migrations();

// "SWng": marks the file as ours (PRAGMA application_id).
inline constexpr int kApplicationId = 0x53576e67;

// Brings the database from the step it is at to the last of `steps`, one transaction each. What a
// failed step began is undone; the steps before it stay.
//
// Errors: newer_schema if the database is beyond the last step; invalid if it belongs to another
// program; io, disk_full, corrupt.
Result<Done> migrate(Database& database, std::span<const Migration> steps);

// The number of the last step taken; 0 for an empty file. Errors: as above, but changes nothing.
Result<int> schema_of(Database& database, std::span<const Migration> steps);

}  // namespace shouwang::store
