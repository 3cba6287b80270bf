#include "tests/support/texts.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>

namespace shouwang::testing {
namespace {

void read(const YAML::Node& node, const std::string& key, Catalogue::Texts& texts) {
  if (node.IsScalar()) {
    texts[key] = node.Scalar();
    return;
  }
  for (const auto& entry : node) {
    const auto name = entry.first.as<std::string>();
    read(entry.second, key.empty() ? name : key + "." + name, texts);
  }
}

}  // namespace

Catalogue shipped_texts() {
  Catalogue catalogue;
  const std::filesystem::path folder = std::filesystem::path(SHOUWANG_SOURCE_DIR) / "config/texts";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".yaml") continue;
    read(YAML::LoadFile(file.path().string()), "",
         catalogue.languages[file.path().stem().string()]);
  }
  return catalogue;
}

}  // namespace shouwang::testing
