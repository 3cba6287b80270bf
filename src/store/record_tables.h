// The office's ledgers, and who may log in. Inside store/ only.

#pragma once

#include <string>
#include <vector>

#include "household/registry.h"
#include "store/database.h"
#include "store/records.h"

namespace shouwang::store {

class RecordTable {
 public:
  explicit RecordTable(Database& database) : database_(database) {}

  Result<household::Records> read(const CommunityId& community);
  // Within the transaction under way. REQUIRES: repeated_id(records) is nothing.
  void replace(const CommunityId& community, const household::Records& records);

 private:
  Database& database_;
};

// The first person, household or piece of equipment that is there twice: "person R0001".
std::optional<std::string> repeated_id(const household::Records& records);

class AccessTables {
 public:
  explicit AccessTables(Database& database) : database_(database) {}

  Result<std::vector<User>> users();
  void put(const User& user);
  Result<std::vector<Phone>> phones();
  void put(const Phone& phone);
  void drop_phone(const std::string& id);
  // The key of `purpose`; made now if there is none. Errors: io.
  Result<std::string> secret_key(const std::string& purpose);

 private:
  Database& database_;
};

}  // namespace shouwang::store
