// The records as ledgers.

#include "config/csv.h"
#include "config/ledger.h"
#include "config/ledger_row.h"
#include "config/phone.h"

namespace shouwang::config {
namespace {

using household::Equipment;
using household::Neighbours;
using household::Records;
using household::Use;

std::string name_of(Use use) {
  switch (use) {
    case Use::home: return "home";
    case Use::shop: return "shop";
    case Use::office: return "office";
  }
  return "";
}

std::string name_of(Neighbours neighbours) {
  switch (neighbours) {
    case Neighbours::no: return "no";
    case Neighbours::opted_in: return "opted_in";
    case Neighbours::opted_in_able: return "opted_in_able";
  }
  return "";
}

std::string name_of(Equipment::Kind kind) {
  switch (kind) {
    case Equipment::Kind::extinguisher: return "extinguisher";
    case Equipment::Kind::micro_station: return "micro_station";
  }
  return "";
}

std::string words_of(household::Facts facts) {
  std::string words;
  for (unsigned bit = 0; bit < 16; ++bit) {
    const auto fact = static_cast<household::Fact>(1U << bit);
    if (!facts.has(fact)) continue;
    words.append(words.empty() ? "" : " ").append(household::name_of(fact));
  }
  return words;
}

class Writer {
 public:
  Writer(const Records& records, const Zone& zone) : records_(records), zone_(zone) {}

  std::string households() const {
    std::string text = csv_line({"id", "area", "label", "use", "neighbours"});
    for (const auto& home : records_.households) {
      text += csv_line({home.id.str(), home.area.str(), home.label, name_of(home.use),
                        name_of(home.neighbours)});
    }
    return text;
  }

  std::string residents() const {
    std::string text = csv_line({"household", "person", "facts", "alone_hours", "note", "badge"});
    for (const auto& home : records_.households) {
      for (const auto& one : home.residents) {
        const bool has_hours = one.alone_hours != DailyHours{};
        text += csv_line({home.id.str(), one.person.str(), words_of(one.facts),
                          has_hours ? format_hours(one.alone_hours) : "", one.note, one.badge});
      }
    }
    return text;
  }

  std::string persons() const {
    std::string text =
        csv_line({"id", "name", "language", "addresses", "home", "zone", "skills", "verified"});
    for (const auto& one : records_.persons) {
      text += csv_line({one.id.str(), one.name, one.language, format_addresses(one.addresses),
                        one.home.str(), one.zone, one.skills, time(one.verified_at)});
    }
    return text;
  }

  std::string contacts() const {
    std::string text =
        csv_line({"household", "person", "order", "relation", "far_away", "at_work"});
    for (const auto& home : records_.households) {
      int order = 0;
      for (const auto& one : home.contacts) {
        text +=
            csv_line({home.id.str(), one.person.str(), std::to_string(++order), one.relation,
                      one.far_away ? "yes" : "no", one.at_work ? format_hours(*one.at_work) : ""});
      }
    }
    return text;
  }

  std::string holders() const {
    std::string text = csv_line({"post", "person", "from", "until"});
    for (const auto& line : records_.holdings) {
      text += csv_line({line.post.str(), line.person.str(), time(line.from), time(line.until)});
    }
    return text;
  }

  std::string rota() const {
    std::string text = csv_line({"from", "until", "a", "b"});
    for (const auto& shift : records_.shifts) {
      text += csv_line({time(shift.from), time(shift.until), shift.a.str(), shift.b.str()});
    }
    return text;
  }

  std::string guarantors() const {
    std::string text = csv_line({"household", "person", "from", "until"});
    for (const auto& pair : records_.guarantees) {
      text +=
          csv_line({pair.household.str(), pair.guarantor.str(), time(pair.from), time(pair.until)});
    }
    return text;
  }

  std::string equipment() const {
    std::string text = csv_line({"id", "kind", "area", "holder", "next_inspection", "note"});
    for (const auto& item : records_.equipment) {
      text += csv_line({item.id, name_of(item.kind), item.area.str(), item.holder.str(),
                        time(item.next_inspection), item.note});
    }
    return text;
  }

  std::string facts(const std::vector<household::DatedFact>& facts) const {
    std::string text = csv_line({"kind", "subject", "from", "until", "author", "note"});
    for (const auto& fact : facts) {
      text += csv_line({std::string(household::name_of(fact.kind)), fact.subject, time(fact.from),
                        time(fact.until), fact.author, fact.note});
    }
    return text;
  }

 private:
  std::string time(std::optional<Instant> at) const {
    return at ? format_ledger_time(*at, zone_) : "";
  }

  const Records& records_;
  const Zone& zone_;
};

}  // namespace

std::map<std::string, std::string> ledgers_of(const Records& records,
                                              const std::vector<household::DatedFact>& facts,
                                              const Zone& zone) {
  const Writer writer(records, zone);
  return {{"households.csv", writer.households()}, {"residents.csv", writer.residents()},
          {"persons.csv", writer.persons()},       {"contacts.csv", writer.contacts()},
          {"holders.csv", writer.holders()},       {"rota.csv", writer.rota()},
          {"guarantors.csv", writer.guarantors()}, {"equipment.csv", writer.equipment()},
          {"facts.csv", writer.facts(facts)}};
}

}  // namespace shouwang::config
