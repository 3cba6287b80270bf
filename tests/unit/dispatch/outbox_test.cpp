#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dispatch/post_office.h"

namespace shouwang::dispatch {
namespace {

using State = Parcel::State;
using Kind = Receipt::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OutboxTest : public ::testing::Test, protected PostOffice {};

// ---- the straight way ------------------------------------------------------------------

TEST_F(OutboxTest, AParcelIsHandedOutWhenItsTimeHasCome) {
  outbox.add(leaving(to_r1(), 10));
  EXPECT_EQ(outbox.next_due(), at(10));
  EXPECT_FALSE(outbox.has_ready("push"));
  EXPECT_THAT(takes("push", 9.999), IsEmpty());
  EXPECT_THAT(takes("sms", 10), IsEmpty());
  EXPECT_TRUE(outbox.has_ready("push"));
  EXPECT_THAT(takes("push", 10), ElementsAre("i1.1"));
  EXPECT_FALSE(outbox.has_ready("push"));
  EXPECT_THAT(takes("push", 10), IsEmpty());

  Parcel sending = leaving(to_r1(), 10);
  sending.state = State::sending;
  sending.attempts = sending.leg_attempts = 1;
  sending.next_at = at(25);
  sending.reach = Reach::sent;
  sending.reach_by = "push";
  sending.reach_at = at(10);
  EXPECT_EQ(of(), sending);
}

TEST_F(OutboxTest, WhatAChannelAcceptedForGoodIsDone) {
  outbox.add(to_r1());
  takes("push", 0);
  const auto moved = answers(Kind::accepted, 1);
  EXPECT_EQ(moved->key, ParcelKey("i1.1"));
  EXPECT_FALSE(moved->exhausted);
  EXPECT_EQ(of().state, State::done);
  EXPECT_EQ(of().reach, Reach::accepted);
  EXPECT_EQ(of().reach_by, "push");
  EXPECT_EQ(of().reach_at, at(1));
  EXPECT_EQ(outbox.next_due(), std::nullopt);
}

TEST_F(OutboxTest, AReceiptFromThePhoneMakesItDone) {
  for (const auto& [kind, reach] :
       {std::pair(Kind::on_phone, Reach::on_phone), std::pair(Kind::opened, Reach::opened)}) {
    outbox = Outbox();
    outbox.add(to_r1());
    takes("push", 0);
    answers(Kind::awaiting, 1);
    EXPECT_EQ(of().state, State::awaiting);
    EXPECT_EQ(of().reach, Reach::accepted);
    answers(kind, 19);
    EXPECT_EQ(of().state, State::done);
    EXPECT_EQ(of().reach, reach);
  }
}

// ---- the next way ------------------------------------------------------------------------

TEST_F(OutboxTest, AChannelThatDoesNotAnswerIsPassedOverAfterFifteenSeconds) {
  outbox.add(to_r1());
  takes("push", 0);
  EXPECT_THAT(takes("sms", 14.999), IsEmpty());
  EXPECT_THAT(takes("sms", 15), ElementsAre("i1.1"));
  EXPECT_EQ(of().error, "the channel did not answer in time");
  EXPECT_EQ(of().leg, 1U);
  EXPECT_EQ(of().attempts, 2);
  EXPECT_EQ(of().leg_attempts, 1);
}

TEST_F(OutboxTest, AStuckChannelDoesNotHoldUpAnAlarm) {
  outbox.add(to_r1());
  outbox.advance(at(0));
  EXPECT_THAT(takes("sms", 14.999), IsEmpty());
  EXPECT_THAT(takes("sms", 15), ElementsAre("i1.1"));
  EXPECT_EQ(of().attempts, 1);
  EXPECT_EQ(outbox.take("push", 1, Urgency::technical, at(15)), std::vector<ParcelKey>{});
}

TEST_F(OutboxTest, TheFifteenSecondsAreForWaitingAndSendingTogether) {
  outbox.add(to_r1());
  outbox.advance(at(0));
  takes("push", 10);
  EXPECT_THAT(takes("sms", 14.999), IsEmpty());
  EXPECT_THAT(takes("sms", 15), ElementsAre("i1.1"));
}

TEST_F(OutboxTest, AWayThatSaysNeverIsLeftAtOnce) {
  outbox.add(to_r1());
  takes("push", 0);
  EXPECT_FALSE(answers(Kind::never, 1)->exhausted);
  EXPECT_EQ(of().error, "no");
  EXPECT_THAT(takes("sms", 1), ElementsAre("i1.1"));
}

TEST_F(OutboxTest, NoReceiptWithinTwentySecondsIsNotDelivered) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::awaiting, 2);
  EXPECT_THAT(takes("sms", 21.999), IsEmpty());
  EXPECT_THAT(takes("sms", 22), ElementsAre("i1.1"));
  EXPECT_EQ(of().error, "no receipt from the phone in time");
}

