#include "notify/smtp/mail_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/utf8.h"
#include "base/zone.h"
#include "notify/base64.h"

namespace shouwang::notify {
namespace {

constexpr std::size_t kWordBytes = 39;  // 52 base64 characters, 12 of wrapping, "Subject: ".
constexpr std::size_t kLineBytes = 57;  // 76 base64 characters.
constexpr std::size_t kPlainMax = 60;   // Longer plain text is folded as encoded words.

bool is_plain(std::string_view text) {
  return text.size() <= kPlainMax && text.find("=?") == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

// "Thu, 15 Jan 2026 18:40:00 +0000"
std::string mail_date(Instant now) {
  static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const LocalTime at = Zone{}.local(now);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02u:%02u:%02u +0000",
                kDays[at.weekday], at.day, kMonths[at.month - 1], at.year, at.minute_of_day / 60,
                at.minute_of_day % 60, at.second);
  return text.data();
}

// Ids are used inside <…@…>: what does not fit there is replaced.
std::string id_word(std::string_view text) {
  std::string word(text);
  std::ranges::replace_if(
      word,
      [](char c) {
        const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
        return !fits;
      },
      '-');
  return word;
}

std::string encoded_body(std::string_view body) {
  std::string crlf;
  for (const char c : body) {
    if (c == '\r') continue;
    if (c == '\n') crlf += '\r';
    crlf += c;
  }
  std::string text;
  for (std::size_t at = 0; at < crlf.size(); at += kLineBytes) {
    text += base64(std::string_view(crlf).substr(at, kLineBytes)) + "\r\n";
  }
  return text;
}

}  // namespace

std::string encoded_header(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string words;
  while (!text.empty()) {
    std::size_t bytes = 0;
    while (bytes < text.size()) {
      const std::size_t next = first_characters(text.substr(bytes), 1).size();
      if (bytes + next > kWordBytes) break;
      bytes += next;
    }
    if (!words.empty()) words += "\r\n ";
    words += "=?UTF-8?B?" + base64(text.substr(0, bytes)) + "?=";
    text.remove_prefix(bytes);
  }
  return words;
}

bool is_mail_address(std::string_view address) {
  const auto at = address.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == address.size()) return false;
  if (address.size() > 254 || address.find('@', at + 1) != std::string_view::npos) return false;
  return std::ranges::all_of(address, [](char c) {
    return c > 0x20 && c < 0x7F &&
           std::string_view("<>()[]\\,;:\"").find(c) == std::string_view::npos;
  });
}

std::string mail_text(const Message& message, const std::string& from, Instant now) {
  const std::string domain = from.substr(from.find('@') + 1);
  const std::string anchor = "<" + id_word(message.incident.str()) + "@" + domain + ">";
  std::string subject = printable(message.title);
  std::ranges::replace(subject, '\n', ' ');
  std::string text;
  const auto header = [&](std::string_view name, const std::string& value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  header("Date", mail_date(now));
  header("From", "<" + from + ">");
  header("To", "<" + message.address + ">");
  header("Subject", encoded_header(subject));
  header("Message-ID", "<" + id_word(message.key.str()) + "@" + domain + ">");
  if (message.letter != dispatch::Letter::first) header("In-Reply-To", anchor);
  header("References", anchor);
  header("Auto-Submitted", "auto-generated");
  header("X-Auto-Response-Suppress", "All");
  if (message.urgency <= dispatch::Urgency::again) {
    header("X-Priority", "1");
    header("Importance", "high");
  }
  if (message.expires_at > now) header("Expires", mail_date(message.expires_at));
  if (!message.language.empty()) header("Content-Language", id_word(message.language));
  header("MIME-Version", "1.0");
  header("Content-Type", "text/plain; charset=UTF-8");
  header("Content-Transfer-Encoding", "base64");
  return text + "\r\n" + encoded_body(message.body);
}

}  // namespace shouwang::notify
