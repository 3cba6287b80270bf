#include "config/profile_words.h"

#include <array>
#include <charconv>
#include <string_view>

namespace shouwang::config {
namespace {

using device::Kind;
using device::Meaning;

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

template <class Enum>
std::vector<std::string_view> names_until(Enum last) {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    names.push_back(device::name_of(static_cast<Enum>(i)));
  }
  return names;
}

std::string kind_words() { return listed(names_until(Kind::device)); }
std::string meaning_words() { return listed(names_until(Meaning::unknown)); }

// "alarm" or "smoke alarm".
std::optional<device::Verdict> verdict_in(std::string_view text) {
  const std::size_t space = text.find(' ');
  device::Verdict verdict;
  if (space != text.npos) {
    verdict.kind = device::kind_named(text.substr(0, space));
    if (!verdict.kind) return std::nullopt;
    text.remove_prefix(space + 1);
  }
  const auto meaning = device::meaning_named(text);
  if (!meaning) return std::nullopt;
  verdict.meaning = *meaning;
  return verdict;
}

}  // namespace

device::Typed read_typed(const Reader& value) {
  if (!value.is_there()) return std::monostate{};
  const auto text = value.text();
  if (!text || value.is_quoted()) return text.value_or("");
  if (*text == "true") return true;
  if (*text == "false") return false;
  double number = 0;
  const char* end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, number);
  if (error == std::errc{} && rest == end) return number;
  return *text;
}

std::vector<device::Typed> read_typed_list(const Reader& value) {
  std::vector<device::Typed> list;
  if (!value.node().IsDefined()) return list;
  if (!value.is_list()) {
    list.push_back(read_typed(value));
    return list;
  }
  value.each_element([&](const Reader& element) { list.push_back(read_typed(element)); });
  return list;
}

device::Path read_path(const Reader& value) {
  const auto text = value.text();
  if (!text) return {};
  auto path = device::parse_path(*text);
  if (path) return *path;
  value.fault("`" + *text + "` is no pointer: " + path.error().what);
  return {};
}

device::Source read_source(const Reader& value, const Places& places) {
  const auto text = value.text();
  if (!text) return {};
  device::Source source{.is_set = true};
  if (text->starts_with('{') && text->ends_with('}')) {
    source.capture = text->substr(1, text->size() - 2);
    for (const device::TopicPattern& topic : places.form->topics) {
      if (device::has_capture(topic, source.capture)) continue;
      value.fault("`" + *text + "` is not in topic `" + device::filter_of(topic) + "`");
      break;
    }
    return source;
  }
  source.path = read_path(value);
  if (places.form->body != device::Body::json) {
    value.fault("`" + *text + "` points into JSON, but the body is not json");
  }
  return source;
}

Kind read_kind(const Reader& value, Kind otherwise) {
  const auto text = value.text();
  if (!text) return otherwise;
  const auto kind = device::kind_named(*text);
  if (!kind) value.fault("`" + *text + "` is no kind; allowed: " + kind_words());
  return kind.value_or(otherwise);
}

Meaning read_meaning(const Reader& value) {
  const auto text = value.text();
  if (!text) return Meaning::unknown;
  const auto meaning = device::meaning_named(*text);
  if (!meaning) value.fault("`" + *text + "` is no meaning; allowed: " + meaning_words());
  return meaning.value_or(Meaning::unknown);
}

device::Verdicts read_verdicts(const Reader& value) {
  device::Verdicts verdicts;
  if (!value.is_there()) {
    value.fault("a meaning is missing; allowed: nothing, " + meaning_words());
    return verdicts;
  }
  for (const auto& [word, reader] : value.words()) {
    if (word == "nothing") continue;
    if (const auto verdict = verdict_in(word)) {
      verdicts.push_back(*verdict);
    } else {
      reader.fault("`" + word + "` is no meaning; allowed: nothing, " + meaning_words() +
                   "; a kind may stand before it: " + kind_words());
    }
  }
  return verdicts;
}

std::vector<device::Condition> read_conditions(const Reader& list, const Places& places) {
  std::vector<device::Condition> conditions;
  list.each_element([&](Reader element) {
    device::Condition condition{.at = read_source(element.need("at"), places)};
    condition.is = read_typed_list(element.child("is"));
    element.close();
    conditions.push_back(std::move(condition));
  });
  return conditions;
}

}  // namespace shouwang::config
