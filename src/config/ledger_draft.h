// What an import has in hand between reading the ledgers and the finished records.
//
//   read_*()   rows of each ledger that is there; else what was on record     ledger_people.cpp,
//                                                                             ledger_duty.cpp
//   fit()      drops what refers to nothing, or to a row that was refused     ledger_fit.cpp
//   warn()     what is sound but wants a look                                 ledger_warn.cpp

#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/ledger.h"
#include "config/ledger_row.h"

namespace shouwang::config {

// Where something was read; line 0: it was on record before.
struct Origin {
  std::string file;
  std::size_t line = 0;
};

template <class T>
struct Entry {
  T value;
  Origin at;
};

struct Lives {
  HouseholdId household;
  household::Resident resident;
};
struct Tells {
  HouseholdId household;
  int order = 1;
  household::Contact contact;
};

struct LedgerDraft {
  const Office& office;
  const ImportOptions& options;
  std::filesystem::path directory;  // Empty: no ledgers, only what is on record.

  std::vector<Entry<household::Household>> households;  // Without residents and contacts.
  std::vector<Entry<Lives>> residents;
  std::vector<Entry<household::Person>> persons;
  std::vector<Entry<Tells>> contacts;
  std::vector<Entry<household::Holding>> holdings;
  std::vector<Entry<household::Shift>> shifts;
  std::vector<Entry<household::Guarantee>> guarantees;
  std::vector<Entry<household::Equipment>> equipment;
  std::vector<Entry<household::DatedFact>> facts;
  std::vector<Entry<device::Device>> devices;
  std::map<HouseholdId, Instant> moved_in;  // When the people who live there now came.

  std::set<std::string> refused;       // Ids of homes and persons whose own row was refused.
  std::set<std::size_t> rota_refused;  // Lines of rota.csv.
  std::set<std::string> given;         // Names of the ledgers that are there and readable.
  std::vector<LedgerCount> counts;
  std::vector<Fault> faults;
  std::vector<Fault> warnings;
  std::vector<Fault> left_out;

  const Zone& zone() const { return office.community.estate.zone; }
  const household::Records& current() const { return office.current; }
  bool has(const std::string& file) const { return given.contains(file); }
};

void read_people(LedgerDraft& draft);
void read_duty(LedgerDraft& draft);
void fit(LedgerDraft& draft);
void warn(LedgerDraft& draft);

// Reads the ledger `file` if it is there and calls `take` for each row; a row for which `take`
// finds a fault is refused. Returns whether the ledger was there: then it replaces what was on
// record.
bool read_rows(LedgerDraft& draft, const std::string& file, std::span<const LedgerColumn> columns,
               const std::function<void(LedgerRow&, const Origin&)>& take);

// Notes a row with this key; a fault at the row if there was one before.
class Keys {
 public:
  explicit Keys(std::string what) : what_(std::move(what)) {}
  void add(const std::string& key, LedgerRow& row);

 private:
  std::string what_;
  std::map<std::string, std::size_t> lines_;
};

}  // namespace shouwang::config
