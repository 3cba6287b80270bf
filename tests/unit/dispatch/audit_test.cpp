#include "dispatch/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk.h"

namespace shouwang::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AuditTest : public ::testing::Test {
 protected:
  AuditTest() { desk.play(0s, says("GA-B1-U2-102", Meaning::alarm)); }

  // "unarmed <id>", "stalled <key>"
  std::vector<std::string> found(Millis offset) const {
    std::vector<std::string> all;
    for (const Finding& finding : audit(desk.book, at(offset))) {
      all.push_back(std::string(name_of(finding.lapse)) + " " + finding.subject);
    }
    return all;
  }
  std::string id() const { return desk.only().str(); }
  // What it says of itself, without anything being done meanwhile.
  Effects look(Millis offset) { return handle(desk.book, Audit{}, at(offset)); }
  std::vector<std::string> matters() const {
    std::vector<std::string> all;
    for (const auto& [name, matter] : desk.book.matters) all.push_back(name);
    return all;
  }

  ElmDesk desk;
};

TEST_F(AuditTest, FindsNothingWhereEverythingGoesOn) {
  desk.run_to(24h);
  EXPECT_THAT(found(24h), IsEmpty());
  EXPECT_TRUE(look(24h).empty()) << "and so there is nothing to save";
}

TEST_F(AuditTest, AnOpenIncidentOffTheAgendaIsFoundAndCalledForAgain) {
  desk.book.agenda.clear();
  desk.sent();
  EXPECT_THAT(found(10s), ElementsAre("unarmed " + id()));
  look(10s);
  EXPECT_THAT(found(10s), IsEmpty());
  EXPECT_THAT(matters(), ElementsAre("broken_rule:" + id()));
  desk.run_to(60s);
  EXPECT_THAT(desk.sent(), ::testing::Contains("of2 first")) << "the wave that was forgotten";
}

TEST_F(AuditTest, AnIncidentThatIsArmedTooLateIsFound) {
  desk.book.agenda.clear();
  desk.book.agenda.emplace(at(1h), desk.only());
  desk.book.agenda_of[desk.only()] = at(1h);
  EXPECT_THAT(found(10s), ElementsAre("unarmed " + id()));
  look(10s);
  EXPECT_EQ(desk.book.agenda.size(), 1U);
  EXPECT_EQ(desk.book.agenda.begin()->first, at(60s));
}

TEST_F(AuditTest, AStepThatNobodyRanIsFoundAndRun) {
  EXPECT_THAT(found(60s + kLateMost), IsEmpty()) << "a busy loop may be late";
  EXPECT_THAT(found(60s + kLateMost + 1ms), ElementsAre("overdue " + id()));
  desk.sent();
  look(66s);
  EXPECT_THAT(found(66s), IsEmpty());
  desk.run_to(66s);
  EXPECT_THAT(desk.sent(), ::testing::Contains("of2 first"));
}

TEST_F(AuditTest, WhatWasMendedStaysOnTheListUntilSomebodyHasSeenIt) {
  desk.book.agenda.clear();
  look(10s);
  look(20s);
  EXPECT_THAT(matters(), ElementsAre("broken_rule:" + id()));
  handle(desk.book, ItemDone{.item = "broken_rule:" + id(), .by = PersonId("of1")}, at(30s));
  EXPECT_THAT(matters(), IsEmpty());
}

TEST_F(AuditTest, AnIncidentThatBreaksARuleOfItsOwnIsFound) {
  desk.book.files.begin()->second.incident.opened_by = PersonId("of1");
  EXPECT_THAT(found(1s), ElementsAre("unsound " + id()));
}

TEST(AuditOfMessages, OneWhoseTimerNobodyHeardIsFoundAndMovedOn) {
  ElmDesk desk;
  desk.phones_work = false;
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  ASSERT_FALSE(audit(desk.book, at(15s + kLateMost + 1ms)).empty());
  for (const Finding& finding : audit(desk.book, at(15s + kLateMost + 1ms))) {
    EXPECT_EQ(finding.lapse, Lapse::stalled);
  }
  handle(desk.book, Audit{}, at(21s));
  EXPECT_THAT(audit(desk.book, at(21s)), IsEmpty());
  EXPECT_TRUE(desk.book.outbox.has_ready("sms")) << "their next way";
}

// Of one who has no other way: nobody would pass over the channel.
TEST(AuditOfMessages, AChannelThatTakesNoAlarmIsNamedUntilItDoes) {
  Book book = elm_book();
  handle(book, says("GA-B1-U2-102", Meaning::alarm), at(0s));
  Millis now{0};
  for (; now <= 90s; now += 1s) handle(book, Tick{}, at(now));
  const auto found = audit(book, at(now));
  ASSERT_THAT(found, ::testing::SizeIs(::testing::Ge(1)));
  EXPECT_EQ(found.front().lapse, Lapse::untaken);
  handle(book, Audit{}, at(now));
  const std::string matter = "untaken:" + found.front().subject;
  EXPECT_TRUE(book.matters.contains(matter));
  for (const auto& [channel, traits] : book.rules->channels) {
    book.outbox.take(channel, 1000, Urgency::technical, at(now));
  }
  handle(book, Audit{}, at(now));
  EXPECT_FALSE(book.matters.contains(matter)) << "its own affair, once it goes on";
}

TEST(AuditOfMessages, WhatWaitsIsCountedByChannel) {
  Book book = elm_book();
  handle(book, says("GA-B1-U2-102", Meaning::alarm), at(0s));
  handle(book, Tick{}, at(0s));
  const auto before = book.outbox.waiting();
  ASSERT_TRUE(before.contains("push"));
  const auto taken = book.outbox.take("push", 2, Urgency::technical, at(0s));
  EXPECT_EQ(book.outbox.waiting().at("push").count, before.at("push").count - taken.size());
  EXPECT_EQ(before.at("push").oldest, (std::map<Urgency, Instant>{{Urgency::first, at(0s)}}));
}

TEST(Ailing, OpensAMatterAndClosesItWhenItIsOver) {
  ElmDesk desk;
  desk.play(0s, Ailing{.fault = "self_test", .subject = "broker"});
  EXPECT_TRUE(desk.book.matters.contains("self_test:broker"));
  desk.play(1s, Ailing{.fault = "self_test", .subject = "broker", .over = true});
  EXPECT_TRUE(desk.book.matters.empty());
  EXPECT_THAT(desk.journal(), ElementsAre("matter_opened", "matter_closed"));
}

TEST(SetAside, MayBeAnAlarmAndRingsTheOfficeWithItsTopic) {
  ElmDesk desk;
  const Reply reply = desk.play(0s, SetAside{.topic = "x/y", .why = "stopped twice"});
  EXPECT_EQ(reply.incident, desk.only());
  EXPECT_EQ(desk.incident().origin, incident::Origin::set_aside);
  EXPECT_EQ(desk.incident().place.text, "?x/y");
  EXPECT_THAT(desk.sent(), ElementsAre("of1 first"));
  EXPECT_TRUE(desk.book.matters.contains("set_aside:?x/y"));
  EXPECT_FALSE(desk.book.matters.contains("unknown_device:?x/y"));
}

TEST(SetAside, TheSameAgainJoinsWhatIsOpen) {
  ElmDesk desk;
  desk.play(0s, SetAside{.topic = "x/y", .why = "stopped twice"});
  desk.play(1s, SetAside{.topic = "x/y", .why = "stopped twice"});
  EXPECT_EQ(desk.book.files.size(), 1U);
  EXPECT_THAT(desk.sent(), ElementsAre("of1 first"));
}

}  // namespace
}  // namespace shouwang::testing
