// Names of things, one C++ type per kind of thing.
//
// An id is text that a person can read in a log and type at a prompt
// ("B05-U4-302"). Two ids of different kinds never compare or convert, so a
// person can not be passed where a post is wanted.

#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace shouwang {

template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  explicit Id(std::string_view text) : text_(text) {}
  explicit Id(const char* text) : text_(text) {}

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend bool operator==(const Id&, const Id&) = default;
  friend std::strong_ordering operator<=>(const Id& a, const Id& b) {
    return a.text_.compare(b.text_) <=> 0;
  }
  friend std::ostream& operator<<(std::ostream& out, const Id& id) { return out << id.text_; }

 private:
  std::string text_;
};

using CommunityId = Id<struct CommunityTag>;  // "changshan"; unique in one process.
using AreaId = Id<struct AreaTag>;            // "B05-U4"; unique in one community, as all below.
using HouseholdId = Id<struct HouseholdTag>;  // "B05-U4-302"
using PersonId = Id<struct PersonTag>;        // "R0786", "B05-U4-101/1", "OF03"
using PostId = Id<struct PostTag>;            // "UH-B05-U4", "DUTY-A"
using DeviceId = Id<struct DeviceTag>;        // "GA-B05-U4-302"
using IncidentId = Id<struct IncidentTag>;    // "20260115-184000-7f3k"; unique across hosts.
using ParcelKey = Id<struct ParcelTag>;       // "20260115-184000-7f3k.12"; same on every retry.

}  // namespace shouwang

template <class Tag>
struct std::hash<shouwang::Id<Tag>> {
  std::size_t operator()(const shouwang::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
