#include "device/json.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <functional>

namespace shouwang::device {
namespace {

namespace json = boost::json;

std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

// Whether the key is that index, as RFC 6901 writes it: no sign, no leading zero.
bool is_index(std::string_view key, std::size_t index) {
  if (key.empty() || (key.size() > 1 && key.front() == '0')) return false;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
  return error == std::errc{} && end == key.data() + key.size() && number == index;
}

}  // namespace

// Receives the parser's events. While a container is open, its `end` holds its parent.
struct Json::Builder {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  Json* document = nullptr;
  std::string_view input;
  std::uint32_t open = 0;
  std::size_t part_from = 0;
  bool has_parts = false;
  std::string_view key;

  JsonNode& add(JsonNode::Type type) {
    auto& nodes = document->nodes_;
    nodes.push_back(
        {.type = type, .end = static_cast<std::uint32_t>(nodes.size()) + 1, .key = key});
    key = {};
    return nodes.back();
  }
  bool begin(JsonNode::Type type) {
    add(type).end = open;
    open = static_cast<std::uint32_t>(document->nodes_.size()) - 1;
    return true;
  }
  bool finish() {
    JsonNode& container = document->nodes_[open];
    open = container.end;
    container.end = static_cast<std::uint32_t>(document->nodes_.size());
    return true;
  }
  bool part(json::string_view text) {
    std::pmr::string& unescaped = document->unescaped_;
    if (!has_parts) {
      unescaped.reserve(input.size());  // Never longer, so that views stay where they are.
      part_from = unescaped.size();
      has_parts = true;
    }
    unescaped.append(text.data(), text.size());
    return true;
  }
  std::string_view whole(json::string_view text) {
    // A text with escapes may stand in the parser's own buffer even if it comes in one piece.
    const std::less_equal<> before;
    const bool in_input = before(input.data(), text.data()) &&
                          before(text.data() + text.size(), input.data() + input.size());
    if (!has_parts && in_input) return view(text);
    part(text);
    has_parts = false;
    return std::string_view(document->unescaped_).substr(part_from);
  }
  bool number(double value, json::string_view literal) {
    JsonNode& node = add(JsonNode::Type::number);
    node.number = value;
    node.text = view(literal);
    return true;
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return begin(JsonNode::Type::object); }
  bool on_object_end(std::size_t, json::error_code&) { return finish(); }
  bool on_array_begin(json::error_code&) { return begin(JsonNode::Type::array); }
  bool on_array_end(std::size_t, json::error_code&) { return finish(); }
  bool on_key_part(json::string_view text, std::size_t, json::error_code&) { return part(text); }
  bool on_key(json::string_view text, std::size_t, json::error_code&) {
    key = whole(text);
    return true;
  }
  bool on_string_part(json::string_view text, std::size_t, json::error_code&) { return part(text); }
  bool on_string(json::string_view text, std::size_t, json::error_code&) {
    const std::string_view content = whole(text);
    add(JsonNode::Type::string).text = content;
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t value, json::string_view literal, json::error_code&) {
    return number(static_cast<double>(value), literal);
  }
  bool on_uint64(std::uint64_t value, json::string_view literal, json::error_code&) {
    return number(static_cast<double>(value), literal);
  }
  bool on_double(double value, json::string_view literal, json::error_code&) {
    return number(value, literal);
  }
  bool on_bool(bool value, json::error_code&) {
    add(JsonNode::Type::boolean).truth = value;
    return true;
  }
  bool on_null(json::error_code&) {
    add(JsonNode::Type::null);
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }
};

std::string Json::parse(std::string_view text) {
  json::parse_options options;
  options.max_depth = kDepthMax;
  json::basic_parser<Builder> parser(options);
  parser.handler().document = this;
  parser.handler().input = text;
  nodes_.reserve(64);
  json::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = json::error::extra_data;
  if (!error) return {};
  return "not JSON at byte " + std::to_string(used) + ": " + error.message();
}

bool Json::is_named(const JsonNode& parent, std::uint32_t child, std::size_t index,
                    const PathStep& step) const {
  if (step.every) return true;
  if (parent.type == JsonNode::Type::object) return nodes_[child].key == step.key;
  return is_index(step.key, index);
}

bool Json::is_selected(std::uint32_t element, const PathStep& step) const {
  const JsonNode& object = nodes_[element];
  if (object.type != JsonNode::Type::object) return false;
  const auto has = [&](const std::pair<std::string, std::string>& wanted) {
    for (std::uint32_t i = element + 1; i < object.end; i = nodes_[i].end) {
      const bool comparable =
          nodes_[i].type == JsonNode::Type::string || nodes_[i].type == JsonNode::Type::number;
      if (comparable && nodes_[i].key == wanted.first && nodes_[i].text == wanted.second) {
        return true;
      }
    }
    return false;
  };
  return std::ranges::all_of(step.where, has);
}

}  // namespace shouwang::device
