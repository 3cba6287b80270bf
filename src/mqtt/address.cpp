#include "mqtt/address.h"

#include <charconv>

namespace shouwang::mqtt {
namespace {

struct Scheme {
  std::string_view prefix;
  bool tls;
};
constexpr Scheme kSchemes[] = {
    {"tcp://", false}, {"mqtt://", false}, {"ssl://", true}, {"mqtts://", true}};

tl::unexpected<Error> malformed(std::string_view uri) {
  return fail(Error::Code::invalid, "'" + std::string(uri) +
                                        "' is no broker address: tcp://host:port or "
                                        "ssl://host:port is wanted");
}

}  // namespace

Result<Address> read_address(std::string_view uri) {
  const Scheme* scheme = nullptr;
  for (const Scheme& each : kSchemes) {
    if (uri.starts_with(each.prefix)) scheme = &each;
  }
  if (scheme == nullptr) return malformed(uri);
  Address address{.tls = scheme->tls,
                  .port = static_cast<std::uint16_t>(scheme->tls ? 8883 : 1883)};
  std::string_view rest = uri.substr(scheme->prefix.size());
  std::size_t colon = rest.rfind(':');
  if (rest.starts_with('[')) {
    const std::size_t bracket = rest.find(']');
    if (bracket == std::string_view::npos) return malformed(uri);
    address.host = rest.substr(1, bracket - 1);
    colon = bracket + 1 < rest.size() ? bracket + 1 : std::string_view::npos;
    if (colon != std::string_view::npos && rest[colon] != ':') return malformed(uri);
  } else {
    address.host = rest.substr(0, colon);
  }
  if (address.host.empty()) return malformed(uri);
  if (colon == std::string_view::npos) return address;
  const std::string_view digits = rest.substr(colon + 1);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (error != std::errc{} || end != digits.data() + digits.size() || address.port == 0) {
    return malformed(uri);
  }
  return address;
}

}  // namespace shouwang::mqtt
