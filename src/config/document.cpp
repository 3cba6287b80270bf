#include "config/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "base/utf8.h"

namespace shouwang::config {
namespace {

// Sees where documents begin, and nothing else.
class DocumentMarks : public YAML::EventHandler {
 public:
  std::vector<YAML::Mark> begins;

  void OnDocumentStart(const YAML::Mark& mark) override { begins.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

}  // namespace

std::optional<TextFault> first_bad_byte(std::string_view text) {
  TextFault at;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    for (std::size_t i = 0; i < line.size(); ++at.column) {
      const std::string_view character = first_characters(line.substr(i), 1);
      if (!is_utf8(character)) at.what = "not UTF-8: save the file as UTF-8";
      if (static_cast<unsigned char>(character[0]) < 0x20 && character != "\t" &&
          character != "\r") {
        at.what = "a control character: remove it";
      }
      if (!at.what.empty()) return at;
      i += character.size();
    }
    text.remove_prefix(std::min(end + 1, text.size()));
    ++at.line;
    at.column = 1;
  }
  return std::nullopt;
}

std::optional<TextFault> second_document(const std::string& text) {
  // YAML::LoadAll would tell, but never ends on some texts that are none (`'a'`, line feed, `,`).
  // Two steps always end.
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentMarks marks;
  for (int step = 0; step < 2 && parser.HandleNextDocument(marks);) ++step;
  if (marks.begins.size() < 2) return std::nullopt;
  const YAML::Mark& at = marks.begins[1];
  return TextFault{.line = static_cast<std::size_t>(at.line) + 1,
                   .column = static_cast<std::size_t>(at.column) + 1,
                   .what = "a second document begins here; one file holds one"};
}

}  // namespace shouwang::config
