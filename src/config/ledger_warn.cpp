// What an import takes, but somebody should look at.

#include <algorithm>

#include "config/ledger_draft.h"

namespace shouwang::config {
namespace {

using household::FilledBy;
using household::Household;
using household::Person;

void say(LedgerDraft& draft, const Origin& at, std::string what) {
  draft.warnings.push_back({.file = at.file, .line = at.line, .what = std::move(what)});
}

std::string day_of(const LedgerDraft& draft, Instant at) {
  return format_minute(draft.zone().local(at)).substr(0, 10);
}

const Person* record_of(const LedgerDraft& draft, const std::map<PersonId, std::size_t>& places,
                        const PersonId& id) {
  const auto found = places.find(id);
  return found == places.end() ? nullptr : &draft.persons[found->second].value;
}

// The people who lived there before are not told any more, at once.
void close_old_links(LedgerDraft& draft, const std::map<PersonId, std::size_t>& places) {
  std::erase_if(draft.contacts, [&](const auto& entry) {
    const auto moved = draft.moved_in.find(entry.value.household);
    if (moved == draft.moved_in.end()) return false;
    const Person* person = record_of(draft, places, entry.value.contact.person);
    if (person != nullptr && person->verified_at && *person->verified_at >= moved->second) {
      return false;
    }
    say(draft, entry.at,
        "contact " + entry.value.contact.person.str() + " of " + entry.value.household.str() +
            " was not confirmed since others moved in on " + day_of(draft, moved->second) +
            ": not told any more");
    return true;
  });
}

// Homes with a device and nobody to tell: legal, but somebody should know.
void homes_without_contacts(LedgerDraft& draft) {
  if (!draft.has("households.csv") && !draft.has("contacts.csv")) return;
  std::set<std::string> equipped;
  for (const auto& device : draft.office.community.estate.devices) equipped.insert(device.place);
  std::set<HouseholdId> told;
  for (const auto& entry : draft.contacts) told.insert(entry.value.household);
  for (const auto& home : draft.households) {
    if (!equipped.contains(home.value.id.str()) || told.contains(home.value.id)) continue;
    const Origin at = home.at.line > 0 ? home.at : Origin{"contacts.csv", 0};
    say(draft, at, "household " + home.value.id.str() + " has a device and nobody to tell");
  }
}

void contacts_to_verify(LedgerDraft& draft, const std::map<PersonId, std::size_t>& places) {
  std::set<PersonId> seen;
  for (const auto& entry : draft.contacts) {
    if (!seen.insert(entry.value.contact.person).second) continue;
    const auto found = places.find(entry.value.contact.person);
    if (found == places.end()) continue;
    const auto& [person, at] = draft.persons[found->second];
    if (at.line == 0) continue;
    const std::string who = "contact " + person.id.str();
    if (person.addresses.empty()) say(draft, at, who + " has no address: only the inbox");
    if (!person.verified_at) {
      say(draft, at, who + " was never verified");
    } else if (*person.verified_at + kStaleAfter < draft.options.now) {
      const auto age =
          std::chrono::floor<std::chrono::days>(draft.options.now - *person.verified_at);
      say(draft, at,
          who + " was last verified on " + day_of(draft, *person.verified_at) + ", " +
              std::to_string(age.count()) + " days ago");
    }
  }
}

void facts_that_are_over(LedgerDraft& draft) {
  for (const auto& [fact, at] : draft.facts) {
    if (fact.until > draft.options.now) continue;
    say(draft, at,
        "`" + std::string(name_of(fact.kind)) + "` of " + fact.subject + " was over on " +
            day_of(draft, fact.until));
  }
}

void seats_without_a_holder(LedgerDraft& draft, const std::map<PersonId, std::size_t>& places) {
  if (!draft.has("holders.csv") && !draft.has("persons.csv")) return;
  for (const auto& post : draft.office.community.estate.posts) {
    if (post.filled_by == FilledBy::holder && !places.contains(post.holder)) {
      say(draft, {"persons.csv", 0},
          "post " + post.id.str() + ": its holder " + post.holder.str() + " is not on record");
    }
    if (post.filled_by != FilledBy::ledger) continue;
    const bool is_held = std::ranges::any_of(draft.holdings, [&](const auto& entry) {
      return entry.value.post == post.id && entry.value.holds(draft.options.now);
    });
    if (!is_held) say(draft, {"holders.csv", 0}, "post " + post.id.str() + " has no holder");
  }
}

void end_of_the_rota(LedgerDraft& draft) {
  if (!draft.has("rota.csv") || draft.shifts.empty()) return;
  Instant end{};
  for (const auto& entry : draft.shifts) end = std::max(end, entry.value.until);
  const Instant now = draft.options.now;
  if (draft.shifts.front().value.from > now) {
    say(draft, {"rota.csv", 0},
        "begins on " + day_of(draft, draft.shifts.front().value.from) +
            ": nobody is on duty until then");
  }
  if (end < now + std::chrono::days{14}) {
    say(draft, {"rota.csv", 0}, "ends on " + day_of(draft, end));
  }
}

// Devices whose home the new ledger does not have.
void devices_without_a_home(LedgerDraft& draft) {
  if (!draft.has("households.csv")) return;
  std::set<std::string> places;
  for (const auto& area : draft.office.community.estate.areas) places.insert(area.id.str());
  for (const auto& home : draft.households) places.insert(home.value.id.str());
  for (const auto& device : draft.office.community.estate.devices) {
    if (device.place.empty() || places.contains(device.place)) continue;
    if (draft.refused.contains(device.place)) continue;
    say(draft, {"households.csv", 0},
        "device " + device.id.str() + ": `" + device.place +
            "` is neither a household nor an area");
  }
}

}  // namespace

void warn(LedgerDraft& draft) {
  std::map<PersonId, std::size_t> places;
  for (std::size_t i = 0; i < draft.persons.size(); ++i) places[draft.persons[i].value.id] = i;
  close_old_links(draft, places);
  contacts_to_verify(draft, places);
  facts_that_are_over(draft);
  // What is missing in the whole may only be missing because a row was refused: say it once the
  // rows are mended, or if they are to be left out.
  if (!draft.faults.empty() && !draft.options.accept_partial) return;
  homes_without_contacts(draft);
  seats_without_a_holder(draft, places);
  end_of_the_rota(draft);
  devices_without_a_home(draft);
}

}  // namespace shouwang::config
