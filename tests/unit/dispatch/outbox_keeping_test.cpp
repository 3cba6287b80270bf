#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dispatch/post_office.h"

namespace shouwang::dispatch {
namespace {

using State = Parcel::State;
using Kind = Receipt::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OutboxKeeping : public ::testing::Test, protected PostOffice {};

// ---- adding to a parcel that waits
// ---------------------------------------------------------------

class Merging : public OutboxKeeping {
 protected:
  Merging() { outbox.add(leaving(to_r1(), 15)); }
  static Parcel about(const char* incident, Letter letter, Urgency urgency) {
    Parcel more = to_r1("");
    more.items = {{.incident = IncidentId(incident),
                   .letter = letter,
                   .roles = {household::Role::unit_head}}};
    more.urgency = urgency;
    return more;
  }
};

TEST_F(Merging, AnotherIncidentIsAddedToWhatWaits) {
  EXPECT_TRUE(outbox.merge(ParcelKey("i1.1"), about("i2", Letter::first, Urgency::first), at(5)));
  ASSERT_EQ(of().items.size(), 2U);
  EXPECT_EQ(of().items[1].incident, IncidentId("i2"));
  EXPECT_THAT(outbox.concerning(IncidentId("i2")), ElementsAre(ParcelKey("i1.1")));
  EXPECT_THAT(takes("push", 14.999), IsEmpty());
  EXPECT_THAT(takes("push", 15), ElementsAre("i1.1"));
}

TEST_F(Merging, WhatHasLeftIsNotAddedTo) {
  const Parcel more = about("i2", Letter::first, Urgency::first);
  EXPECT_FALSE(outbox.merge(ParcelKey("i9.9"), more, at(5)));
  EXPECT_FALSE(outbox.merge(ParcelKey("i1.1"), more, at(15)));
  takes("push", 15);
  EXPECT_FALSE(outbox.merge(ParcelKey("i1.1"), more, at(15)));
  EXPECT_EQ(of().items.size(), 1U);
  EXPECT_THAT(outbox.concerning(IncidentId("i2")), IsEmpty());
}

TEST_F(Merging, TheSameIncidentKeepsItsFirstLetterUntilTheEnd) {
  const auto letter_after = [&](Letter letter) {
    outbox.merge(ParcelKey("i1.1"), about("i1", letter, Urgency::update), at(5));
    EXPECT_EQ(of().items.size(), 1U);
    return of().items[0].letter;
  };
  EXPECT_EQ(letter_after(Letter::going), Letter::first);
  EXPECT_EQ(letter_after(Letter::again), Letter::first);
  EXPECT_EQ(letter_after(Letter::ending), Letter::ending);
  EXPECT_EQ(letter_after(Letter::normal_again), Letter::normal_again);
  EXPECT_TRUE(of().items[0].roles.has(household::Role::relative));
  EXPECT_TRUE(of().items[0].roles.has(household::Role::unit_head));
}

TEST_F(Merging, UrgencyOnlyGrows) {
  Parcel low = to_r1("low");
  low.urgency = Urgency::update;
  outbox.add(leaving(low, 15));
  Parcel more = about("i2", Letter::again, Urgency::again);
  more.critical = true;
  outbox.merge(ParcelKey("low"), more, at(5));
  EXPECT_EQ(of("low").urgency, Urgency::again);
  EXPECT_TRUE(of("low").critical);
  outbox.merge(ParcelKey("low"), about("i3", Letter::ending, Urgency::ending), at(5));
  EXPECT_EQ(of("low").urgency, Urgency::again);
  EXPECT_TRUE(of("low").critical);
}

TEST_F(Merging, AnAlarmBringsItsOwnWayToAnUpdateThatWaits) {
  Parcel low = to_r1("low");
  low.urgency = Urgency::update;
  outbox.add(leaving(low, 15));
  const Parcel alarm = by(about("i2", Letter::first, Urgency::first), {"voice", "push", "sms"});
  outbox.merge(ParcelKey("low"), alarm, at(5));
  EXPECT_THAT(takes("voice", 15), ElementsAre("low"));

  outbox.merge(ParcelKey("i1.1"), alarm, at(5));
  EXPECT_EQ(of().route, to_r1().route) << "no more urgent than what was there";
}

TEST_F(Merging, AnAlarmIsNotOfNoUseBecauseTheRepeatItWasAddedToIs) {
  Parcel repeat = to_r1("repeat");
  repeat.urgency = Urgency::again;
  repeat.expires_at = at(75);
  outbox.add(leaving(repeat, 15));
  outbox.merge(ParcelKey("repeat"), about("i2", Letter::first, Urgency::first), at(5));
  EXPECT_THAT(takes("push", 80), ElementsAre("i1.1", "repeat"));
  EXPECT_EQ(of("repeat").expires_at, at(86'400));
}

TEST_F(Merging, OnlyWhatIsForTheSamePersonIsAdded) {
  Parcel other = about("i2", Letter::first, Urgency::first);
  other.person = PersonId("R2");
  EXPECT_DEATH(outbox.merge(ParcelKey("i1.1"), other, at(5)), "person");
}

TEST_F(Merging, FurtherRolesAreAddedToWhatHasNotBeenTried) {
  outbox.add(to_r1("gone"));
  takes("push", 0);
  outbox.add_roles(IncidentId("i1"), PersonId("R1"), {household::Role::duty_a});
  EXPECT_TRUE(of("i1.1").items[0].roles.has(household::Role::duty_a));
  EXPECT_FALSE(of("gone").items[0].roles.has(household::Role::duty_a));
}

// ---- taking back ------------------------------------------------------------------------------

class Withdrawing : public OutboxKeeping {
 protected:
  Withdrawing() {
    Parcel two = to_r1();
    two.items.push_back({.incident = IncidentId("i2"), .letter = Letter::first, .roles = {}});
    outbox.add(two);
  }
};

TEST_F(Withdrawing, AParcelLosesTheIncidentAndWithTheLastItselfIsWithdrawn) {
  EXPECT_FALSE(outbox.withdraw(ParcelKey("i1.1"), IncidentId("i1")));
  EXPECT_EQ(of().items.size(), 1U);
  EXPECT_THAT(outbox.concerning(IncidentId("i1")), IsEmpty());
  EXPECT_TRUE(outbox.withdraw(ParcelKey("i1.1"), IncidentId("i2")));
  EXPECT_EQ(of().state, State::withdrawn);
  EXPECT_EQ(of().items.size(), 1U) << "the record says what it was about";
  EXPECT_THAT(outbox.concerning(IncidentId("i2")), IsEmpty());
  EXPECT_THAT(takes("push", 0), IsEmpty());
  EXPECT_EQ(outbox.next_due(), std::nullopt);
}

TEST_F(Withdrawing, AParcelThatWaitsInLineIsTakenOutOfIt) {
  outbox.advance(at(0));
  outbox.withdraw(ParcelKey("i1.1"), IncidentId("i1"));
  EXPECT_TRUE(outbox.has_ready("push"));
  outbox.withdraw(ParcelKey("i1.1"), IncidentId("i2"));
  EXPECT_FALSE(outbox.has_ready("push"));
}

TEST_F(Withdrawing, WhatIsUnknownOrOverIsLeftAlone) {
  EXPECT_FALSE(outbox.withdraw(ParcelKey("i9.9"), IncidentId("i1")));
  EXPECT_FALSE(outbox.withdraw(ParcelKey("i1.1"), IncidentId("i9")));
  EXPECT_EQ(of().items.size(), 2U);
  takes("push", 0);
  answers(Kind::accepted, 0);
  EXPECT_FALSE(outbox.withdraw(ParcelKey("i1.1"), IncidentId("i1")));
  EXPECT_EQ(of().items.size(), 2U);
}

TEST_F(Withdrawing, ATryUnderWayIsNotCalledBackButNotFollowedEither) {
  takes("push", 0);
  outbox.withdraw(ParcelKey("i1.1"), IncidentId("i1"));
  outbox.withdraw(ParcelKey("i1.1"), IncidentId("i2"));
  answers(Kind::never, 1);
  EXPECT_EQ(of().state, State::withdrawn);
  EXPECT_THAT(takes("sms", 60), IsEmpty());
  answers(Kind::accepted, 61);
  EXPECT_EQ(of().state, State::withdrawn);
  EXPECT_EQ(of().reach, Reach::accepted);
}

// ---- after a restart
// -----------------------------------------------------------------------------

class Restarting : public OutboxKeeping {
 protected:
  // What is on disk when the gateway stops.
  Parcel saved() const { return of(); }
  void restart(const Parcel& parcel, double second) {
    outbox = Outbox();
    outbox.restore(parcel, at(second));
  }
};

TEST_F(Restarting, WhatWasBeingSentIsSentAgainAndMarkedSo) {
  outbox.add(to_r1());
  takes("push", 0);
  restart(saved(), 70);
  EXPECT_TRUE(of().maybe_repeated);
  EXPECT_THAT(takes("push", 70), ElementsAre("i1.1"));
  EXPECT_EQ(of().attempts, 2);
  EXPECT_EQ(of().next_at, at(85));
  EXPECT_THAT(outbox.take_changed(), ElementsAre(ParcelKey("i1.1")));
}

TEST_F(Restarting, AWordOnTheTryBeforeTheRestartStillCounts) {
  outbox.add(to_r1());
  takes("push", 0);
  restart(saved(), 70);
  outbox.report(ParcelKey("i1.1"), 1, {.kind = Kind::on_phone}, at(71));
  EXPECT_EQ(of().state, State::done);
  EXPECT_EQ(of().reach_by, "push");
}

TEST_F(Restarting, WhatWaitedInLineGetsItsWholeTurnOnTheSameWay) {
  outbox.add(to_r1());
  outbox.advance(at(0));
  restart(saved(), 70);
  EXPECT_THAT(takes("push", 70), ElementsAre("i1.1")) << "push was never asked";
  EXPECT_FALSE(of().maybe_repeated);
}

TEST_F(Restarting, WhatIsHeldBackStaysHeldBack) {
  outbox.add(leaving(to_r1(), 100));
  restart(saved(), 70);
  EXPECT_THAT(outbox.take_changed(), IsEmpty()) << "it is on disk as it is";
  EXPECT_THAT(takes("push", 99), IsEmpty());
  EXPECT_THAT(takes("push", 100), ElementsAre("i1.1"));
}

TEST_F(Restarting, AReceiptThatDidNotComeMeanwhileIsNotWaitedForAgain) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::awaiting, 1);
  restart(saved(), 70);
  EXPECT_THAT(takes("sms", 70), ElementsAre("i1.1"));
}

TEST_F(Restarting, AReceiptMayHaveComeWhileNobodyListenedSoTheNextTryIsMarked) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::awaiting, 1);
  restart(saved(), 2);
  EXPECT_THAT(takes("sms", 2), IsEmpty()) << "it is still waited for";
  EXPECT_THAT(takes("sms", 21), ElementsAre("i1.1"));
  EXPECT_TRUE(of().maybe_repeated);
}

