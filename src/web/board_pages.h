// The duty board (table 4.0), as pages and for programs.
//
//   GET  /                         all that is open, or the log-in form
//   GET  /incidents/{id}           one incident with everything the role may see and press
//   POST /incidents/{id}/{action}, /incidents (open by hand), /matters/done,
//        /matters/waive            forms
//   GET  /events[?incident=id]     what changes, as it changes
//   GET  /api/v1/board, /api/v1/incidents/{id}, /api/v1/places?text=
//   POST /api/v1/incidents, /api/v1/incidents/{id}/answers, /api/v1/matters/done,
//        /api/v1/matters/waive
//
// The list may hang in a public hall: places and states only. Facts about people are on an
// incident's own page, which the board leaves by itself after a while.

#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "web/board_door.h"
#include "web/press.h"

namespace shouwang::web {

class BoardPages {
 public:
  // Adds its routes. All must outlive it, and it the routes.
  BoardPages(Parts& parts, BoardDoor& door, Router& router);

 private:
  Reader reader(const Seat& seat, const PageRef& page) const;
  std::optional<dispatch::Card> card(const Seat& seat, const PageRef& page) const;
  boost::json::object board_state(const Seat& seat) const;
  boost::json::object card_state(const Seat& seat, const PageRef& page,
                                 const dispatch::Card& card) const;
  Response page(const Call& call, const Seat& seat, boost::json::object view) const;

  Response show_board(const Call& call);
  Response show_incident(const Call& call, const Seat& seat) const;
  Response incident_json(const Call& call, const Seat& seat) const;
  Response places(const Call& call, const Seat& seat) const;
  Response watch(const Call& call, const Seat& seat);

  Response press(const Call& call, const Seat& seat, const Fields& fields);
  Response press_json(const Call& call, const Seat& seat, const Fields& fields);
  Response open_form(const Call& call, const Seat& seat, const Fields& fields);
  Response open_json(const Call& call, const Seat& seat, const Fields& fields);
  Response mend(const Call& call, const Seat& seat, const Fields& fields);
  Response waive(const Call& call, const Seat& seat, const Fields& fields);
  Response matter_ending(const Call& call, const Seat& seat, const dispatch::Reply& reply) const;
  tl::expected<IncidentId, Problem> open(const Seat& seat, const Fields& fields);

  Parts& parts_;
  BoardDoor& door_;
};

}  // namespace shouwang::web
