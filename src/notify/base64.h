// Base64 with padding (RFC 4648), by OpenSSL.

#pragma once

#include <string>
#include <string_view>

namespace shouwang::notify {

std::string base64(std::string_view bytes);

}  // namespace shouwang::notify