TEST_F(OutboxTest, AnUpdateWithoutAReceiptIsNotRepeatedOnOtherWays) {
  Parcel update = to_r1();
  update.urgency = Urgency::update;
  outbox.add(update);
  takes("push", 0);
  answers(Kind::awaiting, 2);
  EXPECT_THAT(takes("sms", 100), IsEmpty());
  EXPECT_EQ(of().state, State::done);
}

TEST_F(OutboxTest, AProviderThatReportsFailureAfterTakingItIsNotWaitedFor) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::awaiting, 1);
  answers(Kind::never, 3);
  EXPECT_THAT(takes("sms", 3), ElementsAre("i1.1"));
}

TEST_F(OutboxTest, SayingAwaitingTwiceDoesNotMakeItWaitLonger) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::awaiting, 1);
  answers(Kind::awaiting, 15);
  EXPECT_THAT(takes("sms", 21), ElementsAre("i1.1"));
}

// ---- trying again ------------------------------------------------------------------------

TEST_F(OutboxTest, AWayIsTriedAgainAfterTwoThenFourSecondsAndThenLeft) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::retry, 0);
  EXPECT_THAT(takes("push", 1.999), IsEmpty());
  EXPECT_THAT(takes("push", 2), ElementsAre("i1.1"));
  answers(Kind::retry, 3);
  EXPECT_THAT(takes("push", 6.999), IsEmpty());
  EXPECT_THAT(takes("push", 7), ElementsAre("i1.1"));
  answers(Kind::retry, 7);  // Eight more seconds would be past the fifteen.
  EXPECT_THAT(takes("sms", 7), ElementsAre("i1.1"));
  EXPECT_EQ(of().attempts, 4);
}

TEST_F(OutboxTest, TheProvidersWishIsHeededWithinOurPatience) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::retry, 0, "i1.1", 9);
  EXPECT_THAT(takes("push", 8.999), IsEmpty());
  EXPECT_THAT(takes("push", 9), ElementsAre("i1.1"));
  answers(Kind::retry, 9, "i1.1", 60);
  EXPECT_THAT(takes("sms", 9), ElementsAre("i1.1"));
}

TEST_F(OutboxTest, TheLastWayIsNotHurried) {
  outbox.add(by(to_r1(), {"sms"}));
  outbox.advance(at(0));
  EXPECT_THAT(takes("sms", 60), ElementsAre("i1.1"));
  EXPECT_EQ(of().next_at, at(75));
  answers(Kind::retry, 61);
  EXPECT_THAT(takes("sms", 63), ElementsAre("i1.1")) << "its patience begins when it is taken";
}

TEST_F(OutboxTest, AWayIsTheLastOneIfThoseAfterItAreKnownToBeUseless) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::retry, 0, "i1.1", 60);
  takes("sms", 0);
  EXPECT_TRUE(answers(Kind::never, 0)->exhausted);
  outbox.advance(at(30));
  EXPECT_THAT(takes("push", 60), ElementsAre("i1.1")) << "nothing is won by leaving it at 45 s";
}

// ---- rounds --------------------------------------------------------------------------------

TEST_F(OutboxTest, ARouteThatWasTriedInVainIsTriedAgainMoreAndMoreSeldom) {
  outbox.add(by(to_r1(), {"push", "sms"}));
  EXPECT_THAT(tries_in_silence(0, 1'500), ElementsAre("push 0", "sms 15",     // + 15 + 30
                                                      "push 60", "sms 75",    // + 15 + 60
                                                      "push 150", "sms 165",  // + 15 + 120
                                                      "push 300", "sms 315",  // + 15 + 240
                                                      "push 570", "sms 585",  // + 15 + 300
                                                      "push 900", "sms 915",  // + 15 + 300
                                                      "push 1230", "sms 1245"));
}

TEST_F(OutboxTest, AParcelIsExhaustedOnceWhenTheLastWayOfTheFirstRoundFailed) {
  outbox.add(to_r1());
  takes("push", 0);
  EXPECT_FALSE(answers(Kind::never, 1)->exhausted);
  takes("sms", 1);
  EXPECT_TRUE(answers(Kind::retry, 1, "i1.1", 99)->exhausted);
  EXPECT_EQ(of().reach, Reach::failed);
  EXPECT_EQ(of().reach_by, "sms");
  takes("sms", 31);
  EXPECT_FALSE(answers(Kind::retry, 31, "i1.1", 99)->exhausted);
}

