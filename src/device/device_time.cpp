#include "device/device_time.h"

#include <array>
#include <cmath>

namespace shouwang::device {
namespace {

using std::chrono::day;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

struct Clock {
  int y = 0, m = 0, d = 0, hour = 0, minute = 0, second = 0, millis = 0;
};

bool take_number(std::string_view& text, std::size_t digits, int& number) {
  if (text.size() < digits) return false;
  number = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return true;
}

// One to nine digits of a second, cut to milliseconds.
bool take_fraction(std::string_view& text, int& millis) {
  std::size_t digits = 0;
  int scale = 100;
  millis = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    millis += (text[digits] - '0') * scale;
    scale /= 10;
    ++digits;
  }
  if (digits == 0 || digits > 9) return false;
  text.remove_prefix(digits);
  return true;
}

bool take_directive(char directive, std::string_view& text, Clock& clock) {
  switch (directive) {
    case 'Y': return take_number(text, 4, clock.y);
    case 'm': return take_number(text, 2, clock.m);
    case 'd': return take_number(text, 2, clock.d);
    case 'H': return take_number(text, 2, clock.hour);
    case 'M': return take_number(text, 2, clock.minute);
    case 'S': return take_number(text, 2, clock.second);
    case 'f': return take_fraction(text, clock.millis);
    default: return false;
  }
}

std::optional<Instant> by_directives(std::string_view format, std::string_view text) {
  Clock clock;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '%' && i + 1 < format.size()) {
      if (!take_directive(format[++i], text, clock)) return std::nullopt;
    } else {
      if (!text.starts_with(format[i])) return std::nullopt;
      text.remove_prefix(1);
    }
  }
  const year_month_day date{year{clock.y}, month{static_cast<unsigned>(clock.m)},
                            day{static_cast<unsigned>(clock.d)}};
  if (!text.empty() || !date.ok()) return std::nullopt;
  if (clock.hour > 23 || clock.minute > 59 || clock.second > 59) return std::nullopt;
  return Instant{sys_days{date}} + hours{clock.hour} + minutes{clock.minute} +
         seconds{clock.second} + Millis{clock.millis};
}

std::optional<Instant> by_epoch(double count, double millis_each) {
  constexpr double kFarFuture = 253402300800000.0;  // Year 10000.
  const double millis = std::floor(count * millis_each);
  if (!(millis >= 0) || millis >= kFarFuture) return std::nullopt;
  return Instant{Millis{static_cast<std::int64_t>(millis)}};
}

std::optional<Instant> read(const std::string& format, const Value& value,
                            const std::optional<Millis>& offset) {
  if (value.type == Value::Type::number) {
    if (format == "epoch_s") return by_epoch(value.number, 1000);
    if (format == "epoch_ms") return by_epoch(value.number, 1);
    return std::nullopt;
  }
  if (value.type != Value::Type::text) return std::nullopt;
  if (format == "iso") return parse_utc(value.text);
  if (!offset || format.starts_with("epoch_")) return std::nullopt;
  const auto local = by_directives(format, value.text);
  return local ? std::optional(*local - *offset) : std::nullopt;
}

}  // namespace

std::optional<Instant> device_time(const TimeRule& rule, const Value& value, Instant now) {
  for (const std::string& format : rule.formats) {
    const auto at = read(format, value, rule.offset);
    if (at && *at >= now - rule.past && *at <= now + rule.future) return at;
  }
  return std::nullopt;
}

bool is_time_format(std::string_view format) {
  if (format == "iso" || format == "epoch_s" || format == "epoch_ms") return true;
  bool has_year = false;
  bool has_day = false;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    if (++i == format.size()) return false;
    if (std::string_view("YmdHMSf").find(format[i]) == std::string_view::npos) return false;
    has_year = has_year || format[i] == 'Y';
    has_day = has_day || format[i] == 'd';
  }
  return has_year && has_day;
}

}  // namespace shouwang::device
