// Names that other places refer to, and what to say when one is not there.

#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace shouwang::config {

class Names {
 public:
  // `kind` is what they name: "area", "profile".
  explicit Names(std::string kind) : kind_(std::move(kind)) {}

  // Returns false if the name was there already.
  bool add(std::string_view name) { return names_.emplace(name).second; }
  bool has(std::string_view name) const { return is_doubtful_ || names_.contains(name); }
  // The file that gives the names could not be read: from now on every name is taken to be there.
  void doubt() { is_doubtful_ = true; }
  bool empty() const { return names_.empty(); }
  const std::set<std::string, std::less<>>& all() const { return names_; }

  // "area `B5-U4` does not exist; did you mean `B05-U4`?", or, where none is near and few are
  // there, "profile `x` does not exist; there are: native, tasmota".
  std::string missing(std::string_view name) const;

 private:
  std::string kind_;
  std::set<std::string, std::less<>> names_;
  bool is_doubtful_ = false;
};

// "a, b, c"
std::string listed(const std::vector<std::string>& words);

// The fewest letters to put in, take out or replace that turn one word into the other.
std::size_t distance(std::string_view a, std::string_view b);

// Whether `text` can be the id of a community, area, post or device: 1 .. 64 characters without
// blanks, quotes, control characters and the signs that mean something in a topic or a URL
// (/ + # ? % & $).
bool is_id(std::string_view text);
extern const char kIdForm[];  // The same in words.

}  // namespace shouwang::config
