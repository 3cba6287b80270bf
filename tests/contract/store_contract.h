// What every store promises, whatever it is made of.
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, ::testing::Values(make_sqlite_world));
//
// This part is about Store; doors_contract.h is about the other doors and about copies.

#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/archive.h"
#include "store/records.h"
#include "store/store.h"
#include "tests/contract/store_samples.h"
#include "tests/support/expect_result.h"

namespace shouwang::store {

// The doors of one store.
struct Doors {
  Store& store;
  RecordStore& records;
  AccessStore& access;
  Archive& archive;
};

// A store, and what can be done around it.
class StoreWorld {
 public:
  StoreWorld() = default;
  StoreWorld(const StoreWorld&) = delete;
  StoreWorld& operator=(const StoreWorld&) = delete;
  virtual ~StoreWorld() = default;

  virtual Doors doors() = 0;
  // Ends the process, as it were, and starts it again. A store without a disk does nothing.
  virtual void restart() = 0;
  // A name for a file that does not exist.
  virtual std::string free_path() = 0;
  // From now on the doors are those of the copy at `path`.
  virtual void use_copy(const std::string& path) = 0;
};

class StoreContract
    : public ::testing::TestWithParam<std::function<std::unique_ptr<StoreWorld>()>> {
 protected:
  Store& store() { return world->doors().store; }
  RecordStore& records() { return world->doors().records; }
  AccessStore& access() { return world->doors().access; }
  Archive& archive() { return world->doors().archive; }

  // All that a restart finds of "elm"; fails the test if that is an error.
  dispatch::Memory recall(Instant closed_since = at(0)) {
    auto memory = store().recall(kElm, closed_since);
    EXPECT_TRUE(memory) << memory.error().what;
    return memory ? *memory : dispatch::Memory{};
  }
  std::vector<JournalLine> journal(const JournalQuery& query = {}) {
    auto lines = store().journal(query);
    EXPECT_TRUE(lines) << lines.error().what;
    return lines ? *lines : std::vector<JournalLine>{};
  }
  std::vector<std::string> types(const JournalQuery& query) {
    std::vector<std::string> all;
    for (const JournalLine& line : journal(query)) all.push_back(line.entry.type);
    return all;
  }

  std::unique_ptr<StoreWorld> world = GetParam()();
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// ---- what is saved is there after a restart ---------------------------------------

TEST_P(StoreContract, ANewStoreRemembersNothing) {
  const dispatch::Memory memory = recall();
  EXPECT_THAT(memory.files, IsEmpty());
  EXPECT_THAT(memory.parcels, IsEmpty());
  EXPECT_THAT(journal(), IsEmpty());
  EXPECT_EQ(*archive().latest(), std::nullopt);
  EXPECT_EQ(*store().check_journal(), ChainCheck{});
}

TEST_P(StoreContract, EverythingOfABatchIsThereAfterARestart) {
  const auto file = alarm("i1");
  ASSERT_DONE(save(store(), {.files = {file},
                             .parcels = {parcel("i1.00001", "i1")},
                             .devices = {memory("GA-B05-U4-302")},
                             .matters = {matter("low_battery:SM-B05-U4")},
                             .facts = {away("UH-B05-U4", at(600))},
                             .journal = {entry("raised")}}));
  world->restart();

  const dispatch::Memory memory_found = recall();
  EXPECT_THAT(memory_found.files, ElementsAre(saved(file)));
  EXPECT_THAT(memory_found.parcels, ElementsAre(parcel("i1.00001", "i1")));
  EXPECT_THAT(memory_found.devices, ElementsAre(memory("GA-B05-U4-302")));
  EXPECT_THAT(memory_found.matters, ElementsAre(matter("low_battery:SM-B05-U4")));
  EXPECT_THAT(memory_found.facts, ElementsAre(away("UH-B05-U4", at(600))));
  ASSERT_EQ(journal().size(), 1U);
  EXPECT_EQ(journal()[0].entry, entry("raised"));
  EXPECT_EQ(journal()[0].number, 1U);
}

TEST_P(StoreContract, CommunitiesSavedTogetherAreRecalledApart) {
  const std::vector<Batch> both{
      {.community = kElm, .files = {alarm("i1")}, .matters = {matter("a")}},
      {.community = kOak, .files = {alarm("i2", kOak)}, .devices = {memory("GA-1")}}};
  ASSERT_DONE(store().save(both));

  const dispatch::Memory elm = recall();
  EXPECT_THAT(elm.files, ElementsAre(saved(alarm("i1"))));
  EXPECT_THAT(elm.matters, ElementsAre(matter("a")));
  EXPECT_THAT(elm.devices, IsEmpty());
  EXPECT_THAT(store().recall(kOak, at(0))->files, ElementsAre(saved(alarm("i2", kOak))));
}

TEST_P(StoreContract, SavingNothingIsDoneAtOnce) {
  EXPECT_DONE(store().save({}));
  EXPECT_DONE(save(store(), {}));
  EXPECT_THAT(journal(), IsEmpty());
}

TEST_P(StoreContract, FilesComeBackOldestFirst) {
  auto later = alarm("a");
  later.incident.raised_at = at(5);
  later.incident.phase_since = at(5);
  ASSERT_DONE(save(store(), {.files = {later, alarm("c"), alarm("b")}}));
  const auto files = recall().files;
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files[0].incident.id, IncidentId("b"));
  EXPECT_EQ(files[1].incident.id, IncidentId("c"));
  EXPECT_EQ(files[2].incident.id, IncidentId("a"));
}

TEST_P(StoreContract, WhatIsSavedAgainReplacesWhatWas) {
  ASSERT_DONE(save(store(), {.files = {alarm("i1")},
                             .parcels = {parcel("i1.1", "i1")},
                             .devices = {memory("GA-1")},
                             .matters = {matter("m")}}));
  auto file = saved(alarm("i1"));
  file.incident.severity = incident::Severity::critical;
  file.progress.waves_run = 2;
  auto moved = parcel("i1.1", "i1");
  moved.state = dispatch::Parcel::State::awaiting;
  moved.attempts = moved.leg_attempts = 1;
  moved.body = "other words";
  auto quiet = memory("GA-1");
  quiet.alarming = false;
  auto more = matter("m");
  more.count = 3;
  ASSERT_DONE(
      save(store(), {.files = {file}, .parcels = {moved}, .devices = {quiet}, .matters = {more}}));
  world->restart();

  const dispatch::Memory found = recall();
  EXPECT_THAT(found.files, ElementsAre(saved(file)));
  EXPECT_THAT(found.parcels, ElementsAre(moved));
  EXPECT_THAT(found.devices, ElementsAre(quiet));
  EXPECT_THAT(found.matters, ElementsAre(more));
}

// ---- what is over -------------------------------------------------------------------

TEST_P(StoreContract, AClosedIncidentIsRecalledAsLongAsAskedAndKeptForEver) {
  ASSERT_DONE(save(store(), {.files = {alarm("i1")}}));
  const auto end = closed(saved(alarm("i1")), at(100), incident::Cause::pot);
  ASSERT_DONE(save(store(), {.files = {end}}));
  world->restart();

  EXPECT_THAT(recall(at(100)).files, ElementsAre(saved(end)));
  EXPECT_THAT(recall(at(101)).files, IsEmpty());
  EXPECT_EQ(*store().file(IncidentId("i1")), saved(end));
}

TEST_P(StoreContract, AnIncidentThatWasClosedWhenFirstSavedIsNotOpen) {
  ASSERT_DONE(save(store(), {.files = {closed(alarm("i1"), at(1), incident::Cause::test)}}));
  EXPECT_THAT(recall(at(2)).files, IsEmpty());
}

TEST_P(StoreContract, AFinishedParcelIsNotRecalledButStaysWithItsIncident) {
  ASSERT_DONE(save(store(), {.parcels = {parcel("i1.1", "i1"), parcel("i1.2", "i1")}}));
  auto done = parcel("i1.1", "i1");
  done.state = dispatch::Parcel::State::done;
  ASSERT_DONE(save(store(), {.parcels = {done}}));
  world->restart();

  EXPECT_THAT(recall().parcels, ElementsAre(parcel("i1.2", "i1")));
  EXPECT_THAT(*archive().parcels(IncidentId("i1")), ElementsAre(done, parcel("i1.2", "i1")));
}

TEST_P(StoreContract, AParcelAboutTwoIncidentsIsFoundByBoth) {
  auto both = parcel("i1.1", "i1");
  both.items.push_back({.incident = IncidentId("i2")});
  const auto own = parcel("i2.1", "i2");
  const auto other = parcel("i22.1", "i22");
  ASSERT_DONE(save(store(), {.parcels = {both, own, other}}));
  EXPECT_THAT(*archive().parcels(IncidentId("i1")), ElementsAre(both));
  EXPECT_THAT(*archive().parcels(IncidentId("i2")), ElementsAre(both, own));
  EXPECT_THAT(*archive().parcels(IncidentId("i3")), IsEmpty());

  both.items.pop_back();
  ASSERT_DONE(save(store(), {.parcels = {both}}));
  EXPECT_THAT(*archive().parcels(IncidentId("i2")), ElementsAre(both, own));
}

TEST_P(StoreContract, AClosedMatterIsNotRecalled) {
  auto fixed = matter("m");
  fixed.closed_at = at(200);
  fixed.closed_by = "gateway";
  ASSERT_DONE(save(store(), {.matters = {matter("m"), matter("n")}}));
  ASSERT_DONE(save(store(), {.matters = {fixed}}));
  EXPECT_THAT(recall().matters, ElementsAre(matter("n")));
  ASSERT_DONE(save(store(), {.matters = {matter("m")}}));
  EXPECT_THAT(recall().matters, ElementsAre(matter("m"), matter("n")));
}

TEST_P(StoreContract, ADatedFactIsRecalledUntilItEnds) {
  ASSERT_DONE(save(store(), {.facts = {away("a", at(100)), away("b", at(200))}}));
  EXPECT_THAT(recall(at(99)).facts, ElementsAre(away("a", at(100)), away("b", at(200))));
  EXPECT_THAT(recall(at(100)).facts, ElementsAre(away("b", at(200))));
}

// ---- everything or nothing ------------------------------------------------------------

TEST_P(StoreContract, AStaleVersionIsAConflictAndNothingIsWritten) {
  ASSERT_DONE(save(store(), {.files = {alarm("i1")}, .journal = {entry("raised")}}));
  ASSERT_DONE(save(store(), {.files = {saved(alarm("i1"))}}));
  const std::string head = store().check_journal()->head;

  for (const std::uint64_t version : {0U, 1U, 3U}) {
    auto stale = alarm("i1");
    stale.version = version;
    const std::vector<Batch> batches{
        {.community = kOak, .files = {alarm("i2", kOak)}, .journal = {entry("raised")}},
        {.community = kElm,
         .files = {stale},
         .parcels = {parcel("i1.1", "i1")},
         .journal = {entry("going")}}};
    EXPECT_CODE(store().save(batches), Error::Code::conflict);
  }

  EXPECT_EQ(recall().files[0].version, 2U);
  EXPECT_THAT(recall().parcels, IsEmpty());
  EXPECT_THAT(store().recall(kOak, at(0))->files, IsEmpty());
  EXPECT_EQ(*store().check_journal(), (ChainCheck{.lines = 1, .head = head}));
}

TEST_P(StoreContract, AVersionOfAnIncidentThatIsNotThereIsAConflict) {
  auto file = alarm("i1");
  file.version = 1;
  EXPECT_CODE(save(store(), {.files = {file}}), Error::Code::conflict);
}

TEST_P(StoreContract, AfterAConflictTheNextSaveGoesThroughWithTheNextNumber) {
  ASSERT_DONE(save(store(), {.files = {alarm("i1")}, .journal = {entry("raised")}}));
  auto other = alarm("i1");
  other.ladder.name = "another ladder";
  EXPECT_CODE(
      save(store(),
           {.files = {other}, .parcels = {parcel("i1.9", "i1")}, .journal = {entry("lost")}}),
      Error::Code::conflict);
  other.version = 1;
  ASSERT_DONE(save(
      store(), {.files = {other}, .parcels = {parcel("i1.9", "i1")}, .journal = {entry("kept")}}));
  world->restart();

  EXPECT_THAT(types({}), ElementsAre("raised", "kept"));
  EXPECT_EQ(store().check_journal()->broken_at, std::nullopt);
  EXPECT_THAT(recall().files, ElementsAre(saved(other)));
  EXPECT_THAT(recall().parcels, ElementsAre(parcel("i1.9", "i1")));
}

TEST_P(StoreContract, AFileThatBreaksARuleIsNeverWritten) {
  auto broken = alarm("i1");
  broken.incident.sources.clear();
  EXPECT_DEATH((void)save(store(), {.files = {broken}}), "broken_rule");
}

TEST_P(StoreContract, AParcelThatBreaksARuleIsNeverWritten) {
  auto broken = parcel("i1.1", "i1");
  broken.route.clear();
  EXPECT_DEATH((void)save(store(), {.parcels = {broken}}), "broken_rule");
}

TEST_P(StoreContract, AnIncidentThatNobodyKnowsIsNotFound) {
  EXPECT_CODE(store().file(IncidentId("i9")), Error::Code::not_found);
}

// ---- the journal ------------------------------------------------------------------------

TEST_P(StoreContract, WhatIsForgottenIsGoneWithItsParcelsAndNothingElse) {
  auto shared = parcel("i1.00002", "i1");
  shared.items.push_back({.incident = IncidentId("i2")});
  ASSERT_DONE(save(store(), {.files = {alarm("i1"), alarm("i2"), alarm("i10")},
                             .parcels = {parcel("i1.00001", "i1"), shared,
                                         parcel("i10.00001", "i10"), parcel("i2.00001", "i2")}}));
  ASSERT_DONE(save(store(), {.forgotten = {IncidentId("i1"), IncidentId("never")}}));
  world->restart();

  const dispatch::Memory left = recall();
  EXPECT_THAT(left.files, ElementsAre(saved(alarm("i10")), saved(alarm("i2"))));
  EXPECT_THAT(left.parcels, ElementsAre(parcel("i10.00001", "i10"), parcel("i2.00001", "i2")));
  EXPECT_THAT(*archive().parcels(IncidentId("i2")), ElementsAre(parcel("i2.00001", "i2")));
  EXPECT_CODE(store().file(IncidentId("i1")), Error::Code::not_found);
}

TEST_P(StoreContract, AnIncidentIsForgottenInTheBatchThatSavesItLast) {
  ASSERT_DONE(save(store(), {.files = {alarm("i1")},
                             .parcels = {parcel("i1.00001", "i1")},
                             .forgotten = {IncidentId("i1")}}));
  EXPECT_THAT(recall().files, IsEmpty());
  EXPECT_THAT(recall().parcels, IsEmpty());
}

TEST_P(StoreContract, TheJournalIsNumberedOverAllCommunitiesAndChained) {
  const std::vector<Batch> both{{.community = kElm, .journal = {entry("a"), entry("b")}},
                                {.community = kOak, .journal = {entry("c", 0, "", kOak)}}};
  ASSERT_DONE(store().save(both));
  world->restart();
  ASSERT_DONE(save(store(), {.journal = {entry("d")}}));

  const auto lines = journal();
  ASSERT_EQ(lines.size(), 4U);
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i].number, i + 1);
  EXPECT_EQ(lines[2].entry, entry("c", 0, "", kOak));
  EXPECT_EQ(*store().check_journal(), (ChainCheck{.lines = 4, .head = lines[3].hash}));
}

