// Takes secrets out of text that will be logged, stored or shown.
//
// Errors of providers and of libcurl may repeat what they were sent: tokens in a URL, a person's
// address, the link to a phone page. None of that may reach a journal, a log or a board.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shouwang::notify {

class Redactor {
 public:
  Redactor() = default;
  // Texts shorter than three bytes hide nothing and are left alone.
  explicit Redactor(std::vector<std::string> secrets) { add(std::move(secrets)); }

  void add(std::vector<std::string> secrets);

  // `text` as one line of at most `characters`, control characters replaced. Each secret is
  // starred out, as it is and as it looks percent-encoded or inside a JSON string.
  std::string clean(std::string_view text, std::size_t characters = 160) const;

 private:
  std::vector<std::string> secrets_;
};

// RFC 3986: everything but letters, digits and "-._~" becomes %XX. Fits forms as well.
std::string percent_encoded(std::string_view text);
// The inside of a JSON string: escaped, without the quotes.
std::string json_escaped(std::string_view text);

}  // namespace shouwang::notify
