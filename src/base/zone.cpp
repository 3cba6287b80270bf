#include "base/zone.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace shouwang {
namespace {

bool is_weekday(unsigned day) { return day >= 1 && day <= 5; }

}  // namespace

std::string format_clock(const LocalTime& at) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02u:%02u", at.minute_of_day / 60,
                at.minute_of_day % 60);
  return text.data();
}

std::string format_minute(const LocalTime& at) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02u:%02u", at.year, at.month, at.day,
                at.minute_of_day / 60, at.minute_of_day % 60);
  return text.data();
}

LocalTime Zone::local(Instant at) const {
  using namespace std::chrono;
  const auto next = std::upper_bound(changes.begin(), changes.end(), at,
                                     [](Instant t, const Change& c) { return t < c.from; });
  const auto offset = next == changes.begin() ? first_offset : std::prev(next)->offset;
  const auto local = floor<seconds>(at) + offset;
  const auto day_start = floor<days>(local);
  const year_month_day date{day_start};
  const auto in_day = local - day_start;
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<unsigned>(date.month()),
          .day = static_cast<unsigned>(date.day()),
          .weekday = weekday{day_start}.c_encoding(),
          .minute_of_day = static_cast<unsigned>(floor<minutes>(in_day).count()),
          .second = static_cast<unsigned>(in_day.count() % 60)};
}

bool DailyHours::contain(const LocalTime& at) const {
  const unsigned minute = at.minute_of_day;
  if (from_minute <= until_minute) {
    return minute >= from_minute && minute < until_minute &&
           (!weekdays_only || is_weekday(at.weekday));
  }
  if (minute >= from_minute) return !weekdays_only || is_weekday(at.weekday);
  return minute < until_minute && (!weekdays_only || is_weekday((at.weekday + 6) % 7));
}

}  // namespace shouwang
