// Need to know: what each role's card holds, and what it must not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk.h"

namespace shouwang::testing {
namespace {

using household::Fact;
using household::Role;
using household::Roles;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CardOf {
 public:
  CardOf() {
    desk_.play(0s, says("GA-B1-U1-103", Meaning::alarm));
    desk_.run_to(160s);
  }
  Card operator()(const char* person, Roles extra = {}) const {
    return card_for(desk_.book, desk_.only(), PersonId(person), extra, at(160s)).value();
  }
  ElmDesk desk_;
};

bool knows_health(const Card& card) {
  return std::ranges::any_of(
      card.homes, [](const CardHome& home) { return !home.facts.none() || !home.notes.empty(); });
}

TEST(Card, ResponderSeesTheAddressTheRescueFactsAndTheExtinguishers) {
  const Card card = CardOf()("B1-U1-101/1");
  EXPECT_EQ(card.place, "house 1 stair 1 103");
  ASSERT_EQ(card.homes.size(), 1U);
  EXPECT_TRUE(card.homes.front().facts.has(Fact::cannot_descend));
  EXPECT_TRUE(card.homes.front().facts.has(Fact::lives_alone));
  EXPECT_THAT(card.homes.front().notes, ElementsAre("ring twice"));
  EXPECT_EQ(card.extinguisher_inside->id, "EX-U1");
  EXPECT_EQ(card.extinguisher_outside->id, "EX-U2");
  EXPECT_EQ(card.shelter, "the hall");
  EXPECT_THAT(card.deliveries, IsEmpty());
}

TEST(Card, RelativesAndResidentsSeeTheStateAndWhoIsGoingButNoHealth) {
  const CardOf card_of;
  for (const char* person : {"anna", "B1-U1-103/1"}) {
    const Card card = card_of(person);
    EXPECT_EQ(card.place, "house 1 stair 1 103") << person;
    EXPECT_FALSE(knows_health(card)) << person;
    EXPECT_THAT(card.homes, IsEmpty());
    EXPECT_THAT(card.notes, IsEmpty());
    EXPECT_THAT(card.deliveries, IsEmpty());
    EXPECT_EQ(card.extinguisher_inside, std::nullopt);
  }
}

TEST(Card, NeighboursAndPatrolSeeTheAddressButNotWhySomebodyNeedsHelp) {
  const CardOf card_of;
  for (const char* person : {"pt1", "nw1"}) {
    const Card card = card_of(person);
    EXPECT_EQ(card.homes.size(), 1U) << person;
    EXPECT_FALSE(knows_health(card)) << person;
  }
}

TEST(Card, OnlyTheDeskSeesWhoWasToldWithWhatResult) {
  const CardOf card_of;
  EXPECT_EQ(card_of("of1").deliveries.size(), card_of.desk_.incident().told.size());
  EXPECT_EQ(card_of("of1").ladder, "gas in a home");
  EXPECT_THAT(card_of("gl1").deliveries, IsEmpty());
}

TEST(Card, WhoIsGoingIsARoleAndANameOnlyForResponders) {
  CardOf card_of;
  card_of.desk_.press(170s, "B1-U1-101/1", Action::going);
  const Card relative = card_of("anna");
  ASSERT_EQ(relative.going.size(), 1U);
  EXPECT_EQ(relative.going.front().role, Role::unit_head);
  EXPECT_TRUE(relative.going.front().is_lead);
  EXPECT_EQ(relative.going.front().person, PersonId());
  EXPECT_EQ(card_of("of1").going.front().person, PersonId("B1-U1-101/1"));
  EXPECT_TRUE(card_of("B1-U1-101/1").going.front().is_you);
}

TEST(Card, AStrangerHasNoCardAndNobodyHasOneADayAfterTheEnd) {
  CardOf card_of;
  const Book& book = card_of.desk_.book;
  EXPECT_FALSE(card_for(book, card_of.desk_.only(), PersonId("el1"), {}, at(160s)));
  EXPECT_FALSE(card_for(book, IncidentId("nonsense"), PersonId("anna"), {}, at(160s)));
  const IncidentId id = card_of.desk_.only();
  card_of.desk_.close_it(200s);
  EXPECT_TRUE(card_for(book, id, PersonId("anna"), {}, at(200s + 24h - 1ms)));
  EXPECT_FALSE(card_for(book, id, PersonId("anna"), {}, at(200s + 24h)));
}

TEST(Card, AfterTheEndNobodySeesRescueFactsAndOnlyTheDeskSeesWhoClosed) {
  CardOf card_of;
  card_of.desk_.close_it(200s);
  for (const char* person : {"B1-U1-101/1", "of1", "anna"}) {
    EXPECT_FALSE(knows_health(card_of(person))) << person;
  }
  EXPECT_EQ(card_of("anna").closing->by, PersonId());
  EXPECT_EQ(card_of("of1").closing->by, PersonId("of1"));
}

TEST(Card, TheListOfAStairwellPutsWhoeverNeedsHelpFirst) {
  ElmDesk desk;
  desk.play(0s, says("SM-U1", Meaning::alarm));
  const auto labels = [&] {
    std::vector<std::string> list;
    const auto card = card_for(desk.book, desk.only(), PersonId("of1"), {}, at(1s));
    for (const auto& home : card->homes) list.push_back(home.label);
    return list;
  };
  EXPECT_THAT(labels(), ElementsAre("103", "102", "101"));
  desk.press(5s, "B1-U1-101/1", Action::help_me);
  EXPECT_THAT(labels(), ElementsAre("101", "103", "102"));
}

TEST(Card, AnExtinguisherWhoseHolderIsAwayIsNamedAsLockedIn) {
  ElmDesk desk;
  desk.book.facts = {{.kind = household::DatedFact::Kind::away,
                      .subject = "B1-U1-101/1",
                      .from = at(-1h),
                      .until = at(1h)}};
  desk.play(0s, says("SM-U1", Meaning::alarm));
  const Card card = card_for(desk.book, desk.only(), PersonId("of1"), {}, at(1s)).value();
  EXPECT_EQ(card.extinguisher_inside, std::nullopt);
  EXPECT_EQ(card.extinguisher_outside->id, "EX-U2");
  EXPECT_THAT(card.extinguishers_locked, ElementsAre("EX-U1"));
}

TEST(Board, OrdersBySeverityThenAge) {
  ElmDesk desk;
  const auto a = desk.play(0s, says("GA-B1-U2-102", Meaning::alarm)).incident;
  const auto b = desk.play(1s, says("GA-B1-U3-101", Meaning::alarm)).incident;
  const auto c = desk.play(2s, says("GA-B1-U1-103", Meaning::alarm)).incident;
  EXPECT_THAT(board_order(desk.book), ElementsAre(c, a, b));
}

}  // namespace
}  // namespace shouwang::testing
