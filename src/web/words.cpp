#include "web/words.h"

#include <array>
#include <cstdio>
#include <kainjow/mustache.hpp>
#include <map>

namespace shouwang::web {
namespace {

namespace mustache = kainjow::mustache;

std::string filled(const std::string& text, const Words::Blanks& blanks) {
  if (text.find("{{") == std::string::npos) return text;
  mustache::mustache form(text);
  form.set_custom_escape([](const std::string& value) { return value; });
  mustache::data fields;
  for (const auto& [name, value] : blanks) {
    if (!value.empty()) fields.set(name, value);
  }
  return form.render(fields);
}

std::string key(std::string_view group, std::string_view name) {
  return std::string(group).append(".").append(name);
}

bool is_language(const Catalogue& catalogue, std::string_view language) {
  return catalogue.languages.contains(language);
}

}  // namespace

std::string Words::operator()(std::string_view name, const Blanks& blanks) const {
  const std::string* text = catalogue_->find(language_, name);
  return text == nullptr ? std::string(name) : filled(*text, blanks);
}

std::vector<std::string> Words::lines(std::string_view name) const {
  const std::string* text = catalogue_->find(language_, name);
  std::vector<std::string> lines;
  if (text == nullptr) return lines;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    if (end != 0) lines.emplace_back(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return lines;
}

std::vector<std::pair<std::string, std::string>> Words::group(std::string_view group) const {
  const std::string prefix = std::string(group) + ".";
  std::map<std::string, std::string> found;
  for (const std::string_view language :
       {std::string_view(language_), std::string_view(catalogue_->fallback)}) {
    const auto texts = catalogue_->languages.find(language);
    if (texts == catalogue_->languages.end()) continue;
    for (auto text = texts->second.lower_bound(prefix);
         text != texts->second.end() && text->first.starts_with(prefix); ++text) {
      found.emplace(text->first.substr(prefix.size()), text->second);
    }
  }
  return {found.begin(), found.end()};
}

std::string Words::role(household::Role role) const {
  if (community_ != nullptr) {
    const auto own = community_->role_labels.find(role);
    if (own != community_->role_labels.end()) return own->second;
  }
  return (*this)(key("role", household::name_of(role)));
}

std::string Words::kind(device::Kind kind) const {
  return (*this)(key("kind", device::name_of(kind)));
}

std::string Words::action(incident::Action action) const {
  return (*this)(key("button", incident::name_of(action)));
}

std::string Words::cause(incident::Cause cause) const {
  return (*this)(key("cause", incident::name_of(cause)));
}

std::string Words::list(const std::vector<std::string>& items) const {
  const std::string comma = (*this)("page.list_comma");
  std::string text;
  for (const std::string& item : items) text.append(text.empty() ? "" : comma).append(item);
  return text;
}

LocalTime Words::local(Instant at) const {
  return community_ == nullptr ? Zone{}.local(at) : community_->zone.local(at);
}

std::string Words::clock(Instant at, Instant now) const {
  const LocalTime then = local(at);
  const LocalTime today = local(now);
  if (then.day == today.day && then.month == today.month && then.year == today.year) {
    return format_clock(then);
  }
  return (*this)("page.day_clock", {{"month", std::to_string(then.month)},
                                    {"day", std::to_string(then.day)},
                                    {"time", format_clock(then)}});
}

int Words::zone_minutes(Instant at) const {
  const LocalTime there = local(at);
  const LocalTime utc = Zone{}.local(at);
  int minutes = static_cast<int>(there.minute_of_day) - static_cast<int>(utc.minute_of_day);
  if (there.day != utc.day) {
    const bool ahead =
        std::tuple(there.year, there.month, there.day) > std::tuple(utc.year, utc.month, utc.day);
    minutes += ahead ? 1440 : -1440;
  }
  return minutes;
}

std::string running(Millis span) {
  const bool negative = span < Millis{0};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(negative ? -span : span).count();
  std::array<char, 32> text{};
  if (seconds >= 3600) {
    std::snprintf(text.data(), text.size(), "%s%lld:%02lld:%02lld", negative ? "-" : "",
                  static_cast<long long>(seconds / 3600), static_cast<long long>(seconds / 60 % 60),
                  static_cast<long long>(seconds % 60));
  } else {
    std::snprintf(text.data(), text.size(), "%s%lld:%02lld", negative ? "-" : "",
                  static_cast<long long>(seconds / 60), static_cast<long long>(seconds % 60));
  }
  return text.data();
}

std::string chosen_language(const Catalogue& catalogue, std::string_view cookie,
                            std::string_view header, std::string_view otherwise) {
  if (is_language(catalogue, cookie)) return std::string(cookie);
  while (!header.empty()) {
    const auto end = header.find(',');
    std::string_view wanted = header.substr(0, end);
    header = end == std::string_view::npos ? std::string_view() : header.substr(end + 1);
    wanted = wanted.substr(0, wanted.find(';'));
    while (wanted.starts_with(' ')) wanted.remove_prefix(1);
    const std::string_view language = wanted.substr(0, wanted.find('-'));
    for (const auto& [name, texts] : catalogue.languages) {
      if (name == wanted) return name;
      if (!language.empty() && std::string_view(name).substr(0, name.find('-')) == language) {
        return name;
      }
    }
  }
  return std::string(otherwise);
}

}  // namespace shouwang::web
