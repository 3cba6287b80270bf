// Rows of netstrings (cr.yp.to/proto/netstrings.txt): `<length in bytes, decimal>:<bytes>,` each.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shouwang::store {

void append_netstring(std::string& row, std::string_view bytes);

// Takes the first one off the front of `row`; nothing, and `row` unchanged, if it does not begin
// with one.
std::optional<std::string_view> take_netstring(std::string_view& row);

}  // namespace shouwang::store