TEST_P(StoreContract, TheJournalIsReadByCommunityIncidentAndTime) {
  ASSERT_DONE(
      save(store(), {.journal = {entry("a", 0, "i1"), entry("b", 10, "i2"), entry("c", 20, "i1"),
                                 entry("d", 30, ""), entry("e", 40, "i1", kOak)}}));
  EXPECT_THAT(types({.incident = IncidentId("i1")}), ElementsAre("a", "c", "e"));
  EXPECT_THAT(types({.community = kElm, .incident = IncidentId("i1")}), ElementsAre("a", "c"));
  EXPECT_THAT(types({.community = kOak}), ElementsAre("e"));
  EXPECT_THAT(types({.from = at(10), .until = at(30)}), ElementsAre("b", "c"));
  EXPECT_THAT(types({.from = at(30)}), ElementsAre("d", "e"));
  EXPECT_THAT(types({.until = at(10)}), ElementsAre("a"));
  EXPECT_THAT(types({.incident = IncidentId("i1"), .from = at(1), .until = at(40)}),
              ElementsAre("c"));
  EXPECT_THAT(types({.community = CommunityId("fir")}), IsEmpty());
}

TEST_P(StoreContract, TheJournalIsReadPageByPage) {
  ASSERT_DONE(save(store(), {.journal = {entry("a"), entry("b"), entry("c"), entry("d")}}));
  EXPECT_THAT(types({.most = 3}), ElementsAre("a", "b", "c"));
  EXPECT_THAT(types({.after = 3, .most = 3}), ElementsAre("d"));
  EXPECT_THAT(types({.after = 4}), IsEmpty());
  EXPECT_THAT(types({.after = 1, .from = at(0), .most = 2}), ElementsAre("b", "c"));
}

