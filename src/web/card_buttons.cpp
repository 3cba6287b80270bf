// Buttons, and what each asks for.

#include <algorithm>
#include <boost/json.hpp>

#include "web/card_view.h"

namespace shouwang::web {
namespace {

namespace json = boost::json;
using dispatch::Card;
using household::Role;
using incident::Action;

constexpr int kMinutes[] = {5, 10, 25, 45};
constexpr int kTextMax = 200;

// How much a button stands out. Words say the same: nobody has to tell colours apart.
std::string_view tone(Action action, const Card& card, const dispatch::CardResponder* own) {
  switch (action) {
    // First things first: to go, to be there, to get help there.
    case Action::going: return own == nullptr ? "go" : "plain";
    case Action::arrived: return own == nullptr ? "plain" : "go";
    case Action::need_help: return own == nullptr || !own->arrived_at ? "plain" : "help";
    case Action::close: return card.phase == incident::Phase::settled ? "go" : "plain";
    case Action::safe:
    case Action::out_and_helping:
    case Action::satisfied:
    case Action::take_over:
    case Action::done: return "go";
    case Action::help_me: return "help";
    case Action::cooking:
    case Action::spoke:
    case Action::note:
    case Action::not_satisfied:
    case Action::cannot:
    case Action::no_entry:
    case Action::all_out:
    case Action::cause:
    case Action::hand_over:
    case Action::electrician:
    case Action::away:
    case Action::assign:
    case Action::next_wave:
    case Action::tell_building:
    case Action::seen: return "plain";
  }
  return "plain";
}

// Somebody whose duty it is goes at one press; a relative says how far away they are.
bool asks_minutes(const Card& card) {
  const auto roles = card.roles.list();
  return std::ranges::none_of(roles, household::is_responder);
}

json::array minutes_json(const Words& words) {
  json::array list;
  for (const int minutes : kMinutes) {
    const std::string number = std::to_string(minutes);
    list.push_back({{"minutes_value", number},
                    {"minutes_label", words("page.ask.minutes", {{"minutes", number}})}});
  }
  return list;
}

json::array people_json(const Reader& reader) {
  json::array list;
  for (const auto& [person, label] : reader.desk.people_to_send(reader.page)) {
    list.push_back({{"person_id", person.str()}, {"person_label", label}});
  }
  return list;
}

// "2026-01-15T02:40": what a date field of a form shows, in the community's time.
std::string form_time(Instant at, const Reader& reader) {
  const Instant shown = at + std::chrono::minutes{reader.words.zone_minutes(at)};
  return format_utc(shown).substr(0, 16);
}

json::object cause_ask(const Reader& reader) {
  return {{"cause_choices", causes_json(reader.words)}};
}

json::object text_json(const Reader& reader, std::string_view label, bool required) {
  return {{"text_label", reader.words(label)}, {"text_max", kTextMax}, {"text_required", required}};
}

json::object person_json(const Reader& reader, bool required) {
  json::object ask{{"people", people_json(reader)}};
  if (!required) ask["nobody_label"] = reader.words("page.ask.whoever");
  return ask;
}

// What the button needs to know before it can be pressed; empty if nothing.
json::object asks(Action action, const Card& card, const Reader& reader) {
  switch (action) {
    case Action::going:
      if (!asks_minutes(card)) return {};
      return {{"minutes", json::object{{"minute_choices", minutes_json(reader.words)}}}};
    case Action::cause: return {{"causes", cause_ask(reader)}};
    case Action::close:
      return {{"causes", cause_ask(reader)},
              {"text", text_json(reader, "page.ask.closing_text", false)}};
    case Action::note: return {{"text", text_json(reader, "page.ask.note", true)}};
    case Action::assign: return {{"person", person_json(reader, true)}};
    case Action::hand_over: return {{"person", person_json(reader, false)}};
    case Action::away:
      return {{"period",
               json::object{{"from", form_time(reader.now, reader)},
                            {"until", form_time(reader.now + std::chrono::hours{24}, reader)}}}};
    case Action::electrician:
    case Action::next_wave:
    case Action::tell_building:
      return {{"sure",
               reader.words(std::string("page.sure.") + std::string(incident::name_of(action)))}};
    case Action::safe:
    case Action::help_me:
    case Action::cooking:
    case Action::out_and_helping:
    case Action::spoke:
    case Action::satisfied:
    case Action::not_satisfied:
    case Action::cannot:
    case Action::arrived:
    case Action::no_entry:
    case Action::need_help:
    case Action::all_out:
    case Action::done:
    case Action::seen:
    case Action::take_over: return {};
  }
  return {};
}

// Whether the reader has pressed it already and it still holds.
bool is_pressed(Action action, const Card& card) {
  const auto own = std::ranges::find_if(card.going, &dispatch::CardResponder::is_you);
  switch (action) {
    case Action::going: return own != card.going.end();
    case Action::safe: return card.own_tick == incident::Tick::safe;
    case Action::help_me: return card.own_tick == incident::Tick::help;
    case Action::satisfied: return card.satisfied == true;
    case Action::not_satisfied: return card.satisfied == false;
    case Action::cooking:
    case Action::out_and_helping:
    case Action::spoke:
    case Action::note:
    case Action::cannot:
    case Action::arrived:
    case Action::no_entry:
    case Action::need_help:
    case Action::all_out:
    case Action::cause:
    case Action::hand_over:
    case Action::electrician:
    case Action::away:
    case Action::done:
    case Action::assign:
    case Action::next_wave:
    case Action::tell_building:
    case Action::seen:
    case Action::take_over:
    case Action::close: return false;
  }
  return false;
}

}  // namespace

json::array causes_json(const Words& words) {
  json::array list;
  for (int i = 0; i <= static_cast<int>(incident::Cause::unknown); ++i) {
    const auto cause = static_cast<incident::Cause>(i);
    list.push_back({{"cause_name", incident::name_of(cause)}, {"cause_label", words.cause(cause)}});
  }
  return list;
}

json::array buttons_json(const Card& card, const Reader& reader) {
  const auto you = std::ranges::find_if(card.going, &dispatch::CardResponder::is_you);
  const dispatch::CardResponder* own = you == card.going.end() ? nullptr : &*you;
  json::array list;
  for (const Action action : card.buttons) {
    json::object button{{"action", incident::name_of(action)},
                        {"label", reader.words.action(action)},
                        {"tone", tone(action, card, own)}};
    if (is_pressed(action, card)) button["pressed"] = true;
    if (action == Action::all_out) button["in_list"] = true;  // Beside each home instead.
    if (json::object needed = asks(action, card, reader); !needed.empty()) {
      button["asks"] = std::move(needed);
    }
    list.push_back(std::move(button));
  }
  return list;
}

}  // namespace shouwang::web
