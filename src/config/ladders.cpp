// The ladders of a community.yaml, and which alarm gets which.
//
//   ladders:
//     home:
//       label: 燃气报警
//       waves:
//         - {at: 0s, tell: [household, relatives, {audience: patrol, most: 4}]}
//         - {at: 60s, tell: [duty_b], again: [{wave: 0, by_voice: true}]}
//       loop: {every: 60s, tell: [duty_a], by_voice: true}
//       door: {limit: 10min, again: [{wave: 1}]}
//   which_ladder:
//     - {kinds: [gas, co], place: household, ladder: home}

#include <algorithm>
#include <set>

#include "config/draft.h"

namespace shouwang::config {
namespace {

using device::Kind;
using dispatch::LadderRule;
using escalation::Again;
using escalation::Audience;
using escalation::Group;
using escalation::Ladder;
using household::Place;
using namespace std::chrono_literals;

std::string audiences() {
  std::vector<std::string> names;
  for (int i = 0; i < escalation::kAudienceCount; ++i) {
    names.emplace_back(name_of(static_cast<Audience>(i)));
  }
  return listed(names);
}

const std::vector<Kind>& every_kind() {
  static const std::vector<Kind> all = [] {
    std::vector<Kind> kinds;
    for (int i = 0; i <= static_cast<int>(Kind::device); ++i) kinds.push_back(static_cast<Kind>(i));
    return kinds;
  }();
  return all;
}

std::string listed_kinds(const std::vector<Kind>& kinds) {
  std::vector<std::string> names;
  for (const Kind kind : kinds) names.emplace_back(name_of(kind));
  return listed(names);
}

bool serves(const std::vector<LadderRule>& rules, Kind kind, Place::Scope scope) {
  return std::ranges::any_of(rules, [&](const LadderRule& rule) {
    return rule.scope == scope &&
           (rule.kinds.empty() || std::ranges::find(rule.kinds, kind) != rule.kinds.end());
  });
}

// A group of a ladder and where it is written.
struct Written {
  Audience audience;
  Reader place;
};

struct Draw {
  Ladder ladder;
  Reader key;
  std::vector<Written> groups;
  std::set<Place::Scope> scopes;  // That which_ladder uses it for.
};

class LadderReader {
 public:
  explicit LadderReader(Draw& draw) : draw_(draw), ladder_(draw.ladder) {}

  void read(Reader& node, const std::string& name) {
    ladder_.name = name;
    if (const Reader label = node.child("label"); label.is_there()) {
      read_label(label, ladder_.name);
    }
    std::vector<Reader> waves;
    node.need("waves").each_element([&](Reader at) {
      waves.push_back(at);
      wave(at);
    });
    const Reader loop = node.need("loop");
    read_loop(loop);
    const Reader door = node.child("door");
    read_door(door);
    node.read_span("remind_close", ladder_.remind_close, 60s, 24h);
    node.close();
    place_faults(node, waves);
  }

 private:
  void groups(const Reader& list, std::vector<Group>& target) {
    if (list.is_scalar()) return group(list, target);
    list.each_element([&](const Reader& at) { group(at, target); });
  }

  // `duty_a` or `{audience: patrol, most: 4}`
  void group(Reader at, std::vector<Group>& target) {
    Group made;
    Reader word = at;
    if (at.is_map()) {
      word = at.need("audience");
      at.read_integer("most", made.most, 1, 500);
      at.close();
    }
    const auto written = word.text();
    if (!written) return;
    const auto audience = escalation::audience_named(*written);
    if (!audience) {
      return word.fault("`" + *written + "` is not an audience; allowed: " + audiences());
    }
    made.audience = *audience;
    target.push_back(made);
    draw_.groups.push_back({*audience, word});
  }

  void again(const Reader& list, std::vector<Again>& target) {
    list.each_element([&](Reader at) {
      Again made;
      int wave = 0;
      at.need("wave");
      at.read_integer("wave", wave, 0, static_cast<int>(escalation::kWavesMax) - 1);
      at.read("by_voice", made.by_voice);
      at.close();
      made.wave = static_cast<std::size_t>(wave);
      target.push_back(made);
    });
  }

  void wave(Reader& node) {
    escalation::Wave made;
    node.need("at");
    node.read_span("at", made.at, 0s, 1h);
    groups(node.child("tell"), made.tell);
    again(node.child("again"), made.again);
    node.close();
    ladder_.waves.push_back(std::move(made));
  }

  void read_loop(Reader node) {
    node.read_span("every", ladder_.loop.every, 10s, 1h);
    groups(node.need("tell"), ladder_.loop.tell);
    node.read("by_voice", ladder_.loop.by_voice);
    node.close();
  }

