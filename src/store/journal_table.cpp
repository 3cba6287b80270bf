#include "store/journal_table.h"

#include <algorithm>
#include <boost/pfr/tuple_size.hpp>
#include <optional>
#include <set>

#include "store/block.h"
#include "store/codec.h"
#include "store/netstring.h"
#include "store/turn_log.h"

namespace shouwang::store {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{4} << 20;  // Before packing; one line may pass it.

constexpr const char* kByIncident =
    "SELECT number, at, community, incident, actor, type, facts, hash FROM journal"
    " WHERE incident = ?1 AND incident <> '' AND number > ?2 AND (?3 = '' OR community = ?3)"
    " AND at >= ?4 AND at < ?5 ORDER BY number LIMIT ?6";
constexpr const char* kByNumber =
    "SELECT number, at, community, incident, actor, type, facts, hash FROM journal"
    " WHERE ?1 = '' AND number > ?2 AND (?3 = '' OR community = ?3)"
    " AND at >= ?4 AND at < ?5 ORDER BY number LIMIT ?6";
constexpr const char* kBlocksOfIncident =
    "SELECT first FROM journal_block_incidents JOIN journal_blocks USING (first)"
    " WHERE incident = ?1 AND last > ?2 AND latest >= ?3 AND earliest < ?4 ORDER BY first";
// The block that holds the number is found by its first line; from there on their times are read.
constexpr const char* kBlocksByNumber =
    "SELECT first FROM journal_blocks INDEXED BY journal_blocks_times WHERE ?1 = ''"
    " AND first >= coalesce((SELECT first FROM journal_blocks WHERE first <= ?2 + 1"
    "                        ORDER BY first DESC LIMIT 1), 0)"
    " AND last > ?2 AND latest >= ?3 AND earliest < ?4 ORDER BY first";

// A new field of an entry needs a column and a place in the canonical form (chain.h).
static_assert(boost::pfr::tuple_size_v<dispatch::JournalEntry> == 6);

// The line in the row, or why it can not be used. Numbers and times always can.
Result<dispatch::JournalEntry> read_entry(const Query& row) {
  auto facts = decode_facts(row.text(6));
  if (!facts) return tl::unexpected(facts.error());
  return dispatch::JournalEntry{.at = row.time(1),
                                .community = CommunityId(row.text(2)),
                                .incident = IncidentId(row.text(3)),
                                .actor = row.text(4),
                                .type = row.text(5),
                                .facts = std::move(*facts)};
}

Result<JournalLine> read_line(const Query& row) {
  const auto number = static_cast<std::uint64_t>(row.number(0));
  auto entry = read_entry(row);
  if (!entry) {
    return tl::unexpected(bad_row("journal", std::to_string(number), entry.error().what));
  }
  const auto hash = to_digest(row.text(7));
  if (!hash) return tl::unexpected(bad_row("journal", std::to_string(number), "has no hash"));
  return JournalLine{.number = number, .entry = std::move(*entry), .hash = to_hex(*hash)};
}

Result<std::vector<dispatch::JournalEntry>> unpack_lines(std::uint64_t first, std::uint64_t last,
                                                         std::string_view packed) {
  TRY(plain, unpack(packed));
  std::string_view rest = plain;
  std::vector<dispatch::JournalEntry> entries;
  for (std::uint64_t number = first; number <= last; ++number) {
    const auto line = take_netstring(rest);
    if (!line) return fail(Error::Code::corrupt, "ends early");
    TRY(entry, read_canonical(*line, number));
    entries.push_back(std::move(entry));
  }
  if (!rest.empty()) return fail(Error::Code::corrupt, "holds more than its lines");
  return entries;
}

tl::unexpected<Error> bad_block(std::uint64_t first, const std::string& why) {
  return tl::unexpected(bad_row("journal_blocks", std::to_string(first), why));
}

bool fits(const JournalQuery& query, const JournalLine& line) {
  const dispatch::JournalEntry& entry = line.entry;
  return line.number > query.after &&
         (query.community.empty() || entry.community == query.community) &&
         (query.incident.empty() || entry.incident == query.incident) &&
         (!query.from || entry.at >= *query.from) && (!query.until || entry.at < *query.until);
}

// The lines that become a block.
struct Block {
  std::uint64_t first = 0;
  ChainHead last;
  Instant earliest = Instant::max();
  Instant latest = Instant::min();
  std::set<IncidentId> incidents;
  std::string lines;

