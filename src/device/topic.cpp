#include "device/topic.h"

#include <algorithm>
#include <optional>

#include "base/utf8.h"

namespace shouwang::device {
namespace {

// Takes the levels off a topic one by one. The level after the last is nothing.
class Levels {
 public:
  explicit Levels(std::string_view topic) : rest_(topic) {}

  std::optional<std::string_view> next() {
    if (ended_) return std::nullopt;
    const std::size_t end = rest_.find('/');
    const std::string_view level = rest_.substr(0, end);
    ended_ = end == std::string_view::npos;
    if (!ended_) rest_.remove_prefix(end + 1);
    return level;
  }

 private:
  std::string_view rest_;
  bool ended_ = false;
};

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Result<Level> parse_level(std::string_view text) {
  const std::string quoted = "level `" + std::string(text) + "`";
  if (text == "+") return Level{.is_open = true};
  if (text.starts_with('{') && text.ends_with('}')) {
    const std::string_view inner = text.substr(1, text.size() - 2);
    const std::size_t colon = inner.find(':');
    const std::string_view name = inner.substr(0, colon);
    const std::string_view glob = colon == inner.npos ? "" : inner.substr(colon + 1);
    if (!is_name(name)) {
      return fail(Error::Code::invalid, quoted + " needs a name of a-z, 0-9 and _ in its braces");
    }
    if (colon != inner.npos && glob.empty()) {
      return fail(Error::Code::invalid, quoted + " has nothing after the colon");
    }
    return Level{.text = std::string(glob), .name = std::string(name), .is_open = true};
  }
  if (text.find_first_of("{}+#") != text.npos) {
    return fail(Error::Code::invalid,
                quoted + " is neither plain text nor + nor {name}; a level can not be mixed");
  }
  return Level{.text = std::string(text)};
}

}  // namespace

Result<TopicPattern> parse_pattern(std::string_view text) {
  if (text.empty()) return fail(Error::Code::invalid, "a topic has at least one character");
  if (!is_utf8(text) || text.find('\0') != text.npos) {
    return fail(Error::Code::invalid, "a topic is UTF-8 without NUL");
  }
  TopicPattern pattern;
  Levels levels(text);
  while (const auto level = levels.next()) {
    TRY(parsed, parse_level(*level));
    const bool again = !parsed.name.empty() && has_capture(pattern, parsed.name);
    if (again && parsed.name != "device") {
      return fail(Error::Code::invalid, "{" + parsed.name + "} stands twice");
    }
    pattern.levels.push_back(std::move(parsed));
  }
  if (pattern.levels.size() > kLevelsMax) {
    return fail(Error::Code::invalid,
                "a topic has at most " + std::to_string(kLevelsMax) + " levels");
  }
  return pattern;
}

std::string filter_of(const TopicPattern& pattern) {
  std::string filter;
  for (const Level& level : pattern.levels) {
    if (&level != &pattern.levels.front()) filter.push_back('/');
    filter.append(level.is_open ? "+" : level.text);
  }
  return filter;
}

bool has_capture(const TopicPattern& pattern, std::string_view name) {
  return std::ranges::any_of(pattern.levels,
                             [&](const Level& level) { return level.name == name; });
}

bool fits(std::string_view glob, std::string_view text) {
  std::size_t star = glob.npos;  // The last star passed, and the text it has swallowed up to.
  std::size_t swallowed = 0;
  std::size_t g = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      swallowed = t;
    } else if (g < glob.size() && glob[g] == text[t]) {
      ++g;
      ++t;
    } else if (star != glob.npos) {
      g = star + 1;
      t = ++swallowed;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', g) == glob.npos;
}

Result<Done> check_filter(std::string_view filter) {
  if (filter.empty()) return fail(Error::Code::invalid, "a filter has at least one character");
  if (!is_utf8(filter) || filter.find('\0') != filter.npos) {
    return fail(Error::Code::invalid, "a filter is UTF-8 without NUL");
  }
  Levels levels(filter);
  bool ended = false;
  while (const auto level = levels.next()) {
    if (ended) return fail(Error::Code::invalid, "# is only allowed as the last level");
    ended = *level == "#";
    if (level->size() > 1 && level->find_first_of("+#{}") != level->npos) {
      return fail(Error::Code::invalid, "+ and # stand alone in their level; braces are not used");
    }
  }
  return Done{};
}

bool filter_matches(std::string_view filter, std::string_view topic) {
  if (topic.starts_with('$') && (filter.starts_with('+') || filter.starts_with('#'))) return false;
  Levels wanted(filter);
  Levels given(topic);
  for (;;) {
    const auto want = wanted.next();
    if (want == "#") return true;
    const auto have = given.next();
    if (!want || !have) return want == have;
    if (want != "+" && *want != *have) return false;
  }
}

bool filter_covers(std::string_view wide, std::string_view narrow) {
  if (narrow.starts_with('$') && (wide.starts_with('+') || wide.starts_with('#'))) return false;
  Levels outer(wide);
  Levels inner(narrow);
  for (;;) {
    const auto out = outer.next();
    if (out == "#") return true;
    const auto in = inner.next();
    if (!out || !in) return out == in;
    if (*in == "#") return false;
    if (out != "+" && *out != *in) return false;
  }
}

std::vector<std::string> minimal(std::vector<std::string> filters) {
  std::ranges::sort(filters);
  filters.erase(std::unique(filters.begin(), filters.end()), filters.end());
  std::vector<std::string> kept;
  for (const std::string& filter : filters) {
    const bool covered = std::ranges::any_of(filters, [&](const std::string& other) {
      return &other != &filter && filter_covers(other, filter);
    });
    if (!covered) kept.push_back(filter);
  }
  return kept;
}

}  // namespace shouwang::device
