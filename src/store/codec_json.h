// How the codec writes and reads; inside store/codec_*.cpp only.
//
// Each struct lists its fields once, for both directions:
//
//   template <class Io>
//   void fields(Io& io, Ref<Io, incident::Note> note) {
//     static_assert(kFieldsOf<incident::Note> == 3);  // A new field must be listed here.
//     io.must("at", note.at);                  // Always written; missing is an error.
//     io.may("text", note.text);               // Left out when empty.
//     io.may("count", note.count, 1);          // Left out when 1; 1 when missing.
//   }

#pragma once

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <boost/pfr/tuple_size.hpp>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/id.h"
#include "base/time.h"
#include "store/codec.h"

namespace shouwang::store::codec {

namespace json = boost::json;

template <class Io, class T>
using Ref = std::conditional_t<Io::kWrites, const T&, T&>;

template <class T>
inline constexpr std::size_t kFieldsOf = boost::pfr::tuple_size_v<T>;

class Writer;
class Reader;

// Where a value is written, where it is read, and a word that is read. Types of this namespace, so
// that every put(), get() and named() of it is found wherever it stands.
struct To {
  std::string& text;  // Grows by the value.
};
struct From {
  const json::value& value;
};
struct Word {
  std::string_view text;
};

// ---- words: `named(word, value)` sets `value`, or returns false ------------

template <class T>
bool take_word(std::optional<T> found, T& value) {
  if (found) value = *found;
  return found.has_value();
}

// A word for each value of an enumeration that has none in the core.
template <class E, std::size_t N>
bool find_word(const std::string_view (&words)[N], std::string_view text, E& value) {
  for (std::size_t i = 0; i < N; ++i) {
    if (words[i] != text) continue;
    value = static_cast<E>(i);
    return true;
  }
  return false;
}

// ---- writing ----------------------------------------------------------------

template <class T>
concept Listed = requires(Writer& io, const T& value) {
  fields(io, value);
};

template <class T>
concept Words = std::is_enum_v<T>;

// What follows the backslash; 0: the character stands for itself.
constexpr char escape_of(char c) {
  switch (c) {
    case '"':
    case '\\': return c;
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return static_cast<unsigned char>(c) < 0x20 ? 'u' : '\0';
  }
}
// What follows the backslash, by byte.
inline constexpr auto kEscapes = [] {
  std::array<char, 256> escapes{};
  for (std::size_t c = 0; c < escapes.size(); ++c) escapes[c] = escape_of(static_cast<char>(c));
  return escapes;
}();
inline char escape_at(char c) { return kEscapes[static_cast<unsigned char>(c)]; }

// Slowly: with something to escape.
inline void put_escaped(To to, std::string_view value) {
  constexpr std::string_view kHex = "0123456789abcdef";
  to.text.push_back('"');
  for (const char c : value) {
    const char escape = escape_at(c);
    if (escape != 0) to.text.push_back('\\');
    to.text.push_back(escape == 0 ? c : escape);
    if (escape != 'u') continue;
    to.text.append("00");
    to.text.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
    to.text.push_back(kHex[static_cast<unsigned char>(c) & 15]);
  }
  to.text.push_back('"');
}
// What is not ASCII stays as it is.
inline void put(To to, std::string_view value) {
  if (std::ranges::any_of(value, escape_at)) return put_escaped(to, value);
  const std::size_t at = to.text.size();
  to.text.resize(at + value.size() + 2, '"');
  std::ranges::copy(value, to.text.data() + at + 1);
}
inline void put(To to, const std::string& value) { put(to, std::string_view(value)); }
inline void put(To to, bool value) { to.text.append(value ? "true" : "false"); }
template <class T>
void put_number(To to, T value) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  CHECK(error == std::errc{});
  to.text.append(text, end);
}
template <std::integral T>
void put(To to, T value) {
  put_number(to, value);
}
inline void put(To to, Millis value) { put_number(to, static_cast<std::int64_t>(value.count())); }
inline void put(To to, Instant value) { put(to, value.time_since_epoch()); }
inline void put(To to, double value) {
  to.text.push_back('"');
  put_number(to, value);
  to.text.push_back('"');
}
template <class Tag>
void put(To to, const Id<Tag>& value) {
  put(to, value.str());
}
template <Words T>
void put(To to, T value) {
  put(to, name_of(value));
}
template <Listed T>
void put(To to, const T& value);
template <class T>
void put(To to, const std::vector<T>& items) {
  char before = '[';
  for (const T& item : items) {
    to.text.push_back(std::exchange(before, ','));
    put(to, item);
  }
  to.text.append(before == '[' ? "[]" : "]");
}

