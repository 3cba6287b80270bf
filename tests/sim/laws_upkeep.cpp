// What is watched over besides emergencies: silences, the maintenance list, tests, ourselves.

#include <algorithm>
#include <map>
#include <set>

#include "app/rehearsal.h"
#include "tests/sim/laws.h"
#include "tests/sim/town.h"

namespace shouwang::sim {
namespace {

using dispatch::File;
using dispatch::JournalEntry;
using store::Batch;
using namespace std::chrono_literals;

// For what is done by a timer: the clock may just have been set, the loop may be slow.
constexpr Millis kSlack{30'000};

std::string fact(const JournalEntry& line, std::string_view name) {
  for (const auto& [key, value] : line.facts) {
    if (key == name) return value;
  }
  return {};
}

// "shouwang/v1/town/device/event"
DeviceId device_in(const std::string& topic) {
  const auto end = topic.rfind('/');
  const auto begin = topic.rfind('/', end - 1);
  return DeviceId(topic.substr(begin + 1, end - begin - 1));
}
// A device in no list is known by its topic, "?shouwang/v1/town/device/event".
DeviceId device_of(const DeviceId& name) {
  return name.str().starts_with("?") ? device_in(name.str()) : name;
}

// Things that are due, and since when (true time) that is known.
class Dues {
 public:
  // Whether `what` has been due for longer than kSlack.
  bool overdue(const std::string& what, bool due, Instant truth) {
    if (due) return truth - since_.try_emplace(what, truth).first->second > kSlack;
    since_.erase(what);
    return false;
  }
  void clear() { since_.clear(); }

 private:
  std::map<std::string, Instant> since_;
};

// A source reads normal only because its device said so. A device that has not spoken for longer
// than it may stands on the list of those to be looked after, and leaves it only by speaking.
class SilenceIsNeverHealth final : public Law {
 public:
  explicit SilenceIsNeverHealth(Town& town) : Law("SilenceIsNeverHealth", town) {}

  void heard(const std::string& topic) override { heard_[device_in(topic)] = town_.now(); }
  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      for (const File& file : batch.files) {
        for (const auto& source : file.incident.sources) look(file, source);
      }
      for (const JournalEntry& line : batch.journal) look(line);
    }
  }
  void started() override {
    dues_.clear();
    listening_since_.reset();
  }
  void stepped() override {
    const bool listens = town_.link().state().connected;
    if (!listens) listening_since_.reset();
    // Over what a clock that jumps leaves out nobody listened either.
    const Millis ahead = town_.now() - town_.truth();
    if (ahead - ahead_ > kSlack / 3) listening_since_.reset();
    ahead_ = ahead;
    if (listens && !listening_since_) listening_since_ = town_.now();
    if (!listens || town_.truth() < next_look_) return;
    next_look_ = town_.truth() + 10s;
    for (const dispatch::Book* book : town_.gateway().books()) look(*book);
  }

 private:
  void look(const File& file, const incident::Source& source) {
    if (source.alarming || source.device.empty()) return;
    // A normal that was sent just before the alarm may arrive after it.
    if (town_.devices().said_normal(device_of(source.device))) return;
    broken(source.device.str() + " counts as normal in " + file.incident.id.str() +
           " and never said so");
  }

  void look(const JournalEntry& line) {
    if (fact(line, "fault") != "offline") return;
    if (line.type == "matter_opened") opened_[DeviceId(line.actor)] = line.at;
    if (line.type != "matter_closed" || line.actor != "gateway") return;
    const DeviceId device(fact(line, "subject"));
    if (heard_[device] >= opened_[device]) return;
    broken(device.str() + " is no longer silent, and has said nothing");
  }

  void look(const dispatch::Book& book) {
    const dispatch::Upkeep& upkeep = book.rules->upkeep;
    const Instant now = town_.now();
    for (const auto& [device, heard] : heard_) {
      const Millis quiet_for = now - std::max(heard, *listening_since_);
      bool forgotten = false;
      if (quiet_for > upkeep.outage_window + upkeep.outage_settle) {  // Whatever its pace is.
        const auto index = book.registry->device_index(device);
        if (!index || !book.supervision.last_heard(*index)) continue;
        forgotten = is_forgotten(book, device, *index, quiet_for);
      }
      if (dues_.overdue(device.str(), forgotten, town_.truth())) {
        return broken(device.str() + " is silent, and nobody is to look after it");
      }
    }
  }

