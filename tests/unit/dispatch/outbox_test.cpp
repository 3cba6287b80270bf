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

TEST_F(OutboxTest, ATryThatBrokeOffIsMadeAgainAtOnceButOnlyOnceAndSaysThatItMayBeARepeat) {
  const auto breaks_off = [&](double second) {
    outbox.report(of().key, of().attempts, {.kind = Kind::retry, .maybe_arrived = true},
                  at(second));
  };
  outbox.add(to_r1());
  takes("push", 0);
  EXPECT_FALSE(of().maybe_repeated);
  breaks_off(1);
  EXPECT_THAT(takes("push", 1), ElementsAre("i1.1"));
  EXPECT_TRUE(of().maybe_repeated);
  breaks_off(1);
  EXPECT_THAT(takes("push", 4.999), IsEmpty());
  EXPECT_THAT(takes("push", 5), ElementsAre("i1.1"));
}

TEST_F(OutboxTest, WhatWasRefusedIsNoRepeat) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::retry, 0);
  takes("push", 2);
  EXPECT_FALSE(of().maybe_repeated);
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
