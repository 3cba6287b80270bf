#include "household/people.h"

#include <gtest/gtest.h>

#include "household/registry.h"

namespace shouwang::household {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

LocalTime monday_at(unsigned hour, unsigned minute) {
  return {.year = 2026, .month = 1, .day = 12, .weekday = 1, .minute_of_day = hour * 60 + minute};
}

Resident with(std::initializer_list<Fact> facts) {
  Resident resident{.person = PersonId("R")};
  for (const Fact fact : facts) resident.facts.set(fact);
  return resident;
}

TEST(Facts, EachIsSetOnItsOwn) {
  Facts facts;
  facts.set(Fact::cannot_descend);
  EXPECT_TRUE(facts.has(Fact::cannot_descend));
  EXPECT_FALSE(facts.has(Fact::lives_alone));
  facts.set(Fact::lives_alone);
  EXPECT_TRUE(facts.has(Fact::cannot_descend));
  EXPECT_TRUE(facts.has(Fact::lives_alone));
  EXPECT_FALSE(facts.has(Fact::elder));
}

TEST(Facts, HaveNamesThatLeadBackToThem) {
  for (unsigned bit = 0; bit <= 8; ++bit) {
    const auto fact = static_cast<Fact>(1U << bit);
    EXPECT_EQ(fact_named(name_of(fact)), fact);
  }
  EXPECT_EQ(fact_named("stroke"), std::nullopt);
  EXPECT_EQ(fact_named(""), std::nullopt);
}

TEST(DatedFact, HoldsFromItsBeginUpToItsEnd) {
  const Instant noon{hours{12}};
  const DatedFact fact{.kind = DatedFact::Kind::quarantined,
                       .subject = "YH-0042",
                       .from = noon,
                       .until = noon + hours{12},
                       .author = "OF01",
                       .note = ""};
  EXPECT_FALSE(fact.holds(noon - Millis{1}));
  EXPECT_TRUE(fact.holds(noon));
  EXPECT_TRUE(fact.holds(noon + hours{11} + minutes{59}));
  EXPECT_FALSE(fact.holds(noon + hours{12}));
}

TEST(DatedFact, KindsHaveNamesThatLeadBackToThem) {
  for (int i = 0; i <= static_cast<int>(DatedFact::Kind::key_held_by); ++i) {
    const auto kind = static_cast<DatedFact::Kind>(i);
    EXPECT_EQ(dated_fact_named(name_of(kind)), kind);
  }
  EXPECT_EQ(dated_fact_named("asleep"), std::nullopt);
}

TEST(HelpRank, PutsThoseWhoCanNotDescendFirst) {
  Household home{.id = HouseholdId("h")};
  EXPECT_EQ(help_rank(home, monday_at(12, 0)), 3);
  home.residents = {with({Fact::hard_of_hearing})};
  EXPECT_EQ(help_rank(home, monday_at(12, 0)), 3);
  home.residents = {with({Fact::elder}), with({})};
  EXPECT_EQ(help_rank(home, monday_at(12, 0)), 2);
  home.residents = {with({Fact::elder, Fact::lives_alone})};
  EXPECT_EQ(help_rank(home, monday_at(12, 0)), 1);
  home.residents = {with({}), with({Fact::cannot_descend})};
  EXPECT_EQ(help_rank(home, monday_at(12, 0)), 0);
}

TEST(HelpRank, CountsAChildAloneOnlyInItsHours) {
  Resident child = with({Fact::child_alone});
  child.alone_hours = {.from_minute = 15 * 60 + 30, .until_minute = 18 * 60, .weekdays_only = true};
  const Household home{.id = HouseholdId("h"), .residents = {child}};
  EXPECT_EQ(help_rank(home, monday_at(15, 29)), 3);
  EXPECT_EQ(help_rank(home, monday_at(15, 30)), 2);
  EXPECT_TRUE(facts_of(home, monday_at(16, 10)).has(Fact::child_alone));
  EXPECT_FALSE(facts_of(home, monday_at(18, 0)).has(Fact::child_alone));
  LocalTime sunday = monday_at(16, 10);
  sunday.weekday = 0;
  EXPECT_EQ(help_rank(home, sunday), 3);
}

TEST(LoneElder, IsOneResidentWhoIsBothOldAndAlone) {
  Household home{.id = HouseholdId("h"), .residents = {with({Fact::elder}), with({})}};
  EXPECT_FALSE(is_lone_elder(home));
  home.residents = {with({Fact::elder}), with({Fact::lives_alone})};
  EXPECT_FALSE(is_lone_elder(home));
  home.residents = {with({Fact::elder, Fact::lives_alone})};
  EXPECT_TRUE(is_lone_elder(home));
}

TEST(AbleNeighbour, IsAHomeWithSomebodyUnderSixtyOrOneThatSaysSo) {
  Household home{.id = HouseholdId("h"), .residents = {with({Fact::elder}), with({})}};
  EXPECT_FALSE(is_able_neighbour(home));
  home.neighbours = Neighbours::opted_in;
  EXPECT_TRUE(is_able_neighbour(home));
  home.residents = {with({Fact::elder}), with({Fact::elder})};
  EXPECT_FALSE(is_able_neighbour(home));
  home.neighbours = Neighbours::opted_in_able;
  EXPECT_TRUE(is_able_neighbour(home));
}

TEST(AbleNeighbour, WhoCanNotComeDownIsNotCountedOn) {
  const Household home{.id = HouseholdId("h"),
                       .neighbours = Neighbours::opted_in,
                       .residents = {with({Fact::cannot_descend})}};
  EXPECT_FALSE(is_able_neighbour(home));
}

}  // namespace
}  // namespace shouwang::household
