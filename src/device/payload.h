// The bytes of one message, read the way a form wants them, each way at most once.

#pragma once

#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>

#include "device/json.h"
#include "device/value.h"

namespace shouwang::device {

class Payload {
 public:
  // Both have to outlive the payload and everything that was read from it.
  Payload(std::string_view bytes, std::pmr::memory_resource* memory)
      : bytes_(bytes), memory_(memory) {}

  std::string_view bytes() const { return bytes_; }

  // The document; nullptr and `problem` if it is none.
  const Json* json(bool latin1, std::string_view& problem);

  // The payload as one value: text, number (or text that is none), or bytes. Missing with
  // `problem` if the text is not UTF-8. REQUIRES: body is not json.
  Value whole(Body body, bool latin1, std::string_view& problem);

 private:
  struct Document {
    std::optional<Json> json;
    std::string problem;
  };
  std::optional<std::string_view> text(bool latin1);

  std::string_view bytes_;
  std::pmr::memory_resource* memory_;
  std::optional<std::string_view> from_latin1_;
  Document strict_;
  Document lenient_;
};

}  // namespace shouwang::device
