#include "store/sqlite_store.h"

#include <algorithm>
#include <boost/pfr/tuple_size.hpp>

#include "base/check.h"
#include "store/backup.h"
#include "store/database.h"
#include "store/device_tables.h"
#include "store/file_lock.h"
#include "store/incident_tables.h"
#include "store/journal_table.h"
#include "store/parcel_table.h"
#include "store/record_tables.h"
#include "store/reserve.h"
#include "store/schema.h"

namespace shouwang::store {

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
  void settle() {
    files.settle();
    parcels.settle();
    journal.settle();
  }
  void forget() {
    files.forget();
    parcels.forget();
    wire.forget();
    journal.forget();
  }
  Result<Done> save(const Batch& batch);

  FileLock lock;
  std::unique_ptr<Database> database;
  Options options;
  Reserve reserve;
  FileTable files{*database};
  ParcelTable parcels{*database};
  DeviceTables devices{*database};
  WireTables wire{*database};
  JournalTable journal{*database, options.journal};
  RecordTable records{*database};
  AccessTables access{*database};
};

namespace {

// A new part of a batch, or of what a restart needs, must be saved and recalled here.
static_assert(boost::pfr::tuple_size_v<Batch> == 11);
static_assert(boost::pfr::tuple_size_v<dispatch::Memory> == 6);

// Whether a line of the journal says when the turn was.
bool is_dated(const Batch& batch) {
  return batch.at == Instant{} || std::ranges::any_of(batch.journal, [&](const auto& entry) {
           return entry.at >= batch.at;
         });
}

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
SqliteStore::~SqliteStore() = default;

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
  TRY_DONE(parts->journal.find_head());
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(parts)));
}

// ---- Store -----------------------------------------------------------------------

Result<Done> SqliteStore::Parts::save(const Batch& batch) {
  for (const auto& file : batch.files) TRY_DONE(files.save(file));
  for (const auto& parcel : batch.parcels) parcels.save(batch.community, parcel);
  for (const auto& memory : batch.devices) devices.save(batch.community, memory);
  for (const auto& matter : batch.matters) devices.save(batch.community, matter);
  for (const auto& fact : batch.facts) devices.save(batch.community, fact);
  for (const auto& message : batch.raw) wire.save(batch.community, message);
  for (const auto& seen : batch.seen) wire.save(batch.community, seen);
  for (const auto& entry : batch.journal) journal.append(entry);
  for (const auto& incident : batch.forgotten) {
    parcels.drop(incident);
    files.drop(incident);
  }
  if (!batch.is_empty() && !is_dated(batch)) wire.save_turn(batch.at);
  return Done{};
}

Result<Done> SqliteStore::save(std::span<const Batch> batches) {
  if (std::ranges::all_of(batches, &Batch::is_empty)) return Done{};
  for (const Batch& batch : batches) check_rules(batch);
  return parts_->write([&]() -> Result<Done> {
    for (const Batch& batch : batches) TRY_DONE(parts_->save(batch));
    return Done{};
  });
}

Result<dispatch::Memory> SqliteStore::recall(const CommunityId& community, Instant closed_since) {
  return parts_->database->guard([&]() -> Result<dispatch::Memory> {
    TRY(files, parts_->files.recall(community, closed_since));
    TRY(parcels, parts_->parcels.live(community));
    TRY(devices, parts_->devices.memories(community));
    TRY(matters, parts_->devices.open_matters(community));
    TRY(facts, parts_->devices.facts(community, closed_since));
    std::vector<dispatch::LastHeard> heard;
    for (LastSeen& seen : parts_->wire.last_seen(community)) {
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
  return parts_->database->guard([&] { return parts_->files.find(id); });
}

Result<std::vector<JournalLine>> SqliteStore::journal(const JournalQuery& query) {
  return parts_->database->guard([&] { return parts_->journal.lines(query); });
}

Result<ChainCheck> SqliteStore::check_journal() {
  TRY(reader,
      Database::open(parts_->database->path(), {.vfs = parts_->options.vfs, .read_only = true}));
  return reader->guard([&]() -> Result<ChainCheck> { return check_chain(*reader); });
}

Result<bool> SqliteStore::compact(Instant over_before) {
  parts_->reserve.keep();
  return parts_->write([&]() -> Result<bool> {
    if (parts_->parcels.compact(over_before)) return true;
    return parts_->journal.compact();
  });
}

Result<Done> SqliteStore::copy_to(const std::string& path) {
  TRY(reader,
      Database::open(parts_->database->path(), {.vfs = parts_->options.vfs, .read_only = true}));
  return copy_database(*reader, path);
}

// ---- RecordStore and AccessStore ---------------------------------------------------

Result<household::Records> SqliteStore::records(const CommunityId& community) {
  auto records = parts_->database->guard([&] { return parts_->records.read(community); });
  parts_->database->forget_pages();
  return records;
}

Result<Done> SqliteStore::replace_records(const CommunityId& community,
                                          const household::Records& records,
                                          const dispatch::JournalEntry& entry) {
  if (const auto twice = repeated_id(records)) {
    return fail(Error::Code::invalid, *twice + " is in the records twice");
  }
  return parts_->write([&]() -> Result<Done> {
    parts_->records.replace(community, records);
    parts_->journal.append(entry);
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
  return parts_->database->guard([&]() -> Result<std::optional<Instant>> {
    Query newest = parts_->database->query(
        "SELECT max(at) FROM (SELECT max(at) AS at FROM journal"
        " UNION ALL SELECT max(latest) FROM journal_blocks INDEXED BY journal_blocks_times"
        " UNION ALL SELECT max(at) FROM last_seen UNION ALL SELECT at FROM latest_turn)");
    if (!newest.next() || newest.is_null(0)) return std::optional<Instant>();
    return std::optional(newest.time(0));
  });
}

Result<std::vector<IncidentId>> SqliteStore::incidents(const IncidentQuery& query) {
  return parts_->database->guard([&] { return parts_->files.search(query); });
}

Result<std::vector<dispatch::Parcel>> SqliteStore::parcels(const IncidentId& incident) {
  return parts_->database->guard([&] { return parts_->parcels.about(incident); });
}

Result<std::vector<RawMessage>> SqliteStore::raw(const CommunityId& community,
                                                 const std::string& topic) {
  return parts_->database->guard(
      [&]() -> Result<std::vector<RawMessage>> { return parts_->wire.raw(community, topic); });
}

Result<std::vector<LastSeen>> SqliteStore::last_seen(const CommunityId& community) {
  return parts_->database->guard(
      [&]() -> Result<std::vector<LastSeen>> { return parts_->wire.last_seen(community); });
}

Result<std::vector<SeenDay>> SqliteStore::seen_days(const CommunityId& community,
                                                    std::chrono::sys_days first,
                                                    std::chrono::sys_days last) {
  return parts_->database->guard(
      [&]() -> Result<std::vector<SeenDay>> { return parts_->wire.days(community, first, last); });
}

}  // namespace shouwang::store
