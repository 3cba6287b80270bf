// What a live board is sent.
//
//   board    all of it, at the start
//   rows     {"now", "rows": changed lines, "gone": ids, "totals"}
//   card     the opened incident, whenever it changes; {"now"} alone when it is not shown any more
//   matters  {"matters"};  health  {"health"}

#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <optional>

#include "web/board_door.h"

namespace shouwang::web {

struct LiveBoard {
  Seat seat;
  IncidentId selected;  // The opened incident; empty: none.
  std::function<boost::json::object()> all;
  std::function<std::optional<boost::json::object>(const PageRef&)> card;
};

// Marks the session as watched until the feed is gone.
BoardEvents board_events(Parts& parts, LiveBoard live);

}  // namespace shouwang::web
