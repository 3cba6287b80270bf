#include "store/schema.h"

#include <string>

namespace shouwang::store {
namespace {

int pragma(Database& database, const char* sql) {
  return database.connection().execAndGet(sql).getInt();
}

Result<Done> take_step(Database& database, const Migration& step) {
  return database.transact([&]() -> Result<Done> {
    database.execute(std::string(step.sql));
    database.execute(
        "CREATE TABLE IF NOT EXISTS migrations ("
        "number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT");
    database.run("INSERT INTO migrations (number, name) VALUES (?, ?)", step.number,
                 std::string(step.name));
    database.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
    database.execute("PRAGMA user_version = " + std::to_string(step.number));
    return Done{};
  });
}

}  // namespace

Result<int> schema_of(Database& database, std::span<const Migration> steps) {
  return database.guard([&]() -> Result<int> {
    const int application = pragma(database, "PRAGMA application_id");
    const int tables = pragma(database, "SELECT count(*) FROM sqlite_schema");
    if (tables > 0 && application != kApplicationId) {
      return fail(Error::Code::invalid, database.path() +
                                            ": is a database of another program; name another "
                                            "file in the configuration");
    }
    const int at = pragma(database, "PRAGMA user_version");
    const int known = steps.empty() ? 0 : steps.back().number;
    if (at > known) {
      return fail(Error::Code::newer_schema,
                  database.path() + ": was written by a later release (schema " +
                      std::to_string(at) + ", this one knows " + std::to_string(known) +
                      "); install that release again, or restore a backup made before it");
    }
    return at;
  });
}

Result<Done> migrate(Database& database, std::span<const Migration> steps) {
  TRY(at, schema_of(database, steps));
  for (const Migration& step : steps) {
    if (step.number > at) TRY_DONE(take_step(database, step));
  }
  return Done{};
}

}  // namespace shouwang::store
