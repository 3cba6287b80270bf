// Says that a file is ours for as long as the lock lives: an advisory lock on `<path>.lock`.
//
// The lock goes with the process, however it ends. The file stays; its content, the process id of
// the last holder, is only for people.

#pragma once

#include <string>

#include "base/result.h"

namespace shouwang::store {

class FileLock {
 public:
  // Errors: locked (somebody holds it; names the process), io.
  static Result<FileLock> take(const std::string& path);

  FileLock(FileLock&& other) noexcept : file_(other.file_) { other.file_ = -1; }
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int file) : file_(file) {}
  int file_ = -1;
};

}  // namespace shouwang::store
