// Turns that are saved and not yet in the tables: they count in every respect.

#include "store/turn_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <filesystem>

#include "store/sqlite_store.h"
#include "tests/contract/store_samples.h"
#include "tests/support/expect_result.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/store/raw_sql.h"
#include "tests/unit/store/steps.h"

namespace shouwang::store {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

Batch full_batch() {
  return {.community = kElm,
          .at = at(7),
          .files = {alarm("i1"), saved(alarm("i2"))},
          .parcels = {parcel("i1.1", "i1")},
          .devices = {memory("GA-1")},
          .matters = {matter("m")},
          .facts = {away("a", at(9))},
          .journal = {entry("raised"), entry("told", 1, "i1")},
          .raw = {{at(1), DeviceId("d"), "t", std::string("\0,3:\xff", 5), "?"}},
          .forgotten = {IncidentId("i9")}};
}

const TurnSources kSample{
    .ladder = [](std::int64_t) -> Result<escalation::Ladder> { return alarm("i1").ladder; },
    .parcel = [](const ParcelKey&) -> Result<dispatch::Parcel> {
      return fail(Error::Code::not_found, "no parcel");
    }};
std::size_t none_known(const dispatch::Parcel&) { return 0; }

// ---- the form ------------------------------------------------------------------------

TEST(TurnCodec, WhatIsWrittenIsReadBack) {
  std::vector<Batch> batches{full_batch(), {.community = kOak, .raw = full_batch().raw}};
  const std::string text = encode_turn(batches, std::vector<std::int64_t>{1, 1}, none_known);
  const auto read = decode_turn(text, kSample);
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(*read, batches);
  EXPECT_EQ(*lines_of_turn(text), full_batch().journal);
}

TEST(TurnCodec, AnyTurnIsReadBack) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    Steps steps(seed);
    std::vector<Batch> batches{steps.batch(), steps.batch(), steps.batch()};
    std::vector<escalation::Ladder> ladders;
    std::vector<std::int64_t> numbers;
    for (Batch& batch : batches) {
      batch.seen.clear();
      for (const auto& file : batch.files) {
        numbers.push_back(static_cast<std::int64_t>(ladders.size()));
        ladders.push_back(file.ladder);
      }
    }
    const std::vector<Batch> before = batches;
    const std::string text = encode_turn(batches, numbers, none_known);
    RC_ASSERT(batches == before);
    const auto read = decode_turn(text, {.ladder =
                                             [&](std::int64_t number) {
                                               return Result<escalation::Ladder>(
                                                   ladders.at(static_cast<std::size_t>(number)));
                                             },
                                         .parcel = kSample.parcel});
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == batches);
  }));
}

TEST(TurnCodec, WhateverIsCutOffOrPutInIsRefused) {
  std::vector<Batch> batches{full_batch()};
  const std::string text = encode_turn(batches, std::vector<std::int64_t>{1, 1}, none_known);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto read = decode_turn(std::string_view(text).substr(0, size), kSample);
    // The form alone, without a batch, is a turn of nothing.
    EXPECT_EQ(read.has_value(), size == 4) << size;
  }
  EXPECT_FALSE(decode_turn(text + "x", kSample));
  EXPECT_EQ(decode_turn("1:2," + text.substr(4), kSample).error().what,
            "is of a form that is not known");
}

TEST(TurnCodec, ItemsThatAreKnownAreLeftOutAndComeBack) {
  auto before = parcel("i1.1", "i1");
  before.items.push_back({.incident = IncidentId("i2")});
  auto grown = before;
  grown.items.push_back({.incident = IncidentId("i3")});
  std::vector<Batch> batches{{.community = kElm, .parcels = {grown}}};
  const std::string text =
      encode_turn(batches, {}, [](const dispatch::Parcel&) -> std::size_t { return 2; });
  EXPECT_EQ(batches[0].parcels[0], grown);
  EXPECT_EQ(text.find("i2"), std::string::npos);
  TurnSources sources = kSample;
  sources.parcel = [&](const ParcelKey&) { return Result<dispatch::Parcel>(before); };
  EXPECT_EQ(decode_turn(text, sources)->at(0).parcels[0], grown);
  before.items.pop_back();
  EXPECT_EQ(decode_turn(text, sources).error().what, "builds on items that are not there");
}

// ---- the log -------------------------------------------------------------------------

