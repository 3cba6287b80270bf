#include "store/journal_table.h"

#include <boost/pfr/tuple_size.hpp>
#include <optional>

#include "store/codec.h"

namespace shouwang::store {
namespace {

// Up to so many lines of a stretch of time are sorted; beyond, the journal is read by number.
constexpr std::int64_t kSortedAtMost = 50'000;

constexpr const char* kByIncident =
    "SELECT number, at, community, incident, actor, type, facts, hash FROM journal"
    " WHERE incident = ?1 AND incident <> '' AND number > ?2 AND (?3 = '' OR community = ?3)"
    " AND +at >= ?4 AND +at < ?5 ORDER BY number LIMIT ?6";
constexpr const char* kByTime =
    "SELECT number, at, community, incident, actor, type, facts, hash"
    " FROM journal INDEXED BY journal_at"
    " WHERE ?1 = '' AND +number > ?2 AND (?3 = '' OR community = ?3)"
    " AND at >= ?4 AND at < ?5 ORDER BY number LIMIT ?6";
constexpr const char* kByNumber =
    "SELECT number, at, community, incident, actor, type, facts, hash FROM journal"
    " WHERE ?1 = '' AND number > ?2 AND (?3 = '' OR community = ?3)"
    " AND +at >= ?4 AND +at < ?5 ORDER BY number LIMIT ?6";

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

// About how many lines the stretch of time holds: exact where times only grow.
std::int64_t lines_between(Database& database, Instant from, Instant until) {
  Query first =
      database.query("SELECT number FROM journal WHERE at >= ? ORDER BY at, number LIMIT 1", from);
  Query last = database.query(
      "SELECT number FROM journal WHERE at < ? ORDER BY at DESC, number DESC LIMIT 1", until);
  if (!first.next() || !last.next()) return 0;
  return last.number(0) - first.number(0);
}

const char* way_to(Database& database, const JournalQuery& query) {
  if (!query.incident.empty()) return kByIncident;
  if (!query.from && !query.until) return kByNumber;
  const auto count = lines_between(database, query.from.value_or(Instant::min()),
                                   query.until.value_or(Instant::max()));
  return count <= kSortedAtMost ? kByTime : kByNumber;
}

}  // namespace

Result<Done> JournalTable::find_head() {
  return database_.guard([&]() -> Result<Done> {
    Query last = database_.query("SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1");
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

Result<std::vector<JournalLine>> JournalTable::lines(const JournalQuery& query) {
  std::vector<JournalLine> lines;
  Query rows = database_.query(way_to(database_, query), query.incident, query.after,
                               query.community, query.from.value_or(Instant::min()),
                               query.until.value_or(Instant::max()), query.most);
  while (rows.next()) {
    TRY(line, read_line(rows));
    lines.push_back(std::move(line));
  }
  return lines;
}

ChainCheck check_chain(Database& database) {
  ChainChecker checker;
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
  return checker.result();
}

}  // namespace shouwang::store
