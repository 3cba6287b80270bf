#include "device/scene.h"

#include <algorithm>

namespace shouwang::device {

std::pmr::vector<Value> Scene::values(const Source& source) const {
  std::pmr::vector<Value> found(memory);
  if (!source.capture.empty()) {
    found.push_back(Value::of_text(route.captured(topic, source.capture)));
  } else if (json == nullptr) {
    found.push_back(whole);
  } else {
    std::pmr::vector<std::uint32_t> nodes(memory);
    if (element != kNowhere) json->find(element, source.path, nodes);
    for (const std::uint32_t node : nodes) found.push_back(Value::of((*json)[node]));
    if (nodes.empty()) found.push_back({});
  }
  return found;
}

Value Scene::value(const Source& source) const {
  if (!source.is_set) return {};
  return values(source).front();
}

bool Scene::holds(const Condition& condition) const {
  return std::ranges::any_of(values(condition.at), [&](const Value& value) {
    if (!condition.is.empty()) return is_any(value, condition.is);
    return value.type != Value::Type::missing && value.type != Value::Type::null;
  });
}

bool Scene::has(const Path& path) const {
  if (json == nullptr || element == kNowhere) return false;
  std::pmr::vector<std::uint32_t> nodes(memory);
  json->find(element, path, nodes);
  return !nodes.empty();
}

Scene Scene::at_top() const {
  Scene top = *this;
  top.element = 0;
  return top;
}

std::string_view id_in(const Value& value) {
  if (value.type == Value::Type::text) return value.text;
  const bool whole_number = value.type == Value::Type::number &&
                            value.text.find_first_not_of("-0123456789") == value.text.npos;
  return whole_number ? value.text : std::string_view();
}

}  // namespace shouwang::device
