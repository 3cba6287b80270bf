#include "escalation/ladder.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace shouwang::escalation {
namespace {

using incident::Incident;
using incident::Phase;
using namespace std::chrono_literals;

Instant at(int seconds) { return Instant{std::chrono::seconds{1'700'000'000 + seconds}}; }

// The shape of R-21: waves at 0, 60, 150, 300 s, a loop every minute, a door at ten.
Ladder four_waves() {
  return {.name = "gas in a home",
          .waves = {{.at = 0s, .tell = {{.audience = Audience::relatives}}},
                    {.at = 60s,
                     .tell = {{.audience = Audience::duty_b}},
                     .again = {{.wave = 0, .by_voice = true}}},
                    {.at = 150s, .tell = {{.audience = Audience::grid_head}}},
                    {.at = 300s, .tell = {{.audience = Audience::director}}}},
          .loop = {.every = 60s, .tell = {{.audience = Audience::duty_a}}},
          .door = {.limit = 600s, .again = {{.wave = 2}, {.wave = 3}}}};
}

Incident raised() {
  return {.id = IncidentId("i"),
          .community = CommunityId("elm"),
          .place = {.text = "?"},
          .raised_at = at(0),
          .phase_since = at(0),
          .sources = {{.first_at = at(0), .last_at = at(0)}}};
}

// Plays the ladder from `from` to `until` and writes down what it did when, "60s wave 1".
std::vector<std::string> play(const Ladder& ladder, Progress& progress, const Incident& incident,
                              int from, int until) {
  std::vector<std::string> log;
  for (int second = from; second <= until; ++second) {
    while (const auto step = next_step(ladder, progress, incident)) {
      if (step->due > at(second)) break;
      static constexpr const char* kNames[] = {"door", "wave", "loop", "remind"};
      std::string line = std::to_string(second) + "s ";
      line += kNames[static_cast<int>(step->kind)];
      if (step->kind == Step::Kind::wave) line += " " + std::to_string(step->wave);
      log.push_back(line);
      record(ladder, progress, *step, at(second));
    }
  }
  return log;
}

void claim(Incident& incident, int second) {
  incident.responses.push_back(
      {.person = PersonId("head"), .going_at = at(second), .stopping = true});
  incident.phase = Phase::claimed;
  incident.phase_since = at(second);
}

TEST(Ladder, WithoutAnAnswerItIsClimbedToTheTopAndRoundAndRound) {
  const Ladder ladder = four_waves();
  Progress progress = begin(ladder, at(0));
  EXPECT_EQ(play(ladder, progress, raised(), 0, 700),
            (std::vector<std::string>{"0s wave 0", "60s wave 1", "150s wave 2", "300s wave 3",
                                      "360s loop", "420s loop", "480s loop", "540s loop",
                                      "600s door", "600s loop", "660s loop"}));
}

TEST(Ladder, ADayWithoutAnAnswerTurnsTheLoopOnceAMinute) {
  const Ladder ladder = four_waves();
  Progress progress = begin(ladder, at(0));
  play(ladder, progress, raised(), 0, 86'400);
  EXPECT_EQ(progress.loops, (86'400U - 300U) / 60U);
}

TEST(Ladder, AClaimHushesItUntilTheDoorLimit) {
  const Ladder ladder = four_waves();
  Progress progress = begin(ladder, at(0));
  Incident incident = raised();
  EXPECT_EQ(play(ladder, progress, incident, 0, 30), (std::vector<std::string>{"0s wave 0"}));
  claim(incident, 30);
  EXPECT_EQ(play(ladder, progress, incident, 30, 599), std::vector<std::string>{});
  EXPECT_EQ(play(ladder, progress, incident, 600, 601),
            (std::vector<std::string>{"600s door", "600s wave 1", "600s wave 2", "600s wave 3"}));
  EXPECT_EQ(play(ladder, progress, incident, 601, 700), (std::vector<std::string>{"660s loop"}));
}

TEST(Ladder, ArrivingInTheLastSecondIsInTime) {
  const Ladder ladder = four_waves();
  Progress progress = begin(ladder, at(0));
  Incident incident = raised();
  play(ladder, progress, incident, 0, 30);
  claim(incident, 30);
  play(ladder, progress, incident, 30, 599);
  incident.responses.front().arrived_at = at(599);
  incident.phase = Phase::on_scene;
  incident.phase_since = at(599);
  EXPECT_EQ(play(ladder, progress, incident, 599, 2398), std::vector<std::string>{});
  EXPECT_EQ(play(ladder, progress, incident, 2399, 2399),
            (std::vector<std::string>{"2399s remind"}));
}

TEST(Ladder, AClaimAfterThePassedLimitStartsANewOne) {
  const Ladder ladder = four_waves();
  Progress progress = begin(ladder, at(0));
  Incident incident = raised();
  play(ladder, progress, incident, 0, 640);
  claim(incident, 640);
  record_claim(ladder, progress, at(640));
  EXPECT_EQ(play(ladder, progress, incident, 641, 1239), std::vector<std::string>{});
  EXPECT_EQ(play(ladder, progress, incident, 1240, 1240),
            (std::vector<std::string>{"1240s door", "1240s loop"}));
}

TEST(Ladder, AWaveThatIsAskedForEarlyTakesThoseAfterItWithIt) {
  const Ladder ladder = four_waves();
  Progress progress = begin(ladder, at(0));
  play(ladder, progress, raised(), 0, 62);
  // Somebody wants wave 2 at once: 88 s early.
  record(ladder, progress, {.kind = Step::Kind::wave, .wave = 2, .due = at(62)}, at(62));
  EXPECT_EQ(play(ladder, progress, raised(), 62, 280),
            (std::vector<std::string>{"212s wave 3", "272s loop"}));
}

TEST(Ladder, WhatFellDueDuringAnOutageIsDoneOnceAndTheRhythmIsKept) {
  const Ladder ladder = four_waves();
  Progress progress = begin(ladder, at(0));
  play(ladder, progress, raised(), 0, 70);
  EXPECT_EQ(play(ladder, progress, raised(), 500, 500),
            (std::vector<std::string>{"500s wave 2", "500s wave 3"}));
  EXPECT_EQ(play(ladder, progress, raised(), 501, 560), (std::vector<std::string>{"540s loop"}));
  EXPECT_EQ(play(ladder, progress, raised(), 3'601, 3'601),
            (std::vector<std::string>{"3601s door", "3601s loop"}));
}

TEST(Ladder, AClosedIncidentHasNoNextStep) {
  const Ladder ladder = four_waves();
  Incident incident = raised();
  incident.phase = Phase::closed;
  EXPECT_EQ(next_step(ladder, begin(ladder, at(0)), incident), std::nullopt);
}

TEST(LadderCheck, SaysWhatIsWrongInWordsForTheInstaller) {
  EXPECT_EQ(check(four_waves()), std::vector<std::string>{});
  Ladder ladder = four_waves();
  ladder.waves[0].at = 5s;
  ladder.waves[2].at = 60s;
  ladder.waves[3].tell.clear();
  ladder.waves[1].again = {{.wave = 1}};
  ladder.loop.every = 5s;
  ladder.loop.tell.clear();
  ladder.door.limit = 2h;
  ladder.door.again = {{.wave = 4}};
  ladder.remind_close = 1s;
  EXPECT_EQ(
      check(ladder),
      (std::vector<std::string>{
          "wave 0: at 5s, must be 0s: the first wave is called with the alarm",
          "wave 1: repeats wave 1, which has not run by then",
          "wave 2: at 1min is not later than wave 1 (1min): it can never be reached in its "
          "turn",
          "wave 3: calls nobody", "loop: every 5s, must be 10s .. 1h", "loop: calls nobody",
          "door: limit 2h, must be 60s .. 1h", "door: repeats wave 4, which has not run by then",
          "remind_close 1s, must be 60s .. 24h"}));
}

TEST(LadderProperty, NeverSilentAndHushWhenGoing) {
  const bool held = rc::check(
      "an open incident always has a step; nobody is called while somebody is going in time", [] {
        const Ladder ladder = four_waves();
        Progress progress = begin(ladder, at(0));
        Incident incident = raised();
        int second = 0;
        for (int i = 0; i < 60; ++i) {
          const int choice = *rc::gen::inRange(0, 5);
          second += *rc::gen::inRange(0, 400);
          if (choice == 0 && incident.responses.empty()) {
            claim(incident, second);
            record_claim(ladder, progress, at(second));
          } else if (choice == 1 && incident.phase == Phase::claimed) {
            incident.responses.clear();
            incident.phase = Phase::told;
            incident.phase_since = at(second);
          }
          const auto step = next_step(ladder, progress, incident);
          RC_ASSERT(step.has_value());
          const bool going = incident.somebody_is_going() && progress.door_at.has_value() &&
                             !is_ringing(incident, progress);
          if (going) RC_ASSERT(step->kind == Step::Kind::door);
          if (step->due <= at(second)) record(ladder, progress, *step, at(second));
        }
      });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace shouwang::escalation
