#include "notify/base64.h"

#include <openssl/evp.h>

namespace shouwang::notify {

std::string base64(std::string_view bytes) {
  // EVP_EncodeBlock writes a NUL after the last character: std::string has room for it.
  std::string text(4 * ((bytes.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

}  // namespace shouwang::notify
