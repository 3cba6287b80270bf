// One message as one form sees it, for one of the devices it is about.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "device/json.h"
#include "device/profile.h"
#include "device/router.h"
#include "device/value.h"

namespace shouwang::device {

struct Scene {
  static constexpr std::uint32_t kNowhere = static_cast<std::uint32_t>(-1);

  const Form& form;
  const Route& route;
  const TopicLevels& topic;
  const Json* json = nullptr;  // Set exactly for a JSON body.
  Value whole;                 // Any other body.
  std::uint32_t element = 0;   // With `each`: where this device's part begins, or kNowhere.

  // Calls visit(value) for every value found there, in the document's order; once with a missing
  // value if there is none.
  template <class Visit>
  void for_each(const Source& source, Visit visit) const {
    if (!source.capture.empty()) {
      return visit(Value::of_text(route.captured(topic, source.capture)));
    }
    if (json == nullptr) return visit(whole);
    bool is_there = false;
    if (element != kNowhere) {
      json->find(element, source.path, [&](std::uint32_t node) {
        is_there = true;
        visit(Value::of((*json)[node]));
      });
    }
    if (!is_there) visit(Value{});
  }
  // The first of them.
  Value value(const Source& source) const;
  bool holds(const Condition& condition) const;
  bool has(const Path& path) const;
  // The scene that starts at the top of the document.
  Scene at_top() const;
};

// A text, or a whole number's literal, as an id; empty for anything else.
std::string_view id_in(const Value& value);

// What the form's fields say about the device, in their order, put together by these rules:
//   a Change applies to what was read before it is put together;
//   `normal` is dropped where the same kind is in alarm, unknown, under test or warming up;
//   the same meaning of the same kind is said once, with the number that was found;
//   if nothing is said but numbers about the device itself, it is a heartbeat, unless the payload
//   is empty.
std::vector<Signal> read_signals(const Scene& scene);

}  // namespace shouwang::device
