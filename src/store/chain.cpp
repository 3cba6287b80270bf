#include "store/chain.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/check.h"

namespace shouwang::store {
namespace {

void append(std::string& text, std::string_view bytes) {
  text.append(std::to_string(bytes.size())).append(":").append(bytes).append(",");
}

// Looked up once: OpenSSL searches its providers under a lock each time that it is asked by name.
const EVP_MD* sha256() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CHECK(found != nullptr);
  return found;
}

}  // namespace

std::string canonical(std::uint64_t number, const dispatch::JournalEntry& entry) {
  std::string text;
  append(text, std::to_string(number));
  append(text, std::to_string(entry.at.time_since_epoch().count()));
  append(text, entry.community.str());
  append(text, entry.incident.str());
  append(text, entry.actor);
  append(text, entry.type);
  for (const auto& [name, value] : entry.facts) {
    append(text, name);
    append(text, value);
  }
  return text;
}

std::string to_hex(const Digest& digest) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(digest.size() * 2);
  for (const std::uint8_t byte : digest) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 0xF]);
  }
  return hex;
}

std::optional<Digest> to_digest(std::string_view bytes) {
  Digest digest;
  if (bytes.size() != digest.size()) return std::nullopt;
  std::transform(bytes.begin(), bytes.end(), digest.begin(),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  return digest;
}

ChainHead ChainHead::next(const dispatch::JournalEntry& entry) const {
  ChainHead after{.number = number + 1};
  std::string text(hash.begin(), hash.end());
  text.append(canonical(after.number, entry));
  const bool hashed =
      EVP_Digest(text.data(), text.size(), after.hash.data(), nullptr, sha256(), nullptr) == 1;
  CHECK(hashed);
  return after;
}

void ChainChecker::take(std::uint64_t number, const dispatch::JournalEntry& entry,
                        const Digest& hash) {
  ++lines_;
  if (broken_at_) return;
  const ChainHead expected = head_.next(entry);
  if (number != expected.number || hash != expected.hash) broken_at_ = number;
  head_ = {.number = number, .hash = hash};
}

void ChainChecker::take_unreadable(std::uint64_t number) {
  ++lines_;
  if (!broken_at_) broken_at_ = number;
}

ChainCheck ChainChecker::result() const {
  return {.lines = lines_,
          .broken_at = broken_at_,
          .head = head_.number == 0 ? "" : to_hex(head_.hash)};
}

}  // namespace shouwang::store
