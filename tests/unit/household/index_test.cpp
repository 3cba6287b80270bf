#include "household/index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/id.h"

namespace shouwang::household {
namespace {

struct Item {
  PersonId id;
};

// What a search from the front finds.
std::optional<std::size_t> first_of(const std::vector<Item>& items, const PersonId& id) {
  const auto found = std::ranges::find(items, id, &Item::id);
  if (found == items.end()) return std::nullopt;
  return static_cast<std::size_t>(found - items.begin());
}

TEST(Index, FindsTheFirstOfEachIdInListsOfAnyLength) {
  std::vector<Item> items;
  for (int length = 0; length < 300; ++length) {
    const Index<Item> index(items);
    for (int i = 0; i < 300; ++i) {
      const PersonId id("R" + std::to_string(i));
      ASSERT_EQ(index.find(items, id), first_of(items, id)) << id << " of " << length;
    }
    // Every third id comes a second time.
    items.push_back({PersonId("R" + std::to_string(length % 3 == 2 ? length / 2 : length))});
  }
}

TEST(Index, FindsNothingByAnEmptyIdUnlessItIsThere) {
  std::vector<Item> items{{PersonId("R1")}};
  EXPECT_EQ(Index<Item>(items).find(items, PersonId()), std::nullopt);
  items.push_back({});
  EXPECT_EQ(Index<Item>(items).find(items, PersonId()), 1U);
}

}  // namespace
}  // namespace shouwang::household