  void read_door(Reader node) {
    node.read_span("limit", ladder_.door.limit, 60s, 1h);
    again(node.child("again"), ladder_.door.again);
    node.close();
  }

  // The core's own check, each finding at the part that it begins with.
  void place_faults(Reader& node, const std::vector<Reader>& waves) const {
    for (const std::string& fault : escalation::check(ladder_)) {
      const Reader* at = nullptr;
      for (std::size_t i = 0; i < waves.size(); ++i) {
        if (fault.starts_with("wave " + std::to_string(i) + ":")) at = &waves[i];
      }
      if (at != nullptr)
        at->fault(fault);
      else if (fault.starts_with("loop"))
        node.fault_at("loop", fault);
      else if (fault.starts_with("door"))
        node.fault_at("door", fault);
      else
        node.fault_at("waves", fault);
    }
  }

  Draw& draw_;
  Ladder& ladder_;
};

class RuleReader {
 public:
  RuleReader(std::map<std::string, Draw>& draws, Community& community)
      : draws_(draws), community_(community) {
    for (const auto& [name, draw] : draws) names_.add(name);
  }

  void read(Reader& node) {
    LadderRule rule;
    for (const auto& [word, at] : node.child("kinds").words()) {
      const auto kind = device::kind_named(word);
      if (kind)
        rule.kinds.push_back(*kind);
      else
        at.fault("`" + word + "` is not a kind; allowed: " + listed_kinds(every_kind()));
    }
    node.need("place");
    const bool is_placed = node.read_as<Place::Scope>("place", rule.scope, scope_named,
                                                      "a place: household, area, unknown");
    std::string name;
    const Reader at = node.need("ladder");
    if (node.read("ladder", name) && !names_.has(name)) at.fault(names_.missing(name));
    node.close();
    const auto draw = draws_.find(name);
    if (draw == draws_.end() || !is_placed) return;
    if (is_served(rule)) {
      node.fault("this line can never be reached: the lines above serve all of it");
    }
    draw->second.scopes.insert(rule.scope);
    rule.ladder = draw->second.ladder;
    community_.rules.ladders.push_back(std::move(rule));
  }

 private:
  bool is_served(const LadderRule& rule) const {
    const auto& kinds = rule.kinds.empty() ? every_kind() : rule.kinds;
    return std::ranges::all_of(
        kinds, [&](Kind kind) { return serves(community_.rules.ladders, kind, rule.scope); });
  }

  std::map<std::string, Draw>& draws_;
  Community& community_;
  Names names_{"ladder"};
};

// Every alarm needs a ladder, whatever it is and wherever.
void check_complete(const Reader& root, const std::vector<LadderRule>& rules) {
  for (const std::string_view place : {"household", "area", "unknown"}) {
    std::vector<Kind> missing;
    for (const Kind kind : every_kind()) {
      if (!serves(rules, kind, *scope_named(place))) missing.push_back(kind);
    }
    if (missing.empty()) continue;
    root.fault_at("which_ladder", "no ladder for place `" + std::string(place) + "` and kind " +
                                      listed_kinds(missing) +
                                      "; a line without `kinds` serves all the rest");
  }
}

void check_audiences(const std::map<std::string, Draw>& draws, const household::Community& estate) {
  for (const auto& [name, draw] : draws) {
    if (draw.scopes.empty()) {
      draw.key.fault("ladder `" + name +
                     "` can never be reached: no line of `which_ladder` names it");
    }
    for (const Written& group : draw.groups) {
      for (const Place::Scope scope : draw.scopes) {
        const auto why = why_never(group.audience, scope, estate);
        if (!why) continue;
        group.place.fault("`" + std::string(name_of(group.audience)) +
                          "` can never be reached: " + *why);
        break;
      }
    }
  }
}

}  // namespace

void read_ladders(Reader& root, Community& community, const Draft& draft) {
  const std::size_t before = draft.faults.size();
  std::map<std::string, Draw> draws;
  Reader ladders = root.need("ladders");
  ladders.each_entry([&](const std::string& name, const Reader& key, Reader value) {
    if (!value.is_map()) {
      return key.fault("ladder `" + name + "` must be a map with `waves` and `loop`");
    }
    Draw draw{.ladder = {}, .key = key, .groups = {}, .scopes = {}};
    LadderReader(draw).read(value, name);
    draws.emplace(name, std::move(draw));
  });
  ladders.close();
  const Reader which = root.need("which_ladder");
  RuleReader rules(draws, community);
  which.each_element([&](Reader line) { rules.read(line); });
  // A line that could not be read would show up a second time as a ladder that is missing.
  if (draft.faults.size() == before) check_complete(root, community.rules.ladders);
  check_audiences(draws, community.estate);
}

}  // namespace shouwang::config
