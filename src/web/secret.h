// Secrets that only their owner may know, and what is kept of them instead.

#pragma once

#include <string>
#include <string_view>

namespace shouwang::web {

// 32 bytes of the system's own randomness as 43 characters of base64url. Not from a seed: whoever
// could repeat it could log in.
std::string random_secret();

// What is kept of a secret: its BLAKE2b hash for one purpose, as 43 characters of base64url. Who
// reads the hash can not use it, and a look-up by hash takes no time that depends on the secret.
std::string hash_of(std::string_view secret, std::string_view purpose);

// Whether two texts are equal, in a time that depends only on their lengths.
bool same_secret(std::string_view a, std::string_view b);

// "sha256-..." of a page's own style, for its Content-Security-Policy.
std::string policy_hash(std::string_view text);

}  // namespace shouwang::web
