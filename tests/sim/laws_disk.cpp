// What is on disk, and what must not happen before it is.

#include <algorithm>
#include <map>
#include <set>

#include "tests/sim/laws.h"
#include "tests/sim/town.h"

namespace shouwang::sim {
namespace {

using dispatch::File;
using dispatch::Parcel;
using store::Batch;

// What the broker was told is safe is on disk at that moment, and still there at the end; what a
// device says until it is answered is heard in the end.
class NoAlarmIsLost final : public Law {
 public:
  explicit NoAlarmIsLost(Town& town) : Law("NoAlarmIsLost", town) {}

  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      for (const auto& line : batch.journal) note(line);
    }
  }
  void acknowledged(const std::string& event) override {
    kept_.insert(event);
    const auto truth = town_.devices().events().find(event);
    if (truth == town_.devices().events().end() || !truth->second.is_alarm) return;
    const bool tested = tested_.erase(truth->second.device) > 0;
    if (tested || is_in_test(truth->second)) in_test_.insert(event);
    if (truth->second.poison) return look_at_poison(event, truth->second);
    if (!on_disk_.contains(event) && !in_test_.contains(event)) {
      broken("the broker was told to forget " + event + ", which is not on disk");
    }
  }
  void ended() override {
    on_disk_.clear();
    std::uint64_t after = 0;
    for (;;) {
      const auto lines = town_.disk().journal({.after = after, .most = 10'000});
      if (!lines || lines->empty()) break;
      for (const auto& line : *lines) note(line.entry);
      after = lines->back().number;
    }
    for (const auto& [event, truth] : town_.devices().events()) {
      if (!truth.is_alarm || truth.poison) continue;
      if (on_disk_.contains(event) || in_test_.contains(event)) continue;
      if (kept_.contains(event)) return broken(event + " was acknowledged and is gone");
      if (!truth.abandoned) return broken(event + " was never heard");
    }
  }

 private:
  // What a device says under test is the installer's (ATestHidesNoDanger).
  bool is_in_test(const EventTruth& truth) const {
    return dispatch::is_under_test(*town_.gateway().book(truth.community), truth.device);
  }
  // It was not read, but somebody is called about where it came from.
  void look_at_poison(const std::string& event, const EventTruth& truth) {
    const std::string name =
        "?shouwang/v1/" + truth.community.str() + "/" + truth.device.str() + "/event";
    if (!set_aside_.contains(name)) broken(event + " was set aside, and nobody is called");
  }
  void note(const dispatch::JournalEntry& line) {
    if (line.type == "test_alarm") tested_.emplace(line.actor);
    if (line.type == "raised" && line.actor.starts_with("?")) set_aside_.insert(line.actor);
    if (line.incident.empty()) return;
    for (const auto& [name, value] : line.facts) {
      if (name == "event") on_disk_.insert(value);
    }
  }
  std::set<std::string> on_disk_;
  std::set<std::string> kept_;
  std::set<std::string> in_test_;
  std::set<DeviceId> tested_;  // Their alarm was taken as a test's, perhaps only for a moment.
  std::set<std::string> set_aside_;  // Who was called about because of a message not read.
};

// A message leaves only once its parcel is on disk as being sent, unless the disk fails.
class NothingLeavesBeforeItIsOnDisk final : public Law {
 public:
  explicit NothingLeavesBeforeItIsOnDisk(Town& town) : Law("NothingLeavesBeforeItIsOnDisk", town) {}

  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      for (const Parcel& parcel : batch.parcels) tries_[parcel.key] = parcel.attempts;
    }
  }
  void sent(const Sent& sent) override {
    if (town_.gateway().store_trouble()) return;
    const auto known = tries_.find(sent.key);
    if (known != tries_.end() && known->second >= sent.attempt) return;
    broken(sent.key.str() + " left before try " + std::to_string(sent.attempt) + " was on disk");
  }

 private:
  std::map<ParcelKey, int> tries_;
};

// What save() has promised is there after a restart.
class WhatIsSavedIsKept final : public Law {
 public:
  explicit WhatIsSavedIsKept(Town& town) : Law("WhatIsSavedIsKept", town) {}

  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      lines_ += batch.journal.size();
      for (const File& file : batch.files) versions_[file.incident.id] = file.version + 1;
    }
  }
  void started() override {
    if (lines_ > 0) {
      const auto last = town_.disk().journal({.after = lines_ - 1, .most = 1});
      if (!last || last->empty()) return broken("the journal has lost lines that were saved");
    }
    for (const dispatch::Book* book : town_.gateway().books()) {
      for (const auto& [id, file] : book->files) {
        const auto promised = versions_.find(id);
        if (promised != versions_.end() && promised->second == file.version) continue;
        return broken(id.str() + " is version " + std::to_string(file.version));
      }
    }
  }

 private:
  std::uint64_t lines_ = 0;
  std::map<IncidentId, std::uint64_t> versions_;
};

