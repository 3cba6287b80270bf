// The journal, page by page and as JSON Lines: for `shouwangctl report` and for auditors.
//
//   {"number":1,"at":"2026-01-15T18:40:00.000Z","community":"changshan","incident":"2026...",
//    "actor":"gateway","type":"raised","facts":{"device":"GA-B05-U4-302"},"hash":"9f86..."}
//
// One object a line, in the order of the journal. Bytes that are not UTF-8 are shown as U+FFFD;
// the hash was made over the bytes as they are kept.

#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace shouwang::store {

// Calls `take` for every line that fits the query, whatever query.most is (it is the size of a
// page), and returns how many there were. Errors: those of Store::journal, and take's own, which
// ends it.
Result<std::uint64_t> each_line(Store& store, JournalQuery query,
                                const std::function<Result<Done>(const JournalLine&)>& take);

// Without a line feed.
std::string json_line(const JournalLine& line);

// Writes every line that fits the query. Errors: those of each_line; io if `out` does.
Result<std::uint64_t> export_journal(Store& store, const JournalQuery& query, std::ostream& out);

}  // namespace shouwang::store
