// Fields and words that several codec_*.cpp need; inside store/codec_*.cpp only.

#pragma once

#include "dispatch/book.h"
#include "store/codec_json.h"

namespace shouwang::store::codec {

// ---- words -------------------------------------------------------------------

inline bool named(Word word, device::Kind& value) {
  return take_word(device::kind_named(word.text), value);
}
inline bool named(Word word, household::Role& value) {
  return take_word(household::role_named(word.text), value);
}
inline bool named(Word word, incident::Reach& value) {
  return take_word(incident::reach_named(word.text), value);
}

inline bool named(Word word, dispatch::Need& value) {
  return take_word(dispatch::need_named(word.text), value);
}

// ---- values with a form of their own ------------------------------------------

// A set of roles: ["unit_head","guarantor"].
inline void put(To to, household::Roles roles) { put(to, roles.list()); }
inline bool get(From from, household::Roles& roles, std::string& why) {
  std::vector<household::Role> list;
  if (!get(from, list, why)) return false;
  roles = {};
  for (const household::Role role : list) roles.add(role);
  return true;
}

// A way to a person: ["push","test:R0786/push"].
inline void put(To to, const household::Address& way) {
  static_assert(kFieldsOf<household::Address> == 2);
  to.text.push_back('[');
  put(to, way.channel);
  to.text.push_back(',');
  put(to, way.address);
  to.text.push_back(']');
}
inline bool get(From from, household::Address& way, std::string& why) {
  if (!from.value.is_array() || from.value.get_array().size() != 2)
    return wrong(why, "a channel and address");
  return get(From{from.value.get_array()[0]}, way.channel, why) &&
         get(From{from.value.get_array()[1]}, way.address, why);
}

}  // namespace shouwang::store::codec
