#include "config/zone_rule.h"

#include <algorithm>
#include <charconv>

namespace shouwang::config {
namespace {

using namespace std::chrono;

// Reads a POSIX TZ text from the front; the first thing that does not fit spoils the rest.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool is_sound() const { return is_sound_; }
  bool is_done() const { return text_.empty(); }

  bool take(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }

  void need(char wanted) { is_sound_ = take(wanted) && is_sound_; }

  unsigned number(unsigned least, unsigned most) {
    unsigned value = 0;
    const auto [rest, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc{} || value < least || value > most) is_sound_ = false;
    text_.remove_prefix(static_cast<std::size_t>(rest - text_.data()));
    return value;
  }

  // "EST" or "<+0330>"
  void name() {
    const bool is_quoted = take('<');
    std::size_t length = 0;
    while (length < text_.size() &&
           (is_quoted ? text_[length] != '>' : text_[length] >= 'A' && text_[length] <= 'z')) {
      ++length;
    }
    if (length < 3) is_sound_ = false;
    text_.remove_prefix(length);
    if (is_quoted) need('>');
  }

  // "5", "-5:45", "26", "2:00:30"
  seconds time() {
    const bool is_negative = take('-');
    if (!is_negative) take('+');
    seconds value = hours{number(0, 167)};
    if (take(':')) value += minutes{number(0, 59)};
    if (take(':')) value += seconds{number(0, 59)};
    return is_negative ? -value : value;
  }

  // "M3.2.0/2"
  ZoneRule::Day day() {
    ZoneRule::Day day;
    need('M');
    day.month = number(1, 12);
    need('.');
    day.week = number(1, 5);
    need('.');
    day.weekday = number(0, 6);
    day.time = take('/') ? time() : hours{2};
    return day;
  }

  bool is_at_comma() const { return !text_.empty() && text_.front() == ','; }

 private:
  std::string_view text_;
  bool is_sound_ = true;
};

Instant moment_of(const ZoneRule::Day& day, int in_year, seconds offset) {
  const weekday wanted{day.weekday};
  const sys_days date = day.week == 5
                            ? sys_days(year{in_year} / month{day.month} / wanted[last])
                            : sys_days(year{in_year} / month{day.month} / wanted[day.week]);
  return date + day.time - offset;
}

}  // namespace

std::optional<ZoneRule> parse_zone_rule(std::string_view text) {
  Scanner scanner(text);
  ZoneRule rule;
  scanner.name();
  rule.standard = -scanner.time();
  if (!scanner.is_sound() || scanner.is_done()) return std::nullopt;
  scanner.name();
  rule.summer = scanner.is_at_comma() ? rule.standard + hours{1} : -scanner.time();
  scanner.need(',');
  rule.begin = scanner.day();
  scanner.need(',');
  rule.end = scanner.day();
  if (!scanner.is_sound() || !scanner.is_done()) return std::nullopt;
  return rule;
}

std::vector<Zone::Change> changes_by(const ZoneRule& rule, int first, int last) {
  std::vector<Zone::Change> changes;
  for (int year = first; year <= last; ++year) {
    changes.push_back({.from = moment_of(rule.begin, year, rule.standard), .offset = rule.summer});
    changes.push_back({.from = moment_of(rule.end, year, rule.summer), .offset = rule.standard});
  }
  std::ranges::sort(changes, {}, &Zone::Change::from);
  return changes;
}

}  // namespace shouwang::config
