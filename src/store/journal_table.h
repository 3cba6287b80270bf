// The journal: append, read, check, and pack what is old. Inside store/ only.
//
// The newest lines are rows of `journal`; what is before them is in blocks of `journal_blocks`, in
// which only the last line's hash is kept: the others' follow from the block before.

#pragma once

#include <vector>

#include "store/chain.h"
#include "store/database.h"
#include "store/store.h"

namespace shouwang::store {

struct JournalSizes {
  std::uint64_t loose = 8'192;  // Lines that stay rows.
  std::uint64_t block = 1'024;  // Lines of a block; fewer if they are large.
};

class JournalTable {
 public:
  JournalTable(Database& database, const JournalSizes& sizes)
      : database_(database), sizes_(sizes) {}

  // Finds the end of the chain. Once, before anything is appended. Errors: corrupt, io.
  Result<Done> find_head();

  // Appends within the transaction under way. The head moves when settle() is called after its
  // commit; forget() takes it back.
  void append(const dispatch::JournalEntry& entry);
  void settle() { head_ = reached_; }
  void forget() { reached_ = head_; }

  // Makes one block of the oldest rows, within the transaction under way; returns whether there
  // were enough. Errors: corrupt (a row can not be read, or does not fit into the chain: left as it
  // is).
  Result<bool> compact();

  Result<std::vector<JournalLine>> lines(const JournalQuery& query);
  const ChainHead& head() const { return head_; }

 private:
  // Adds what `query` asks for of the blocks, up to its `most`.
  Result<Done> read_blocks(const JournalQuery& query, std::vector<JournalLine>& lines);
  Result<Done> read_block(std::uint64_t first, const JournalQuery& query,
                          std::vector<JournalLine>& lines);
  Result<Done> read_rows(const JournalQuery& query, std::vector<JournalLine>& lines);
  ChainHead head_before(std::uint64_t number);

  Database& database_;
  JournalSizes sizes_;
  ChainHead head_;     // On disk.
  ChainHead reached_;  // Within the transaction under way.
};

// Follows the chain of a database from its first line to the last one in a turn that waits
// (turn_log.h); throws as Query does. Errors: corrupt (such a turn can not be read).
Result<ChainCheck> check_chain(Database& database);

}  // namespace shouwang::store
