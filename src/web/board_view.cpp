#include "web/board_view.h"

#include <algorithm>
#include <boost/json.hpp>

namespace shouwang::web {
namespace {

namespace json = boost::json;
using dispatch::Card;
using dispatch::Matter;
using household::Role;

constexpr std::size_t kMattersShown = 200;

std::string key(std::string_view group, std::string_view name) {
  return std::string(group).append(".").append(name);
}

// Somebody there can not leave alone or calls for help: said on the board without saying why.
bool needs_rescue(const Card& card) {
  return std::ranges::any_of(card.homes, [](const dispatch::CardHome& home) {
    const bool waits = !home.tick || home.tick == incident::Tick::help;
    return home.tick == incident::Tick::help || (waits && home.rank == 0);
  });
}

bool is_waiting(const Card& card) {
  return card.phase == incident::Phase::fresh || card.phase == incident::Phase::told ||
         (card.door_overdue && card.phase == incident::Phase::claimed);
}

// Channels as the desk calls them: "短信", not "sms".
std::vector<std::pair<std::string, std::string>> labelled(
    std::vector<std::pair<std::string, std::string>> fields, const Words& words) {
  for (auto& [name, text] : fields) {
    const std::string own = key("board.channel", text);
    if (name == "channel" && words.has(own)) text = words(own);
  }
  return fields;
}

json::object clocks_row(const Card& card, const Reader& reader) {
  json::object row{{"incident", card.incident.str()},
                   {"kind", device::name_of(card.kind)},
                   {"headline", headline(card.kind, reader.words)},
                   {"severity", incident::name_of(card.severity)},
                   {"is_critical", card.severity == incident::Severity::critical},
                   {"phase", incident::name_of(card.phase)},
                   {"phase_label", reader.words(key("phase", incident::name_of(card.phase)))},
                   {"raised_at", format_utc(card.raised_at)},
                   {"raised_clock", reader.words.clock(card.raised_at, reader.now)},
                   {"age", running(reader.now - card.raised_at)}};
  if (card.door_at) {
    row["door"] = json::object{{"at", format_utc(*card.door_at)},
                               {"clock", reader.words.clock(*card.door_at, reader.now)},
                               {"left", running(*card.door_at - reader.now)},
                               {"overdue", card.door_overdue}};
  }
  add_status(row, card, reader);
  return row;
}

}  // namespace

std::optional<BoardKind> board_kind(Role role) {
  switch (role) {
    case Role::duty_a:
    case Role::duty_b: return BoardKind::desk;
    case Role::secretary:
    case Role::director: return BoardKind::escalated;
    case Role::installer: return BoardKind::devices;
    case Role::viewer: return BoardKind::totals;
    case Role::resident:
    case Role::relative:
    case Role::unit_head:
    case Role::building_head:
    case Role::guarantor:
    case Role::estate_head:
    case Role::grid_head:
    case Role::neighbour_watch:
    case Role::patrol:
    case Role::neighbour:
    case Role::specialist: return std::nullopt;
  }
  return std::nullopt;
}

bool is_listed(BoardKind kind, const Card& card) {
  switch (kind) {
    case BoardKind::desk:
    case BoardKind::totals: return true;
    case BoardKind::devices: return false;
    case BoardKind::escalated: {
      const auto come_up = [](Role role) {
        return role == Role::secretary || role == Role::director;
      };
      return card.door_overdue || std::ranges::any_of(card.told, come_up);
    }
  }
  return false;
}

json::object row_json(const Card& card, const Reader& reader) {
  json::object row = clocks_row(card, reader);
  row["place"] = place_text(card, reader.words);
  row["href"] = "/incidents/" + card.incident.str();
  row["rescue"] = needs_rescue(card);
  row["linked_count"] = card.linked.size();
  row["unread"] = std::ranges::find(card.buttons, incident::Action::seen) != card.buttons.end();
  json::array going;
  for (const auto& value : going_json(card, reader)) {
    const json::object& one = value.get_object();
    going.push_back({{"line", one.at("line")}, {"is_there", one.at("is_there")}});
  }
  row["going"] = std::move(going);
  json::array spot;
  for (const auto& value : spot_json(card, reader)) {
    const json::object& one = value.get_object();
    spot.push_back({{"spot_line", one.at("spot_line")}, {"spot_failed", one.at("spot_failed")}});
  }
  if (!spot.empty()) row["on_the_spot"] = std::move(spot);
  row["told_groups"] = told_groups_json(card, reader);
  return row;
}

json::object anonymous_row_json(const Card& card, const Reader& reader) {
  return clocks_row(card, reader);
}

json::object listed_row(BoardKind kind, const Card& card, const Reader& reader) {
  return kind == BoardKind::totals ? anonymous_row_json(card, reader) : row_json(card, reader);
}

void Tally::add(const Tally& other) {
  open += other.open;
  waiting += other.waiting;
  overdue += other.overdue;
  rescue += other.rescue;
}

void Tally::remove(const Tally& other) {
  add({.open = -other.open,
       .waiting = -other.waiting,
       .overdue = -other.overdue,
       .rescue = -other.rescue});
}

Tally tally_of(const Card& card) {
  return {.open = 1,
          .waiting = is_waiting(card) ? 1 : 0,
          .overdue = card.door_overdue ? 1 : 0,
          .rescue = needs_rescue(card) ? 1 : 0};
}

json::object totals_json(const Tally& tally) {
  return {{"open", tally.open},
          {"waiting", tally.waiting},
          {"overdue", tally.overdue},
          {"rescue", tally.rescue}};
}

json::array matters_json(const std::vector<Matter>& matters, BoardKind kind, const Reader& reader) {
  std::vector<const Matter*> shown;
  if (kind != BoardKind::totals) {
    for (const Matter& matter : matters) {
      if (kind == BoardKind::devices && matter.fault == "dead_contact") continue;
      shown.push_back(&matter);
    }
  }
  // What may be an alarm that nobody can place comes first.
  std::ranges::stable_sort(shown, {}, [](const Matter* matter) {
    return std::pair{matter->fault != "unknown_device", matter->opened_at};
  });
  if (shown.size() > kMattersShown) shown.resize(kMattersShown);
  json::array list;
  for (const Matter* matter : shown) {
    json::object line{{"matter", matter->id},
                      {"fault", matter->fault},
                      {"fault_label", reader.words(key("matter", matter->fault))},
                      {"subject", matter->subject},
                      {"opened_at", format_utc(matter->opened_at)},
                      {"opened_clock", reader.words.clock(matter->opened_at, reader.now)},
                      {"matter_count", matter->count},
                      {"waivable", matter->fault != "under_test"}};
    if (!matter->detail.empty()) line["detail"] = matter->detail;
    // A silence began before anybody could know of it.
    if (matter->since != Instant{} && matter->since < matter->opened_at) {
      line["since_clock"] = reader.words.clock(matter->since, reader.now);
    }
    if (matter->is_waived(reader.now)) {
      line["waived_until"] = format_utc(*matter->waived_until);
      line["waived_clock"] = reader.words.clock(*matter->waived_until, reader.now);
      line["waived_why"] = matter->waived_why;
    }
    list.push_back(std::move(line));
  }
  return list;
}

json::object health_json(const std::vector<HealthLine>& lines, const Reader& reader) {
  std::vector<const HealthLine*> ordered;
  for (const HealthLine& line : lines) ordered.push_back(&line);
  std::ranges::stable_sort(ordered, {}, &HealthLine::well);
  json::array list;
  for (const HealthLine* line : ordered) {
    json::object one{{"part", line->part},
                     {"well", line->well},
                     {"sentence", reader.words(line->key, labelled(line->fields, reader.words))}};
    if (line->since) one["since_clock"] = reader.words.clock(*line->since, reader.now);
    list.push_back(std::move(one));
  }
  const bool well =
      std::ranges::all_of(lines, [](const HealthLine& line) { return line.well || line.advisory; });
  json::object health{{"well", well}, {"lines", std::move(list)}};
  const auto flood = std::ranges::find(lines, "flood", &HealthLine::part);
  if (flood != lines.end()) health["flood"] = reader.words(flood->key, flood->fields);
  return health;
}

}  // namespace shouwang::web
