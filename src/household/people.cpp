#include "household/people.h"

#include <array>
#include <utility>

namespace shouwang::household {
namespace {

constexpr std::array<std::pair<Fact, std::string_view>, 9> kFacts = {{
    {Fact::elder, "elder"},
    {Fact::lives_alone, "lives_alone"},
    {Fact::cannot_descend, "cannot_descend"},
    {Fact::wanders, "wanders"},
    {Fact::memory_trouble, "memory_trouble"},
    {Fact::hard_of_hearing, "hard_of_hearing"},
    {Fact::poor_sight, "poor_sight"},
    {Fact::infant, "infant"},
    {Fact::child_alone, "child_alone"},
}};

constexpr std::array<std::string_view, 5> kDated = {"away", "in_hospital", "quarantined", "visitor",
                                                    "key_held_by"};

}  // namespace

std::string_view name_of(Fact fact) {
  for (const auto& [value, name] : kFacts) {
    if (value == fact) return name;
  }
  return "";
}

std::optional<Fact> fact_named(std::string_view name) {
  for (const auto& [value, text] : kFacts) {
    if (text == name) return value;
  }
  return std::nullopt;
}

std::string_view name_of(DatedFact::Kind kind) { return kDated[static_cast<std::size_t>(kind)]; }

std::optional<DatedFact::Kind> dated_fact_named(std::string_view name) {
  for (std::size_t i = 0; i < kDated.size(); ++i) {
    if (kDated[i] == name) return static_cast<DatedFact::Kind>(i);
  }
  return std::nullopt;
}

}  // namespace shouwang::household
