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
#include <span>
#include <string>
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

  // What an earlier process left, once, before anything else. Errors: corrupt, io.
  Result<Done> read(const LadderOf& ladder_of);

  // `text` is what encode_turn() makes of `batches`.
  void append(const std::string& text, std::span<const Batch> batches);
  // The first `count` of those waiting.
  void drop(std::size_t count);
  void settle();
  void forget();

  const std::deque<Turn>& waiting() const { return waiting_; }  // In their order.
  // So many that catching up should not be put off any longer.
  bool is_long() const { return waiting_.size() >= 512 || bytes_ >= (std::size_t{4} << 20); }

 private:
  Database& database_;
  std::deque<Turn> waiting_;
  std::size_t bytes_ = 0;
  // Of the transaction under way:
  std::deque<Turn> appended_;
  std::size_t dropped_ = 0;
};

// The lines for the journal that are still in turns; throws as Query does. Errors: corrupt.
Result<std::vector<dispatch::JournalEntry>> lines_in_turns(Database& database);

}  // namespace shouwang::store
