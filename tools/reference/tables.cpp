#include "tools/reference/tables.h"

#include <openssl/evp.h>

#include <array>
#include <cstdio>

#include "base/check.h"

namespace shouwang::reference {
namespace {

std::string number_or_blank(int number) { return number == 0 ? "" : std::to_string(number); }

std::string household_row(const Home& home) {
  const bool inside = home.building != 0;
  return home.id + "," + grid_name(home.grid) + "," + (inside ? building_name(home.building) : "") +
         "," + (inside ? unit_name(home.building, home.unit) : "") + "," +
         number_or_blank(home.floor) + "," + (inside ? std::to_string(home.door) : "") + "," +
         std::to_string(home.size) + "," + std::to_string(home.elders) + "," +
         (home.lone ? "1" : "0") + "," + (home.stranded ? "1" : "0");
}

Table households(const Figures& all) {
  Table table{.name = "households", .rows = {}};
  for (const Home& home : all.homes) table.rows.push_back(household_row(home));
  return table;
}

Table heads(const Figures& all) {
  Table table{.name = "heads", .rows = {}};
  for (std::size_t i = 0; i < all.units.size(); ++i) {
    table.rows.push_back("unit," + all.units[i] + "," + all.homes[all.unit_heads[i]].id);
  }
  for (std::size_t i = 0; i < all.building_heads.size(); ++i) {
    table.rows.push_back("building," + building_name(static_cast<int>(i) + 1) + "," +
                         all.homes[all.building_heads[i]].id);
  }
  return table;
}

Table neighbours(const Figures& all) {
  Table table{.name = "neighbours", .rows = {}};
  for (const std::size_t k : all.neighbours) table.rows.push_back(all.homes[k].id);
  return table;
}

Table devices(const Figures& all) {
  Table table{.name = "devices", .rows = {}};
  for (std::size_t k = 0; k < kEquipped; ++k) {
    table.rows.push_back("GA-" + all.homes[k].id + ",gas," + all.homes[k].id);
  }
  for (const std::string& unit : all.units) table.rows.push_back("SM-" + unit + ",smoke," + unit);
  return table;
}

std::string flags_of(const Relative& relative) {
  std::string flags;
  const auto add = [&](bool is_set, const char* name) {
    if (is_set) flags.append(flags.empty() ? "" : "+").append(name);
  };
  add(relative.is_abroad(), "abroad");
  add(relative.is_at_work(), "at-work");
  add(relative.is_unreachable(), "unreachable");
  return flags;
}

Table relatives(const Figures& all) {
  Table table{.name = "relatives", .rows = {}};
  for (const Relative& relative : all.relatives) {
    table.rows.push_back(all.homes[relative.home].id + "," + std::to_string(relative.order) + "," +
                         numbered("R", relative.person, 4) + "," + flags_of(relative));
  }
  return table;
}

Table rota() {
  Table table{.name = "rota", .rows = {}};
  for (int day = 0; day < 365; ++day) {
    for (int shift = 0; shift < 3; ++shift) {
      const Duty on = duty(day, shift);
      table.rows.push_back(std::to_string(day + 1) + "," + std::to_string(shift) + "," +
                           numbered("OF", on.a, 2) + "," + numbered("OF", on.b, 2));
    }
  }
  return table;
}

}  // namespace

std::string Table::text() const {
  std::string text;
  for (const std::string& row : rows) text.append(row).append("\n");
  return text;
}

std::string Table::hash() const {
  const std::string bytes = text();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  std::string hex;
  for (std::size_t i = 0; i < 8; ++i) {
    std::array<char, 3> byte{};
    std::snprintf(byte.data(), byte.size(), "%02x", digest[i]);
    hex += byte.data();
  }
  return hex;
}

std::vector<Table> tables(const Figures& all) {
  return {households(all), heads(all), neighbours(all), devices(all), relatives(all), rota()};
}

}  // namespace shouwang::reference
