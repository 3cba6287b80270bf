// texts/<language>.yaml: words for people.

#include <filesystem>

#include "config/draft.h"
#include "config/template.h"
#include "config/text_fields.h"
#include "device/signal.h"

namespace shouwang::config {
namespace {

constexpr int kDepthMax = 8;
constexpr std::size_t kTextBytesMax = 16 * 1024;

// Where each text of a language stands.
using Places = std::map<std::string, Reader>;

class TextReader {
 public:
  TextReader(Catalogue::Texts& texts, Places& places) : texts_(texts), places_(places) {}

  // `role: {unit_head: ..}` and `role.unit_head: ..` are the same text.
  void read(Reader node, const std::string& prefix, int depth) {
    if (depth > kDepthMax) return node.fault("texts are nested too deep");
    node.each_entry([&](const std::string& name, const Reader& key, const Reader& value) {
      const std::string full = prefix.empty() ? name : prefix + "." + name;
      if (value.is_map()) return read(value, full, depth + 1);
      if (!value.is_there())
        return key.fault("text `" + full + "` is empty; write \"\" if it is meant to be");
      add(full, key, value);
    });
    node.close();
  }

 private:
  void add(const std::string& full, const Reader& key, const Reader& value) {
    const auto text = value.text();
    if (!text) return;
    if (text->size() > kTextBytesMax) return value.fault("text `" + full + "` is too long");
    if (!is_read(full)) {
      return key.fault("text `" + full + "` is read by nobody; groups: " + groups());
    }
    for (const std::string& fault : check_template(*text, fields_of(full))) {
      value.fault("text `" + full + "`: " + fault);
    }
    if (!texts_.emplace(full, *text).second) return key.fault("text `" + full + "` is there twice");
    places_.emplace(full, key);
  }

  static std::string groups() {
    std::vector<std::string> names = {std::string(kMessages)};
    for (const TextGroup& group : kTextGroups) names.emplace_back(group.prefix);
    return listed(names);
  }

  Catalogue::Texts& texts_;
  Places& places_;
};

// Texts without which every page and message would show a bare key.
std::vector<std::string> needed_texts() {
  std::vector<std::string> keys;
  for (int i = 0; i < household::kRoleCount; ++i) {
    keys.push_back("role." + std::string(name_of(static_cast<household::Role>(i))));
  }
  for (int i = 0; i <= static_cast<int>(device::Kind::device); ++i) {
    keys.push_back("kind." + std::string(name_of(static_cast<device::Kind>(i))));
  }
  for (int i = 0; i <= static_cast<int>(household::Tier::unit); ++i) {
    keys.push_back("tier." + std::string(name_of(static_cast<household::Tier>(i))));
  }
  return keys;
}

// One file's texts, in place of those that earlier files have under the same keys.
void read_language(const std::string& file, Draft& draft, std::map<std::string, Places>& places) {
  const std::string language = std::filesystem::path(file).stem().string();
  draft.languages.add(language);
  const Reader root = open(draft, file);
  if (!root.is_map()) return;
  Catalogue::Texts texts;
  Places where;
  TextReader(texts, where).read(root, "", 0);
  for (auto& [key, text] : texts) {
    draft.config.catalogue.languages[language].insert_or_assign(key, std::move(text));
  }
  for (const auto& [key, place] : where) places[language].insert_or_assign(key, place);
}

}  // namespace

void read_texts(Draft& draft) {
  auto& catalogue = draft.config.catalogue;
  catalogue.fallback = draft.config.language;
  std::map<std::string, Places> places;
  for (const std::string& folder : draft.places_of("texts")) {
    for (const std::string& file : files_in(draft, folder, "", ".yaml")) {
      read_language(file, draft, places);
    }
  }
  const auto fallback = catalogue.languages.find(catalogue.fallback);
  if (fallback == catalogue.languages.end()) return;
  for (const auto& [language, keys] : places) {
    for (const auto& [key, place] : keys) {
      if (fallback->second.contains(key)) continue;
      place.fault("text `" + key + "` is missing in texts/" + catalogue.fallback +
                  ".yaml, the language that stands in for all others");
    }
  }
  for (const std::string& key : needed_texts()) {
    if (fallback->second.contains(key)) continue;
    draft.faults.push_back(
        {.file = "texts/" + catalogue.fallback + ".yaml", .what = "text `" + key + "` is missing"});
  }
}

}  // namespace shouwang::config
