#include "web/card_view.h"

#include <algorithm>
#include <boost/json.hpp>

namespace shouwang::web {
namespace {

namespace json = boost::json;
using dispatch::Card;
using household::Role;

std::string key(std::string_view group, std::string_view name) {
  return std::string(group).append(".").append(name);
}

json::object named(std::string_view name, std::string label) {
  return {{"name", name}, {"label", std::move(label)}};
}

void add_place(json::object& view, const Card& card, const Reader& reader) {
  const Words& words = reader.words;
  view["incident"] = card.incident.str();
  view["kind"] = device::name_of(card.kind);
  view["headline"] = headline(card.kind, words);
  view["severity"] = incident::name_of(card.severity);
  view["severity_label"] = words(key("page.severity", incident::name_of(card.severity)));
  view["is_critical"] = card.severity == incident::Severity::critical;
  view["phase"] = incident::name_of(card.phase);
  view["phase_label"] = words(key("phase", incident::name_of(card.phase)));
  view["is_open"] = card.phase != incident::Phase::closed;
  view["origin"] = incident::name_of(card.origin);
  view["place"] = place_text(card, words);
}

void add_clocks(json::object& view, const Card& card, const Reader& reader) {
  view["raised_at"] = format_utc(card.raised_at);
  view["raised_clock"] = reader.words.clock(card.raised_at, reader.now);
  view["age"] = running(reader.now - card.raised_at);
  if (!card.door_at) return;
  view["door"] = json::object{{"at", format_utc(*card.door_at)},
                              {"clock", reader.words.clock(*card.door_at, reader.now)},
                              {"left", running(*card.door_at - reader.now)},
                              {"overdue", card.door_overdue}};
}

// What a reader must know that is not in the status: each a sentence.
json::array remarks(const Card& card, const Words& words) {
  json::array lines;
  const auto add = [&](bool holds, std::string_view name) {
    if (holds) lines.emplace_back(words(key("page.remark", name)));
  };
  const bool open = card.phase != incident::Phase::closed;
  add(card.origin == incident::Origin::restored, "restored");
  add(card.origin == incident::Origin::manual, "manual");
  add(card.origin == incident::Origin::set_aside, "set_aside");
  add(open && card.reading_normal && card.origin != incident::Origin::manual, "reading_normal");
  add(open && card.cooking_reported, "cooking_reported");
  if (card.closing) {
    const std::string outcome = key("message.cause", incident::name_of(card.closing->cause));
    if (words.has(outcome)) lines.emplace_back(words(outcome));
  }
  return lines;
}

json::array linked(const Card& card, const Words& words) {
  json::array list;
  for (const std::string& entry : card.linked) {
    const auto blank = entry.find(' ');
    const auto kind = device::kind_named(entry.substr(0, blank));
    list.push_back({{"linked_headline", kind ? headline(*kind, words) : ""},
                    {"linked_place", blank == std::string::npos ? "" : entry.substr(blank + 1)}});
  }
  return list;
}

json::array also_open(const Reader& reader) {
  json::array list;
  if (reader.on_board) return list;
  for (const PageRef& page : reader.desk.also_open(reader.page)) {
    const auto card = reader.desk.card(page, {});
    if (!card) continue;
    list.push_back({{"also_headline", headline(card->kind, reader.words)},
                    {"also_place", place_text(*card, reader.words)},
                    {"also_href", reader.desk.path_of(page)}});
  }
  return list;
}

std::string told_line(const Card& card, const Words& words) {
  std::vector<std::string> labels;
  for (const Role role : card.told) labels.push_back(words.role(role));
  return words.list(labels);
}

bool acts_as_responder(household::Roles roles) {
  const auto list = roles.list();
  return std::ranges::any_of(list, household::is_responder);
}

// The audience whose safety advice fits; a responder who lives inside gets the resident's first.
std::vector<std::string_view> advised(household::Roles roles) {
  std::vector<std::string_view> readers;
  if (roles.has(Role::resident)) readers.emplace_back("resident");
  if (roles.has(Role::specialist)) readers.emplace_back("specialist");
  if (roles.has_any({Role::duty_a, Role::duty_b, Role::secretary, Role::director})) {
    readers.emplace_back("desk");
  } else if (acts_as_responder(roles) && !roles.has(Role::specialist)) {
    readers.emplace_back("responder");
  }
  if (readers.empty()) readers.emplace_back("relative");
  return readers;
}

// The very sentences of the messages to phones: safety advice is approved once, not twice.
void add_advice(json::object& view, const Card& card, const Words& words) {
  const auto kind = device::name_of(card.kind);
  json::array lines;
  for (const std::string_view reader : advised(card.roles)) {
    auto texts = words.lines(key(key("message.do", kind), reader));
    if (texts.empty()) texts = words.lines(key("message.do.other", reader));
    for (std::string& text : texts) lines.emplace_back(std::move(text));
  }
  view["advice"] = std::move(lines);
  if (card.roles.has(Role::resident)) view["advice_first"] = true;  // Out first, buttons after.
  const std::string own = key("message.emergency", kind);
  view["emergency"] = words(words.has(own) ? own : "page.emergency");
  if (!card.shelter.empty()) view["shelter"] = card.shelter;
}

void add_closing(json::object& view, const Card& card, const Reader& reader) {
  if (card.settled_as) {
    view["settled_as"] =
        named(incident::name_of(*card.settled_as), reader.words.cause(*card.settled_as));
  }
  if (card.satisfied) view["satisfied"] = *card.satisfied;
  if (!card.closing) return;
  const incident::Closing& closing = *card.closing;
  json::object end{
      {"at", format_utc(closing.at)},
      {"closed_clock", reader.words.clock(closing.at, reader.now)},
      {"cause", named(incident::name_of(closing.cause), reader.words.cause(closing.cause))}};
  if (!closing.by.empty()) {
    end["closed_by"] = reader.desk.person_label(reader.page.community, closing.by);
  }
  if (!closing.text.empty()) end["closing_text"] = closing.text;
  view["closing"] = std::move(end);
}

json::array calls(const Card& card, const Reader& reader) {
  json::array list;
  if (card.phase == incident::Phase::closed) return list;
  for (const std::string_view whom : {"home", "lead"}) {
    const std::string link = dial_link(reader.desk.number_to_call(reader.page, whom));
    if (link.empty()) continue;
    list.push_back({{"call_label", reader.words(key("page.call", whom))}, {"call_href", link}});
  }
  return list;
}

}  // namespace

std::string headline(device::Kind kind, const Words& words) {
  const std::string own = key("page.headline", device::name_of(kind));
  if (words.has(own)) return words(own);
  return words("page.headline.other", {{"kind", words.kind(kind)}});
}

std::string place_text(const Card& card, const Words& words) {
  if (!card.place.starts_with('?')) return card.place;
  return words("page.place_unknown", {{"place", card.place.substr(1)}});
}

std::string dial_link(std::string_view number) {
  const std::string_view digits = number.substr(number.starts_with('+') ? 1 : 0);
  const bool dialable = digits.size() >= 3 && digits.size() <= 15 &&
                        digits.find_first_not_of("0123456789") == std::string_view::npos;
  return dialable ? "tel:" + std::string(number) : "";
}

json::object card_json(const Card& card, const Reader& reader) {
  const Words& words = reader.words;
  json::object view;
  add_place(view, card, reader);
  add_clocks(view, card, reader);
  std::vector<std::string> you;
  json::array roles;
  for (const Role role : card.roles.list()) {
    roles.emplace_back(household::name_of(role));
    you.push_back(words.role(role));
  }
  view["roles"] = std::move(roles);
  view["you_are"] = words.list(you);
  add_status(view, card, reader);
  view["remarks"] = remarks(card, words);
  view["linked"] = linked(card, words);
  view["going"] = going_json(card, reader);
  view["told_line"] = told_line(card, words);
  view["buttons"] = buttons_json(card, reader);
  view["calls"] = calls(card, reader);
  if (card.own_tick) {
    const auto name = incident::name_of(*card.own_tick);
    view["own_tick"] = named(name, words(key("page.own_tick", name)));
  }
  add_closing(view, card, reader);
  if (view["is_open"].get_bool()) add_advice(view, card, words);
  view["also"] = also_open(reader);
  add_scene(view, card, reader);
  if (dispatch::sees_desk(card.roles)) add_desk(view, card, reader);
  return view;
}

}  // namespace shouwang::web
