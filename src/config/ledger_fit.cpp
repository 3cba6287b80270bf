// Drops what refers to nothing, or to a row that was refused.

#include <algorithm>

#include "config/ledger_draft.h"
#include "config/names.h"

namespace shouwang::config {
namespace {

using household::FilledBy;
using household::Household;
using household::Person;
using household::Post;

// Why a row can not stay.
struct Misfit {
  std::string what;
  bool hangs = false;  // Only because another row was refused: no fault of its own.
};
using MaybeMisfit = std::optional<Misfit>;

class Fitter {
 public:
  explicit Fitter(LedgerDraft& draft) : draft_(draft) {
    for (const auto& area : draft.office.community.estate.areas) areas_.add(area.id.str());
    for (const Post& post : draft.office.community.estate.posts) posts_.add(post.id.str());
  }

  void run() {
    keep(draft_.households, [&](const Household& home, const Origin&) {
      const MaybeMisfit misfit = need(areas_, home.area.str(), "household " + home.id.str());
      if (misfit) draft_.refused.insert(home.id.str());
      return misfit;
    });
    for (const auto& home : draft_.households) homes_.add(home.value.id.str());
    keep(draft_.residents, [&](const Lives& lives, const Origin&) {
      const auto misfit =
          need(homes_, lives.household.str(), "resident " + lives.resident.person.str());
      if (misfit) draft_.refused.insert(lives.resident.person.str());
      return misfit;
    });
    for (const auto& one : draft_.residents)
      home_of_[one.value.resident.person] = one.value.household;
    persons();
    contacts();
    posts();
    rest();
  }

 private:
  template <class T, class Check>
  void keep(std::vector<Entry<T>>& entries, Check check) {
    std::erase_if(entries, [&](Entry<T>& entry) {
      const MaybeMisfit misfit = check(entry.value, entry.at);
      if (!misfit) return false;
      note(entry.at, *misfit);
      return true;
    });
  }

  void note(const Origin& at, const Misfit& misfit) {
    auto& list = misfit.hangs ? draft_.left_out : draft_.faults;
    list.push_back({.file = at.file, .line = at.line, .what = misfit.what});
    if (at.file == "rota.csv") draft_.rota_refused.insert(at.line);
  }

  MaybeMisfit need(const Names& names, const std::string& id, const std::string& who) const {
    if (names.has(id)) return std::nullopt;
    if (draft_.refused.contains(id)) {
      return Misfit{.what = who + ": the row of `" + id + "` was refused", .hangs = true};
    }
    return Misfit{.what = who + ": " + names.missing(id)};
  }

  // A resident's home is where the ledger of residents says; one that says otherwise is refused.
  void persons() {
    keep(draft_.persons, [&](Person& person, const Origin& at) -> MaybeMisfit {
      const auto lives = home_of_.find(person.id);
      if (person.home.empty()) {
        if (lives != home_of_.end()) person.home = lives->second;
        return std::nullopt;
      }
      MaybeMisfit misfit = need(homes_, person.home.str(), "person " + person.id.str());
      if (misfit && misfit->hangs) {
        // Better a head who can be called without a home than none.
        misfit->what += "; taken without a home";
        note(at, *misfit);
        person.home = HouseholdId();
        return std::nullopt;
      }
      if (!misfit && lives != home_of_.end() && lives->second != person.home) {
        misfit = Misfit{.what = "person " + person.id.str() + ": `home` is " + person.home.str() +
                                ", but the ledger of residents says " + lives->second.str()};
      }
      if (misfit) draft_.refused.insert(person.id.str());
      return misfit;
    });
    for (const auto& person : draft_.persons) {
      persons_.add(person.value.id.str());
      record_of_[person.value.id] = &person.value;
    }
  }

  void contacts() {
    std::map<HouseholdId, std::set<std::string>> own;  // Addresses of the home's own phones.
    for (const auto& one : draft_.residents) {
      const auto record = record_of_.find(one.value.resident.person);
      if (record == record_of_.end()) continue;
      for (const auto& way : record->second->addresses) {
        own[one.value.household].insert(way.channel + " " + way.address);
      }
    }
    keep(draft_.contacts, [&](const Tells& tells, const Origin&) -> MaybeMisfit {
      const std::string who = "contact of " + tells.household.str();
      if (auto misfit = need(homes_, tells.household.str(), who)) return misfit;
      if (auto misfit = need(persons_, tells.contact.person.str(), who)) return misfit;
      const auto& ways = record_of_.at(tells.contact.person)->addresses;
      const auto& phones = own[tells.household];
      const bool is_loop = !ways.empty() && std::ranges::all_of(ways, [&](const auto& way) {
        return phones.contains(way.channel + " " + way.address);
      });
      if (!is_loop) return std::nullopt;
      return Misfit{.what = who + ": " + tells.contact.person.str() +
                            " can only be reached by the household's own phone"};
    });
  }

