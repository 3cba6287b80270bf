#include "store/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "store/database.h"
#include "store/schema.h"
#include "store/sqlite_store.h"
#include "tests/contract/store_samples.h"
#include "tests/support/expect_result.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/store/raw_sql.h"

namespace shouwang::store {
namespace {

using ::testing::HasSubstr;

class Backup : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteStore> open(const std::string& file) {
    auto opened = SqliteStore::open(file);
    EXPECT_TRUE(opened) << opened.error().what;
    return opened ? std::move(*opened) : nullptr;
  }
  // A store with something in every table, copied, and changed after that.
  void make_copy() {
    auto store = open(path);
    ASSERT_DONE(save(*store, {.files = {alarm("i1")},
                              .parcels = {parcel("i1.1", "i1")},
                              .devices = {memory("GA-1")},
                              .matters = {matter("m")},
                              .facts = {away("a", at(100))},
                              .journal = {entry("raised"), entry("wave")},
                              .raw = {{.at = at(3), .topic = "t", .payload = "x"}},
                              .seen = {{.device = DeviceId("d"), .at = at(9), .messages = 4}}}));
    ASSERT_DONE(store->replace_records(kElm, some_records(), entry("import")));
    ASSERT_DONE(store->put_user(desk()));
    ASSERT_DONE(store->put_phone(phone("p1")));
    ASSERT_TRUE(store->secret_key("links"));
    ASSERT_DONE(store->copy_to(copy));
    ASSERT_DONE(save(*store, {.files = {saved(alarm("i1"))}, .journal = {entry("later")}}));
  }
  // Every row of every table as text.
  static std::string dump(const std::string& file) {
    sqlite3* connection = nullptr;
    sqlite3_open_v2(file.c_str(), &connection, SQLITE_OPEN_READONLY, nullptr);
    std::string all;
    const auto add = [](void* out, int count, char** values, char**) {
      auto& text = *static_cast<std::string*>(out);
      for (int i = 0; i < count; ++i)
        text.append(values[i] == nullptr ? "-" : values[i]).append("|");
      text.append("\n");
      return 0;
    };
    std::string tables;
    sqlite3_exec(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
                 add, &tables, nullptr);
    std::istringstream names(tables);
    for (std::string name; std::getline(names, name, '|');) {
      std::erase(name, '\n');
      if (name.empty()) continue;
      all.append(name).append(":\n");
      sqlite3_exec(connection, ("SELECT * FROM " + name).c_str(), add, &all, nullptr);
    }
    sqlite3_close(connection);
    return all;
  }
  Error restore_error() {
    const auto restored = restore_database(copy, path);
    EXPECT_FALSE(restored);
    return restored ? Error{} : restored.error();
  }
  testing::TempDir dir;
  const std::string path = dir / "store.db";
  const std::string copy = dir / "copy.db";
};

TEST_F(Backup, ACopyIsOneFileThatStandsAlone) {
  make_copy();
  EXPECT_FALSE(std::filesystem::exists(copy + "-wal"));
  EXPECT_FALSE(std::filesystem::exists(copy + ".part"));
  RawSql sql(copy);
  EXPECT_EQ(sql.ask("PRAGMA journal_mode"), "delete");
  EXPECT_EQ(sql.ask("PRAGMA integrity_check"), "ok");
}

TEST_F(Backup, RestoringBringsEverythingBackAndKeepsWhatWas) {
  make_copy();
  const std::string then = dump(copy);
  const std::string now = dump(path);
  ASSERT_NE(then, now);

  const auto aside = restore_database(copy, path);
  ASSERT_TRUE(aside) << aside.error().what;
  EXPECT_EQ(*aside, path + ".before-restore-1");
  EXPECT_EQ(dump(path), then);
  EXPECT_EQ(dump(*aside), now);
  EXPECT_EQ(dump(copy), then);

  auto store = open(path);
  EXPECT_EQ(store->recall(kElm, at(0))->files[0].version, 1U);
  EXPECT_DONE(save(*store, {.journal = {entry("back again")}}));
  EXPECT_EQ(store->check_journal()->lines, 4U);
  EXPECT_EQ(store->check_journal()->broken_at, std::nullopt);
}

TEST_F(Backup, EachRestoreKeepsItsOwnOldFile) {
  make_copy();
  EXPECT_EQ(*restore_database(copy, path), path + ".before-restore-1");
  EXPECT_EQ(*restore_database(copy, path), path + ".before-restore-2");
}

TEST_F(Backup, RestoringToAMachineThatHadNothingKeepsNothing) {
  make_copy();
  const std::string elsewhere = dir / "fresh.db";
  EXPECT_EQ(*restore_database(copy, elsewhere), "");
  EXPECT_EQ(dump(elsewhere), dump(copy));
}

TEST_F(Backup, NothingIsRestoredWhileADaemonHasTheStore) {
  make_copy();
  auto daemon = open(path);
  EXPECT_EQ(restore_error().code, Error::Code::locked);
  EXPECT_EQ(daemon->recall(kElm, at(0))->files[0].version, 2U);
}

TEST_F(Backup, ACopyThatIsNotThereIsSaidNotToBe) {
  EXPECT_EQ(restore_error().code, Error::Code::not_found);
}

TEST_F(Backup, BadCopiesAreRefusedAndTheOldDatabaseStays) {
  make_copy();
  const std::string before = dump(path);
  const std::string good = [&] {
    std::ifstream in(copy, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }();
  const auto put = [&](const std::string& bytes) {
    std::ofstream(copy, std::ios::binary) << bytes;
  };

  put("not a database at all");
  EXPECT_EQ(restore_error().code, Error::Code::corrupt);
  put("");
  EXPECT_EQ(restore_error().code, Error::Code::corrupt);
  put(good.substr(0, good.size() / 2));
  EXPECT_EQ(restore_error().code, Error::Code::corrupt);

  put(good);
  RawSql(copy).run("PRAGMA user_version = 99");
  EXPECT_EQ(restore_error().code, Error::Code::newer_schema);
  put(good);
  RawSql(copy).run("DROP TRIGGER journal_is_not_changed; UPDATE journal SET actor = 'x'");
  EXPECT_THAT(restore_error().what, HasSubstr("chain is broken at line 1"));
  put(good);
  RawSql(copy).run("PRAGMA foreign_keys = OFF; DELETE FROM ladders");
  EXPECT_EQ(restore_error().code, Error::Code::corrupt);
  put(good);
  RawSql(copy).run("PRAGMA application_id = 5");
  EXPECT_EQ(restore_error().code, Error::Code::invalid);

  EXPECT_EQ(dump(path), before);
  EXPECT_FALSE(std::filesystem::exists(path + ".before-restore-1"));
  put(good);
  EXPECT_TRUE(restore_database(copy, path));
}

TEST_F(Backup, ADatabaseTooDamagedToReadIsKeptAsideAndReplaced) {
  make_copy();
  const std::string wreck(10'000, 'w');
  std::ofstream(path) << wreck;
  std::ofstream(path + "-wal") << "an old log";
  ASSERT_TRUE(restore_database(copy, path));
  EXPECT_EQ(dump(path), dump(copy));
  std::ifstream in(path + ".before-restore-1");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), wreck);
  EXPECT_TRUE(std::filesystem::exists(path + ".before-restore-1-wal"));
  EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
}

TEST_F(Backup, ALogThatWasNotFoldedInIsNotLostWithTheOldDatabase) {
  make_copy();
  // A daemon that was killed: its database and its log lie side by side.
  const std::string killed = dir / "killed.db";
  {
    auto store = open(path);
    ASSERT_DONE(save(*store, {.journal = {entry("last words")}}));
    std::filesystem::copy(path, killed);
    std::filesystem::copy(path + "-wal", killed + "-wal");
  }
  const auto aside = restore_database(copy, killed);
  ASSERT_TRUE(aside);
  EXPECT_FALSE(std::filesystem::exists(*aside + "-wal"));
  EXPECT_THAT(dump(*aside), HasSubstr("last words"));
  EXPECT_EQ(dump(killed), dump(copy));
}

// Releases before had fewer tables.
TEST_F(Backup, ACopyThatAnEarlierReleaseMadeIsRestored) {
  for (std::size_t schema = 1; schema < migrations().size(); ++schema) {
    const std::string old = dir / ("old" + std::to_string(schema) + ".db");
    ASSERT_TRUE(migrate(**Database::open(old, {}), migrations().first(schema)));
    const std::string fresh = dir / ("fresh" + std::to_string(schema) + ".db");
    const auto aside = restore_database(old, fresh);
    ASSERT_TRUE(aside) << aside.error().what;
    EXPECT_TRUE(SqliteStore::open(fresh)) << schema;
  }
}

TEST_F(Backup, ACopyOfABrokenJournalIsKeptButNotCalledGood) {
  auto store = open(path);
  ASSERT_DONE(save(*store, {.journal = {entry("a"), entry("b")}}));
  fill_tables(*store);
  ASSERT_EQ(RawSql(path).run("DROP TRIGGER journal_is_not_changed;"
                             "UPDATE journal SET actor = 'x' WHERE number = 1"),
            "");
  const auto copied = store->copy_to(copy);
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, Error::Code::corrupt);
  EXPECT_THAT(copied.error().what, HasSubstr("broken at line 1"));
  EXPECT_EQ(dump(copy), dump(path));
}

