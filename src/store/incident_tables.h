// Incidents with their ladders, and parcels. Inside store/ only.
//
// What is written within a transaction counts only once settle() is called after the commit;
// forget() is called when it came to nothing.

#pragma once

#include <cstdint>
#include <map>
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

class ParcelTable {
 public:
  explicit ParcelTable(Database& database) : database_(database) {}

  void save(const CommunityId& community, const dispatch::Parcel& parcel);
  // Those named after the incident.
  void drop(const IncidentId& incident);
  void settle();
  void forget();

  Result<std::vector<dispatch::Parcel>> live(const CommunityId& community);
  Result<std::vector<dispatch::Parcel>> about(const IncidentId& incident);

 private:
  using Words = std::pair<std::string, std::string>;  // Title and body.
  // How many items of a parcel are linked to their incidents, and which is the last of them.
  struct Linked {
    std::size_t count = 0;
    IncidentId last;
  };
  std::int64_t number_of(const Words& words);
  void link(const dispatch::Parcel& parcel);

  Database& database_;
  std::map<Words, std::int64_t> texts_;                       // Of late, on disk.
  std::vector<std::map<Words, std::int64_t>::iterator> new_;  // Of the transaction under way.
  std::unordered_map<ParcelKey, Linked> links_;               // Of late, of more than one item.
};

}  // namespace shouwang::store
