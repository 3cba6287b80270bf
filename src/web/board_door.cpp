#include "web/board_door.h"

#include <algorithm>
#include <boost/json.hpp>

namespace shouwang::web {
namespace {

namespace json = boost::json;

constexpr std::size_t kUserMax = 32;
constexpr std::size_t kPasswordMax = 200;
constexpr std::string_view kFormPurpose = "log-in form";
constexpr long kLanguageLife = 400L * 24 * 3600;

Problem refused(const LoginRefused& why) {
  switch (why.why) {
    case LoginRefused::Why::too_many: return too_often("too many tries", why.wait);
    case LoginRefused::Why::wrong:
    case LoginRefused::Why::disabled:
      return {.status = 403, .kind = "wrong_login", .detail = "user or password is wrong"};
  }
  return {};
}

std::string_view key_of(const LoginRefused& why) {
  switch (why.why) {
    case LoginRefused::Why::wrong: return "board.login.wrong";
    case LoginRefused::Why::too_many: return "board.login.too_many";
    case LoginRefused::Why::disabled: return "board.login.wrong";  // Tells a guesser nothing.
  }
  return "";
}

// Only pages of the board: nobody is sent anywhere else by a link that looks like ours.
std::string way_back(const std::string& wanted) {
  const bool is_card =
      wanted.starts_with("/incidents/") &&
      wanted.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-/") == std::string::npos;
  return is_card ? wanted : "/";
}

}  // namespace

json::object places_json(const Parts& parts, const Seat& seat, std::string_view text) {
  json::array list;
  for (const auto& [id, label] : parts.desk.places(seat.session.community, text)) {
    list.push_back({{"place_id", id}, {"place_label", label}});
  }
  return {{"places", std::move(list)}};
}

BoardDoor::BoardDoor(Parts& parts, Router& router)
    : parts_(parts),
      tries_(parts.settings.tries_at_login),
      tries_of_address_(parts.settings.tries_of_address),
      tries_of_user_(parts.settings.tries_of_user) {
  router.add_later(Method::post, "/login", [this](const Call& call, const Respond& respond) {
    log_in_form(call, respond);
  });
  router.add_later(Method::post, "/api/v1/session",
                   [this](const Call& call, const Respond& respond) { log_in_api(call, respond); });
  router.add(Method::post, "/logout", [this](const Call& call) { return log_out(call); });
  router.add(Method::remove, "/api/v1/session", [this](const Call& call) { return log_out(call); });
  router.add(Method::post, "/language", [this](const Call& call) { return choose_language(call); });
  router.add(Method::get, "/api/v1/session", [this](const Call& call) {
    const auto known = seat(call.request);
    return known ? json_response(200, json::serialize(session_json(*known)))
                 : outside(call.request);
  });
}

Router::Now BoardDoor::seated(Seated handler) {
  return [this, handler = std::move(handler)](const Call& call) {
    const auto known = seat(call.request);
    return known ? handler(call, *known) : outside(call.request);
  };
}

BoardDoor::Seated BoardDoor::genuine(Posted handler) {
  return [this, handler = std::move(handler)](const Call& call, const Seat& seat) {
    const auto fields = read_body(call.request);
    if (!fields) {
      return problem_response(parts_, call.request, from_error(fields.error()), seat.words);
    }
    if (!is_genuine(call.request, *fields, seat)) {
      return problem_response(parts_, call.request,
                              {.status = 403, .kind = "foreign", .detail = "reload the page first"},
                              seat.words);
    }
    return handler(call, seat, *fields);
  };
}

std::optional<Seat> BoardDoor::seat(const Request& request) {
  const std::string secret = request.cookie(kBoardCookie);
  const Sessions::Entry* entry = parts_.sessions.find(secret, parts_.desk.now());
  if (entry == nullptr) return std::nullopt;
  const auto kind = board_kind(entry->session.role);
  if (!kind || !parts_.desk.may_still(entry->session)) {
    parts_.sessions.close(secret);
    return std::nullopt;
  }
  const CommunityView* community = parts_.desk.community(entry->session.community);
  const std::string own = community == nullptr ? "" : community->language;
  return Seat{entry->session, entry->csrf, secret, *kind,
              words_of(parts_, request, community, own)};
}

bool BoardDoor::is_genuine(const Request& request, const Fields& fields, const Seat& seat) const {
  const std::string& token = fields.has("csrf") ? fields["csrf"] : request.csrf;
  return !is_foreign(parts_, request) && same_secret(token, seat.csrf);
}

json::object BoardDoor::session_json(const Seat& seat) {
  return {{"user", seat.session.user},
          {"role", household::name_of(seat.session.role)},
          {"role_label", seat.words.role(seat.session.role)},
          {"community", seat.session.community.str()},
          {"csrf", seat.csrf}};
}

json::array BoardDoor::languages(const Words& words) const {
  json::array list;
  for (const auto& [language, texts] : parts_.desk.catalogue().languages) {
    const Words own(parts_.desk.catalogue(), language, nullptr);
    list.push_back({{"language", language},
                    {"language_label", own("page.language_name")},
                    {"is_current", language == words.language()}});
  }
  return list;
}

Response BoardDoor::log_in_page(const Request& request, int status, std::string_view key) {
  const Words words = words_of(parts_, request, nullptr, "");
  std::string secret = request.cookie(kFormCookie);
  const bool fresh = secret.empty();
  if (fresh) secret = parts_.settings.secret();
  json::object view = frame("desk", words);
  view["csrf"] = hash_of(secret, kFormPurpose);
  view["languages"] = languages(words);
  view["back"] = "/";
  if (!key.empty()) view["said"] = words(key);
  Response response = render_page(parts_, "login", std::move(view));
  response.status = status;
  if (fresh) {
    response.with(
        "Set-Cookie",
        to_header({.name = kFormCookie, .value = secret, .secure = parts_.settings.is_https()}));
  }
  return response;
}

Response BoardDoor::outside(const Request& request) {
  if (!request.wants_json()) return see_other("/");
  return to_response({.status = 403, .kind = "not_logged_in", .detail = "log in first"});
}

std::optional<Millis> BoardDoor::must_wait(const std::string& user, const std::string& address) {
  const Instant now = parts_.desk.now();
  std::optional<Millis> longest;
  for (const auto& wait : {tries_.take(address + " " + user, now),
                           tries_of_address_.take(address, now), tries_of_user_.take(user, now)}) {
    if (wait) longest = std::max(longest.value_or(Millis{0}), *wait);
  }
  return longest;
}

void BoardDoor::forgive(const std::string& user, const std::string& address) {
  tries_.forgive(address + " " + user);
  tries_of_address_.forgive(address);
  tries_of_user_.forgive(user);
}

void BoardDoor::check(const Request& request, const Attempt& attempt,
                      std::function<void(Checked)> done) {
  const bool odd = attempt.user.empty() || attempt.user.size() > kUserMax ||
                   attempt.password.size() > kPasswordMax;
  if (const auto wait = must_wait(attempt.user.substr(0, kUserMax), request.address)) {
    return done(LoginRefused{LoginRefused::Why::too_many, *wait});
  }
  if (odd) return done(LoginRefused{});
  parts_.desk.log_in(attempt.user, attempt.password, request.address,
                     [this, user = attempt.user, address = request.address,
                      done = std::move(done)](Checked checked) {
                       const auto* session = std::get_if<Session>(&checked);
                       if (session != nullptr && board_kind(session->role))
                         return forgive(user, address), done(checked);
                       done(session == nullptr ? checked : Checked(LoginRefused{}));
                     });
}

std::string BoardDoor::open_session(Session session) {
  const std::string secret = parts_.settings.secret();
  parts_.sessions.open(secret, std::move(session), parts_.desk.now());
  return to_header({.name = kBoardCookie, .value = secret, .secure = parts_.settings.is_https()});
}

void BoardDoor::log_in_form(const Call& call, const Respond& respond) {
  const Request& request = call.request;
  const auto fields = read_body(request);
  if (!fields) return respond(log_in_page(request, 400, "board.login.wrong"));
  const std::string secret = request.cookie(kFormCookie);
  if (is_foreign(parts_, request) || secret.empty() ||
      !same_secret((*fields)["csrf"], hash_of(secret, kFormPurpose))) {
    return respond(log_in_page(request, 403, "board.login.stale"));
  }
  check(request, {(*fields)["user"], (*fields)["password"]},
        [this, request, respond](Checked checked) {
          if (auto* session = std::get_if<Session>(&checked)) {
            return respond(see_other("/").with("Set-Cookie", open_session(std::move(*session))));
          }
          const auto& why = std::get<LoginRefused>(checked);
          const Problem problem = refused(why);
          Response page = log_in_page(request, problem.status, key_of(why));
          for (auto& [name, value] : to_response(problem).headers) {
            if (name == "Retry-After") page.with(name, value);
          }
          respond(std::move(page));
        });
}

void BoardDoor::log_in_api(const Call& call, const Respond& respond) {
  const Request& request = call.request;
  // Only JSON: another site's form can not send it.
  if (request.content_type != "application/json" || is_foreign(parts_, request)) {
    return respond(to_response(
        {.status = 415, .kind = "refused", .detail = "send application/json from this site"}));
  }
  const auto fields = read_body(request);
  if (!fields) return respond(to_response(from_error(fields.error())));
  check(request, {(*fields)["user"], (*fields)["password"]},
        [this, request, respond](Checked checked) {
          auto* session = std::get_if<Session>(&checked);
          if (session == nullptr) {
            return respond(to_response(refused(std::get<LoginRefused>(checked))));
          }
          const std::string cookie = open_session(std::move(*session));
          Request inside = request;
          inside.cookies = cookie.substr(0, cookie.find(';'));
          const auto known = seat(inside);
          if (!known) return respond(outside(request));
          respond(
              json_response(201, json::serialize(session_json(*known))).with("Set-Cookie", cookie));
        });
}

Response BoardDoor::log_out(const Call& call) {
  const auto known = seat(call.request);
  if (!known) return outside(call.request);
  const auto fields = read_body(call.request);
  if (!fields || !is_genuine(call.request, *fields, *known)) {
    return to_response({.status = 403, .kind = "foreign", .detail = "reload the page first"});
  }
  parts_.sessions.close(known->secret);
  Response response = call.request.method == Method::remove
                          ? Response{.status = 204}.with("Cache-Control", "no-store")
                          : see_other("/");
  return std::move(response).with(
      "Set-Cookie", to_header({.name = kBoardCookie, .secure = parts_.settings.is_https()}));
}

Response BoardDoor::choose_language(const Call& call) {
  const auto fields = read_body(call.request);
  const bool known = fields && parts_.desk.catalogue().languages.contains((*fields)["language"]);
  if (!known || is_foreign(parts_, call.request)) {
    return to_response({.status = 400, .kind = "invalid", .detail = "no such language"});
  }
  return see_other(way_back((*fields)["back"]))
      .with("Set-Cookie", to_header({.name = kLanguageCookie,
                                     .value = (*fields)["language"],
                                     .max_age = kLanguageLife,
                                     .secure = parts_.settings.is_https()}));
}

}  // namespace shouwang::web
