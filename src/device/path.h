// Where a value stands in a JSON body: an RFC 6901 pointer with two extras.
//
//   /params/CurrentTemperature/value            key after key; a number is also an array index
//   /ZbReceived/*/ZoneStatusChange              * : every key of an object, every array element
//   /services[service_id=Smoke]/properties/x    [k=v,..] : those elements of the array whose key
//                                               k is the text, or the number, v
//   ""                                          the body itself
//
// Inside a key: ~0 is "~", ~1 is "/", ~2 is "*", ~3 is "[".

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace shouwang::device {

struct PathStep {
  std::string key;  // Unused with `every`. Empty with `where`: the array stands right here.
  bool every = false;
  std::vector<std::pair<std::string, std::string>> where;

  friend bool operator==(const PathStep&, const PathStep&) = default;
};

struct Path {
  std::vector<PathStep> steps;

  friend bool operator==(const Path&, const Path&) = default;
};

// Errors: invalid, with what is wrong.
Result<Path> parse_path(std::string_view text);

// The text it was parsed from.
std::string format(const Path& path);

}  // namespace shouwang::device