TEST_F(OutboxTest, SilenceExhaustsAParcelToo) {
  outbox.add(to_r1());
  takes("push", 0);
  takes("sms", 15);
  const auto moved = outbox.advance(at(30));
  ASSERT_EQ(moved.size(), 1U);
  EXPECT_TRUE(moved[0].exhausted);
}

TEST_F(OutboxTest, AUselessWayIsSkippedInLaterRounds) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::never, 0);
  takes("sms", 0);
  outbox.advance(at(15));
  EXPECT_EQ(of().leg, 1U);
  EXPECT_THAT(takes("sms", 45), ElementsAre("i1.1"));
}

TEST_F(OutboxTest, WhenEveryWayIsUselessTheyAreTriedAgainMuchLater) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::never, 0);
  takes("sms", 0);
  EXPECT_TRUE(answers(Kind::never, 0)->exhausted);
  EXPECT_THAT(takes("push", 299), IsEmpty());
  EXPECT_THAT(takes("push", 300), ElementsAre("i1.1"));
}

TEST_F(OutboxTest, WhatTheProviderAcceptedIsNotCalledFailedForLackOfAReceipt) {
  outbox.add(by(to_r1(), {"push"}));
  takes("push", 0);
  answers(Kind::awaiting, 1);
  EXPECT_TRUE(outbox.advance(at(21)).at(0).exhausted);
  EXPECT_EQ(of().reach, Reach::accepted);
  EXPECT_THAT(takes("push", 51), ElementsAre("i1.1"));
}

// ---- too late --------------------------------------------------------------------------------

TEST_F(OutboxTest, NothingIsTriedOnceItIsOfNoUse) {
  Parcel brief = to_r1();
  brief.expires_at = at(10);
  outbox.add(brief);
  outbox.advance(at(0));
  EXPECT_TRUE(outbox.take("push", 1, Urgency::technical, at(10)).empty());
  EXPECT_THAT(takes("push", 10), IsEmpty());
  EXPECT_EQ(of().state, State::failed);
  EXPECT_EQ(of().error, "too late to be of use");
  EXPECT_EQ(of().reach, Reach::failed);
}

TEST_F(OutboxTest, AParcelThatExpiresBeforeItMayLeaveNeverLeaves) {
  Parcel late = leaving(to_r1(), 20);
  late.expires_at = at(10);
  outbox.add(late);
  EXPECT_THAT(takes("push", 20), IsEmpty());
  EXPECT_EQ(of().state, State::failed);
}

TEST_F(OutboxTest, ARoundThatWouldBeginTooLateIsNotWaitedFor) {
  Parcel brief = by(to_r1(), {"push"});
  brief.expires_at = at(40);
  outbox.add(brief);
  takes("push", 0);
  outbox.advance(at(15));
  EXPECT_EQ(of().state, State::failed);
}

TEST_F(OutboxTest, ATryUnderWayMayStillSucceedAfterTheEnd) {
  Parcel brief = to_r1();
  brief.expires_at = at(10);
  outbox.add(brief);
  takes("push", 9);
  EXPECT_EQ(of().state, State::sending);
  outbox.advance(at(12));
  EXPECT_EQ(of().state, State::sending);
  answers(Kind::accepted, 12);
  EXPECT_EQ(of().state, State::done);
}

// ---- late words ------------------------------------------------------------------------------

TEST_F(OutboxTest, AnAnswerToAnEarlierTryCountsForTheChannelThatGaveIt) {
  outbox.add(to_r1());
  takes("push", 0);
  takes("sms", 15);
  outbox.report(ParcelKey("i1.1"), 1, {.kind = Kind::on_phone}, at(16));
  EXPECT_EQ(of().state, State::done);
  EXPECT_EQ(of().reach, Reach::on_phone);
  EXPECT_EQ(of().reach_by, "push");
}

TEST_F(OutboxTest, ALateAnswerIsCreditedRightlyWhileTheNextWayStillWaits) {
  outbox.add(to_r1());
  takes("push", 0);
  outbox.advance(at(15));
  EXPECT_EQ(of().leg, 1U);
  outbox.report(ParcelKey("i1.1"), 1, {.kind = Kind::accepted}, at(16));
  EXPECT_EQ(of().reach_by, "push");
  EXPECT_THAT(takes("sms", 16), IsEmpty());
}