// An object, key by key.
class Writer {
 public:
  static constexpr bool kWrites = true;
  explicit Writer(To to) : to_(to) { to_.text.push_back('{'); }
  void finish() { to_.text.push_back('}'); }

  template <class T>
  void must(std::string_view key, const T& value) {
    if (to_.text.back() != '{') to_.text.push_back(',');
    put(to_, key);
    to_.text.push_back(':');
    put(to_, value);
  }
  template <class T>
  void may(std::string_view key, const T& value, const std::type_identity_t<T>& usual = {}) {
    if (value != usual) must(key, value);
  }
  template <class T>
  void may(std::string_view key, const std::optional<T>& value) {
    if (value) must(key, *value);
  }

 private:
  To to_;
};

template <class Tag, class T>
void put(To to, const std::map<Id<Tag>, T>& items) {
  Writer writer(to);
  for (const auto& [key, item] : items) writer.must(key.str(), item);
  writer.finish();
}
template <Listed T>
void put(To to, const T& value) {
  Writer writer(to);
  fields(writer, value);
  writer.finish();
}

// ---- reading: each returns false and says why ---------------------------------

inline bool wrong(std::string& why, std::string_view wanted) {
  why.assign("is not ").append(wanted);
  return false;
}

inline bool get(From from, bool& value, std::string& why) {
  if (!from.value.is_bool()) return wrong(why, "true or false");
  value = from.value.get_bool();
  return true;
}
template <std::integral T>
bool get(From from, T& value, std::string& why) {
  if (from.value.is_int64() && std::in_range<T>(from.value.get_int64())) {
    value = static_cast<T>(from.value.get_int64());
    return true;
  }
  if (from.value.is_uint64() && std::in_range<T>(from.value.get_uint64())) {
    value = static_cast<T>(from.value.get_uint64());
    return true;
  }
  return wrong(why, "a whole number in its range");
}
inline bool get(From from, std::string& value, std::string& why) {
  if (!from.value.is_string()) return wrong(why, "text");
  value.assign(from.value.get_string().data(), from.value.get_string().size());
  return true;
}
inline bool get(From from, Millis& value, std::string& why) {
  std::int64_t count = 0;
  if (!get(from, count, why)) return false;
  value = Millis{count};
  return true;
}
inline bool get(From from, Instant& value, std::string& why) {
  Millis since{0};
  if (!get(from, since, why)) return false;
  value = Instant{since};
  return true;
}
inline bool get(From from, double& value, std::string& why) {
  if (!from.value.is_string()) return wrong(why, "a number as text");
  const std::string_view text = from.value.get_string();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return wrong(why, "a number");
  return true;
}
template <class Tag>
bool get(From from, Id<Tag>& value, std::string& why) {
  if (!from.value.is_string()) return wrong(why, "text");
  value = Id<Tag>(std::string_view(from.value.get_string()));
  return true;
}
template <Words T>
bool get(From from, T& value, std::string& why) {
  if (from.value.is_string() && named(Word{from.value.get_string()}, value)) return true;
  return wrong(why, "one of its words");
}
template <Listed T>
bool get(From from, T& value, std::string& why);
template <class T>
bool get(From from, std::optional<T>& value, std::string& why) {
  return get(from, value.emplace(), why);
}
template <class T>
bool get(From from, std::vector<T>& items, std::string& why) {
  if (!from.value.is_array()) return wrong(why, "a list");
  items.clear();
  items.reserve(from.value.get_array().size());
  for (const json::value& item : from.value.get_array()) {
    if (get(From{item}, items.emplace_back(), why)) continue;
    why.insert(0, "[" + std::to_string(items.size() - 1) + "] ");
    return false;
  }
  return true;
}
template <class Tag, class T>
bool get(From from, std::map<Id<Tag>, T>& items, std::string& why) {
  if (!from.value.is_object()) return wrong(why, "an object");
  items.clear();
  for (const auto& [key, item] : from.value.get_object()) {
    if (get(From{item}, items[Id<Tag>(std::string_view(key))], why)) continue;
    why.insert(0, "." + std::string(key) + " ");
    return false;
  }
  return true;
}

