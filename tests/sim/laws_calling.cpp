// Who is called, how soon, how often, and until when.

#include <algorithm>
#include <map>
#include <set>

#include "tests/sim/laws.h"
#include "tests/sim/town.h"

namespace shouwang::sim {
namespace {

using dispatch::File;
using dispatch::Letter;
using dispatch::Parcel;
using dispatch::Urgency;
using store::Batch;
using namespace std::chrono_literals;

using Call = std::pair<IncidentId, PersonId>;

std::string name_of(const Call& call) { return call.second.str() + " about " + call.first.str(); }

// While nobody is going, some phone is rung about the incident at least every so often. Time for
// which the process is down does not count; nor does it matter whether the phone has ever rung.
class SomebodyIsAlwaysBeingCalled final : public Law {
 public:
  explicit SomebodyIsAlwaysBeingCalled(Town& town) : Law("SomebodyIsAlwaysBeingCalled", town) {}

  void sent(const Sent& sent) override {
    if (sent.urgency > Urgency::again) return;
    for (const auto& item : sent.items) last_[item.incident] = sent.truth;
  }
  void started() override { last_.clear(); }
  void stepped() override {
    const Instant truth = town_.truth();
    if (truth < next_look_) return;
    next_look_ = truth + 1s;
    for (const dispatch::Book* book : town_.gateway().books()) {
      for (const auto& [id, file] : book->files) look(id, file, truth);
    }
  }

 private:
  // The longest pause of the shipped ladders is 150 s; a message may be held for 15 s, and wait
  // 15 s for each of three ways when channels are stuck.
  static constexpr Millis kLongest = 150s + 15s + 45s;

  void look(const IncidentId& id, const File& file, Instant truth) {
    if (!file.incident.is_open() || !escalation::is_ringing(file.incident, file.progress)) {
      last_.erase(id);
      return;
    }
    const Instant last = last_.try_emplace(id, truth).first->second;
    if (truth - last <= kLongest) return;
    broken("nobody was called about " + id.str() + " for " +
           std::to_string((truth - last).count() / 1000) + " s");
  }

  std::map<IncidentId, Instant> last_;  // The last call, or since when it rings.
  Instant next_look_;
};

// After the end only the end is told. While somebody is on the way nobody is told that nobody is.
class NoCallAfterStandDown final : public Law {
 public:
  explicit NoCallAfterStandDown(Town& town) : Law("NoCallAfterStandDown", town) {}

  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      for (const File& file : batch.files) {
        State& state = states_[file.incident.id];
        state.closed = !file.incident.is_open();
        state.rings = escalation::is_ringing(file.incident, file.progress);
      }
    }
  }
  void died() override { states_.clear(); }
  void sent(const Sent& sent) override {
    if (town_.gateway().store_trouble()) return;
    for (const auto& item : sent.items) {
      const auto known = states_.find(item.incident);
      if (known == states_.end()) continue;
      const std::string what =
          std::string(dispatch::name_of(item.letter)) + " to " + sent.person.str();
      if (known->second.closed && item.letter != Letter::ending) {
        return broken(what + " about " + item.incident.str() + ", which is closed");
      }
      if (!known->second.rings && item.letter == Letter::again) {
        return broken(what + " about " + item.incident.str() + ", though somebody is going");
      }
    }
  }

 private:
  struct State {
    bool closed = false;
    bool rings = true;
  };
  std::map<IncidentId, State> states_;
};

// Each person gets one first message about an incident, whatever dies in between; and a parcel
// that its channel has taken is not sent again unless it says that it is a repeat.
class NobodyToldTwiceForOneReason final : public Law {
 public:
  explicit NobodyToldTwiceForOneReason(Town& town) : Law("NobodyToldTwiceForOneReason", town) {}

  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      for (const Parcel& parcel : batch.parcels) unsaved_.erase(parcel.key);
    }
  }
  void receipt(const Sent& sent, const dispatch::Receipt& receipt) override {
    using Kind = dispatch::Receipt::Kind;
    if (receipt.kind == Kind::accepted) taken_[sent.key] = town_.life();
    const bool failed = receipt.kind == Kind::retry || receipt.kind == Kind::never;
    if (failed) under_way_.erase(sent.key);
  }
  // What was sent while the disk failed is not known to have been.
  void died() override {
    std::erase_if(first_, [&](const auto& entry) { return unsaved_.contains(entry.second); });
    std::erase_if(taken_, [&](const auto& entry) { return unsaved_.contains(entry.first); });
    std::erase_if(under_way_, [&](const auto& entry) {
      return unsaved_.contains(entry.first) || town_.truth() - entry.second.second > kUnderWay;
    });
    unsaved_.clear();
  }
  void sent(const Sent& sent) override {
    if (town_.gateway().store_trouble()) unsaved_.insert(sent.key);
    if (const auto taken = taken_.find(sent.key); taken != taken_.end()) {
      if (taken->second == town_.life() || !sent.repeat) {
        return broken(sent.key.str() + " was sent again, though it had been taken");
      }
    }
    const auto before = under_way_.find(sent.key);
    const bool was_under_way = before != under_way_.end() && before->second.first < town_.life();
    if (was_under_way && !sent.repeat) {
      return broken(sent.key.str() + " was under way when the process died, and does not say so");
    }
    under_way_[sent.key] = {town_.life(), sent.truth};
    for (const auto& item : sent.items) {
      if (item.letter != Letter::first) continue;
      const Call call{item.incident, sent.person};
      const auto [entry, added] = first_.emplace(call, sent.key);
      if (!added && entry->second != sent.key) return broken(name_of(call) + ", by two parcels");
    }
  }

 private:
  std::map<Call, ParcelKey> first_;
  std::set<ParcelKey> unsaved_;
  std::map<ParcelKey, std::uint64_t> taken_;  // In which life.
  // In which life, and when, it was last handed over, if nothing is known against its arrival.
  static constexpr Millis kUnderWay{4'000};
  std::map<ParcelKey, std::pair<std::uint64_t, Instant>> under_way_;
};

