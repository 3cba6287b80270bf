// A book of Elm Court with somebody at it: plays events and reads back who was written to.

#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dispatch/card.h"
#include "tests/support/elm.h"

namespace shouwang::testing {

using namespace dispatch;
using device::Meaning;
using incident::Action;
using namespace std::chrono_literals;

class ElmDesk {
 public:
  // The desk is opened at `start`: what fell due before is overdue.
  explicit ElmDesk(Millis start = 0ms) : now_(start) {}

  Book book = elm_book();
  Effects last;

  Reply play(Millis offset, const Event& event) {
    run_to(offset);
    last = handle(book, event, at(offset));
    collect(offset);
    return last.reply;
  }

  // Lets time pass, doing what falls due on the way at its own time.
  void run_to(Millis offset) {
    while (const auto due = next_wake(book)) {
      if (*due > at(offset)) break;
      const Instant now = std::max(*due, at(now_));
      now_ = now - at(0ms);
      last = handle(book, Tick{}, now);
      collect(now_);
    }
    now_ = offset;
  }

  Reply press(Millis offset, const char* person, Action action, IncidentId incident = {}) {
    return press(offset, {.action = action, .by = PersonId(person)}, std::move(incident));
  }
  Reply press(Millis offset, incident::Answer answer, IncidentId incident = {}) {
    if (incident.empty()) incident = only();
    return play(offset, Answered{.incident = incident, .answer = std::move(answer)});
  }
  Reply close_it(Millis offset, incident::Cause cause = incident::Cause::pot,
                 IncidentId incident = {}) {
    return press(offset, {.action = Action::close, .by = PersonId("of1"), .cause = cause},
                 std::move(incident));
  }

  IncidentId only() const { return book.files.begin()->first; }
  const incident::Incident& incident() const { return book.files.begin()->second.incident; }
  std::size_t open() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        book.files, [](const auto& entry) { return entry.second.incident.is_open(); }));
  }

  // Who was written to since last asked, "anna first", in order of leaving.
  std::vector<std::string> sent() { return std::exchange(sent_, {}); }
  // Types of journal entries since last asked.
  std::vector<std::string> journal() { return std::exchange(journal_, {}); }

  // What was published to devices since last asked: "topic payload", in order.
  std::vector<std::string> published() { return std::exchange(published_, {}); }

  // Every channel takes everything at once, and the phone confirms.
  bool phones_work = true;

  // What is ready goes out.
  void send(Millis offset) {
    book.outbox.advance(at(offset));
    for (const auto& [channel, traits] : book.rules->channels) {
      for (const ParcelKey& key : book.outbox.take(channel, 1000, Urgency::technical, at(offset))) {
        const Parcel parcel = *book.outbox.find(key);
        std::string line = parcel.person.str();
        for (const Item& item : parcel.items) line += " " + std::string(name_of(item.letter));
        if (channel != "push") line += " by " + channel;
        sent_.push_back(line);
        if (!phones_work) continue;
        handle(book,
               Delivered{.key = key,
                         .attempt = parcel.attempts,
                         .receipt = {.kind = Receipt::Kind::on_phone}},
               at(offset));
      }
    }
  }

  Millis now_;

 private:
  void collect(Millis offset) {
    for (const auto& entry : last.journal) journal_.push_back(entry.type);
    for (const auto& one : last.publications) published_.push_back(one.topic + " " + one.payload);
    const auto broken = broken_rule(book);
    if (broken) sent_.push_back("BROKEN: " + *broken);
    send(offset);
    book.outbox.take_changed();
    book.outbox.sweep();
  }

  std::vector<std::string> sent_;
  std::vector<std::string> journal_;
  std::vector<std::string> published_;
};

using Lines = std::vector<std::string>;

}  // namespace shouwang::testing