TEST_P(StoreContract, TimesThatStepBackDoNotHideALine) {
  ASSERT_DONE(save(store(), {.journal = {entry("a", 50), entry("b", 10), entry("c", 60)}}));
  EXPECT_THAT(types({.from = at(10), .until = at(55)}), ElementsAre("a", "b"));
  EXPECT_THAT(types({.from = at(55)}), ElementsAre("c"));
  EXPECT_EQ(*archive().latest(), at(60));
}

// A clock that boots in 1970 begins there, and whatever was saved must not lie ahead of it.
TEST_P(StoreContract, TheLatestMomentIsThatOfTheLatestTurn) {
  ASSERT_DONE(save(store(), {.at = at(0), .journal = {entry("a", 0)}}));
  ASSERT_DONE(save(store(), {.at = at(70), .files = {alarm("i1")}}));
  ASSERT_DONE(save(store(), {.at = at(10), .devices = {memory("d1")}}));
  ASSERT_DONE(save(store(), {.at = at(90)}));
  world->restart();
  EXPECT_EQ(*archive().latest(), at(70)) << "nothing was saved at 90";
  const std::string copy = world->free_path();
  ASSERT_DONE(store().copy_to(copy));
  world->use_copy(copy);
  EXPECT_EQ(*archive().latest(), at(70));
  ASSERT_DONE(save(store(), {.at = at(80), .journal = {entry("b", 80)}}));
  EXPECT_EQ(*archive().latest(), at(80));
}

TEST_P(StoreContract, OddBytesInTextsComeBackAsTheyWere) {
  const std::string odd("\xff\xfe 0\0 \"\\\n\x01 社區\xf0\x9f\x94\xa5", 20);
  auto file = alarm("i1");
  file.incident.notes = {{.at = at(1), .by = PersonId(odd), .text = odd}};
  auto strange = parcel("i1.1", "i1");
  strange.error = odd;
  strange.title = odd;
  auto line = entry("delivery");
  line.actor = odd;
  line.facts = {{odd, odd}, {"", ""}, {odd, "again"}};
  ASSERT_DONE(save(store(), {.files = {file}, .parcels = {strange}, .journal = {line}}));
  world->restart();

  EXPECT_THAT(recall().files, ElementsAre(saved(file)));
  EXPECT_THAT(recall().parcels, ElementsAre(strange));
  EXPECT_EQ(journal()[0].entry, line);
  EXPECT_EQ(store().check_journal()->broken_at, std::nullopt);
}

}  // namespace shouwang::store
