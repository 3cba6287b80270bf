// One SQLite connection: opened with the settings that survive a power cut, its failures as
// Results, its statements prepared once. Inside store/ only.
//
// SQLite's exceptions are thrown by query(), run() and Query and are turned into Errors by guard()
// or transact(); nothing that may throw is called outside them.

#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"

namespace shouwang::store {

struct Blob {
  const std::string& bytes;
};

// One pass over a prepared statement; gives it back when it ends. Do not nest two of one text.
class Query {
 public:
  explicit Query(SQLite::Statement& statement) : statement_(statement) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query() { statement_.tryReset(); }

  // To the next row; false after the last.
  bool next() { return statement_.executeStep(); }
  // To the end; how many rows were changed.
  int run() { return statement_.exec(); }

  std::int64_t number(int column) const { return statement_.getColumn(column).getInt64(); }
  std::string text(int column) const { return statement_.getColumn(column).getString(); }
  Instant time(int column) const { return Instant{Millis{number(column)}}; }
  bool is_null(int column) const { return statement_.getColumn(column).isNull(); }

 private:
  SQLite::Statement& statement_;
};

class Database {
 public:
  struct Options {
    std::string vfs;  // SQLite's name for a file system; empty: the system's.
    bool read_only = false;
    Millis busy{1'000};  // How long a lock of another connection is waited for.
  };

  // Opens the file, or makes it. Errors: io, disk_full, locked, corrupt (not a database).
  static Result<std::unique_ptr<Database>> open(const std::string& path, const Options& options);

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Binds copies of `values` to the statement, which is prepared on the first call.
  // REQUIRES: `sql` lives as long as the program: a literal or a constant.
  template <class... Values>
  Query query(const char* sql, const Values&... values) {
    SQLite::Statement& statement = prepared(sql);
    int index = 0;
    (bind(statement, ++index, values, true), ...);
    return Query(statement);
  }
  // Runs a statement without rows; returns how many it changed.
  template <class... Values>
  int run(const char* sql, const Values&... values) {
    SQLite::Statement& statement = prepared(sql);
    int index = 0;
    (bind(statement, ++index, values, false), ...);
    return Query(statement).run();
  }
  // Statements used once, as a migration's.
  void execute(const std::string& sql) { connection_.exec(sql); }

  // Calls `body` and turns what SQLite throws into an Error.
  template <class Body>
  auto guard(Body&& body) -> decltype(body()) {
    try {
      return std::forward<Body>(body)();
    } catch (const SQLite::Exception& thrown) {
      return tl::unexpected(error_of(thrown));
    }
  }
  // The same, all or nothing: what `body` wrote stays only if it returns a value and the commit
  // succeeds.
  template <class Body>
  auto transact(Body&& body) -> decltype(body()) {
    return guard([&]() -> decltype(body()) {
      Transaction transaction(*this);
      auto result = body();
      if (result) transaction.commit();
      return result;
    });
  }

  // Whether a commit may fold a long write-ahead log into the database: some milliseconds.
  void fold_log(bool allowed);

  // Few: for reading what is not soon read again. Its pages would lie, freed, as holes among what
  // is made of it. Many: for everything else, and what is there is freed.
  enum class Pages : std::uint8_t { few, many };
  void keep(Pages pages);

  const std::string& path() const { return path_; }
  SQLite::Database& connection() { return connection_; }

 private:
  class Transaction {
   public:
    explicit Transaction(Database& database);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

   private:
    Database& database_;
  };

  Database(SQLite::Database connection, std::string path);
  SQLite::Statement& prepared(const char* sql);
  Error error_of(const SQLite::Exception& thrown) const;

  static void bind(SQLite::Statement& statement, int index, const std::string& text, bool copy) {
    copy ? statement.bind(index, text) : statement.bindNoCopy(index, text);
  }
  static void bind(SQLite::Statement& statement, int index, const char* text, bool) {
    statement.bind(index, text);
  }
  static void bind(SQLite::Statement& statement, int index, Blob blob, bool) {
    statement.bind(index, blob.bytes.data(), static_cast<int>(blob.bytes.size()));
  }
  static void bind(SQLite::Statement& statement, int index, Instant at, bool) {
    statement.bind(index, static_cast<std::int64_t>(at.time_since_epoch().count()));
  }
  static void bind(SQLite::Statement& statement, int index, std::integral auto number, bool) {
    statement.bind(index, static_cast<std::int64_t>(number));
  }
  template <class Tag>
  static void bind(SQLite::Statement& statement, int index, const Id<Tag>& id, bool copy) {
    bind(statement, index, id.str(), copy);
  }
  template <class T>
  static void bind(SQLite::Statement& statement, int index, const std::optional<T>& value,
                   bool copy) {
    value ? bind(statement, index, *value, copy) : statement.bind(index);
  }

  SQLite::Database connection_;
  std::string path_;
  std::unordered_map<const char*, SQLite::Statement> statements_;  // By text, a literal.
};

// The error of a row that can not be used: "incidents '2026...': told[3] reach: is not ...; the
// row was left in place". `why` never holds what stands in the row.
Error bad_row(std::string_view table, std::string_view key, std::string_view why);

}  // namespace shouwang::store