// Whoever is called about an incident is named in its journal before the call leaves.
class EveryCallIsInTheJournal final : public Law {
 public:
  explicit EveryCallIsInTheJournal(Town& town) : Law("EveryCallIsInTheJournal", town) {}

  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      for (const auto& line : batch.journal) name(line);
    }
  }
  void sent(const Sent& sent) override {
    if (town_.gateway().store_trouble()) return;
    for (const auto& item : sent.items) {
      // A letter about what has to be mended stands in the journal, under no incident.
      const bool technical = dispatch::is_technical(item.letter);
      const IncidentId about = technical ? IncidentId() : item.incident;
      if (named_.contains({about, sent.person})) continue;
      return broken(sent.person.str() + " is called about " + item.incident.str() +
                    ", and the journal does not say so");
    }
  }

 private:
  void name(const dispatch::JournalEntry& line) {
    named_.emplace(line.incident, PersonId(line.actor));
    for (const auto& [fact, value] : line.facts) {
      if (fact != "told" && fact != "other") continue;
      for (std::size_t at = 0; at < value.size();) {
        const std::size_t end = std::min(value.find(' ', at), value.size());
        const std::string word = value.substr(at, end - at);
        named_.emplace(line.incident, PersonId(word.substr(0, word.find(':'))));
        at = end + 1;
      }
    }
  }
  std::set<std::pair<IncidentId, PersonId>> named_;
};

// A restart would find the book as it is open now, and go on as it would. That is:
//
//   what recall() gives is what the book holds: files, live parcels, memories of devices, open
//   matters (but for repeats and counts, which are written down now and then);
//   restore() puts every open incident on the agenda for the same moment;
//   and when time passes over both, with nobody saying anything and every message taken at once,
//   the same waves, turns of the loop, door limits and reminders come at the same moments and call
//   the same people.
class ReplayGivesTheSameBook final : public Law {
 public:
  explicit ReplayGivesTheSameBook(Town& town) : Law("ReplayGivesTheSameBook", town) {}

  void saved(std::span<const Batch> batches) override {
    if (std::ranges::any_of(batches, [](const Batch& b) { return !b.files.empty(); })) ++saves_;
  }
  void stepped() override {
    if (saves_ < next_look_ || town_.gateway().store_trouble()) return;
    next_look_ = saves_ + 40 + saves_ / 4;  // Reading all of it takes its time.
    for (const dispatch::Book* book : town_.gateway().books()) compare(*book);
  }
  void ended() override {
    saves_ = next_look_;
    if (town_.is_up()) stepped();
  }

 private:
  // Repeats and counts are written down now and then only (dispatch/signals.cpp).
  static File comparable(File file) {
    for (auto& source : file.incident.sources) {
      source.last_at = {};
      source.count = 0;
    }
    return file;
  }
  static dispatch::Matter comparable(dispatch::Matter matter) {
    matter.last_at = {};
    matter.count = 0;
    return matter;
  }

  void compare(const dispatch::Book& book) {
    const Instant since = town_.now() - dispatch::kept_after_end(*book.rules);
    auto memory = town_.disk().recall(book.registry->community().id, since);
    if (!memory) return broken("the book can not be read: " + memory.error().what);
    for (const File& file : memory->files) {
      const File* live = book.find(file.incident.id);
      if (live == nullptr) continue;  // Closed for so long that it has just left the book.
      if (*live == file || comparable(*live) == comparable(file)) continue;
      return broken(file.incident.id.str() + " on disk is not what it is in the book");
    }
    for (const auto& [id, file] : book.files) {
      const bool there = std::ranges::any_of(
          memory->files, [&](const File& f) { return f.incident.id == file.incident.id; });
      if (!there) return broken(id.str() + " is not on disk");
      for (const ParcelKey& key : book.outbox.concerning(id)) {
        const bool kept = std::ranges::binary_search(memory->parcels, key, {}, &Parcel::key);
        if (!kept) return broken("parcel " + key.str() + " is not on disk");
      }
    }
    for (const Parcel& parcel : memory->parcels) {
      const Parcel* live = book.outbox.find(parcel.key);
      if (live == nullptr || *live != parcel) {
        return broken("parcel " + parcel.key.str() + " on disk is not what it is in the book");
      }
    }
    compare_rest(book, *memory);
    compare_futures(book, std::move(*memory));
  }

