#include <map>
#include <set>
#include <string>

#include "household/registry.h"

namespace shouwang::household {
namespace {

class Checker {
 public:
  Checker(const Community& community, const Records& records)
      : community_(community), records_(records) {}

  std::vector<std::string> run() {
    areas();
    persons();
    households();
    posts();
    rota();
    rest();
    return std::move(faults_);
  }

 private:
  void say(std::string fault) { faults_.push_back(std::move(fault)); }

  void areas() {
    if (community_.areas.empty()) say("the community has no area of its own");
    for (std::size_t i = 0; i < community_.areas.size(); ++i) {
      const Area& area = community_.areas[i];
      if (i == 0 && (area.tier != Tier::community || !area.parent.empty())) {
        say("area " + area.id.str() + ": the first area must be the community itself");
      }
      const auto parent = tiers_.find(area.parent);
      if (i > 0 && parent == tiers_.end()) {
        say("area " + area.id.str() + ": area " + area.parent.str() +
            " above it does not exist or stands below it");
      } else if (i > 0 && parent->second >= area.tier) {
        say("area " + area.id.str() + ": a " + std::string(name_of(area.tier)) +
            " can not lie in a " + std::string(name_of(parent->second)));
      }
      if (!tiers_.emplace(area.id, area.tier).second) {
        say("area " + area.id.str() + " is there twice");
      }
    }
  }

  void persons() {
    for (const Person& person : records_.persons) {
      if (!persons_.insert(person.id).second) say("person " + person.id.str() + " is there twice");
    }
  }

  void households() {
    for (const Household& home : records_.households) {
      const std::string name = "household " + home.id.str();
      if (!households_.insert(home.id).second) say(name + " is there twice");
      if (!tiers_.contains(home.area)) {
        say(name + ": area " + home.area.str() + " does not exist");
      }
      for (const Contact& contact : home.contacts) need_person(name, contact.person);
    }
    for (const Person& person : records_.persons) {
      if (!person.home.empty() && !households_.contains(person.home)) {
        say("person " + person.id.str() + ": household " + person.home.str() + " does not exist");
      }
    }
  }

  void posts() {
    std::set<PostId> ids;
    for (const Post& post : community_.posts) {
      const std::string name = "post " + post.id.str();
      if (!ids.insert(post.id).second) say(name + " is there twice");
      if (post.areas.empty()) say(name + ": answers for no area");
      for (const AreaId& area : post.areas) {
        if (!tiers_.contains(area)) say(name + ": area " + area.str() + " does not exist");
      }
      if ((post.filled_by == FilledBy::holder) == post.holder.empty()) {
        say(name + ": needs a holder exactly when it is not filled otherwise");
      }
    }
    for (const Post& post : community_.posts) {
      if (post.stand_in && !ids.contains(*post.stand_in)) {
        say("post " + post.id.str() + ": stand-in " + post.stand_in->str() + " does not exist");
      }
    }
    for (const Holding& line : records_.holdings) {
      const std::string name = "holder of " + line.post.str();
      if (!ids.contains(line.post)) say(name + ": there is no such post");
      need_person(name, line.person);
    }
  }

  void rota() {
    const Shift* before = nullptr;
    for (const Shift& shift : records_.shifts) {
      const std::string name = "shift from " + format_utc(shift.from);
      if (shift.until <= shift.from) say(name + " ends before it begins");
      if (shift.a == shift.b) say(name + ": posts A and B are both " + shift.a.str());
      need_person(name, shift.a);
      need_person(name, shift.b);
      if (before != nullptr && shift.from < before->from) say(name + " is out of order");
      before = &shift;
    }
  }

  void rest() {
    for (const Guarantee& pair : records_.guarantees) {
      if (!households_.contains(pair.household)) {
        say("guarantor of " + pair.household.str() + ": there is no such household");
      }
      need_person("guarantor of " + pair.household.str(), pair.guarantor);
    }
    for (const Equipment& item : records_.equipment) {
      if (!tiers_.contains(item.area)) {
        say("equipment " + item.id + ": area " + item.area.str() + " does not exist");
      }
      if (!item.holder.empty() && !households_.contains(item.holder)) {
        say("equipment " + item.id + ": household " + item.holder.str() + " does not exist");
      }
    }
    std::set<DeviceId> ids;
    for (const device::Device& device : community_.devices) {
      if (!ids.insert(device.id).second) say("device " + device.id.str() + " is there twice");
    }
  }

  void need_person(const std::string& name, const PersonId& person) {
    if (!persons_.contains(person)) say(name + ": person " + person.str() + " does not exist");
  }

  const Community& community_;
  const Records& records_;
  std::map<AreaId, Tier> tiers_;
  std::set<PersonId> persons_;
  std::set<HouseholdId> households_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> check(const Community& community, const Records& records) {
  return Checker(community, records).run();
}

}  // namespace shouwang::household