class TurnLogTest : public ::testing::Test {
 protected:
  std::string ask(const std::string& sql) { return RawSql(path).ask(sql); }
  std::string counts() {
    return ask("SELECT (SELECT count(*) FROM turns) || ' ' || (SELECT count(*) FROM incidents)");
  }
  std::unique_ptr<SqliteStore> open(const std::string& file) {
    auto opened = SqliteStore::open(file, {.busy = Millis{10}});
    EXPECT_TRUE(opened) << opened.error().what;
    return opened ? std::move(*opened) : nullptr;
  }
  // What a process that is killed now would leave.
  std::string left_behind() {
    const std::string copy = dir / ("copy" + std::to_string(++copies_) + ".db");
    for (const char* suffix : {"", "-wal"}) {
      std::filesystem::copy_file(path + suffix, copy + suffix);
    }
    return copy;
  }

  testing::TempDir dir;
  const std::string path = dir / "store.db";
  std::unique_ptr<SqliteStore> store = open(path);

 private:
  int copies_ = 0;
};

TEST_F(TurnLogTest, ASaveIsOneRowUntilThereIsAPause) {
  ASSERT_DONE(save(*store, {.files = {alarm("i1")}, .parcels = {parcel("i1.1", "i1")}}));
  EXPECT_EQ(counts(), "1 0");
  EXPECT_EQ(*store->catch_up(), false);
  EXPECT_EQ(counts(), "0 1");
  EXPECT_EQ(*store->catch_up(), false) << "nothing is left to do";
}

TEST_F(TurnLogTest, WhoeverReadsSeesWhatWaits) {
  ASSERT_DONE(save(*store, {.files = {alarm("i1")}, .journal = {entry("raised")}}));
  EXPECT_EQ(store->file(IncidentId("i1"))->incident, alarm("i1").incident);
  EXPECT_THAT(*store->journal({}), SizeIs(1));
  EXPECT_EQ(counts(), "0 1");
}

TEST_F(TurnLogTest, TheChainOfTheJournalGoesOnThroughWhatWaits) {
  ASSERT_DONE(save(*store, {.journal = {entry("a")}}));
  fill_tables(*store);
  ASSERT_DONE(save(*store, {.journal = {entry("b"), entry("c")}}));
  const ChainCheck waiting = *store->check_journal();
  EXPECT_EQ(ask("SELECT count(*) FROM journal"), "1");
  fill_tables(*store);
  EXPECT_EQ(waiting, *store->check_journal());
  EXPECT_EQ(waiting.lines, 3U);
  EXPECT_EQ(waiting.broken_at, std::nullopt);
}

TEST_F(TurnLogTest, AfterAKillWhatWaitedIsThere) {
  Batch turn = full_batch();
  turn.files = {alarm("i1")};
  ASSERT_DONE(save(*store, turn));
  ASSERT_DONE(save(*store, {.files = {saved(alarm("i1"))}}));
  const std::string copy = left_behind();
  const auto again = open(copy);
  EXPECT_EQ(again->file(IncidentId("i1"))->version, 2U);
  EXPECT_EQ(again->recall(kElm, at(0))->parcels, turn.parcels);
  EXPECT_EQ(*again->check_journal(), *store->check_journal());
  EXPECT_EQ(RawSql(copy).ask("SELECT count(*) FROM turns"), "0");
}

TEST_F(TurnLogTest, AfterACleanEndNothingWaits) {
  ASSERT_DONE(save(*store, {.files = {alarm("i1")}}));
  store.reset();
  EXPECT_EQ(counts(), "0 1");
}

TEST_F(TurnLogTest, NobodyOverwritesWhatTheyHaveNotReadAlthoughItOnlyWaits) {
  ASSERT_DONE(save(*store, {.files = {alarm("i1")}}));
  EXPECT_CODE(save(*store, {.files = {alarm("i1")}}), Error::Code::conflict);
  ASSERT_DONE(save(*store, {.files = {saved(alarm("i1"))}}));
  EXPECT_CODE(save(*store, {.files = {saved(alarm("i1"))}}), Error::Code::conflict);
  EXPECT_EQ(counts(), "2 0");
}

TEST_F(TurnLogTest, WhatASaveThatFailedHasClaimedIsFreeAgain) {
  const Batch both{.community = kElm, .files = {alarm("i1"), saved(alarm("i2"))}};
  EXPECT_CODE(store->save({both}), Error::Code::conflict);
  EXPECT_DONE(save(*store, {.files = {alarm("i1")}}));
}

