// Incidents with their ladders. Inside store/ only.
//
// What is written within a transaction counts only once settle() is called after the commit;
// forget() is called when it came to nothing.

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/book.h"
#include "store/archive.h"
#include "store/database.h"

namespace shouwang::store {

class FileTable {
 public:
  explicit FileTable(Database& database) : database_(database) {}

  Result<Done> save(const dispatch::File& file);
  // Of a rehearsal; see Batch::forgotten.
  void drop(const IncidentId& id) { database_.run("DELETE FROM incidents WHERE id = ?", id); }
  void settle();
  void forget() { ladders_.resize(settled_); }

  Result<std::vector<dispatch::File>> recall(const CommunityId& community, Instant closed_since);
  Result<dispatch::File> find(const IncidentId& id);
  Result<std::vector<IncidentId>> search(const IncidentQuery& query);

 private:
  Result<std::int64_t> number_of(const escalation::Ladder& ladder);
  Result<escalation::Ladder> ladder(std::int64_t number);
  bool update(const dispatch::File& file, std::int64_t ladder, const std::string& body);
  tl::unexpected<Error> conflict(const dispatch::File& file);
  // The file in columns id, version, ladder, body.
  Result<dispatch::File> read(const Query& row);

  Database& database_;
  std::vector<std::pair<std::int64_t, escalation::Ladder>> ladders_;  // Seen so far: few.
  std::size_t settled_ = 0;  // Of these, on disk; the others are of the transaction under way.
};

}  // namespace shouwang::store
