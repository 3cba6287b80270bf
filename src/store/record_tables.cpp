#include "store/record_tables.h"

#include <boost/pfr/tuple_size.hpp>
#include <set>

#include "store/codec.h"

namespace shouwang::store {
namespace {

// A new ledger needs a part of its own.
static_assert(boost::pfr::tuple_size_v<household::Records> == 6);

constexpr std::optional<std::string> kNone;

// What SQL can search a line by.
struct Columns {
  std::optional<std::string> id;
  std::optional<HouseholdId> household;
};

std::optional<HouseholdId> unless_empty(const HouseholdId& id) {
  if (id.empty()) return std::nullopt;
  return id;
}

Columns columns_of(const household::Person& person) {
  return {.id = person.id.str(), .household = unless_empty(person.home)};
}
Columns columns_of(const household::Household& home) {
  return {.id = home.id.str(), .household = home.id};
}
Columns columns_of(const household::Holding&) { return {}; }
Columns columns_of(const household::Shift&) { return {}; }
Columns columns_of(const household::Guarantee& pair) {
  return {.id = kNone, .household = unless_empty(pair.household)};
}
Columns columns_of(const household::Equipment& item) {
  return {.id = item.id, .household = unless_empty(item.holder)};
}

template <class T>
void insert(Database& database, const CommunityId& community, const std::string& part,
            const std::vector<T>& lines) {
  std::int64_t line = 0;
  for (const T& value : lines) {
    const Columns columns = columns_of(value);
    database.run(
        "INSERT INTO records (community, part, line, id, household, body)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        community, part, line++, columns.id, columns.household, encode(value));
  }
}

template <class T>
Result<Done> add(std::vector<T>& lines, const Query& row) {
  auto value = decode<T>(row.text(2));
  if (!value) {
    const std::string key = row.text(0) + " " + std::to_string(row.number(1));
    return tl::unexpected(bad_row("records", key, value.error().what));
  }
  lines.push_back(std::move(*value));
  return Done{};
}

Result<Done> add(household::Records& records, const Query& row) {
  const std::string part = row.text(0);
  if (part == "person") return add(records.persons, row);
  if (part == "household") return add(records.households, row);
  if (part == "holding") return add(records.holdings, row);
  if (part == "shift") return add(records.shifts, row);
  if (part == "guarantee") return add(records.guarantees, row);
  return add(records.equipment, row);
}

template <class T>
std::optional<std::string> repeated(const std::vector<T>& lines, const char* what) {
  std::set<std::string> once;
  for (const T& line : lines) {
    const std::string id = *columns_of(line).id;
    if (!once.insert(id).second) return std::string(what) + " " + id;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> repeated_id(const household::Records& records) {
  if (auto found = repeated(records.persons, "person")) return found;
  if (auto found = repeated(records.households, "household")) return found;
  return repeated(records.equipment, "equipment");
}

Result<household::Records> RecordTable::read(const CommunityId& community) {
  Query rows = database_.query(
      "SELECT part, line, body FROM records WHERE community = ? ORDER BY part, line", community);
  household::Records records;
  while (rows.next()) TRY_DONE(add(records, rows));
  return records;
}

void RecordTable::replace(const CommunityId& community, const household::Records& records) {
  database_.run("DELETE FROM records WHERE community = ?", community);
  insert(database_, community, "person", records.persons);
  insert(database_, community, "household", records.households);
  insert(database_, community, "holding", records.holdings);
  insert(database_, community, "shift", records.shifts);
  insert(database_, community, "guarantee", records.guarantees);
  insert(database_, community, "equipment", records.equipment);
}

}  // namespace shouwang::store
