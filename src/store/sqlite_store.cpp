#include "store/sqlite_store.h"

#include <algorithm>
#include <boost/pfr/tuple_size.hpp>
#include <optional>

#include "base/check.h"
#include "store/backup.h"
#include "store/database.h"
#include "store/file_lock.h"
#include "store/record_tables.h"
#include "store/reserve.h"
#include "store/schema.h"
#include "store/tables.h"
#include "store/turn_log.h"

namespace shouwang::store {

namespace {

// Of what waits in the log, in one call of catch_up().
constexpr std::size_t kTurnsAtOnce = 16;
constexpr std::size_t kRowsAtOnce = 300;

std::size_t rows_of(const TurnLog::Turn& turn) {
  std::size_t rows = 0;
  for (const Batch& batch : turn.batches) {
    rows += batch.files.size() + batch.parcels.size() + batch.journal.size() + batch.raw.size();
  }
  return rows;
}

}  // namespace

// The lock is the first to come and the last to go.
struct SqliteStore::Parts {
  Parts(FileLock held, std::unique_ptr<Database> opened, Options given)
      : lock(std::move(held)),
        database(std::move(opened)),
        options(std::move(given)),
        reserve(database->path(), options.reserve) {}

  // Runs `body` as one transaction and lets the tables know what came of it.
  template <class Body>
  auto write(Body&& body) -> decltype(body()) {
    auto result = write_once(body);
    const bool is_full = !result && result.error().code == Error::Code::disk_full;
    if (is_full && reserve.give_up()) return write_once(body);
    return result;
  }
  template <class Body>
  auto write_once(Body& body) -> decltype(body()) {
    auto result = database->transact(body);
    result ? settle() : forget();
    return result;
  }
  // Reads tables in which every turn is.
  template <class Body>
  auto read(Body&& body) -> decltype(body()) {
    if (catch_up_all()) return database->guard(std::forward<Body>(body));
    return read_unsaved(body);
  }
  // The disk takes nothing: what waits is written, read, and taken back.
  template <class Body>
  auto read_unsaved(Body& body) -> decltype(body()) {
    std::optional<decltype(body())> result;
    const auto undone = database->transact([&]() -> Result<Done> {
      TRY_DONE(tables.write(waiting(log.waiting().size())));
      result = body();
      return fail(Error::Code::io, "taken back");
    });
    forget();
    if (result) return *std::move(result);
    return tl::unexpected(undone.error());
  }
  void settle() {
    tables.settle();
    log.settle();
    if (log.waiting().empty()) tables.files.forget_versions();
  }
  void forget() {
    tables.forget();
    log.forget();
  }

  Result<Done> claim(const Batch& batch);
  // Of the first turns that wait.
  std::vector<const Batch*> waiting(std::size_t turns) const;
  // The batches become one row of the log.
  Result<Done> save_turn(std::vector<Batch> batches);
  // They go into the tables at once, after those of the log.
  Result<Done> save_rows(std::span<const Batch> batches);
  Result<Done> catch_up(std::size_t turns);
  Result<Done> catch_up_all() { return catch_up(log.waiting().size()); }

  FileLock lock;
  std::unique_ptr<Database> database;
  Options options;
  Reserve reserve;
  Tables tables{*database, options.journal};
  TurnLog log{*database};
  RecordTable records{*database};
  AccessTables access{*database};
};

namespace {

// A new part of what a restart needs must be recalled here.
static_assert(boost::pfr::tuple_size_v<dispatch::Memory> == 6);

void check_rules(const Batch& batch) {
  for (const dispatch::File& file : batch.files) {
    CHECK(!incident::broken_rule(file.incident));
    CHECK(file.incident.community == batch.community);
  }
  for (const dispatch::Parcel& parcel : batch.parcels) CHECK(!dispatch::broken_rule(parcel));
}

Result<Done> use_wal(Database& database) {
  return database.guard([&]() -> Result<Done> {
    const std::string mode =
        database.connection().execAndGet("PRAGMA journal_mode = WAL").getString();
    if (mode == "wal") return Done{};
    return fail(Error::Code::io, database.path() +
                                     ": this file system can not hold a write-ahead log; put "
                                     "the database on a local disk");
  });
}

}  // namespace

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

// On a clean end nothing waits: whatever the next release reads is in tables.
SqliteStore::~SqliteStore() { static_cast<void>(parts_->catch_up_all()); }

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path,
                                                       const Options& options) {
  auto opened = open_once(path, options);
  const bool is_full = !opened && opened.error().code == Error::Code::disk_full;
  if (is_full && Reserve(path, options.reserve).give_up()) opened = open_once(path, options);
  if (opened) (*opened)->parts_->reserve.keep();
  return opened;
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open_once(const std::string& path,
                                                            const Options& options) {
  TRY(lock, FileLock::take(path));
  TRY(database, Database::open(path, {.vfs = options.vfs, .busy = options.busy}));
  // Whose file it is must be known before anything is written into it.
  TRY_DONE(schema_of(*database, migrations()));
  TRY_DONE(use_wal(*database));
  TRY_DONE(migrate(*database, migrations()));
  auto parts = std::make_unique<Parts>(std::move(lock), std::move(database), options);
  TRY_DONE(parts->tables.journal.find_head());
  Tables& tables = parts->tables;
  TRY_DONE(
      parts->log.read({.ladder = [&](std::int64_t number) { return tables.files.ladder(number); },
                       .parcel = [&](const ParcelKey& key) { return tables.parcels.find(key); }}));
  TRY_DONE(parts->catch_up_all());
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(parts)));
}

