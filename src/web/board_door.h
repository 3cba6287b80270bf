// Who may come to the board: log in, log out, and who sits there.
//
//   POST /login, POST /logout, POST /language           forms
//   GET, POST, DELETE /api/v1/session                   for programs
//
// The cookie is the session; every form and every JSON post carries the session's CSRF token as
// well (field `csrf` or header X-CSRF-Token). The log-in form has one of its own, tied to a cookie
// that is set with the form.

#pragma once

#include <functional>
#include <optional>
#include <string>

#include "web/board_view.h"
#include "web/form.h"
#include "web/parts.h"
#include "web/router.h"

namespace shouwang::web {

// A logged-in board, for one request.
struct Seat {
  Session session;
  std::string csrf;
  std::string secret;  // Of the cookie.
  BoardKind kind = BoardKind::totals;
  Words words;

  PageRef page(const IncidentId& incident) const {
    return {session.community, incident, session.person};
  }
};

// {"places": [{"place_id", "place_label"}]} that begin with or contain the text, for a form's
// field.
boost::json::object places_json(const Parts& parts, const Seat& seat, std::string_view text);

class BoardDoor {
 public:
  // Adds its routes. Both must outlive it, and it the routes.
  BoardDoor(Parts& parts, Router& router);

  // Handlers that need somebody logged in; those of a post also need a genuine form.
  using Seated = std::function<Response(const Call&, const Seat&)>;
  using Posted = std::function<Response(const Call&, const Seat&, const Fields&)>;
  Router::Now seated(Seated handler);
  Seated genuine(Posted handler);

  // Nobody if the cookie is missing, old, or the login was taken away meanwhile.
  std::optional<Seat> seat(const Request& request);
  // Whether a post comes from a page of this very session.
  bool is_genuine(const Request& request, const Fields& fields, const Seat& seat) const;

  // The log-in form, with a sentence of what went wrong (`key` may be empty).
  Response log_in_page(const Request& request, int status, std::string_view key);
  // What a program or a page gets that is not logged in.
  Response outside(const Request& request);

  static boost::json::object session_json(const Seat& seat);
  // [{"language":"zh-CN","language_label":"中文","is_current":true}]
  boost::json::array languages(const Words& words) const;

 private:
  struct Attempt {
    std::string user;
    std::string password;
  };
  using Checked = std::variant<Session, LoginRefused>;

  void log_in_form(const Call& call, const Respond& respond);
  void log_in_api(const Call& call, const Respond& respond);
  void check(const Request& request, const Attempt& attempt, std::function<void(Checked)> done);
  std::optional<Millis> must_wait(const std::string& user, const std::string& address);
  void forgive(const std::string& user, const std::string& address);
  std::string open_session(Session session);
  Response log_out(const Call& call);
  Response choose_language(const Call& call);

  Parts& parts_;
  Allowance tries_;
  Allowance tries_of_address_;
  Allowance tries_of_user_;
};

inline constexpr std::string_view kBoardCookie = "shouwang_board";
inline constexpr std::string_view kFormCookie = "shouwang_form";

}  // namespace shouwang::web
