#include "web/embedded.h"

#include <algorithm>

#include "base/check.h"

namespace shouwang::web {
namespace {

// Only these leave the house as they are; templates do not.
bool is_asset(std::string_view name) {
  return name.ends_with(".js") || name.ends_with(".css") || name.ends_with(".svg");
}

std::string hashed_name(const Embedded& file) {
  const auto dot = file.name.rfind('.');
  std::string name(file.name.substr(0, dot));
  return name.append(".").append(file.digest).append(file.name.substr(dot));
}

}  // namespace

const Embedded* find_embedded(std::string_view name) {
  const auto files = embedded_files();
  const auto found = std::ranges::find(files, name, &Embedded::name);
  return found == files.end() ? nullptr : &*found;
}

const Embedded& embedded(std::string_view name) {
  const Embedded* file = find_embedded(name);
  CHECK(file != nullptr);
  return *file;
}

std::string asset_path(std::string_view name) { return "/assets/" + hashed_name(embedded(name)); }

const Embedded* asset_at(std::string_view file_name) {
  for (const Embedded& file : embedded_files()) {
    if (is_asset(file.name) && hashed_name(file) == file_name) return &file;
  }
  return nullptr;
}

std::string_view media_type(std::string_view name) {
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  if (name.ends_with(".yaml")) return "application/yaml";
  return "text/plain; charset=utf-8";
}

}  // namespace shouwang::web
