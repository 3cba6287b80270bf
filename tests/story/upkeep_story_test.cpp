// S-08, S-13, R-07, R-34: devices that fall silent, one by one and all at once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dispatch/coverage.h"
#include "tests/story/town.h"

namespace shouwang::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

// Who got how many messages with this letter.
std::map<std::string, int> readers_of(const Town& town, Letter letter) {
  std::map<std::string, int> readers;
  for (const Received& one : town.received()) {
    if (one.items.front().second == letter) ++readers[one.person.str()];
  }
  return readers;
}

// All beat once a minute up to `until`.
void let_all_beat(Town& town, Millis from, Millis until) {
  for (Millis now = from; now <= until; now += 1min) town.at(now).all_beat();
}

TEST(R34, AWholeCommunityThatVanishesIsOneMessageToTheDeskAndOneToEachBuildingHead) {
  Town town("2026-01-13 14:00", {.through_codec = false});
  let_all_beat(town, 0s, 10min);
  town.at(20min).alarms("GA-B01-U1-202");
  town.expect(20min).told("R0004").as(Role::relative);
  town.run(6h);
  std::map<std::string, int> expected{{town.holder("DUTY-A", 13min), 1},
                                      {town.holder("DUTY-B", 13min), 1}};
  for (int i = 1; i <= 10; ++i) {
    std::string post = "BH" + std::string(i < 10 ? "0" : "") + std::to_string(i);
    expected[town.holder(post, 13min)] = 1;
  }
  EXPECT_EQ(expected.size(), 12U);
  EXPECT_EQ(readers_of(town, Letter::outage), expected);
  ASSERT_TRUE(town.book().matters.contains("outage:changshan"));
  // All but the one that spoke in its alarm.
  EXPECT_EQ(town.book().matters.at("outage:changshan").count, 1125U);
  const auto lines = town.journal_of("outage");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].entry.facts[1], (std::pair<std::string, std::string>("devices", "1125")));
}

TEST(S08, APowerCutIsOneEventAndAnAlarmInItIsAnAlarm) {
  Town town("2026-01-13 20:50", {.through_codec = false});
  const auto has_battery = [](const device::Device& device) {
    return std::hash<std::string>{}(device.id.str()) % 5 == 0;
  };
  let_all_beat(town, 0s, 10min);  // 21:00: the mains go.
  for (Millis now = 11min; now <= 20min; now += 1min) town.at(now).all_beat(has_battery);
  town.at(20min).hears(false);  // 21:10: so does the network.
  town.at(70min).hears(true);   // 22:00: all is back.
  town.at(35min).alarms("GA-B05-U2-504");
  for (Millis now = 70min; now <= 100min; now += 1min) town.at(now).all_beat();
  town.expect_between(35min - 1ms, 35min).holds("the alarm is open", [](Town& t) {
    return t.open_incidents() == 1;
  });
  town.run(100min);
  EXPECT_EQ(town.incidents(), 1U);
  const auto told = readers_of(town, Letter::outage);
  EXPECT_EQ(told.size(), 12U);
  EXPECT_THAT(told, Each(Pair(::testing::_, 1)));
  EXPECT_FALSE(town.book().matters.contains("outage:changshan"));
  for (const auto& [id, matter] : town.book().matters) EXPECT_NE(matter.fault, "offline") << id;
}

TEST(R50, NeitherARestartNorALostBrokerIsAFlood) {
  Town town("2026-01-13 14:00", {.through_codec = false});
  let_all_beat(town, 0s, 10min);
  town.at(10min).hears(false);
  town.at(40min).hears(true);
  let_all_beat(town, 42min, 60min);
  town.at(60min).dies(30min);
  let_all_beat(town, 92min, 110min);
  town.run(110min);
  EXPECT_THAT(town.received(), IsEmpty());
  EXPECT_THAT(town.book().matters, IsEmpty());
  EXPECT_THAT(town.journal_of("matter_opened"), IsEmpty());
}

