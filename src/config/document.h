// What a YAML text must be before anybody reads it.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace shouwang::config {

struct TextFault {
  std::size_t line = 1;
  std::size_t column = 1;  // In characters.
  std::string what;
};

// The first byte that no text of ours may hold: malformed UTF-8, or a control character.
std::optional<TextFault> first_bad_byte(std::string_view text);

// Where a second document begins: one file holds one.
// Throws YAML::Exception if the text is not YAML.
std::optional<TextFault> second_document(const std::string& text);

}  // namespace shouwang::config
