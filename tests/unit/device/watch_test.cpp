// What is news, in virtual time.

#include "device/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/unit/device/library.h"

namespace shouwang::device {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A device that is listened to for a while. Times are from 2026-01-15T18:40:00Z.
class Ear {
 public:
  explicit Ear(Profile profile) : profile_(std::move(profile)) {}

  // The news of a report, as "kind:meaning".
  std::vector<std::string> hears(Millis when, Report report) {
    auto seen = observe(state_, profile_, std::move(report), now() + when);
    state_ = seen.state;
    news_ = seen.news;
    return words(news_.signals);
  }
  std::vector<std::string> hears(Millis when, std::vector<Signal> signals) {
    return hears(when, Report{.signals = std::move(signals)});
  }
  std::vector<std::string> waits_until(Millis when) {
    const auto risen = rise_if_due(state_, profile_, now() + when);
    state_ = risen.state;
    if (!risen.signal) return {};
    return words({*risen.signal});
  }
  std::optional<Millis> due() const {
    const auto due = next_due(state_, profile_);
    return due ? std::optional(*due - now()) : std::nullopt;
  }
  const Report& news() const { return news_; }
  const Watch& state() const { return state_; }
  void forget() { state_ = {}; }

 private:
  static std::vector<std::string> words(const std::vector<Signal>& signals) {
    std::vector<std::string> all;
    for (const Signal& signal : signals) {
      all.push_back(std::string(name_of(signal.kind)) + ":" + std::string(name_of(signal.meaning)));
    }
    return all;
  }

