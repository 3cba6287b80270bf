// households.csv, residents.csv, persons.csv, contacts.csv.

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "config/ledger_draft.h"
#include "config/names.h"
#include "config/phone.h"
#include "config/zones.h"

namespace shouwang::config {
namespace {

using household::Household;
using household::Neighbours;
using household::Person;
using household::Use;

constexpr std::array<LedgerColumn, 6> kHouseholds = {{{"id", Holds::code, true},
                                                      {"area", Holds::code, true},
                                                      {"label", Holds::text, true},
                                                      {"use"},
                                                      {"neighbours"},
                                                      {"moved_in"}}};
constexpr std::array<LedgerColumn, 6> kResidents = {{{"household", Holds::code, true},
                                                     {"person", Holds::code, true},
                                                     {"facts"},
                                                     {"alone_hours"},
                                                     {"note", Holds::text},
                                                     {"badge", Holds::text}}};
constexpr std::array<LedgerColumn, 8> kPersons = {{{"id", Holds::code, true},
                                                   {"name", Holds::text},
                                                   {"language"},
                                                   {"addresses", Holds::address},
                                                   {"home"},
                                                   {"zone"},
                                                   {"skills"},
                                                   {"verified"}}};
constexpr std::array<LedgerColumn, 6> kContacts = {{{"household", Holds::code, true},
                                                    {"person", Holds::code, true},
                                                    {"order"},
                                                    {"relation", Holds::text},
                                                    {"far_away"},
                                                    {"at_work"}}};

constexpr std::size_t kNoteMax = 80;  // Characters, as household::Resident says.

// Person ids may hold a slash ("B05-U4-302/1"); otherwise they are ids like all others.
bool is_person_id(const std::string& text) {
  std::string without = text;
  std::erase(without, '/');
  return is_id(without);
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::optional<Use> use_named(std::string_view name) {
  if (name == "home") return Use::home;
  if (name == "shop") return Use::shop;
  if (name == "office") return Use::office;
  return std::nullopt;
}

std::optional<Neighbours> neighbours_named(std::string_view name) {
  if (name == "no") return Neighbours::no;
  if (name == "opted_in") return Neighbours::opted_in;
  if (name == "opted_in_able") return Neighbours::opted_in_able;
  return std::nullopt;
}

void read_households(LedgerDraft& draft) {
  Keys keys("household");
  const bool is_given =
      read_rows(draft, "households.csv", kHouseholds, [&](LedgerRow& row, const Origin& at) {
        Household home{.id = HouseholdId(row.filled("id")),
                       .area = AreaId(row.filled("area")),
                       .label = row.filled("label")};
        if (row.is_sound() && !is_id(home.id.str()))
          row.fault(std::string("`id` is not ") + kIdForm);
        home.use = row.word<Use>("use", Use::home, use_named, "home, shop, office");
        home.neighbours = row.word<Neighbours>("neighbours", Neighbours::no, neighbours_named,
                                               "no, opted_in, opted_in_able");
        const auto moved_in = row.time("moved_in");
        if (row.is_sound()) keys.add(home.id.str(), row);
        if (!row.is_sound()) return static_cast<void>(draft.refused.insert(home.id.str()));
        if (moved_in) draft.moved_in[home.id] = *moved_in;
        draft.households.push_back({std::move(home), at});
      });
  if (is_given) return;
  for (const Household& home : draft.current().households) {
    Household bare = home;
    bare.residents.clear();
    bare.contacts.clear();
    draft.households.push_back({std::move(bare), {"households on record", 0}});
  }
}

household::Facts facts_of(LedgerRow& row) {
  household::Facts facts;
  for (const std::string& word : words_of(row.text("facts"))) {
    if (const auto fact = household::fact_named(word)) {
      facts.set(*fact);
      continue;
    }
    row.fault("`" + word + "` in `facts` is not allowed; allowed: elder, lives_alone, " +
              "cannot_descend, wanders, memory_trouble, hard_of_hearing, poor_sight, infant, " +
              "child_alone");
  }
  return facts;
}

void read_residents(LedgerDraft& draft) {
  Keys keys("resident");
  const bool is_given =
      read_rows(draft, "residents.csv", kResidents, [&](LedgerRow& row, const Origin& at) {
        household::Resident resident{.person = PersonId(row.filled("person")),
                                     .facts = facts_of(row),
                                     .alone_hours = row.hours("alone_hours").value_or(DailyHours{}),
                                     .note = row.text("note"),
                                     .badge = row.text("badge")};
        const HouseholdId home(row.filled("household"));
        if (row.is_sound() && !is_person_id(resident.person.str())) {
          row.fault(std::string("`person` is not ") + kIdForm);
        }
        if (count_characters(resident.note) > kNoteMax) {
          row.fault("`note` has more than " + std::to_string(kNoteMax) + " characters");
        }
        const bool needs_hours = resident.facts.has(household::Fact::child_alone);
        if (needs_hours && row.text("alone_hours").empty()) {
          row.fault("`child_alone` needs `alone_hours`");
        }
        if (row.is_sound()) keys.add(resident.person.str(), row);
        if (!row.is_sound()) return static_cast<void>(draft.refused.insert(resident.person.str()));
        draft.residents.push_back({{home, std::move(resident)}, at});
      });
  if (is_given) return;
  for (const Household& home : draft.current().households) {
    for (const auto& resident : home.residents) {
      draft.residents.push_back({{home.id, resident}, {"residents on record", 0}});
    }
  }
}

void check_addresses(const LedgerDraft& draft, const Person& person, LedgerRow& row) {
  const auto& channels = draft.office.community.rules.channels;
  for (const household::Address& one : person.addresses) {
    const auto channel = channels.find(one.channel);
    if (channel == channels.end()) {
      Names known("channel");
      for (const auto& [name, traits] : channels) known.add(name);
      row.fault("column `addresses`: " + known.missing(one.channel));
    } else if (const auto why = why_no_address(one.address, channel->second.kind)) {
      row.fault("column `addresses`, " + one.channel + ": " + *why);
    }
  }
}

void check_words(const LedgerDraft& draft, const Person& person, LedgerRow& row) {
  const auto& languages = draft.office.config.catalogue.languages;
  if (!person.language.empty() && !languages.contains(person.language)) {
    Names known("language");
    for (const auto& [name, texts] : languages) known.add(name);
    row.fault(known.missing(person.language));
  }
  if (!person.zone.empty()) {
    if (const auto zone = zone_named(person.zone); !zone) row.fault(zone.error().what);
  }
}

void read_persons(LedgerDraft& draft) {
  Keys keys("person");
  const bool is_given =
      read_rows(draft, "persons.csv", kPersons, [&](LedgerRow& row, const Origin& at) {
        Person person{.id = PersonId(row.filled("id")),
                      .name = row.text("name"),
                      .language = row.text("language"),
                      .addresses = parse_addresses(row.text("addresses")),
                      .home = HouseholdId(row.text("home")),
                      .zone = row.text("zone"),
                      .skills = row.text("skills"),
                      .verified_at = row.time("verified")};
        if (row.is_sound()) {
          if (!is_person_id(person.id.str())) row.fault(std::string("`id` is not ") + kIdForm);
          check_addresses(draft, person, row);
          check_words(draft, person, row);
        }
        if (row.is_sound()) keys.add(person.id.str(), row);
        if (!row.is_sound()) return static_cast<void>(draft.refused.insert(person.id.str()));
        draft.persons.push_back({std::move(person), at});
      });
  if (is_given) return;
  for (const Person& person : draft.current().persons) {
    draft.persons.push_back({person, {"persons on record", 0}});
  }
}

void read_contacts(LedgerDraft& draft) {
  Keys keys("contact");
  Keys orders("contact with this `order`");
  std::map<std::string, int> last;  // The greatest order of each home so far.
  const bool is_given =
      read_rows(draft, "contacts.csv", kContacts, [&](LedgerRow& row, const Origin& at) {
        const HouseholdId home(row.filled("household"));
        Tells made{.household = home, .order = row.number("order", last[home.str()] + 1)};
        made.contact = {.person = PersonId(row.filled("person")),
                        .relation = row.text("relation"),
                        .far_away = row.flag("far_away"),
                        .at_work = row.hours("at_work")};
        if (row.is_sound()) keys.add(home.str() + " " + made.contact.person.str(), row);
        if (row.is_sound()) orders.add(home.str() + " " + std::to_string(made.order), row);
        if (!row.is_sound()) return;
        last[home.str()] = std::max(last[home.str()], made.order);
        draft.contacts.push_back({std::move(made), at});
      });
  if (is_given) return;
  for (const Household& home : draft.current().households) {
    int order = 0;
    for (const auto& contact : home.contacts) {
      draft.contacts.push_back({{home.id, ++order, contact}, {"contacts on record", 0}});
    }
  }
}

}  // namespace

void read_people(LedgerDraft& draft) {
  read_households(draft);
  read_residents(draft);
  read_persons(draft);
  read_contacts(draft);
}

}  // namespace shouwang::config
