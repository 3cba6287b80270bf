// The words of one reader: their language, and their community's names for its posts.

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/catalogue.h"
#include "base/time.h"
#include "web/desk.h"

namespace shouwang::web {

class Words {
 public:
  using Blanks = std::vector<std::pair<std::string, std::string>>;  // What fills a text's fields.

  // Both must outlive the Words. `community` may be nullptr: catalogue's words and UTC then.
  Words(const Catalogue& catalogue, std::string language, const CommunityView* community)
      : catalogue_(&catalogue), language_(std::move(language)), community_(community) {}

  const std::string& language() const { return language_; }
  const CommunityView* community() const { return community_; }

  // The text, its fields filled in, as plain text: whoever puts it into HTML escapes it. A key
  // that no catalogue has gives the key itself, so that a gap shows and breaks nothing.
  std::string operator()(std::string_view key, const Blanks& blanks = {}) const;
  bool has(std::string_view key) const { return catalogue_->find(language_, key) != nullptr; }
  // The lines of a text of several lines; empty if there is no such text.
  std::vector<std::string> lines(std::string_view key) const;
  // Every text whose key begins with "<group>.", by the rest of its key, fields not filled in. The
  // fallback language fills gaps.
  std::vector<std::pair<std::string, std::string>> group(std::string_view group) const;

  std::string role(household::Role role) const;
  std::string kind(device::Kind kind) const;
  std::string action(incident::Action action) const;
  std::string cause(incident::Cause cause) const;
  // "家属、单元长"
  std::string list(const std::vector<std::string>& items) const;

  // The community's local time: "02:40"; with the day in front if `at` is not on `now`'s day.
  std::string clock(Instant at, Instant now) const;
  // Minutes that local time is ahead of UTC at `at`.
  int zone_minutes(Instant at) const;

 private:
  LocalTime local(Instant at) const;

  const Catalogue* catalogue_;
  std::string language_;
  const CommunityView* community_;
};

// A span as a clock that runs: "3:12", "1:02:09"; below zero: "-0:12".
std::string running(Millis span);

// The language to use: the first of the wanted ones (a cookie, an Accept-Language header) that
// the catalogue has; else `otherwise`.
std::string chosen_language(const Catalogue& catalogue, std::string_view cookie,
                            std::string_view header, std::string_view otherwise);

}  // namespace shouwang::web
