// Parcels and their words. Inside store/ only.
//
// A parcel is at home with those whose keys begin alike, up to the first '.' or 'T': "i1." with an
// incident's, "diary-2026-01-05T" with the letters of a day. Once a home is over all its parcels
// leave their rows for one block of `parcel_blocks`. Should a key be in a row and in a block, the
// row counts.
//
// What is written within a transaction counts only once settle() is called after the commit;
// forget() is called when it came to nothing.

#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dispatch/book.h"
#include "store/database.h"

namespace shouwang::store {

class ParcelTable {
 public:
  explicit ParcelTable(Database& database) : database_(database) {}

  // Its row, and the words it needs.
  void put(const CommunityId& community, const dispatch::Parcel& parcel);
  // Notes which incidents it is about: of every state in which it was saved, put() or not.
  void link(const dispatch::Parcel& parcel);
  // Those named after the incident.
  void drop(const IncidentId& incident);
  void settle();
  void forget();

  // Moves the parcels of one home that was over before `before` into its block, within the
  // transaction under way; returns whether one was found. Looks at some homes a call, in turn. One
  // with a row that can not be read is left as it is.
  bool compact(Instant before);

  // One that is in no block. Errors: not_found, corrupt.
  Result<dispatch::Parcel> find(const ParcelKey& key);
  Result<std::vector<dispatch::Parcel>> live(const CommunityId& community);
  Result<std::vector<dispatch::Parcel>> about(const IncidentId& incident);

 private:
  using Words = std::pair<std::string, std::string>;  // Title and body.
  // How many items of a parcel are linked to their incidents, and which is the last of them.
  struct Linked {
    std::size_t count = 0;
    IncidentId last;
  };
  struct Packed {
    dispatch::Parcel parcel;
    std::set<IncidentId> links;  // Incidents besides its own that it was ever about.
    std::int64_t text = 0;       // Only of a row.
  };
  using Block = std::map<ParcelKey, Packed>;
  std::int64_t number_of(const Words& words);
  bool is_over(const std::string& home, const Block& rows, Instant before);
  bool compact_home(const std::string& home, Instant before);
  void drop_texts(const std::set<std::int64_t>& numbers);
  // What is in rows of the home. Errors: corrupt.
  Result<Block> rows_of(const std::string& home);
  // The same and what is in its block. Errors: corrupt.
  Result<Block> with_block(const std::string& home, Block rows);
  static std::string row_of(const Block& block);
  static Result<Block> unpack_block(std::string_view packed);

  Database& database_;
  std::map<Words, std::int64_t> texts_;                       // Of late, on disk.
  std::vector<std::map<Words, std::int64_t>::iterator> new_;  // Of the transaction under way.
  std::unordered_map<ParcelKey, Linked> links_;               // Of late, of more than one item.
  std::string reached_;                                       // compact() goes on behind this key.
};

}  // namespace shouwang::store
