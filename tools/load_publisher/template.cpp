#include "template.h"

#include <algorithm>
#include <array>
#include <utility>

namespace shouwang::tools {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"{community}", "{device}", "{event}", "{seq}",
                                                    "{time}"};

}  // namespace

Template::Template(std::string_view text) {
  Part part;
  while (!text.empty()) {
    const auto name = std::find_if(kNames.begin(), kNames.end(), [text](std::string_view each) {
      return text.starts_with(each);
    });
    if (name == kNames.end()) {
      part.literal.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    part.field = (*name)[1];
    parts_.push_back(std::exchange(part, {}));
    text.remove_prefix(name->size());
  }
  parts_.push_back(std::move(part));
}

std::string Template::fill(const Fields& fields) const {
  std::string text;
  for (const Part& part : parts_) {
    text += part.literal;
    if (part.field == 'c') text += fields.community;
    if (part.field == 'd') text += fields.device;
    if (part.field == 'e') text += fields.event;
    if (part.field == 's') text += std::to_string(fields.seq);
    if (part.field == 't') text += fields.time;
  }
  return text;
}

}  // namespace shouwang::tools
