#include "device/path.h"

#include <array>

namespace shouwang::device {
namespace {

constexpr std::array<char, 4> kEscaped = {'~', '/', '*', '['};

Result<std::string> unescape(std::string_view token) {
  std::string key;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      key.push_back(token[i]);
      continue;
    }
    const char code = i + 1 < token.size() ? token[i + 1] : '\0';
    if (code < '0' || code > '3') {
      return fail(Error::Code::invalid, "after ~ comes 0 for ~, 1 for /, 2 for *, 3 for [");
    }
    key.push_back(kEscaped[static_cast<std::size_t>(code - '0')]);
    ++i;
  }
  return key;
}

std::string escape(std::string_view key) {
  std::string token;
  for (const char c : key) {
    switch (c) {
      case '~': token += "~0"; break;
      case '/': token += "~1"; break;
      case '*': token += "~2"; break;
      case '[': token += "~3"; break;
      default: token.push_back(c);
    }
  }
  return token;
}

// "k=v,k=v" without the brackets.
Result<Done> parse_where(std::string_view text, PathStep& step) {
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view pair = text.substr(0, comma);
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos || equals == 0) {
      return fail(Error::Code::invalid, "between [ and ] stand pairs key=value");
    }
    step.where.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
    if (comma == text.npos) return Done{};
    text.remove_prefix(comma + 1);
  }
}

Result<PathStep> parse_step(std::string_view token) {
  PathStep step;
  const std::size_t bracket = token.find('[');
  if (bracket != token.npos) {
    if (!token.ends_with(']')) return fail(Error::Code::invalid, "a [ has no ] at the end");
    TRY_DONE(parse_where(token.substr(bracket + 1, token.size() - bracket - 2), step));
    token = token.substr(0, bracket);
  }
  step.every = token == "*";
  if (step.every) {
    if (!step.where.empty()) return fail(Error::Code::invalid, "* and [ ] can not stand together");
    return step;
  }
  if (token.find('*') != token.npos) {
    return fail(Error::Code::invalid, "* stands alone; a star in a key is written ~2");
  }
  TRY(key, unescape(token));
  step.key = key;
  return step;
}

}  // namespace

Result<Path> parse_path(std::string_view text) {
  Path path;
  if (text.empty()) return path;
  if (text.front() != '/') return fail(Error::Code::invalid, "a pointer begins with /");
  while (!text.empty()) {
    text.remove_prefix(1);
    // A slash inside [ ] belongs to the value.
    const std::size_t slash = text.find('/');
    const std::size_t bracket = text.find('[');
    const std::size_t closed = bracket < slash ? text.find(']', bracket) : 0;
    const std::size_t end = closed == text.npos ? text.npos : text.find('/', closed);
    TRY(step, parse_step(text.substr(0, end)));
    path.steps.push_back(std::move(step));
    text = end == text.npos ? std::string_view() : text.substr(end);
  }
  return path;
}

std::string format(const Path& path) {
  std::string text;
  for (const PathStep& step : path.steps) {
    text.push_back('/');
    text += step.every ? "*" : escape(step.key);
    for (const auto& [key, value] : step.where) {
      text += &key == &step.where.front().first ? "[" : ",";
      text.append(key).append("=").append(value);
    }
    if (!step.where.empty()) text.push_back(']');
  }
  return text;
}

}  // namespace shouwang::device
