// A disk in memory, as a file system of SQLite's, that does what disks do on bad days.
//
//   LossyDisk disk(seed);
//   auto store = SqliteStore::open(path, {.vfs = disk.vfs()});
//   disk.cut_power();      // What was not synced is lost, kept, or half written, by the seed.
//
// It tells a synced write from one that only looks written: without the right sync at the right
// moment, cut_power() takes back what was promised.

#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/rng.h"

namespace shouwang::testing {

class LossyDisk {
 public:
  explicit LossyDisk(std::uint64_t seed);
  LossyDisk(const LossyDisk&) = delete;
  LossyDisk& operator=(const LossyDisk&) = delete;
  // REQUIRES: every connection through it is closed.
  ~LossyDisk();

  // The name by which SQLite knows it.
  const std::string& vfs() const { return name_; }

  // The machine stops: files that are open give errors from now on, and what a restart finds is
  // what was synced and, of the rest, what chance had written out already.
  void cut_power();

  // The power goes by itself at the n-th sync (write) from now, 1 is the next: before the sync has
  // done anything, when it has done all but return, or with the write half done.
  enum class Side : std::uint8_t { before, after };
  void cut_at_sync(std::uint64_t n, Side side) { cut_sync_ = syncs_ + n, side_ = side; }
  void cut_at_write(std::uint64_t n) { cut_write_ = writes_ + n; }
  // How often the power was cut.
  std::uint64_t cuts() const { return boot_ - 1; }

  // Syncs of files whose name ends so (empty: of all) return at once and do nothing: a disk, or a
  // program, that forgets them.
  void ignore_syncs(std::string of = "") { ignored_ = std::move(of); }

  // From now on the files together may grow by so many bytes; nothing: no limit.
  void limit_room(std::optional<std::uint64_t> bytes);

  // The n-th write (sync) from now fails with an error of the hardware; 1 is the next.
  void fail_write(std::uint64_t n) { bad_write_ = writes_ + n; }
  void fail_sync(std::uint64_t n) { bad_sync_ = syncs_ + n; }

  std::uint64_t writes() const { return writes_; }
  std::uint64_t syncs() const { return syncs_; }

 private:
  struct Methods;
  friend struct Methods;

  // A write, or, without bytes, a change of the size to `offset`.
  struct Change {
    std::int64_t offset = 0;
    std::optional<std::string> bytes;
  };
  struct Handle;
  struct Content {
    std::string path;
    std::string now;
    std::string synced;
    std::vector<Change> changes;  // From `synced` to `now`.
    std::vector<std::unique_ptr<char[]>> shared;
    std::set<Handle*> handles;
  };
  struct Handle {
    sqlite3_file base;
    LossyDisk* disk;
    std::shared_ptr<Content> content;
    std::uint64_t boot;
    int lock;
    unsigned shared_slots;     // Bits of the shared memory's locks held with others...
    unsigned exclusive_slots;  // ... and alone.
  };

  static void apply(std::string& bytes, const Change& change);
  int write(Content& content, Change change);
  int sync(Content& content);
  std::uint64_t used() const;

  std::string name_;
  sqlite3_vfs vfs_{};
  Rng rng_;
  std::map<std::string, std::shared_ptr<Content>> files_;
  std::uint64_t boot_ = 1;
  std::uint64_t writes_ = 0;
  std::uint64_t syncs_ = 0;
  std::uint64_t bad_write_ = 0;
  std::uint64_t bad_sync_ = 0;
  std::uint64_t cut_write_ = 0;
  std::uint64_t cut_sync_ = 0;
  Side side_ = Side::before;
  std::optional<std::uint64_t> room_;  // Bytes of all files together.
  std::optional<std::string> ignored_;
};

}  // namespace shouwang::testing