// ---- Store -----------------------------------------------------------------------

Result<Done> SqliteStore::Parts::claim(const Batch& batch) {
  for (const dispatch::File& file : batch.files) TRY_DONE(tables.files.claim(file));
  for (const IncidentId& incident : batch.forgotten) tables.files.claim_gone(incident);
  return Done{};
}

std::vector<const Batch*> SqliteStore::Parts::waiting(std::size_t turns) const {
  std::vector<const Batch*> batches;
  for (std::size_t i = 0; i < turns; ++i) {
    for (const Batch& batch : log.waiting()[i].batches) batches.push_back(&batch);
  }
  return batches;
}

Result<Done> SqliteStore::Parts::save_turn(std::vector<Batch> batches) {
  // Folding SQLite's own log into the database can wait until we catch up.
  database->fold_log(false);
  const auto saved = write([&]() -> Result<Done> {
    std::vector<std::int64_t> ladders;
    for (const Batch& batch : batches) {
      TRY_DONE(claim(batch));
      for (const dispatch::File& file : batch.files) {
        TRY(number, tables.files.number_of(file.ladder));
        ladders.push_back(number);
      }
    }
    log.append(encode_turn(
        batches, ladders, [&](const dispatch::Parcel& parcel) { return log.items_known(parcel); }));
    return Done{};
  });
  database->fold_log(true);
  if (saved) log.keep(std::move(batches));
  return saved;
}

Result<Done> SqliteStore::Parts::save_rows(std::span<const Batch> batches) {
  return write([&]() -> Result<Done> {
    auto rows = waiting(log.waiting().size());
    for (const Batch& batch : batches) {
      TRY_DONE(claim(batch));
      rows.push_back(&batch);
    }
    TRY_DONE(tables.write(rows));
    log.drop(log.waiting().size());
    return Done{};
  });
}

Result<Done> SqliteStore::Parts::catch_up(std::size_t turns) {
  if (turns == 0) return Done{};
  return write([&]() -> Result<Done> {
    TRY_DONE(tables.write(waiting(turns)));
    log.drop(turns);
    return Done{};
  });
}

Result<Done> SqliteStore::save(std::vector<Batch> batches) {
  if (std::ranges::all_of(batches, &Batch::is_empty)) return Done{};
  for (const Batch& batch : batches) check_rules(batch);
  const bool has_beats =
      std::ranges::any_of(batches, [](const Batch& b) { return !b.seen.empty(); });
  if (has_beats) return parts_->save_rows(batches);
  if (parts_->log.is_long()) TRY_DONE(parts_->catch_up_all());
  return parts_->save_turn(std::move(batches));
}

Result<bool> SqliteStore::catch_up() {
  const auto& waiting = parts_->log.waiting();
  std::size_t turns = 0;
  for (std::size_t rows = 0; turns < waiting.size() && turns < kTurnsAtOnce; ++turns) {
    rows += rows_of(waiting[turns]);
    if (turns > 0 && rows > kRowsAtOnce) break;
  }
  TRY_DONE(parts_->catch_up(turns));
  return !waiting.empty();
}

Result<dispatch::Memory> SqliteStore::recall(const CommunityId& community, Instant closed_since) {
  return parts_->read([&]() -> Result<dispatch::Memory> {
    Tables& tables = parts_->tables;
    TRY(files, tables.files.recall(community, closed_since));
    TRY(parcels, tables.parcels.live(community));
    TRY(devices, tables.devices.memories(community));
    TRY(matters, tables.devices.open_matters(community));
    TRY(facts, tables.devices.facts(community, closed_since));
    std::vector<dispatch::LastHeard> heard;
    for (LastSeen& seen : tables.wire.last_seen(community)) {
      heard.push_back({.device = std::move(seen.device), .at = seen.at});
    }
    return dispatch::Memory{.files = std::move(files),
                            .parcels = std::move(parcels),
                            .devices = std::move(devices),
                            .matters = std::move(matters),
                            .facts = std::move(facts),
                            .heard = std::move(heard)};
  });
}

