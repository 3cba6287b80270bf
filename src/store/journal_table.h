// The journal: append, read, check. Inside store/ only.

#pragma once

#include <vector>

#include "store/chain.h"
#include "store/database.h"
#include "store/store.h"

namespace shouwang::store {

class JournalTable {
 public:
  explicit JournalTable(Database& database) : database_(database) {}

  // Finds the end of the chain. Once, before anything is appended. Errors: corrupt, io.
  Result<Done> find_head();

  // Appends within the transaction under way. The head moves when settle() is called after its
  // commit; forget() takes it back.
  void append(const dispatch::JournalEntry& entry);
  void settle() { head_ = reached_; }
  void forget() { reached_ = head_; }

  Result<std::vector<JournalLine>> lines(const JournalQuery& query);
  const ChainHead& head() const { return head_; }

 private:
  Database& database_;
  ChainHead head_;     // On disk.
  ChainHead reached_;  // Within the transaction under way.
};

// Follows the chain of a database from its first line; throws as Query does.
ChainCheck check_chain(Database& database);

}  // namespace shouwang::store