  void add(const dispatch::JournalEntry& entry, const ChainHead& head) {
    last = head;
    earliest = std::min(earliest, entry.at);
    latest = std::max(latest, entry.at);
    if (!entry.incident.empty()) incidents.insert(entry.incident);
    append_netstring(lines, canonical(head.number, entry));
  }
};

}  // namespace

Result<Done> JournalTable::find_head() {
  return database_.guard([&]() -> Result<Done> {
    Query last = database_.query(
        "SELECT number, hash FROM (SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1)"
        " UNION ALL SELECT last, hash FROM (SELECT last, hash FROM journal_blocks"
        "                                   ORDER BY first DESC LIMIT 1)"
        " ORDER BY number DESC LIMIT 1");
    if (!last.next()) return Done{};
    const auto hash = to_digest(last.text(1));
    if (!hash) {
      return tl::unexpected(bad_row("journal", std::to_string(last.number(0)), "has no hash"));
    }
    head_ = {.number = static_cast<std::uint64_t>(last.number(0)), .hash = *hash};
    reached_ = head_;
    return Done{};
  });
}

void JournalTable::append(const dispatch::JournalEntry& entry) {
  reached_ = reached_.next(entry);
  const std::string hash(reached_.hash.begin(), reached_.hash.end());
  database_.run(
      "INSERT INTO journal (number, at, community, incident, actor, type, facts, hash)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      reached_.number, entry.at, entry.community, entry.incident, entry.actor, entry.type,
      encode_facts(entry.facts), Blob{hash});
}

// ---- blocks ------------------------------------------------------------------------

// The chain's head before the line of that number, which is the first of a block or of the rows.
ChainHead JournalTable::head_before(std::uint64_t number) {
  Query before = database_.query(
      "SELECT last, hash FROM journal_blocks WHERE first < ? ORDER BY first DESC LIMIT 1", number);
  if (!before.next()) return {};
  return {.number = static_cast<std::uint64_t>(before.number(0)),
          .hash = to_digest(before.text(1)).value_or(Digest{})};
}

Result<bool> JournalTable::compact() {
  Query oldest = database_.query("SELECT min(number) FROM journal");
  if (!oldest.next() || oldest.is_null(0)) return false;
  Block block{.first = static_cast<std::uint64_t>(oldest.number(0))};
  if (head_.number + 1 - block.first < sizes_.loose + sizes_.block) return false;
  ChainHead head = head_before(block.first);
  {
    Query rows = database_.query(
        "SELECT number, at, community, incident, actor, type, facts, hash FROM journal"
        " ORDER BY number LIMIT ?",
        sizes_.block);
    while (block.lines.size() < kBlockBytes && rows.next()) {
      TRY(line, read_line(rows));
      head = head.next(line.entry);
      if (head.number != line.number || to_hex(head.hash) != line.hash) {
        return tl::unexpected(
            bad_row("journal", std::to_string(line.number), "does not fit into the chain"));
      }
      block.add(line.entry, head);
    }
  }
  const std::string hash(block.last.hash.begin(), block.last.hash.end());
  const std::string packed = pack(block.lines);
  database_.run(
      "INSERT INTO journal_blocks (first, last, earliest, latest, hash, lines)"
      " VALUES (?, ?, ?, ?, ?, ?)",
      block.first, block.last.number, block.earliest, block.latest, Blob{hash}, Blob{packed});
  for (const IncidentId& incident : block.incidents) {
    database_.run("INSERT INTO journal_block_incidents (incident, first) VALUES (?, ?)", incident,
                  block.first);
  }
  database_.run("DELETE FROM journal WHERE number <= ?", block.last.number);
  return true;
}

