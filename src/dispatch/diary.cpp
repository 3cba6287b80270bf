#include "dispatch/diary.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace shouwang::dispatch {
namespace {

using incident::Incident;

constexpr std::chrono::days kOneDay{1};

std::string name_of(const LocalTime& at) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", at.year, at.month, at.day);
  return text.data();
}

// When the local clock shows 00:00 of this date. A clock that is put forward at midnight has its
// day begin with the first minute that there is.
Instant midnight(const Zone& zone, std::chrono::sys_days date) {
  const auto offset = [&](Instant at) {
    const LocalTime local = zone.local(at);
    const std::chrono::year_month_day day{std::chrono::year{local.year},
                                          std::chrono::month{local.month},
                                          std::chrono::day{local.day}};
    return std::chrono::sys_days{day} + std::chrono::minutes{local.minute_of_day} -
           std::chrono::floor<std::chrono::minutes>(at);
  };
  Instant at = date;
  for (int round = 0; round < 2; ++round) at = Instant{date} - offset(at);
  return at;
}

Day day_from(const Zone& zone, std::chrono::sys_days date, std::string name) {
  return {.name = std::move(name),
          .from = midnight(zone, date),
          .until = midnight(zone, date + kOneDay)};
}

// How long it took until the first of the responses got so far.
std::optional<Millis> first_of(const Incident& incident,
                               std::optional<Instant> incident::Response::*when) {
  std::optional<Millis> shortest;
  for (const incident::Response& response : incident.responses) {
    const std::optional<Instant>& at = response.*when;
    if (at && (!shortest || *at - incident.raised_at < *shortest)) {
      shortest = *at - incident.raised_at;
    }
  }
  return shortest;
}

DiaryIncident line_of(const Incident& incident) {
  DiaryIncident line{.id = incident.id,
                     .kind = incident.kind,
                     .place = incident.place,
                     .raised_at = incident.raised_at,
                     .to_going = first_of(incident, &incident::Response::going_at),
                     .to_arrived = first_of(incident, &incident::Response::arrived_at),
                     .cause = incident.settled_as,
                     .is_open = incident.is_open()};
  if (incident.closing) line.cause = incident.closing->cause;
  // Whoever arrived was on the way, also if they did not say so.
  if (!line.to_going) line.to_going = line.to_arrived;
  return line;
}

bool is_in(const Day& day, Instant at) { return at >= day.from && at < day.until; }

void add_incidents(const Book& book, Diary& diary) {
  for (const auto& [id, file] : book.files) {
    const Incident& incident = file.incident;
    for (const incident::Note& note : incident.notes) {
      if (is_in(diary.day, note.at)) diary.notes.push_back({.incident = id, .note = note});
    }
    const bool is_open = incident.is_open();
    if (incident.raised_at < diary.day.from && is_open)
      diary.left_open.push_back(line_of(incident));
    if (!is_in(diary.day, incident.raised_at)) continue;
    const DiaryIncident line = line_of(incident);
    if (!line.is_open && line.cause && incident::is_false_alarm(*line.cause)) ++diary.false_alarms;
    if (!line.to_going) ++diary.unanswered;
    diary.raised.push_back(line);
  }
  const auto by_time = [](const DiaryIncident& line) { return std::pair{line.raised_at, line.id}; };
  std::ranges::sort(diary.raised, {}, by_time);
  std::ranges::sort(diary.left_open, {}, by_time);
  std::ranges::stable_sort(diary.notes, {}, [](const DiaryNote& line) { return line.note.at; });
}

}  // namespace

Day day_of(const Zone& zone, Instant at) {
  const LocalTime local = zone.local(at);
  const std::chrono::year_month_day date{
      std::chrono::year{local.year}, std::chrono::month{local.month}, std::chrono::day{local.day}};
  return day_from(zone, date, name_of(local));
}

std::optional<Day> day_named(const Zone& zone, std::string_view name) {
  if (name.size() != 10 || name[4] != '-' || name[7] != '-') return std::nullopt;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const auto number = [&](std::size_t at, std::size_t size, auto& into) {
    const char* end = name.data() + at + size;
    const auto read = std::from_chars(name.data() + at, end, into);
    return read.ec == std::errc() && read.ptr == end;
  };
  if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok()) return std::nullopt;
  return day_from(zone, date, std::string(name));
}

Diary diary_of(const Book& book, const Day& day, Instant now) {
  Diary diary{.day = day};
  add_incidents(book, diary);
  for (const auto& [id, matter] : book.matters) {
    if (matter.fault != "offline" && matter.fault != "under_test") diary.matters.push_back(matter);
  }
  Coverage coverage = coverage_of(book, now);
  diary.silent = std::move(coverage.not_protected);
  std::ranges::move(coverage.silent, std::back_inserter(diary.silent));
  diary.never_heard = coverage.never_heard.size();
  diary.not_in_service = std::move(coverage.not_in_service);
  diary.nuisances = std::move(coverage.nuisances);
  return diary;
}

}  // namespace shouwang::dispatch
