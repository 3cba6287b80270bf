// Mustache templates as far as a configuration may use them: {{field}}, {{{field}}}, {{&field}},
// {{#field}}..{{/field}}, {{^field}}..{{/field}}, {{! remark}}.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shouwang::config {

// Everything wrong with `text`, in the order found: tags and sections left open or closed without
// having been opened, fields that are not among `fields`, partials, changed delimiters.
std::vector<std::string> check_template(std::string_view text,
                                        std::span<const std::string_view> fields);

// `text` with `word` in the place of every field, and every section shown or left out (an inverted
// one the other way round): for looking at what stands around the tags.
std::string filled(std::string_view text, std::string_view word, bool sections_shown);

// Whether a tag of `text` names `field`.
bool uses_field(std::string_view text, std::string_view field);

}  // namespace shouwang::config
