// What makes the journal tamper-evident: each line's hash covers the one before it.
//
//   hash(n) = SHA-256( hash(n-1) || canonical(n) )          hash(0) = 32 zero bytes
//
// canonical(n) is a row of netstrings, each `<length in bytes, decimal>:<bytes>,` :
//
//   number, time (milliseconds since 1970 UTC), community, incident, actor, type,
//   then name and value of each fact, in order
//
//   "1:1,13:1768502400000,3:elm,0:,7:gateway,7:started,"
//
// Anybody can check it with ten lines of script and the JSON Lines of `shouwangctl report`. What no
// chain can show is that its last lines were cut off: the head, written down elsewhere (the daily
// summary), shows that.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/event.h"
#include "store/store.h"

namespace shouwang::store {

using Digest = std::array<std::uint8_t, 32>;

std::string canonical(std::uint64_t number, const dispatch::JournalEntry& entry);
// Back. Errors: corrupt, also if the line has another number.
Result<dispatch::JournalEntry> read_canonical(std::string_view text, std::uint64_t number);

std::string to_hex(const Digest& digest);
// Nothing unless `bytes` are 32.
std::optional<Digest> to_digest(std::string_view bytes);

// The end of the chain: the last line's number and hash.
struct ChainHead {
  std::uint64_t number = 0;
  Digest hash{};

  // The head after `entry` has been appended.
  ChainHead next(const dispatch::JournalEntry& entry) const;

  friend bool operator==(const ChainHead&, const ChainHead&) = default;
};

// Follows the chain line by line.
class ChainChecker {
 public:
  // Lines come in the order in which they stand. Once broken it stays so.
  void take(std::uint64_t number, const dispatch::JournalEntry& entry, const Digest& hash);
  // The lines from `first` on, of which only the last has its hash with it. If they do not fit, the
  // chain is broken at `first`.
  void take_block(std::uint64_t first, const ChainHead& last,
                  const std::vector<dispatch::JournalEntry>& entries);
  // The next line, which has neither number nor hash yet.
  void take_next(const dispatch::JournalEntry& entry);
  // A line, or a block, that can not be read.
  void take_unreadable(std::uint64_t number);
  ChainCheck result() const;

 private:
  ChainHead head_;
  std::uint64_t lines_ = 0;
  std::optional<std::uint64_t> broken_at_;
};

}  // namespace shouwang::store
