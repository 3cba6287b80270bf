#include "web/walk_pages.h"

#include <boost/json.hpp>
#include <charconv>

#include "web/walk_view.h"

namespace shouwang::web {
namespace {

namespace json = boost::json;

constexpr std::size_t kPlaceMax = 200;  // Bytes.
constexpr int kMinutesLeast = 5;
constexpr int kMinutesMost = 120;
constexpr int kMinutesUsual = 30;

std::optional<int> minutes_of(const std::string& text) {
  if (text.empty()) return kMinutesUsual;
  int minutes = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), minutes);
  const bool is_number = problem == std::errc{} && end == text.data() + text.size();
  if (!is_number || minutes < kMinutesLeast || minutes > kMinutesMost) return std::nullopt;
  return minutes;
}

// Nothing changed: a test's own word for it, or a refusal.
std::optional<Problem> problem_of(const dispatch::Reply& reply, const Words& words) {
  if (reply.refusal) {
    return from_refusal(*reply.refusal,
                        words("refusal." + std::string(incident::name_of(*reply.refusal))));
  }
  if (reply.why_word.empty()) return std::nullopt;
  return Problem{.status = 409, .kind = "refused", .detail = walk_refusal(reply, words)};
}

}  // namespace

WalkPages::WalkPages(Parts& parts, BoardDoor& door, Router& router) : parts_(parts), door_(door) {
  const auto stop = [this](const Call& call, const Seat& seat, const Fields&) {
    return ending(call, seat, parts_.desk.stop_walk(seat.session, call.captures[0]));
  };
  const auto quiet = [this](const Call& call, const Seat& seat, const Fields&) {
    return ending(call, seat, parts_.desk.quiet_device(seat.session, DeviceId(call.captures[0])));
  };
  router.add(Method::get, "/walk",
             seated([this](const Call&, const Seat& seat) { return page(seat, ""); }));
  router.add(Method::get, "/walk/events",
             seated([this](const Call&, const Seat& seat) { return watch(seat); }));
  router.add(Method::get, "/api/v1/walks", seated([this](const Call&, const Seat& seat) {
               return json_response(200, json::serialize(state(seat)));
             }));
  router.add(
      Method::get, "/api/v1/walks/places", seated([this](const Call& call, const Seat& seat) {
        const auto query = read_form(call.request.query);
        if (!query) return to_response(from_error(query.error()));
        return json_response(200, json::serialize(places_json(parts_, seat, (*query)["text"])));
      }));
  router.add(Method::post, "/walk",
             posted([this](const Call&, const Seat& seat, const Fields& fields) {
               return started_form(seat, fields);
             }));
  router.add(Method::post, "/api/v1/walks",
             posted([this](const Call&, const Seat& seat, const Fields& fields) {
               return started_json(seat, fields);
             }));
  for (const std::string root : {"/walk/", "/api/v1/walks/"}) {
    router.add(Method::post, root + "{test}/stop", posted(stop));
    router.add(Method::post, root + "{device}/quiet", posted(quiet));
  }
}

Router::Now WalkPages::seated(BoardDoor::Seated handler) {
  return door_.seated([this, handler = std::move(handler)](const Call& call, const Seat& seat) {
    if (dispatch::may_test(seat.session.role)) return handler(call, seat);
    return problem_response(parts_, call.request,
                            {.status = 403, .kind = "not_allowed", .detail = "not for this role"},
                            seat.words);
  });
}

Router::Now WalkPages::posted(BoardDoor::Posted handler) {
  return seated(door_.genuine(std::move(handler)));
}

json::object WalkPages::state(const Seat& seat) const {
  return walks_json(parts_.desk.walks(seat.session), seat.words, parts_.desk.now());
}

Response WalkPages::page(const Seat& seat, const std::string& said) const {
  json::object view = frame("walk", seat.words);
  for (auto& entry : state(seat)) view[entry.key()] = std::move(entry.value());
  const CommunityView* community = seat.words.community();
  view["community_label"] = community == nullptr ? "" : community->label;
  view["user"] = seat.session.user;
  view["csrf"] = seat.csrf;
  view["languages"] = door_.languages(seat.words);
  view["back"] = "/walk";
  if (!said.empty()) view["said"] = said;
  view["state"] = inert_json(view);
  return render_page(parts_, "walk", std::move(view));
}

Response WalkPages::watch(const Seat& seat) {
  Response response{.content_type = "text/event-stream"};
  response.with("Cache-Control", "no-store").with("X-Accel-Buffering", "no");
  // An open page is a watched session, like an open board.
  const auto count = [this, seat](int change) {
    if (auto* entry = parts_.sessions.find(seat.secret, parts_.desk.now())) {
      entry->boards += change;
    }
  };
  count(+1);
  response.feed = parts_.watchers.watch_walks(
      seat.session.community,
      {.walks = [this, seat] { return event_text("walks", json::serialize(state(seat))); },
       .is_welcome =
           [this, seat] {
             const auto* entry = parts_.sessions.find(seat.secret, parts_.desk.now());
             return entry != nullptr && parts_.desk.may_still(entry->session);
           },
       .gone = [count] { count(-1); }});
  return response;
}

WalkPages::Tested WalkPages::start(const Seat& seat, const Fields& fields) const {
  const std::string& place = fields["place"];
  if (place.empty() || place.size() > kPlaceMax) {
    return tl::unexpected(Problem{.kind = "invalid", .detail = seat.words("walk.refused.place")});
  }
  const auto minutes = minutes_of(fields["minutes"]);
  if (!minutes) {
    return tl::unexpected(Problem{.kind = "invalid", .detail = seat.words("walk.refused.length")});
  }
  dispatch::Reply reply = parts_.desk.start_walk(seat.session, place, *minutes);
  if (auto problem = problem_of(reply, seat.words)) return tl::unexpected(std::move(*problem));
  return reply;
}

Response WalkPages::started_form(const Seat& seat, const Fields& fields) const {
  const Tested started = start(seat, fields);
  if (started) return see_other("/walk");
  Response response = page(seat, started.error().detail);
  response.status = started.error().status;
  return response;
}

Response WalkPages::started_json(const Seat& seat, const Fields& fields) const {
  const Tested started = start(seat, fields);
  if (!started) return to_response(started.error());
  return json_response(201, json::serialize(json::object{{"test", started->test}}))
      .with("Location", "/api/v1/walks");
}

Response WalkPages::ending(const Call& call, const Seat& seat, const dispatch::Reply& reply) const {
  const auto problem = problem_of(reply, seat.words);
  if (call.request.wants_json()) {
    return problem ? to_response(*problem)
                   : Response{.status = 204}.with("Cache-Control", "no-store");
  }
  if (!problem) return see_other("/walk");
  Response response = page(seat, problem->detail);
  response.status = problem->status;
  return response;
}

}  // namespace shouwang::web
