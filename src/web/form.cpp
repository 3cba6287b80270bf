#include "web/form.h"

#include <boost/json.hpp>

#include "base/utf8.h"
#include "web/request.h"

namespace shouwang::web {
namespace {

namespace json = boost::json;

constexpr std::string_view kBlanks = " \t\r\n";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string tidy(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return "";
  return printable(text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1));
}

Result<Done> add(Fields& fields, std::string_view name, std::string_view value) {
  if (!is_utf8(name) || !is_utf8(value)) {
    return fail(Error::Code::invalid, "a field is not UTF-8 text");
  }
  if (fields.size() >= kFieldsMax) {
    return fail(Error::Code::invalid, "more than " + std::to_string(kFieldsMax) + " fields");
  }
  if (!fields.has(name)) fields.set(std::string(name), tidy(value));
  return Done{};
}

// The text of a scalar; nothing for a list or an object.
std::optional<std::string> text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_structured()) return std::nullopt;
  return json::serialize(value);
}

}  // namespace

const std::string& Fields::operator[](std::string_view name) const {
  static const std::string kNothing;
  const auto found = values_.find(name);
  return found == values_.end() ? kNothing : found->second;
}

void Fields::set(std::string name, std::string value) {
  values_.insert_or_assign(std::move(name), std::move(value));
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      decoded.push_back(' ');
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      decoded.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return decoded;
}

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view kPlain = "-._~";
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool alphanumeric =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (alphanumeric || kPlain.find(c) != std::string_view::npos) {
      encoded.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
  }
  return encoded;
}

Result<Fields> read_form(std::string_view text) {
  Fields fields;
  while (!text.empty()) {
    const auto end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto name = percent_decoded(pair.substr(0, equals), true);
    const auto value = percent_decoded(
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
    if (!name || !value) {
      return fail(Error::Code::invalid, "a percent sign is not followed by two hex digits");
    }
    TRY_DONE(add(fields, *name, *value));
  }
  return fields;
}

Result<Fields> read_object(std::string_view text) {
  boost::system::error_code problem;
  const json::value value = json::parse(text, problem, {}, {.max_depth = 4});
  if (problem) return fail(Error::Code::invalid, "not JSON: " + problem.message());
  const json::object* object = value.if_object();
  if (object == nullptr) return fail(Error::Code::invalid, "a JSON object is expected");
  Fields fields;
  for (const auto& entry : *object) {
    if (entry.value().is_null()) continue;
    const auto scalar = text_of(entry.value());
    if (!scalar) {
      return fail(Error::Code::invalid, "`" + printable(first_characters(entry.key(), 40)) +
                                            "` must be a text, a number or a boolean");
    }
    TRY_DONE(add(fields, entry.key(), *scalar));
  }
  return fields;
}

Result<Fields> read_body(const Request& request) {
  if (request.body.empty()) return Fields{};
  if (request.content_type == "application/json") return read_object(request.body);
  if (request.content_type == "application/x-www-form-urlencoded") return read_form(request.body);
  return fail(Error::Code::refused, "send application/json or application/x-www-form-urlencoded");
}

}  // namespace shouwang::web