Result<Done> JournalTable::read_block(std::uint64_t first, const JournalQuery& query,
                                      std::vector<JournalLine>& lines) {
  Query row = database_.query("SELECT last, lines FROM journal_blocks WHERE first = ?", first);
  if (!row.next()) return bad_block(first, "is missing");
  const auto entries = unpack_lines(first, static_cast<std::uint64_t>(row.number(0)), row.text(1));
  if (!entries) return bad_block(first, entries.error().what);
  ChainHead head = head_before(first);
  for (const dispatch::JournalEntry& entry : *entries) {
    if (lines.size() == query.most) return Done{};
    head = head.next(entry);
    JournalLine line{.number = head.number, .entry = entry, .hash = {}};
    if (!fits(query, line)) continue;
    line.hash = to_hex(head.hash);
    lines.push_back(std::move(line));
  }
  return Done{};
}

Result<Done> JournalTable::read_blocks(const JournalQuery& query, std::vector<JournalLine>& lines) {
  Query blocks = database_.query(query.incident.empty() ? kBlocksByNumber : kBlocksOfIncident,
                                 query.incident, query.after, query.from.value_or(Instant::min()),
                                 query.until.value_or(Instant::max()));
  while (lines.size() < query.most && blocks.next()) {
    TRY_DONE(read_block(static_cast<std::uint64_t>(blocks.number(0)), query, lines));
  }
  return Done{};
}

// ---- reading -------------------------------------------------------------------------

Result<Done> JournalTable::read_rows(const JournalQuery& query, std::vector<JournalLine>& lines) {
  Query rows = database_.query(query.incident.empty() ? kByNumber : kByIncident, query.incident,
                               query.after, query.community, query.from.value_or(Instant::min()),
                               query.until.value_or(Instant::max()), query.most - lines.size());
  while (rows.next()) {
    TRY(line, read_line(rows));
    lines.push_back(std::move(line));
  }
  return Done{};
}

Result<std::vector<JournalLine>> JournalTable::lines(const JournalQuery& query) {
  std::vector<JournalLine> lines;
  TRY_DONE(read_blocks(query, lines));
  if (lines.size() < query.most) TRY_DONE(read_rows(query, lines));
  return lines;
}

namespace {

// An earlier release's copy has fewer tables.
bool has_table(Database& database, const std::string& name) {
  return database.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", name)
      .next();
}

void check_blocks(Database& database, ChainChecker& checker) {
  Query blocks =
      database.query("SELECT first, last, hash, lines FROM journal_blocks ORDER BY first");
  while (blocks.next()) {
    const auto first = static_cast<std::uint64_t>(blocks.number(0));
    const auto last = static_cast<std::uint64_t>(blocks.number(1));
    const auto hash = to_digest(blocks.text(2));
    const auto entries = unpack_lines(first, last, blocks.text(3));
    if (entries && hash) {
      checker.take_block(first, {.number = last, .hash = *hash}, *entries);
    } else {
      checker.take_unreadable(first);
    }
  }
}

void check_rows(Database& database, ChainChecker& checker) {
  Query rows = database.query(
      "SELECT number, at, community, incident, actor, type, facts, hash FROM journal"
      " ORDER BY number");
  while (rows.next()) {
    const auto number = static_cast<std::uint64_t>(rows.number(0));
    const auto entry = read_entry(rows);
    const auto hash = to_digest(rows.text(7));
    if (entry && hash) {
      checker.take(number, *entry, *hash);
    } else {
      checker.take_unreadable(number);
    }
  }
}

}  // namespace

Result<ChainCheck> check_chain(Database& database) {
  ChainChecker checker;
  if (has_table(database, "journal_blocks")) check_blocks(database, checker);
  check_rows(database, checker);
  if (!has_table(database, "turns")) return checker.result();
  TRY(waiting, lines_in_turns(database));
  for (const dispatch::JournalEntry& entry : waiting) checker.take_next(entry);
  return checker.result();
}

}  // namespace shouwang::store
