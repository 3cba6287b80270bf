// The words of messages: everything of the catalogue below "message.", read once.
//
//   message.title.<letter>              first line; fields: kMessageFields
//   message.what.<letter>[.<audience>]  what has happened; the audience's own wins
//   message.do.<kind>.<audience>        what to do; <kind> `other` stands in for any
//   message.emergency.<kind>            when to leave and call the emergency number
//   message.type|alarm|event.<kind>, message.role.<role>, message.cause.<cause>, …: see
//   config/texts/.
//
// <audience> is resident, relative, responder, desk or specialist.

#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/catalogue.h"
#include "household/post.h"
#include "notify/text_template.h"

namespace shouwang::notify {

// Whose words a message is in.
enum class Audience : std::uint8_t { resident, relative, responder, desk, specialist };
std::string_view name_of(Audience audience);

// Who lives there is spoken to as a resident whatever else they are; then the desk, those
// who can be sent, specialists, relatives.
Audience audience_of(const household::Roles& roles);

class Phrases {
 public:
  // Keeps what it needs; the catalogue may go.
  explicit Phrases(const Catalogue& catalogue);

  // The first of `keys` that there is, filled in: in `language`, else in the fallback language,
  // else "".
  std::string say(std::string_view language, std::initializer_list<std::string_view> keys,
                  const Fields& fields) const;

 private:
  using Texts = std::map<std::string, TextTemplate, std::less<>>;
  const TextTemplate* find(const std::string& language,
                           std::initializer_list<std::string_view> keys) const;

  std::map<std::string, Texts, std::less<>> languages_;
  std::string fallback_;
};

// What is missing or wrong in the catalogue's messages, worded for whoever writes them:
// "en: message.cause.pot is missing". Empty if every message can be written in every language.
std::vector<std::string> check_messages(const Catalogue& catalogue);

}  // namespace shouwang::notify
