#include "config/zones.h"

#include <date/tz.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <fstream>
#include <iterator>

#include "config/zone_rule.h"

namespace shouwang::config {
namespace {

using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;

constexpr int kLastYear = 2099;

// Reads exactly `digits` digits from the front.
std::optional<unsigned> take_number(std::string_view& text, std::size_t digits) {
  unsigned value = 0;
  if (text.size() < digits) return std::nullopt;
  const char* end = text.data() + digits;
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

// "02:40" or "02:40:30" from the front, into `at`.
bool take_clock(std::string_view& text, LocalTime& at) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return false;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return false;
  at.minute_of_day = *hour * 60 + *minute;
  if (!take(text, ':')) return true;
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return false;
  at.second = *second;
  return true;
}

// The last line of the zone's file in the system's database.
std::optional<ZoneRule> rule_of(const std::string& name) {
  std::ifstream in("/usr/share/zoneinfo/" + name, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!bytes.ends_with('\n')) return std::nullopt;
  const std::string_view text = std::string_view(bytes).substr(0, bytes.size() - 1);
  return parse_zone_rule(text.substr(text.rfind('\n') + 1));
}

// What the rule of today makes of the years that the database does not list.
void carry_on(Zone& zone) {
  const auto rule = rule_of(zone.name);
  if (!rule || zone.changes.empty()) return;
  const Instant listed = zone.changes.back().from;
  const int first = static_cast<int>(
      std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(listed)}.year());
  for (const Zone::Change& change : changes_by(*rule, first, kLastYear)) {
    if (change.from > listed && change.offset != zone.changes.back().offset) {
      zone.changes.push_back(change);
    }
  }
}

}  // namespace

Result<Zone> zone_named(std::string_view name) {
  try {
    const date::time_zone* found = date::locate_zone(std::string(name));
    const Instant last = sys_days(year{kLastYear + 1} / 1 / 1);
    auto info = found->get_info(date::sys_seconds(seconds{0}));
    Zone zone{.name = std::string(name), .first_offset = info.offset, .changes = {}};
    seconds offset = info.offset;
    while (info.end < last) {
      const auto from = info.end;
      info = found->get_info(from);
      if (info.offset == offset) continue;
      offset = info.offset;
      zone.changes.push_back({.from = Instant(from), .offset = offset});
    }
    carry_on(zone);
    return zone;
  } catch (const std::exception&) {
    return fail(Error::Code::not_found,
                "time zone `" + std::string(name) +
                    "` does not exist; a name looks like `Asia/Shanghai` (list: timedatectl "
                    "list-timezones)");
  }
}

std::optional<Instant> instant_of(const Zone& zone, const LocalTime& local) {
  using namespace std::chrono;
  const year_month_day date{year{local.year}, month{local.month}, day{local.day}};
  if (!date.ok()) return std::nullopt;
  const Instant as_utc = sys_days(date) + minutes{local.minute_of_day} + seconds{local.second};
  // Any offset of the zone could be the one; the greatest gives the earliest moment.
  std::vector<seconds> offsets = {zone.first_offset};
  for (const Zone::Change& change : zone.changes) offsets.push_back(change.offset);
  std::ranges::sort(offsets, std::greater<>());
  offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
  for (const seconds offset : offsets) {
    const Instant at = as_utc - offset;
    LocalTime shown = zone.local(at);
    shown.weekday = local.weekday;
    if (shown == local) return at;
  }
  return std::nullopt;
}

std::optional<LocalTime> parse_local(std::string_view text) {
  LocalTime at;
  const auto year = take_number(text, 4);
  if (!year || *year < 1970 || *year > 2099 || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{*month}, std::chrono::day{*day}};
  if (!date.ok()) return std::nullopt;
  at.year = static_cast<int>(*year);
  at.month = *month;
  at.day = *day;
  at.weekday = std::chrono::weekday{sys_days(date)}.c_encoding();
  if (text.empty()) return at;
  if (!take(text, ' ') && !take(text, 'T')) return std::nullopt;
  if (!take_clock(text, at) || !text.empty()) return std::nullopt;
  return at;
}

std::optional<std::uint16_t> parse_clock(std::string_view text) {
  if (text == "24:00") return std::uint16_t{0};
  LocalTime at;
  if (text.size() != 5 || !take_clock(text, at)) return std::nullopt;
  return static_cast<std::uint16_t>(at.minute_of_day);
}

}  // namespace shouwang::config
