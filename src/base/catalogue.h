// Words for people, by language and key. No text that a resident, relative or officer reads
// stands in the code; it stands in config/texts/<language>.yaml.
//
// A text is a mustache template ("{{place}} {{time}}"); who renders it names the fields.

#pragma once

#include <map>
#include <string>
#include <string_view>

namespace shouwang {

struct Catalogue {
  using Texts = std::map<std::string, std::string, std::less<>>;  // "gas.relative.first" -> text
  std::map<std::string, Texts, std::less<>> languages;            // "zh-CN" -> texts
  std::string fallback = "zh-CN";

  // The text in `language`, else in the fallback language, else nullptr.
  const std::string* find(std::string_view language, std::string_view key) const {
    for (const std::string_view wanted : {language, std::string_view(fallback)}) {
      const auto texts = languages.find(wanted);
      if (texts == languages.end()) continue;
      const auto text = texts->second.find(key);
      if (text != texts->second.end()) return &text->second;
    }
    return nullptr;
  }
};

}  // namespace shouwang
