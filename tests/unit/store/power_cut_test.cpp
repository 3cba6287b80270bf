// The plug is pulled at every sync, before it and after it, and in the middle of writes: whatever
// save() returned success for is there when the store is opened again, whole and in order; of the
// save that was under way all is there or nothing. After each save something is packed.

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "tests/support/lossy_disk.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/store/steps.h"

namespace shouwang::store {
namespace {

using testing::LossyDisk;

constexpr int kSaves = 12;
constexpr int kTries = 10 * kSaves;

// Everything that a community's part of a store holds.
struct Share {
  bool is_readable = true;
  std::vector<dispatch::File> files;
  std::vector<dispatch::Parcel> parcels;
  std::vector<dispatch::DeviceMemory> devices;
  std::vector<dispatch::Matter> matters;
  std::vector<household::DatedFact> facts;
  std::vector<RawMessage> raw;
  std::vector<LastSeen> seen;
  std::vector<SeenDay> days;
  friend bool operator==(const Share&, const Share&) = default;
};
struct Contents {
  Share elm;
  Share oak;
  std::vector<std::vector<dispatch::Parcel>> told;  // By incident.
  std::vector<JournalLine> journal;
  ChainCheck chain;
  friend bool operator==(const Contents&, const Contents&) = default;
};

template <class Kept>
Share share_of(Kept& store, const CommunityId& community) {
  auto memory = store.recall(community, Instant::min());
  if (!memory) return {.is_readable = false};
  return {.is_readable = true,
          .files = memory->files,
          .parcels = memory->parcels,
          .devices = memory->devices,
          .matters = memory->matters,
          .facts = memory->facts,
          .raw = store.raw(community, "").value_or(std::vector<RawMessage>{}),
          .seen = store.last_seen(community).value_or(std::vector<LastSeen>{}),
          .days = store.seen_days(community, {}, std::chrono::sys_days::max())
                      .value_or(std::vector<SeenDay>{})};
}
template <class Kept>
Contents contents_of(Kept& store) {
  std::vector<std::vector<dispatch::Parcel>> told;
  for (const char* id : {"elm-i0", "elm-i1", "elm-i2", "elm-i3", "oak-i0", "oak-i1"}) {
    told.push_back(store.parcels(IncidentId(id)).value_or(std::vector<dispatch::Parcel>{}));
  }
  return {.elm = share_of(store, kElm),
          .oak = share_of(store, kOak),
          .told = std::move(told),
          .journal = store.journal({.most = 10'000}).value_or(std::vector<JournalLine>{}),
          .chain = store.check_journal().value_or(ChainCheck{.broken_at = 1})};
}

// What a run came to that was cut off somewhere.
struct Aftermath {
  int acknowledged = 0;    // Saves that returned success...
  bool under_way = false;  // ... and one that did not return.
  bool is_kept = false;    // What was acknowledged, and all or nothing of what was under way.
  bool is_whole = false;   // Of the one under way all is there.
};

class PowerCut : public ::testing::Test {
 protected:
  using Plan = std::function<void(LossyDisk&)>;

  std::unique_ptr<SqliteStore> open(LossyDisk& disk) {
    auto opened = SqliteStore::open(dir_ / "store.db",
                                    {.vfs = disk.vfs(), .journal = {.loose = 2, .block = 3}});
    return opened ? std::move(*opened) : nullptr;
  }

  // Saves what the seed says, each save with `bulk` large messages more, until the power goes, at
  // the latest after the last one. `plan` is told to the disk before the store is first opened,
  // `later` after.
  Aftermath run(std::uint64_t seed, const Plan& plan, const Plan& later, int bulk = 0,
                int saves = kSaves) {
    LossyDisk disk(seed);
    Steps steps(seed);
    MemoryStore promised;
    MemoryStore perhaps;  // With what was under way.
    Aftermath after;
    plan(disk);
    {
      auto store = open(disk);
      if (store) later(disk);
      // Some of them conflict with what is there and are refused.
      for (int i = 0; store && i < kTries && after.acknowledged < saves && disk.cuts() == 0; ++i) {
        std::vector<Batch> batches{steps.batch(), steps.batch()};
        for (int more = 0; more < bulk; ++more) {
          batches.front().raw.push_back({.topic = "t", .payload = std::string(kRawBytesMax, 'x')});
        }
        const bool saved = store->save(batches).has_value();
        static_cast<void>(perhaps.save(batches));
        after.under_way = !saved && disk.cuts() > 0;
        if (!saved) continue;  // (Or a conflict, which is none of our business here.)
        EXPECT_TRUE(promised.save(batches));
        ++after.acknowledged;
        if (disk.cuts() != 0) continue;
        // Turns wait for the next save, or are written into the tables, or these are packed, too.
        if (i % 3 == 1) static_cast<void>(store->catch_up());
        if (i % 3 == 2) static_cast<void>(store->compact(Instant::max()));
      }
      if (disk.cuts() == 0) disk.cut_power();
    }
    const auto store = open(disk);
    if (!store) return after;
    const Contents found = contents_of(*store);
    after.is_whole = after.under_way && found == contents_of(perhaps);
    after.is_kept =
        found.chain.broken_at == std::nullopt && (after.is_whole || found == contents_of(promised));
    return after;
  }
  static void nothing(LossyDisk&) {}

 private:
  testing::TempDir dir_;
};

TEST_F(PowerCut, AtEverySyncWhatWasPromisedIsKept) {
  int whole = 0;
  int gone = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    for (const auto side : {LossyDisk::Side::before, LossyDisk::Side::after}) {
      int acknowledged = -1;
      for (std::uint64_t n = 1; acknowledged < kSaves - 6; ++n) {
        const Aftermath after = run(
            seed, [&](LossyDisk& disk) { disk.cut_at_sync(n, side); }, nothing);
        ASSERT_TRUE(after.is_kept) << "seed " << seed << ", sync " << n;
        ASSERT_GE(after.acknowledged, acknowledged);
        acknowledged = after.acknowledged;
        if (after.under_way) ++(after.is_whole ? whole : gone);
        ASSERT_LT(n, 200U);
      }
    }
  }
  // A sync that did not return may have done its work, or not: both came up.
  EXPECT_GT(whole, 0);
  EXPECT_GT(gone, 0);
}

TEST_F(PowerCut, InTheMiddleOfAnyWriteWhatWasPromisedIsKept) {
  int under_way = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Aftermath after = run(
        seed, [&](LossyDisk& disk) { disk.cut_at_write(1 + seed * 7919 % 300); }, nothing);
    ASSERT_TRUE(after.is_kept) << "seed " << seed;
    under_way += after.under_way ? 1 : 0;
  }
  EXPECT_GT(under_way, 50);
}

// So large that the log is folded into the database on the way.
constexpr int kBulk = 30;
constexpr int kBulkSaves = 20;  // It is folded in at about the twelfth.

TEST_F(PowerCut, WhileTheLogIsFoldedInWhatWasPromisedIsKept) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Aftermath after = run(
        seed, nothing, [&](LossyDisk& disk) { disk.cut_at_write(6'000 + seed * 7919 % 10'000); },
        kBulk, kBulkSaves);
    ASSERT_TRUE(after.is_kept) << "seed " << seed;
  }
}

