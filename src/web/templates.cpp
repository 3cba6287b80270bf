#include "web/templates.h"

#include <boost/json.hpp>
#include <kainjow/mustache.hpp>

#include "base/check.h"
#include "web/embedded.h"

namespace shouwang::web {
namespace {

namespace json = boost::json;
namespace mustache = kainjow::mustache;

constexpr std::string_view kEnding = ".mustache";

// Indentation is for whoever reads the template; a slow line need not carry it.
std::string without_indentation(std::string_view text) {
  std::string thin;
  thin.reserve(text.size());
  bool at_start = true;
  for (const char c : text) {
    if (at_start && c == ' ') continue;
    at_start = c == '\n';
    thin.push_back(c);
  }
  return thin;
}

mustache::data to_data(const json::value& value);

mustache::data to_data(const json::object& object) {
  mustache::data fields(mustache::data::type::object);
  for (const auto& entry : object) {
    mustache::data field = to_data(entry.value());
    if (!field.is_invalid()) fields.set(std::string(entry.key()), std::move(field));
  }
  return fields;
}

mustache::data to_data(const json::array& array) {
  mustache::data items(mustache::data::type::list);
  for (const json::value& item : array) items.push_back(to_data(item));
  return items;
}

// What counts as absent becomes `false`, so that an outer field of the same name does not show
// through.
mustache::data to_data(const json::value& value) {
  switch (value.kind()) {
    case json::kind::object: return to_data(value.get_object());
    case json::kind::array: return to_data(value.get_array());
    case json::kind::string:
      if (value.get_string().empty()) return false;
      return std::string(value.get_string());
    case json::kind::bool_: return value.get_bool();
    case json::kind::null: return false;
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_: return json::serialize(value);
  }
  return false;
}

}  // namespace

Templates::Templates() {
  for (const Embedded& file : embedded_files()) {
    if (!file.name.ends_with(kEnding)) continue;
    const std::string name(file.name.substr(0, file.name.size() - kEnding.size()));
    const std::string& text = texts_[name] = without_indentation(file.text);
    CHECK(mustache::mustache(text).is_valid());
  }
}

std::string Templates::render(std::string_view name, const json::object& view) const {
  const auto text = texts_.find(name);
  CHECK(text != texts_.end());
  // Parsed anew each time, as its partials are: parsed ones would take half a megabyte.
  mustache::mustache form(text->second);
  mustache::data data = to_data(view);
  for (const auto& each : texts_) {
    data.set(each.first, mustache::partial([&each] { return each.second; }));
  }
  std::string html = form.render(data);
  CHECK(form.is_valid());
  return html;
}

std::string inert_json(const json::value& value) {
  std::string text;
  for (const char c : json::serialize(value)) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text.push_back(c);
    }
  }
  return text;
}

}  // namespace shouwang::web
