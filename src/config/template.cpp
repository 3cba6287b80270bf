#include "config/template.h"

#include <algorithm>
#include <functional>

#include "config/names.h"

namespace shouwang::config {
namespace {

struct Tag {
  char sign = 0;  // 0 or one of # ^ / & { ! > =
  std::string name;
};

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

// Visits plain text and tags in turn. Returns false if a tag is left open.
bool walk(std::string_view text, const std::function<void(std::string_view)>& on_text,
          const std::function<void(const Tag&)>& on_tag) {
  while (!text.empty()) {
    const std::size_t open = text.find("{{");
    on_text(text.substr(0, open));
    if (open == std::string_view::npos) return true;
    text.remove_prefix(open + 2);
    Tag tag;
    if (!text.empty() && std::string_view("#^/&{!>=").find(text[0]) != std::string_view::npos) {
      tag.sign = text[0];
      text.remove_prefix(1);
    }
    const std::string_view end = tag.sign == '{' ? "}}}" : tag.sign == '=' ? "=}}" : "}}";
    const std::size_t close = text.find(end);
    if (close == std::string_view::npos) return false;
    tag.name = trimmed(text.substr(0, close));
    text.remove_prefix(close + end.size());
    on_tag(tag);
  }
  return true;
}

class Checker {
 public:
  explicit Checker(std::span<const std::string_view> fields) : fields_(fields) {}

  void operator()(const Tag& tag) {
    switch (tag.sign) {
      case '!': return;
      case '>':
      case '=': return say("a text can neither include another nor change the braces");
      case '/': return close(tag.name);
      default: break;
    }
    const bool is_known = std::ranges::find(fields_, tag.name) != fields_.end();
    if (!is_known) missing(tag.name);
    if (tag.sign == '#' || tag.sign == '^') open_.push_back(tag.name);
  }

  std::vector<std::string> finish(bool is_closed) {
    if (!is_closed) say("`{{` is not closed by `}}`");
    for (const std::string& name : open_) say("`{{#" + name + "}}` is not closed");
    return std::move(faults_);
  }

 private:
  void say(std::string fault) { faults_.push_back(std::move(fault)); }

  void close(const std::string& name) {
    if (open_.empty() || open_.back() != name) {
      return say("`{{/" + name + "}}` closes nothing that is open");
    }
    open_.pop_back();
  }

  void missing(const std::string& name) {
    if (fields_.empty()) return say("`{{" + name + "}}`: a text of this group has no fields");
    Names known("field");
    for (const std::string_view field : fields_) known.add(field);
    std::string fault = known.missing(name);
    const bool has_hint = fault.ends_with('?') || fault.find("there are") != std::string::npos;
    if (!has_hint) fault += "; allowed: " + listed({fields_.begin(), fields_.end()});
    say(std::move(fault));
  }

  std::span<const std::string_view> fields_;
  std::vector<std::string> open_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> check_template(std::string_view text,
                                        std::span<const std::string_view> fields) {
  Checker checker(fields);
  const bool is_closed = walk(
      text, [](std::string_view) {}, [&](const Tag& tag) { checker(tag); });
  return checker.finish(is_closed);
}

std::string filled(std::string_view text, std::string_view word, bool sections_shown) {
  std::string plain;
  std::vector<bool> is_shown = {true};
  walk(
      text,
      [&](std::string_view part) {
        if (is_shown.back()) plain += part;
      },
      [&](const Tag& tag) {
        if (tag.sign == '#') return is_shown.push_back(is_shown.back() && sections_shown);
        if (tag.sign == '^') return is_shown.push_back(is_shown.back() && !sections_shown);
        if (tag.sign == '/' && is_shown.size() > 1) return is_shown.pop_back();
        if (tag.sign != '!' && tag.sign != '/' && is_shown.back()) plain += word;
      });
  return plain;
}

bool uses_field(std::string_view text, std::string_view field) {
  bool found = false;
  walk(
      text, [](std::string_view) {},
      [&](const Tag& tag) { found = found || (tag.sign != '!' && tag.name == field); });
  return found;
}

}  // namespace shouwang::config
