#include "store/journal_export.h"

#include <boost/json.hpp>

#include "base/utf8.h"

namespace shouwang::store {
namespace {

namespace json = boost::json;

json::string shown(const std::string& text) {
  return is_utf8(text) ? json::string(text) : json::string(printable(text));
}

}  // namespace

Result<std::uint64_t> each_line(Store& store, JournalQuery query,
                                const std::function<Result<Done>(const JournalLine&)>& take) {
  std::uint64_t count = 0;
  while (true) {
    TRY(page, store.journal(query));
    for (const JournalLine& line : page) TRY_DONE(take(line));
    count += page.size();
    if (page.size() < query.most) return count;
    query.after = page.back().number;
  }
}

std::string json_line(const JournalLine& line) {
  json::object facts;
  for (const auto& [name, value] : line.entry.facts) facts[shown(name)] = shown(value);
  const json::object object{{"number", line.number},
                            {"at", format_utc(line.entry.at)},
                            {"community", shown(line.entry.community.str())},
                            {"incident", shown(line.entry.incident.str())},
                            {"actor", shown(line.entry.actor)},
                            {"type", shown(line.entry.type)},
                            {"facts", std::move(facts)},
                            {"hash", line.hash}};
  return json::serialize(object);
}

Result<std::uint64_t> export_journal(Store& store, const JournalQuery& query, std::ostream& out) {
  const auto written = each_line(store, query, [&](const JournalLine& line) -> Result<Done> {
    if (out << json_line(line) << '\n') return Done{};
    return fail(Error::Code::io, "the report can not be written; is the disk full?");
  });
  if (written && !out.flush()) {
    return fail(Error::Code::io, "the report can not be written; is the disk full?");
  }
  return written;
}

}  // namespace shouwang::store