  Profile profile_;
  Watch state_;
  Report news_;
};

Profile plain() {
  return profile_in("kind: gas\nrepeat_window: 5s\nmessages:\n  - topics: t/{device}\n");
}
Profile cached() {
  return profile_in(
      "kind: smoke\ncached: true\nstuck_after: 6h\nrepeat_window: 5s\nmessages:\n"
      "  - topics: t/{device}\n");
}
Profile button() {
  return profile_in(
      "kind: sos\ncached: true\nrepeat_window: 5s\nmessages:\n  - topics: t/{device}\n    fields:\n"
      "      - { at: /a, event: true, map: { sos: alarm } }\n");
}
Profile leveled(const std::string& dwell) {
  return profile_in(
      "kind: gas\nmessages:\n  - topics: t/{device}\n    fields:\n"
      "      - { at: /v, unit: ppm, levels: { prealarm_at: 30, alarm_at: 50, clear_at: 20, "
      "dwell: " +
      dwell + " } }\n");
}

Signal gas(Meaning meaning) { return {.kind = Kind::gas, .meaning = meaning}; }
Signal smoke(Meaning meaning) { return {.kind = Kind::smoke, .meaning = meaning}; }
// As the decoder judges a number by leveled().
Signal ppm(double value) {
  const Meaning meaning = value >= 50   ? Meaning::alarm
                          : value >= 30 ? Meaning::prealarm
                          : value <= 20 ? Meaning::normal
                                        : Meaning::measurement;
  return {.kind = Kind::gas, .meaning = meaning, .value = value, .unit = "ppm"};
}

TEST(Watch, LetsTheFirstAlarmThrough) {
  Ear ear(plain());
  EXPECT_THAT(ear.hears(0s, {gas(Meaning::alarm)}), ElementsAre("gas:alarm"));
}

TEST(Watch, FoldsWhatIsSaidAgainWithinTheWindow) {
  Ear ear(plain());
  ear.hears(0s, {gas(Meaning::alarm)});
  EXPECT_THAT(ear.hears(4'999ms, {gas(Meaning::alarm)}), IsEmpty());
  EXPECT_THAT(ear.hears(5s, {gas(Meaning::alarm)}), ElementsAre("gas:alarm"));
}

TEST(Watch, HearsANewAlarmAfterAClearEvenWithinTheWindow) {
  Ear ear(plain());
  ear.hears(0s, {gas(Meaning::alarm)});
  EXPECT_THAT(ear.hears(1s, {gas(Meaning::normal)}), ElementsAre("gas:normal"));
  EXPECT_THAT(ear.hears(2s, {gas(Meaning::alarm)}), ElementsAre("gas:alarm"));
}

TEST(Watch, KeepsKindsApart) {
  Ear ear(plain());
  ear.hears(0s, {gas(Meaning::alarm)});
  EXPECT_THAT(ear.hears(1s, {gas(Meaning::alarm), smoke(Meaning::alarm)}),
              ElementsAre("smoke:alarm"));
}

TEST(Watch, DoesNotTakeACachedAlarmForNews) {
  Ear ear(cached());
  EXPECT_THAT(ear.hears(0s, {smoke(Meaning::alarm)}), ElementsAre("smoke:alarm"));
  EXPECT_THAT(ear.hears(1h, {smoke(Meaning::alarm)}), IsEmpty());
  EXPECT_THAT(ear.hears(2h, {smoke(Meaning::normal)}), ElementsAre("smoke:normal"));
  EXPECT_THAT(ear.hears(2h + 1s, {smoke(Meaning::alarm)}), ElementsAre("smoke:alarm"));
}

TEST(Watch, TakesEveryEdgeInACachedMessageForNews) {
  Ear ear(cached());
  ear.hears(0s, {smoke(Meaning::alarm)});
  EXPECT_THAT(ear.hears(1min, {smoke(Meaning::alarm), smoke(Meaning::muted)}),
              ElementsAre("smoke:muted"));
  EXPECT_THAT(ear.hears(2min, {smoke(Meaning::alarm)}), IsEmpty());
  EXPECT_THAT(ear.hears(3min, {smoke(Meaning::alarm), smoke(Meaning::muted)}),
              ElementsAre("smoke:muted"));
}

TEST(Watch, NamesAnAlarmThatIsStuckInTheCache) {
  Ear ear(cached());
  ear.hears(0s, {smoke(Meaning::alarm)});
  EXPECT_THAT(ear.hears(6h - 1ms, {smoke(Meaning::alarm)}), IsEmpty());
  EXPECT_THAT(ear.hears(6h, {smoke(Meaning::alarm)}), ElementsAre("device:fault"));
  EXPECT_THAT(ear.hears(7h, {smoke(Meaning::alarm)}), IsEmpty());
  EXPECT_THAT(ear.hears(12h, {smoke(Meaning::alarm)}), ElementsAre("device:fault"));
}

TEST(Watch, LetsEveryTechnicalSignalThrough) {
  Ear ear(cached());
  const Signal low{.kind = Kind::device, .meaning = Meaning::low_battery};
  EXPECT_THAT(ear.hears(0s, {low}), ElementsAre("device:low_battery"));
  EXPECT_THAT(ear.hears(1s, {low}), ElementsAre("device:low_battery"));
}

TEST(Watch, LearnsNothingFromAStateFromBefore) {
  Ear ear(cached());
  const Report restored{.signals = {smoke(Meaning::alarm)}, .fresh = false};
  EXPECT_THAT(ear.hears(0s, restored), ElementsAre("smoke:alarm"));
  EXPECT_FALSE(ear.news().fresh);
  EXPECT_THAT(ear.hears(1s, {smoke(Meaning::alarm)}), ElementsAre("smoke:alarm"));
  EXPECT_TRUE(ear.news().fresh);
}

TEST(Watch, FoldsOnePressOnTwoTopics) {
  Ear ear(button());
  const Signal sos{.kind = Kind::sos, .meaning = Meaning::alarm};
  EXPECT_THAT(ear.hears(0s, {sos}), ElementsAre("sos:alarm"));
  EXPECT_THAT(ear.hears(200ms, {sos}), IsEmpty());
  EXPECT_THAT(ear.hears(10s, {sos}), ElementsAre("sos:alarm"));
}

TEST(Watch, GivesEachPressANameOfItsOwn) {
  Ear ear(button());
  const Signal sos{.kind = Kind::sos, .meaning = Meaning::alarm};
  ear.hears(0s, {sos});
  EXPECT_EQ(ear.news().event_id, "sos@2026-01-15T18:40:00.000Z");
  ear.hears(10s, {sos});
  EXPECT_EQ(ear.news().event_id, "sos@2026-01-15T18:40:10.000Z");
  ear.hears(20s, Report{.signals = {sos}, .event_id = "e-7"});
  EXPECT_EQ(ear.news().event_id, "e-7");
}

TEST(Watch, NeverLetsAPressGoByItself) {
  Ear ear(button());
  ear.hears(0s, {{.kind = Kind::sos, .meaning = Meaning::alarm}});
  EXPECT_EQ(ear.due(), std::nullopt);
  EXPECT_THAT(ear.hears(24h, {{.kind = Kind::device, .meaning = Meaning::heartbeat}}),
              ElementsAre("device:heartbeat"));
}

TEST(Watch, FoldsARepeatUnderTheSameEventId) {
  Ear ear(plain());
  const Report first{.signals = {gas(Meaning::alarm)}, .event_id = "17-1"};
  EXPECT_THAT(ear.hears(0s, first), ElementsAre("gas:alarm"));
  EXPECT_THAT(ear.hears(1h, first), IsEmpty());
  EXPECT_THAT(ear.hears(1h, Report{.signals = {gas(Meaning::alarm)}, .event_id = "17-2"}),
              ElementsAre("gas:alarm"));
}

TEST(Watch, HearsAnotherMeaningUnderTheSameEventId) {
  Ear ear(plain());
  ear.hears(0s, Report{.signals = {gas(Meaning::prealarm)}, .event_id = "17-1"});
  EXPECT_THAT(ear.hears(1s, Report{.signals = {gas(Meaning::alarm)}, .event_id = "17-1"}),
              ElementsAre("gas:alarm"));
}

TEST(Watch, DropsANormalThatWasOvertaken) {
  Ear ear(plain());
  ear.hears(0s, Report{.signals = {gas(Meaning::alarm)}, .sequence = 11});
  EXPECT_THAT(ear.hears(1s, Report{.signals = {gas(Meaning::normal)}, .sequence = 10}), IsEmpty());
  EXPECT_THAT(ear.hears(2s, Report{.signals = {gas(Meaning::normal)}, .sequence = 12}),
              ElementsAre("gas:normal"));
}

TEST(Watch, NeverDropsAnAlarmForItsSequence) {
  Ear ear(plain());
  ear.hears(0s, Report{.signals = {gas(Meaning::normal)}, .sequence = 11});
  EXPECT_THAT(ear.hears(1s, Report{.signals = {gas(Meaning::alarm)}, .sequence = 10}),
              ElementsAre("gas:alarm"));
}

TEST(Watch, FollowsACounterThatStartedAnew) {
  Ear ear(plain());
  ear.hears(0s, Report{.signals = {gas(Meaning::normal)}, .sequence = 5000});
  EXPECT_THAT(ear.hears(59s, Report{.signals = {gas(Meaning::normal)}, .sequence = 0}), IsEmpty());
  EXPECT_THAT(ear.hears(60s, Report{.signals = {gas(Meaning::normal)}, .sequence = 1}),
              ElementsAre("gas:normal"));
  EXPECT_THAT(ear.hears(61s, Report{.signals = {gas(Meaning::normal)}, .sequence = 2}),
              ElementsAre("gas:normal"));
}

TEST(Hysteresis, KeepsTheAlarmUntilTheNumberIsClear) {
  Ear ear(leveled("0s"));
  EXPECT_THAT(ear.hears(0s, {ppm(60)}), ElementsAre("gas:alarm"));
  EXPECT_THAT(ear.hears(1s, {ppm(45)}), ElementsAre("gas:measurement")) << "no lower level yet";
  EXPECT_THAT(ear.hears(2s, {ppm(25)}), ElementsAre("gas:measurement"));
  EXPECT_THAT(ear.hears(3s, {ppm(20)}), ElementsAre("gas:normal"));
  EXPECT_THAT(ear.hears(4s, {ppm(25)}), ElementsAre("gas:measurement")) << "and no alarm either";
  EXPECT_THAT(ear.hears(5s, {ppm(35)}), ElementsAre("gas:prealarm"));
  EXPECT_THAT(ear.hears(6s, {ppm(50)}), ElementsAre("gas:alarm"));
}

TEST(Dwell, CountsFromTheFirstNumberOverTheLimit) {
  Ear ear(leveled("10s"));
  EXPECT_THAT(ear.hears(0s, {ppm(60)}), ElementsAre("gas:measurement"));
  EXPECT_EQ(ear.due(), 10s);
  EXPECT_THAT(ear.hears(9'999ms, {ppm(70)}), ElementsAre("gas:measurement"));
  EXPECT_THAT(ear.hears(10s, {ppm(80)}), ElementsAre("gas:alarm"));
  EXPECT_EQ(ear.due(), std::nullopt);
}

TEST(Dwell, RingsWithoutAnotherMessage) {
  Ear ear(leveled("10s"));
  ear.hears(0s, {ppm(60)});
  EXPECT_THAT(ear.waits_until(9'999ms), IsEmpty());
  EXPECT_THAT(ear.waits_until(10s), ElementsAre("gas:alarm"));
  EXPECT_THAT(ear.waits_until(11s), IsEmpty()) << "once";
}

TEST(Dwell, StartsAnewAfterADip) {
  Ear ear(leveled("10s"));
  ear.hears(0s, {ppm(60)});
  ear.hears(5s, {ppm(25)});
  EXPECT_EQ(ear.due(), std::nullopt);
  ear.hears(6s, {ppm(60)});
  EXPECT_EQ(ear.due(), 16s);
}

TEST(Dwell, CarriesTheLastNumber) {
  const Profile profile = leveled("10s");
  const auto seen = observe({}, profile, {.signals = {ppm(60)}}, now());
  const auto again = observe(seen.state, profile, {.signals = {ppm(75)}}, now() + 5s);
  const auto risen = rise_if_due(again.state, profile, now() + 10s);
  EXPECT_EQ(risen.signal,
            (Signal{.kind = Kind::gas, .meaning = Meaning::alarm, .value = 75, .unit = "ppm"}));
}

TEST(Dwell, AlsoDampsAStateFromBefore) {
  Ear ear(leveled("10s"));
  EXPECT_THAT(ear.hears(0s, Report{.signals = {ppm(60)}, .fresh = false}),
              ElementsAre("gas:measurement"));
  EXPECT_THAT(ear.waits_until(10s), ElementsAre("gas:alarm"));
}

Signal tested() {
  return {.kind = Kind::smoke, .meaning = Meaning::test, .covers = Meaning::alarm};
}

TEST(Test, IsNoAlarmWhileItIsShort) {
  Ear ear(cached());
  EXPECT_THAT(ear.hears(0s, {tested()}), ElementsAre("smoke:test"));
  EXPECT_EQ(ear.due(), 3min);
  EXPECT_THAT(ear.hears(20s, {smoke(Meaning::normal)}), ElementsAre("smoke:normal"));
  EXPECT_EQ(ear.due(), std::nullopt);
}

TEST(Test, ThatDoesNotEndIsAnAlarm) {
  Ear ear(cached());
  ear.hears(0s, {tested()});
  EXPECT_THAT(ear.hears(2min, {tested()}), IsEmpty());
  EXPECT_THAT(ear.waits_until(3min), ElementsAre("smoke:alarm"));
  EXPECT_THAT(ear.hears(4min, {tested()}), IsEmpty()) << "it is known by now";
}

TEST(Test, DoesNotHideAnAlarmThatIsNotCalledOne) {
  Ear ear(cached());
  ear.hears(0s, {tested()});
  EXPECT_THAT(ear.hears(30s, {smoke(Meaning::alarm)}), ElementsAre("smoke:alarm"));
  EXPECT_EQ(ear.due(), std::nullopt);
}

TEST(Test, FlagThatWasForgottenHidesNothing) {
  Ear ear(cached());
  ear.hears(0s, {smoke(Meaning::test)});
  EXPECT_THAT(ear.hears(1h, {tested()}), ElementsAre("smoke:alarm"));
}

TEST(Test, OfTwoKindsAtOnceIsOneTest) {
  Ear ear(cached());
  const Signal co{.kind = Kind::co, .meaning = Meaning::test, .covers = Meaning::alarm};
  EXPECT_THAT(ear.hears(0s, {tested(), co}), ElementsAre("smoke:test", "co:test"));
  EXPECT_EQ(ear.due(), 3min);
}

TEST(MissingKeys, AreAProblemWhenTheyStayAway) {
  Ear ear(plain());
  const Report lacking{.signals = {{.kind = Kind::device, .meaning = Meaning::heartbeat}},
                       .complete = false};
  for (int i = 1; i < 5; ++i) {
    ear.hears(i * 1min, lacking);
    EXPECT_EQ(ear.news().problem, "") << i;
  }
  ear.hears(5min, lacking);
  EXPECT_EQ(ear.news().problem,
            "an expected key was missing in 5 messages in a row: does the profile still fit the "
            "sender's version?");
}

TEST(MissingKeys, AreForgottenWhenTheyComeAgain) {
  Ear ear(plain());
  for (int i = 1; i < 10; ++i) {
    ear.hears(i * 1min, Report{.complete = i % 4 == 0});
    EXPECT_EQ(ear.news().problem, "") << i;
  }
}

TEST(Watch, IsPure) {
  const Profile profile = plain();
  const Report report{.signals = {gas(Meaning::alarm)}, .sequence = 3};
  const auto first = observe({}, profile, report, now());
  const auto second = observe({}, profile, report, now());
  EXPECT_EQ(first.state, second.state);
  EXPECT_EQ(observe({}, profile, report, now()).news.signals, first.news.signals);
}

TEST(Watch, IsSmall) { EXPECT_LE(sizeof(Watch), 72U); }

TEST(Watch, LosesNoAlarmOfADeviceWithManyKinds) {
  Ear ear(cached());
  std::vector<Signal> all;
  for (int k = 0; k <= static_cast<int>(Kind::water); ++k) {
    all.push_back({.kind = static_cast<Kind>(k), .meaning = Meaning::alarm});
  }
  EXPECT_EQ(ear.hears(0s, all).size(), 6U);
  EXPECT_THAT(ear.hears(1h, all), ElementsAre("sos:alarm", "water:alarm"))
      << "four kinds are remembered, the others are news each time";
}

}  // namespace
}  // namespace shouwang::device
