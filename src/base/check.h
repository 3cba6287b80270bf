// CHECK(condition): a rule of our own that must hold.
//
// Always compiled in. A broken rule ends the process at once with the place and
// the condition on stderr: systemd restarts it, the state is read back from disk.
// Never used for input, devices, networks or disks; those give a Result.

#pragma once

namespace shouwang {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace shouwang

#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::shouwang::check_failed(#condition, __FILE__, __LINE__))
