// The parts of a URL that a configuration can get wrong.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shouwang::config {

struct Url {
  std::string scheme;  // Lower case: "https"
  std::string host;    // Lower case, without brackets: "example.org", "::1"; never empty.
  std::optional<std::uint16_t> port;
  bool has_user = false;  // "user:password@" stands before the host.
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  // In order, decoded.
};

// An absolute URL with a host (RFC 3986), or nothing.
std::optional<Url> parse_url(std::string_view text);

// Whether the host is this machine: localhost, 127.0.0.0/8, ::1.
bool is_loopback(std::string_view host);

// "127.0.0.1:8080", "[::1]:0": an address literal and a port.
struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};
std::optional<Endpoint> parse_endpoint(std::string_view text);

}  // namespace shouwang::config
