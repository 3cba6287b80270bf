// S-01, S-03, S-04, S-05, S-11: one home, its people and its relatives.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/story/town.h"

namespace shouwang::testing {
namespace {

using household::Fact;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(S01, TheForgottenPotWithEveryoneAtWork) {
  Town town("2026-01-13 10:20");
  town.at(0s).alarms("GA-B01-U1-201");
  town.expect(0s).told("R0003").as(Role::relative);
  town.expect(0s).told("B01-U1-102/1").as(Role::unit_head);
  town.expect(0s).told("B01-U1-201/1").as(Role::resident);
  town.expect(0s).told("OF08").as(Role::duty_a);
  town.at(10s).presses({.action = Action::going, .by = PersonId("R0003"), .minutes = 25});
  town.expect(10s).nobody();
  town.expect(10s).holds("a relative 25 minutes away is shown, but stops nothing",
                         [](Town& t) { return t.incident().phase == Phase::told; });
  town.at(40s).presses("B01-U1-102/1", Action::going);
  town.expect(40s).tells("R0003", Letter::going);
  town.expect(60s).not_told("B01-U1-304/1");  // The building head: claimed before a minute.
  town.at(4min).presses("B01-U1-102/1", Action::arrived);
  town.expect(4min).holds("the relative's page shows that the unit head has arrived", [](Town& t) {
    const auto card = t.card("R0003");
    return card && card->going.size() == 2 && card->going[1].arrived_at.has_value() &&
           card->going[1].role == Role::unit_head;
  });
  town.at(10min).presses(
      {.action = Action::cause, .by = PersonId("B01-U1-102/1"), .cause = Cause::pot});
  town.at(21min).closes("OF08", Cause::pot);
  for (const char* person : {"R0003", "B01-U1-102/1", "OF08", "B01-U1-201/1"}) {
    town.expect(21min).tells(person, Letter::ending);
    town.expect(21min).count(person, 1);
  }
  town.expect_between(21min, 3h).nobody();
  town.run(3h);
  EXPECT_EQ(town.incident().closing->cause, Cause::pot);
  for (const char* person : {"B01-U1-304/1", "V001"}) EXPECT_THAT(town.messages(person), IsEmpty());
}

TEST(S01, RelativesUnitHeadAndOfficeShareOneTimestamp) {
  Town town("2026-01-13 10:20");
  town.at(0s).channel("push", [](FakeChannel& push) { push.to("test:R0003/push").hangs(); });
  town.at(0s).alarms("GA-B01-U1-201");
  town.run(1min - 1ms);
  for (const char* person : {"R0003", "B01-U1-102/1", "OF08"}) {
    EXPECT_EQ(town.received_by(person).front().at, 0s) << person;
  }
  // The relative's push hangs: nobody else waits, and she is texted within 15 s.
  EXPECT_THAT(town.messages("R0003"), ElementsAre("0s push first", "15s sms first"));
}

TEST(S03, TheLoneElderWhoCanNotComeDown) {
  Town town("2026-01-13 12:00");
  town.at(0s).alarms("GA-B05-U4-302");
  town.expect(0s).told("R0786").as(Role::relative);
  town.expect(0s).told("B05-U4-101/1").as(Role::unit_head);
  town.expect(0s).tells("B05-U4-101/1", Letter::first).as(Role::unit_head);
  town.expect(0s).told("B05-U1-102/1").as(Role::guarantor);
  town.expect(0s).count("B05-U4-101/1", 1);
  town.expect(0s).holds("severity is raised", [](Town& t) {
    return t.incident().severity == incident::Severity::critical;
  });
  town.expect(0s).holds("the head reads that she lives alone and can not come down", [](Town& t) {
    const auto facts = t.card("B05-U4-101/1")->homes.at(0).facts;
    return facts.has(Fact::lives_alone) && facts.has(Fact::cannot_descend);
  });
  town.expect(0s).holds("the relative's page repeats nothing of it",
                        [](Town& t) { return t.card("R0786")->homes.empty(); });
  town.at(30s).presses("B05-U4-101/1", Action::arrived);
  town.at(60s).does([](Town& t) {
    const auto& id = t.incident().id;
    const auto press = [&](const char* person, Action action, Cause cause) {
      return t.gateway()
          .ask(CommunityId("changshan"),
               dispatch::Answered{.incident = id,
                                  .answer = {.action = action,
                                             .by = PersonId(person),
                                             .cause = cause,
                                             .household = HouseholdId("B05-U4-302")}})
          .refusal;
    };
    EXPECT_EQ(press("B05-U4-101/1", Action::all_out, Cause::unknown),
              incident::Refusal::needs_two_there);
    EXPECT_EQ(press("R0786", Action::close, Cause::cooking), incident::Refusal::not_allowed);
  });
  town.at(90s).presses("B05-U1-102/1", Action::arrived);
  town.at(120s).presses({.action = Action::all_out,
                         .by = PersonId("B05-U4-101/1"),
                         .household = HouseholdId("B05-U4-302")});
  town.run(3min);
}

TEST(S04, TheOnlyRelativeIsAbroad) {
  Town town("2026-01-13 12:00");
  town.at(0s).alarms("GA-B08-U2-202");
  town.expect(0s).told("R1190").as(Role::relative);
  town.run(10s);
}

TEST(S04, NoRelativeCanBeReached) {
  Town town("2026-01-13 12:00");
  town.at(0s).alarms("GA-B02-U3-504");
  town.run(40s);
  const auto& incident = town.incident();
  ASSERT_EQ(incident.door_tasks.size(), 1U);
  EXPECT_EQ(incident.door_tasks.front().reason, "no_relative_reached");
  EXPECT_TRUE(incident.door_tasks.front().owner.has_value());
  EXPECT_LE(incident.door_tasks.front().at - incident.raised_at, 1s);
  const auto owner = *incident.door_tasks.front().owner;
  EXPECT_TRUE(incident.find_told(owner)->roles.has(Role::unit_head));
  bool told = false;
  for (const Received& one : town.received_by(owner.str())) {
    for (const auto& [id, letter] : one.items) told |= letter == Letter::no_relative;
  }
  EXPECT_TRUE(told);
  bool on_repair_list = false;
  for (const auto& [id, matter] : town.book().matters) {
    on_repair_list |= matter.fault == "dead_contact";
  }
  EXPECT_TRUE(on_repair_list);
}

TEST(S04, ASlowDeathOfEveryWayIsSeenWithinFortyFiveSeconds) {
  Town town("2026-01-13 12:00");
  for (const char* channel : {"push", "sms", "voice"}) {
    town.at(0s).channel(channel, [channel](FakeChannel& fake) {
      fake.to("test:R1190/" + std::string(channel)).hangs();
    });
  }
  town.at(0s).alarms("GA-B08-U2-202");
  town.expect(45s).holds("the relative is marked as not reached", [](Town& t) {
    return t.incident().find_told(PersonId("R1190"))->unreachable;
  });
  town.run(46s);
}

TEST(S05, NoFamilyAtAll) {
  Town town("2026-01-13 12:00");
  town.at(0s).alarms("GA-B01-U1-101");
  town.expect(0s).told_exactly({"B01-U1-101/1", "B01-U1-102/1", "B01-U1-304/1", "OF08"});
  town.expect(0s).told("B01-U1-304/1").as(Role::guarantor);
  town.expect(0s).holds("the desk and the head read that nobody is on record",
                        [](Town& t) { return t.card("B01-U1-102/1")->homes.at(0).no_relatives; });
  town.run(10s);
}

TEST(S11, CookingReportedFromAfarClosesNothing) {
  Town town("2026-01-13 18:00");
  town.at(0s).alarms("SM-B03-U2");
  town.at(20s).presses("B03-U2-301/1", Action::cooking);
  town.expect(20s).holds("shown to all, believed by nobody", [](Town& t) {
    return t.incident().cooking_reported && t.incident().phase == Phase::told;
  });
  town.at(40s).presses("OF09", Action::going);
  town.at(5min).presses("OF09", Action::arrived);
  town.at(6min).presses({.action = Action::cause, .by = PersonId("OF09"), .cause = Cause::cooking});
  town.at(8min).closes("OF09", Cause::cooking);
  town.run(10min);
  EXPECT_FALSE(town.incident().is_open());
  for (const auto& told : town.incident().told) {
    const auto messages = town.received_by(told.person.str());
    const auto endings = std::ranges::count_if(
        messages, [](const Received& one) { return one.items.front().second == Letter::ending; });
    EXPECT_EQ(endings, 1) << told.person;
  }
}

TEST(S11, AThirdAlarmIsHandledAtFullStrength) {
  Town town("2026-01-13 18:00");
  for (int i = 0; i < 3; ++i) {
    const Millis from = i * 1h;
    town.at(from).alarms("SM-B03-U2");
    town.at(from + 5min).closes("OF09", Cause::cooking, static_cast<std::size_t>(i));
    town.at(from + 6min).reads_normal("SM-B03-U2");
    town.expect(from).told("B03-U2-301/1").as(Role::resident);
  }
  town.run(3h);
  EXPECT_EQ(town.incidents(), 3U);
}

}  // namespace
}  // namespace shouwang::testing
