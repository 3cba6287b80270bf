// The phone page: what a link in a message opens.
//
//   GET  /p/{token}            the page, complete without script
//   POST /p/{token}/{action}   a pressed button: form -> 303 back, JSON -> the fresh state
//   POST /p/{token}/opened     the page's script says that somebody has it before their eyes
//   GET  /p/{token}/events     a stream of fresh states
//   GET  /api/v1/pages/{token}, POST /api/v1/pages/{token}/answers   the same for programs
//
// A GET changes nothing: messengers fetch links to preview them. An unknown, expired or foreign
// token gets one and the same answer. A client with many wrong tokens is told to wait; a right one
// always works, for it may be the only way to say "I'm going".

#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <optional>

#include "web/parts.h"
#include "web/router.h"

namespace shouwang::web {

class PhonePages {
 public:
  // Adds its routes. Both must outlive it, and it the routes.
  PhonePages(Parts& parts, Router& router);

 private:
  struct Opened {
    PageRef page;
    dispatch::Card card;
    Words words;
  };
  using WithPage = Response (PhonePages::*)(const Call&, const Opened&);

  std::function<Response(const Call&)> opened(WithPage handler);
  std::optional<Opened> open(const std::string& token);
  Response unknown(const Request& request);
  boost::json::object state(const Opened& opened) const;

  Response show(const Call& call, const Opened& opened);
  Response show_json(const Call& call, const Opened& opened);
  Response watch(const Call& call, const Opened& opened);
  Response press(const Call& call, const Opened& opened);
  Response press_json(const Call& call, const Opened& opened);
  Response mark_opened(const Call& call, const Opened& opened);
  // The state after a press, or the problem, as JSON.
  Response fresh(const Opened& opened, const tl::expected<Done, Problem>& result) const;

  Parts& parts_;
};

}  // namespace shouwang::web