TEST(R50, ARestartRemembersWhenEachDeviceWasLastHeard) {
  Town town("2026-01-13 14:00");
  town.at(0s).beats("GA-B01-U1-202");
  town.at(0s).says("GA-B01-U1-202", device::Meaning::test);
  town.at(6min).dies(10min);  // Last-seen times are on disk every five minutes.
  town.run(17min);
  const auto& registry = *town.book().registry;
  const auto index = *registry.device_index(DeviceId("GA-B01-U1-202"));
  EXPECT_EQ(town.gateway().last_seen(registry.community().id, index),
            parse_utc("2026-01-13T14:00:00+08:00"));
  EXPECT_TRUE(dispatch::is_in_service(town.book(), index));
}

TEST(S13, ABatteryThatIsDeadForWeeksClimbsTheSlowLadder) {
  // Once in six hours is enough of a beat for eight days.
  Town town("2026-03-01 09:00", {.rules = [](dispatch::Rules& rules) {
              rules.watching["native"].pace = {.interval = 4h, .silent_after = 12h};
              rules.upkeep.diary_to = {};  // The office's diary is another story.
            }});
  const std::string device = "SM-B09-U3";
  const Millis day = 24h;
  const std::string unit_head = town.holder("UH-B09-U3", 0s);
  const std::string building_head = town.holder("BH09", 0s);
  for (Millis now = 0s; now <= 8 * day; now += 6h) town.at(now).beats(device);

  // Day 0: the battery is low, and the unit head waits for a new one.
  town.at(1h).says(device, device::Meaning::low_battery);
  town.expect(1h).tells(unit_head, Letter::upkeep);
  town.at(2h).does([&](Town& t) {
    const auto reply =
        t.gateway().ask(CommunityId("changshan"),
                        dispatch::ItemWaived{.item = "low_battery:" + device,
                                             .by = PersonId(unit_head),
                                             .until = *parse_utc("2026-03-31T00:00:00+08:00"),
                                             .why = "a new one is ordered"});
    EXPECT_EQ(reply.refusal, std::nullopt);
  });
  town.expect_between(2h, 9 * day - 1ms).nobody();

  // 9 March, 09:00: its last word. 10, 12, 16 March: one rung after the other.
  town.expect(9 * day).tells(unit_head, Letter::upkeep);
  town.expect_between(0s, 11 * day - 1ms).not_told(building_head);
  town.expect(11 * day).tells(building_head, Letter::upkeep);
  town.expect(15 * day).tells(town.holder("DUTY-A", 15 * day), Letter::upkeep);

  // 30 March: on the list, and then replaced.
  town.at(29 * day).does([&](Town& t) {
    const auto coverage = dispatch::coverage_of(t.book(), *parse_utc("2026-03-30T09:00:00+08:00"));
    ASSERT_EQ(coverage.not_protected.size(), 1U);
    EXPECT_EQ(coverage.not_protected[0].device, DeviceId(device));
  });
  for (const Millis later : {3h, 9h, 15h, 21h}) town.at(29 * day + later).beats(device);
  town.at(29 * day + 4h).does([&](Town& t) {
    const auto reply = t.gateway().ask(
        CommunityId("changshan"),
        dispatch::ItemDone{.item = "low_battery:" + device, .by = PersonId(unit_head)});
    EXPECT_EQ(reply.refusal, std::nullopt);
  });
  town.expect_between(29 * day + 3h, 30 * day).nobody();
  town.run(30 * day);

  EXPECT_FALSE(town.book().matters.contains("offline:" + device));
  const auto closed = town.journal_of("matter_closed");
  ASSERT_EQ(closed.size(), 2U);
  EXPECT_EQ(closed[0].entry.actor, "gateway");
  EXPECT_EQ(closed[0].entry.facts[2], (std::pair<std::string, std::string>("gap", "21d")));
  // One message a person and day at most, by day only.
  std::set<std::pair<std::string, std::int64_t>> days;
  for (const Received& one : town.received()) {
    const auto since_midnight = one.at + 9h;
    EXPECT_TRUE(days.emplace(one.person.str(), since_midnight / day).second) << one;
    EXPECT_GE(since_midnight % day, 8h) << one;
    EXPECT_LT(since_midnight % day, 20h) << one;
  }
}

}  // namespace
}  // namespace shouwang::testing
