#include "device/payload.h"

#include "base/utf8.h"

namespace shouwang::device {
namespace {

// Every byte is the code point of its own number.
std::string_view utf8_of_latin1(std::string_view bytes, std::pmr::memory_resource* memory) {
  auto* text = static_cast<char*>(memory->allocate(bytes.size() * 2 + 1, 1));
  std::size_t size = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text[size++] = c;
    } else {
      text[size++] = static_cast<char>(0xC0 | byte >> 6);
      text[size++] = static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return {text, size};
}

}  // namespace

std::optional<std::string_view> Payload::text(bool latin1) {
  if (is_utf8(bytes_)) return bytes_;
  if (!latin1) return std::nullopt;
  if (!from_latin1_) from_latin1_ = utf8_of_latin1(bytes_, memory_);
  return from_latin1_;
}

const Json* Payload::json(bool latin1, std::string_view& problem) {
  Document& document = latin1 ? lenient_ : strict_;
  if (!document.json) {
    document.json.emplace(memory_);
    // The parser checks UTF-8 by itself, so only Latin-1 has to be looked for first.
    document.problem = document.json->parse(latin1 ? *text(true) : bytes_);
  }
  if (document.problem.empty()) return &*document.json;
  problem = document.problem;
  return nullptr;
}

Value Payload::whole(Body body, bool latin1, std::string_view& problem) {
  if (body == Body::bytes) return Value::of_bytes(bytes_);
  const auto read = text(latin1);
  if (!read) {
    problem = "not UTF-8";
    return {};
  }
  if (body == Body::number) {
    if (const auto number = number_in(*read)) return Value::of_number(*number);
  }
  return Value::of_text(*read);
}

}  // namespace shouwang::device