TEST_F(TurnLogTest, OfAnIncidentThatChangedOftenTheLastStateIsWritten) {
  auto words = parcel("i1.1", "i1");
  for (std::uint64_t version = 0; version < 5; ++version) {
    auto file = alarm("i1");
    file.version = version;
    words.body = "words " + std::to_string(version);
    ASSERT_DONE(save(*store, {.files = {file}, .parcels = {words}}));
  }
  EXPECT_EQ(counts(), "5 0");
  fill_tables(*store);
  EXPECT_EQ(counts(), "0 1");
  EXPECT_EQ(ask("SELECT version FROM incidents"), "5");
  EXPECT_EQ(ask("SELECT group_concat(body) FROM parcel_texts"), "words 4");
}

// In a storm: a parcel that grows with each alarm, whose first states have been written meanwhile.
TEST_F(TurnLogTest, AParcelThatGrewOverManyTurnsIsWholeAfterAKill) {
  auto grown = parcel("i1.1", "i1");
  std::size_t first = 0;
  std::size_t last = 0;
  for (int i = 0; i < 60; ++i) {
    grown.items.push_back({.incident = IncidentId("incident-" + std::to_string(1000 + i))});
    // What it was about once is changed now and then.
    if (i % 7 == 6) grown.items[static_cast<std::size_t>(i) / 2].roles = {household::Role::duty_a};
    ASSERT_DONE(save(*store, {.parcels = {grown}}));
    last = std::stoul(ask("SELECT length(body) FROM turns ORDER BY number DESC LIMIT 1"));
    if (i == 4) first = last;
    if (i == 30) static_cast<void>(store->catch_up());
    const std::string copy = left_behind();
    EXPECT_THAT(*open(copy)->parcels(IncidentId("i1")), ::testing::ElementsAre(grown)) << i;
  }
  EXPECT_LT(last, first + 1000) << "a turn does not grow with the parcel";
}

TEST_F(TurnLogTest, APauseIsFilledAPartAtATime) {
  for (int i = 0; i < 40; ++i) {
    ASSERT_DONE(save(*store, {.journal = {entry("a", i)}}));
  }
  EXPECT_EQ(*store->catch_up(), true);
  EXPECT_EQ(counts(), "24 0");
  EXPECT_EQ(*store->catch_up(), true);
  EXPECT_EQ(*store->catch_up(), false);
  EXPECT_EQ(counts(), "0 0");
  EXPECT_THAT(*store->journal({}), SizeIs(40));
}

TEST_F(TurnLogTest, WithoutAnyPauseTheLogStaysBounded) {
  for (int i = 0; i < 65; ++i) {
    ASSERT_DONE(save(*store, {.journal = {entry("a", i)}}));
  }
  EXPECT_EQ(ask("SELECT count(*) FROM turns"), "1");
  EXPECT_EQ(ask("SELECT count(*) FROM journal"), "64");
}

TEST_F(TurnLogTest, BeatsAreWrittenAtOnceAndAfterWhatWaits) {
  ASSERT_DONE(save(*store, {.files = {alarm("i1")}}));
  ASSERT_DONE(save(*store, {.files = {saved(alarm("i1"))},
                            .seen = {{.device = DeviceId("d"), .at = at(1), .messages = 2}}}));
  EXPECT_EQ(counts(), "0 1");
  EXPECT_EQ(ask("SELECT version FROM incidents"), "2");
}

TEST_F(TurnLogTest, ADamagedTurnIsNamedAndLeftInPlace) {
  ASSERT_DONE(save(*store, {.files = {alarm("i1")}}));
  const std::string copy = left_behind();
  RawSql(copy).run("UPDATE turns SET body = x'313a31'");
  const auto refused = SqliteStore::open(copy);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(),
            (Error{Error::Code::corrupt, "turns '1': ends early; the row was left in place"}));
  EXPECT_EQ(RawSql(copy).ask("SELECT count(*) FROM turns"), "1");
}

TEST_F(TurnLogTest, ACopyHoldsWhatWaits) {
  ASSERT_DONE(save(*store, {.files = {alarm("i1")}, .journal = {entry("raised")}}));
  const std::string copy = dir / "backup.db";
  ASSERT_DONE(store->copy_to(copy));
  EXPECT_EQ(counts(), "1 0") << "a worker may copy: it does not touch the log";
  const auto again = open(copy);
  EXPECT_EQ(again->file(IncidentId("i1"))->version, 1U);
  EXPECT_THAT(*again->journal({}), SizeIs(1));
}

}  // namespace
}  // namespace shouwang::store
