// Room on the disk that nobody else can take: a file of zeros beside the store, given up when the
// disk is full, so that alarms can still be saved while somebody makes room.

#pragma once

#include <cstdint>
#include <string>

namespace shouwang::store {

class Reserve {
 public:
  // Of the store at `path`, `<path>.reserve` (one that is there of an earlier run counts). 0 bytes:
  // none is kept.
  Reserve(const std::string& path, std::uint64_t bytes);

  // Makes it if it is not there, unless the disk would be nearly full with it. A disk that does not
  // let us is left alone: this is a precaution, no promise.
  void keep();
  // Gives its room back to the disk. False if there was none: nothing has changed.
  bool give_up();

 private:
  std::string path_;
  std::uint64_t bytes_;
  bool is_kept_ = false;
};

}  // namespace shouwang::store
