// What is seldom read, a tenth as large: zstd frames (RFC 8878) with their checksum. Pure.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace shouwang::store {

inline constexpr std::size_t kUnpackedMost = std::size_t{64} << 20;

// REQUIRES: at most kUnpackedMost bytes.
std::string pack(std::string_view plain);
// Errors: corrupt.
Result<std::string> unpack(std::string_view packed);

}  // namespace shouwang::store
