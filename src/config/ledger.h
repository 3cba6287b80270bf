// The office's ledgers: comma-separated tables in, household::Records and a report out.
//
// Only the ledgers that are in the directory are replaced; what the others held stays. Nothing is
// half-imported: with any fault the old records stay, unless the caller accepts a partial import,
// which leaves out the damaged rows and what hangs on them, and lists both.
//
//   households.csv  id area label [use] [neighbours] [moved_in]
//   residents.csv   household person [facts] [alone_hours] [note] [badge]
//   persons.csv     id [name] [language] [addresses] [home] [zone] [skills] [verified]
//   contacts.csv    household person [order] [relation] [far_away] [at_work]
//   holders.csv     post person from [until]
//   rota.csv        from until a b
//   guarantors.csv  household person from [until]
//   equipment.csv   id kind area [holder] [next_inspection] [note]
//   facts.csv       kind subject from until [author] [note]
//   devices.csv     as in communities/<id>/: checked against the homes, not imported
//
// What each column holds and what is refused: config/README.md, "Ledgers". Times are local to the
// community ("2026-01-15 02:40", "2026-01-15", "... 24:00") or RFC 3339.

#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "config/fault.h"
#include "household/people.h"
#include "household/registry.h"

namespace shouwang::config {

inline constexpr Millis kStaleAfter{
    std::chrono::days{180}};  // A contact not verified since.

struct ImportOptions {
  Instant now;                  // What is stale or over is judged by it.
  bool accept_partial = false;  // Leave out damaged rows instead of refusing everything.
  bool narrow_digits = false;  // Turn full-width digits (１３８) into ordinary ones where a number,
                               // an id or a time belongs; otherwise they are refused with a hint.
};

// Where the ledgers go.
struct Office {
  const Config& config;
  const Community& community;
  const household::Records& current;
};

struct LedgerCount {
  std::string file;
  std::size_t rows = 0;   // Without the header.
  std::size_t taken = 0;  // Of these, in `records` (devices.csv: without fault).

  friend bool operator==(const LedgerCount&, const LedgerCount&) = default;
};

struct Import {
  bool is_accepted = false;    // `records` may be stored. False: they are the old ones.
  household::Records records;  // household::check() finds nothing in them.
  // What facts.csv says, if it is there. Facts live in the book, not in the records.
  std::optional<std::vector<household::DatedFact>> facts;
  std::vector<LedgerCount> counts;  // In the order above; only ledgers that were there.
  std::vector<Fault> faults;        // Ordered by file and line.
  std::vector<Fault> warnings;      // Imported all the same.
  std::vector<Fault> left_out;      // Partial import: rows that hang on a damaged one.
};

Import import_ledgers(const std::filesystem::path& directory, const Office& office,
                      const ImportOptions& options);

// What of the records that are there fits the community as it is configured now; the rest is in
// `left_out`. For the start, and after a reload that took areas or posts away. Never refuses.
Import fit_records(const Office& office, Instant now);

// The records (and facts) as ledgers, by file name: what import_ledgers() reads back as the same.
std::map<std::string, std::string> ledgers_of(const household::Records& records,
                                              const std::vector<household::DatedFact>& facts,
                                              const Zone& zone);

}  // namespace shouwang::config
