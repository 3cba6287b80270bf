#include "store/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "store/chain.h"
#include "tests/contract/store_samples.h"
#include "tests/support/expect_result.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/store/raw_sql.h"

namespace shouwang::store {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Sqlite : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteStore> open() {
    auto opened = SqliteStore::open(path, {.busy = Millis{10}});
    EXPECT_TRUE(opened) << opened.error().what;
    return opened ? std::move(*opened) : nullptr;
  }
  Error refused() {
    const auto opened = SqliteStore::open(path, {.busy = Millis{10}});
    EXPECT_FALSE(opened);
    return opened ? Error{} : opened.error();
  }
  testing::TempDir dir;
  const std::string path = dir / "store.db";
};

// ---- settings ----------------------------------------------------------------------

TEST_F(Sqlite, ItIsAWriteAheadLogOfOursThatOnlyItsOwnerReads) {
  auto store = open();
  RawSql sql(path);
  EXPECT_EQ(sql.ask("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(sql.ask("PRAGMA application_id"), "1398238823");
  for (const char* suffix : {"", "-wal"}) {
    struct stat status {};
    ASSERT_EQ(::stat((path + suffix).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << suffix;
  }
}

TEST_F(Sqlite, OnlyOneAtATimeHasTheStore) {
  auto first = open();
  const Error error = refused();
  EXPECT_EQ(error.code, Error::Code::locked);
  EXPECT_EQ(error.what,
            path + ": is in use by process " + std::to_string(::getpid()) + "; stop it first");
  first.reset();
  EXPECT_NE(open(), nullptr);
}

TEST_F(Sqlite, AProgramThatHoldsAWriteLockIsNamedAsTheReason) {
  auto store = open();
  RawSql other(path);
  ASSERT_EQ(other.run("BEGIN IMMEDIATE"), "");
  EXPECT_CODE(save(*store, {.files = {alarm("i1")}}), Error::Code::locked);
  ASSERT_EQ(other.run("ROLLBACK"), "");
  EXPECT_DONE(save(*store, {.files = {alarm("i1")}}));
}

TEST_F(Sqlite, AReaderDoesNotHoldUpASave) {
  auto store = open();
  RawSql other(path);
  ASSERT_EQ(other.run("BEGIN; SELECT * FROM journal"), "");
  EXPECT_DONE(save(*store, {.files = {alarm("i1")}}));
}

// ---- files that are not ours --------------------------------------------------------

TEST_F(Sqlite, AFileThatIsNotADatabaseIsRefusedAndLeftAsItIs) {
  const std::string poem(5000, 'p');
  std::ofstream(path) << poem;
  const Error error = refused();
  EXPECT_EQ(error.code, Error::Code::corrupt);
  EXPECT_THAT(error.what, HasSubstr("is not a database"));
  std::ifstream in(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), poem);
}

TEST_F(Sqlite, ADatabaseOfAnotherProgramIsRefusedAndLeftAsItIs) {
  RawSql(path).run("CREATE TABLE theirs (n)");
  EXPECT_EQ(refused().code, Error::Code::invalid);
  RawSql sql(path);
  EXPECT_EQ(sql.ask("PRAGMA journal_mode"), "delete");
  EXPECT_EQ(sql.ask("SELECT count(*) FROM sqlite_schema"), "1");
}

TEST_F(Sqlite, ADatabaseOfALaterReleaseIsRefused) {
  open();
  RawSql(path).run("PRAGMA user_version = 99");
  EXPECT_EQ(refused().code, Error::Code::newer_schema);
}

TEST_F(Sqlite, ADatabaseWhosePagesAreDamagedIsSaidToBe) {
  {
    auto store = open();
    for (int i = 0; i < 50; ++i) {
      ASSERT_TRUE(save(*store, {.parcels = {parcel(("i1." + std::to_string(i)).c_str(), "i1")}}));
    }
  }
  const auto size = std::filesystem::file_size(path);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(8192);
  file << std::string(size - 8192, '\x5a');
  file.close();
  const auto opened = SqliteStore::open(path);
  const auto error = opened ? (*opened)->recall(kElm, at(0)).error() : opened.error();
  EXPECT_EQ(error.code, Error::Code::corrupt);
  EXPECT_THAT(error.what, HasSubstr("shouwangctl backup --restore"));
}

TEST_F(Sqlite, ADirectoryThatDoesNotExistIsNamed) {
  const auto opened = SqliteStore::open(dir / "no/store.db");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Error::Code::io);
  EXPECT_THAT(opened.error().what, HasSubstr("no/store.db"));
  EXPECT_THAT(opened.error().what, HasSubstr("No such file or directory"));
}

// ---- rows that are damaged -------------------------------------------------------------

class BadRow : public Sqlite {
 protected:
  // Saves one of everything, lets `sql` damage it, and says what recall() makes of it.
  Error recall_after(const std::string& sql) {
    {
      auto store = open();
      EXPECT_TRUE(save(*store, {.files = {alarm("i1")},
                                .parcels = {parcel("i1.1", "i1")},
                                .devices = {memory("GA-1")},
                                .matters = {matter("m")},
                                .facts = {away("a", at(9))},
                                .journal = {entry("raised")}}));
    }
    EXPECT_EQ(RawSql(path).run(sql), "");
    auto store = open();
    const auto memory = store->recall(kElm, at(0));
    EXPECT_FALSE(memory);
    if (memory) return {};
    EXPECT_EQ(memory.error().code, Error::Code::corrupt);
    return memory.error();
  }
};

TEST_F(BadRow, AFileThatDoesNotDecodeIsNamedAndLeftInPlace) {
  EXPECT_EQ(recall_after("UPDATE incidents SET body = replace(body, 'gas', 'gaz')").what,
            "incidents 'i1': incident: kind: is not one of its words; the row was left in place");
  EXPECT_EQ(RawSql(path).ask("SELECT count(*) FROM incidents WHERE body LIKE '%gaz%'"), "1");
}

TEST_F(BadRow, AFileThatBreaksARuleIsNamed) {
  EXPECT_EQ(recall_after("UPDATE incidents SET body = json_set(body, '$.incident.sources',"
                         " json_array())")
                .what,
            "incidents 'i1': breaks a rule: an incident has a source; the row was left in place");
}

TEST_F(BadRow, AFileUnderAnotherNameIsNamed) {
  EXPECT_EQ(recall_after("UPDATE incidents SET id = 'i2'").what,
            "incidents 'i2': has another id inside; the row was left in place");
}

TEST_F(BadRow, ALadderThatDoesNotDecodeIsNamed) {
  EXPECT_THAT(recall_after("UPDATE ladders SET body = '{}'").what, HasSubstr("ladders '1': v:"));
}

TEST_F(BadRow, AParcelThatDoesNotDecodeOrBreaksARuleIsNamed) {
  EXPECT_EQ(recall_after("UPDATE parcels SET body = 'x'").what,
            "parcels 'i1.1': is not a JSON object; the row was left in place");
  std::filesystem::remove(path);
  EXPECT_THAT(
      recall_after("UPDATE parcels SET body = json_set(body, '$.route', json_array())").what,
      HasSubstr("parcels 'i1.1': breaks a rule: a parcel has a way to go"));
}

TEST_F(BadRow, DevicesMattersAndFactsAreNamed) {
  EXPECT_THAT(recall_after("UPDATE device_memories SET body = '7'").what,
              HasSubstr("device_memories 'GA-1': is not"));
  std::filesystem::remove(path);
  EXPECT_THAT(recall_after("UPDATE matters SET body = '7'").what, HasSubstr("matters 'm': is not"));
  std::filesystem::remove(path);
  EXPECT_THAT(recall_after("UPDATE dated_facts SET body = '7'").what,
              HasSubstr("dated_facts '1': is not"));
}

TEST_F(BadRow, RecordsUsersAndPhonesAreNamed) {
  {
    auto store = open();
    ASSERT_TRUE(store->replace_records(kElm, some_records(), entry("import")));
    ASSERT_TRUE(store->put_user(desk()));
    ASSERT_TRUE(store->put_phone(phone("p1")));
  }
  EXPECT_EQ(RawSql(path).run("UPDATE records SET body = '7' WHERE part = 'person' AND line = 1;"
                             "UPDATE users SET body = '7'; UPDATE phones SET body = '7'"),
            "");
  auto store = open();
  EXPECT_THAT(store->records(kElm).error().what, HasSubstr("records 'person 1': is not"));
  EXPECT_THAT(store->users().error().what, HasSubstr("users 'desk1': is not"));
  EXPECT_THAT(store->phones().error().what, HasSubstr("phones 'p1': is not"));
}

// ---- the journal guards itself ------------------------------------------------------------

class JournalGuard : public Sqlite {
 protected:
  JournalGuard() {
    EXPECT_TRUE(save(*store, {.journal = {entry("a"), entry("b"), entry("c")}}));
    fill_tables(*store);
  }
  std::unique_ptr<SqliteStore> store = open();
  RawSql sql{path};
};

TEST_F(JournalGuard, NobodyChangesALine) {
  EXPECT_EQ(sql.run("UPDATE journal SET actor = 'x' WHERE number = 2"),
            "the journal is append-only");
  EXPECT_EQ(sql.run("UPDATE journal SET number = number + 10"), "the journal is append-only");
}

TEST_F(JournalGuard, NobodyDeletesALine) {
  EXPECT_EQ(sql.run("DELETE FROM journal WHERE number = 3"), "the journal is append-only");
  EXPECT_EQ(sql.run("DELETE FROM journal"), "the journal is append-only");
}

TEST_F(JournalGuard, NobodyReplacesALineOrLeavesAGap) {
  const std::string values = ", 0, 'elm', '', 'x', 'x', '[]', zeroblob(32))";
  EXPECT_EQ(sql.run("INSERT OR REPLACE INTO journal VALUES (2" + values),
            "journal numbers have no gaps");
  EXPECT_EQ(sql.run("INSERT INTO journal VALUES (5" + values), "journal numbers have no gaps");
  EXPECT_EQ(sql.run("INSERT INTO journal VALUES (0" + values), "journal numbers have no gaps");
  EXPECT_EQ(sql.ask("SELECT count(*) FROM journal"), "3");
}

TEST_F(JournalGuard, AForeignLineIsRefusedAsAConflictOfNumbersAndFoundByTheChain) {
  EXPECT_EQ(sql.run("INSERT INTO journal VALUES (4, 0, 'elm', '', 'x', 'x', '[]', zeroblob(32))"),
            "");
  EXPECT_EQ(store->check_journal()->broken_at, 4U);
  ASSERT_DONE(save(*store, {.files = {alarm("i1")}, .journal = {entry("d")}}));
  EXPECT_CODE(store->catch_up(), Error::Code::invalid);
  EXPECT_EQ(sql.ask("SELECT count(*) FROM incidents"), "0") << "all of a turn or nothing";
  EXPECT_EQ(sql.ask("SELECT count(*) FROM turns"), "1") << "it is on the disk all the same";
}

TEST_F(JournalGuard, WhoTakesTheGuardsAwayIsFoundByTheChain) {
  const char* tamperings[] = {
      "UPDATE journal SET actor = 'x' WHERE number = 2",
      "UPDATE journal SET at = at + 1 WHERE number = 2",
      "UPDATE journal SET facts = '[]' WHERE number = 2",
      "UPDATE journal SET facts = 'not json' WHERE number = 2",
      "UPDATE journal SET hash = zeroblob(32) WHERE number = 2",
  };
  for (const char* tampering : tamperings) {
    const std::string copy = dir / "copy.db";
    ASSERT_TRUE(store->copy_to(copy));
    RawSql(copy).run(std::string("DROP TRIGGER journal_is_not_changed;") + tampering);
    auto tampered = SqliteStore::open(copy);
    ASSERT_TRUE(tampered);
    const auto check = (*tampered)->check_journal();
    EXPECT_EQ(check->broken_at, 2U) << tampering;
    EXPECT_EQ(check->lines, 3U);
    tampered->reset();
    std::filesystem::remove(copy);
  }
}

TEST_F(JournalGuard, ALineThatWasDeletedAllTheSameIsFound) {
  ASSERT_EQ(sql.run("DROP TRIGGER journal_is_not_deleted; DELETE FROM journal WHERE number = 2"),
            "");
  EXPECT_EQ(*store->check_journal(),
            (ChainCheck{.lines = 2, .broken_at = 3, .head = store->check_journal()->head}));
}

TEST_F(JournalGuard, ALineThatDoesNotDecodeIsNamed) {
  ASSERT_EQ(sql.run("DROP TRIGGER journal_is_not_changed;"
                    "UPDATE journal SET facts = '{}' WHERE number = 2"),
            "");
  EXPECT_EQ(store->journal({}).error().what,
            "journal '2': is not a list of names and values; the row was left in place");
  EXPECT_EQ(store->journal({.most = 1})->size(), 1U);
}

// ---- what SQL must find -------------------------------------------------------------------

TEST_F(Sqlite, RecordsCanBeSearchedByHousehold) {
  auto store = open();
  ASSERT_TRUE(store->replace_records(kElm, some_records(), entry("import")));
  RawSql sql(path);
  EXPECT_EQ(sql.ask("SELECT group_concat(part) FROM (SELECT part FROM records WHERE"
                    " community = 'elm' AND household = 'B05-U4-302' ORDER BY part)"),
            "equipment,guarantee,household,person");
  EXPECT_EQ(sql.ask("SELECT count(*) FROM records, json_each(body, '$.contacts')"
                    " WHERE part = 'household' AND json_extract(value, '$.person') = 'R0786'"),
            "1");
}

TEST_F(Sqlite, TheWordsThatManyParcelsShareAreKeptOnce) {
  auto store = open();
  auto other = parcel("i1.3", "i1");
  other.body = "other words";
  ASSERT_TRUE(save(*store, {.parcels = {parcel("i1.1", "i1"), parcel("i1.2", "i1"), other}}));
  fill_tables(*store);
  ASSERT_TRUE(save(*store, {.parcels = {parcel("i1.1", "i1")}}));
  fill_tables(*store);
  RawSql sql(path);
  EXPECT_EQ(sql.ask("SELECT count(*) FROM parcel_texts"), "2");
}

TEST_F(Sqlite, TheLadderThatManyIncidentsShareIsKeptOnce) {
  auto changed = alarm("i3");
  changed.ladder.name = "new ladder";
  auto store = open();
  ASSERT_TRUE(save(*store, {.files = {alarm("i1"), alarm("i2"), changed}}));
  store.reset();
  store = open();
  ASSERT_TRUE(save(*store, {.files = {alarm("i4")}}));
  EXPECT_EQ(RawSql(path).ask("SELECT count(*) FROM ladders"), "2");
}

TEST_F(Sqlite, WhatIsAskedOftenIsFoundByAnIndex) {
  open();
  // A step of the plan that reads a whole table is called SCAN.
  const auto detail = [&](const std::string& query) {
    sqlite3* connection = nullptr;
    sqlite3_open(path.c_str(), &connection);
    std::string all;
    sqlite3_exec(
        connection, ("EXPLAIN QUERY PLAN " + query).c_str(),
        [](void* out, int, char** values, char**) {
          static_cast<std::string*>(out)->append(values[3]).append("; ");
          return 0;
        },
        &all, nullptr);
    sqlite3_close(connection);
    return all;
  };
  EXPECT_THAT(detail("SELECT body FROM incidents WHERE community = 'e' AND closed_at IS NULL"),
              HasSubstr("USING INDEX incidents_open"));
  EXPECT_THAT(detail("SELECT body FROM incidents WHERE community = 'e' AND closed_at >= 5"),
              HasSubstr("USING INDEX incidents_closed"));
  EXPECT_THAT(detail("SELECT * FROM journal WHERE incident = 'i' AND incident <> ''"),
              HasSubstr("USING INDEX journal_incident"));
  EXPECT_THAT(detail("SELECT first FROM journal_block_incidents WHERE incident = 'i'"),
              HasSubstr("USING PRIMARY KEY"));
  EXPECT_THAT(detail("SELECT parcels FROM parcel_blocks WHERE home = 'i.'"),
              HasSubstr("USING INDEX"));
}

TEST_F(Sqlite, ALongStretchOfTheJournalIsReadInPagesToo) {
  auto store = open();
  for (int part = 0; part < 6; ++part) {
    Batch batch;
    for (int i = 0; i < 10'000; ++i) batch.journal.push_back(entry("x", part * 10'000 + i));
    ASSERT_TRUE(save(*store, batch));
  }
  JournalQuery query{.from = at(100), .until = at(59'900), .most = 10'000};
  std::uint64_t expected = 101;
  std::size_t count = 0;
  while (true) {
    const auto page = *store->journal(query);
    for (const JournalLine& line : page) EXPECT_EQ(line.number, expected++);
    count += page.size();
    if (page.size() < query.most) break;
    query.after = page.back().number;
  }
  EXPECT_EQ(count, 59'800U);
}

}  // namespace
}  // namespace shouwang::store
