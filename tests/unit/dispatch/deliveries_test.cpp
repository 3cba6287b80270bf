#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk.h"

namespace shouwang::testing {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

// A desk whose phones answer by a rule: channel and person to what became of it.
class PhoneDesk {
 public:
  Book book = elm_book();
  std::set<std::string> dead;        // "anna/push", or "anna" for every way.
  std::vector<std::string> journal;  // Of deliveries: "anna push".

  void play(Millis offset, const Event& event) {
    run_to(offset);
    handle(book, event, at(offset));
    pump(offset);
  }

  void run_to(Millis offset) {
    while (const auto due = next_wake(book)) {
      if (*due > at(offset)) break;
      now_ = std::max(now_, *due - at(0ms));
      handle(book, Tick{}, at(now_));
      pump(now_);
    }
    now_ = offset;
  }

  bool was_told(const std::string& person, Millis by) const {
    return std::ranges::any_of(log_, [&](const auto& entry) {
      return std::get<1>(entry) == person && std::get<0>(entry) <= by;
    });
  }
  std::vector<std::string> ways(const std::string& person) const {
    std::vector<std::string> lines;
    for (const auto& [when, who, channel] : log_) {
      if (who == person) lines.push_back(std::to_string(when.count()) + "ms " + channel);
    }
    return lines;
  }
  const incident::Incident& incident() const { return book.files.begin()->second.incident; }

 private:
  void pump(Millis offset) {
    for (bool again = true; again;) {
      again = false;
      book.outbox.advance(at(offset));
      for (const auto& [channel, traits] : book.rules->channels) {
        for (const auto& key : book.outbox.take(channel, 1000, Urgency::technical, at(offset))) {
          again = true;
          const Parcel parcel = *book.outbox.find(key);
          log_.emplace_back(offset, parcel.person.str(), channel);
          const bool fails = dead.contains(parcel.person.str()) ||
                             dead.contains(parcel.person.str() + "/" + channel);
          const Receipt receipt{.kind = fails ? Receipt::Kind::never : Receipt::Kind::on_phone,
                                .error = fails ? "number not in service" : ""};
          const auto effects =
              handle(book, Delivered{.key = key, .attempt = parcel.attempts, .receipt = receipt},
                     at(offset));
          for (const JournalEntry& line : effects.journal) {
            if (line.type == "delivery") journal.push_back(line.actor + " " + line.facts[1].second);
          }
        }
      }
    }
    book.outbox.take_changed();
    book.outbox.sweep();
  }

