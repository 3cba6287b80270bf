// The store as a bad disk makes it: fails when told to, loses what was not synced when the power
// goes, holds a damaged row until somebody repairs it.
//
// Behind it a MemoryStore, or the real SqliteStore on tests/support/lossy_disk.h.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "tests/support/lossy_disk.h"

namespace shouwang::sim {

class Town;

class Disk final : public store::Store {
 public:
  // As the town's options and look say.
  explicit Disk(Town& town);
  ~Disk() override;

  // Saves fail with this from now on.
  void fail_with(std::optional<Error::Code> code) { failing_ = code; }
  bool is_failing() const { return failing_.has_value(); }
  // The next start finds a damaged row, so many times.
  void damage(int times) { damaged_ += times; }
  void repair() { damaged_ = 0; }
  // What a power cut does to it.
  void cut_power();
  // Only where there is one.
  store::SqliteStore& sqlite() { return *sqlite_; }
  void close() { sqlite_.reset(); }
  // When the newest thing on it happened.
  Instant latest();

  Result<Done> save(std::vector<store::Batch> batches) override;
  Result<dispatch::Memory> recall(const CommunityId& community, Instant closed_since) override;
  Result<dispatch::File> file(const IncidentId& id) override { return inner().file(id); }
  Result<std::vector<store::JournalLine>> journal(const store::JournalQuery& query) override {
    return inner().journal(query);
  }
  Result<store::ChainCheck> check_journal() override { return inner().check_journal(); }
  Result<bool> catch_up() override;
  Result<bool> compact(Instant over_before) override;
  Result<Done> copy_to(const std::string& path) override { return inner().copy_to(path); }

 private:
  store::Store& inner();
  void open();
  void open_sqlite(const std::string& path, const std::string& vfs);
  Result<Done> commit(std::span<const store::Batch> batches);

  Town& town_;
  std::unique_ptr<testing::LossyDisk> lossy_;  // Only with SQLite.
  std::unique_ptr<store::SqliteStore> sqlite_;
  std::unique_ptr<store::MemoryStore> memory_;
  std::vector<std::vector<store::Batch>> unsynced_;  // Only with Bug::skip_sync.
  std::vector<std::vector<store::Batch>> synced_;
  std::optional<Error::Code> failing_;
  int damaged_ = 0;
};

}  // namespace shouwang::sim
