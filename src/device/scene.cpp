#include "device/scene.h"

#include <utility>

namespace shouwang::device {

Value Scene::value(const Source& source) const {
  Value first;
  if (!source.is_set) return first;
  bool is_first = true;
  for_each(source, [&](const Value& value) {
    if (std::exchange(is_first, false)) first = value;
  });
  return first;
}

bool Scene::holds(const Condition& condition) const {
  bool holds = false;
  for_each(condition.at, [&](const Value& value) {
    const bool is_there = value.type != Value::Type::missing && value.type != Value::Type::null;
    holds = holds || (condition.is.empty() ? is_there : is_any(value, condition.is));
  });
  return holds;
}

bool Scene::has(const Path& path) const {
  bool found = false;
  if (json != nullptr && element != kNowhere) {
    json->find(element, path, [&](std::uint32_t) { found = true; });
  }
  return found;
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
