// What an incident may become, and whose it is.

#include <algorithm>
#include <map>
#include <set>

#include "dispatch/diary.h"
#include "tests/sim/laws.h"
#include "tests/sim/town.h"

namespace shouwang::sim {
namespace {

using dispatch::File;
using dispatch::Letter;
using incident::Action;
using incident::Phase;
using store::Batch;

const household::Registry* registry_of(const CommunityId& community) {
  for (const auto& registry : scenery().registries) {
    if (registry->community().id == community) return registry.get();
  }
  return nullptr;
}

// Only a person ends an incident, or says what it was; and what is closed stays as it is.
class OnlyAPersonEnds final : public Law {
 public:
  explicit OnlyAPersonEnds(Town& town) : Law("OnlyAPersonEnds", town) {}

  void pressing(const Pressed& pressed) override {
    const Action action = pressed.answer.action;
    if (action == Action::close) closers_.emplace(pressed.incident, pressed.answer.by);
    if (action == Action::cause) settled_.insert(pressed.incident);
  }
  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      for (const File& file : batch.files) look(file.incident);
    }
  }

 private:
  void look(const incident::Incident& incident) {
    const IncidentId& id = incident.id;
    if (incident.phase == Phase::settled && !settled_.contains(id)) {
      return broken(id.str() + " was settled by nobody");
    }
    if (incident.is_open()) {
      if (closed_.contains(id)) broken(id.str() + " was closed and is open again");
      return;
    }
    if (!closers_.contains({id, incident.closing->by})) {
      return broken(id.str() + " was closed by " + incident.closing->by.str() + ", who did not");
    }
    const auto [entry, added] = closed_.emplace(id, *incident.closing);
    if (!added && entry->second != *incident.closing) broken(id.str() + " was closed twice");
  }

  std::set<std::pair<IncidentId, PersonId>> closers_;
  std::set<IncidentId> settled_;
  std::map<IncidentId, incident::Closing> closed_;
};

// One place, one incident; nothing once known is taken back: kind, severity, sources, who was
// told, what is linked. Links go both ways and stay within a stairwell.
class CorrelationOnlyRaises final : public Law {
 public:
  explicit CorrelationOnlyRaises(Town& town) : Law("CorrelationOnlyRaises", town) {}

  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      const household::Registry* registry = registry_of(batch.community);
      for (const File& file : batch.files) {
        compare(file.incident);
        sources(*registry, file.incident);
        known_.insert_or_assign(file.incident.id, file.incident);
      }
      for (const File& file : batch.files) links(*registry, file.incident);
    }
  }

 private:
  void compare(const incident::Incident& now) {
    const auto found = known_.find(now.id);
    if (found == known_.end()) return;
    const incident::Incident& before = found->second;
    const std::string& id = now.id.str();
    if (device::urgency_of(now.kind) < device::urgency_of(before.kind)) broken(id + ": kind");
    if (now.severity < before.severity) broken(id + ": severity was lowered");
    if (now.sources.size() < before.sources.size()) broken(id + ": a source is gone");
    if (now.linked.size() < before.linked.size()) broken(id + ": a link is gone");
    for (std::size_t i = 0; i < before.told.size(); ++i) {
      const PersonId& person = before.told[i].person;
      const bool same = i < now.told.size() && now.told[i].person == person;  // As a rule.
      if (!same && now.find_told(person) == nullptr) broken(id + ": forgot that they were told");
    }
  }

  void sources(const household::Registry& registry, const incident::Incident& incident) {
    for (const auto& source : incident.sources) {
      const auto index = registry.device_index(source.device);
      if (!index) continue;
      if (registry.place_of(registry.community().devices[*index]) == incident.place) continue;
      broken(source.device.str() + " is not where " + incident.id.str() + " is");
    }
  }

  void links(const household::Registry& registry, const incident::Incident& incident) {
    const auto* unit = registry.enclosing(incident.place.area, household::Tier::unit);
    for (const IncidentId& id : incident.linked) {
      const auto other = known_.find(id);
      if (other == known_.end()) continue;
      const auto& back = other->second.linked;
      if (std::ranges::find(back, incident.id) == back.end()) {
        return broken(incident.id.str() + " is linked one way");
      }
      if (registry.enclosing(other->second.place.area, household::Tier::unit) == unit) continue;
      broken(incident.id.str() + " is linked across stairwells");
    }
  }

  std::map<IncidentId, incident::Incident> known_;
};

