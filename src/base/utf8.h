// UTF-8 text: is it sound, and how long is it for a person.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shouwang {

// Whether `text` is well-formed UTF-8 (no overlong forms, surrogates or values above U+10FFFF).
bool is_utf8(std::string_view text);

// Code points in `text`; a malformed byte counts as one.
std::size_t count_characters(std::string_view text);

// The first `count` code points of `text`.
std::string_view first_characters(std::string_view text, std::size_t count);

// `text` with control characters (but not tab and line feed) and malformed bytes replaced by
// U+FFFD: fit to be logged, shown or put into JSON.
std::string printable(std::string_view text);

}  // namespace shouwang