TEST_F(OutboxTest, FailureOfAnEarlierTryChangesNothing) {
  outbox.add(to_r1());
  takes("push", 0);
  takes("sms", 15);
  const Parcel before = of();
  for (const Kind kind : {Kind::retry, Kind::never}) {
    outbox.report(ParcelKey("i1.1"), 1, {.kind = kind, .error = "late"}, at(16));
    EXPECT_EQ(of(), before);
  }
}

TEST_F(OutboxTest, AwaitingFromAnEarlierTryOnlyBettersItsReach) {
  outbox.add(to_r1());
  takes("push", 0);
  takes("sms", 15);
  outbox.report(ParcelKey("i1.1"), 1, {.kind = Kind::awaiting}, at(16));
  EXPECT_EQ(of().state, State::sending);
  EXPECT_EQ(of().reach, Reach::accepted);
  EXPECT_EQ(of().reach_by, "push");
  EXPECT_EQ(of().next_at, at(30));
}

TEST_F(OutboxTest, NewsOfAFinishedParcelBettersItsReach) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::accepted, 1);
  answers(Kind::opened, 90);
  EXPECT_EQ(of().state, State::done);
  EXPECT_EQ(of().reach, Reach::opened);
  answers(Kind::on_phone, 95);
  EXPECT_EQ(of().reach, Reach::opened) << "reach never goes back";
}

TEST_F(OutboxTest, GoodNewsMendsAFailure) {
  outbox.add(by(to_r1(), {"push"}));
  takes("push", 0);
  outbox.advance(at(15));
  EXPECT_EQ(of().reach, Reach::failed);
  outbox.report(ParcelKey("i1.1"), 1, {.kind = Kind::accepted}, at(20));
  EXPECT_EQ(of().reach, Reach::accepted);
  EXPECT_EQ(of().state, State::done);
  EXPECT_THAT(takes("push", 60), IsEmpty());
}

TEST_F(OutboxTest, WordsAboutAnUnknownParcelAreIgnored) {
  EXPECT_FALSE(outbox.report(ParcelKey("i9.1"), 1, {.kind = Kind::accepted}, at(0)));
}

TEST_F(OutboxTest, AnErrorIsCutToOneShortLine) {
  outbox.add(to_r1());
  takes("push", 0);
  std::string wordy;
  for (int i = 0; i < 300; ++i) wordy += "错";
  outbox.report(ParcelKey("i1.1"), 1, {.kind = Kind::never, .error = wordy}, at(0));
  EXPECT_EQ(of().error, wordy.substr(0, 600));
}

// ---- order -----------------------------------------------------------------------------------

class Order : public OutboxTest {
 protected:
  void post(const char* key, Urgency urgency, bool critical, double created) {
    Parcel parcel = to_r1(key);
    parcel.urgency = urgency;
    parcel.critical = critical;
    parcel.created_at = at(created);
    outbox.add(leaving(parcel, 10));
  }
};

TEST_F(Order, TheMostUrgentLeavesFirstThenTheCriticalThenTheOldest) {
  post("g", Urgency::technical, true, 0);
  post("f", Urgency::ending, true, 0);
  post("e", Urgency::update, false, 0);
  post("d", Urgency::again, false, 0);
  post("c", Urgency::first, false, 2);
  post("b", Urgency::first, false, 1);
  post("a2", Urgency::first, true, 3);
  post("a1", Urgency::first, true, 3);
  EXPECT_THAT(takes("push", 10), ElementsAre("a1", "a2", "b", "c", "d", "e", "f", "g"));
}

TEST_F(Order, AChannelTakesAsManyAsItCan) {
  post("a", Urgency::first, false, 1);
  post("b", Urgency::first, false, 2);
  post("c", Urgency::first, false, 3);
  EXPECT_THAT(takes("push", 10, Urgency::technical, 2), ElementsAre("a", "b"));
  EXPECT_THAT(takes("push", 10, Urgency::technical, 0), IsEmpty());
  EXPECT_THAT(takes("push", 10, Urgency::technical, 2), ElementsAre("c"));
}

TEST_F(Order, RoomThatIsKeptForAlarmsIsNotGivenToOthers) {
  post("a", Urgency::again, false, 1);
  post("b", Urgency::update, false, 0);
  EXPECT_THAT(takes("push", 10, Urgency::first), IsEmpty());
  EXPECT_THAT(takes("push", 10, Urgency::again), ElementsAre("a"));
  EXPECT_THAT(takes("push", 10, Urgency::update), ElementsAre("b"));
}

