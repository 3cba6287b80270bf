#include "store/backup.h"

#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "store/database.h"
#include "store/file_lock.h"
#include "store/journal_table.h"
#include "store/schema.h"

namespace shouwang::store {
namespace {

namespace fs = std::filesystem;

Result<Done> failed(const std::string& path, const char* what, int why) {
  const auto code = why == ENOSPC || why == EDQUOT ? Error::Code::disk_full : Error::Code::io;
  return fail(code, path + ": can not be " + what + " (" + std::strerror(why) + ")");
}

// Makes what was written to a file, or what was named in a directory, survive a power cut.
Result<Done> sync(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return failed(path, "opened", errno);
  const int why = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (why != 0) return failed(path, "synced", why);
  return Done{};
}

Result<Done> sync_directory_of(const std::string& path) {
  const std::string parent = fs::path(path).parent_path().string();
  return sync(parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY);
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

void remove_with_log(const std::string& path) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) fs::remove(path + suffix, ignored);
}

// A name beside `path` for work that is not finished; goes away if it stays unfinished.
class PartFile {
 public:
  explicit PartFile(const std::string& path) : path_(path + ".part") { remove_with_log(path_); }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile() { remove_with_log(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Fills `target` and makes it one file without a log beside it.
Result<Done> fill(Database& source, const std::string& target) {
  TRY(copy, Database::open(target, {}));
  return copy->guard([&]() -> Result<Done> {
    {
      SQLite::Backup backup(copy->connection(), source.connection());
      if (backup.executeStep(-1) != SQLITE_DONE) {
        return fail(Error::Code::locked, source.path() + ": is busy; try again");
      }
    }
    copy->connection().execAndGet("PRAGMA journal_mode = DELETE");
    return Done{};
  });
}

Result<Done> check_pages(Database& database) {
  return database.guard([&]() -> Result<Done> {
    for (const char* check : {"PRAGMA integrity_check(1)", "PRAGMA foreign_key_check"}) {
      Query row = database.query(check);
      if (row.next() && row.text(0) != "ok") {
        return fail(Error::Code::corrupt,
                    database.path() + ": is damaged (" + check + "); take an older copy");
      }
    }
    return Done{};
  });
}

// Brings the old database into one file. One that can not be read keeps its log beside it: SQLite
// would throw that away.
void fold_log(const std::string& path) {
  if (!Database::open(path, {.read_only = true})) return;
  if (auto old = Database::open(path, {})) {
    (void)(*old)->guard([&]() -> Result<Done> {
      (*old)->connection().execAndGet("PRAGMA journal_mode = DELETE");
      return Done{};
    });
  }
}

// Gives the old database, and its log if it still has one, a second name.
Result<std::string> keep_aside(const std::string& path) {
  if (!exists(path)) return std::string();
  fold_log(path);
  int number = 1;
  const auto name = [&] { return path + ".before-restore-" + std::to_string(number); };
  while (exists(name())) ++number;
  for (const char* suffix : {"", "-wal"}) {
    if (!exists(path + suffix)) continue;
    if (::link((path + suffix).c_str(), (name() + suffix).c_str()) != 0) {
      return tl::unexpected(failed(path, "kept aside", errno).error());
    }
  }
  TRY_DONE(sync_directory_of(path));
  return name();
}

}  // namespace

Result<Done> copy_database(Database& source, const std::string& path) {
  if (exists(path)) {
    return fail(Error::Code::invalid, path + ": exists already; a copy is never written over");
  }
  const PartFile part(path);
  TRY_DONE(fill(source, part.path()));
  TRY(checked, verify_copy(part.path()));
  TRY_DONE(sync(part.path(), O_RDONLY));
  // link() refuses to replace what came to be there meanwhile.
  if (::link(part.path().c_str(), path.c_str()) != 0) return failed(path, "written", errno);
  TRY_DONE(sync_directory_of(path));
  if (checked.broken_at) {
    return fail(Error::Code::corrupt, source.path() + ": the journal's chain is broken at line " +
                                          std::to_string(*checked.broken_at) +
                                          ", here and in the copy; keep both for whoever looks "
                                          "into it");
  }
  return Done{};
}

Result<ChainCheck> verify_copy(const std::string& path) {
  if (!exists(path)) return fail(Error::Code::not_found, path + ": does not exist");
  TRY(copy, Database::open(path, {.read_only = true}));
  TRY(schema, schema_of(*copy, migrations()));
  if (schema == 0) return fail(Error::Code::corrupt, path + ": is empty; take another copy");
  TRY_DONE(check_pages(*copy));
  return copy->guard([&]() -> Result<ChainCheck> { return check_chain(*copy); });
}

Result<std::string> restore_database(const std::string& copy, const std::string& path) {
  TRY(lock, FileLock::take(path));
  const PartFile part(path);
  {
    TRY(source, verify_copy(copy));
    TRY(reader, Database::open(copy, {.read_only = true}));
    TRY_DONE(fill(*reader, part.path()));
  }
  TRY(checked, verify_copy(part.path()));
  if (checked.broken_at) {
    return fail(Error::Code::corrupt, copy + ": the journal's chain is broken at line " +
                                          std::to_string(*checked.broken_at) +
                                          "; take an older copy");
  }
  TRY_DONE(sync(part.path(), O_RDONLY));
  TRY(aside, keep_aside(path));
  // A log that stayed beside the old database must not be read into the new one.
  for (const char* suffix : {"-wal", "-shm", "-journal"}) ::unlink((path + suffix).c_str());
  if (std::rename(part.path().c_str(), path.c_str()) != 0) {
    return tl::unexpected(failed(path, "put in place", errno).error());
  }
  TRY_DONE(sync_directory_of(path));
  return aside;
}

}  // namespace shouwang::store
