#include "web/secret.h"

#include <sodium.h>

#include <array>

#include "base/check.h"

namespace shouwang::web {
namespace {

using Bytes = std::array<unsigned char, 32>;

std::string base64(const Bytes& bytes, int variant) {
  std::array<char, sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  return text.data();
}

const unsigned char* data_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string random_secret() {
  static const int ready = sodium_init();
  CHECK(ready >= 0);
  Bytes bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return base64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string hash_of(std::string_view secret, std::string_view purpose) {
  Bytes bytes;
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, bytes.size());
  crypto_generichash_update(&state, data_of(purpose), purpose.size());
  crypto_generichash_update(&state, data_of(std::string_view("\0", 1)), 1);
  crypto_generichash_update(&state, data_of(secret), secret.size());
  crypto_generichash_final(&state, bytes.data(), bytes.size());
  return base64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string policy_hash(std::string_view text) {
  Bytes bytes;
  crypto_hash_sha256(bytes.data(), data_of(text), text.size());
  return "sha256-" + base64(bytes, sodium_base64_VARIANT_ORIGINAL);
}

}  // namespace shouwang::web
