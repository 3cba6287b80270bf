// What every store promises of its other doors: the archive, records, logins; and of copies.

#pragma once

#include <string>
#include <vector>

#include "tests/contract/store_contract.h"

namespace shouwang::store {

// ---- raw messages and beats ------------------------------------------------------------

TEST_P(StoreContract, OnlyTheNewestRawMessagesOfATopicAreKept) {
  const auto raw = [](const char* topic, int n) {
    return RawMessage{.at = at(n),
                      .device = DeviceId("x"),
                      .topic = topic,
                      .payload = std::string("\0\xff", 2) + std::to_string(n),
                      .problem = "no profile"};
  };
  Batch batch{.raw = {raw("other", 0)}};
  for (int n = 0; n < 25; ++n) batch.raw.push_back(raw("t", n));
  ASSERT_DONE(save(store(), batch));
  world->restart();

  const auto kept = *archive().raw(kElm, "t");
  ASSERT_EQ(kept.size(), kRawKeptPerTopic);
  EXPECT_EQ(kept.front(), raw("t", 5));
  EXPECT_EQ(kept.back(), raw("t", 24));
  EXPECT_EQ(archive().raw(kElm, "")->size(), kRawKeptPerTopic + 1);
  EXPECT_THAT(*archive().raw(kOak, ""), IsEmpty());
}

TEST_P(StoreContract, RawMessagesOfAllTopicsTogetherAreBoundedToo) {
  Batch batch;
  for (std::size_t n = 0; n < kRawKept + 10; ++n) {
    batch.raw.push_back({.at = at(0), .topic = "t" + std::to_string(n)});
  }
  ASSERT_DONE(save(store(), batch));
  const auto kept = *archive().raw(kElm, "");
  ASSERT_EQ(kept.size(), kRawKept);
  EXPECT_EQ(kept.front().topic, "t10");
}

TEST_P(StoreContract, AnOversizedRawMessageIsCut) {
  const std::string long_payload(kRawBytesMax + 1, 'x');
  ASSERT_DONE(save(store(), {.raw = {{.at = at(0), .topic = "t", .payload = long_payload}}}));
  EXPECT_EQ(archive().raw(kElm, "t")->at(0).payload.size(), kRawBytesMax);
}

TEST_P(StoreContract, BeatsAreSummedUpByDevice) {
  const LastSeen first{.device = DeviceId("b"), .at = at(60), .messages = 3};
  const LastSeen late{.device = DeviceId("b"), .at = at(30), .messages = 2};
  const LastSeen other{.device = DeviceId("a"), .at = at(10), .messages = 1};
  ASSERT_DONE(save(store(), {.seen = {first, other}}));
  ASSERT_DONE(save(store(), {.seen = {late}}));
  world->restart();

  EXPECT_THAT(*archive().last_seen(kElm),
              ElementsAre(other, LastSeen{.device = DeviceId("b"), .at = at(60), .messages = 5}));
  EXPECT_THAT(*archive().last_seen(kOak), IsEmpty());
  EXPECT_EQ(*archive().latest(), at(60));
}

TEST_P(StoreContract, BeatsAreRolledUpByDay) {
  const DeviceId a("a");
  const DeviceId b("b");
  constexpr int kDay = 86'400;
  const auto day = [](int n) { return std::chrono::floor<std::chrono::days>(at(n * kDay)); };
  ASSERT_DONE(save(store(), {.seen = {{a, at(0), 2}, {b, at(1), 1}, {a, at(2), 3}}}));
  ASSERT_DONE(save(store(), {.seen = {{a, at(kDay), 7}}}));
  EXPECT_THAT(*archive().seen_days(kElm, day(0), day(1)),
              ElementsAre(SeenDay{a, day(0), 5}, SeenDay{b, day(0), 1}, SeenDay{a, day(1), 7}));
  EXPECT_THAT(*archive().seen_days(kElm, day(1), day(1)), ElementsAre(SeenDay{a, day(1), 7}));

  const int last = 400;
  ASSERT_DONE(save(store(), {.seen = {{b, at(last * kDay), 1}}}));
  EXPECT_THAT(*archive().seen_days(kElm, day(0), day(last)),
              ElementsAre(SeenDay{a, day(1), 7}, SeenDay{b, day(last), 1}));
}

// ---- looking back -------------------------------------------------------------------------

TEST_P(StoreContract, IncidentsAreFoundByPlaceDeviceCauseAndTime) {
  auto elsewhere = alarm("i2");
  elsewhere.incident.place = {.scope = household::Place::Scope::area, .area = AreaId("B01-U1")};
  elsewhere.incident.sources[0].device = DeviceId("SM-B01-U1");
  elsewhere.incident.raised_at = at(10);
  elsewhere.incident.phase_since = at(10);
  const auto pot = closed(alarm("i3"), at(100), incident::Cause::pot);
  ASSERT_DONE(save(store(), {.files = {alarm("i1"), elsewhere, pot}}));

  const auto found = [&](const IncidentQuery& query) { return *archive().incidents(query); };
  const IncidentId i1("i1");
  const IncidentId i2("i2");
  const IncidentId i3("i3");
  EXPECT_THAT(found({.community = kElm}), ElementsAre(i2, i3, i1));
  EXPECT_THAT(found({.community = kElm, .most = 1}), ElementsAre(i2));
  EXPECT_THAT(found({.community = kElm, .household = HouseholdId("B05-U4-302")}),
              ElementsAre(i3, i1));
  EXPECT_THAT(found({.community = kElm, .device = DeviceId("SM-B01-U1")}), ElementsAre(i2));
  EXPECT_THAT(found({.community = kElm, .cause = incident::Cause::pot}), ElementsAre(i3));
  EXPECT_THAT(found({.community = kElm, .from = at(10)}), ElementsAre(i2));
  EXPECT_THAT(found({.community = kElm, .until = at(10)}), ElementsAre(i3, i1));
  EXPECT_THAT(found({.community = kElm,
                     .household = HouseholdId("B05-U4-302"),
                     .device = DeviceId("SM-B01-U1")}),
              IsEmpty());
  EXPECT_THAT(found({.community = kOak}), IsEmpty());
}

// ---- records, users, phones, keys -----------------------------------------------------------

TEST_P(StoreContract, RecordsComeBackAsTheyWereWritten) {
  EXPECT_EQ(*records().records(kElm), household::Records{});
  ASSERT_DONE(records().replace_records(kElm, some_records(), entry("import", 5, "")));
  world->restart();

  EXPECT_EQ(*records().records(kElm), some_records());
  EXPECT_EQ(*records().records(kOak), household::Records{});
  EXPECT_THAT(types({}), ElementsAre("import"));
}

TEST_P(StoreContract, NewRecordsTakeThePlaceOfTheOld) {
  ASSERT_DONE(records().replace_records(kElm, some_records(), entry("import")));
  ASSERT_DONE(records().replace_records(kOak, some_records(), entry("import")));
  household::Records fewer = some_records();
  fewer.persons.pop_back();
  fewer.shifts.clear();
  ASSERT_DONE(records().replace_records(kElm, fewer, entry("import")));
  EXPECT_EQ(*records().records(kElm), fewer);
  EXPECT_EQ(*records().records(kOak), some_records());
}

TEST_P(StoreContract, RecordsWithAnIdTwiceAreRefusedAndTheOldOnesStay) {
  ASSERT_DONE(records().replace_records(kElm, some_records(), entry("import")));
  household::Records twice = some_records();
  twice.persons.push_back(twice.persons[0]);
  EXPECT_CODE(records().replace_records(kElm, twice, entry("import")), Error::Code::invalid);
  EXPECT_EQ(*records().records(kElm), some_records());
  EXPECT_THAT(types({}), ElementsAre("import"));
}

TEST_P(StoreContract, UsersAreAddedAndReplacedByName) {
  User viewer = desk();
  viewer.name = "board";
  viewer.role = household::Role::viewer;
  viewer.person = {};
  ASSERT_DONE(access().put_user(desk()));
  ASSERT_DONE(access().put_user(viewer));
  viewer.disabled = true;
  ASSERT_DONE(access().put_user(viewer));
  world->restart();
  EXPECT_THAT(*access().users(), ElementsAre(viewer, desk()));
}

TEST_P(StoreContract, PhonesAreEnrolledSeenAndDropped) {
  auto seen = phone("p1");
  ASSERT_DONE(access().put_phone(seen));
  ASSERT_DONE(access().put_phone(phone("p2")));
  seen.last_seen = at(7);
  ASSERT_DONE(access().put_phone(seen));
  ASSERT_DONE(access().drop_phone("p2"));
  EXPECT_DONE(access().drop_phone("p3"));
  world->restart();
  EXPECT_THAT(*access().phones(), ElementsAre(seen));
}

TEST_P(StoreContract, ASecretKeyIsMadeOnceForEachPurposeAndKept) {
  const std::string links = *access().secret_key("links");
  const std::string push = *access().secret_key("push");
  world->restart();
  EXPECT_EQ(links.size(), 32U);
  EXPECT_NE(links, push);
  EXPECT_EQ(*access().secret_key("links"), links);
}

// ---- copies ---------------------------------------------------------------------------------

TEST_P(StoreContract, ACopyHoldsEverything) {
  ASSERT_DONE(
      save(store(), {.files = {alarm("i1")},
                     .parcels = {parcel("i1.1", "i1")},
                     .devices = {memory("GA-1")},
                     .matters = {matter("m")},
                     .facts = {away("a", at(100))},
                     .journal = {entry("raised"), entry("wave")},
                     .raw = {{.at = at(3), .topic = "t", .payload = std::string(1, '\xff')}},
                     .seen = {{.device = DeviceId("d"), .at = at(9), .messages = 4}}}));
  ASSERT_DONE(records().replace_records(kElm, some_records(), entry("import")));
  ASSERT_DONE(access().put_user(desk()));
  ASSERT_DONE(access().put_phone(phone("p1")));
  const std::string key = *access().secret_key("links");
  const auto lines = journal();
  const auto today = std::chrono::floor<std::chrono::days>(at(9));

  const std::string path = world->free_path();
  ASSERT_DONE(store().copy_to(path));
  ASSERT_DONE(save(store(), {.journal = {entry("after the copy")}}));
  world->use_copy(path);

  EXPECT_THAT(recall().files, ElementsAre(saved(alarm("i1"))));
  EXPECT_THAT(recall().parcels, ElementsAre(parcel("i1.1", "i1")));
  EXPECT_THAT(recall().devices, ElementsAre(memory("GA-1")));
  EXPECT_THAT(recall().matters, ElementsAre(matter("m")));
  EXPECT_THAT(recall().facts, ElementsAre(away("a", at(100))));
  EXPECT_EQ(journal(), lines);
  EXPECT_EQ(archive().raw(kElm, "t")->at(0).payload, "\xff");
  EXPECT_EQ(archive().last_seen(kElm)->at(0).messages, 4U);
  EXPECT_EQ(archive().seen_days(kElm, today, today)->size(), 1U);
  EXPECT_EQ(*records().records(kElm), some_records());
  EXPECT_THAT(*access().users(), ElementsAre(desk()));
  EXPECT_THAT(*access().phones(), ElementsAre(phone("p1")));
  EXPECT_EQ(*access().secret_key("links"), key);
  EXPECT_EQ(store().check_journal()->head, lines.back().hash);
}

TEST_P(StoreContract, ACopyIsNeverWrittenOverAFile) {
  const std::string path = world->free_path();
  ASSERT_DONE(store().copy_to(path));
  EXPECT_CODE(store().copy_to(path), Error::Code::invalid);
  world->use_copy(path);
  EXPECT_THAT(journal(), IsEmpty());
}

}  // namespace shouwang::store
