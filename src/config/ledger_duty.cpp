// holders.csv, rota.csv, guarantors.csv, equipment.csv, facts.csv, devices.csv.

#include <array>

#include "config/ledger_draft.h"
#include "config/names.h"

namespace shouwang::config {
namespace {

using household::DatedFact;
using household::Equipment;
using household::Guarantee;
using household::Holding;
using household::Shift;

constexpr std::array<LedgerColumn, 4> kHolders = {{{"post", Holds::code, true},
                                                   {"person", Holds::code, true},
                                                   {"from", Holds::code, true},
                                                   {"until"}}};
constexpr std::array<LedgerColumn, 4> kRota = {{{"from", Holds::code, true},
                                                {"until", Holds::code, true},
                                                {"a", Holds::code, true},
                                                {"b", Holds::code, true}}};
constexpr std::array<LedgerColumn, 4> kGuarantors = {{{"household", Holds::code, true},
                                                      {"person", Holds::code, true},
                                                      {"from", Holds::code, true},
                                                      {"until"}}};
constexpr std::array<LedgerColumn, 6> kEquipment = {{{"id", Holds::code, true},
                                                     {"kind", Holds::code, true},
                                                     {"area", Holds::code, true},
                                                     {"holder"},
                                                     {"next_inspection"},
                                                     {"note", Holds::text}}};
constexpr std::array<LedgerColumn, 6> kFacts = {{{"kind", Holds::code, true},
                                                 {"subject", Holds::code, true},
                                                 {"from", Holds::code, true},
                                                 {"until", Holds::code, true},
                                                 {"author"},
                                                 {"note", Holds::text}}};
constexpr std::array<LedgerColumn, 5> kDevices = {{{"id", Holds::code, true},
                                                   {"profile", Holds::code, true},
                                                   {"address"},
                                                   {"place"},
                                                   {"note", Holds::text}}};

std::optional<Equipment::Kind> equipment_named(std::string_view name) {
  if (name == "extinguisher") return Equipment::Kind::extinguisher;
  if (name == "micro_station") return Equipment::Kind::micro_station;
  return std::nullopt;
}

struct Span {
  Instant from;
  std::optional<Instant> until;
};

// `from`, which must be there, and `until`, which must be later.
Span span_of(LedgerRow& row, bool needs_until) {
  row.filled("from");
  if (needs_until) row.filled("until");
  const auto from = row.time("from");
  const auto until = row.time("until");
  if (from && until && *until <= *from) row.fault("`until` is not later than `from`");
  return {.from = from.value_or(Instant{}), .until = until};
}

void read_holders(LedgerDraft& draft) {
  Keys keys("holder from this day");
  const bool is_given =
      read_rows(draft, "holders.csv", kHolders, [&](LedgerRow& row, const Origin& at) {
        Holding line{.post = PostId(row.filled("post")), .person = PersonId(row.filled("person"))};
        const Span span = span_of(row, false);
        line.from = span.from;
        line.until = span.until;
        if (row.is_sound()) keys.add(line.post.str() + " " + format_utc(line.from), row);
        if (row.is_sound()) draft.holdings.push_back({std::move(line), at});
      });
  if (is_given) return;
  for (const Holding& line : draft.current().holdings) {
    draft.holdings.push_back({line, {"holders on record", 0}});
  }
}

void read_rota(LedgerDraft& draft) {
  Keys keys("shift from this time");
  const bool is_given = read_rows(draft, "rota.csv", kRota, [&](LedgerRow& row, const Origin& at) {
    Shift shift{.a = PersonId(row.filled("a")), .b = PersonId(row.filled("b"))};
    const Span span = span_of(row, true);
    shift.from = span.from;
    shift.until = span.until.value_or(Instant{});
    if (row.is_sound()) keys.add(format_utc(shift.from), row);
    if (row.is_sound() && shift.a == shift.b) {
      row.fault("posts A and B are both " + shift.a.str());
    }
    if (!row.is_sound()) return static_cast<void>(draft.rota_refused.insert(at.line));
    draft.shifts.push_back({std::move(shift), at});
  });
  if (is_given) return;
  for (const Shift& shift : draft.current().shifts) {
    draft.shifts.push_back({shift, {"rota on record", 0}});
  }
}

void read_guarantors(LedgerDraft& draft) {
  Keys keys("guarantor from this day");
  const bool is_given =
      read_rows(draft, "guarantors.csv", kGuarantors, [&](LedgerRow& row, const Origin& at) {
        Guarantee pair{.household = HouseholdId(row.filled("household")),
                       .guarantor = PersonId(row.filled("person"))};
        const Span span = span_of(row, false);
        pair.from = span.from;
        pair.until = span.until;
        if (row.is_sound())
          keys.add(pair.household.str() + " " + pair.guarantor.str() + " " + format_utc(pair.from),
                   row);
        if (row.is_sound()) draft.guarantees.push_back({std::move(pair), at});
      });
  if (is_given) return;
  for (const Guarantee& pair : draft.current().guarantees) {
    draft.guarantees.push_back({pair, {"guarantors on record", 0}});
  }
}

void read_equipment(LedgerDraft& draft) {
  Keys keys("equipment");
  const bool is_given =
      read_rows(draft, "equipment.csv", kEquipment, [&](LedgerRow& row, const Origin& at) {
        row.filled("kind");
        Equipment item{
            .id = row.filled("id"),
            .kind = row.word<Equipment::Kind>("kind", Equipment::Kind::extinguisher,
                                              equipment_named, "extinguisher, micro_station"),
            .area = AreaId(row.filled("area")),
            .holder = HouseholdId(row.text("holder")),
            .next_inspection = row.time("next_inspection"),
            .note = row.text("note")};
        if (row.is_sound() && !is_id(item.id)) row.fault(std::string("`id` is not ") + kIdForm);
        if (row.is_sound()) keys.add(item.id, row);
        if (row.is_sound()) draft.equipment.push_back({std::move(item), at});
      });
  if (is_given) return;
  for (const Equipment& item : draft.current().equipment) {
    draft.equipment.push_back({item, {"equipment on record", 0}});
  }
}

void read_facts(LedgerDraft& draft) {
  Keys keys("fact from this time");
  read_rows(draft, "facts.csv", kFacts, [&](LedgerRow& row, const Origin& at) {
    row.filled("kind");
    DatedFact fact{.kind = row.word<DatedFact::Kind>(
                       "kind", DatedFact::Kind::away, household::dated_fact_named,
                       "away, in_hospital, quarantined, visitor, key_held_by"),
                   .subject = row.filled("subject")};
    const Span span = span_of(row, true);
    fact.from = span.from;
    fact.until = span.until.value_or(Instant{});
    fact.author = row.text("author");
    fact.note = row.text("note");
    if (row.is_sound())
      keys.add(std::string(name_of(fact.kind)) + " " + fact.subject + " " + format_utc(fact.from),
               row);
    if (row.is_sound()) draft.facts.push_back({std::move(fact), at});
  });
}

// Devices belong to the configuration; here they are held against the homes of the ledgers.
void read_devices_ledger(LedgerDraft& draft) {
  Keys ids("device");
  Keys addresses("device with this `address`");
  Names profiles("profile");
  for (const device::Profile& profile : draft.office.config.profiles) profiles.add(profile.name);
  read_rows(draft, "devices.csv", kDevices, [&](LedgerRow& row, const Origin& at) {
    device::Device device{.id = DeviceId(row.filled("id")),
                          .profile = row.filled("profile"),
                          .address = row.text("address"),
                          .place = row.text("place"),
                          .note = row.text("note")};
    if (row.is_sound() && !profiles.has(device.profile))
      row.fault(profiles.missing(device.profile));
    if (row.is_sound()) ids.add(device.id.str(), row);
    if (row.is_sound())
      addresses.add(device.address.empty() ? device.id.str() : device.address, row);
    if (row.is_sound()) draft.devices.push_back({std::move(device), at});
  });
}

}  // namespace

void read_duty(LedgerDraft& draft) {
  read_holders(draft);
  read_rota(draft);
  read_guarantors(draft);
  read_equipment(draft);
  read_facts(draft);
  read_devices_ledger(draft);
}

}  // namespace shouwang::config
