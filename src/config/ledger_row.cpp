#include "config/ledger_row.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/check.h"
#include "config/zones.h"

namespace shouwang::config {
namespace {

constexpr std::string_view kWeekdays = "weekdays ";

// The sum of two local times: the day after `local`.
LocalTime next_day(LocalTime local) {
  using namespace std::chrono;
  const sys_days day =
      sys_days(year{local.year} / month{local.month} / std::chrono::day{local.day}) + days{1};
  const year_month_day date{day};
  local.year = static_cast<int>(date.year());
  local.month = static_cast<unsigned>(date.month());
  local.day = static_cast<unsigned>(date.day());
  return local;
}

std::string clock_of(std::uint16_t minute) {
  return format_clock(LocalTime{.minute_of_day = minute});
}

}  // namespace

void LedgerRow::fault(std::string what) {
  is_sound_ = false;
  faults_.push_back({.file = table_.file, .line = line_.line, .what = std::move(what)});
}

const std::string& LedgerRow::text(std::string_view column) const {
  const auto found = std::ranges::find(table_.columns, column);
  CHECK(found != table_.columns.end());
  return line_.fields[static_cast<std::size_t>(found - table_.columns.begin())];
}

const std::string& LedgerRow::filled(std::string_view column) {
  const std::string& written = text(column);
  if (written.empty()) fault("`" + std::string(column) + "` is empty");
  return written;
}

std::optional<Instant> LedgerRow::time(std::string_view column) {
  const std::string& written = text(column);
  if (written.empty() || line_.is_damaged) return std::nullopt;
  LedgerTime parsed = parse_ledger_time(written, zone_);
  if (!parsed.at) fault("`" + written + "` in `" + std::string(column) + "` " + parsed.problem);
  return parsed.at;
}

bool LedgerRow::flag(std::string_view column) {
  static constexpr std::array<std::string_view, 4> kYes = {"yes", "1", "true", "是"};
  static constexpr std::array<std::string_view, 4> kNo = {"no", "0", "false", "否"};
  const std::string& written = text(column);
  if (std::ranges::find(kYes, written) != kYes.end()) return true;
  if (!written.empty() && std::ranges::find(kNo, written) == kNo.end()) {
    fault("`" + written + "` in `" + std::string(column) + "` is neither yes nor no");
  }
  return false;
}

std::optional<DailyHours> LedgerRow::hours(std::string_view column) {
  const std::string& written = text(column);
  if (written.empty()) return std::nullopt;
  auto parsed = parse_hours(written);
  if (!parsed) {
    fault("`" + written + "` in `" + std::string(column) +
          "` is not hours like 09:00-17:30 or weekdays 09:00-17:30");
  }
  return parsed;
}

int LedgerRow::number(std::string_view column, int otherwise) {
  const std::string& written = text(column);
  if (written.empty() || line_.is_damaged) return otherwise;
  int value = 0;
  const char* end = written.data() + written.size();
  const auto [rest, error] = std::from_chars(written.data(), end, value);
  if (error == std::errc{} && rest == end && value >= 1 && value <= 9999) return value;
  fault("`" + written + "` in `" + std::string(column) + "` is not a whole number 1 .. 9999");
  return otherwise;
}

LedgerTime parse_ledger_time(std::string_view text, const Zone& zone) {
  if (const auto utc = parse_utc(text)) return {.at = utc, .problem = ""};
  const bool ends_day = text.size() == 16 && text.ends_with("24:00");
  auto local = parse_local(ends_day ? text.substr(0, 10) : text);
  if (!local) {
    return {.at = std::nullopt,
            .problem = "is not a time like 2026-01-15 or 2026-01-15 02:40 (local), or RFC 3339"};
  }
  if (ends_day) local = next_day(*local);
  const auto at = instant_of(zone, *local);
  if (at) return {.at = at, .problem = ""};
  return {.at = std::nullopt, .problem = "does not exist there: the clocks are put forward then"};
}

std::string format_ledger_time(Instant at, const Zone& zone) {
  const LocalTime local = zone.local(at);
  std::string text = format_minute(local);
  if (text.ends_with(" 00:00")) text.resize(text.size() - 6);
  // Seconds, and the second of two equal hours in autumn, need the exact form.
  return parse_ledger_time(text, zone).at == at ? text : format_utc(at);
}

std::optional<DailyHours> parse_hours(std::string_view text) {
  DailyHours hours;
  if (text.starts_with(kWeekdays)) {
    hours.weekdays_only = true;
    text.remove_prefix(kWeekdays.size());
  }
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  const auto from = parse_clock(text.substr(0, 5));
  const auto until = parse_clock(text.substr(6));
  if (!from || !until) return std::nullopt;
  hours.from_minute = *from;
  hours.until_minute = *until;
  return hours;
}

std::string format_hours(const DailyHours& hours) {
  return std::string(hours.weekdays_only ? kWeekdays : "") + clock_of(hours.from_minute) + "-" +
         clock_of(hours.until_minute);
}

}  // namespace shouwang::config
