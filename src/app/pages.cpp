#include "app/pages.h"

#include <sodium.h>

#include <array>
#include <charconv>

#include "base/check.h"

namespace shouwang::app {
namespace {

constexpr std::size_t kTokenBytes = 16;

std::string base64url(const unsigned char* bytes, std::size_t count) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(count, kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, count, kVariant);
  text.pop_back();  // The terminating zero.
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t length = 0;
  const int failed = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                                       text.data(), text.size(), nullptr, &length, nullptr,
                                       sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  if (failed != 0) return std::nullopt;
  bytes.resize(length);
  return bytes;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Pages::Pages(std::string key) : key_(std::move(key)) {
  CHECK(sodium_init() >= 0);
  CHECK(key_.size() == 32);
}

std::string Pages::token(const web::PageRef& page) const {
  // Lengths between the parts keep "a"+"bc" and "ab"+"c" apart.
  std::string said;
  for (const std::string* part :
       {&page.community.str(), &page.incident.str(), &page.person.str()}) {
    said.append(std::to_string(part->size())).append(":").append(*part);
  }
  std::array<unsigned char, kTokenBytes> hash{};
  crypto_generichash(hash.data(), hash.size(), bytes_of(said), said.size(), bytes_of(key_),
                     key_.size());
  return base64url(hash.data(), hash.size());
}

void Pages::learn(const CommunityId& community, const dispatch::File& file) {
  Known& known = known_[{community, file.incident.id}];
  for (; known.told < file.incident.told.size(); ++known.told) {
    web::PageRef page{.community = community,
                      .incident = file.incident.id,
                      .person = file.incident.told[known.told].person};
    known.tokens.push_back(token(page));
    pages_.emplace(known.tokens.back(), std::move(page));
  }
}

void Pages::forget(const CommunityId& community, const IncidentId& incident) {
  const auto known = known_.find({community, incident});
  if (known == known_.end()) return;
  for (const std::string& token : known->second.tokens) pages_.erase(token);
  known_.erase(known);
}

std::optional<web::PageRef> Pages::find(std::string_view token) const {
  const auto found = pages_.find(std::string(token));
  if (found == pages_.end()) return std::nullopt;
  return found->second;
}

std::string seal_enrol_code(const std::string& key, const CommunityId& community,
                            const PersonId& person, Instant expires_at) {
  CHECK(key.size() == crypto_secretbox_KEYBYTES);
  const std::string said = std::to_string(expires_at.time_since_epoch().count()) + "\n" +
                           community.str() + "\n" + person.str();
  std::string sealed(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + said.size(), '\0');
  auto* nonce = reinterpret_cast<unsigned char*>(sealed.data());
  randombytes_buf(nonce, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(nonce + crypto_secretbox_NONCEBYTES, bytes_of(said), said.size(), nonce,
                        bytes_of(key));
  return base64url(nonce, sealed.size());
}

std::optional<EnrolCode> open_enrol_code(const std::string& key, std::string_view code,
                                         Instant now) {
  CHECK(key.size() == crypto_secretbox_KEYBYTES);
  constexpr std::size_t kLeast = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (code.size() > 512) return std::nullopt;
  const auto sealed = from_base64url(code);
  if (!sealed || sealed->size() < kLeast) return std::nullopt;
  std::string said(sealed->size() - kLeast, '\0');
  const int failed = crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(said.data()),
                                                bytes_of(*sealed) + crypto_secretbox_NONCEBYTES,
                                                sealed->size() - crypto_secretbox_NONCEBYTES,
                                                bytes_of(*sealed), bytes_of(key));
  if (failed != 0) return std::nullopt;
  const auto first = said.find('\n');
  const auto second = said.find('\n', first + 1);
  if (first == std::string::npos || second == std::string::npos) return std::nullopt;
  std::int64_t millis = 0;
  std::from_chars(said.data(), said.data() + first, millis);
  const Instant expires_at{Millis{millis}};
  if (now >= expires_at) return std::nullopt;
  return EnrolCode{.id = base64url(bytes_of(*sealed), 12),
                   .community = CommunityId(said.substr(first + 1, second - first - 1)),
                   .person = PersonId(said.substr(second + 1)),
                   .expires_at = expires_at};
}

std::string new_secret() {
  CHECK(sodium_init() >= 0);
  std::array<unsigned char, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return base64url(bytes.data(), bytes.size());
}

std::string hash_of_secret(std::string_view secret) {
  std::array<unsigned char, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), bytes_of(secret), secret.size(), nullptr, 0);
  std::string hex(hash.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

}  // namespace shouwang::app