// Whoever was told hears the end, once.
class EveryoneToldHearsTheEnd final : public Law {
 public:
  explicit EveryoneToldHearsTheEnd(Town& town) : Law("EveryoneToldHearsTheEnd", town) {}

  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      for (const Parcel& parcel : batch.parcels) unsaved_.erase(parcel.key);
      for (const File& file : batch.files) {
        if (file.incident.is_open()) continue;
        for (const auto& told : file.incident.told) {
          told_.emplace(file.incident.id, told.person);
        }
      }
    }
  }
  void died() override {
    std::erase_if(heard_, [&](const auto& entry) { return unsaved_.contains(entry.second); });
    unsaved_.clear();
  }
  void sent(const Sent& sent) override {
    if (town_.gateway().store_trouble()) unsaved_.insert(sent.key);
    for (const auto& item : sent.items) {
      if (item.letter != Letter::ending) continue;
      const Call call{item.incident, sent.person};
      const auto [entry, added] = heard_.emplace(call, sent.key);
      if (!added && entry->second != sent.key) {
        return broken("two endings for " + name_of(call));
      }
    }
  }
  void ended() override {
    for (const Call& call : told_) {
      if (!heard_.contains(call)) return broken("no ending for " + name_of(call));
    }
  }

 private:
  std::set<Call> told_;
  std::map<Call, ParcelKey> heard_;
  std::set<ParcelKey> unsaved_;
};

// A first message leaves in the very turn that made it, if its channel has room: no tick, no
// batch, no company is waited for, but for what the person was written to a moment ago.
class FirstMessageNeverWaits final : public Law {
 public:
  explicit FirstMessageNeverWaits(Town& town) : Law("FirstMessageNeverWaits", town) {}

  void saved(std::span<const Batch> batches) override {
    const Instant now = town_.now();
    std::map<std::string, std::size_t> leaving;
    std::map<PersonId, int> with_company;
    for (const Batch& batch : batches) {
      for (const Parcel& parcel : batch.parcels) {
        if (parcel.state == Parcel::State::sending) ++leaving[parcel.channel()];
        ++with_company[parcel.person];
      }
    }
    for (const Batch& batch : batches) {
      for (const Parcel& parcel : batch.parcels) {
        look(parcel, leaving, now, with_company[parcel.person] > 1);
      }
    }
    for (const Batch& batch : batches) {
      for (const Parcel& parcel : batch.parcels) {
        Instant& made = made_[parcel.person];
        made = std::max(made, std::max(parcel.created_at, parcel.not_before));
      }
    }
  }

 private:
  void look(const Parcel& parcel, std::map<std::string, std::size_t>& leaving, Instant now,
            bool has_company) {
    if (parcel.urgency != Urgency::first || parcel.created_at != now) return;
    if (parcel.state != Parcel::State::waiting) return;
    const Millis held = parcel.not_before - parcel.created_at;
    if (held > scenery().rules->group_window) {
      return broken(parcel.key.str() + " is held for " + std::to_string(held.count()) + " ms");
    }
    if (held > 0ms) {
      if (!has_company && !written_lately(parcel, now))
        broken(parcel.key.str() + " waits for no company");
      return;
    }
    const std::size_t room = town_.process().pump().slots(parcel.channel()).alarms;
    if (room > leaving[parcel.channel()]) {
      broken(parcel.key.str() + " waits though " + parcel.channel() + " has room");
    }
  }
  // Only who has another message from the last moments, left or about to leave, is made to wait.
  bool written_lately(const Parcel& parcel, Instant now) const {
    const auto last = made_.find(parcel.person);
    return last != made_.end() && now - last->second <= 2 * scenery().rules->group_window;
  }

  std::map<PersonId, Instant> made_;  // When the last parcel for the person was saved.
};

}  // namespace

void add_laws_of_calling(Town& town, Laws& laws) {
  laws.push_back(std::make_unique<SomebodyIsAlwaysBeingCalled>(town));
  laws.push_back(std::make_unique<NoCallAfterStandDown>(town));
  laws.push_back(std::make_unique<NobodyToldTwiceForOneReason>(town));
  laws.push_back(std::make_unique<EveryoneToldHearsTheEnd>(town));
  laws.push_back(std::make_unique<FirstMessageNeverWaits>(town));
}

}  // namespace shouwang::sim
