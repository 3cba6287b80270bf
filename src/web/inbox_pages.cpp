#include "web/inbox_pages.h"

#include <algorithm>
#include <boost/json.hpp>

#include "web/form.h"
#include "web/secret.h"

namespace shouwang::web {
namespace {

namespace json = boost::json;

constexpr long kPhoneCookieLife = 400L * 24 * 3600;  // As long as browsers allow.
constexpr std::string_view kCsrfPurpose = "inbox form";

// The lines of the message, without the one that holds the link: the page has a button for it.
json::array lines_of(const std::string& body, const std::string& href) {
  json::array lines;
  std::string_view rest = body;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    const bool is_link = !href.empty() && line.find(href) != std::string_view::npos;
    if (!line.empty() && !is_link) lines.emplace_back(line);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return lines;
}

}  // namespace

InboxPages::InboxPages(Parts& parts, Router& router) : parts_(parts) {
  router.add(Method::get, "/enrol/{code}", [this](const Call& call) { return ask(call); });
  router.add(Method::post, "/enrol/{code}", [this](const Call& call) { return enrol(call); });
  router.add(Method::get, "/inbox", owned(&InboxPages::show));
  router.add(Method::get, "/inbox/events", owned(&InboxPages::watch));
  router.add(Method::get, "/api/v1/inbox", owned(&InboxPages::show_json));
  router.add(Method::post, "/api/v1/inbox/receipts", owned(&InboxPages::receipt));
}

std::optional<InboxPages::Owner> InboxPages::owner(const Request& request) {
  const std::string secret = request.cookie(kPhoneCookie);
  if (secret.empty()) return std::nullopt;
  const auto known = parts_.desk.phone_owner(secret);
  if (!known) return std::nullopt;
  const auto& [community, person] = *known;
  return Owner{community, person, hash_of(secret, kCsrfPurpose),
               Words(parts_.desk.catalogue(), parts_.desk.language_of(community, person),
                     parts_.desk.community(community))};
}

std::function<Response(const Call&)> InboxPages::owned(WithOwner handler) {
  return [this, handler](const Call& call) {
    if (const auto known = owner(call.request)) return (this->*handler)(call, *known);
    const Problem problem{
        .status = 403, .kind = "not_enrolled", .detail = "this phone is not enrolled"};
    return problem_response(parts_, call.request, problem,
                            words_of(parts_, call.request, nullptr, ""));
  };
}

Response InboxPages::ask(const Call& call) {
  const Words words = words_of(parts_, call.request, nullptr, "");
  json::object view = frame("phone", words);
  view["action"] = "/enrol/" + percent_encoded(call.captures[0]);
  return render_page(parts_, "enrol", std::move(view));
}

Response InboxPages::enrol(const Call& call) {
  const Words words = words_of(parts_, call.request, nullptr, "");
  const auto secret = parts_.desk.enrol(call.captures[0]);
  if (secret) {
    const Cookie cookie{.name = kPhoneCookie,
                        .value = *secret,
                        .max_age = kPhoneCookieLife,
                        .secure = parts_.settings.is_https()};
    return see_other("/inbox").with("Set-Cookie", to_header(cookie));
  }
  if (const auto wait = parts_.wrong_tokens.take(call.request.address, parts_.desk.now())) {
    return problem_response(parts_, call.request, too_often("too many unknown codes", *wait),
                            words);
  }
  const Problem problem{.status = 404, .kind = "code_gone", .detail = "no such code, or used"};
  return problem_response(parts_, call.request, problem, words);
}

json::object InboxPages::message(const InboxLine& line, const Words& words) const {
  const std::string href = parts_.desk.path_of(line.page);
  return {{"key", line.key.str()},
          {"title", line.title},
          {"lines", lines_of(line.body, href)},
          {"at", format_utc(line.at)},
          {"clock", words.clock(line.at, parts_.desk.now())},
          {"is_open", line.open},
          {"href", href}};
}

json::object InboxPages::state(const Owner& owner) const {
  json::array messages;
  for (const InboxLine& line : parts_.desk.inbox(owner.community, owner.person)) {
    messages.push_back(message(line, owner.words));
  }
  return {{"now", format_utc(parts_.desk.now())},
          {"csrf", owner.csrf},
          {"messages", std::move(messages)}};
}

Response InboxPages::show(const Call&, const Owner& owner) {
  json::object view = frame("inbox", owner.words);
  for (auto& entry : state(owner)) view[entry.key()] = std::move(entry.value());
  view["state"] = inert_json(view);
  return render_page(parts_, "inbox", std::move(view));
}

Response InboxPages::show_json(const Call&, const Owner& owner) {
  return json_response(200, json::serialize(state(owner)));
}

Response InboxPages::watch(const Call&, const Owner& owner) {
  Response response{.content_type = "text/event-stream"};
  response.with("Cache-Control", "no-store").with("X-Accel-Buffering", "no");
  response.feed = parts_.watchers.watch_inbox(
      owner.community, owner.person, [this, words = owner.words](const InboxLine& line) {
        return event_text("message", json::serialize(message(line, words)));
      });
  return response;
}

Response InboxPages::receipt(const Call& call, const Owner& owner) {
  if (is_foreign(parts_, call.request) || !same_secret(call.request.csrf, owner.csrf)) {
    return to_response({.status = 403, .kind = "foreign", .detail = "reload the page first"});
  }
  const auto fields = read_body(call.request);
  if (!fields) return to_response(from_error(fields.error()));
  const ParcelKey key((*fields)["key"]);
  const auto lines = parts_.desk.inbox(owner.community, owner.person);
  const bool own = std::ranges::any_of(
      lines, [&](const InboxLine& line) { return !key.empty() && line.key == key; });
  if (!own) return to_response(not_found("no such message in this inbox"));
  parts_.desk.phone_has(owner.community, key);
  return Response{.status = 204}.with("Cache-Control", "no-store");
}

}  // namespace shouwang::web
