#include "web/phone_pages.h"

#include <boost/json.hpp>

#include "web/card_view.h"
#include "web/press.h"

namespace shouwang::web {
namespace {

namespace json = boost::json;

std::string base_of(const Call& call) { return "/p/" + percent_encoded(call.captures[0]); }

}  // namespace

PhonePages::PhonePages(Parts& parts, Router& router) : parts_(parts) {
  router.add(Method::get, "/p/{token}", opened(&PhonePages::show));
  router.add(Method::get, "/p/{token}/events", opened(&PhonePages::watch));
  router.add(Method::post, "/p/{token}/opened", opened(&PhonePages::mark_opened));
  router.add(Method::post, "/p/{token}/{action}", opened(&PhonePages::press));
  router.add(Method::get, "/api/v1/pages/{token}", opened(&PhonePages::show_json));
  router.add(Method::post, "/api/v1/pages/{token}/answers", opened(&PhonePages::press_json));
}

std::function<Response(const Call&)> PhonePages::opened(WithPage handler) {
  return [this, handler](const Call& call) {
    const auto page = open(call.captures[0]);
    return page ? (this->*handler)(call, *page) : unknown(call.request);
  };
}

std::optional<PhonePages::Opened> PhonePages::open(const std::string& token) {
  auto page = parts_.desk.page_named(token);
  if (!page) return std::nullopt;
  auto card = parts_.desk.card(*page, {});
  if (!card) return std::nullopt;
  Words words(parts_.desk.catalogue(), parts_.desk.language_of(page->community, page->person),
              parts_.desk.community(page->community));
  return Opened{std::move(*page), std::move(*card), std::move(words)};
}

Response PhonePages::unknown(const Request& request) {
  const Words words = words_of(parts_, request, nullptr, "");
  if (const auto wait = parts_.wrong_tokens.take(request.address, parts_.desk.now())) {
    return problem_response(parts_, request, too_often("too many unknown links", *wait), words);
  }
  if (request.wants_json()) return to_response(not_found("no such page, or not any more"));
  return message_page(parts_, 404, "page.gone", words);
}

json::object PhonePages::state(const Opened& opened) const {
  const Instant now = parts_.desk.now();
  return {{"now", format_utc(now)},
          {"zone_minutes", opened.words.zone_minutes(now)},
          {"card", card_json(opened.card, {parts_.desk, opened.words, opened.page, now})}};
}

Response PhonePages::show(const Call& call, const Opened& opened) {
  json::object view = frame("phone", opened.words);
  for (auto& entry : state(opened)) view[entry.key()] = std::move(entry.value());
  view["base"] = base_of(call);
  view["state"] = inert_json(view);
  add_echo(view, call.request.query, opened.words);
  Response page = render_page(parts_, "phone", std::move(view));
  page.may_be_packed = true;
  return page;
}

Response PhonePages::show_json(const Call&, const Opened& opened) {
  return json_response(200, json::serialize(state(opened)));
}

Response PhonePages::watch(const Call& call, const Opened& opened) {
  Response response{.content_type = "text/event-stream"};
  response.with("Cache-Control", "no-store").with("X-Accel-Buffering", "no");
  response.feed = parts_.watchers.watch_page(
      opened.page, [this, token = call.captures[0]]() -> std::optional<std::string> {
        const auto fresh = open(token);
        if (!fresh) return std::nullopt;
        return event_text("state", json::serialize(state(*fresh)));
      });
  return response;
}

Response PhonePages::mark_opened(const Call&, const Opened& opened) {
  parts_.desk.page_opened(opened.page);
  return Response{.status = 204}.with("Cache-Control", "no-store");
}

Response PhonePages::fresh(const Opened& opened, const tl::expected<Done, Problem>& result) const {
  if (!result) return to_response(result.error());
  const auto card = parts_.desk.card(opened.page, {});
  if (!card) return to_response(not_found("the page has ended"));
  return json_response(200, json::serialize(state({opened.page, *card, opened.words})));
}

Response PhonePages::press(const Call& call, const Opened& opened) {
  const auto fields = read_body(call.request);
  if (!fields) {
    return problem_response(parts_, call.request, from_error(fields.error()), opened.words);
  }
  const Press press{
      .page = opened.page, .action = call.captures[1], .fields = *fields, .words = opened.words};
  const auto result = press_button(parts_, press);
  if (call.request.wants_json()) return fresh(opened, result);
  return form_ending(parts_, call.request, base_of(call), press, result);
}

Response PhonePages::press_json(const Call& call, const Opened& opened) {
  const auto fields = read_body(call.request);
  if (!fields) return to_response(from_error(fields.error()));
  return fresh(opened, press_button(parts_, {.page = opened.page,
                                             .action = (*fields)["action"],
                                             .fields = *fields,
                                             .words = opened.words}));
}

}  // namespace shouwang::web
