#include "store/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace shouwang::store {
namespace {

std::string holder(int file) {
  std::array<char, 16> text{};
  const auto length = ::pread(file, text.data(), text.size() - 1, 0);
  const std::string_view pid(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  return pid.empty() ? "another process" : "process " + std::string(pid);
}

}  // namespace

Result<FileLock> FileLock::take(const std::string& path) {
  const std::string name = path + ".lock";
  const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (file < 0) {
    const int why = errno;
    const auto code = why == ENOSPC || why == EDQUOT ? Error::Code::disk_full : Error::Code::io;
    return fail(code, name + ": can not be made (" + std::strerror(why) +
                          "); the directory must exist and the daemon's user must be able to "
                          "write to it");
  }
  FileLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return fail(Error::Code::locked, path + ": is in use by " + holder(file) + "; stop it first");
    }
    return fail(Error::Code::io, name + ": can not be locked (" + std::strerror(errno) + ")");
  }
  const std::string pid = std::to_string(::getpid());
  // Only for people: a full disk must not keep the daemon from starting.
  if (::ftruncate(file, 0) == 0) [[maybe_unused]]
    const auto written = ::pwrite(file, pid.data(), pid.size(), 0);
  return lock;
}

FileLock::~FileLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace shouwang::store
