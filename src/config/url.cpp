#include "config/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace shouwang::config {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::optional<std::uint16_t> port_of(std::string_view digits) {
  std::uint16_t port = 0;
  const char* end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, port);
  if (error != std::errc{} || rest != end || digits.empty()) return std::nullopt;
  return port;
}

bool is_address(const std::string& text, int family) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(family, text.c_str(), bytes.data()) == 1;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed || parsed->host().empty()) return std::nullopt;
  Url url{.scheme = lower(std::string(parsed->scheme())),
          .host = lower(std::string(parsed->host_address())),
          .port = std::nullopt,
          .has_user = parsed->has_userinfo(),
          .path = std::string(parsed->path()),
          .query = {}};
  if (parsed->has_port()) {
    url.port = port_of(std::string(parsed->port()));
    if (!url.port || *url.port == 0) return std::nullopt;
  }
  for (const auto& parameter : parsed->params()) {
    url.query.emplace_back(parameter.key, parameter.value);
  }
  return url;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && is_address(std::string(host), AF_INET));
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = port_of(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string address(text.substr(0, colon));
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
    if (!is_address(address, AF_INET6)) return std::nullopt;
  } else if (!is_address(address, AF_INET)) {
    return std::nullopt;
  }
  return Endpoint{.address = std::move(address), .port = *port};
}

}  // namespace shouwang::config
