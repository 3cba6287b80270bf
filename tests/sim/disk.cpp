#include "tests/sim/disk.h"

#include <algorithm>

#include "base/check.h"
#include "base/planted.h"
#include "tests/sim/town.h"

namespace shouwang::sim {
namespace {

using planted::Bug;

// What some planted bugs make of a batch.
store::Batch bent(store::Batch batch) {
  if (planted::is(Bug::lose_parcels)) batch.parcels.clear();
  if (planted::is(Bug::lose_journal)) {
    for (auto& entry : batch.journal) {
      if (entry.type == "wave" || entry.type == "delivery") entry.facts.clear();
      if (entry.type == "delivery") entry.actor = "gateway";
    }
  }
  return batch;
}

bool bends() { return planted::is(Bug::lose_parcels) || planted::is(Bug::lose_journal); }

}  // namespace

Disk::Disk(Town& town) : town_(town) {
  const bool lossy = town.options().sqlite != 0 && town.look().store_path.empty();
  if (lossy) lossy_ = std::make_unique<testing::LossyDisk>(town.options().seed);
  if (lossy_ && planted::is(Bug::skip_sync)) lossy_->ignore_syncs();
  open();
}

Disk::~Disk() = default;

void Disk::open() {
  const std::string& real = town_.look().store_path;
  if (!real.empty()) return open_sqlite(real, "");
  if (lossy_ != nullptr) {
    return open_sqlite("/sim-" + std::to_string(town_.options().seed) + ".db", lossy_->vfs());
  }
  memory_ = std::make_unique<store::MemoryStore>(store::MemoryStore::Options{
      .through_codec = town_.options().codec != 0, .seed = town_.options().seed});
}

void Disk::open_sqlite(const std::string& path, const std::string& vfs) {
  auto opened = store::SqliteStore::open(path, {.vfs = vfs});
  if (!opened) return town_.broken("WhatIsSavedIsKept", "the store: " + opened.error().what);
  sqlite_ = std::move(*opened);
}

store::Store& Disk::inner() {
  if (sqlite_ != nullptr) return *sqlite_;
  CHECK(memory_ != nullptr);
  return *memory_;
}

void Disk::cut_power() {
  if (lossy_ != nullptr) {
    lossy_->cut_power();
    sqlite_.reset();
    open();
    return;
  }
  if (unsynced_.empty()) return;
  unsynced_.clear();
  open();
  for (const auto& batches : synced_) static_cast<void>(memory_->save(batches));
}

Instant Disk::latest() {
  const auto latest = sqlite_ != nullptr ? sqlite_->latest() : memory_->latest();
  return latest && *latest ? **latest : Instant{};
}

Result<Done> Disk::save(std::vector<store::Batch> batches) {
  town_.crash_point(Fault::crash_in_save);
  if (failing_) {
    town_.count(*failing_ == Error::Code::disk_full ? Fault::disk_full : Fault::disk_io);
    return fail(*failing_, "the disk was made to fail");
  }
  std::vector<store::Batch> bent_batches;
  if (bends()) {
    std::ranges::transform(batches, std::back_inserter(bent_batches), bent);
    batches = std::move(bent_batches);
  }
  auto saved = commit(batches);
  if (!saved) {
    town_.broken("WhatIsSavedIsKept", "save() failed: " + saved.error().what);
    return saved;
  }
  town_.saved(batches);
  town_.crash_point(Fault::crash_in_save);
  return saved;
}

Result<Done> Disk::commit(std::span<const store::Batch> batches) {
  if (planted::is(Bug::skip_sync) && lossy_ == nullptr) {
    unsynced_.emplace_back(batches.begin(), batches.end());
    if (unsynced_.size() >= 20) {
      std::ranges::move(unsynced_, std::back_inserter(synced_));
      unsynced_.clear();
    }
  }
  return inner().save({batches.begin(), batches.end()});
}

Result<bool> Disk::catch_up() {
  if (failing_) return fail(*failing_, "the disk was made to fail");
  return inner().catch_up();
}

Result<bool> Disk::compact(Instant over_before) {
  if (failing_) return fail(*failing_, "the disk was made to fail");
  return inner().compact(over_before);
}

Result<dispatch::Memory> Disk::recall(const CommunityId& community, Instant closed_since) {
  if (damaged_ > 0) {
    --damaged_;
    town_.count(Fault::corrupt_row);
    return fail(Error::Code::corrupt, "a row was damaged");
  }
  auto memory = inner().recall(community, closed_since);
  if (!memory) return memory;
  if (planted::is(Bug::lose_outbox)) memory->parcels.clear();
  if (planted::is(Bug::lose_told)) {
    for (auto& file : memory->files) {
      file.incident.told.clear();
      file.progress.waves_run = 0;
      file.progress.loop_at.reset();
    }
  }
  return memory;
}

}  // namespace shouwang::sim