TEST_F(Restarting, WhatExpiredMeanwhileIsNotSent) {
  Parcel brief = to_r1();
  brief.expires_at = at(60);
  outbox.add(brief);
  takes("push", 0);
  restart(saved(), 70);
  EXPECT_THAT(takes("push", 70), IsEmpty());
  EXPECT_EQ(of().state, State::failed);
}

TEST_F(Restarting, ALoopThatStoodStillDoesNotMakeAWayLoseItsTurn) {
  outbox.add(to_r1());
  EXPECT_THAT(takes("push", 40), ElementsAre("i1.1"));
}

TEST_F(Restarting, AParcelThatBreaksARuleIsNotTakenBack) {
  Parcel broken = to_r1();
  broken.leg = 2;
  EXPECT_DEATH(outbox.restore(broken, at(0)), "broken_rule");
  EXPECT_DEATH(outbox.add(broken), "broken_rule");
  Parcel sending = to_r1();
  sending.state = State::sending;
  EXPECT_DEATH(outbox.add(sending), "waiting");
  outbox.add(to_r1());
  EXPECT_DEATH(outbox.add(to_r1()), "added");
}

// ---- what must be saved
// ----------------------------------------------------------------------------

TEST_F(OutboxKeeping, WhatChangedIsToldOnce) {
  outbox.add(to_r1("b"));
  outbox.add(to_r1("a"));
  EXPECT_THAT(outbox.take_changed(), ElementsAre(ParcelKey("a"), ParcelKey("b")));
  EXPECT_THAT(outbox.take_changed(), IsEmpty());
  outbox.set_text(ParcelKey("b"), "title", "body");
  EXPECT_THAT(outbox.take_changed(), ElementsAre(ParcelKey("b")));
  EXPECT_EQ(of("b").title, "title");
  EXPECT_EQ(of("b").body, "body");
}

