// Chinese characters that exist only in simplified, or only in traditional writing.
//
// Nothing is ever converted; a ledger that mixes both is worth a second look, because a
// search for 社区 does not find 社區.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shouwang::config {

enum class Script { simplified, traditional };

// The first character of `text` that is only of `script`, or nothing. Knows some 200 pairs that
// addresses and names are made of.
std::optional<std::string> character_of(Script script, std::string_view text);

}  // namespace shouwang::config
