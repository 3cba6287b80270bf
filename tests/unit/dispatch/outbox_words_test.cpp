#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dispatch/post_office.h"

namespace shouwang::dispatch {
namespace {

using State = Parcel::State;
using Kind = Receipt::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OutboxWords : public ::testing::Test, protected PostOffice {};

// ---- late words ------------------------------------------------------------------------------

TEST_F(OutboxWords, AnAnswerToAnEarlierTryCountsForTheChannelThatGaveIt) {
  outbox.add(to_r1());
  takes("push", 0);
  takes("sms", 15);
  outbox.report(ParcelKey("i1.1"), 1, {.kind = Kind::on_phone}, at(16));
  EXPECT_EQ(of().state, State::done);
  EXPECT_EQ(of().reach, Reach::on_phone);
  EXPECT_EQ(of().reach_by, "push");
}

TEST_F(OutboxWords, ALateAnswerIsCreditedRightlyWhileTheNextWayStillWaits) {
  outbox.add(to_r1());
  takes("push", 0);
  outbox.advance(at(15));
  EXPECT_EQ(of().leg, 1U);
  outbox.report(ParcelKey("i1.1"), 1, {.kind = Kind::accepted}, at(16));
  EXPECT_EQ(of().reach_by, "push");
  EXPECT_THAT(takes("sms", 16), IsEmpty());
}

TEST_F(OutboxWords, FailureOfAnEarlierTryChangesNothing) {
  outbox.add(to_r1());
  takes("push", 0);
  takes("sms", 15);
  const Parcel before = of();
  for (const Kind kind : {Kind::retry, Kind::never}) {
    outbox.report(ParcelKey("i1.1"), 1, {.kind = kind, .error = "late"}, at(16));
    EXPECT_EQ(of(), before);
  }
}

TEST_F(OutboxWords, AwaitingFromAnEarlierTryOnlyBettersItsReach) {
  outbox.add(to_r1());
  takes("push", 0);
  takes("sms", 15);
  outbox.report(ParcelKey("i1.1"), 1, {.kind = Kind::awaiting}, at(16));
  EXPECT_EQ(of().state, State::sending);
  EXPECT_EQ(of().reach, Reach::accepted);
  EXPECT_EQ(of().reach_by, "push");
  EXPECT_EQ(of().next_at, at(30));
}

TEST_F(OutboxWords, NewsOfAFinishedParcelBettersItsReach) {
  outbox.add(to_r1());
  takes("push", 0);
  answers(Kind::accepted, 1);
  answers(Kind::opened, 90);
  EXPECT_EQ(of().state, State::done);
  EXPECT_EQ(of().reach, Reach::opened);
  answers(Kind::on_phone, 95);
  EXPECT_EQ(of().reach, Reach::opened) << "reach never goes back";
}

TEST_F(OutboxWords, GoodNewsMendsAFailure) {
  outbox.add(by(to_r1(), {"push"}));
  takes("push", 0);
  outbox.advance(at(15));
  EXPECT_EQ(of().reach, Reach::failed);
  outbox.report(ParcelKey("i1.1"), 1, {.kind = Kind::accepted}, at(20));
  EXPECT_EQ(of().reach, Reach::accepted);
  EXPECT_EQ(of().state, State::done);
  EXPECT_THAT(takes("push", 60), IsEmpty());
}

TEST_F(OutboxWords, WordsAboutAnUnknownParcelAreIgnored) {
  EXPECT_FALSE(outbox.report(ParcelKey("i9.1"), 1, {.kind = Kind::accepted}, at(0)));
}

TEST_F(OutboxWords, AnErrorIsCutToOneShortLine) {
  outbox.add(to_r1());
  takes("push", 0);
  std::string wordy;
  for (int i = 0; i < 300; ++i) wordy += "错";
  outbox.report(ParcelKey("i1.1"), 1, {.kind = Kind::never, .error = wordy}, at(0));
  EXPECT_EQ(of().error, wordy.substr(0, 600));
}

// ---- order -----------------------------------------------------------------------------------

class Order : public OutboxWords {
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

}  // namespace
}  // namespace shouwang::dispatch