  static bool is_forgotten(const dispatch::Book& book, const DeviceId& device, std::size_t index,
                           Millis quiet_for) {
    const dispatch::Upkeep& upkeep = book.rules->upkeep;
    const Millis usual = book.supervision.pace(index).silent_after;
    if (quiet_for <= usual + upkeep.outage_window + upkeep.outage_settle) return false;
    const bool listed = book.matters.contains("offline:" + device.str()) ||
                        book.held.contains(device) || book.matters.size() >= dispatch::kMattersMax;
    return !book.supervision.is_silent(index) || !listed;
  }

  // All times are the gateway's.
  std::map<DeviceId, Instant> heard_;
  std::map<DeviceId, Instant> opened_;  // When it was put on the list.
  std::optional<Instant> listening_since_;
  Millis ahead_{0};  // The gateway's clock, of the town's.
  Dues dues_;
  Instant next_look_;
};

// Nobody is called silent who has just spoken: a clock that jumps, a broker that was away, a loop
// that slept are nobody's silence.
class NoSilenceIsInvented final : public Law {
 public:
  explicit NoSilenceIsInvented(Town& town) : Law("NoSilenceIsInvented", town) {}

  void heard(const std::string& topic) override {
    // What the broker says in a device's name is not the device.
    if (!topic.ends_with("/status")) spoke_[device_in(topic)] = town_.truth();
    if (topic.ends_with("/status")) spoke_.erase(device_in(topic));
  }
  void saved(std::span<const Batch> batches) override {
    if (town_.gateway().store_trouble()) return;
    for (const Batch& batch : batches) {
      const dispatch::Book& book = *town_.gateway().book(batch.community);
      for (const JournalEntry& line : batch.journal) {
        // What failed saves have held back is too old to be judged.
        if (line.type != "matter_opened" || town_.now() - line.at > 1s) continue;
        if (fact(line, "fault") == "offline") look(book, DeviceId(line.actor));
        if (fact(line, "fault") != "outage") continue;
        for (const auto& [device, held] : book.held) {
          if (held.matter == "outage:" + line.actor) look(book, device);
        }
      }
    }
  }

 private:
  void look(const dispatch::Book& book, const DeviceId& device) {
    const auto index = book.registry->device_index(device);
    const auto spoke = spoke_.find(device);
    if (!index || spoke == spoke_.end()) return;
    // (A clock that drifts, or steps by little, is a clock.)
    const Millis least = book.supervision.pace(*index).silent_after / 2;
    if (town_.truth() - spoke->second >= least) return;
    broken(device.str() + " is called silent, and spoke " +
           std::to_string((town_.truth() - spoke->second).count() / 1000) + " s ago");
  }

  std::map<DeviceId, Instant> spoke_;  // True time.
};

// A line of the maintenance list goes only when somebody says that it is mended, or when what it
// is about says so itself: what was saved is on it until its end was saved.
class NothingBrokenIsForgotten final : public Law {
 public:
  explicit NothingBrokenIsForgotten(Town& town) : Law("NothingBrokenIsForgotten", town) {}

  void mending(const CommunityId& community, const std::string& item) override {
    mended_.emplace(community, item);
  }
  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      std::set<std::string> explained;
      for (const JournalEntry& line : batch.journal) {
        if (line.type == "matter_closed") explained.insert(look(batch.community, line));
      }
      for (const auto& matter : batch.matters) {
        if (matter.closed_at && !explained.contains(matter.id)) {
          broken(matter.id + " has left the list, and the journal does not say why");
        }
        if (matter.closed_at) {
          open_.erase({batch.community, matter.id});
        } else {
          open_.emplace(batch.community, matter.id);
        }
      }
    }
  }
  void started() override { look(); }
  void stepped() override {
    if (town_.truth() < next_look_ || town_.gateway().store_trouble()) return;
    next_look_ = town_.truth() + 5min;
    look();
  }

 private:
  void look() {
    for (const auto& [community, id] : open_) {
      if (town_.gateway().book(community)->matters.contains(id)) continue;
      return broken(id + " was on the list, and is no longer");
    }
  }
  // Which matter it is about.
  std::string look(const CommunityId& community, const JournalEntry& line) {
    static const std::set<std::string> kOfItself = {"offline", "outage", "untaken", "self_test",
                                                    "under_test"};
    const std::string fault = fact(line, "fault");
    std::string id = fault + ":" + fact(line, "subject");
    const bool by_itself = kOfItself.contains(fault);
    if (line.actor == "gateway" ? by_itself : mended_.contains({community, id})) return id;
    if (fault != "under_test") broken(id + " was taken off the list by " + line.actor);
    return id;
  }

  std::set<std::pair<CommunityId, std::string>> mended_;
  std::set<std::pair<CommunityId, std::string>> open_;  // On disk.
  Instant next_look_;
};

