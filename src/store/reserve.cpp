#include "store/reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>

namespace shouwang::store {
namespace {

constexpr std::uint64_t kFreeBeside = 4;  // So many times its size must stay free.

std::uint64_t free_at(const std::string& path) {
  struct statvfs disk {};
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (::statvfs(folder.empty() ? "." : folder.c_str(), &disk) != 0) return 0;
  return std::uint64_t{disk.f_bavail} * disk.f_frsize;
}

}  // namespace

Reserve::Reserve(const std::string& path, std::uint64_t bytes)
    : path_(path + ".reserve"), bytes_(bytes) {
  struct stat file {};
  is_kept_ = bytes_ > 0 && ::stat(path_.c_str(), &file) == 0 &&
             static_cast<std::uint64_t>(file.st_size) == bytes_;
}

void Reserve::keep() {
  if (is_kept_ || bytes_ == 0 || free_at(path_) < bytes_ * (1 + kFreeBeside)) return;
  const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return;
  is_kept_ = ::posix_fallocate(file, 0, static_cast<off_t>(bytes_)) == 0;
  ::close(file);
  if (!is_kept_) ::unlink(path_.c_str());
}

bool Reserve::give_up() {
  if (!is_kept_) return false;
  is_kept_ = false;
  // Synced, for a file system gives blocks out again only once it has written down that they are
  // free.
  const int file = ::open(path_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  if (file >= 0) {
    ::fsync(file);
    ::close(file);
  }
  ::unlink(path_.c_str());
  return file >= 0;
}

}  // namespace shouwang::store
