// The upkeep of a community.yaml: who is written to of what has to be mended.
//
//   upkeep:
//     ladder:
//       - {after: 24h, tell: [unit_head, installer]}
//     remind_at: "10:00"
//     outage: {percent: 30, least: 3, window: 2min, settle: 20s}
//     diary: {at: "08:00", tell: [duty_a, secretary]}

#include "config/draft.h"
#include "dispatch/book.h"

namespace shouwang::config {
namespace {

using dispatch::Rung;
using dispatch::Upkeep;
using household::Role;
using namespace std::chrono_literals;

// Those whose trade it is. Nobody else hears of technical matters.
constexpr Role kMenders[] = {Role::unit_head,  Role::building_head, Role::estate_head,
                             Role::grid_head,  Role::patrol,        Role::duty_a,
                             Role::duty_b,     Role::secretary,     Role::director,
                             Role::specialist, Role::installer};

void read_mender(const std::string& word, const Reader& at, household::Roles& roles) {
  std::vector<std::string> allowed;
  for (const Role role : kMenders) {
    if (name_of(role) == word) return roles.add(role);
    allowed.emplace_back(name_of(role));
  }
  at.fault("`" + word + "` is nobody who mends; allowed: " + listed(allowed));
}

void read_rungs(const Reader& ladder, std::vector<Rung>& rungs) {
  if (!ladder.is_there()) return;
  rungs.clear();
  ladder.each_element([&](Reader at) {
    Rung& rung = rungs.emplace_back();
    at.need("after");
    at.read_span("after", rung.after, 1min, 365 * 24h);
    for (const auto& [word, place] : at.need("tell").words()) read_mender(word, place, rung.tell);
    at.close();
  });
}

void read_outage(Reader outage, Upkeep& upkeep) {
  outage.read_integer("percent", upkeep.outage_percent, 5, 100);
  outage.read_integer("least", upkeep.outage_least, 2, 1000);
  outage.read_span("window", upkeep.outage_window, 10s, 1h);
  outage.read_span("settle", upkeep.outage_settle, 1s, 10min);
  outage.close();
}

void read_false_alarms(Reader limit, Upkeep& upkeep) {
  limit.read_integer("most", upkeep.false_alarms_max, 1,
                     static_cast<int>(dispatch::kFalseAlarmsMax));
  limit.read_span("within", upkeep.false_alarms_span, 1h, 365 * 24h);
  limit.read_integer("most_a_day", upkeep.false_alarms_day, 1,
                     static_cast<int>(dispatch::kFalseAlarmsMax) - 1);
  limit.close();
}

void read_diary(Reader diary, Upkeep& upkeep) {
  if (!diary.is_there()) return;
  if (diary.has("at")) read_minute(diary, "at", upkeep.diary_at);
  if (diary.has("tell")) upkeep.diary_to = {};
  for (const auto& [word, place] : diary.child("tell").words()) {
    read_mender(word, place, upkeep.diary_to);
  }
  diary.close();
}

}  // namespace

void read_upkeep(Reader& root, Upkeep& upkeep) {
  upkeep = dispatch::usual_upkeep();
  upkeep.diary_to = {Role::duty_a, Role::secretary};
  Reader section = root.child("upkeep");
  if (!section.is_there()) return;
  read_rungs(section.child("ladder"), upkeep.rungs);
  section.read_span("not_protected", upkeep.not_protected, 24h, 365 * 24h);
  read_daily_hours(section, "day", upkeep.day);
  if (section.has("remind_at")) read_minute(section, "remind_at", upkeep.remind_at);
  read_outage(section.child("outage"), upkeep);
  read_false_alarms(section.child("false_alarms"), upkeep);
  read_diary(section.child("diary"), upkeep);
  section.close();
  for (const std::string& fault : dispatch::check(upkeep)) section.fault(fault);
}

}  // namespace shouwang::config
