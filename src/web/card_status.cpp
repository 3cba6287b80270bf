// How it stands: who is going, in sentences.

#include <algorithm>
#include <boost/json.hpp>

#include "web/card_view.h"

namespace shouwang::web {
namespace {

namespace json = boost::json;
using dispatch::Card;
using dispatch::CardResponder;
using incident::Phase;

std::string who(const CardResponder& responder, const Words& words) {
  return responder.is_you ? words("page.you") : words.role(responder.role);
}

std::string sentence(const CardResponder& responder, const Reader& reader) {
  const Words& words = reader.words;
  Words::Blanks blanks{{"who", who(responder, words)}};
  const auto at = responder.arrived_at ? responder.arrived_at : responder.going_at;
  if (at) blanks.emplace_back("time", words.clock(*at, reader.now));
  if (responder.no_entry) return words("page.going.no_entry", blanks);
  if (responder.arrived_at) return words("page.going.arrived", blanks);
  if (!responder.minutes) return words("page.going.plain", blanks);
  blanks.emplace_back("minutes", std::to_string(*responder.minutes));
  return words("page.going.minutes", blanks);
}

// The one to name in the status: the lead, else the first on the way.
const CardResponder* foremost(const Card& card, bool arrived) {
  const CardResponder* first = nullptr;
  for (const CardResponder& responder : card.going) {
    if (arrived != responder.arrived_at.has_value()) continue;
    if (responder.is_lead) return &responder;
    if (first == nullptr) first = &responder;
  }
  return first;
}

std::string_view tone(const Card& card) {
  switch (card.phase) {
    case Phase::fresh:
    case Phase::told: return "waiting";
    case Phase::claimed: return card.door_overdue ? "waiting" : "going";
    case Phase::on_scene: return "there";
    case Phase::settled: return "settled";
    case Phase::closed: return "closed";
  }
  return "waiting";
}

std::string waiting(const Card& card, const Words& words) {
  const CardResponder* coming = foremost(card, false);
  if (coming == nullptr) return words("page.status.nobody");
  Words::Blanks blanks{{"who", who(*coming, words)}};
  if (coming->minutes) blanks.emplace_back("minutes", std::to_string(*coming->minutes));
  return words("page.status.late", blanks);
}

std::string status(const Card& card, const Words& words) {
  const auto named = [&](std::string_view text, const CardResponder* responder) {
    return words(text, {{"who", responder == nullptr ? "" : who(*responder, words)}});
  };
  const auto caused = [&](std::string_view text, std::optional<incident::Cause> cause) {
    return words(text, {{"cause", cause ? words.cause(*cause) : ""}});
  };
  if (card.door_overdue && card.phase < Phase::on_scene) return words("page.status.overdue");
  switch (card.phase) {
    case Phase::fresh:
    case Phase::told: return waiting(card, words);
    case Phase::claimed: return named("page.status.claimed", foremost(card, false));
    case Phase::on_scene: return named("page.status.on_scene", foremost(card, true));
    case Phase::settled: return caused("page.status.settled", card.settled_as);
    case Phase::closed:
      return caused("page.status.closed",
                    card.closing ? std::optional(card.closing->cause) : std::nullopt);
  }
  return "";
}

}  // namespace

void add_status(json::object& view, const Card& card, const Reader& reader) {
  view["status"] = status(card, reader.words);
  view["tone"] = tone(card);
}

json::array spot_json(const Card& card, const Reader& reader) {
  json::array list;
  for (const incident::Order& order : card.orders) {
    const auto command = device::name_of(order.command);
    const auto standing = incident::standing_of(order);
    const std::string line =
        reader.words(std::string("message.order.").append(command).append(".").append(standing),
                     {{"time", reader.words.clock(order.at, reader.now)}});
    json::object one{{"command", command},
                     {"standing", standing},
                     {"spot_line", line},
                     {"spot_failed", standing == "failed" || standing == "overdue"}};
    if (dispatch::sees_desk(card.roles)) one["spot_device"] = order.device.str();
    list.push_back(std::move(one));
  }
  return list;
}

json::array going_json(const Card& card, const Reader& reader) {
  json::array list;
  for (const CardResponder& responder : card.going) {
    json::object one{{"role", household::name_of(responder.role)},
                     {"line", sentence(responder, reader)},
                     {"is_lead", responder.is_lead},
                     {"is_you", responder.is_you},
                     {"is_there", responder.arrived_at.has_value()}};
    if (responder.minutes) one["minutes"] = *responder.minutes;
    if (responder.going_at) one["going_at"] = format_utc(*responder.going_at);
    if (responder.arrived_at) one["arrived_at"] = format_utc(*responder.arrived_at);
    if (dispatch::sees_desk(card.roles) && !responder.person.empty()) {
      one["person"] = reader.desk.person_label(reader.page.community, responder.person);
    }
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace shouwang::web
