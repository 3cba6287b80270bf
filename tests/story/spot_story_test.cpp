// R-55: a valve and a siren are told what to do while people are called.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/story/town.h"

namespace shouwang::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kAlarm = "GA-B01-U1-201";
constexpr const char* kValve = "VA-B01-U1-201";
constexpr const char* kSiren = "SI-B01-U1";
constexpr const char* kHead = "B01-U1-102/1";

// Two homes with valves, a stairwell with a siren, and rules for both; profiles as they are
// shipped.
Town::Options with_valves() {
  Town::Options options;
  options.estate = [](household::Community& community) {
    const auto add = [&](const char* id, const char* profile, const char* place) {
      community.devices.push_back(
          {.id = DeviceId(id), .profile = profile, .address = id, .place = place});
    };
    add(kValve, "native.valve", "B01-U1-201");
    add("VA-B01-U1-202", "native.valve", "B01-U1-202");
    add(kSiren, "native.siren", "B01-U1");
  };
  options.rules = [](dispatch::Rules& rules) {
    rules.spot = {{.kinds = {device::Kind::gas}, .command = device::Command::close_valve},
                  {.kinds = {device::Kind::gas},
                   .command = device::Command::siren_on,
                   .where = dispatch::SpotRule::Where::stairwell}};
  };
  return options;
}

std::string told(const char* when, const char* device, const char* command) {
  return std::string(when) + " shouwang/v1/changshan/" + device + R"(/command {"v":1,"command":")" +
         command + "\"}";
}

TEST(R55, TheValveOfThatHomeIsClosedAndSaysSo) {
  Town town("2026-01-15 02:40", with_valves());
  town.at(0s).alarms(kAlarm);
  town.at(3s).says(kValve, device::Meaning::closed);
  town.at(4s).says(kSiren, device::Meaning::on);
  town.expect(0s).told("R0003").as(Role::relative);
  town.at(10s).does([](Town& t) {
    for (const char* person : {"R0003", kHead}) {
      const auto card = t.card(person);
      ASSERT_TRUE(card.has_value());
      ASSERT_EQ(card->orders.size(), 2U);
      EXPECT_EQ(card->orders[0].state, incident::Order::State::confirmed);
    }
  });
  town.run(10min);
  EXPECT_THAT(town.commands(),
              ElementsAre(told("0s", kValve, "close_valve"), told("0s", kSiren, "siren_on")));
  EXPECT_THAT(town.journal_of("order_confirmed"), ::testing::SizeIs(2));
  for (const Received& one : town.received()) EXPECT_NE(one.letter, Letter::spot);
}

TEST(R55, ASilentValveIsALineOnTheCardAndALetterToTheLeadAfterTenSeconds) {
  Town town("2026-01-15 02:40", with_valves());
  town.at(0s).alarms(kAlarm);
  town.at(1s).says(kSiren, device::Meaning::on);
  town.at(5s).presses(kHead, Action::going);
  town.expect_between(5s, 10s - 1ms).holds("no letter before", [](Town& t) {
    return t.journal_of("order_overdue").empty();
  });
  town.expect_between(10s - 1ms, 11s).tells(kHead, Letter::spot);
  town.at(12s).does([](Town& t) {
    const auto card = t.card(kHead);
    ASSERT_TRUE(card.has_value());
    EXPECT_EQ(incident::standing_of(card->orders.at(0)), "overdue");
  });
  town.at(60s).does(
      [](Town& t) { EXPECT_EQ(incident::standing_of(t.card(kHead)->orders.at(0)), "failed"); });
  town.run(1h);
  EXPECT_THAT(town.commands(),
              ElementsAre(told("0s", kValve, "close_valve"), told("0s", kSiren, "siren_on"),
                          told("10s", kValve, "close_valve"), told("20s", kValve, "close_valve")));
}

TEST(R55, APowerCutBetweenDiskAndBrokerDoesNotLeaveTheGasOn) {
  Town town("2026-01-15 02:40", with_valves());
  town.at(0s).alarms(kAlarm);
  town.at(1s).dies(2s);
  town.at(5s).says(kValve, device::Meaning::closed);
  town.run(1min);
  EXPECT_THAT(town.commands(), Contains(told("3s", kValve, "close_valve")));
  EXPECT_THAT(town.commands(), Not(Contains(told("13s", kValve, "close_valve"))));
}

TEST(R55, ARestartAfterTheEndTellsNobodyAnything) {
  Town town("2026-01-15 02:40", with_valves());
  town.at(0s).alarms(kAlarm);
  town.at(2s).closes(town.holder("DUTY-A", 0s), Cause::cooking);
  std::size_t before = 0;
  town.at(3s).does([&](Town& t) { before = t.commands().size(); });
  town.at(4s).dies(2s);
  town.run(1h);
  EXPECT_EQ(town.commands().size(), before);
  EXPECT_THAT(town.commands().back(), HasSubstr("siren_off"));
}

TEST(R55, GasNextDoorLeavesThisValveAlone) {
  Town town("2026-01-15 02:40", with_valves());
  town.at(0s).alarms("GA-B01-U1-203");
  town.run(10min);
  for (const std::string& line : town.commands()) EXPECT_THAT(line, HasSubstr(kSiren));
}

TEST(R55, WithoutARuleNothingIsTold) {
  Town::Options options = with_valves();
  options.rules = {};
  Town town("2026-01-15 02:40", options);
  town.at(0s).alarms(kAlarm);
  town.run(10min);
  EXPECT_THAT(town.commands(), IsEmpty());
}

TEST(R38, TheOfficeReadsTheDayBeforeEachMorning) {
  Town town("2026-01-15 02:40");
  town.at(0s).alarms(kAlarm);
  town.at(5min).closes(town.holder("DUTY-A", 5min), Cause::cooking);
  const Millis morning = 5h + 20min;  // 08:00 on the 15th, and on the 16th.
  town.expect(morning + 24h).tells(town.holder("DUTY-A", morning + 24h), Letter::diary);
  town.run(morning + 24h);
  EXPECT_THAT(town.journal_of("diary"), ::testing::SizeIs(2));
}

}  // namespace
}  // namespace shouwang::testing
