// Two stores, told the same: what one remembers the other must remember. MemoryStore is short
// enough to be believed; so SqliteStore is held against it over thousands of steps that nobody
// chose.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "tests/contract/store_samples.h"
#include "tests/support/faulty_store.h"
#include "tests/support/lossy_disk.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/store/steps.h"

namespace shouwang::store {
namespace {

template <class T>
void same(const Result<T>& a, const Result<T>& b) {
  RC_ASSERT(a.has_value() == b.has_value());
  if (a) {
    RC_ASSERT(*a == *b);
  } else {
    RC_ASSERT(a.error().code == b.error().code);
  }
}

template <class One, class Other>
void compare(One& one, Other& other, Steps& steps) {
  for (const CommunityId& community : {kElm, kOak}) {
    const Instant since = at(static_cast<int>(steps.below(100'000'000)));
    const auto a = one.recall(community, since);
    const auto b = other.recall(community, since);
    RC_ASSERT(a.has_value());
    RC_ASSERT(a->files == b->files);
    RC_ASSERT(a->parcels == b->parcels);
    RC_ASSERT(a->devices == b->devices);
    RC_ASSERT(a->matters == b->matters);
    RC_ASSERT(a->facts == b->facts);
    same(one.raw(community, ""), other.raw(community, ""));
    same(one.last_seen(community), other.last_seen(community));
    same(one.seen_days(community, {}, std::chrono::sys_days::max()),
         other.seen_days(community, {}, std::chrono::sys_days::max()));
    const IncidentQuery query{
        .community = community,
        .cause = steps.below(2) == 0 ? std::optional(incident::Cause::pot) : std::nullopt,
        .most = steps.below(4) + 1};
    same(one.incidents(query), other.incidents(query));
  }
  for (int i = 0; i < 4; ++i) {
    const IncidentId id("elm-i" + std::to_string(i));
    same(one.file(id), other.file(id));
    same(one.parcels(id), other.parcels(id));
    same(one.journal({.incident = id}), other.journal({.incident = id}));
  }
  const Instant from = at(static_cast<int>(steps.below(100'000'000)));
  const JournalQuery page{.after = steps.below(5), .from = from, .most = steps.below(9) + 1};
  same(one.journal(page), other.journal(page));
  same(one.journal({.until = from}), other.journal({.until = from}));
  same(one.journal({}), other.journal({}));
  same(one.check_journal(), other.check_journal());
  same(one.latest(), other.latest());
}

TEST(Twins, SqliteAndMemoryRememberTheSame) {
  const testing::TempDir dir;
  const bool held = rc::check([&](std::uint64_t seed) {
    Steps steps(seed);
    testing::LossyDisk disk(seed);
    const SqliteStore::Options options{.vfs = disk.vfs(), .journal = {.loose = 3, .block = 4}};
    auto sqlite = SqliteStore::open(dir / "store.db", options);
    RC_ASSERT(sqlite.has_value());
    MemoryStore memory;
    for (int i = 0; i < 40; ++i) {
      const std::vector<Batch> batches{steps.batch(), steps.batch()};
      same((*sqlite)->save(batches), memory.save(batches));
      if (steps.below(3) == 0) {
        RC_ASSERT((*sqlite)->compact(at(static_cast<int>(steps.below(200'000'000)))).has_value());
      }
      if (steps.below(8) == 0) {
        sqlite->reset();
        sqlite = SqliteStore::open(dir / "store.db", options);
        RC_ASSERT(sqlite.has_value());
      }
    }
    compare(**sqlite, memory, steps);
  });
  EXPECT_TRUE(held);
}

// ---- the store that fails on purpose -------------------------------------------------------

TEST(FaultyStore, FailsTheCallItWasToldToAndDoesNothingThen) {
  MemoryStore inner;
  testing::FaultyStore store(inner, testing::FaultyStore::nth(2, Error::Code::disk_full));
  EXPECT_TRUE(save(store, {.journal = {entry("a")}}));
  const auto failed = save(store, {.journal = {entry("b")}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error(), (Error{Error::Code::disk_full, "save was made to fail"}));
  EXPECT_TRUE(save(store, {.journal = {entry("c")}}));
  EXPECT_EQ(store.calls(), 3U);
  EXPECT_EQ(store.failures(), 1U);
  EXPECT_EQ(inner.check_journal()->lines, 2U);
}

TEST(FaultyStore, EveryCallAsksItsFate) {
  MemoryStore inner;
  std::vector<std::string> asked;
  testing::FaultyStore store(inner, [&](std::uint64_t, std::string_view name) {
    asked.emplace_back(name);
    return std::optional(Error{Error::Code::io, "no"});
  });
  EXPECT_FALSE(store.save({}));
  EXPECT_FALSE(store.recall(kElm, at(0)));
  EXPECT_FALSE(store.file(IncidentId("i1")));
  EXPECT_FALSE(store.journal({}));
  EXPECT_FALSE(store.check_journal());
  EXPECT_FALSE(store.compact(at(0)));
  EXPECT_FALSE(store.copy_to("/nowhere"));
  EXPECT_EQ(asked, (std::vector<std::string>{"save", "recall", "file", "journal", "check_journal",
                                             "compact", "copy_to"}));
  store.set_fate(testing::FaultyStore::never());
  EXPECT_TRUE(store.check_journal());
}

}  // namespace
}  // namespace shouwang::store
