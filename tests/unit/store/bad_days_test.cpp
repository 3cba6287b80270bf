// Full disks, failing disks, power cuts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

#include "store/sqlite_store.h"
#include "tests/contract/store_samples.h"
#include "tests/support/expect_result.h"
#include "tests/support/lossy_disk.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/store/raw_sql.h"

namespace shouwang::store {
namespace {

using ::testing::IsEmpty;
using testing::LossyDisk;

// A store on a disk that can have a bad day.
class BadDay : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteStore> open(LossyDisk& disk) {
    auto opened = SqliteStore::open(dir / "store.db", {.vfs = disk.vfs()});
    EXPECT_TRUE(opened) << opened.error().what;
    return opened ? std::move(*opened) : nullptr;
  }
  static dispatch::File big_alarm(const std::string& id) {
    auto file = alarm(id.c_str());
    file.incident.notes.push_back(
        {.at = at(0), .by = PersonId("R1"), .text = std::string(20'000, 'x')});
    return file;
  }
  testing::TempDir dir;
};

// ---- full and failing -----------------------------------------------------------------

TEST_F(BadDay, AFullDiskWritesNothingAndTheNextSaveWorksWhenThereIsRoom) {
  LossyDisk disk(1);
  auto store = open(disk);
  ASSERT_DONE(save(*store, {.files = {alarm("i1")}, .journal = {entry("raised")}}));
  const std::string head = store->check_journal()->head;
  const Batch more{.community = kElm,
                   .files = {big_alarm("i2")},
                   .parcels = {parcel("i2.1", "i2")},
                   .journal = {entry("raised", 1, "i2")}};

  disk.limit_room(4'000);
  for (int i = 0; i < 3; ++i) EXPECT_CODE(store->save({more}), Error::Code::disk_full);
  EXPECT_EQ(store->recall(kElm, at(0))->files.size(), 1U);
  EXPECT_THAT(store->recall(kElm, at(0))->parcels, IsEmpty());
  EXPECT_EQ(*store->check_journal(), (ChainCheck{.lines = 1, .head = head}));

  disk.limit_room(std::nullopt);
  EXPECT_DONE(store->save({more}));
  disk.cut_power();
  store.reset();
  store = open(disk);
  EXPECT_EQ(store->recall(kElm, at(0))->files.size(), 2U);
  EXPECT_EQ(store->check_journal()->broken_at, std::nullopt);
}

TEST_F(BadDay, ADiskThatStaysFullTakesAlarmsAgainAsSoonAsThereIsRoomHoweverOftenItFailed) {
  LossyDisk disk(2);
  auto store = open(disk);
  for (int round = 0; round < 20; ++round) {
    disk.limit_room(1'000U + 3'000U * static_cast<unsigned>(round));
    const std::string id = "i" + std::to_string(round);
    const Batch batch{.community = kElm, .files = {big_alarm(id)}, .journal = {entry("raised")}};
    if (!store->save({batch})) {
      disk.limit_room(std::nullopt);
      ASSERT_DONE(store->save({batch}));
    }
  }
  EXPECT_EQ(store->recall(kElm, at(0))->files.size(), 20U);
  EXPECT_EQ(*store->check_journal(),
            (ChainCheck{.lines = 20, .head = store->journal({.after = 19})->at(0).hash}));
}

// Whatever write or sync of a save fails, either all of it is there or nothing, and the store
// says which; afterwards it works again.
TEST_F(BadDay, AFailingWriteOrSyncLeavesAllOrNothing) {
  for (const bool sync : {false, true}) {
    for (std::uint64_t n = 1; n <= 12; ++n) {
      LossyDisk disk(n);
      auto store = open(disk);
      ASSERT_DONE(save(*store, {.files = {alarm("i1")}, .journal = {entry("raised")}}));
      sync ? disk.fail_sync(n) : disk.fail_write(n);
      const Batch more{
          .community = kElm, .files = {big_alarm("i2")}, .journal = {entry("raised", 1, "i2")}};
      const auto first = store->save({more});
      EXPECT_TRUE(first || first.error().code == Error::Code::io);
      EXPECT_EQ(store->recall(kElm, at(0))->files.size(), first ? 2U : 1U);
      EXPECT_EQ(store->check_journal()->lines, first ? 2U : 1U);
      EXPECT_TRUE(first || store->save({more}));
      EXPECT_EQ(store->check_journal()->broken_at, std::nullopt);
      EXPECT_EQ(store->check_journal()->lines, 2U);
      store.reset();
      std::filesystem::remove(dir / "store.db.lock");
    }
  }
}

TEST_F(BadDay, AFullDiskAtTheStartIsSaidToBeFull) {
  LossyDisk disk(3);
  disk.limit_room(10'000);
  const auto opened = SqliteStore::open(dir / "store.db", {.vfs = disk.vfs()});
  ASSERT_FALSE(opened);
  EXPECT_EQ(name_of(opened.error().code), "disk_full") << opened.error().what;
}

// ---- power cuts -----------------------------------------------------------------------------

// Saves numbered incidents until `saves` have succeeded, cuts the power, and says how many of
// them a restart finds; at most one more was under way.
struct Aftermath {
  std::size_t found = 0;
  bool chain_holds = false;
  bool sound = false;
};
Aftermath cut_after(const std::string& path, LossyDisk& disk, int saves) {
  {
    auto store = SqliteStore::open(path, {.vfs = disk.vfs()});
    EXPECT_TRUE(store);
    for (int i = 0; i < saves; ++i) {
      const std::string id = "i" + std::to_string(i);
      EXPECT_TRUE(save(**store, {.files = {alarm(id.c_str())},
                                 .parcels = {parcel((id + ".1").c_str(), id.c_str())},
                                 .journal = {entry("raised", i, id.c_str())}}));
    }
    disk.cut_power();
  }
  const auto store = SqliteStore::open(path, {.vfs = disk.vfs()});
  if (!store) return {};
  const auto memory = (*store)->recall(kElm, at(0));
  const auto check = (*store)->check_journal();
  if (!memory || !check) return {};
  return {.found = memory->files.size(),
          .chain_holds = !check->broken_at && check->lines == memory->files.size(),
          .sound = memory->parcels.size() == memory->files.size()};
}

TEST_F(BadDay, WhatSaveReturnedForIsThereAfterAPowerCut) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    LossyDisk disk(seed);
    const int saves = static_cast<int>(seed % 12) + 1;
    const Aftermath after = cut_after(dir / "store.db", disk, saves);
    EXPECT_EQ(after.found, static_cast<std::size_t>(saves)) << "seed " << seed;
    EXPECT_TRUE(after.chain_holds && after.sound) << "seed " << seed;
  }
}

TEST_F(BadDay, ItIsStillThereWhenTheLogIsFoldedIntoTheDatabaseAtTheCut) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    LossyDisk disk(seed);
    {
      auto store = open(disk);
      // Enough for several checkpoints; the cut comes at another place with each seed.
      for (int i = 0; i < 400 + static_cast<int>(seed) * 7; ++i) {
        ASSERT_DONE(save(*store, {.files = {big_alarm("i" + std::to_string(i))},
                                  .journal = {entry("raised", i)}}));
      }
      disk.cut_power();
    }
    auto store = open(disk);
    EXPECT_EQ(store->recall(kElm, at(0))->files.size(), 400U + seed * 7) << "seed " << seed;
    EXPECT_EQ(store->check_journal()->broken_at, std::nullopt);
  }
}

TEST_F(BadDay, TheTestDiskWouldCatchAMissingSync) {
  std::size_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    LossyDisk disk(seed);
    { auto made = open(disk); }  // The tables are safe; only the saves are not.
    disk.ignore_syncs();
    if (cut_after(dir / "store.db", disk, 10).found < 10) ++lost;
  }
  EXPECT_GE(lost, 15U);
}

TEST_F(BadDay, TheTestDiskTellsFullSyncFromNormal) {
  const auto rows_after = [&](const char* synchronous) {
    std::size_t lost = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      LossyDisk disk(seed);
      {
        RawSql sql("plain.db", disk.vfs().c_str());
        EXPECT_EQ(sql.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                          "CREATE TABLE t (n); PRAGMA synchronous = " +
                          std::string(synchronous)),
                  "");
        for (int i = 0; i < 10; ++i) EXPECT_EQ(sql.run("INSERT INTO t VALUES (1)"), "");
        disk.cut_power();
      }
      RawSql sql("plain.db", disk.vfs().c_str());
      if (sql.ask("SELECT count(*) FROM t") != "10") ++lost;
    }
    return lost;
  };
  EXPECT_EQ(rows_after("FULL"), 0U);
  EXPECT_GE(rows_after("NORMAL"), 10U);
}

