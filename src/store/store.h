// What the gateway remembers across a power cut, behind a narrow door.
//
// SqliteStore and MemoryStore keep this contract and run the same suite
// (tests/contract/store_contract.h). Used from the loop's thread only, but for what SqliteStore's
// header allows from another.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "dispatch/book.h"

namespace shouwang::store {

// A message that nobody understood, kept for the technician.
struct RawMessage {
  Instant at;
  DeviceId device;  // Empty if unknown.
  std::string topic;
  std::string payload;  // The bytes as they came; what is beyond kRawBytesMax is cut off.
  std::string problem;

  friend bool operator==(const RawMessage&, const RawMessage&) = default;
};
inline constexpr std::size_t kRawBytesMax = 65'536;
inline constexpr std::size_t kRawKeptPerTopic = 20;  // The newest; older ones are dropped.
inline constexpr std::size_t kRawKept = 5'000;       // The newest of all topics together.

struct LastSeen {
  DeviceId device;
  Instant at;
  std::uint64_t messages = 0;  // Since the last flush.

  friend bool operator==(const LastSeen&, const LastSeen&) = default;
};

// Everything that one turn of the loop changed in one community.
struct Batch {
  CommunityId community;
  Instant at;  // When the turn was: the clock never runs before it again. 1970: not said.
  std::vector<dispatch::File> files;      // With the version they had when read or last saved.
  std::vector<dispatch::Parcel> parcels;  // Live or just finished.
  std::vector<dispatch::DeviceMemory> devices;
  std::vector<dispatch::Matter> matters;
  std::vector<household::DatedFact> facts;
  std::vector<dispatch::JournalEntry> journal;
  std::vector<RawMessage> raw;
  std::vector<LastSeen> seen;
  // Incidents of a rehearsal (app/rehearsal.h), which leave no trace: they go, with the parcels
  // named after them. Whatever else the batch holds is saved before.
  std::vector<IncidentId> forgotten;

  bool is_empty() const {
    return files.empty() && parcels.empty() && devices.empty() && matters.empty() &&
           facts.empty() && journal.empty() && raw.empty() && seen.empty() && forgotten.empty();
  }

  friend bool operator==(const Batch&, const Batch&) = default;
};

// A line of the journal as it is kept: numbered without gaps, chained by hashes.
struct JournalLine {
  std::uint64_t number = 0;  // 1, 2, 3, ... over all communities.
  dispatch::JournalEntry entry;
  std::string hash;  // 64 hex digits: SHA-256 of the hash before it and this line's canonical form.

  friend bool operator==(const JournalLine&, const JournalLine&) = default;
};

struct JournalQuery {
  CommunityId community;    // Empty: all.
  IncidentId incident;      // Empty: all.
  std::uint64_t after = 0;  // Lines with a greater number.
  std::optional<Instant> from;
  std::optional<Instant> until;  // Not included.
  std::size_t most = 1000;       // 1..10000
};

// What following the chain from the first line came to.
struct ChainCheck {
  std::uint64_t lines = 0;
  std::optional<std::uint64_t> broken_at;  // First line whose hash does not fit.
  std::string head;  // Hash of the last line: written down elsewhere, it shows a cut-off end.

  friend bool operator==(const ChainCheck&, const ChainCheck&) = default;
};

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Saves all of it in one transaction: everything or nothing. On return it is on disk (fsync),
  // so that messages may be acknowledged and parcels sent. The version of each saved file is one
  // more than the one given.
  //
  // Errors: conflict if a saved version differs from the given one; disk_full, io, locked
  // (nothing was written; safe to repeat). CHECKs broken_rule of each file and parcel.
  virtual Result<Done> save(std::vector<Batch> batches) = 0;

  // save() puts off what nobody waits for (a turn is kept as one row; from there it has to go into
  // the tables). Does some of that, for some milliseconds at most; returns whether there is more.
  // Called when there is a pause; every door that reads what is put off does it all before.
  // Errors: those of save(), but no conflict.
  virtual Result<bool> catch_up() = 0;

  // What a restart needs: open incidents and those closed at or after `closed_since`, live
  // parcels, device memories, open matters, dated facts that end after `closed_since`. Files by
  // raised_at, parcels by key, facts in the order in which they came, the rest by id.
  //
  // Errors: corrupt (names the row, which is left in place); io.
  virtual Result<dispatch::Memory> recall(const CommunityId& community, Instant closed_since) = 0;

  // Any incident, open or closed, however old. Errors: not_found, corrupt, io.
  virtual Result<dispatch::File> file(const IncidentId& id) = 0;

  // Lines in order. Errors: io.
  virtual Result<std::vector<JournalLine>> journal(const JournalQuery& query) = 0;
  virtual Result<ChainCheck> check_journal() = 0;

  // Packs some of what is seldom read (old lines of the journal, parcels of what was over before
  // `over_before`) into a tenth of its room, in a transaction of its own of some milliseconds.
  // Whatever a door returns stays the same. Returns whether it found something: if so there may be
  // more. Errors: those of save(), corrupt (the row is left as it is).
  virtual Result<bool> compact(Instant over_before) = 0;

  // Writes a consistent copy of everything to a new file while the store stays in use.
  // Errors: io, disk_full, invalid if the file exists.
  virtual Result<Done> copy_to(const std::string& path) = 0;
};

}  // namespace shouwang::store
