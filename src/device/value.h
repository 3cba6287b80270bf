// A value found in a message, and what is done to it before it is compared.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "device/json.h"
#include "device/profile.h"

namespace shouwang::device {

struct Value {
  enum class Type : std::uint8_t { missing, null, boolean, number, text, bytes, other };
  Type type = Type::missing;
  bool truth = false;
  double number = 0;
  std::string_view text;  // text, bytes; number: its literal

  static Value of(const JsonNode& node);
  static Value of_text(std::string_view text) { return {.type = Type::text, .text = text}; }
  static Value of_bytes(std::string_view bytes) { return {.type = Type::bytes, .text = bytes}; }
  static Value of_number(double number) { return {.type = Type::number, .number = number}; }
  static Value of_truth(bool truth) { return {.type = Type::boolean, .truth = truth}; }
  static Value of_other() { return {.type = Type::other}; }
};

// Equal in type and content; 1 and 1.0 are the same number.
bool is(const Value& value, const Typed& typed);
bool is_any(const Value& value, const std::vector<Typed>& list);

// The finite number that is all of the text; C's notation, no spaces, no plus sign.
std::optional<double> number_in(std::string_view text);

// The value after coding, slice and mask. One that does not fit them (odd hex digits, too few
// bytes, a fraction under a mask) becomes `other`, which is in no table.
Value decoded(const Value& value, Coding coding, const std::optional<Slice>& slice,
              std::uint64_t mask);

}  // namespace shouwang::device
