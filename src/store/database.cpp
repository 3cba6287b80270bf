#include "store/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace shouwang::store {
namespace {

// Without its count of bytes SQLite takes no lock for each allocation. Too late, and harmless, if
// SQLite is in use already.
void count_no_memory() {
  static const int asked = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(asked);
}

// WAL with FULL: a commit is on disk when it returns. The log is folded into the database every
// 4096 pages (16 MiB), so that one commit in some hundreds pays for it, and its file stays small.
constexpr int kFoldedPages = 4'096;
constexpr const char* kManyPages = "PRAGMA cache_size = -4096;";
constexpr const char* kSettings =
    "PRAGMA foreign_keys = ON;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA trusted_schema = OFF;";

bool no_space(int system_error) { return system_error == ENOSPC || system_error == EDQUOT; }

// A new file is for its owner only: it holds who lives where. SQLite's log files take over its
// rights. A failure shows when SQLite opens the file.
void make_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
}

Error error_of_code(const std::string& path, int code, int system_error, const char* text) {
  const std::string said = path + ": " + text;
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return {Error::Code::disk_full, path +
                                          ": the disk is full and nothing was written; make "
                                          "room, the next save goes through"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Error::Code::locked, path + ": another program is writing to it; stop that program"};
    case SQLITE_NOTADB:
      return {Error::Code::corrupt, path +
                                        ": is not a database; move it away, or put a backup in "
                                        "its place with 'shouwangctl backup --restore'"};
    case SQLITE_CORRUPT:
      return {Error::Code::corrupt, path +
                                        ": is damaged; put a backup in its place with "
                                        "'shouwangctl backup --restore'"};
    case SQLITE_CONSTRAINT: return {Error::Code::invalid, said};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      if (no_space(system_error)) break;
      return {Error::Code::io, path + ": can not be opened for writing (" + text +
                                   "); give the daemon's user write access to the file and to "
                                   "its directory"};
    default: break;
  }
  if (no_space(system_error)) return error_of_code(path, SQLITE_FULL, 0, text);
  std::string why = said;
  if (system_error != 0) why.append(" (").append(std::strerror(system_error)).append(")");
  return {Error::Code::io, why};
}

}  // namespace

Error bad_row(std::string_view table, std::string_view key, std::string_view why) {
  return {Error::Code::corrupt,
          std::string(table).append(" '").append(key).append("': ").append(why).append(
              "; the row was left in place")};
}

Database::Database(SQLite::Database connection, std::string path)
    : connection_(std::move(connection)), path_(std::move(path)) {}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, const Options& options) {
  // NOMUTEX: a connection belongs to the thread that uses it.
  const int flags =
      SQLite::OPEN_NOMUTEX |
      (options.read_only ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  if (!options.read_only && options.vfs.empty()) make_private(path);
  count_no_memory();
  errno = 0;
  try {
    std::unique_ptr<Database> database(new Database(
        SQLite::Database(path, flags, static_cast<int>(options.busy.count()), options.vfs), path));
    return database->guard([&]() -> Result<std::unique_ptr<Database>> {
      database->execute(kSettings);
      database->execute(kManyPages);
      database->fold_log(true);
      // The first look at the file: from here on it is known to be a database.
      database->connection_.execAndGet("SELECT count(*) FROM sqlite_schema");
      return std::move(database);
    });
  } catch (const SQLite::Exception& thrown) {
    return tl::unexpected(error_of_code(path, thrown.getErrorCode(), errno, thrown.what()));
  }
}

Error Database::error_of(const SQLite::Exception& thrown) const {
  const int system_error = sqlite3_system_errno(connection_.getHandle());
  return error_of_code(path_, thrown.getErrorCode(), system_error, thrown.what());
}

void Database::fold_log(bool allowed) {
  sqlite3_wal_autocheckpoint(connection_.getHandle(), allowed ? kFoldedPages : 0);
}

void Database::keep(Pages pages) {
  // A failure changes how much memory is used, nothing else.
  connection_.tryExec(pages == Pages::few ? "PRAGMA cache_size = -128" : kManyPages);
  sqlite3_db_release_memory(connection_.getHandle());
}

SQLite::Statement& Database::prepared(const char* sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second;
  return statements_.emplace(sql, SQLite::Statement(connection_, sql)).first->second;
}

Database::Transaction::Transaction(Database& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

void Database::Transaction::commit() { database_.run("COMMIT"); }

Database::Transaction::~Transaction() {
  // After some failures SQLite has rolled back by itself.
  if (sqlite3_get_autocommit(database_.connection_.getHandle()) != 0) return;
  try {
    database_.run("ROLLBACK");
  } catch (const SQLite::Exception&) {
    // The connection refuses even that; the next BEGIN reports it.
  }
}

}  // namespace shouwang::store
