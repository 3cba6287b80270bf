#include "incident/order.h"

#include <algorithm>
#include <array>

namespace shouwang::incident {
namespace {

constexpr std::array<std::string_view, 5> kStates = {"sent", "confirmed", "failed", "unheard",
                                                     "ended"};

}  // namespace

std::string_view name_of(Order::State state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<Order::State> order_state_named(std::string_view name) {
  const auto found = std::ranges::find(kStates, name);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<Order::State>(found - kStates.begin());
}

std::string_view standing_of(const Order& order) {
  if (order.state == Order::State::ended) return "";
  if (order.state == Order::State::sent && order.overdue) return "overdue";
  return name_of(order.state);
}

bool is_result(const Order& order) {
  return order.state == Order::State::confirmed || order.state == Order::State::failed ||
         (order.state == Order::State::sent && order.overdue);
}

}  // namespace shouwang::incident
