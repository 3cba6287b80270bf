#include "app/coverage_report.h"

#include <array>
#include <cstdio>

namespace shouwang::app {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using dispatch::Coverage;

constexpr std::size_t kNamed = 12;  // Longer lists are counted; --json has all.

template <class Id>
array ids(const std::vector<Id>& list) {
  array out;
  for (const Id& id : list) out.emplace_back(id.str());
  return out;
}

array silences(const std::vector<dispatch::Unprotected>& list, Instant now) {
  array out;
  for (const dispatch::Unprotected& one : list) {
    object line{{"device", one.device.str()}, {"waived", one.waived}};
    if (one.last_heard) {
      line["last_seen"] = format_utc(*one.last_heard);
      line["days"] = std::chrono::floor<std::chrono::days>(now - *one.last_heard).count();
    }
    out.push_back(std::move(line));
  }
  return out;
}

// What is counted, and how a line about it reads: with the number before it.
struct Gap {
  const char* key;
  const char* text;
};
constexpr std::array<Gap, 14> kGaps{{
    {"nobody_to_tell", "equipped households with nobody to tell"},
    {"without_device", "households without a device"},
    {"units_without_head", "units without a head"},
    {"buildings_without_head", "buildings without a head of their own"},
    {"units_without_sensor", "units without a sensor in the stairwell"},
    {"without_channel", "people in a seat whom no channel reaches but the inbox"},
    {"empty_seats", "seats that nobody holds"},
    {"duty_gaps", "gaps in the rota"},
    {"never_heard", "devices never heard"},
    {"not_in_service", "devices not in service: their alarm's way was never seen to work"},
    {"silent", "devices silent"},
    {"not_protected", "devices silent for weeks: NOT PROTECTED"},
    {"unplaced", "devices not placed anywhere"},
    {"nuisances", "devices that called in vain lately, the worst first"},
}};

std::string named(const value& item) {
  if (item.is_string()) return std::string(item.as_string());
  const object& one = item.as_object();
  if (const value* from = one.if_contains("from")) {
    return std::string(from->as_string()) + " .. " + std::string(one.at("until").as_string());
  }
  std::string text(one.at("device").as_string());
  if (const value* count = one.if_contains("false_alarms")) {
    return text + " (" + boost::json::serialize(*count) + ")";
  }
  if (const value* days = one.if_contains("days")) {
    text += " (" + boost::json::serialize(*days) + " d" +
            (one.at("waived").as_bool() ? ", waived)" : ")");
  }
  return text;
}

std::string line_of(const array& list, const char* text) {
  std::array<char, 16> count{};
  std::snprintf(count.data(), count.size(), "%6zu  ", list.size());
  std::string line = count.data() + std::string(text);
  for (std::size_t i = 0; i < list.size() && i < kNamed; ++i) {
    line += (i == 0 ? ": " : ", ") + named(list[i]);
  }
  if (list.size() > kNamed) line += ", …";
  return line + "\n";
}

std::string words_of(const object& report) {
  const auto households = report.at("households").to_number<std::size_t>();
  const auto equipped = report.at("equipped").to_number<std::size_t>();
  std::array<char, 96> head{};
  std::snprintf(head.data(), head.size(), "%zu of %zu households equipped (%.1f %%)\n", equipped,
                households, report.at("percent_equipped").to_number<double>());
  std::string text = std::string(report.at("community").as_string()) + ": " + head.data();
  for (const Gap& gap : kGaps) text += line_of(report.at(gap.key).as_array(), gap.text);
  std::array<char, 64> hours{};
  std::snprintf(hours.data(), hours.size(), "%6.1f  hours without duty",
                report.at("hours_without_duty").to_number<double>());
  const value& until = report.at("rota_until");
  return text + hours.data() +
         (until.is_string() ? "; the rota ends " + std::string(until.as_string())
                            : std::string("; there is no rota")) +
         "\n";
}

}  // namespace

object json_of_coverage(const CommunityId& community, const Coverage& coverage, Instant now) {
  array gaps;
  for (const household::Gap& gap : coverage.duty_gaps) {
    gaps.push_back({{"from", format_utc(gap.from)}, {"until", format_utc(gap.until)}});
  }
  array nuisances;
  for (const dispatch::Nuisance& one : coverage.nuisances) {
    nuisances.push_back(
        {{"device", one.device.str()}, {"false_alarms", one.false_alarms}, {"flaps", one.flaps}});
  }
  const double hours =
      std::chrono::duration<double, std::ratio<3600>>(coverage.without_duty).count();
  return {{"community", community.str()},
          {"households", coverage.households},
          {"equipped", coverage.equipped},
          {"percent_equipped", coverage.percent_equipped()},
          {"nobody_to_tell", ids(coverage.nobody_to_tell)},
          {"without_device", ids(coverage.without_device)},
          {"units_without_head", ids(coverage.units_without_head)},
          {"buildings_without_head", ids(coverage.buildings_without_head)},
          {"units_without_sensor", ids(coverage.units_without_sensor)},
          {"without_channel", ids(coverage.without_channel)},
          {"empty_seats", ids(coverage.empty_seats)},
          {"duty_gaps", std::move(gaps)},
          {"hours_without_duty", hours},
          {"rota_until",
           coverage.rota_until ? value(format_utc(*coverage.rota_until)) : value(nullptr)},
          {"never_heard", ids(coverage.never_heard)},
          {"not_in_service", ids(coverage.not_in_service)},
          {"silent", silences(coverage.silent, now)},
          {"not_protected", silences(coverage.not_protected, now)},
          {"unplaced", ids(coverage.unplaced)},
          {"nuisances", std::move(nuisances)}};
}

std::string coverage_words(const value& list) {
  std::string text;
  for (const value& report : list.as_array()) {
    text += (text.empty() ? "" : "\n") + words_of(report.as_object());
  }
  return text;
}

}  // namespace shouwang::app
