#include "app/phones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/virtual_clock.h"
#include "store/memory_store.h"
#include "tests/support/elm.h"
#include "tests/support/expect_result.h"

namespace shouwang::app {
namespace {

using notify::InboxMessage;
using notify::InboxPort;
using shouwang::testing::at;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using namespace std::chrono_literals;

const CommunityId kElm("elm");
const PersonId kAnna("anna");
const Phones::Owner kAnnas{kElm, kAnna};

class PhonesTest : public ::testing::Test {
 protected:
  PhonesTest() { start(); }
  // A new process on the same store.
  void start() {
    phones = std::make_unique<Phones>(clock, memory, std::string(32, 'k'));
    ASSERT_DONE(phones->load());
  }
  std::string code(Millis life = kCodeLifeMax) { return phones->enrol_code(kElm, kAnna, life); }
  static InboxMessage message(const char* key, const char* incident, const char* title = "gas") {
    return {.community = kElm,
            .person = kAnna,
            .incident = IncidentId(incident),
            .key = ParcelKey(key),
            .title = title};
  }

  VirtualClock clock{at(0s)};
  store::MemoryStore memory;
  std::unique_ptr<Phones> phones;
};

TEST_F(PhonesTest, ACodeMakesAPhoneItsOwners) {
  const std::string secret = phones->enrol(code()).value();
  EXPECT_EQ(phones->owner(secret), kAnnas);
  ASSERT_EQ(phones->list().size(), 1U);
  EXPECT_EQ(phones->list().front().person, kAnna);
  EXPECT_EQ(phones->list().front().enrolled_at, at(0s));
  EXPECT_EQ(phones->list().front().secret_hash.find(secret), std::string::npos);
}

TEST_F(PhonesTest, ACodeWorksOnce) {
  const std::string link = code();
  ASSERT_DONE(phones->enrol(link));
  EXPECT_CODE(phones->enrol(link), Error::Code::invalid);
  start();
  EXPECT_CODE(phones->enrol(link), Error::Code::invalid);
  EXPECT_EQ(phones->list().size(), 1U);
}

TEST_F(PhonesTest, ACodeExpires) {
  const std::string link = code(1h);
  clock.run_until(at(1h));
  EXPECT_CODE(phones->enrol(link), Error::Code::invalid);
  EXPECT_THAT(phones->list(), IsEmpty());
}

TEST_F(PhonesTest, WhatNobodyMadeIsRefusedInTheSameWords) {
  const std::string used = code();
  ASSERT_DONE(phones->enrol(used));
  const auto refused = phones->enrol("AAAA");
  EXPECT_CODE(refused, Error::Code::invalid);
  EXPECT_EQ(refused.error().what, phones->enrol(used).error().what);
}

TEST_F(PhonesTest, APhoneIsKnownAfterARestart) {
  const std::string secret = phones->enrol(code()).value();
  start();
  EXPECT_EQ(phones->owner(secret), kAnnas);
}

TEST_F(PhonesTest, AWrongSecretIsNobodys) {
  ASSERT_DONE(phones->enrol(code()));
  EXPECT_EQ(phones->owner(""), std::nullopt);
  EXPECT_EQ(phones->owner("guess"), std::nullopt);
  EXPECT_EQ(phones->owner(phones->list().front().secret_hash), std::nullopt);
}

TEST_F(PhonesTest, ADroppedPhoneIsNobodysAndItsOldLinkDoesNotBringItBack) {
  const std::string link = code();
  const std::string secret = phones->enrol(link).value();
  ASSERT_DONE(phones->drop(phones->list().front().id));
  EXPECT_EQ(phones->owner(secret), std::nullopt);
  EXPECT_EQ(phones->owner(""), std::nullopt);
  EXPECT_THAT(phones->list(), IsEmpty());
  EXPECT_EQ(phones->deliver(message("k1", "i1")), InboxPort::Looking::no_phone);
  EXPECT_CODE(phones->enrol(link), Error::Code::invalid);
  start();
  EXPECT_CODE(phones->enrol(link), Error::Code::invalid);
}

TEST_F(PhonesTest, ADroppedPhoneIsForgottenOnceItsCodeHasExpired) {
  ASSERT_DONE(phones->enrol(code()));
  ASSERT_DONE(phones->drop(phones->list().front().id));
  EXPECT_EQ(memory.phones().value().size(), 1U);
  clock.run_until(at(49h));
  start();
  EXPECT_THAT(memory.phones().value(), IsEmpty());
}

TEST_F(PhonesTest, APhoneThatIsNotThereCanNotBeDropped) {
  EXPECT_CODE(phones->drop("nobody"), Error::Code::not_found);
  ASSERT_DONE(phones->enrol(code()));
  const std::string id = phones->list().front().id;
  ASSERT_DONE(phones->drop(id));
  EXPECT_CODE(phones->drop(id), Error::Code::not_found);
}

TEST_F(PhonesTest, AMessageIsShownToWhoeverHasThePageOpen) {
  EXPECT_EQ(phones->deliver(message("k1", "i1")), InboxPort::Looking::no_phone);
  ASSERT_DONE(phones->enrol(code()));
  EXPECT_EQ(phones->deliver(message("k1", "i1")), InboxPort::Looking::nobody);
  std::vector<ParcelKey> seen;
  phones->set_deliver([&](const InboxMessage& one) {
    seen.push_back(one.key);
    return true;
  });
  EXPECT_EQ(phones->deliver(message("k2", "i1")), InboxPort::Looking::somebody);
  EXPECT_THAT(seen, ElementsAre(ParcelKey("k2")));
}

TEST_F(PhonesTest, TheNewestMessageAboutAnIncidentWaitsUntilItIsConfirmed) {
  phones->deliver(message("k1", "i1", "gas"));
  phones->deliver(message("k2", "i1", "gas (nobody is going)"));
  phones->deliver(message("k3", "i2", "smoke"));
  EXPECT_EQ(phones->waiting(kAnnas).at(IncidentId("i1")).title, "gas (nobody is going)");
  phones->confirmed(CommunityId("oak"), ParcelKey("k2"));
  EXPECT_EQ(phones->waiting(kAnnas).size(), 2U) << "another community's key";
  phones->confirmed(kElm, ParcelKey("k2"));
  EXPECT_THAT(phones->waiting(kAnnas), ElementsAre(Pair(IncidentId("i2"), ::testing::_)));
  EXPECT_THAT(phones->waiting({kElm, PersonId("boris")}), IsEmpty());
}

TEST_F(PhonesTest, WhatWaitsForOnePersonIsBounded) {
  for (int i = 0; i < 500; ++i) {
    const std::string id = "i" + std::to_string(1000 + i);
    phones->deliver(message(id.c_str(), id.c_str()));
  }
  EXPECT_EQ(phones->waiting(kAnnas).size(), 100U);
  EXPECT_TRUE(phones->waiting(kAnnas).contains(IncidentId("i1499")));
}

}  // namespace
}  // namespace shouwang::app