// ---- the same with a disk, or a store, that leaves out syncs: it must show ----------------------

TEST_F(PowerCut, WithoutAnySyncItWouldNotBeKept) {
  int lost = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    lost += run(seed, nothing, [](LossyDisk& disk) { disk.ignore_syncs(); }).is_kept ? 0 : 1;
  }
  EXPECT_GE(lost, 15);
}

// As PRAGMA synchronous = NORMAL does: the log is not synced at each commit.
TEST_F(PowerCut, WithoutTheLogsSyncItWouldNotBeKept) {
  int lost = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    lost += run(seed, nothing, [](LossyDisk& disk) { disk.ignore_syncs("-wal"); }).is_kept ? 0 : 1;
  }
  EXPECT_GE(lost, 15);
}

TEST_F(PowerCut, WithoutTheDatabasesSyncBeforeTheLogIsReusedItWouldNotBeKept) {
  int lost = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    // The more saves after the folding, the more the log holds anew of what the database lost.
    const int saves = 13 + static_cast<int>(seed % 3);
    const Aftermath after = run(
        seed, nothing, [](LossyDisk& disk) { disk.ignore_syncs("store.db"); }, kBulk, saves);
    lost += after.is_kept ? 0 : 1;
  }
  EXPECT_GE(lost, 3);
}

}  // namespace
}  // namespace shouwang::store
