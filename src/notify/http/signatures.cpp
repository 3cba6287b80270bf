#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/check.h"
#include "notify/base64.h"
#include "notify/http/request_template.h"

namespace shouwang::notify {
namespace {

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(),
             digest.data(), &length) != nullptr);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

}  // namespace

std::string dingtalk_sign(std::string_view secret, Instant now) {
  const std::string text = std::to_string(now.time_since_epoch().count()) + "\n";
  return base64(hmac_sha256(secret, text + std::string(secret)));
}

std::string feishu_sign(std::string_view secret, Instant now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  return base64(hmac_sha256(std::to_string(seconds) + "\n" + std::string(secret), ""));
}

}  // namespace shouwang::notify