class Reader {
 public:
  static constexpr bool kWrites = false;
  Reader(const json::object& object, std::string& why) : object_(object), why_(why) {}

  template <class T>
  void must(std::string_view key, T& value) {
    if (!take(key, value) && ok_) fail(key, "is missing");
  }
  template <class T>
  void may(std::string_view key, T& value, const std::type_identity_t<T>& usual = {}) {
    if (!take(key, value) && ok_) value = usual;
  }

  // Whether all that was asked for was there and sound, and nothing else was there.
  bool finish() {
    if (ok_ && used_ != object_.size()) {
      for (std::size_t i = 0; i < object_.size(); ++i) {
        const auto& pair = *(object_.begin() + i);
        if (i >= 64 || (seen_ >> i & 1U) == 0) {
          fail(pair.key(), "is not a field that this release knows");
          break;
        }
      }
    }
    return ok_;
  }

 private:
  template <class T>
  bool take(std::string_view key, T& value) {
    if (!ok_) return false;
    const auto found = object_.find(key);
    if (found == object_.end()) return false;
    ++used_;
    seen_ |= std::uint64_t{1} << (static_cast<std::size_t>(found - object_.begin()) % 64);
    if (get(From{found->value()}, value, why_)) return true;
    fail(key, std::exchange(why_, {}));
    return false;
  }
  void fail(std::string_view key, std::string_view why) {
    ok_ = false;
    why_.assign(key);
    if (!why.starts_with('.') && !why.starts_with('[')) why_.append(why.empty() ? "" : ": ");
    why_.append(why);
  }

  const json::object& object_;
  std::string& why_;
  bool ok_ = true;
  std::size_t used_ = 0;
  std::uint64_t seen_ = 0;  // Bit i: the i-th field was asked for.
};

template <Listed T>
bool get(From from, T& value, std::string& why) {
  if (!from.value.is_object()) return wrong(why, "an object");
  Reader reader(from.value.get_object(), why);
  fields(reader, value);
  return reader.finish();
}

// ---- whole texts -------------------------------------------------------------

template <class T>
std::string encode_text(const T& value) {
  std::string text;
  text.reserve(1024);
  Writer writer(To{text});
  writer.must("v", kCodecVersion);
  fields(writer, value);
  writer.finish();
  return text;
}

// The value of `text`, which may hold bytes that are not UTF-8; nothing if it is not JSON.
inline std::optional<json::value> parse_text(std::string_view text, json::memory_resource* memory) {
  json::error_code error;
  const json::parse_options options{.allow_invalid_utf8 = true};
  json::value value = json::parse(text, error, memory, options);
  if (error) return std::nullopt;
  return value;
}

template <class T>
Result<T> decode_text(std::string_view text) {
  unsigned char buffer[8192];
  json::monotonic_resource memory(buffer);
  const auto parsed = parse_text(text, &memory);
  if (!parsed || !parsed->is_object()) return fail(Error::Code::corrupt, "is not a JSON object");
  std::string why;
  Reader reader(parsed->get_object(), why);
  int version = 0;
  reader.must("v", version);
  if (why.empty() && (version < 1 || version > kCodecVersion)) {
    return fail(Error::Code::corrupt, "v: is not 1.." + std::to_string(kCodecVersion));
  }
  T value{};
  fields(reader, value);
  if (!reader.finish()) return fail(Error::Code::corrupt, std::move(why));
  return value;
}

}  // namespace shouwang::store::codec
