#include "store/chain.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "store/netstring.h"

namespace shouwang::store {
namespace {

// Looked up once: OpenSSL searches its providers under a lock each time that it is asked by name.
const EVP_MD* sha256() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CHECK(found != nullptr);
  return found;
}

bool take_number(std::string_view text, std::int64_t& number) {
  const char* end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && after == end;
}

}  // namespace

std::string canonical(std::uint64_t number, const dispatch::JournalEntry& entry) {
  std::string text;
  append_netstring(text, std::to_string(number));
  append_netstring(text, std::to_string(entry.at.time_since_epoch().count()));
  append_netstring(text, entry.community.str());
  append_netstring(text, entry.incident.str());
  append_netstring(text, entry.actor);
  append_netstring(text, entry.type);
  for (const auto& [name, value] : entry.facts) {
    append_netstring(text, name);
    append_netstring(text, value);
  }
  return text;
}

Result<dispatch::JournalEntry> read_canonical(std::string_view text, std::uint64_t number) {
  std::vector<std::string_view> words;
  while (const auto word = take_netstring(text)) words.push_back(*word);
  std::int64_t millis = 0;
  const bool whole = text.empty() && words.size() >= 6 && words.size() % 2 == 0 &&
                     words[0] == std::to_string(number) && take_number(words[1], millis);
  if (!whole) return fail(Error::Code::corrupt, "is not the line of that number");
  dispatch::JournalEntry entry{.at = Instant{Millis{millis}},
                               .community = CommunityId(std::string(words[2])),
                               .incident = IncidentId(std::string(words[3])),
                               .actor = std::string(words[4]),
                               .type = std::string(words[5])};
  for (std::size_t i = 6; i < words.size(); i += 2) {
    entry.facts.emplace_back(words[i], words[i + 1]);
  }
  return entry;
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

void ChainChecker::take_next(const dispatch::JournalEntry& entry) {
  ++lines_;
  head_ = head_.next(entry);
}

void ChainChecker::take_unreadable(std::uint64_t number) {
  ++lines_;
  if (!broken_at_) broken_at_ = number;
}

void ChainChecker::take_block(std::uint64_t first, const ChainHead& last,
                              const std::vector<dispatch::JournalEntry>& entries) {
  lines_ += entries.size();
  if (!broken_at_) {
    ChainHead reached = head_;
    for (const dispatch::JournalEntry& entry : entries) reached = reached.next(entry);
    if (first != head_.number + 1 || reached != last) broken_at_ = first;
  }
  head_ = last;
}

ChainCheck ChainChecker::result() const {
  return {.lines = lines_,
          .broken_at = broken_at_,
          .head = head_.number == 0 ? "" : to_hex(head_.hash)};
}

}  // namespace shouwang::store