  Millis now_{0};
  std::vector<std::tuple<Millis, std::string, std::string>> log_;
};

TEST(Deliveries, AFailedWayIsFollowedByTheNextAtOnce) {
  PhoneDesk desk;
  desk.dead = {"anna/push"};
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_EQ(desk.ways("anna"), (Lines{"0ms push", "0ms sms"}));
  const auto* told = desk.incident().find_told(PersonId("anna"));
  EXPECT_EQ(told->reach, Reach::on_phone);
  EXPECT_EQ(told->reach_by, "sms");
}

TEST(Deliveries, WhenNoRelativeCanBeReachedSomebodyGetsADoorTaskWithTheirName) {
  PhoneDesk desk;
  desk.dead = {"anna"};
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_TRUE(desk.incident().find_told(PersonId("anna"))->unreachable);
  ASSERT_EQ(desk.incident().door_tasks.size(), 1U);
  EXPECT_EQ(desk.incident().door_tasks.front(),
            (incident::DoorTask{
                .at = at(0s), .reason = "no_relative_reached", .owner = PersonId("B1-U2-101/1")}));
  EXPECT_TRUE(desk.book.matters.contains("dead_contact:anna"));
}

TEST(Deliveries, OneOfTwoRelativesReachedNeedsNoDoorTask) {
  PhoneDesk desk;
  desk.dead = {"boris"};
  desk.play(0s, says("GA-B1-U1-103", Meaning::alarm));
  EXPECT_THAT(desk.incident().door_tasks, IsEmpty());
}

TEST(Deliveries, AnUnreachableHeadIsPassedOverAtOnce) {
  PhoneDesk desk;
  desk.dead = {"B1-U2-101/1"};
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_TRUE(desk.was_told("B1-U3-101/1", 0s));
}

TEST(Deliveries, WhenEveryResponderIsUnreachableTheNextWaveDoesNotWait) {
  PhoneDesk desk;
  desk.dead = {"B1-U2-101/1", "B1-U3-101/1", "B1-U1-101/1", "of1", "of2"};
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_TRUE(desk.was_told("B1-U1-102/1", 0s));  // The building head, due at 60 s.
}

TEST(Deliveries, TheFirstDeliveryMakesTheIncidentTold) {
  PhoneDesk desk;
  desk.dead = {"anna", "of1", "B1-U2-101/1", "B1-U3-101/1", "B1-U1-101/1",
               "of2",  "sec", "dir",         "B1-U1-102/1", "gl1",
               "pt1",  "nw1", "B1-U2-102/1", "B1-U2-102/2"};
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_EQ(desk.incident().phase, incident::Phase::fresh);
  desk.dead = {};
  desk.run_to(59s);
  EXPECT_EQ(desk.incident().phase, incident::Phase::fresh);
  desk.run_to(60s);  // All waves were called at once; the loop follows a minute later.
  EXPECT_EQ(desk.incident().phase, incident::Phase::told);
}

TEST(Deliveries, EvenARefusedNumberIsTriedAgainNowAndThenWhileTheIncidentIsOpen) {
  PhoneDesk desk;
  desk.dead = {"anna"};
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.run_to(301s);
  EXPECT_EQ(desk.ways("anna"),
            (Lines{"0ms push", "0ms sms", "0ms voice", "60000ms voice", "60000ms push",
                   "60000ms sms", "300000ms push", "300000ms sms", "300000ms voice"}));
}

TEST(Deliveries, EachTryOfEachRoundStandsInTheJournal) {
  PhoneDesk desk;
  desk.dead = {"anna"};
  desk.play(0s, says("GA-B1-U2-102", Meaning::alarm));
  desk.run_to(3'600s);
  EXPECT_GT(desk.ways("anna").size(), 30U);
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count_if(
                desk.journal, [](const auto& line) { return line.starts_with("anna "); })),
            desk.ways("anna").size());
}

TEST(Deliveries, OpeningThePageEndsTheRinging) {
  Book book = elm_book();
  handle(book, says("GA-B1-U2-102", Meaning::alarm), at(0s));
  book.outbox.advance(at(0s));
  const auto taken = book.outbox.take("push", 100, Urgency::technical, at(0s));
  for (const auto& key : taken) {
    handle(book, Delivered{.key = key, .attempt = 1, .receipt = {.kind = Receipt::Kind::awaiting}},
           at(0s));
  }
  const IncidentId id = book.files.begin()->first;
  handle(book, PageOpened{.incident = id, .by = PersonId("anna")}, at(5s));
  EXPECT_EQ(book.files.at(id).incident.find_told(PersonId("anna"))->reach, Reach::opened);
  handle(book, Tick{}, at(20s));
  book.outbox.advance(at(20s));
  std::set<std::string> by_sms;
  for (const auto& key : book.outbox.take("sms", 100, Urgency::technical, at(20s))) {
    by_sms.insert(book.outbox.find(key)->person.str());
  }
  EXPECT_FALSE(by_sms.contains("anna"));
  EXPECT_TRUE(by_sms.contains("of1"));  // No receipt in 20 s: the next way.
}

TEST(Deliveries, ADelayedWordNeverMakesAPersonLessReached) {
  Book book = elm_book();
  handle(book, says("GA-B1-U2-102", Meaning::alarm), at(0s));
  book.outbox.advance(at(0s));
  const auto taken = book.outbox.take("push", 1, Urgency::technical, at(0s));
  const auto person = book.outbox.find(taken.front())->person;
  const auto say = [&](Receipt::Kind kind, int attempt) {
    handle(book, Delivered{.key = taken.front(), .attempt = attempt, .receipt = {.kind = kind}},
           at(1s));
  };
  say(Receipt::Kind::opened, 1);
  say(Receipt::Kind::accepted, 1);
  say(Receipt::Kind::never, 1);
  const auto& incident = book.files.begin()->second.incident;
  EXPECT_EQ(incident.find_told(person)->reach, Reach::opened);
}

}  // namespace
}  // namespace shouwang::testing
