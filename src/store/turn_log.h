// Turns that are saved but not yet in the tables. Inside store/ only.
//
// While somebody waits for a save, a turn of the loop is one row here, of whatever it consists of:
// some thirty statements fewer. Its rows are written into the tables once nobody waits
// (Store::catch_up), and in the same transaction it leaves from here. So each turn is on the disk
// at any time, here or there, and never in both.
//
// What is done within a transaction counts only once settle() is called after the commit; forget()
// is called when it came to nothing.

#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/database.h"
#include "store/turn_codec.h"

namespace shouwang::store {

class TurnLog {
 public:
  struct Turn {
    std::int64_t number = 0;
    std::size_t bytes = 0;
    std::vector<Batch> batches;
  };

  explicit TurnLog(Database& database) : database_(database) {}

  // What an earlier process left, once, before anything else. `tables` find what is not in the log.
  // Errors: corrupt, io; those of `tables`.
  Result<Done> read(const TurnSources& tables);

  // For encode_turn().
  std::size_t items_known(const dispatch::Parcel& parcel) const;
  // `text` is what encode_turn() has made of a turn's batches; these come when it is on disk.
  void append(const std::string& text);
  void keep(std::vector<Batch> batches);
  // The first `count` of those waiting.
  void drop(std::size_t count);
  void settle();
  void forget();

  const std::deque<Turn>& waiting() const { return waiting_; }  // In their order.
  // So many that catching up should not be put off any longer.
  bool is_long() const { return waiting_.size() >= 64 || bytes_ >= (std::size_t{1} << 20); }

 private:
  void forget_parcels(const Turn& turn);

  Database& database_;
  std::deque<Turn> waiting_;
  std::size_t bytes_ = 0;
  // As they are in the last turn that has them.
  std::unordered_map<ParcelKey, const dispatch::Parcel*> parcels_;
  // Of the transaction under way:
  std::optional<Turn> appended_;
  std::size_t dropped_ = 0;
};

// The lines for the journal that are still in turns; throws as Query does. Errors: corrupt.
Result<std::vector<dispatch::JournalEntry>> lines_in_turns(Database& database);

}  // namespace shouwang::store
