#include "notify/redact.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/utf8.h"

namespace shouwang::notify {
namespace {

constexpr std::size_t kSecretBytesMin = 3;

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void star_out(std::string& text, const std::string& needle) {
  for (auto at = text.find(needle); at != std::string::npos; at = text.find(needle, at + 3)) {
    text.replace(at, needle.size(), "***");
  }
}

// Longest first, so that no secret's tail stays behind.
std::vector<std::string> needles_of(const std::vector<std::string>& secrets) {
  std::vector<std::string> needles;
  for (const std::string& secret : secrets) {
    if (secret.size() < kSecretBytesMin) continue;
    needles.push_back(percent_encoded(secret));
    needles.push_back(json_escaped(secret));
    needles.push_back(secret);
  }
  std::ranges::sort(needles, [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  needles.erase(std::unique(needles.begin(), needles.end()), needles.end());
  return needles;
}

}  // namespace

void Redactor::add(std::vector<std::string> secrets) {
  std::ranges::move(secrets, std::back_inserter(secrets_));
}

// Most answers have nothing to be cleaned: the needles are made when there is something.
std::string Redactor::clean(std::string_view text, std::size_t characters) const {
  std::string line(text);
  for (const std::string& needle : needles_of(secrets_)) star_out(line, needle);
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return std::string(first_characters(printable(line), characters));
}

std::string percent_encoded(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.append({'%', kDigits[byte >> 4U], kDigits[byte & 15U]});
  }
  return encoded;
}

std::string json_escaped(std::string_view text) {
  const std::string quoted = boost::json::serialize(boost::json::string_view(text));
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace shouwang::notify
