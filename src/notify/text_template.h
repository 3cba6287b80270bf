// A mustache template, read once and filled in often.
//
//   {{name}} escaped, {{{name}}} as it is, {{#flag}}…{{/flag}} if set, {{^flag}}…{{/flag}} if not.

#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

namespace shouwang::notify {

// What a template is filled in with.
class Fields {
 public:
  Fields();
  Fields(Fields&&) noexcept;
  Fields& operator=(Fields&&) noexcept;
  ~Fields();

  void text(const std::string& name, const std::string& value);
  void flag(const std::string& name, bool value);

 private:
  friend class TextTemplate;
  struct Data;
  std::unique_ptr<Data> data_;
};

class TextTemplate {
 public:
  using Escape = std::function<std::string(const std::string&)>;

  // Errors: invalid (what is wrong with the syntax).
  static Result<TextTemplate> parse(const std::string& text, Escape escape);

  TextTemplate(TextTemplate&&) noexcept;
  TextTemplate& operator=(TextTemplate&&) noexcept;
  ~TextTemplate();

  // A field that is not there is filled in with nothing.
  std::string render(const Fields& fields) const;
  // The fields and flags that it names.
  const std::set<std::string>& names() const { return names_; }

 private:
  struct Parsed;
  TextTemplate(std::unique_ptr<Parsed> parsed, std::set<std::string> names);

  std::unique_ptr<Parsed> parsed_;
  std::set<std::string> names_;
};

}  // namespace shouwang::notify