// ---- the real system ----------------------------------------------------------------------

// Runs `body` in a process of its own, which may limit or remount what it likes; 0 is success.
int in_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Saves incidents for ever and says the number of each on `out` once it is saved.
[[noreturn]] void save_until_killed(const std::string& path, int out) {
  auto store = SqliteStore::open(path);
  for (int i = store ? static_cast<int>((*store)->check_journal()->lines) : -1; i >= 0; ++i) {
    const std::string id = "i" + std::to_string(i);
    const auto done = save(**store, {.files = {alarm(id.c_str())},
                                     .parcels = {parcel((id + ".1").c_str(), id.c_str())},
                                     .journal = {entry("raised", i, id.c_str())}});
    if (!done || ::write(out, &i, sizeof i) != sizeof i) break;
  }
  ::_exit(1);
}

TEST_F(BadDay, WhatSaveReturnedForIsThereWhenTheProcessIsKilled) {
  const std::string path = dir / "store.db";
  int saved_last = -1;
  for (int round = 0; round < 12; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) save_until_killed(path, ends[1]);
    ::close(ends[1]);
    // Killed right after a word of success, somewhere within the saves that follow it.
    for (int said = 0; said < 5 + 7 * round; ++said) {
      ASSERT_EQ(::read(ends[0], &saved_last, sizeof saved_last),
                static_cast<ssize_t>(sizeof saved_last));
    }
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    while (::read(ends[0], &saved_last, sizeof saved_last) > 0) continue;
    ::close(ends[0]);

    auto store = SqliteStore::open(path);
    ASSERT_TRUE(store) << "the lock of a dead process holds nobody up: " << store.error().what;
    const auto memory = (*store)->recall(kElm, at(0));
    const auto check = (*store)->check_journal();
    ASSERT_TRUE(memory && check);
    const std::size_t found = memory->files.size();
    EXPECT_GE(found, static_cast<std::size_t>(saved_last) + 1);
    EXPECT_LE(found, static_cast<std::size_t>(saved_last) + 2);
    EXPECT_EQ(memory->parcels.size(), found);
    EXPECT_EQ(check->lines, found);
    EXPECT_EQ(check->broken_at, std::nullopt);
  }
}

