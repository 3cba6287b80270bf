// What a device on the spot was told to do for an incident, and what came of it: plain data.
//
//             a reading says that it is done
//   sent ---------------------------------------> confirmed
//    |  ^                                          |   |
//    |  +-- a reading says that it is undone ------+   |    (while tries are left, else failed)
//    |  +-- time-out: sent again, while tries are left |
//    v                                                 |
//   failed -- a reading says that it is done, after all+
//
//   unheard: nobody can say whether it was done.   ended: not wanted any more.
//
// Only a reading that came after the first sending counts. An order is saved with the incident
// before it is sent; none is sent for an incident that is closed.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/id.h"
#include "base/time.h"
#include "device/command.h"

namespace shouwang::incident {

struct Order {
  enum class State : std::uint8_t { sent, confirmed, failed, unheard, ended };

  DeviceId device;
  device::Command command = device::Command::close_valve;
  device::Witness witness = device::Witness::device;
  State state = State::sent;
  Instant first_at;  // When it was first sent.
  Instant at;        // sent: the last time; else since when it has been so.
  int tries = 1;     // 1 .. most
  int most = 1;
  std::optional<Instant> due_at;  // Set exactly while sent: when no answer is a time-out.
  bool overdue = false;           // A time-out has passed since it was last confirmed.
  int letters = 0;                // Written about it so far: 0 .. kOrderLettersMax

  friend bool operator==(const Order&, const Order&) = default;
};

inline constexpr int kOrderLettersMax = 5;  // A valve that flaps does not flood anybody.

std::string_view name_of(Order::State state);
std::optional<Order::State> order_state_named(std::string_view name);

// How people are told that it stands: the last part of its text's key,
// message.order.<command>.<it>. sent, overdue, confirmed, failed, unheard; empty: there is nothing
// to tell.
std::string_view standing_of(const Order& order);
// Whether that is more than that it was told a moment ago.
bool is_result(const Order& order);

}  // namespace shouwang::incident
