// What a responder meets there, and what the desk watches over.

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "web/card_view.h"

namespace shouwang::web {
namespace {

namespace json = boost::json;
using dispatch::Card;
using dispatch::CardHome;
using household::Fact;
using incident::Reach;

constexpr std::array kFacts = {Fact::cannot_descend, Fact::lives_alone,     Fact::child_alone,
                               Fact::infant,         Fact::wanders,         Fact::memory_trouble,
                               Fact::poor_sight,     Fact::hard_of_hearing, Fact::elder};

std::string key(std::string_view group, std::string_view name) {
  return std::string(group).append(".").append(name);
}

json::array facts_json(household::Facts facts, const Words& words) {
  json::array list;
  for (const Fact fact : kFacts) {
    if (!facts.has(fact)) continue;
    const auto name = household::name_of(fact);
    list.push_back({{"fact", name}, {"fact_label", words(key("page.fact", name))}});
  }
  return list;
}

json::array dated_json(const CardHome& home, const Reader& reader) {
  json::array list;
  for (const auto& fact : home.dated) {
    const auto kind = household::name_of(fact.kind);
    list.push_back({{"dated", kind},
                    {"dated_label", reader.words(key("page.dated", kind))},
                    {"dated_until", reader.words.clock(fact.until, reader.now)},
                    {"dated_note", fact.note}});
  }
  return list;
}

json::object home_json(const CardHome& home, const Reader& reader, bool may_tick) {
  const std::string tick(home.tick ? incident::name_of(*home.tick) : "none");
  json::object line{{"household", home.household.str()},
                    {"home_door", home.label},
                    {"rank", home.rank},
                    {"tick", tick},
                    {"tick_label", reader.words(key("page.tick", tick))},
                    {"calls_help", home.tick == incident::Tick::help},
                    {"is_out", home.tick == incident::Tick::out},
                    {"is_safe", home.tick == incident::Tick::safe},
                    {"may_tick", may_tick && home.tick != incident::Tick::out},
                    {"needs_two", home.facts.has(Fact::cannot_descend)},
                    {"no_relatives", home.no_relatives},
                    {"facts", facts_json(home.facts, reader.words)},
                    {"dated", dated_json(home, reader)}};
  if (home.people > 0) line["people"] = home.people;
  json::array notes;
  for (const std::string& note : home.notes) notes.emplace_back(note);
  line["notes"] = std::move(notes);
  return line;
}

void add_homes(json::object& view, const Card& card, const Reader& reader) {
  const bool may_tick =
      std::ranges::find(card.buttons, incident::Action::all_out) != card.buttons.end();
  std::size_t answered = 0;
  json::array list;
  for (const CardHome& home : card.homes) {
    if (home.tick) ++answered;
    list.push_back(home_json(home, reader, may_tick));
  }
  const bool several = list.size() > 1;
  view["homes"] =
      json::object{{"several", several},
                   {"may_tick_rest", may_tick && several},
                   {"count", list.size()},
                   {"answered", answered},
                   {"roll", reader.words("page.roll", {{"value", std::to_string(answered)},
                                                       {"count", std::to_string(list.size())}})},
                   {"list", std::move(list)}};
}

json::object equipment_json(const household::Equipment& item, std::string_view where,
                            const Reader& reader) {
  json::object line{{"equipment", item.id},
                    {"equipment_where", reader.words(key("page.extinguisher", where))}};
  if (!item.holder.empty()) {
    line["equipment_home"] = reader.desk.home_label(reader.page.community, item.holder);
  }
  if (!item.note.empty()) line["equipment_note"] = item.note;
  return line;
}

void add_equipment(json::object& view, const Card& card, const Reader& reader) {
  json::array list;
  if (card.extinguisher_inside) {
    list.push_back(equipment_json(*card.extinguisher_inside, "inside", reader));
  }
  if (card.extinguisher_outside) {
    list.push_back(equipment_json(*card.extinguisher_outside, "outside", reader));
  }
  for (const std::string& id : card.extinguishers_locked) {
    list.push_back(
        {{"equipment", id}, {"equipment_where", reader.words("page.extinguisher.locked")}});
  }
  if (!list.empty()) view["equipment"] = std::move(list);
}

void add_door_tasks(json::object& view, const Card& card, const Reader& reader) {
  json::array list;
  for (const auto& task : card.door_tasks) {
    json::object one{{"door_task", reader.words(key("page.door_task", task.reason))},
                     {"door_task_clock", reader.words.clock(task.at, reader.now)},
                     {"door_task_yours", task.owner == reader.page.person}};
    if (task.owner && dispatch::sees_desk(card.roles)) {
      one["door_task_owner"] = reader.desk.person_label(reader.page.community, *task.owner);
    }
    list.push_back(std::move(one));
  }
  if (!list.empty()) view["door_tasks"] = std::move(list);
}

void add_sources(json::object& view, const Card& card, const Reader& reader) {
  json::array list;
  for (const auto& source : card.sources) {
    json::object one{{"source_kind", reader.words.kind(source.kind)},
                     {"source_state", reader.words(source.alarming ? "page.source.alarming"
                                                                   : "page.source.normal")},
                     {"source_clock", reader.words.clock(source.first_at, reader.now)},
                     {"source_count", source.count}};
    if (!source.device.empty()) one["source_device"] = source.device.str();
    list.push_back(std::move(one));
  }
  if (!list.empty()) view["sources"] = std::move(list);
}

void add_notes(json::object& view, const Card& card, const Reader& reader) {
  json::array list;
  for (const auto& note : card.notes) {
    json::object one{{"note_clock", reader.words.clock(note.at, reader.now)},
                     {"note_text", note.text}};
    if (dispatch::sees_desk(card.roles)) {
      one["note_by"] = reader.desk.person_label(reader.page.community, note.by);
    }
    list.push_back(std::move(one));
  }
  if (!list.empty()) view["notes"] = std::move(list);
}

std::string channel_label(const std::string& channel, const Words& words) {
  const std::string own = key("board.channel", channel);
  return words.has(own) ? words(own) : channel;
}

json::object delivery_json(const dispatch::CardTold& told, const Reader& reader) {
  const Words& words = reader.words;
  std::vector<std::string> roles;
  for (const auto role : told.roles.list()) roles.push_back(words.role(role));
  const bool failed = told.unreachable || told.reach == Reach::failed;
  json::object line{{"person", told.person.str()},
                    {"person_name", reader.desk.person_label(reader.page.community, told.person)},
                    {"person_roles", words.list(roles)},
                    {"told_at", format_utc(told.at)},
                    {"told_clock", words.clock(told.at, reader.now)},
                    {"wave", told.wave},
                    {"counted", told.counted},
                    {"reach", incident::name_of(told.reach)},
                    {"reach_label", words(key("reach", incident::name_of(told.reach)))},
                    {"channel", told.reach_by},
                    {"channel_label", channel_label(told.reach_by, words)},
                    {"unreachable", told.unreachable},
                    {"failed", failed}};
  if (told.reach != Reach::queued) line["reach_clock"] = words.clock(told.reach_at, reader.now);
  if (!failed) return line;
  const std::string link = dial_link(reader.desk.number_to_call(reader.page, told.person.str()));
  if (!link.empty()) line["dial"] = link;
  return line;
}

struct Group {
  std::size_t people = 0;
  std::size_t unreached = 0;
  std::map<std::pair<Reach, std::string>, std::size_t> results;  // By reach, then channel.
};

json::object group_json(household::Role role, const Group& group, const Words& words) {
  json::array results;
  for (const auto& [result, people] : group.results) {
    const std::string reach = words(key("reach", incident::name_of(result.first)));
    const std::string channel = channel_label(result.second, words);
    results.push_back({{"result", channel.empty() ? reach : channel + " " + reach},
                       {"result_people", people},
                       {"result_many", people > 1},
                       {"result_failed", result.first == Reach::failed}});
  }
  return {{"role", household::name_of(role)}, {"role_label", words.role(role)},
          {"people", group.people},           {"people_many", group.people > 1},
          {"unreached", group.unreached},     {"results", std::move(results)}};
}

// The capacity that matters most: a unit head who lives inside is counted as unit head.
household::Role main_role(const std::vector<household::Role>& roles) {
  const auto responder = std::ranges::find_if(roles, household::is_responder);
  return responder == roles.end() ? roles.front() : *responder;
}

}  // namespace

json::array told_groups_json(const Card& card, const Reader& reader) {
  std::map<household::Role, Group> groups;
  for (const auto& told : card.deliveries) {
    const auto roles = told.roles.list();
    if (roles.empty()) continue;
    Group& group = groups[main_role(roles)];
    ++group.people;
    if (told.unreachable) ++group.unreached;
    const Reach reach = told.unreachable ? Reach::failed : told.reach;
    ++group.results[{reach, told.reach_by}];
  }
  // Whoever can not be reached stands first: the board has room for a few lines only.
  json::array list;
  for (const bool unreached : {true, false}) {
    for (const auto& [role, group] : groups) {
      if ((group.unreached > 0) == unreached) {
        list.push_back(group_json(role, group, reader.words));
      }
    }
  }
  return list;
}

void add_scene(json::object& view, const Card& card, const Reader& reader) {
  if (!card.homes.empty()) add_homes(view, card, reader);
  add_equipment(view, card, reader);
  add_door_tasks(view, card, reader);
  add_sources(view, card, reader);
  add_notes(view, card, reader);
}

void add_desk(json::object& view, const Card& card, const Reader& reader) {
  json::object desk{{"ladder", card.ladder},
                    {"waves_run", card.waves_run},
                    {"told_groups", told_groups_json(card, reader)}};
  if (card.loops > 0) desk["loops"] = card.loops;
  if (card.desk) {
    desk["in_hand"] = reader.desk.person_label(reader.page.community, *card.desk);
  }
  if (card.next_step_at) {
    desk["next_step"] = json::object{{"at", format_utc(*card.next_step_at)},
                                     {"left", running(*card.next_step_at - reader.now)}};
  }
  json::array deliveries;
  for (const auto& told : card.deliveries) deliveries.push_back(delivery_json(told, reader));
  desk["deliveries"] = std::move(deliveries);
  view["desk"] = std::move(desk);
}

}  // namespace shouwang::web