// An alarm that lasts rings, test or no test; a test ends when it should; and once a device is out
// of its test an alarm that still is on is an incident.
class ATestHidesNoDanger final : public Law {
 public:
  explicit ATestHidesNoDanger(Town& town) : Law("ATestHidesNoDanger", town) {}

  void started() override { dues_.clear(); }
  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      for (const JournalEntry& line : batch.journal) {
        if (line.type == "test_alarm") hidden_[DeviceId(line.actor)] = batch.community;
        if (line.type == "test_quieted") hidden_.erase(DeviceId(fact(line, "device")));
      }
      for (const File& file : batch.files) {
        for (const auto& source : file.incident.sources) hidden_.erase(source.device);
      }
    }
  }
  void acknowledged(const std::string& event) override {
    const auto truth = town_.devices().events().find(event);
    if (truth == town_.devices().events().end() || !truth->second.is_alarm) return;
    const dispatch::Book& book = *town_.gateway().book(truth->second.community);
    if (dispatch::is_under_test(book, truth->second.device)) {
      hidden_[truth->second.device] = truth->second.community;
    }
  }
  void stepped() override {
    if (town_.truth() < next_look_ || town_.gateway().store_trouble()) return;
    next_look_ = town_.truth() + 5s;
    for (const dispatch::Book* book : town_.gateway().books()) {
      if (!book->walks.empty()) look(*book);
    }
    look_at_hidden();
  }

 private:
  void look(const dispatch::Book& book) {
    const Instant now = town_.now();
    for (const auto& [id, walk] : book.walks) {
      if (dues_.overdue(id, !walk.over && walk.until < now, town_.truth())) {
        return broken("test " + id + " goes on after its time");
      }
      for (const DeviceId& device : walk.devices) {
        const auto& since = dispatch::trial_of(book, device)->alarming_since;
        const bool lasts = since && *since + book.rules->test_alarm < now;
        if (!dues_.overdue(device.str() + " lasts", lasts, town_.truth())) continue;
        return broken(device.str() + " is in alarm for long, and its test hides it");
      }
    }
  }
  void look_at_hidden() {
    for (auto hidden = hidden_.begin(); hidden != hidden_.end();) {
      const auto& [device, community] = *hidden;
      const bool out = !dispatch::is_under_test(*town_.gateway().book(community), device);
      if (!town_.devices().is_in_danger(device)) {
        dues_.overdue(device.str(), false, town_.truth());
        hidden = hidden_.erase(hidden);
        continue;
      }
      if (dues_.overdue(device.str(), out, town_.truth())) {
        return broken(device.str() + " is in danger, its test is over, and nobody is called");
      }
      ++hidden;
    }
  }

  std::map<DeviceId, CommunityId> hidden_;  // In danger, and said so under test.
  Dues dues_;
  Instant next_look_;
};

// A rehearsal leaves nothing behind and reaches nobody.
class RehearsalLeavesNoTrace final : public Law {
 public:
  explicit RehearsalLeavesNoTrace(Town& town) : Law("RehearsalLeavesNoTrace", town) {}

  void rehearsed(const Batch& batch) override {
    if (!batch.journal.empty() || !batch.matters.empty() || !batch.raw.empty()) {
      broken("the rehearsal is in the journal, or on a list");
    }
    for (const File& file : batch.files) saved_.try_emplace(file.incident.id, town_.truth());
  }
  void sent(const Sent& sent) override {
    if (sent.community.str() == app::kRehearsal) broken("the rehearsal calls somebody");
  }
  void ended() override {
    for (const auto& [id, at] : saved_) {
      if (town_.truth() - at < 10min) continue;  // Perhaps it is just being done.
      if (town_.disk().file(id)) return broken(id.str() + " was rehearsed, and is still there");
    }
  }

 private:
  std::map<IncidentId, Instant> saved_;
};

// The gateway looks through its books every few seconds for what must never be. It is never there.
class NothingIsOverlooked final : public Law {
 public:
  explicit NothingIsOverlooked(Town& town) : Law("NothingIsOverlooked", town) {}

  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      for (const auto& matter : batch.matters) {
        if (matter.fault == "broken_rule") broken(matter.subject + ": " + matter.detail);
      }
    }
  }
};

}  // namespace

void add_laws_of_upkeep(Town& town, Laws& laws) {
  laws.push_back(std::make_unique<SilenceIsNeverHealth>(town));
  laws.push_back(std::make_unique<NoSilenceIsInvented>(town));
  laws.push_back(std::make_unique<NothingBrokenIsForgotten>(town));
  laws.push_back(std::make_unique<ATestHidesNoDanger>(town));
  laws.push_back(std::make_unique<RehearsalLeavesNoTrace>(town));
  laws.push_back(std::make_unique<NothingIsOverlooked>(town));
}

}  // namespace shouwang::sim
