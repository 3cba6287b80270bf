// The board in words: everything on it that is not a single incident's card.

#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "web/card_view.h"

namespace shouwang::web {

// What somebody logged in as `role` is shown on the board (table 4.0).
enum class BoardKind : std::uint8_t {
  desk,       // Everything open, every button.
  escalated,  // Secretary and director: what has come up to them or is overdue, and totals.
  devices,    // Installer: matters of devices, no incident, no people.
  totals,     // Viewer: numbers, and incidents without their place.
};
// Nothing for roles that have no business at a board.
std::optional<BoardKind> board_kind(household::Role role);
// Whether an incident is on the list of such a board.
bool is_listed(BoardKind kind, const dispatch::Card& card);
// The line of such a board for one incident.
boost::json::object listed_row(BoardKind kind, const dispatch::Card& card, const Reader& reader);

// What a board counts.
struct Tally {
  int open = 0;
  int waiting = 0;  // Nobody is going, or nobody came in time.
  int overdue = 0;
  int rescue = 0;  // Somebody there can not leave alone or calls for help.

  void add(const Tally& other);
  void remove(const Tally& other);
  friend bool operator==(const Tally&, const Tally&) = default;
};
Tally tally_of(const dispatch::Card& card);
// {"open": 3, "waiting": 1, "overdue": 0, "rescue": 1}
boost::json::object totals_json(const Tally& tally);

// Technical matters, oldest first; an installer gets none that is about a person.
boost::json::array matters_json(const std::vector<dispatch::Matter>& matters, BoardKind kind,
                                const Reader& reader);
// {"well": true, "lines": [{"part":"broker","well":false,"sentence":"...","clock":"02:40"}]}, what
// is unwell first.
boost::json::object health_json(const std::vector<HealthLine>& lines, const Reader& reader);

}  // namespace shouwang::web
