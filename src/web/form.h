// What a person filled in: the fields of a form or of a JSON object.
//
// A page without script sends a form, a page with script sends JSON; both become the same Fields.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace shouwang::web {

struct Request;

inline constexpr std::size_t kFieldsMax = 64;

class Fields {
 public:
  // "" if absent.
  const std::string& operator[](std::string_view name) const;
  bool has(std::string_view name) const { return values_.contains(name); }
  void set(std::string name, std::string value);
  std::size_t size() const { return values_.size(); }
  friend bool operator==(const Fields&, const Fields&) = default;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// "%e5%8f%b7+5" -> "号 5"; nothing if a percent sign is not followed by two hex digits. In a path,
// `plus_is_blank` is false.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_blank);
// Everything but letters, digits and "-._~" encoded: fit for one segment of a path or one value of
// a query.
std::string percent_encoded(std::string_view text);

// `a=1&b=2`. The first of equal names counts. Blanks around a value are cut off, control
// characters become U+FFFD.
//
// Errors: invalid (broken encoding, not UTF-8, more than kFieldsMax fields).
Result<Fields> read_form(std::string_view text);
// A flat JSON object of texts, numbers, booleans and nulls; a null counts as absent.
// Errors: invalid, as above or if it is anything else.
Result<Fields> read_object(std::string_view text);
// The body by its content type: form or JSON; an empty body gives no fields.
// Errors: invalid; refused if it is of another type.
Result<Fields> read_body(const Request& request);

}  // namespace shouwang::web