TEST_F(Order, AnExpiredParcelDoesNotStandInTheWayOfOthers) {
  Parcel stale = to_r1("a");
  stale.expires_at = at(12);
  outbox.add(leaving(stale, 10));
  post("b", Urgency::first, false, 5);
  outbox.advance(at(10));
  EXPECT_EQ(outbox.take("push", 5, Urgency::technical, at(13)), std::vector{ParcelKey("b")});
}

// ---- adding to a parcel that waits
// ---------------------------------------------------------------

class Merging : public OutboxTest {
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

class Withdrawing : public OutboxTest {
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

class Restarting : public OutboxTest {
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

TEST_F(OutboxTest, WhatChangedIsToldOnce) {
  outbox.add(to_r1("b"));
  outbox.add(to_r1("a"));
  EXPECT_THAT(outbox.take_changed(), ElementsAre(ParcelKey("a"), ParcelKey("b")));
  EXPECT_THAT(outbox.take_changed(), IsEmpty());
  outbox.set_text(ParcelKey("b"), "title", "body");
  EXPECT_THAT(outbox.take_changed(), ElementsAre(ParcelKey("b")));
  EXPECT_EQ(of("b").title, "title");
  EXPECT_EQ(of("b").body, "body");
}

TEST_F(OutboxTest, AFinishedParcelIsForgottenOnceItsEndIsSaved) {
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

TEST_F(OutboxTest, ALateWordAfterTheEndIsSavedToo) {
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

TEST_F(OutboxTest, PatienceCanBeSetAnew) {
  outbox.set_patience({.leg = Millis{1'000}});
  outbox.add(to_r1());
  takes("push", 0);
  EXPECT_THAT(takes("sms", 1), ElementsAre("i1.1"));
}

// ---- rules and words
// ---------------------------------------------------------------------------------

TEST(Parcel, ASoundOneBreaksNoRule) { EXPECT_EQ(broken_rule(to_r1()), std::nullopt); }

TEST(Parcel, EachRuleIsNamedWhenBroken) {
  const auto broken = [](auto change) {
    Parcel parcel = to_r1();
    change(parcel);
    return std::string(broken_rule(parcel).value_or("none"));
  };
  EXPECT_EQ(broken([](Parcel& p) { p.key = {}; }), "a parcel has a key");
  EXPECT_EQ(broken([](Parcel& p) { p.person = {}; }), "a parcel has a receiver");
  EXPECT_EQ(broken([](Parcel& p) { p.items.clear(); }), "a parcel is about an incident");
  EXPECT_EQ(broken([](Parcel& p) { p.route.clear(); }), "a parcel has a way to go");
  EXPECT_EQ(broken([](Parcel& p) { p.route.resize(17); }), "a parcel has at most 16 ways to go");
  EXPECT_EQ(broken([](Parcel& p) { p.route.resize(16); }), "none");
  EXPECT_EQ(broken([](Parcel& p) { p.leg = 2; }), "a parcel is on a way it has");
  EXPECT_EQ(broken([](Parcel& p) { p.not_before -= Millis{1}; }),
            "a parcel does not leave before it exists");
  EXPECT_EQ(broken([](Parcel& p) { p.attempts = -1; }), "tries are counted");
  EXPECT_EQ(broken([](Parcel& p) { p.leg_attempts = 1; }), "tries are counted");
  EXPECT_EQ(broken([](Parcel& p) { p.leg_attempts = -1; }), "nothing is counted below zero");
  EXPECT_EQ(broken([](Parcel& p) { p.round = -1; }), "nothing is counted below zero");
  EXPECT_EQ(broken([](Parcel& p) { p.error = std::string(201, 'x'); }),
            "an error is one short line");
}

TEST(Parcel, EveryWordIsReadBack) {
  for (int i = 0; i < kLetterCount; ++i) {
    const auto letter = static_cast<Letter>(i);
    EXPECT_EQ(letter_named(name_of(letter)), letter);
  }
  for (int i = 0; i <= static_cast<int>(Urgency::technical); ++i) {
    const auto urgency = static_cast<Urgency>(i);
    EXPECT_EQ(urgency_named(name_of(urgency)), urgency);
  }
  for (int i = 0; i <= static_cast<int>(State::withdrawn); ++i) {
    const auto state = static_cast<State>(i);
    EXPECT_EQ(parcel_state_named(name_of(state)), state);
  }
  EXPECT_EQ(letter_named("second"), std::nullopt);
  EXPECT_EQ(urgency_named(""), std::nullopt);
  EXPECT_EQ(parcel_state_named("lost"), std::nullopt);
}

}  // namespace
}  // namespace shouwang::dispatch