// People, devices, incidents and messages of one community have nothing to do with another's.
class NothingCrossesCommunities final : public Law {
 public:
  explicit NothingCrossesCommunities(Town& town) : Law("NothingCrossesCommunities", town) {}

  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      const household::Registry* registry = registry_of(batch.community);
      for (const File& file : batch.files) {
        owner_.emplace(file.incident.id, batch.community);
        if (file.incident.community != batch.community) broken(file.incident.id.str());
        for (const auto& source : file.incident.sources) {
          if (source.device.empty() || source.device.str().starts_with("?")) continue;
          if (!registry->device_index(source.device)) {
            broken(source.device.str() + " in a book of " + batch.community.str());
          }
        }
      }
      for (const auto& parcel : batch.parcels) {
        for (const auto& item : parcel.items) {
          const auto owner = owner_.find(item.incident);
          if (owner != owner_.end() && owner->second != batch.community) {
            broken(parcel.key.str() + " carries another community's incident");
          }
        }
      }
    }
  }
  void sent(const Sent& sent) override {
    const household::Person* person = registry_of(sent.community)->person(sent.person);
    if (person == nullptr) {
      return broken(sent.person.str() + " is told about " + sent.community.str());
    }
    const bool own =
        sent.address.empty() || std::ranges::any_of(person->addresses, [&](const auto& address) {
          return address.address == sent.address;
        });
    if (!own) broken(sent.person.str() + " is told at somebody else's address");
  }

 private:
  std::map<IncidentId, CommunityId> owner_;
};

// Nothing piles up: what waits is bounded by how many people were told of what is open.
class QueuesStayBounded final : public Law {
 public:
  explicit QueuesStayBounded(Town& town) : Law("QueuesStayBounded", town) {}

  void stepped() override {
    if (town_.truth() < next_look_) return;
    next_look_ = town_.truth() + std::chrono::seconds{30};
    for (const dispatch::Book* book : town_.gateway().books()) look(*book);
    if (town_.process().intake().counts().queued > 1'000) broken("the intake");
    if (town_.process().pump().in_flight() > 20'000) broken("tries under way");
  }

 private:
  // Of one incident a person may have the first message, a repeat or two, and an update of each
  // kind waiting, and the end; and a repeat lives for one turn of the loop.
  static constexpr std::size_t kEach = 24;

  void look(const dispatch::Book& book) {
    std::size_t told = 0;
    for (const auto& [id, file] : book.files) told += file.incident.told.size();
    // Besides, whoever looks after something may have a letter about what has to be mended.
    const std::size_t posts = book.registry->community().posts.size();
    if (book.outbox.size() > 20 + posts + kEach * told) {
      broken("the outbox holds " + std::to_string(book.outbox.size()) + " parcels for " +
             std::to_string(told) + " told");
    }
    if (town_.gateway().store_trouble()) return;
    std::set<ParcelKey> live;
    const auto count = [&](const IncidentId& about) {
      for (const ParcelKey& key : book.outbox.concerning(about)) live.insert(key);
    };
    for (const auto& [id, file] : book.files) count(id);
    for (const auto& [id, matter] : book.matters) count(IncidentId(id));
    for (int back = 0; back < 4; ++back) {  // Diaries: a letter lives for a day.
      const Instant at = town_.now() - std::chrono::hours{24} * back;
      count(IncidentId(dispatch::day_of(book.registry->community().zone, at).name));
    }
    if (book.outbox.size() > live.size()) broken("finished parcels stay in the outbox");
  }

  Instant next_look_;
};

}  // namespace

void add_laws_of_incidents(Town& town, Laws& laws) {
  laws.push_back(std::make_unique<OnlyAPersonEnds>(town));
  laws.push_back(std::make_unique<CorrelationOnlyRaises>(town));
  laws.push_back(std::make_unique<NothingCrossesCommunities>(town));
  laws.push_back(std::make_unique<QueuesStayBounded>(town));
}

}  // namespace shouwang::sim
