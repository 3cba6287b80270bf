#include <gtest/gtest.h>

#include "make.h"

namespace shouwang::incident {
namespace {

using enum Action;

Answer going_in(const Incident& incident, const char* person, int minutes) {
  Answer answer = press(incident, person, going);
  answer.minutes = minutes;
  return answer;
}

TEST(Claim, ACountedResponderStopsTheWavesAndLeads) {
  Incident incident = told_to_four();
  EXPECT_EQ(apply(incident, press(incident, "head", going), kTenMinutes, at(40)), std::nullopt);
  EXPECT_EQ(incident.phase, Phase::claimed);
  EXPECT_EQ(incident.phase_since, at(40));
  EXPECT_EQ(incident.lead, PersonId("head"));
  EXPECT_TRUE(incident.somebody_is_going());
  EXPECT_EQ(broken_rule(incident), std::nullopt);
}

TEST(Claim, ARelativeFarAwayIsThankedButTheWavesGoOn) {
  Incident incident = told_to_four();
  EXPECT_EQ(apply(incident, going_in(incident, "R0786", 25), kTenMinutes, at(10)), std::nullopt);
  EXPECT_EQ(incident.phase, Phase::told);
  EXPECT_EQ(incident.lead, std::nullopt);
  EXPECT_FALSE(incident.somebody_is_going());
  EXPECT_EQ(incident.find_response(PersonId("R0786"))->going_at, at(10));
}

TEST(Claim, AnybodyWhoseMinutesFitInsideTheDoorLimitStopsTheWaves) {
  Incident incident = told_to_four();
  EXPECT_EQ(apply(incident, going_in(incident, "R0786", 10), kTenMinutes, at(10)), std::nullopt);
  EXPECT_EQ(incident.phase, Phase::claimed);
}

TEST(Claim, ARelativeWithoutMinutesDoesNotStopTheWaves) {
  Incident incident = told_to_four();
  EXPECT_EQ(apply(incident, press(incident, "R0786", going), kTenMinutes, at(10)), std::nullopt);
  EXPECT_EQ(incident.phase, Phase::told);
}

TEST(Claim, AResponderWhoLivesInsideIsNotCounted) {
  Incident incident = told_to_four();
  EXPECT_EQ(apply(incident, press(incident, "inside", going), kTenMinutes, at(10)), std::nullopt);
  EXPECT_EQ(incident.phase, Phase::told);
}

TEST(Claim, OneWhoIsOutAndHelpingCountsFromThenOn) {
  Incident incident = told_to_four();
  Answer answer = press(incident, "inside", out_and_helping);
  answer.household = HouseholdId("B05-U4-302");
  EXPECT_EQ(apply(incident, answer, kTenMinutes, at(10)), std::nullopt);
  EXPECT_EQ(incident.phase, Phase::claimed);
  EXPECT_EQ(incident.lead, PersonId("inside"));
  EXPECT_EQ(incident.ticks, (std::map<HouseholdId, Tick>{{HouseholdId("B05-U4-302"), Tick::out}}));
}

TEST(Claim, OfTwoClaimsTheFirstLeadsAndTheSecondHelps) {
  Incident incident = told_to_four();
  EXPECT_EQ(apply(incident, press(incident, "head", going), kTenMinutes, at(10)), std::nullopt);
  EXPECT_EQ(apply(incident, press(incident, "OF03", going), kTenMinutes, at(10)), std::nullopt);
  EXPECT_EQ(incident.lead, PersonId("head"));
  EXPECT_EQ(incident.responses.size(), 2U);
  EXPECT_TRUE(incident.find_response(PersonId("OF03"))->stopping);
}

TEST(Claim, PressingTwiceIsAnsweredNotCounted) {
  Incident incident = told_to_four();
  ASSERT_EQ(apply(incident, press(incident, "head", going), kTenMinutes, at(10)), std::nullopt);
  const Instant since = incident.phase_since;
  EXPECT_EQ(apply(incident, press(incident, "head", going), kTenMinutes, at(20)),
            Refusal::already_going);
  EXPECT_EQ(incident.phase_since, since);
}

TEST(Claim, StatingOtherMinutesReplacesTheClaim) {
  Incident incident = told_to_four();
  ASSERT_EQ(apply(incident, going_in(incident, "R0786", 25), kTenMinutes, at(10)), std::nullopt);
  EXPECT_EQ(apply(incident, going_in(incident, "R0786", 5), kTenMinutes, at(30)), std::nullopt);
  EXPECT_EQ(incident.lead, PersonId("R0786"));
}

TEST(HandOver, AHandedBackIncidentRingsAgain) {
  Incident incident = told_to_four();
  ASSERT_EQ(apply(incident, press(incident, "head", going), kTenMinutes, at(10)), std::nullopt);
  EXPECT_EQ(apply(incident, press(incident, "head", hand_over), kTenMinutes, at(90)), std::nullopt);
  EXPECT_EQ(incident.phase, Phase::told);
  EXPECT_EQ(incident.phase_since, at(90));
  EXPECT_EQ(incident.lead, std::nullopt);
  EXPECT_EQ(broken_rule(incident), std::nullopt);
}

TEST(HandOver, TheHelperLeadsWhenTheLeadHandsOver) {
  Incident incident = told_to_four();
  ASSERT_EQ(apply(incident, press(incident, "head", going), kTenMinutes, at(10)), std::nullopt);
  ASSERT_EQ(apply(incident, press(incident, "OF03", going), kTenMinutes, at(11)), std::nullopt);
  EXPECT_EQ(apply(incident, press(incident, "head", hand_over), kTenMinutes, at(90)), std::nullopt);
  EXPECT_EQ(incident.phase, Phase::claimed);
  EXPECT_EQ(incident.lead, PersonId("OF03"));
}

TEST(HandOver, WhoIsNotGoingHasNothingToHandOver) {
  Incident incident = told_to_four();
  EXPECT_EQ(apply(incident, press(incident, "head", hand_over), kTenMinutes, at(90)),
            Refusal::not_going);
  EXPECT_EQ(incident, told_to_four());
}

TEST(Arrival, ArrivingIsAClaimAndPutsTheIncidentOnScene) {
  Incident incident = told_to_four();
  EXPECT_EQ(apply(incident, press(incident, "head", arrived), kTenMinutes, at(240)), std::nullopt);
  EXPECT_EQ(incident.phase, Phase::on_scene);
  EXPECT_EQ(incident.lead, PersonId("head"));
  EXPECT_EQ(apply(incident, press(incident, "head", arrived), kTenMinutes, at(250)),
            Refusal::already_there);
}

TEST(Arrival, HandingOverOnTheSpotKeepsItOnScene) {
  Incident incident = told_to_four();
  ASSERT_EQ(apply(incident, press(incident, "head", arrived), kTenMinutes, at(240)), std::nullopt);
  EXPECT_EQ(apply(incident, press(incident, "head", hand_over), kTenMinutes, at(300)),
            std::nullopt);
  EXPECT_EQ(incident.phase, Phase::on_scene);
  EXPECT_EQ(broken_rule(incident), std::nullopt);
}

TEST(End, SettlingNeedsACauseAndDoesNotClose) {
  Incident incident = told_to_four();
  ASSERT_EQ(apply(incident, press(incident, "head", arrived), kTenMinutes, at(240)), std::nullopt);
  EXPECT_EQ(apply(incident, press(incident, "head", cause), kTenMinutes, at(300)),
            Refusal::cause_missing);
  Answer pot = press(incident, "head", cause);
  pot.cause = Cause::pot;
  EXPECT_EQ(apply(incident, pot, kTenMinutes, at(300)), std::nullopt);
  EXPECT_EQ(incident.phase, Phase::settled);
  EXPECT_EQ(incident.settled_as, Cause::pot);
  EXPECT_TRUE(incident.is_open());
}

TEST(End, TheDeskClosesWithACauseOnce) {
  Incident incident = told_to_four();
  Answer end = press(incident, "OF03", close);
  EXPECT_EQ(apply(incident, end, kTenMinutes, at(1260)), Refusal::cause_missing);
  end.cause = Cause::pot;
  EXPECT_EQ(apply(incident, end, kTenMinutes, at(1260)), std::nullopt);
  EXPECT_EQ(incident.phase, Phase::closed);
  EXPECT_EQ(incident.closing,
            (Closing{.at = at(1260), .by = PersonId("OF03"), .cause = Cause::pot}));
  EXPECT_EQ(apply(incident, end, kTenMinutes, at(1270)), Refusal::already_closed);
  EXPECT_EQ(broken_rule(incident), std::nullopt);
}

TEST(End, NobodyFromAfarCanClose) {
  for (const char* person : {"R0786", "head", "inside"}) {
    Incident incident = told_to_four();
    Answer end = press(incident, person, close);
    end.cause = Cause::cooking;
    EXPECT_EQ(apply(incident, end, kTenMinutes, at(60)), Refusal::not_allowed) << person;
    EXPECT_EQ(incident, told_to_four());
  }
}

TEST(End, ARelativeRatesAfterTheEndAndMayChangeTheirMind) {
  Incident incident = told_to_four();
  EXPECT_EQ(apply(incident, press(incident, "R0786", satisfied), kTenMinutes, at(10)),
            Refusal::not_closed_yet);
  Answer end = press(incident, "OF03", close);
  end.cause = Cause::pot;
  ASSERT_EQ(apply(incident, end, kTenMinutes, at(20)), std::nullopt);
  EXPECT_EQ(apply(incident, press(incident, "R0786", satisfied), kTenMinutes, at(30)),
            std::nullopt);
  EXPECT_EQ(apply(incident, press(incident, "R0786", satisfied), kTenMinutes, at(31)),
            Refusal::already_done);
  EXPECT_EQ(apply(incident, press(incident, "R0786", not_satisfied), kTenMinutes, at(32)),
            std::nullopt);
  EXPECT_EQ(incident.satisfied, (std::map<PersonId, bool>{{PersonId("R0786"), false}}));
}

TEST(Seen, SeenStopsNothingButTheDesksOwnReminders) {
  Incident incident = told_to_four();
  EXPECT_EQ(apply(incident, press(incident, "OF03", seen), kTenMinutes, at(5)), std::nullopt);
  EXPECT_EQ(incident.phase, Phase::told);
  EXPECT_EQ(incident.desk, PersonId("OF03"));
  EXPECT_TRUE(incident.find_told(PersonId("OF03"))->seen);
  EXPECT_FALSE(incident.somebody_is_going());
}

TEST(Form, WhatIsWrittenMustFit) {
  const Incident before = told_to_four();
  const auto refused = [&](Answer answer) {
    Incident incident = before;
    const auto refusal = apply(incident, answer, kTenMinutes, at(10));
    EXPECT_EQ(incident, before);
    return refusal;
  };
  EXPECT_EQ(refused(going_in(before, "head", 0)), Refusal::minutes_out_of_range);
  EXPECT_EQ(refused(going_in(before, "head", 181)), Refusal::minutes_out_of_range);
  EXPECT_EQ(refused(press(before, "R0786", note)), Refusal::text_missing);
  Answer longer = press(before, "R0786", note);
  longer.text = std::string(201, 'x');
  EXPECT_EQ(refused(longer), Refusal::text_too_long);
  EXPECT_EQ(refused(press(before, "OF03", assign)), Refusal::unknown_person);
  Answer away_backwards = press(before, "head", away);
  away_backwards.from = at(100);
  away_backwards.until = at(100);
  EXPECT_EQ(refused(away_backwards), Refusal::bad_period);
}

TEST(Form, TwoHundredChineseCharactersAreNotTooLong) {
  Incident incident = told_to_four();
  Answer long_note = press(incident, "R0786", note);
  for (int i = 0; i < 200; ++i) long_note.text += "守";
  EXPECT_EQ(apply(incident, long_note, kTenMinutes, at(10)), std::nullopt);
  EXPECT_EQ(incident.notes.size(), 1U);
}

}  // namespace
}  // namespace shouwang::incident
