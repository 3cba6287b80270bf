// Finds an item of a list by its id: where a map would keep a second copy of every id, this keeps
// 6 to 12 bytes an item.

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace shouwang::household {

// An open-addressed table of places in a list whose items have a hashable `id`.
template <class Item>
class Index {
 public:
  using Key = decltype(Item::id);

  // Of several items with one id the first counts. REQUIRES: fewer than 2^32 - 1 items.
  explicit Index(const std::vector<Item>& items)
      : slots_(std::bit_ceil(items.size() + items.size() / 2 + 1), 0) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      std::uint32_t& slot = slots_[slot_of(items, items[i].id)];
      if (slot == 0) slot = static_cast<std::uint32_t>(i + 1);
    }
  }

  // `items`: those that it was made from, unchanged.
  std::optional<std::size_t> find(const std::vector<Item>& items, const Key& id) const {
    const std::uint32_t slot = slots_[slot_of(items, id)];
    if (slot == 0) return std::nullopt;
    return slot - 1;
  }

 private:
  // The slot of `id`, or the free one that ends the search for it.
  std::size_t slot_of(const std::vector<Item>& items, const Key& id) const {
    std::size_t at = std::hash<Key>{}(id) & (slots_.size() - 1);
    while (slots_[at] != 0 && items[slots_[at] - 1].id != id) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  std::vector<std::uint32_t> slots_;  // Place + 1; 0: free. A power of two, a third free.
};

}  // namespace shouwang::household