TEST_F(Backup, ACopyToWhereNothingCanBeWrittenIsAnError) {
  auto store = open(path);
  EXPECT_CODE(store->copy_to(dir / "no/copy.db"), Error::Code::io);
}

TEST_F(Backup, CopiesAreMadeByAWorkerWhileTheLoopGoesOnSaving) {
  auto store = open(path);
  Batch much;
  for (int i = 0; i < 20'000; ++i) much.journal.push_back(entry("x", i));
  ASSERT_DONE(save(*store, much));
  std::atomic<int> copies = 0;
  std::thread worker([&] {
    for (int i = 0; i < 3; ++i) {
      if (store->copy_to(dir / ("copy" + std::to_string(i)))) ++copies;
      if (store->check_journal()) ++copies;
    }
  });
  int saves = 0;
  while (copies < 6 && saves < 100'000) {
    ++saves;
    ASSERT_DONE(save(*store, {.journal = {entry("y", 20'000 + saves)}}));
  }
  worker.join();
  EXPECT_EQ(copies, 6);
  for (int i = 0; i < 3; ++i) {
    const auto check = verify_copy(dir / ("copy" + std::to_string(i)));
    ASSERT_TRUE(check);
    EXPECT_EQ(check->broken_at, std::nullopt);
    EXPECT_GE(check->lines, 20'000U);
  }
}

}  // namespace
}  // namespace shouwang::store
