// The person's own page: the inbox channel of people whose phone has nothing else installed.
//
//   GET  /enrol/{code}          a button; nothing happens yet
//   POST /enrol/{code}          this phone is the person's from now on: a cookie
//   GET  /inbox                 their messages, with links
//   GET  /inbox/events          new ones as they are sent
//   GET  /api/v1/inbox, POST /api/v1/inbox/receipts
//
// A message counts as on the phone when the page's script has shown it and says so.

#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "web/parts.h"
#include "web/router.h"

namespace shouwang::web {

class InboxPages {
 public:
  // Adds its routes. Both must outlive it, and it the routes.
  InboxPages(Parts& parts, Router& router);

 private:
  struct Owner {
    CommunityId community;
    PersonId person;
    std::string csrf;
    Words words;
  };
  using WithOwner = Response (InboxPages::*)(const Call&, const Owner&);

  std::function<Response(const Call&)> owned(WithOwner handler);
  std::optional<Owner> owner(const Request& request);
  boost::json::object state(const Owner& owner) const;
  boost::json::object message(const InboxLine& line, const Words& words) const;

  Response ask(const Call& call);
  Response enrol(const Call& call);
  Response show(const Call& call, const Owner& owner);
  Response show_json(const Call& call, const Owner& owner);
  Response watch(const Call& call, const Owner& owner);
  Response receipt(const Call& call, const Owner& owner);

  Parts& parts_;
};

inline constexpr std::string_view kPhoneCookie = "shouwang_phone";

}  // namespace shouwang::web
