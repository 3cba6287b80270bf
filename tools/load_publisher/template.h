// Text with places to fill in: {community}, {device}, {event}, {seq}, {time}.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shouwang::tools {

struct Fields {
  std::string_view community;
  std::string_view device;
  std::string_view event;
  std::uint64_t seq = 0;
  std::string_view time;  // RFC 3339, UTC.
};

// Cut up once, filled in often. Other text in braces, as in JSON, stays as it is.
class Template {
 public:
  explicit Template(std::string_view text);

  std::string fill(const Fields& fields) const;

 private:
  struct Part {
    std::string literal;
    char field = 0;  // The field's first letter, behind the literal; 0: none.
  };
  std::vector<Part> parts_;
};

}  // namespace shouwang::tools
