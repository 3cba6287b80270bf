#include "base/result.h"

namespace shouwang {

std::string_view name_of(Error::Code code) {
  switch (code) {
    case Error::Code::invalid: return "invalid";
    case Error::Code::not_found: return "not_found";
    case Error::Code::conflict: return "conflict";
    case Error::Code::refused: return "refused";
    case Error::Code::unavailable: return "unavailable";
    case Error::Code::timed_out: return "timed_out";
    case Error::Code::disk_full: return "disk_full";
    case Error::Code::io: return "io";
    case Error::Code::corrupt: return "corrupt";
    case Error::Code::locked: return "locked";
    case Error::Code::newer_schema: return "newer_schema";
  }
  return "unknown";
}

}  // namespace shouwang
