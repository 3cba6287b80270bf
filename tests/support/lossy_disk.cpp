#include "tests/support/lossy_disk.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/check.h"

namespace shouwang::testing {
namespace {

constexpr std::int64_t kSector = 512;  // What a disk writes whole or not at all.

sqlite3_vfs& real() { return *sqlite3_vfs_find(nullptr); }

}  // namespace

// SQLite's tables of functions.
struct LossyDisk::Methods {
  static Handle& handle(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
  static LossyDisk& disk(sqlite3_vfs* vfs) { return *static_cast<LossyDisk*>(vfs->pAppData); }
  static bool dead(sqlite3_file* file) { return handle(file).boot != handle(file).disk->boot_; }

  // ---- a file ----

  static int close(sqlite3_file* file) {
    Handle& h = handle(file);
    if (h.content) h.content->handles.erase(&h);
    h.~Handle();
    return SQLITE_OK;
  }
  static int read(sqlite3_file* file, void* to, int count, sqlite3_int64 offset) {
    if (dead(file)) return SQLITE_IOERR_READ;
    const std::string& bytes = handle(file).content->now;
    const auto size = static_cast<std::int64_t>(bytes.size());
    const auto there = std::clamp<std::int64_t>(size - offset, 0, count);
    std::memset(to, 0, static_cast<std::size_t>(count));
    if (there > 0) std::memcpy(to, bytes.data() + offset, static_cast<std::size_t>(there));
    return there == count ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
  }
  static int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
    if (dead(file)) return SQLITE_IOERR_WRITE;
    std::string bytes(static_cast<const char*>(from), static_cast<std::size_t>(count));
    return handle(file).disk->write(*handle(file).content, {offset, std::move(bytes)});
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (dead(file)) return SQLITE_IOERR_TRUNCATE;
    return handle(file).disk->write(*handle(file).content, {size, std::nullopt});
  }
  static int sync(sqlite3_file* file, int) {
    if (dead(file)) return SQLITE_IOERR_FSYNC;
    return handle(file).disk->sync(*handle(file).content);
  }
  static int size(sqlite3_file* file, sqlite3_int64* size) {
    if (dead(file)) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(handle(file).content->now.size());
    return SQLITE_OK;
  }
  static int lock(sqlite3_file* file, int level) {
    if (dead(file)) return SQLITE_IOERR_LOCK;
    Handle& h = handle(file);
    for (const Handle* other : h.content->handles) {
      if (other == &h || other->boot != h.boot) continue;
      const bool barred = level == SQLITE_LOCK_SHARED     ? other->lock >= SQLITE_LOCK_PENDING
                          : level == SQLITE_LOCK_RESERVED ? other->lock >= SQLITE_LOCK_RESERVED
                                                          : other->lock >= SQLITE_LOCK_SHARED;
      if (barred) return SQLITE_BUSY;
    }
    h.lock = std::max(h.lock, level);
    return SQLITE_OK;
  }
  static int unlock(sqlite3_file* file, int level) {
    handle(file).lock = std::min(handle(file).lock, level);
    return SQLITE_OK;
  }
  static int check_reserved(sqlite3_file* file, int* out) {
    const auto& handles = handle(file).content->handles;
    *out = std::ranges::any_of(handles, [](auto* h) { return h->lock >= SQLITE_LOCK_RESERVED; });
    return SQLITE_OK;
  }
  static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  static int sector_size(sqlite3_file*) { return static_cast<int>(kSector); }
  static int characteristics(sqlite3_file*) { return 0; }

  // ---- memory that connections share ----

  static int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
    auto& shared = handle(file).content->shared;
    const auto at = static_cast<std::size_t>(region);
    *out = nullptr;
    if (at >= shared.size() && extend == 0) return SQLITE_OK;
    while (shared.size() <= at) {
      shared.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
    }
    *out = shared[at].get();
    return SQLITE_OK;
  }
  static int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
    Handle& h = handle(file);
    const unsigned slots = ((1U << count) - 1U) << offset;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
      h.shared_slots &= ~slots;
      h.exclusive_slots &= ~slots;
      return SQLITE_OK;
    }
    const bool alone = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (const Handle* other : h.content->handles) {
      if (other == &h || other->boot != h.boot) continue;
      const unsigned held = other->exclusive_slots | (alone ? other->shared_slots : 0U);
      if ((held & slots) != 0) return SQLITE_BUSY;
    }
    (alone ? h.exclusive_slots : h.shared_slots) |= slots;
    return SQLITE_OK;
  }
  static void barrier(sqlite3_file*) {}
  static int unmap_shared(sqlite3_file* file, int remove) {
    if (remove != 0) handle(file).content->shared.clear();
    return SQLITE_OK;
  }

  // ---- the file system ----

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    static constexpr sqlite3_io_methods kMethods = {2,
                                                    close,
                                                    read,
                                                    write,
                                                    truncate,
                                                    sync,
                                                    size,
                                                    lock,
                                                    unlock,
                                                    check_reserved,
                                                    control,
                                                    sector_size,
                                                    characteristics,
                                                    map_shared,
                                                    lock_shared,
                                                    barrier,
                                                    unmap_shared,
                                                    nullptr,
                                                    nullptr};
    LossyDisk& d = disk(vfs);
    file->pMethods = nullptr;
    const std::string path = name == nullptr ? "temporary" : name;
    if (!d.files_.contains(path) && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    auto& content = d.files_[path];
    if (!content) content = std::make_shared<Content>(Content{.path = path});
    auto* h = new (file) Handle{{&kMethods}, &d, content, d.boot_, 0, 0, 0};
    content->handles.insert(h);
    if (out != nullptr) *out = flags;
    return SQLITE_OK;
  }
  static int remove(sqlite3_vfs* vfs, const char* name, int) {
    return disk(vfs).files_.erase(name) == 0 ? SQLITE_IOERR_DELETE_NOENT : SQLITE_OK;
  }
  static int access(sqlite3_vfs* vfs, const char* name, int, int* out) {
    *out = disk(vfs).files_.contains(name);
    return SQLITE_OK;
  }
  static int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
  }
  static int randomness(sqlite3_vfs*, int size, char* out) {
    return real().xRandomness(&real(), size, out);
  }
  static int sleep(sqlite3_vfs*, int micros) { return real().xSleep(&real(), micros); }
  static int time(sqlite3_vfs*, double* out) { return real().xCurrentTime(&real(), out); }
  static int last_error(sqlite3_vfs*, int, char*) { return 0; }
};

