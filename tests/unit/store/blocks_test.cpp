// What is old is packed, and nobody notices: neither a reader nor who looks for tampering.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>

#include "store/block.h"
#include "store/netstring.h"
#include "store/sqlite_store.h"
#include "tests/contract/store_samples.h"
#include "tests/support/expect_result.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/store/raw_sql.h"

namespace shouwang::store {
namespace {

using dispatch::Parcel;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// ---- their form ------------------------------------------------------------------

TEST(Netstring, ARowIsReadBackWordByWord) {
  std::string row;
  append_netstring(row, "hello");
  append_netstring(row, "");
  append_netstring(row, std::string("1:\0,", 4));
  EXPECT_EQ(row.substr(0, 11), "5:hello,0:,");
  std::string_view rest = row;
  EXPECT_EQ(take_netstring(rest), "hello");
  EXPECT_EQ(take_netstring(rest), "");
  EXPECT_EQ(take_netstring(rest), std::string_view("1:\0,", 4));
  EXPECT_EQ(rest, "");
  EXPECT_EQ(take_netstring(rest), std::nullopt);
}

TEST(Netstring, WhatIsNoneIsLeftAsItIs) {
  for (const char* text : {"", "5", "5:", "5:hell", "5:hello", "5:hello;", "x:a,", "-1:a,", ":a,",
                           "99999999999999999999:a,", "18446744073709551615:a,"}) {
    std::string_view rest = text;
    EXPECT_EQ(take_netstring(rest), std::nullopt) << text;
    EXPECT_EQ(rest, text);
  }
}

TEST(Block, WhatIsPackedIsUnpackedTheSameAndMuchSmaller) {
  std::string plain;
  for (int i = 0; i < 2'000; ++i)
    plain += "delivery R" + std::to_string(i % 90) + " push accepted;";
  EXPECT_EQ(*unpack(pack(plain)), plain);
  EXPECT_LT(pack(plain).size() * 10, plain.size());
  EXPECT_EQ(*unpack(pack("")), "");
}

TEST(Block, DamagedBytesAreNeverTakenForABlock) {
  const std::string packed = pack("what was told to whom, and when, in the night of the alarm");
  for (std::size_t i = 0; i < packed.size(); ++i) {
    std::string bad = packed;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    const auto read = unpack(bad);
    EXPECT_TRUE(!read || *read == *unpack(packed)) << i;  // A bit of the header says nothing.
    EXPECT_FALSE(unpack(packed.substr(0, i)));
  }
  EXPECT_CODE(unpack("not packed"), Error::Code::corrupt);
}

// ---- the journal -------------------------------------------------------------------

class Blocks : public ::testing::Test {
 protected:
  Blocks() { reopen(); }

  void reopen() {
    store.reset();
    auto opened = SqliteStore::open(path, {.journal = {.loose = 3, .block = 4}});
    ASSERT_TRUE(opened) << opened.error().what;
    store = std::move(*opened);
  }
  void compact_all(Instant over_before = Instant::max()) {
    for (int i = 0; i < 100; ++i) {
      const auto found = store->compact(over_before);
      ASSERT_TRUE(found) << found.error().what;
      if (!*found) return;
    }
    FAIL() << "it never ends";
  }
  // Lines 1..count, of the incidents i0, i1, i2 in turn, a second apart.
  void write_lines(int count) {
    Batch batch{.community = kElm};
    for (int i = 0; i < count; ++i) {
      const std::string incident = "i" + std::to_string(i % 3);
      batch.journal.push_back(entry("x", i, incident.c_str()));
    }
    ASSERT_DONE(store->save({batch}));
  }

  testing::TempDir dir;
  std::string path = dir / "store.db";
  std::unique_ptr<SqliteStore> store;
};

TEST_F(Blocks, OldLinesLeaveTheirRowsAndAreReadAsBefore) {
  write_lines(20);
  const auto all = *store->journal({});
  const auto of_one = *store->journal({.incident = IncidentId("i1")});
  const auto some = *store->journal({.after = 5, .from = at(7), .until = at(15), .most = 4});
  const ChainCheck check = *store->check_journal();
  compact_all();

  RawSql sql(path);
  EXPECT_EQ(sql.ask("SELECT count(*) || ' from ' || min(number) FROM journal"), "4 from 17");
  EXPECT_EQ(sql.ask("SELECT group_concat(first || '-' || last) FROM journal_blocks"),
            "1-4,5-8,9-12,13-16");
  EXPECT_EQ(*store->journal({}), all);
  EXPECT_EQ(*store->journal({.incident = IncidentId("i1")}), of_one);
  EXPECT_EQ(*store->journal({.after = 5, .from = at(7), .until = at(15), .most = 4}), some);
  EXPECT_EQ(*store->journal({.incident = IncidentId("i9")}), std::vector<JournalLine>{});
  EXPECT_EQ(*store->check_journal(), check);
  EXPECT_EQ(*store->latest(), at(19));
}

TEST_F(Blocks, EachPageOfTheJournalIsFullAcrossTheSeams) {
  write_lines(20);
  compact_all();
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t after = 0;;) {
    const auto page = *store->journal({.after = after, .most = 3});
    for (const JournalLine& line : page) numbers.push_back(line.number);
    if (page.size() < 3) break;
    after = page.back().number;
  }
  std::vector<std::uint64_t> expected(20);
  std::iota(expected.begin(), expected.end(), 1U);
  EXPECT_EQ(numbers, expected);
}

TEST_F(Blocks, TheChainGoesOnAfterPackingAndAfterARestart) {
  write_lines(9);
  compact_all();
  write_lines(2);
  reopen();
  write_lines(5);
  compact_all();
  const ChainCheck check = *store->check_journal();
  EXPECT_EQ(check.lines, 16U);
  EXPECT_EQ(check.broken_at, std::nullopt);
  EXPECT_EQ(store->journal({})->back().hash, check.head);
}

TEST_F(Blocks, WithEveryRowGoneTheChainStillGoesOn) {
  store.reset();
  auto opened = SqliteStore::open(path, {.journal = {.loose = 0, .block = 4}});
  store = std::move(*opened);
  write_lines(4);
  compact_all();
  EXPECT_EQ(RawSql(path).ask("SELECT count(*) FROM journal"), "0");
  write_lines(1);
  reopen();
  write_lines(1);
  EXPECT_EQ(store->journal({})->back().number, 6U);
  EXPECT_EQ(store->check_journal()->broken_at, std::nullopt);
}

TEST_F(Blocks, ACopyHoldsTheBlocksToo) {
  write_lines(20);
  compact_all();
  const auto all = *store->journal({});
  ASSERT_DONE(store->copy_to(dir / "copy.db"));
  const auto copy = SqliteStore::open(dir / "copy.db");
  ASSERT_TRUE(copy);
  EXPECT_EQ(*(*copy)->journal({}), all);
}

TEST_F(Blocks, OnlyALineThatIsInABlockCanBeDeleted) {
  write_lines(12);
  compact_all();
  RawSql sql(path);
  EXPECT_EQ(sql.run("DELETE FROM journal WHERE number = 9"), "the journal is append-only");
  EXPECT_EQ(sql.run("DELETE FROM journal_blocks WHERE first = 1"), "the journal is append-only");
  EXPECT_EQ(sql.run("UPDATE journal_blocks SET lines = x'00' WHERE first = 1"),
            "the journal is append-only");
  EXPECT_EQ(store->journal({})->size(), 12U);
}

TEST_F(Blocks, ABlockOfOtherThanTheNextLinesIsRefused) {
  write_lines(12);
  compact_all();  // 1-4, 5-8.
  RawSql sql(path);
  const auto insert = [&](const char* numbers, const char* hash) {
    return sql.run(std::string("INSERT INTO journal_blocks VALUES (") + numbers + ", 0, 0, " +
                   hash + ", x'00')");
  };
  const char* right = "(SELECT hash FROM journal WHERE number = 10)";
  const char* refused = "a block holds the next lines of the journal";
  EXPECT_EQ(insert("10, 10", right), refused);
  EXPECT_EQ(insert("8, 10", right), refused);
  EXPECT_EQ(insert("9, 10", "zeroblob(32)"), refused);
  EXPECT_EQ(insert("9, 99", "zeroblob(32)"), refused);
  EXPECT_EQ(sql.ask("SELECT count(*) FROM journal_blocks"), "2");
}

TEST_F(Blocks, WhoTakesTheGuardsAwayIsFoundByTheChain) {
  write_lines(20);
  compact_all();
  const char* tamperings[] = {
      "UPDATE journal_blocks SET lines = (SELECT lines FROM journal_blocks WHERE first = 1)"
      " WHERE first = 5",
      "UPDATE journal_blocks SET hash = zeroblob(32) WHERE first = 5",
      "UPDATE journal_blocks SET lines = x'28b52ffd' WHERE first = 5",
      "UPDATE journal_blocks SET last = 7 WHERE first = 5",
  };
  for (const char* tampering : tamperings) {
    const std::string copy = dir / "copy.db";
    ASSERT_TRUE(store->copy_to(copy));
    ASSERT_EQ(
        RawSql(copy).run(std::string("DROP TRIGGER journal_blocks_are_not_changed;") + tampering),
        "");
    auto tampered = SqliteStore::open(copy);
    ASSERT_TRUE(tampered);
    EXPECT_EQ((*tampered)->check_journal()->broken_at, 5U) << tampering;
    tampered->reset();
    std::filesystem::remove(copy);
  }
  const std::string copy = dir / "copy.db";
  ASSERT_TRUE(store->copy_to(copy));
  ASSERT_EQ(RawSql(copy).run("DROP TRIGGER journal_blocks_are_not_deleted;"
                             "DELETE FROM journal_blocks WHERE first = 5"),
            "");
  EXPECT_EQ((*SqliteStore::open(copy))->check_journal()->broken_at, 9U);
}

TEST_F(Blocks, ABlockThatCanNotBeReadIsNamed) {
  write_lines(20);
  compact_all();
  RawSql(path).run(
      "DROP TRIGGER journal_blocks_are_not_changed;"
      "UPDATE journal_blocks SET lines = x'00' WHERE first = 5");
  EXPECT_EQ(store->journal({}).error().what,
            "journal_blocks '5': is not a packed block; the row was left in place");
  EXPECT_EQ(store->journal({.most = 4})->size(), 4U);
}

TEST_F(Blocks, LinesThatSomebodyHasChangedStayAsTheyAre) {
  write_lines(20);
  fill_tables(*store);
  RawSql(path).run(
      "DROP TRIGGER journal_is_not_changed;"
      "UPDATE journal SET actor = 'x' WHERE number = 6");
  EXPECT_TRUE(*store->compact(Instant::max()));
  const auto refused = store->compact(Instant::max());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what,
            "journal '6': does not fit into the chain; the row was left in place");
  EXPECT_EQ(store->check_journal()->broken_at, 6U);
  EXPECT_EQ(store->check_journal()->lines, 20U);
}

// ---- parcels -----------------------------------------------------------------------

Parcel done(const char* key, const char* incident) {
  Parcel parcel = store::parcel(key, incident);
  parcel.state = Parcel::State::done;
  return parcel;
}

class ParcelBlocks : public Blocks {
 protected:
  std::string rows() {
    return RawSql(path).ask(
        "SELECT coalesce(group_concat(key), '') FROM"
        " (SELECT key FROM parcels ORDER BY key)");
  }
};

TEST_F(ParcelBlocks, WhatIsOverLeavesItsRowsAndIsFoundAsBefore) {
  auto both = done("i2.00001", "i2");
  both.items.push_back({.incident = IncidentId("i1")});
  ASSERT_DONE(save(*store, {.files = {closed(alarm("i1"), at(100), incident::Cause::pot),
                                      closed(alarm("i2"), at(100), incident::Cause::pot)},
                            .parcels = {done("i1.00001", "i1"), done("i1.00002", "i1"), both}}));
  const auto of_first = *store->parcels(IncidentId("i1"));
  ASSERT_EQ(of_first.size(), 3U);
  compact_all(at(101));
  EXPECT_EQ(rows(), "");
  EXPECT_EQ(RawSql(path).ask("SELECT group_concat(home) FROM parcel_blocks"), "i1.,i2.");
  EXPECT_EQ(RawSql(path).ask("SELECT count(*) FROM parcel_texts"), "0");
  reopen();
  EXPECT_EQ(*store->parcels(IncidentId("i1")), of_first);
  EXPECT_THAT(*store->parcels(IncidentId("i2")), ElementsAre(both));
  EXPECT_THAT(*store->parcels(IncidentId("i")), IsEmpty());
}

TEST_F(ParcelBlocks, WhatIsNotOverStays) {
  auto live = done("i3.00002", "i3");
  live.state = Parcel::State::waiting;
  ASSERT_DONE(save(
      *store, {.files = {alarm("i1"), closed(alarm("i2"), at(100), {}),
                         closed(alarm("i3"), at(10), {}), closed(alarm("i10"), at(10), {})},
               .parcels = {done("i1.00001", "i1"), done("i2.00001", "i2"), done("i3.00001", "i3"),
                           live, done("i10.00001", "i10"), done("page", "i10")}}));
  compact_all(at(100));
  EXPECT_EQ(rows(), "i1.00001,i2.00001,i3.00001,i3.00002,page");
}

TEST_F(ParcelBlocks, TheLettersOfADayBecomeOneBlock) {
  auto first = done("diary-2026-01-05T00:00:00.000Z-elm-OF04", "2026-01-04");
  auto second = done("diary-2026-01-05T09:00:00.000Z-elm-OF05", "2026-01-04");
  auto later = done("diary-2026-01-06T00:00:00.000Z-elm-OF04", "2026-01-05");
  later.created_at = later.not_before = at(500);
  ASSERT_DONE(save(*store, {.parcels = {first, second, later}}));
  compact_all(at(400));
  EXPECT_EQ(rows(), later.key.str());
  EXPECT_THAT(*store->parcels(IncidentId("2026-01-04")), ElementsAre(first, second));
}

TEST_F(ParcelBlocks, AParcelThatIsSavedAfterwardsCountsAndIsPackedAgain) {
  ASSERT_DONE(save(*store, {.files = {closed(alarm("i1"), at(100), {})},
                            .parcels = {done("i1.00001", "i1"), done("i1.00002", "i1")}}));
  compact_all();
  auto bettered = done("i1.00001", "i1");
  bettered.reach = dispatch::Reach::opened;
  ASSERT_DONE(save(*store, {.parcels = {bettered}}));
  EXPECT_THAT(*store->parcels(IncidentId("i1")), ElementsAre(bettered, done("i1.00002", "i1")));
  compact_all();
  EXPECT_EQ(rows(), "");
  EXPECT_THAT(*store->parcels(IncidentId("i1")), ElementsAre(bettered, done("i1.00002", "i1")));
}

TEST_F(ParcelBlocks, AParcelIsFoundByTheIncidentsItWasEverAboutHoweverOftenItIsPacked) {
  const auto about = [](std::initializer_list<const char*> incidents) {
    auto parcel = done("i1.00001", "i1");
    for (const char* id : incidents) parcel.items.push_back({.incident = IncidentId(id)});
    return parcel;
  };
  ASSERT_DONE(save(
      *store, {.files = {closed(alarm("i1"), at(100), {})}, .parcels = {about({"i2", "i3"})}}));
  compact_all();
  for (const char* id : {"i1", "i2", "i3"}) {
    EXPECT_THAT(*store->parcels(IncidentId(id)), ElementsAre(about({"i2", "i3"}))) << id;
  }
  ASSERT_DONE(save(*store, {.parcels = {about({"i2", "i4"})}}));
  for (int packed = 0; packed < 2; ++packed) {
    for (const char* id : {"i1", "i2", "i3", "i4"}) {
      EXPECT_THAT(*store->parcels(IncidentId(id)), ElementsAre(about({"i2", "i4"}))) << id;
    }
    compact_all();
  }
  EXPECT_EQ(RawSql(path).ask("SELECT count(*) FROM parcel_incidents"), "0");
}

TEST_F(ParcelBlocks, WordsThatAnotherParcelNeedsStay) {
  ASSERT_DONE(save(*store, {.files = {closed(alarm("i1"), at(100), {}), alarm("i2")},
                            .parcels = {done("i1.00001", "i1"), done("i2.00001", "i2")}}));
  compact_all();
  EXPECT_EQ(rows(), "i2.00001");
  EXPECT_THAT(*store->parcels(IncidentId("i2")), ElementsAre(done("i2.00001", "i2")));
  // Words of late are looked up in memory: those that are gone must not be found there.
  ASSERT_DONE(save(*store, {.files = {saved(alarm("i2"))}, .parcels = {}}));
  ASSERT_DONE(
      save(*store, {.files = {saved(saved(closed(alarm("i2"), at(101), {})))}, .parcels = {}}));
  compact_all();
  ASSERT_DONE(save(*store, {.parcels = {done("i3.00001", "i3")}}));
  EXPECT_THAT(*store->parcels(IncidentId("i3")), ElementsAre(done("i3.00001", "i3")));
}

TEST_F(ParcelBlocks, AHomeWithARowThatCanNotBeReadIsLeftAndTheNextIsPacked) {
  ASSERT_DONE(
      save(*store,
           {.files = {closed(alarm("i1"), at(100), {}), closed(alarm("i2"), at(100), {})},
            .parcels = {done("i1.00001", "i1"), done("i1.00002", "i1"), done("i2.00001", "i2")}}));
  fill_tables(*store);
  RawSql(path).run("UPDATE parcels SET body = '{}' WHERE key = 'i1.00001'");
  compact_all();
  EXPECT_EQ(rows(), "i1.00001,i1.00002");
  EXPECT_THAT(store->parcels(IncidentId("i1")).error().what, HasSubstr("parcels 'i1.00001'"));
}

TEST_F(ParcelBlocks, ABlockThatCanNotBeReadIsNamedAndNothingIsAddedToIt) {
  ASSERT_DONE(save(
      *store, {.files = {closed(alarm("i1"), at(100), {})}, .parcels = {done("i1.00001", "i1")}}));
  compact_all();
  RawSql(path).run("UPDATE parcel_blocks SET parcels = x'00'");
  ASSERT_DONE(save(*store, {.parcels = {done("i1.00002", "i1")}}));
  compact_all();
  EXPECT_EQ(rows(), "i1.00002");
  EXPECT_EQ(store->parcels(IncidentId("i1")).error().what,
            "parcel_blocks 'i1.': is not a packed block; the row was left in place");
}

TEST_F(ParcelBlocks, ManyHomesThatAreNotOverDoNotHideOneThatIs) {
  Batch batch{.community = kElm};
  for (int i = 100; i < 300; ++i) {
    const std::string id = "i" + std::to_string(i);
    const auto file = alarm(id.c_str());
    batch.files.push_back(i == 299 ? closed(file, at(100), {}) : file);
    batch.parcels.push_back(done((id + ".00001").c_str(), id.c_str()));
  }
  ASSERT_DONE(store->save({batch}));
  bool found = false;
  for (int i = 0; i < 8; ++i) found |= *store->compact(Instant::max());
  EXPECT_TRUE(found);
  EXPECT_EQ(RawSql(path).ask("SELECT group_concat(home) FROM parcel_blocks"), "i299.");
}

}  // namespace
}  // namespace shouwang::store