Result<dispatch::File> SqliteStore::file(const IncidentId& id) {
  return parts_->read([&] { return parts_->tables.files.find(id); });
}

Result<std::vector<JournalLine>> SqliteStore::journal(const JournalQuery& query) {
  return parts_->read([&] { return parts_->tables.journal.lines(query); });
}

Result<ChainCheck> SqliteStore::check_journal() {
  TRY(reader,
      Database::open(parts_->database->path(), {.vfs = parts_->options.vfs, .read_only = true}));
  return reader->guard([&]() -> Result<ChainCheck> {
    reader->execute("BEGIN");  // Blocks, rows and turns of one moment.
    return check_chain(*reader);
  });
}

Result<bool> SqliteStore::compact(Instant over_before) {
  parts_->reserve.keep();
  TRY_DONE(parts_->catch_up_all());
  return parts_->write([&]() -> Result<bool> {
    if (parts_->tables.parcels.compact(over_before)) return true;
    return parts_->tables.journal.compact();
  });
}

Result<Done> SqliteStore::copy_to(const std::string& path) {
  TRY(reader,
      Database::open(parts_->database->path(), {.vfs = parts_->options.vfs, .read_only = true}));
  return copy_database(*reader, path);
}

// ---- RecordStore and AccessStore ---------------------------------------------------

Result<household::Records> SqliteStore::records(const CommunityId& community) {
  parts_->database->keep(Database::Pages::few);
  auto records = parts_->database->guard([&] { return parts_->records.read(community); });
  parts_->database->keep(Database::Pages::many);
  return records;
}

Result<Done> SqliteStore::replace_records(const CommunityId& community,
                                          const household::Records& records,
                                          const dispatch::JournalEntry& entry) {
  if (const auto twice = repeated_id(records)) {
    return fail(Error::Code::invalid, *twice + " is in the records twice");
  }
  TRY_DONE(parts_->catch_up_all());
  return parts_->write([&]() -> Result<Done> {
    parts_->records.replace(community, records);
    parts_->tables.journal.append(entry);
    return Done{};
  });
}

Result<std::vector<User>> SqliteStore::users() {
  return parts_->database->guard([&] { return parts_->access.users(); });
}

Result<Done> SqliteStore::put_user(const User& user) {
  return parts_->write([&]() -> Result<Done> {
    parts_->access.put(user);
    return Done{};
  });
}

Result<std::vector<Phone>> SqliteStore::phones() {
  return parts_->database->guard([&] { return parts_->access.phones(); });
}

Result<Done> SqliteStore::put_phone(const Phone& phone) {
  return parts_->write([&]() -> Result<Done> {
    parts_->access.put(phone);
    return Done{};
  });
}

Result<Done> SqliteStore::drop_phone(const std::string& id) {
  return parts_->write([&]() -> Result<Done> {
    parts_->access.drop_phone(id);
    return Done{};
  });
}

Result<std::string> SqliteStore::secret_key(const std::string& purpose) {
  return parts_->write([&] { return parts_->access.secret_key(purpose); });
}

// ---- Archive -----------------------------------------------------------------------

Result<std::optional<Instant>> SqliteStore::latest() {
  return parts_->read([&]() -> Result<std::optional<Instant>> {
    Query newest = parts_->database->query(
        "SELECT max(at) FROM (SELECT max(at) AS at FROM journal"
        " UNION ALL SELECT max(latest) FROM journal_blocks INDEXED BY journal_blocks_times"
        " UNION ALL SELECT max(at) FROM last_seen UNION ALL SELECT at FROM latest_turn)");
    if (!newest.next() || newest.is_null(0)) return std::optional<Instant>();
    return std::optional(newest.time(0));
  });
}

Result<std::vector<IncidentId>> SqliteStore::incidents(const IncidentQuery& query) {
  return parts_->read([&] { return parts_->tables.files.search(query); });
}

Result<std::vector<dispatch::Parcel>> SqliteStore::parcels(const IncidentId& incident) {
  return parts_->read([&] { return parts_->tables.parcels.about(incident); });
}

Result<std::vector<RawMessage>> SqliteStore::raw(const CommunityId& community,
                                                 const std::string& topic) {
  return parts_->read([&]() -> Result<std::vector<RawMessage>> {
    return parts_->tables.wire.raw(community, topic);
  });
}

Result<std::vector<LastSeen>> SqliteStore::last_seen(const CommunityId& community) {
  return parts_->read(
      [&]() -> Result<std::vector<LastSeen>> { return parts_->tables.wire.last_seen(community); });
}

Result<std::vector<SeenDay>> SqliteStore::seen_days(const CommunityId& community,
                                                    std::chrono::sys_days first,
                                                    std::chrono::sys_days last) {
  return parts_->read([&]() -> Result<std::vector<SeenDay>> {
    return parts_->tables.wire.days(community, first, last);
  });
}

}  // namespace shouwang::store
