#include "config/names.h"

#include <algorithm>
#include <numeric>

#include "base/utf8.h"

namespace shouwang::config {

const char kIdForm[] = "an id: 1 .. 64 characters without blanks, quotes and / + # ? % & $";

std::string Names::missing(std::string_view name) const {
  const std::string text = kind_ + " `" + std::string(name) + "` does not exist";
  const std::string* nearest = nullptr;
  std::size_t least = std::min(std::max<std::size_t>(2, name.size() / 3) + 1, name.size());
  for (const std::string& known : names_) {
    const std::size_t apart = distance(name, known);
    if (apart >= least) continue;
    least = apart;
    nearest = &known;
  }
  if (nearest != nullptr) return text + "; did you mean `" + *nearest + "`?";
  if (names_.empty()) return text + "; there is none";
  if (names_.size() > 12) return text;
  return text + "; there are: " + listed({names_.begin(), names_.end()});
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

// Levenshtein's distance, row by row.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

bool is_id(std::string_view text) {
  const std::size_t length = count_characters(text);
  if (length < 1 || length > 64 || !is_utf8(text)) return false;
  return std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f ||
           std::string_view("/+#?%&$\"'`").find(c) != std::string_view::npos;
  });
}

}  // namespace shouwang::config
