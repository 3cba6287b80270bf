// The installer's page: devices under test in a stairwell, each ticked off as it speaks.
//
//   GET  /walk                       tests under way and just ended; a form to start one
//   POST /walk                       starts one: place, minutes 5 .. 120
//   POST /walk/{test}/stop, /walk/{device}/quiet                                forms
//   GET  /walk/events                event "walks": all of it, at the start and after each change
//   GET  /api/v1/walks               the same as JSON
//   GET  /api/v1/walks/places?text=  suggestions for the form
//   POST /api/v1/walks, /api/v1/walks/{test}/stop, /api/v1/walks/{device}/quiet
//
// For roles that dispatch::may_test; the board's other roles are refused. The page has its own
// events: the board's are about incidents, of which an installer is shown none.

#pragma once

#include <boost/json/object.hpp>
#include <tl/expected.hpp>

#include "web/board_door.h"

namespace shouwang::web {

class WalkPages {
 public:
  // Adds its routes. All must outlive it, and it the routes.
  WalkPages(Parts& parts, BoardDoor& door, Router& router);

 private:
  using Tested = tl::expected<dispatch::Reply, Problem>;

  // Only for who may test; a post must be genuine.
  Router::Now seated(BoardDoor::Seated handler);
  Router::Now posted(BoardDoor::Posted handler);

  boost::json::object state(const Seat& seat) const;
  Response page(const Seat& seat, const std::string& said) const;
  Response watch(const Seat& seat);

  Tested start(const Seat& seat, const Fields& fields) const;
  Response started_form(const Seat& seat, const Fields& fields) const;
  Response started_json(const Seat& seat, const Fields& fields) const;
  // How a press on the page or a program's post ends.
  Response ending(const Call& call, const Seat& seat, const dispatch::Reply& reply) const;

  Parts& parts_;
  BoardDoor& door_;
};

}  // namespace shouwang::web
