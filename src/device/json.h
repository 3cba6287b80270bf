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

  // Adds to `found` every node that the path leads to from node `from`.
  void find(std::uint32_t from, const Path& path, std::pmr::vector<std::uint32_t>& found) const;

 private:
  struct Builder;
  void follow(std::uint32_t from, const Path& path, std::size_t depth,
              std::pmr::vector<std::uint32_t>& found) const;
  void select(std::uint32_t from, const Path& path, std::size_t depth,
              std::pmr::vector<std::uint32_t>& found) const;

  std::pmr::vector<JsonNode> nodes_;
  std::pmr::string unescaped_;
};

}  // namespace shouwang::device