  void compare_futures(const dispatch::Book& live, dispatch::Memory memory) {
    const Instant now = town_.now();
    dispatch::Book again(live.registry, live.rules, 1);
    dispatch::restore(again, std::move(memory), now);
    for (const auto& [id, file] : live.files) {
      if (!file.incident.is_open() || live.agenda_of.at(id) == again.agenda_of[id]) continue;
      return broken(id.str() + " would not be looked at when it is now");
    }
    const auto expected = future(live, now);
    const auto found = future(std::move(again), now);
    const auto [one, other] = std::ranges::mismatch(expected, found);
    if (one == expected.end() && other == found.end()) return;
    broken(
        "a restart would not go on as it does now: " + (one == expected.end() ? "nothing" : *one) +
        " would be " + (other == found.end() ? "nothing" : *other));
  }

  // What the ladders of `book` do in the next half hour if nobody says anything.
  static std::vector<std::string> future(dispatch::Book book, Instant now) {
    static const std::set<std::string> kSteps = {"wave", "loop", "door_overdue", "remind_close"};
    std::set<IncidentId> known;
    for (const auto& [id, file] : book.files) known.insert(id);
    const Instant end = now + std::chrono::minutes{30};
    take_all(book, now);
    std::vector<std::string> lines;
    for (auto due = dispatch::next_wake(book); due && *due < end; due = dispatch::next_wake(book)) {
      now = std::max(now, *due);
      for (const auto& line : dispatch::handle(book, dispatch::Tick{}, now).journal) {
        if (!kSteps.contains(line.type) || !known.contains(line.incident)) continue;
        std::string text = format_utc(now) + " " + line.incident.str() + " " + line.type;
        for (const auto& [name, value] : line.facts) text.append(" " + name + "=" + value);
        lines.push_back(std::move(text));
      }
      take_all(book, now);
    }
    return lines;
  }
  // Every channel takes everything at once.
  static void take_all(dispatch::Book& book, Instant now) {
    const auto accept = [&](const ParcelKey& key) {
      const int attempt = book.outbox.find(key)->attempts;
      dispatch::handle(book, dispatch::Delivered{.key = key, .attempt = attempt, .receipt = {}},
                       now);
    };
    std::vector<IncidentId> all;
    for (const auto& [id, file] : book.files) all.push_back(id);
    for (const IncidentId& id : all) {
      for (const ParcelKey& key : book.outbox.concerning(id)) {
        if (book.outbox.find(key)->state != Parcel::State::waiting) accept(key);
      }
    }
    for (const auto& [channel, traits] : book.rules->channels) {
      const auto keys = book.outbox.take(channel, 10'000, dispatch::Urgency::technical, now);
      for (const ParcelKey& key : keys) accept(key);
    }
    book.outbox.take_changed();
    book.outbox.sweep();
  }

  void compare_rest(const dispatch::Book& book, const dispatch::Memory& memory) {
    std::map<DeviceId, dispatch::DeviceMemory> devices;
    for (const auto& device : memory.devices) devices.emplace(device.device, device);
    for (const auto& [id, device] : book.devices) {
      const auto found = devices.find(id);
      const bool blank = device == dispatch::DeviceMemory{.device = id};
      if (!blank && (found == devices.end() || found->second != device)) {
        return broken("the memory of " + id.str() + " on disk is not what it is in the book");
      }
    }
    for (const auto& matter : memory.matters) {
      const auto found = book.matters.find(matter.id);
      if (found == book.matters.end() || comparable(found->second) != comparable(matter)) {
        return broken("matter " + matter.id + " on disk is not what it is in the book");
      }
    }
    if (memory.matters.size() != book.matters.size()) broken("a matter is not on disk");
  }

  std::uint64_t saves_ = 0;
  std::uint64_t next_look_ = 20;
};

}  // namespace

void add_laws_of_the_disk(Town& town, Laws& laws) {
  laws.push_back(std::make_unique<NoAlarmIsLost>(town));
  laws.push_back(std::make_unique<NothingLeavesBeforeItIsOnDisk>(town));
  laws.push_back(std::make_unique<WhatIsSavedIsKept>(town));
  laws.push_back(std::make_unique<EveryCallIsInTheJournal>(town));
  laws.push_back(std::make_unique<ReplayGivesTheSameBook>(town));
}

}  // namespace shouwang::sim
