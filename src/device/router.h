// Which forms of which profiles claim a topic: a trie over topic levels.
//
// Finding them costs a step for each level of the topic, however many devices and profiles there
// are, plus one for each form that claims the topic.

#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "device/profile.h"

namespace shouwang::device {

// A topic cut at its slashes. Only the first kLevelsMax + 1 levels are kept: no pattern is longer.
class TopicLevels {
 public:
  explicit TopicLevels(std::string_view topic);
  std::size_t size() const { return size_; }
  std::string_view operator[](std::size_t index) const { return levels_[index]; }

 private:
  std::array<std::string_view, kLevelsMax + 1> levels_;
  std::size_t size_ = 0;
};

// One pattern of one form.
struct Route {
  std::uint32_t profile = 0;
  std::uint32_t form = 0;
  std::vector<std::uint8_t> device_levels;  // In order; empty if the topic does not name it.
  std::vector<std::pair<std::string, std::uint8_t>> captures;  // All named ones.
  std::vector<std::pair<std::string, std::uint8_t>> globs;     // Levels that have to fit.

  // The captured level's text; empty if the pattern has no such capture.
  std::string_view captured(const TopicLevels& topic, std::string_view name) const;
};

class Router {
 public:
  explicit Router(std::span<const Profile> profiles);

  // Adds the routes that claim the topic, in the order of the profiles. Excluded topics are found
  // too: see is_excluded().
  void find(const TopicLevels& levels, std::pmr::vector<const Route*>& found) const;

 private:
  struct Node {
    std::vector<std::pair<std::string, std::uint32_t>> literals;  // Sorted by text.
    std::uint32_t open = 0;                                       // 0: there is none.
    std::vector<std::uint32_t> routes;
  };
  std::uint32_t literal_below(std::uint32_t node, const std::string& text);
  std::uint32_t open_below(std::uint32_t node);
  void walk(std::uint32_t node, const TopicLevels& levels, std::size_t depth,
            std::pmr::vector<const Route*>& found) const;

  std::vector<Node> nodes_;
  std::vector<Route> routes_;
};

// Whether the form's `except` names the topic.
bool is_excluded(const Form& form, std::string_view topic);

}  // namespace shouwang::device