TEST_F(BadDay, AFileThatMayNotGrowIsAnErrorOfTheSystemNotAnEnd) {
  const std::string path = dir / "store.db";
  EXPECT_EQ(in_child([&] {
              std::signal(SIGXFSZ, SIG_IGN);
              auto store = SqliteStore::open(path);
              if (!store || !save(**store, {.files = {alarm("i1")}})) return 1;
              const rlimit limit{200'000, RLIM_INFINITY};
              if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
              Result<Done> last = Done{};
              for (int i = 2; last && i < 100; ++i) {
                last = save(**store, {.files = {big_alarm("i" + std::to_string(i))}});
              }
              if (last || last.error().code != Error::Code::io) return 3;
              const rlimit none{RLIM_INFINITY, RLIM_INFINITY};
              if (::setrlimit(RLIMIT_FSIZE, &none) != 0) return 4;
              return save(**store, {.files = {big_alarm("i100")}}) ? 0 : 5;
            }),
            0);
}

// 0: held; 77: this machine does not let a test mount a file system; else the step that failed.
int live_on_the_reserve(const std::string& mount) {
  constexpr std::uint64_t kReserve = 1 << 20;
  const std::string path = mount + "/store.db";
  const std::string reserve = path + ".reserve";
  const auto fill = [&] { std::ofstream(mount + "/ballast") << std::string(64 << 20, 'x'); };
  const auto is_there = [&] { return std::filesystem::exists(reserve); };
  if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return 77;
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return 77;
  if (::mount("tmpfs", mount.c_str(), "tmpfs", 0, "size=16m") != 0) return 77;
  {
    auto store = SqliteStore::open(path, {.reserve = kReserve});
    if (!store || !is_there()) return 1;
    fill();
    // Until the room in the files is used up, and beyond.
    for (int i = 0; i < 100 && is_there(); ++i) {
      const RawMessage large{.topic = std::to_string(i), .payload = std::string(60'000, 'x')};
      if (!save(**store, {.raw = {large}})) return 2;
    }
    if (is_there()) return 3;
    if (!save(**store, {.files = {alarm("last")}})) return 4;
    if (!(*store)->compact(at(0)) || is_there()) return 5;
    std::filesystem::remove(mount + "/ballast");
    if (!(*store)->compact(at(0)) || !is_there()) return 6;
  }
  fill();
  auto store = SqliteStore::open(path, {.reserve = kReserve});
  if (!store) return 7;
  return (*store)->file(IncidentId("last")) ? 0 : 8;
}

TEST_F(BadDay, AFullDiskIsLivedThroughOnTheReserveAndItIsMadeAnewWhenThereIsRoom) {
  const std::string mount = dir / "small";
  std::filesystem::create_directory(mount);
  const int result = in_child([&] { return live_on_the_reserve(mount); });
  if (result == 77) GTEST_SKIP() << "this machine does not let a test mount a file system";
  EXPECT_EQ(result, 0);
}

// The same without the rights to mount: the disk is full all the same, but what is done can be
// seen.
TEST_F(BadDay, TheReserveIsGivenUpBeforeADiskIsCalledFullAndMadeAnewAfterwards) {
  LossyDisk disk(1);
  const std::string reserve = dir / "store.db.reserve";
  auto store = SqliteStore::open(dir / "store.db", {.vfs = disk.vfs(), .reserve = 1 << 20});
  ASSERT_TRUE(store);
  EXPECT_EQ(std::filesystem::file_size(reserve), 1U << 20);
  const RawMessage large{.topic = "t", .payload = std::string(60'000, 'x')};

  disk.limit_room(4'000);
  EXPECT_CODE(save(**store, {.raw = {large}}), Error::Code::disk_full);
  EXPECT_FALSE(std::filesystem::exists(reserve));
  disk.limit_room(std::nullopt);
  EXPECT_DONE(save(**store, {.raw = {large}}));
  EXPECT_TRUE((*store)->compact(at(0)));
  EXPECT_EQ(std::filesystem::file_size(reserve), 1U << 20);
}

TEST_F(BadDay, ADiskThatWouldBeNearlyFullWithItIsLeftWithoutAReserve) {
  const auto free = std::filesystem::space(dir.path()).available;
  auto store = SqliteStore::open(dir / "store.db", {.reserve = free / 4});
  ASSERT_TRUE(store);
  EXPECT_FALSE(std::filesystem::exists(dir / "store.db.reserve"));
}

// Own mounts need rights that a build machine may not give; what the store does on a full disk is
// tested above in any case. This test adds that the kernel's own error is understood.
TEST_F(BadDay, ARealFileSystemThatIsFullOrReadOnlyIsUnderstood) {
  const std::string mount = dir / "small";
  std::filesystem::create_directory(mount);
  const int result = in_child([&] {
    if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return 77;
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return 77;
    if (::mount("tmpfs", mount.c_str(), "tmpfs", 0, "size=1m") != 0) return 77;
    {
      auto store = SqliteStore::open(mount + "/store.db");
      if (!store) return 1;
      Result<Done> last = Done{};
      for (int i = 1; last && i < 100; ++i) {
        last = save(**store, {.files = {big_alarm("i" + std::to_string(i))}});
      }
      if (last || last.error().code != Error::Code::disk_full) return 2;
      if (::mount("tmpfs", mount.c_str(), "tmpfs", MS_REMOUNT, "size=8m") != 0) return 3;
      if (!save(**store, {.files = {big_alarm("i100")}})) return 4;
      if ((*store)->check_journal()->broken_at) return 5;
      if ((*store)->copy_to(mount + "/copy.db") != Done{}) return 6;
    }
    if (::mount("tmpfs", mount.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=8m") != 0) return 7;
    const auto refused = SqliteStore::open(mount + "/store.db");
    if (refused || refused.error().code != Error::Code::io) return 8;
    return refused.error().what.find("write to it") != std::string::npos ? 0 : 9;
  });
  if (result == 77) GTEST_SKIP() << "this machine does not let a test mount a file system";
  EXPECT_EQ(result, 0);
}

}  // namespace
}  // namespace shouwang::store
