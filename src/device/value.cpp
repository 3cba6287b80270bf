#include "device/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace shouwang::device {
namespace {

using Type = Value::Type;
using Bytes = std::array<std::uint8_t, 4>;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

// Each reader calls take(index, byte) for every byte and says whether the text was sound.
template <class Take>
bool each_hex_byte(std::string_view text, Take take) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  if (text.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    take(i / 2, static_cast<std::uint8_t>(high * 16 + low));
  }
  return true;
}

template <class Take>
bool each_base64_byte(std::string_view text, Take take) {
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  if (text.size() % 4 == 1) return false;
  std::uint32_t bits = 0;
  int count = 0;
  std::size_t index = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) return false;
    bits = (bits << 6 | static_cast<std::uint32_t>(digit)) & 0xFFFF;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    take(index++, static_cast<std::uint8_t>(bits >> count & 0xFF));
  }
  return true;
}

template <class Take>
bool each_byte(const Value& value, Coding coding, Take take) {
  if (value.type == Type::bytes) {
    for (std::size_t i = 0; i < value.text.size(); ++i) {
      take(i, static_cast<std::uint8_t>(value.text[i]));
    }
    return true;
  }
  if (value.type != Type::text) return false;
  switch (coding) {
    case Coding::hex: return each_hex_byte(value.text, take);
    case Coding::base64: return each_base64_byte(value.text, take);
    case Coding::plain:
    case Coding::number: return false;
  }
  return false;
}

Value sliced(const Value& value, Coding coding, const Slice& slice) {
  Bytes taken{};
  std::size_t count = 0;
  const bool sound = each_byte(value, coding, [&](std::size_t index, std::uint8_t byte) {
    if (index < slice.offset || index >= slice.offset + slice.width) return;
    taken[index - slice.offset] = byte;
    ++count;
  });
  if (!sound || count < slice.width) return Value::of_other();
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < slice.width; ++i) {
    number = number << 8 | taken[slice.big_endian ? i : slice.width - 1 - i];
  }
  return Value::of_number(number);
}

Value masked(const Value& value, std::uint64_t mask) {
  constexpr double kExact = 9007199254740992.0;  // 2^53: above it not every integer is a double.
  const double n = value.number;
  if (value.type != Type::number || n < 0 || n > kExact || n != std::floor(n)) {
    return Value::of_other();
  }
  return Value::of_truth((static_cast<std::uint64_t>(n) & mask) != 0);
}

}  // namespace

Value Value::of(const JsonNode& node) {
  switch (node.type) {
    case JsonNode::Type::object:
    case JsonNode::Type::array: return of_other();
    case JsonNode::Type::string: return of_text(node.text);
    case JsonNode::Type::number:
      return {.type = Type::number, .number = node.number, .text = node.text};
    case JsonNode::Type::boolean: return of_truth(node.truth);
    case JsonNode::Type::null: return {.type = Type::null};
  }
  return of_other();
}

bool is(const Value& value, const Typed& typed) {
  switch (value.type) {
    case Type::null: return std::holds_alternative<std::monostate>(typed);
    case Type::boolean: {
      const bool* wanted = std::get_if<bool>(&typed);
      return wanted != nullptr && *wanted == value.truth;
    }
    case Type::number: {
      const double* wanted = std::get_if<double>(&typed);
      return wanted != nullptr && *wanted == value.number;
    }
    case Type::text: {
      const std::string* wanted = std::get_if<std::string>(&typed);
      return wanted != nullptr && *wanted == value.text;
    }
    case Type::missing:
    case Type::bytes:
    case Type::other: return false;
  }
  return false;
}

bool is_any(const Value& value, const std::vector<Typed>& list) {
  return std::ranges::any_of(list, [&](const Typed& typed) { return is(value, typed); });
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

Value decoded(const Value& value, Coding coding, const std::optional<Slice>& slice,
              std::uint64_t mask) {
  if (value.type == Type::missing || value.type == Type::null) return value;
  Value result = value;
  if (coding == Coding::number && value.type == Type::text) {
    if (const auto number = number_in(value.text)) result = Value::of_number(*number);
  }
  if (slice) result = sliced(value, coding, *slice);
  return mask == 0 ? result : masked(result, mask);
}

}  // namespace shouwang::device