TEST_F(OutboxKeeping, AFinishedParcelIsForgottenOnceItsEndIsSaved) {
  outbox.add(to_r1("a"));
  outbox.add(to_r1("b"));
  takes("push", 0);
  answers(Kind::accepted, 1, "a");
  outbox.sweep();
  EXPECT_NE(outbox.find(ParcelKey("a")), nullptr) << "its end is not saved yet";
  outbox.take_changed();
  outbox.sweep();
  EXPECT_EQ(outbox.find(ParcelKey("a")), nullptr);
  EXPECT_NE(outbox.find(ParcelKey("b")), nullptr);
  EXPECT_EQ(outbox.size(), 1U);
}

TEST_F(OutboxKeeping, ALateWordAfterTheEndIsSavedToo) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::accepted, 1);
  outbox.take_changed();
  answers(Kind::opened, 2);
  outbox.sweep();
  EXPECT_THAT(outbox.take_changed(), ElementsAre(ParcelKey("i1.1")));
  outbox.sweep();
  EXPECT_EQ(outbox.size(), 0U);
}

TEST_F(OutboxKeeping, PatienceCanBeSetAnew) {
  outbox.set_patience({.leg = Millis{1'000}});
  outbox.add(to_r1());
  takes("push", 0);
  EXPECT_THAT(takes("sms", 1), ElementsAre("i1.1"));
}

// ---- a person who turns out to be concerned in further roles

class FurtherRoles : public OutboxKeeping {
 protected:
  FurtherRoles() { outbox.add(leaving(to_r1(), 15)); }
  static constexpr household::Role kRelative = household::Role::relative;
  static constexpr household::Role kHead = household::Role::unit_head;
};

TEST_F(FurtherRoles, AreSaidByWhatHasNotBeenTried) {
  outbox.take_changed();
  outbox.add_roles(IncidentId("i1"), PersonId("R1"), {kHead});
  EXPECT_EQ(of().items[0].roles, (household::Roles{kRelative, kHead}));
  EXPECT_THAT(outbox.take_changed(), ElementsAre(ParcelKey("i1.1"))) << "to be saved";
}

TEST_F(FurtherRoles, ThatAreKnownAlreadyAreNoChange) {
  outbox.take_changed();
  outbox.add_roles(IncidentId("i1"), PersonId("R1"), {kRelative});
  EXPECT_THAT(outbox.take_changed(), IsEmpty());
}

TEST_F(FurtherRoles, ConcernNobodyElseAndNoOtherIncident) {
  Parcel other = leaving(to_r1("i1.2"), 15);
  other.person = PersonId("R2");
  outbox.add(other);
  Parcel both = leaving(to_r1("i1.3"), 15);
  both.items.push_back({.incident = IncidentId("i2"), .roles = {kRelative}});
  outbox.add(both);
  outbox.add_roles(IncidentId("i1"), PersonId("R1"), {kHead});
  EXPECT_EQ(of("i1.2").items[0].roles, household::Roles{kRelative});
  EXPECT_EQ(of("i1.3").items[0].roles, (household::Roles{kRelative, kHead}));
  EXPECT_EQ(of("i1.3").items[1].roles, household::Roles{kRelative});
}

TEST_F(FurtherRoles, ComeTooLateForWhatHasBeenTried) {
  takes("push", 15);
  outbox.add_roles(IncidentId("i1"), PersonId("R1"), {kHead});
  EXPECT_EQ(of().items[0].roles, household::Roles{kRelative});
}

}  // namespace
}  // namespace shouwang::dispatch
