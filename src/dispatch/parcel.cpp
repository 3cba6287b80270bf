#include "dispatch/parcel.h"

#include <array>

#include "base/utf8.h"

namespace shouwang::dispatch {
namespace {

constexpr std::array<std::string_view, kLetterCount> kLetters = {
    "first",        "info",        "again",        "also",         "going",    "handed_back",
    "help_needed",  "no_relative", "normal_again", "door_overdue", "assigned", "job",
    "remind_close", "spot",        "ending",       "upkeep",       "outage",   "diary"};
constexpr std::array<std::string_view, 5> kUrgencies = {"first", "again", "update", "ending",
                                                        "technical"};
constexpr std::array<std::string_view, 6> kStates = {"waiting", "sending", "awaiting",
                                                     "done",    "failed",  "withdrawn"};

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Letter letter) { return kLetters[static_cast<std::size_t>(letter)]; }
std::string_view name_of(Urgency urgency) { return kUrgencies[static_cast<std::size_t>(urgency)]; }
std::string_view name_of(Parcel::State state) { return kStates[static_cast<std::size_t>(state)]; }
std::optional<Letter> letter_named(std::string_view n) { return find_name<Letter>(kLetters, n); }
std::optional<Urgency> urgency_named(std::string_view n) {
  return find_name<Urgency>(kUrgencies, n);
}
std::optional<Parcel::State> parcel_state_named(std::string_view n) {
  return find_name<Parcel::State>(kStates, n);
}

std::optional<std::string_view> broken_rule(const Parcel& parcel) {
  if (parcel.key.empty()) return "a parcel has a key";
  if (parcel.person.empty()) return "a parcel has a receiver";
  if (parcel.items.empty()) return "a parcel is about an incident";
  if (parcel.route.empty()) return "a parcel has a way to go";
  if (parcel.route.size() > 16) return "a parcel has at most 16 ways to go";
  if (parcel.leg >= parcel.route.size()) return "a parcel is on a way it has";
  if (parcel.not_before < parcel.created_at) return "a parcel does not leave before it exists";
  if (parcel.attempts < 0 || parcel.leg_attempts > parcel.attempts) return "tries are counted";
  if (parcel.leg_attempts < 0 || parcel.round < 0) return "nothing is counted below zero";
  if (count_characters(parcel.error) > 200) return "an error is one short line";
  return std::nullopt;
}

}  // namespace shouwang::dispatch
