#include "device/router.h"

#include <algorithm>

namespace shouwang::device {
namespace {

Route route_of(const TopicPattern& pattern, std::uint32_t profile, std::uint32_t form) {
  Route route{.profile = profile, .form = form};
  for (std::size_t i = 0; i < pattern.levels.size(); ++i) {
    const Level& level = pattern.levels[i];
    const auto index = static_cast<std::uint8_t>(i);
    if (!level.is_open) continue;
    if (level.name == "device") route.device_levels.push_back(index);
    if (!level.name.empty()) route.captures.emplace_back(level.name, index);
    if (!level.text.empty()) route.globs.emplace_back(level.text, index);
  }
  return route;
}

bool fits_globs(const Route& route, const TopicLevels& levels) {
  return std::ranges::all_of(
      route.globs, [&](const auto& glob) { return fits(glob.first, levels[glob.second]); });
}

}  // namespace

TopicLevels::TopicLevels(std::string_view topic) {
  for (;;) {
    const std::size_t end = topic.find('/');
    levels_[size_++] = topic.substr(0, end);
    if (end == topic.npos || size_ == levels_.size()) return;
    topic.remove_prefix(end + 1);
  }
}

std::string_view Route::captured(const TopicLevels& topic, std::string_view name) const {
  for (const auto& [capture, level] : captures) {
    if (capture == name) return topic[level];
  }
  return {};
}

Router::Router(std::span<const Profile> profiles) : nodes_(1) {
  for (std::uint32_t p = 0; p < profiles.size(); ++p) {
    for (std::uint32_t f = 0; f < profiles[p].forms.size(); ++f) {
      for (const TopicPattern& pattern : profiles[p].forms[f].topics) {
        std::uint32_t node = 0;
        for (const Level& level : pattern.levels) {
          node = level.is_open ? open_below(node) : literal_below(node, level.text);
        }
        nodes_[node].routes.push_back(static_cast<std::uint32_t>(routes_.size()));
        routes_.push_back(route_of(pattern, p, f));
      }
    }
  }
}

std::uint32_t Router::literal_below(std::uint32_t node, const std::string& text) {
  auto& literals = nodes_[node].literals;
  const auto at =
      std::ranges::lower_bound(literals, text, {}, &std::pair<std::string, std::uint32_t>::first);
  if (at != literals.end() && at->first == text) return at->second;
  const auto below = static_cast<std::uint32_t>(nodes_.size());
  literals.emplace(at, text, below);
  nodes_.emplace_back();
  return below;
}

std::uint32_t Router::open_below(std::uint32_t node) {
  if (nodes_[node].open == 0) {
    const auto below = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
    nodes_[node].open = below;
  }
  return nodes_[node].open;
}

void Router::find(const TopicLevels& levels, std::pmr::vector<const Route*>& found) const {
  walk(0, levels, 0, found);
  std::ranges::sort(found);  // They stand in one vector, in the order of the profiles.
}

void Router::walk(std::uint32_t node, const TopicLevels& levels, std::size_t depth,
                  std::pmr::vector<const Route*>& found) const {
  const Node& here = nodes_[node];
  if (depth == levels.size()) {
    for (const std::uint32_t index : here.routes) {
      if (fits_globs(routes_[index], levels)) found.push_back(&routes_[index]);
    }
    return;
  }
  const auto literal =
      std::ranges::lower_bound(here.literals, levels[depth], {},
                               [](const auto& entry) { return std::string_view(entry.first); });
  if (literal != here.literals.end() && literal->first == levels[depth]) {
    walk(literal->second, levels, depth + 1, found);
  }
  // As MQTT has it: only patterns that spell their first level match `$` topics.
  const bool is_hidden = depth == 0 && levels[0].starts_with('$');
  if (here.open != 0 && !is_hidden) walk(here.open, levels, depth + 1, found);
}

bool is_excluded(const Form& form, std::string_view topic) {
  return std::ranges::any_of(
      form.except, [&](const std::string& filter) { return filter_matches(filter, topic); });
}

}  // namespace shouwang::device