LossyDisk::LossyDisk(std::uint64_t seed) : rng_(seed) {
  static int made = 0;
  name_ = "lossy" + std::to_string(++made);
  vfs_.iVersion = 1;
  vfs_.szOsFile = sizeof(Handle);
  vfs_.mxPathname = 1024;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = Methods::open;
  vfs_.xDelete = Methods::remove;
  vfs_.xAccess = Methods::access;
  vfs_.xFullPathname = Methods::full_path;
  vfs_.xRandomness = Methods::randomness;
  vfs_.xSleep = Methods::sleep;
  vfs_.xCurrentTime = Methods::time;
  vfs_.xGetLastError = Methods::last_error;
  CHECK(sqlite3_vfs_register(&vfs_, 0) == SQLITE_OK);
}

LossyDisk::~LossyDisk() {
  for (const auto& [name, content] : files_) CHECK(content->handles.empty());
  sqlite3_vfs_unregister(&vfs_);
}

void LossyDisk::apply(std::string& bytes, const Change& change) {
  const auto offset = static_cast<std::size_t>(change.offset);
  if (!change.bytes) {
    bytes.resize(offset);
    return;
  }
  if (bytes.size() < offset + change.bytes->size()) bytes.resize(offset + change.bytes->size());
  std::ranges::copy(*change.bytes, bytes.begin() + change.offset);
}

std::uint64_t LossyDisk::used() const {
  std::uint64_t total = 0;
  for (const auto& [name, content] : files_) total += content->now.size();
  return total;
}

void LossyDisk::limit_room(std::optional<std::uint64_t> bytes) {
  room_.reset();
  if (bytes) room_ = used() + *bytes;
}

int LossyDisk::write(Content& content, Change change) {
  if (++writes_ == bad_write_) return SQLITE_IOERR_WRITE;
  if (room_ && change.bytes) {
    const auto end = static_cast<std::uint64_t>(change.offset) + change.bytes->size();
    const std::uint64_t growth = end > content.now.size() ? end - content.now.size() : 0;
    if (growth > 0 && used() + growth > *room_) return SQLITE_FULL;
  }
  apply(content.now, change);
  content.changes.push_back(std::move(change));
  if (writes_ != cut_write_) return SQLITE_OK;
  cut_power();
  return SQLITE_IOERR_WRITE;
}

int LossyDisk::sync(Content& content) {
  if (++syncs_ == bad_sync_) return SQLITE_IOERR_FSYNC;
  const bool cut = syncs_ == cut_sync_;
  if (cut && side_ == Side::before) {
    cut_power();
    return SQLITE_IOERR_FSYNC;
  }
  if (!ignored_ || !content.path.ends_with(*ignored_)) {
    for (const Change& change : content.changes) apply(content.synced, change);
    content.changes.clear();
  }
  if (!cut) return SQLITE_OK;
  cut_power();
  return SQLITE_IOERR_FSYNC;
}

void LossyDisk::cut_power() {
  ++boot_;
  for (auto& [name, content] : files_) {
    for (Change& change : content->changes) {
      if (rng_.chance(500)) continue;
      if (change.bytes && rng_.chance(250)) {
        const auto sectors = change.bytes->size() / static_cast<std::size_t>(kSector);
        change.bytes->resize(rng_.below(sectors + 1) * static_cast<std::size_t>(kSector));
      }
      apply(content->synced, change);
    }
    // The old content stays with the handles that are dead.
    auto found = std::make_shared<Content>(Content{.path = name});
    found->now = content->synced;
    found->synced = content->synced;
    content = std::move(found);
  }
}

}  // namespace shouwang::testing
