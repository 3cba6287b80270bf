// The office's ledgers, as imported, and who may log in. Same database, different door.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "dispatch/event.h"
#include "household/registry.h"

namespace shouwang::store {

class RecordStore {
 public:
  RecordStore() = default;
  RecordStore(const RecordStore&) = delete;
  RecordStore& operator=(const RecordStore&) = delete;
  virtual ~RecordStore() = default;

  // Errors: corrupt, io. A community without any records gives empty Records.
  virtual Result<household::Records> records(const CommunityId& community) = 0;
  // Puts `records` in place of all that was, with `entry` in the journal: both or neither.
  virtual Result<Done> replace_records(const CommunityId& community,
                                       const household::Records& records,
                                       const dispatch::JournalEntry& entry) = 0;
};

// Somebody who may log in at the board.
struct User {
  std::string name;                                // "desk1": [a-z0-9._-]{1,32}
  std::string password_hash;                       // argon2id, libsodium's string form.
  household::Role role = household::Role::viewer;  // duty_a (the desk), secretary, director,
                                                   // installer, viewer
  PersonId person;  // Whom the journal names; required for all but viewer.
  CommunityId community;
  bool disabled = false;

  friend bool operator==(const User&, const User&) = default;
};

// A phone that a person enrolled by opening their link once.
struct Phone {
  std::string id;  // Random, 16 characters.
  CommunityId community;
  PersonId person;
  std::string secret_hash;  // BLAKE2b of the cookie's secret, hex.
  Instant enrolled_at;
  std::optional<Instant> last_seen;

  friend bool operator==(const Phone&, const Phone&) = default;
};

class AccessStore {
 public:
  AccessStore() = default;
  AccessStore(const AccessStore&) = delete;
  AccessStore& operator=(const AccessStore&) = delete;
  virtual ~AccessStore() = default;

  virtual Result<std::vector<User>> users() = 0;
  virtual Result<Done> put_user(const User& user) = 0;  // Adds, or replaces by name.
  virtual Result<std::vector<Phone>> phones() = 0;
  virtual Result<Done> put_phone(const Phone& phone) = 0;
  virtual Result<Done> drop_phone(const std::string& id) = 0;
  // A random key made once for each purpose and kept; 32 bytes.
  virtual Result<std::string> secret_key(const std::string& purpose) = 0;
};

}  // namespace shouwang::store
