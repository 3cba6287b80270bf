// Where a broker listens, read from its URI.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace shouwang::mqtt {

struct Address {
  bool tls = false;
  std::string host;           // A name or a number; IPv6 without brackets.
  std::uint16_t port = 1883;  // 8883 with TLS.

  std::string str() const { return host + ":" + std::to_string(port); }
  friend bool operator==(const Address&, const Address&) = default;
};

// Reads tcp:// or mqtt:// (plain), ssl:// or mqtts:// (TLS), each with a host and perhaps a port.
// Errors: invalid.
Result<Address> read_address(std::string_view uri);

}  // namespace shouwang::mqtt
