#include "notify/text_template.h"

#include <kainjow/mustache.hpp>

namespace shouwang::notify {
namespace {

namespace mustache = kainjow::mustache;

std::set<std::string> names_in(std::string_view text) {
  std::set<std::string> names;
  for (auto at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    at += 2;
    const auto end = text.find("}}", at);
    if (end == std::string_view::npos) break;
    std::string_view tag = text.substr(at, end - at);
    while (!tag.empty() && std::string_view("#^/&{ ").find(tag.front()) != std::string_view::npos) {
      tag.remove_prefix(1);
    }
    while (!tag.empty() && tag.back() == ' ') tag.remove_suffix(1);
    names.emplace(tag);
    at = end + 2;
  }
  return names;
}

}  // namespace

struct Fields::Data {
  mustache::data values;
};

Fields::Fields() : data_(std::make_unique<Data>()) {}
Fields::Fields(Fields&&) noexcept = default;
Fields& Fields::operator=(Fields&&) noexcept = default;
Fields::~Fields() = default;

void Fields::text(const std::string& name, const std::string& value) {
  data_->values.set(name, mustache::data(value));
}

void Fields::flag(const std::string& name, bool value) {
  data_->values.set(name, mustache::data(value));
}

struct TextTemplate::Parsed {
  std::string plain;
  std::unique_ptr<mustache::mustache> tags;  // Null: nothing to fill in.
};

TextTemplate::TextTemplate(std::unique_ptr<Parsed> parsed, std::set<std::string> names)
    : parsed_(std::move(parsed)), names_(std::move(names)) {}
TextTemplate::TextTemplate(TextTemplate&&) noexcept = default;
TextTemplate& TextTemplate::operator=(TextTemplate&&) noexcept = default;
TextTemplate::~TextTemplate() = default;

Result<TextTemplate> TextTemplate::parse(const std::string& text, Escape escape) {
  auto parsed = std::make_unique<Parsed>();
  parsed->plain = text;
  if (text.find("{{") != std::string::npos) {
    parsed->tags = std::make_unique<mustache::mustache>(text);
    if (!parsed->tags->is_valid()) {
      return fail(Error::Code::invalid, parsed->tags->error_message());
    }
    parsed->tags->set_custom_escape(std::move(escape));
  }
  return TextTemplate(std::move(parsed), names_in(text));
}

std::string TextTemplate::render(const Fields& fields) const {
  if (!parsed_->tags) return parsed_->plain;
  std::string filled;
  parsed_->tags->render(fields.data_->values, [&](const std::string& piece) { filled += piece; });
  return filled;
}

}  // namespace shouwang::notify