  void posts() {
    keep(draft_.holdings, [&](const household::Holding& line, const Origin&) -> MaybeMisfit {
      const std::string who = "holder of " + line.post.str();
      if (auto misfit = need(posts_, line.post.str(), who)) return misfit;
      const auto& all = draft_.office.community.estate.posts;
      const auto post = std::ranges::find(all, line.post, &Post::id);
      if (post->filled_by != FilledBy::ledger) {
        return Misfit{.what = who + ": community.yaml does not say `ledger: true` of this post"};
      }
      return need(persons_, line.person.str(), who);
    });
    keep(draft_.shifts, [&](const household::Shift& shift, const Origin&) -> MaybeMisfit {
      if (auto misfit = need(persons_, shift.a.str(), "duty A")) return misfit;
      return need(persons_, shift.b.str(), "duty B");
    });
    std::ranges::stable_sort(draft_.shifts, {}, [](const auto& one) { return one.value.from; });
  }

  void rest() {
    keep(draft_.guarantees, [&](const household::Guarantee& pair, const Origin&) -> MaybeMisfit {
      const std::string who = "guarantor of " + pair.household.str();
      if (auto misfit = need(homes_, pair.household.str(), who)) return misfit;
      return need(persons_, pair.guarantor.str(), who);
    });
    keep(draft_.equipment, [&](const household::Equipment& item, const Origin&) -> MaybeMisfit {
      if (auto misfit = need(areas_, item.area.str(), "equipment " + item.id)) return misfit;
      if (item.holder.empty()) return std::nullopt;
      return need(homes_, item.holder.str(), "equipment " + item.id);
    });
    keep(draft_.facts, [&](const household::DatedFact& fact, const Origin&) -> MaybeMisfit {
      const bool is_known = homes_.has(fact.subject) || persons_.has(fact.subject) ||
                            home_of_.contains(PersonId(fact.subject));
      if (is_known) return std::nullopt;
      if (draft_.refused.contains(fact.subject)) return need(homes_, fact.subject, "fact");
      return Misfit{.what = "`" + fact.subject + "` is neither a household nor a person"};
    });
    keep(draft_.devices, [&](const device::Device& device, const Origin&) -> MaybeMisfit {
      if (device.place.empty() || areas_.has(device.place) || homes_.has(device.place)) {
        return std::nullopt;
      }
      if (draft_.refused.contains(device.place)) {
        return need(homes_, device.place, "device " + device.id.str());
      }
      return Misfit{.what = "device " + device.id.str() + ": `" + device.place +
                            "` is neither a household nor an area"};
    });
  }

  LedgerDraft& draft_;
  Names areas_{"area"};
  Names posts_{"post"};
  Names homes_{"household"};
  Names persons_{"person"};
  std::map<PersonId, HouseholdId> home_of_;
  std::map<PersonId, const Person*> record_of_;
};

// The hours that nobody covers. A gap that a refused row leaves is that row's fault.
void find_gaps(LedgerDraft& draft) {
  std::vector<household::Shift> shifts;
  for (const auto& entry : draft.shifts) shifts.push_back(entry.value);
  for (const household::Gap& gap : household::gaps(shifts)) {
    const auto after = std::ranges::find_if(
        draft.shifts, [&](const auto& entry) { return entry.value.from == gap.until; });
    const std::size_t line = after->at.line;
    const bool is_caused =
        draft.rota_refused.contains(line - 1) || draft.rota_refused.contains(line + 1);
    const auto hours = std::chrono::duration<double, std::ratio<3600>>(gap.until - gap.from);
    std::string length = std::to_string(hours.count());
    length.resize(length.find('.') + 2);
    if (length.ends_with(".0")) length.resize(length.size() - 2);
    const Fault fault{.file = after->at.file,
                      .line = line,
                      .what = "nobody is on duty from " +
                              format_minute(draft.zone().local(gap.from)) + " to " +
                              format_minute(draft.zone().local(gap.until)) + " (" + length + " h)"};
    (is_caused ? draft.left_out : draft.faults).push_back(fault);
  }
}

}  // namespace

void fit(LedgerDraft& draft) {
  Fitter(draft).run();
  if (draft.has("rota.csv")) find_gaps(draft);
}

}  // namespace shouwang::config
