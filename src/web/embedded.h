// Files that are built into the program: scripts, styles, templates, the API's description.
// The table is generated at build time (tools/cmake/Embed.cmake).

#pragma once

#include <span>
#include <string>
#include <string_view>

namespace shouwang::web {

struct Embedded {
  std::string_view name;  // "phone.js", "card.mustache"
  std::string_view text;
  std::string_view digest;  // First 12 hex digits of its SHA-256.
};

std::span<const Embedded> embedded_files();

// nullptr if there is no such file.
const Embedded* find_embedded(std::string_view name);
// REQUIRES: the file is built in.
const Embedded& embedded(std::string_view name);

// "/assets/phone.0123456789ab.js": a new name for every content, so that browsers may keep it for
// ever. REQUIRES: the file is built in.
std::string asset_path(std::string_view name);
// The file such a path names; nullptr if there is none, or if its digest is another.
const Embedded* asset_at(std::string_view file_name);

// By the ending of the name: "text/javascript; charset=utf-8".
std::string_view media_type(std::string_view name);

}  // namespace shouwang::web
