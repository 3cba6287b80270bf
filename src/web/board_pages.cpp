#include "web/board_pages.h"

#include <array>
#include <boost/json.hpp>
#include <chrono>

#include "web/board_live.h"

namespace shouwang::web {
namespace {

namespace json = boost::json;

constexpr std::size_t kRowsOnPage = 100;
constexpr std::size_t kPlaceMax = 200;

bool has_incidents(BoardKind kind) { return kind != BoardKind::devices; }
bool may_open_card(BoardKind kind) {
  return kind == BoardKind::desk || kind == BoardKind::escalated;
}
bool may_mend(BoardKind kind) { return kind == BoardKind::desk || kind == BoardKind::devices; }

// How long a matter may be put off by a press.
constexpr std::array kWaiveDays = {7, 30, 90};

std::optional<std::chrono::days> days_of(const std::string& text) {
  for (const int days : kWaiveDays) {
    if (text == std::to_string(days)) return std::chrono::days{days};
  }
  return std::nullopt;
}

json::array waive_choices(const Words& words) {
  json::array list;
  for (const int days : kWaiveDays) {
    const std::string count = std::to_string(days);
    list.push_back(
        {{"days_value", count}, {"days_label", words("board.days", {{"count", count}})}});
  }
  return list;
}

Problem not_yours() {
  return {.status = 403, .kind = "not_allowed", .detail = "not for this role"};
}

// What somebody can report by word of mouth.
json::array kinds_json(const Words& words) {
  json::array list;
  for (const auto kind : {device::Kind::gas, device::Kind::smoke, device::Kind::co,
                          device::Kind::heat, device::Kind::sos, device::Kind::water}) {
    list.push_back({{"kind_name", device::name_of(kind)}, {"kind_label", words.kind(kind)}});
  }
  return list;
}

}  // namespace

BoardPages::BoardPages(Parts& parts, BoardDoor& door, Router& router) : parts_(parts), door_(door) {
  const auto bind = [this](Response (BoardPages::*handler)(const Call&, const Seat&) const) {
    return door_.seated([this, handler](const Call& call, const Seat& seat) {
      return (this->*handler)(call, seat);
    });
  };
  const auto bind_post = [this](Response (BoardPages::*handler)(const Call&, const Seat&,
                                                                const Fields&)) {
    return door_.seated(
        door_.genuine([this, handler](const Call& call, const Seat& seat, const Fields& fields) {
          return (this->*handler)(call, seat, fields);
        }));
  };
  router.add(Method::get, "/", [this](const Call& call) { return show_board(call); });
  router.add(Method::get, "/incidents/{id}", bind(&BoardPages::show_incident));
  router.add(Method::get, "/events", door_.seated([this](const Call& call, const Seat& seat) {
    return watch(call, seat);
  }));
  router.add(Method::get, "/api/v1/board", door_.seated([this](const Call&, const Seat& seat) {
    return json_response(200, json::serialize(board_state(seat)));
  }));
  router.add(Method::get, "/api/v1/incidents/{id}", bind(&BoardPages::incident_json));
  router.add(Method::get, "/api/v1/places", bind(&BoardPages::places));
  router.add(Method::post, "/incidents", bind_post(&BoardPages::open_form));
  router.add(Method::post, "/incidents/{id}/{action}", bind_post(&BoardPages::press));
  router.add(Method::post, "/matters/done", bind_post(&BoardPages::mend));
  router.add(Method::post, "/matters/waive", bind_post(&BoardPages::waive));
  router.add(Method::post, "/api/v1/matters/waive", bind_post(&BoardPages::waive));
  router.add(Method::post, "/api/v1/incidents", bind_post(&BoardPages::open_json));
  router.add(Method::post, "/api/v1/incidents/{id}/answers", bind_post(&BoardPages::press_json));
  router.add(Method::post, "/api/v1/matters/done", bind_post(&BoardPages::mend));
}

Reader BoardPages::reader(const Seat& seat, const PageRef& page) const {
  return {parts_.desk, seat.words, page, parts_.desk.now(), true};
}

std::optional<dispatch::Card> BoardPages::card(const Seat& seat, const PageRef& page) const {
  if (!may_open_card(seat.kind)) return std::nullopt;
  auto found = parts_.desk.card(page, {seat.session.role});
  if (!found || !is_listed(seat.kind, *found)) return std::nullopt;
  return found;
}

json::object BoardPages::board_state(const Seat& seat) const {
  const PageRef page = seat.page({});
  const Reader words = reader(seat, page);
  json::object state{{"now", format_utc(words.now)},
                     {"zone_minutes", seat.words.zone_minutes(words.now)},
                     {"clock", seat.words.clock(words.now, words.now)},
                     {"may_open", seat.kind == BoardKind::desk},
                     {"may_mend", may_mend(seat.kind)},
                     {"has_matters", seat.kind != BoardKind::totals},
                     {"has_incidents", has_incidents(seat.kind)}};
  Tally tally;
  json::array rows;
  if (has_incidents(seat.kind)) {
    for (const auto& card : parts_.desk.board(seat.session)) {
      tally.add(tally_of(card));
      if (is_listed(seat.kind, card)) rows.push_back(listed_row(seat.kind, card, words));
    }
  }
  state["totals"] = totals_json(tally);
  state["rows"] = std::move(rows);
  state["matters"] = matters_json(parts_.desk.matters(seat.session.community), seat.kind, words);
  state["health"] = health_json(parts_.desk.health(), words);
  return state;
}

json::object BoardPages::card_state(const Seat& seat, const PageRef& page,
                                    const dispatch::Card& card) const {
  const Reader words = reader(seat, page);
  return {{"now", format_utc(words.now)},
          {"zone_minutes", seat.words.zone_minutes(words.now)},
          {"card", card_json(card, words)}};
}

// The frame of the board around `view`, and all of it once more for the script.
Response BoardPages::page(const Call& call, const Seat& seat, json::object view) const {
  for (auto& entry : frame("desk", seat.words)) view[entry.key()] = std::move(entry.value());
  const CommunityView* community = seat.words.community();
  view["community_label"] = community == nullptr ? "" : community->label;
  view["user"] = seat.session.user;
  view["you_are"] = seat.words.role(seat.session.role);
  view["csrf"] = seat.csrf;
  view["languages"] = door_.languages(seat.words);
  view["back"] = call.request.path;
  view["kinds"] = kinds_json(seat.words);
  view["waive_choices"] = waive_choices(seat.words);
  view["may_walk"] = dispatch::may_test(seat.session.role);
  add_echo(view, call.request.query, seat.words);
  view["state"] = inert_json(view);
  const std::string_view name = view.contains("card") ? "incident" : "board";
  return render_page(parts_, name, std::move(view));
}

Response BoardPages::show_board(const Call& call) {
  const auto seat = door_.seat(call.request);
  if (!seat) return door_.log_in_page(call.request, 200, "");
  json::object view = board_state(*seat);
  json::array& rows = view["rows"].get_array();
  if (rows.size() > kRowsOnPage) {
    view["more"] =
        seat->words("board.more_rows", {{"count", std::to_string(rows.size() - kRowsOnPage)}});
    rows.resize(kRowsOnPage);
  }
  return page(call, *seat, std::move(view));
}

Response BoardPages::show_incident(const Call& call, const Seat& seat) const {
  const PageRef ref = seat.page(IncidentId(call.captures[0]));
  const auto found = card(seat, ref);
  if (!found) return see_other("/");
  json::object view = card_state(seat, ref, *found);
  view["base"] = "/incidents/" + percent_encoded(ref.incident.str());
  return page(call, seat, std::move(view));
}

Response BoardPages::incident_json(const Call& call, const Seat& seat) const {
  const PageRef ref = seat.page(IncidentId(call.captures[0]));
  const auto found = card(seat, ref);
  if (!found) return to_response(not_found("no such incident on this board"));
  return json_response(200, json::serialize(card_state(seat, ref, *found)));
}

Response BoardPages::places(const Call& call, const Seat& seat) const {
  if (seat.kind != BoardKind::desk) return to_response(not_yours());
  const auto query = read_form(call.request.query);
  if (!query) return to_response(from_error(query.error()));
  return json_response(200, json::serialize(places_json(parts_, seat, (*query)["text"])));
}

Response BoardPages::watch(const Call& call, const Seat& seat) {
  const auto query = read_form(call.request.query);
  Response response{.content_type = "text/event-stream"};
  response.with("Cache-Control", "no-store").with("X-Accel-Buffering", "no");
  LiveBoard live{.seat = seat,
                 .selected = IncidentId(query ? (*query)["incident"] : ""),
                 .all = [this, seat] { return board_state(seat); },
                 .card = [this, seat](const PageRef& page) -> std::optional<json::object> {
                   const auto found = card(seat, page);
                   if (!found) return std::nullopt;
                   return card_state(seat, page, *found);
                 }};
  response.feed =
      parts_.watchers.watch_board(seat.session.community, board_events(parts_, std::move(live)));
  return response;
}

Response BoardPages::press(const Call& call, const Seat& seat, const Fields& fields) {
  const PageRef ref = seat.page(IncidentId(call.captures[0]));
  if (!card(seat, ref)) return see_other("/");
  const Press press{.page = ref,
                    .roles = {seat.session.role},
                    .action = call.captures[1],
                    .fields = fields,
                    .words = seat.words};
  const auto result = press_button(parts_, press);
  const bool to_list = fields["back"] == "board" || (result && press.action == "close");
  return form_ending(parts_, call.request,
                     to_list ? "/" : "/incidents/" + percent_encoded(ref.incident.str()), press,
                     result);
}

Response BoardPages::press_json(const Call& call, const Seat& seat, const Fields& fields) {
  const PageRef ref = seat.page(IncidentId(call.captures[0]));
  if (!card(seat, ref)) return to_response(not_found("no such incident on this board"));
  const auto result = press_button(parts_, {.page = ref,
                                            .roles = {seat.session.role},
                                            .action = fields["action"],
                                            .fields = fields,
                                            .words = seat.words});
  if (!result) return to_response(result.error());
  const auto fresh = card(seat, ref);
  if (!fresh) return to_response(not_found("the incident has left this board"));
  return json_response(200, json::serialize(card_state(seat, ref, *fresh)));
}

tl::expected<IncidentId, Problem> BoardPages::open(const Seat& seat, const Fields& fields) {
  if (seat.kind != BoardKind::desk) return tl::unexpected(not_yours());
  const auto kind = device::kind_named(fields["kind"]);
  if (!kind || *kind == device::Kind::device || *kind == device::Kind::valve) {
    return tl::unexpected(
        Problem{.kind = "invalid", .detail = "`kind` must be gas, smoke, co, heat, sos or water"});
  }
  const std::string& place = fields["place"];
  if (place.empty() || place.size() > kPlaceMax) {
    return tl::unexpected(Problem{.kind = "invalid", .detail = "`place` must be 1 .. 200 bytes"});
  }
  const dispatch::Reply reply = parts_.desk.open_incident(
      seat.session,
      {.by = seat.session.person, .kind = *kind, .place = place, .text = fields["text"]});
  if (!reply.refusal) return reply.incident;
  return tl::unexpected(from_refusal(*reply.refusal, refusal_sentence(*reply.refusal, seat.words)));
}

Response BoardPages::open_form(const Call& call, const Seat& seat, const Fields& fields) {
  const auto opened = open(seat, fields);
  if (!opened) return problem_response(parts_, call.request, opened.error(), seat.words);
  return see_other("/incidents/" + percent_encoded(opened->str()));
}

Response BoardPages::open_json(const Call&, const Seat& seat, const Fields& fields) {
  const auto opened = open(seat, fields);
  if (!opened) return to_response(opened.error());
  const std::string href = "/api/v1/incidents/" + percent_encoded(opened->str());
  return json_response(201, json::serialize(json::object{{"incident", opened->str()}}))
      .with("Location", href);
}

Response BoardPages::mend(const Call& call, const Seat& seat, const Fields& fields) {
  if (!may_mend(seat.kind)) {
    return problem_response(parts_, call.request, not_yours(), seat.words);
  }
  return matter_ending(call, seat, parts_.desk.item_done(seat.session, fields["matter"]));
}

Response BoardPages::waive(const Call& call, const Seat& seat, const Fields& fields) {
  if (!may_mend(seat.kind)) {
    return problem_response(parts_, call.request, not_yours(), seat.words);
  }
  const auto days = days_of(fields["days"]);
  if (!days) {
    return problem_response(parts_, call.request,
                            {.kind = "invalid", .detail = "`days` must be 7, 30 or 90"},
                            seat.words);
  }
  return matter_ending(call, seat,
                       parts_.desk.item_waived(seat.session, {.item = fields["matter"],
                                                              .by = seat.session.person,
                                                              .until = parts_.desk.now() + *days,
                                                              .why = fields["why"]}));
}

Response BoardPages::matter_ending(const Call& call, const Seat& seat,
                                   const dispatch::Reply& reply) const {
  if (reply.refusal) {
    const Problem problem =
        from_refusal(*reply.refusal, refusal_sentence(*reply.refusal, seat.words));
    if (call.request.wants_json()) return to_response(problem);
    return see_other("/?said=" + std::string(incident::name_of(*reply.refusal)));
  }
  if (!call.request.wants_json()) return see_other("/");
  return Response{.status = 204}.with("Cache-Control", "no-store");
}

}  // namespace shouwang::web
