#include "tools/reference/figures.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <map>
#include <set>

namespace shouwang::reference {
namespace {

// The i-th of `parts` nearly equal shares of `whole`, i = 1..parts.
int share(int whole, int parts, int i) { return whole * i / parts - whole * (i - 1) / parts; }

std::vector<Home> addresses() {
  std::vector<Home> homes;
  for (int b = 1; b <= kBuildings; ++b) {
    for (int u = 1; u <= share(kUnits, kBuildings, b); ++u) {
      for (int door = 0; door < kFloors * kDoors; ++door) {
        const int floor = door / kDoors + 1;
        const int number = door % kDoors + 1;
        homes.push_back({.id = unit_name(b, u) + "-" + numbered("", floor * 100 + number, 3),
                         .grid = std::min(b, kGrids),
                         .building = b,
                         .unit = u,
                         .floor = floor,
                         .door = number});
      }
    }
  }
  for (int g = 1; g <= kGrids; ++g) {
    for (int n = 1; n <= (kHomes - kEquipped) / kGrids; ++n) {
      homes.push_back({.id = grid_name(g) + "-" + numbered("X", n, 3), .grid = g, .door = n});
    }
  }
  return homes;
}

int size_of(std::size_t home) {
  const std::size_t p = home * 1301 % kHomes;
  if (p < 700) return 1;
  if (p < 2000) return 2;
  if (p < 2750) return 3;
  return p < 3060 ? 4 : 5;
}

// Each building, and what of each grid lies outside the buildings, with its homes in order.
std::map<int, std::vector<std::size_t>> neighbourhoods(const std::vector<Home>& homes) {
  std::map<int, std::vector<std::size_t>> areas;
  for (std::size_t k = 0; k < homes.size(); ++k) {
    areas[homes[k].building != 0 ? homes[k].building : 100 + homes[k].grid].push_back(k);
  }
  return areas;
}

void place_lone_elders(std::vector<Home>& homes) {
  for (const auto& [area, members] : neighbourhoods(homes)) {
    std::vector<std::size_t> singles;
    std::ranges::copy_if(members, std::back_inserter(singles),
                         [&](std::size_t k) { return homes[k].size == 1; });
    for (std::size_t i = 0; i < kLoneElders; ++i) {
      Home& home = homes[singles[i * singles.size() / kLoneElders]];
      home.lone = true;
      home.elders = 1;
      home.stranded = i + 1 == kLoneElders && area <= 8;
    }
  }
}

// Homes that fit, scattered over the community.
template <class Fits>
std::vector<std::size_t> scattered(const std::vector<Home>& homes, Fits fits) {
  std::vector<std::size_t> found;
  for (std::size_t k = 0; k < homes.size(); ++k) {
    if (fits(homes[k])) found.push_back(k);
  }
  std::ranges::sort(found, {}, [](std::size_t k) { return k * 1709 % kHomes; });
  return found;
}

void place_elders(std::vector<Home>& homes, Profile profile) {
  const auto couples = scattered(homes, [](const Home& h) { return h.size == 2; });
  const auto families = scattered(homes, [](const Home& h) { return h.size >= 3; });
  const auto give = [&](const std::vector<std::size_t>& list, std::size_t count, int elders) {
    for (std::size_t i = 0; i < std::min(count, list.size()); ++i) homes[list[i]].elders = elders;
  };
  switch (profile) {
    case Profile::e18:
      give(couples, 400, 2);
      give(families, 313, 1);
      return;
    case Profile::e62:
      give(couples, couples.size(), 2);
      give(families, families.size(), 1);
      give(families, 522, 2);
      return;
  }
}

void choose_unit_heads(Figures& all) {
  for (std::size_t k = 0; k < kEquipped; ++k) {
    const Home& home = all.homes[k];
    const std::string unit = unit_name(home.building, home.unit);
    const bool is_headed = !all.units.empty() && all.units.back() == unit;
    if (is_headed || home.size < 2 || home.elders >= 2) continue;
    all.units.push_back(unit);
    all.unit_heads.push_back(k);
  }
}

void choose_building_heads(Figures& all) {
  const std::set<std::size_t> taken(all.unit_heads.begin(), all.unit_heads.end());
  for (int b = 1; b <= kGrids; ++b) {
    std::optional<std::size_t> couple;
    std::optional<std::size_t> other;
    for (std::size_t k = 0; k < kEquipped; ++k) {
      const Home& home = all.homes[k];
      if (home.building != b || taken.contains(k) || home.size < 2) continue;
      if (!couple && home.size == 2 && home.elders == 2) couple = k;
      if (!other) other = k;
    }
    all.building_heads.push_back(couple ? *couple : other.value());
  }
}

void choose_neighbours(Figures& all) {
  for (std::size_t k = 0; k < kEquipped; ++k) {
    if (kNeighbours * (k + 1) / kEquipped > kNeighbours * k / kEquipped) {
      all.neighbours.push_back(k);
    }
  }
}

int relatives_of(std::size_t home) {
  const std::size_t m = home % 20;
  if (m == 0) return 0;
  if (m <= 6) return 1;
  return m <= 17 ? 2 : 3;
}

void choose_relatives(Figures& all) {
  int link = 0;
  for (std::size_t k = 0; k < kEquipped; ++k) {
    for (int order = 1; order <= relatives_of(k); ++order, ++link) {
      const bool is_shared = link % 50 == 49;
      all.relatives.push_back({.home = k, .order = order, .person = is_shared ? link - 3 : link});
    }
  }
}

}  // namespace

std::string numbered(const char* letters, int number, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%s%0*d", letters, digits, number);
  return text.data();
}

std::string building_name(int building) { return numbered("B", building, 2); }
std::string grid_name(int grid) { return numbered("G", grid, 2); }
std::string unit_name(int building, int unit) {
  return building_name(building) + numbered("-U", unit, 1);
}

Figures figures(Profile profile) {
  Figures all;
  all.homes = addresses();
  for (std::size_t k = 0; k < all.homes.size(); ++k) all.homes[k].size = size_of(k);
  place_lone_elders(all.homes);
  place_elders(all.homes, profile);
  choose_unit_heads(all);
  choose_building_heads(all);
  choose_neighbours(all);
  choose_relatives(all);
  return all;
}

Duty duty(int day, int shift) {
  const int i = day * 3 + shift;
  return {.a = i % kOfficers + 1, .b = (i + 5) % kOfficers + 1};
}

}  // namespace shouwang::reference
