#include "config/phone.h"

#include <algorithm>

#include "base/utf8.h"

namespace shouwang::config {
namespace {

using dispatch::ChannelKind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::optional<std::string> why_no_number(std::string_view number) {
  if (number.find('?') != std::string_view::npos || number.find("？") != std::string_view::npos) {
    return "`?` inside a number: a digit was lost";
  }
  if (!number.starts_with('+')) {
    return "a number begins with + and the country: +86 ... in China";
  }
  number.remove_prefix(1);
  if (!std::ranges::all_of(number, is_digit)) return "a number has nothing but digits after the +";
  if (number.size() < 8 || number.size() > 15 || number.starts_with('0')) {
    return "a number has 8 .. 15 digits after the +, this has " + std::to_string(number.size());
  }
  const bool is_mobile_of_china =
      number.starts_with("861") && number.size() > 3 && number[3] >= '3';
  if (is_mobile_of_china && number.size() != 13) {
    return "a mobile number has 11 digits after +86, this has " + std::to_string(number.size() - 2);
  }
  return std::nullopt;
}

std::optional<std::string> why_no_address(std::string_view address, ChannelKind kind) {
  if (address.starts_with("test:") && address.size() > 5) return std::nullopt;
  switch (kind) {
    case ChannelKind::sms:
    case ChannelKind::voice: return why_no_number(address);
    case ChannelKind::mail:
      if (address.find('@') != std::string_view::npos) return std::nullopt;
      return "a mail address has an @";
    case ChannelKind::push:
      if (!address.empty()) return std::nullopt;
      return "the channel needs an address after its name";
    case ChannelKind::page: return std::nullopt;
  }
  return std::nullopt;
}

std::vector<household::Address> parse_addresses(std::string_view text) {
  std::vector<household::Address> addresses;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view part = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    const std::size_t blank = std::min(part.find(' '), part.size());
    addresses.push_back({.channel = std::string(part.substr(0, blank)),
                         .address = std::string(trimmed(part.substr(blank)))});
  }
  return addresses;
}

std::string format_addresses(const std::vector<household::Address>& addresses) {
  std::string text;
  for (const household::Address& one : addresses) {
    if (!text.empty()) text += "; ";
    text += one.channel;
    if (!one.address.empty()) text += " " + one.address;
  }
  return text;
}

}  // namespace shouwang::config
