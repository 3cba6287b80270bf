// The memory on disk: one SQLite database (README.md), WAL, every commit synced.
//
// All four doors belong to the loop's thread, but for copy_to() and check_journal(): these open a
// connection of their own and may, and for a large store should, be called from a worker while
// the loop goes on saving.

#pragma once

#include <memory>
#include <string>

#include "store/archive.h"
#include "store/journal_table.h"
#include "store/records.h"
#include "store/store.h"

namespace shouwang::store {

class SqliteStore final : public Store, public RecordStore, public AccessStore, public Archive {
 public:
  struct Options {
    std::string vfs;     // SQLite's name for a file system; empty: the system's. For tests.
    Millis busy{1'000};  // How long another program's lock on the database is waited for.
    JournalSizes journal;
    std::uint64_t reserve = 0;  // Bytes of the disk held for the day on which it is full.
  };

  // Opens the database at `path`, or makes it, brings its schema up to date, and holds
  // `<path>.lock` until the store is destroyed.
  //
  // Errors: locked (another process has it), newer_schema, corrupt (not a database, or damaged),
  // invalid (another program's database), disk_full, io (read-only, no directory, ...). Each says
  // in one sentence what to do. A full disk is one only once the reserve has been given up: here,
  // and in every call that writes. compact() makes it anew when there is room again.
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path, const Options& options);
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path) {
    return open(path, Options{});
  }
  ~SqliteStore() override;

  Result<Done> save(std::vector<Batch> batches) override;
  Result<bool> catch_up() override;
  Result<dispatch::Memory> recall(const CommunityId& community, Instant closed_since) override;
  Result<dispatch::File> file(const IncidentId& id) override;
  Result<std::vector<JournalLine>> journal(const JournalQuery& query) override;
  Result<ChainCheck> check_journal() override;
  Result<bool> compact(Instant over_before) override;
  Result<Done> copy_to(const std::string& path) override;

  Result<household::Records> records(const CommunityId& community) override;
  Result<Done> replace_records(const CommunityId& community, const household::Records& records,
                               const dispatch::JournalEntry& entry) override;

  Result<std::vector<User>> users() override;
  Result<Done> put_user(const User& user) override;
  Result<std::vector<Phone>> phones() override;
  Result<Done> put_phone(const Phone& phone) override;
  Result<Done> drop_phone(const std::string& id) override;
  Result<std::string> secret_key(const std::string& purpose) override;

  Result<std::optional<Instant>> latest() override;
  Result<std::vector<IncidentId>> incidents(const IncidentQuery& query) override;
  Result<std::vector<dispatch::Parcel>> parcels(const IncidentId& incident) override;
  Result<std::vector<RawMessage>> raw(const CommunityId& community,
                                      const std::string& topic) override;
  Result<std::vector<LastSeen>> last_seen(const CommunityId& community) override;
  Result<std::vector<SeenDay>> seen_days(const CommunityId& community, std::chrono::sys_days first,
                                         std::chrono::sys_days last) override;

 private:
  struct Parts;
  static Result<std::unique_ptr<SqliteStore>> open_once(const std::string& path,
                                                        const Options& options);
  explicit SqliteStore(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace shouwang::store
