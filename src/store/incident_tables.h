// Incidents with their ladders. Inside store/ only.
//
// What is written within a transaction counts only once settle() is called after the commit;
// forget() is called when it came to nothing.

#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dispatch/book.h"
#include "store/archive.h"
#include "store/database.h"

namespace shouwang::store {

class FileTable {
 public:
  explicit FileTable(Database& database) : database_(database) {}

  // Makes sure that nobody overwrites what they have not read: from here on the file's version is
  // the next one, whether it has been put into the table or waits for that. Errors: conflict.
  Result<Done> claim(const dispatch::File& file);
  // The same for one that put() or a turn drops (Batch::forgotten): there is none any more.
  void claim_gone(const IncidentId& id) { set_version(id, 0); }
  // Writes a file that has been claimed. Errors: corrupt.
  Result<Done> put(const dispatch::File& file);
  // Of a rehearsal; see Batch::forgotten.
  void drop(const IncidentId& id) { database_.run("DELETE FROM incidents WHERE id = ?", id); }
  void settle();
  void forget();
  // Frees memory. REQUIRES: no claimed file waits to be put.
  void forget_versions();

  // A ladder's number, under which it is kept from now on; and back.
  Result<std::int64_t> number_of(const escalation::Ladder& ladder);
  Result<escalation::Ladder> ladder(std::int64_t number);

  Result<std::vector<dispatch::File>> recall(const CommunityId& community, Instant closed_since);
  Result<dispatch::File> find(const IncidentId& id);
  Result<std::vector<IncidentId>> search(const IncidentQuery& query);

 private:
  std::uint64_t version_of(const IncidentId& id);
  void set_version(const IncidentId& id, std::uint64_t version);
  bool update_open(const dispatch::File& file, std::int64_t ladder, const std::string& body);
  // The file in columns id, version, ladder, body.
  Result<dispatch::File> read(const Query& row);

  Database& database_;
  std::vector<std::pair<std::int64_t, escalation::Ladder>> ladders_;  // Seen so far: few.
  std::size_t settled_ = 0;  // Of these, on disk; the others are of the transaction under way.
  // Of incidents that were claimed of late. Nobody else writes, so they need not be read again.
  std::unordered_map<IncidentId, std::uint64_t> versions_;    // 0: there is none.
  std::vector<std::pair<IncidentId, std::uint64_t>> before_;  // Changed in this transaction.
};

}  // namespace shouwang::store
