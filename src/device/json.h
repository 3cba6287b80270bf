// A JSON document as a flat list of nodes, in the order of the text.
//
// A node holds views into the parsed text (or into the document's own memory where the text had
// escapes), so a beat is read without an allocation. An object keeps every member, also two of the
// same name: whoever looks a key up finds both.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "device/path.h"

namespace shouwang::device {

struct JsonNode {
  enum class Type : std::uint8_t { object, array, string, number, boolean, null };
  Type type = Type::null;
  bool truth = false;     // boolean
  std::uint32_t end = 0;  // Index after the last node inside this one.
  std::string_view key;   // In an object.
  std::string_view text;  // string: the unescaped content; number: its literal.
  double number = 0;
};

class Json {
 public:
  static constexpr std::size_t kDepthMax = 32;

  // Nodes and unescaped texts are taken from `memory`, which has to outlive the document.
  explicit Json(std::pmr::memory_resource* memory) : nodes_(memory), unescaped_(memory) {}

  // Reads one document. Returns what is wrong ("not JSON at byte 12: syntax error") or nothing;
  // strict: UTF-8, no comments, nothing behind. `text` has to outlive the document. Call once.
  std::string parse(std::string_view text);

  const JsonNode& operator[](std::uint32_t index) const { return nodes_[index]; }

  // Calls visit(index) for every node that the path leads to from node `from`, in the order of the
  // text.
  template <class Visit>
  void find(std::uint32_t from, const Path& path, Visit visit) const {
    follow(from, path, 0, visit);
  }

 private:
  struct Builder;

  // Whether child `child`, the `index`-th of its parent, is what the step names.
  bool is_named(const JsonNode& parent, std::uint32_t child, std::size_t index,
                const PathStep& step) const;
  // Whether the element has all that the step selects by.
  bool is_selected(std::uint32_t element, const PathStep& step) const;

  template <class Visit>
  void follow(std::uint32_t from, const Path& path, std::size_t depth, Visit& visit) const {
    if (depth == path.steps.size()) return visit(from);
    const JsonNode& here = nodes_[from];
    const PathStep& step = path.steps[depth];
    if (step.key.empty() && !step.where.empty()) return select(from, path, depth, visit);
    std::size_t index = 0;
    for (std::uint32_t i = from + 1; i < here.end; i = nodes_[i].end, ++index) {
      if (!is_named(here, i, index, step)) continue;
      if (step.where.empty()) {
        follow(i, path, depth + 1, visit);
      } else {
        select(i, path, depth, visit);
      }
    }
  }

  // Goes on from those elements of array `from` that step `depth` selects.
  template <class Visit>
  void select(std::uint32_t from, const Path& path, std::size_t depth, Visit& visit) const {
    if (nodes_[from].type != JsonNode::Type::array) return;
    for (std::uint32_t i = from + 1; i < nodes_[from].end; i = nodes_[i].end) {
      if (is_selected(i, path.steps[depth])) follow(i, path, depth + 1, visit);
    }
  }

  std::pmr::vector<JsonNode> nodes_;
  std::pmr::string unescaped_;
};

}  // namespace shouwang::device
