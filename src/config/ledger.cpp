#include "config/ledger.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "base/check.h"
#include "config/ledger_draft.h"
#include "config/names.h"

namespace shouwang::config {
namespace {

using household::Records;

constexpr std::array<std::string_view, 10> kLedgers = {
    "households.csv", "residents.csv",  "persons.csv",   "contacts.csv", "holders.csv",
    "rota.csv",       "guarantors.csv", "equipment.csv", "facts.csv",    "devices.csv"};

// A table that nobody would read: the office would think that it was imported.
void check_names(LedgerDraft& draft) {
  std::error_code error;
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(draft.directory, error)) {
    if (entry.path().extension() == ".csv") found.push_back(entry.path().filename().string());
  }
  if (error) {
    draft.faults.push_back({.file = draft.directory.string(), .what = "is not a directory"});
    return;
  }
  Names known("ledger");
  for (const std::string_view name : kLedgers) known.add(name);
  std::ranges::sort(found);
  for (const std::string& name : found) {
    if (!known.has(name)) draft.faults.push_back({.file = name, .what = known.missing(name)});
  }
  if (found.empty()) {
    draft.faults.push_back(
        {.file = draft.directory.string(),
         .what = "holds no ledger; ledgers are " + listed({kLedgers.begin(), kLedgers.end()})});
  }
}

// Households in order, each with its residents in ledger order and contacts in theirs.
std::vector<household::Household> homes_of(LedgerDraft& draft) {
  std::vector<household::Household> homes;
  homes.reserve(draft.households.size());
  std::map<HouseholdId, std::size_t> places;
  for (auto& entry : draft.households) {
    places[entry.value.id] = homes.size();
    homes.push_back(std::move(entry.value));
  }
  for (auto& entry : draft.residents) {
    homes[places.at(entry.value.household)].residents.push_back(std::move(entry.value.resident));
  }
  std::ranges::stable_sort(draft.contacts, {}, [](const auto& one) { return one.value.order; });
  for (auto& entry : draft.contacts) {
    homes[places.at(entry.value.household)].contacts.push_back(std::move(entry.value.contact));
  }
  return homes;
}

template <class T>
std::vector<T> values_of(std::vector<Entry<T>>& entries) {
  std::vector<T> values;
  values.reserve(entries.size());
  for (auto& entry : entries) values.push_back(std::move(entry.value));
  return values;
}

Records records_of(LedgerDraft& draft) {
  return {.persons = values_of(draft.persons),
          .households = homes_of(draft),
          .holdings = values_of(draft.holdings),
          .shifts = values_of(draft.shifts),
          .guarantees = values_of(draft.guarantees),
          .equipment = values_of(draft.equipment)};
}

void count_taken(LedgerDraft& draft) {
  const auto count = [&](const char* file, const auto& entries) {
    const auto found = std::ranges::find(draft.counts, file, &LedgerCount::file);
    if (found == draft.counts.end()) return;
    found->taken = static_cast<std::size_t>(
        std::ranges::count_if(entries, [&](const auto& e) { return e.at.file == file; }));
  };
  count("households.csv", draft.households);
  count("residents.csv", draft.residents);
  count("persons.csv", draft.persons);
  count("contacts.csv", draft.contacts);
  count("holders.csv", draft.holdings);
  count("rota.csv", draft.shifts);
  count("guarantors.csv", draft.guarantees);
  count("equipment.csv", draft.equipment);
  count("facts.csv", draft.facts);
  count("devices.csv", draft.devices);
}

// The import of `draft`, all of whose rows have been read.
Import finish(LedgerDraft& draft) {
  fit(draft);
  warn(draft);
  count_taken(draft);
  Import import{.records = draft.current()};
  import.is_accepted = draft.faults.empty() || draft.options.accept_partial;
  if (import.is_accepted) {
    if (draft.has("facts.csv")) import.facts = values_of(draft.facts);
    import.records = records_of(draft);
    CHECK(household::check(draft.office.community.estate, import.records).empty());
  }
  import.counts = std::move(draft.counts);
  import.faults = std::move(draft.faults);
  import.warnings = std::move(draft.warnings);
  if (draft.options.accept_partial) import.left_out = std::move(draft.left_out);
  for (auto* list : {&import.faults, &import.warnings, &import.left_out}) put_in_order(*list);
  return import;
}

}  // namespace

void Keys::add(const std::string& key, LedgerRow& row) {
  const auto [known, is_new] = lines_.emplace(key, row.line());
  if (is_new) return;
  row.fault(what_ + " `" + key + "` stands on line " + std::to_string(known->second) + " already");
}

bool read_rows(LedgerDraft& draft, const std::string& file, std::span<const LedgerColumn> columns,
               const std::function<void(LedgerRow&, const Origin&)>& take) {
  std::error_code error;
  if (draft.directory.empty() || !std::filesystem::exists(draft.directory / file, error)) {
    return false;
  }
  std::ifstream in(draft.directory / file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad()) {
    draft.faults.push_back({.file = file, .what = "can not be read"});
    return false;
  }
  const LedgerForm form{
      .file = file, .columns = columns, .narrow_digits = draft.options.narrow_digits};
  const LedgerTable table = read_ledger(text, form, draft.faults, draft.warnings);
  if (!table.is_readable) return false;
  draft.given.insert(file);
  draft.counts.push_back({.file = file, .rows = table.rows});
  if (file == "rota.csv") draft.rota_refused.insert(table.refused.begin(), table.refused.end());
  for (const LedgerTable::Line& line : table.lines) {
    LedgerRow row(table, line, draft.zone(), draft.faults);
    take(row, {file, line.line});
  }
  return true;
}

Import fit_records(const Office& office, Instant now) {
  const ImportOptions options{.now = now, .accept_partial = true};
  LedgerDraft draft{.office = office, .options = options, .directory = {}};
  read_people(draft);
  read_duty(draft);
  fit(draft);
  Import fitted{.is_accepted = true, .records = records_of(draft)};
  fitted.left_out = std::move(draft.faults);
  fitted.left_out.insert(fitted.left_out.end(), draft.left_out.begin(), draft.left_out.end());
  put_in_order(fitted.left_out);
  return fitted;
}

Import import_ledgers(const std::filesystem::path& directory, const Office& office,
                      const ImportOptions& options) {
  const Import before = fit_records(office, options.now);
  const Office sound{office.config, office.community, before.records};
  LedgerDraft draft{.office = sound, .options = options, .directory = directory};
  draft.warnings = before.left_out;
  check_names(draft);
  read_people(draft);
  read_duty(draft);
  return finish(draft);
}

}  // namespace shouwang::config
