// A second and simpler model: who should have been called by when.
//
// It knows the reference community by its figures (tools/reference/figures.h) and the ladder of a
// home and of a stairwell as a table of words; it shares no code with escalation/ and dispatch/.
// It says only what must have happened at least: more may be called, and sooner (seats that are
// empty, away or unreachable bring in others).
//
//   wave k is due k's time after the alarm, unless a stopping claim stood by then
//   whoever it names must have had a message handed to a channel within kSlack
//   nobody arrived by the door limit: the journal says "door_overdue"

#include <map>
#include <set>

#include "tests/sim/laws.h"
#include "tests/sim/town.h"

namespace shouwang::sim {
namespace {

using incident::Action;
using reference::Figures;
using store::Batch;
using namespace std::chrono_literals;

// The group window, and a second.
constexpr Millis kSlack = 16s;
constexpr Millis kWaves[] = {0s, 60s, 150s, 300s};
constexpr Millis kDoor = 600s;
constexpr Instant kPostsBegin{std::chrono::sys_days(std::chrono::year{2025} / 2 / 1)};

class Oracle final : public Law {
 public:
  explicit Oracle(Town& town) : Law("TheOracleAgrees", town) {}

  void saved(std::span<const Batch> batches) override {
    for (const Batch& batch : batches) {
      for (const auto& line : batch.journal) {
        if (line.type == "raised") raise(batch.community, line);
        if (line.type == "rings_again") cases_.erase(line.incident);
        // (In a storm the letter may have merged with a newer one.)
        if (line.type == "door_overdue") heard_[line.incident].door = true;
      }
      // What failed saves have held back is judged by what it says of itself.
      for (const auto& file : batch.files) {
        if (!file.incident.is_open()) cases_.erase(file.incident.id);
      }
    }
  }
  void died() override {
    for (auto& [id, one] : cases_) one.noticed.clear();
    // The answer of which it died may be on disk or not.
    if (pending_) pressed(Pressed(*pending_));
  }
  void sent(const Sent& sent) override {
    // While the disk fails people are called before the alarm is on it.
    for (const auto& item : sent.items) {
      heard_[item.incident].told.insert(sent.person);
    }
  }
  void pressing(const Pressed& pressed) override {
    pending_ = pressed;
    concerned_.assign(1, pressed.incident);
    const dispatch::File* file = town_.gateway().book(pressed.community)->find(pressed.incident);
    if (file == nullptr) return;
    // Who goes to a home goes to its stairwell too.
    const auto& linked = file->incident.linked;
    concerned_.insert(concerned_.end(), linked.begin(), linked.end());
  }
  void pressed(const Pressed& pressed) override {
    pending_.reset();
    if (pressed.refusal) return;
    for (const IncidentId& id : concerned_) follow(heard_[id], pressed);
  }
  void stepped() override {
    const Instant truth = town_.truth();
    if (truth < next_look_ || town_.gateway().store_trouble()) return;
    next_look_ = truth + 1s;
    const Instant now = town_.now();
    for (auto& [id, one] : cases_) look(id, one, now, truth);
  }

 private:
  struct Case {
    CommunityId community;
    Instant raised;
    std::string opener;
    std::vector<std::set<PersonId>> waves;
    std::map<std::size_t, Instant> noticed;  // When a wave was first seen to be due: true time.
    std::set<std::size_t> done;              // Waves that were looked at.
  };
  // What people have heard and said of an incident.
  struct Heard {
    std::set<PersonId> told;
    bool door = false;
    bool stopped = false;  // By an answer that the oracle does not think through any further.
    bool arrived = false;
  };

  void raise(const CommunityId& community, const dispatch::JournalEntry& line) {
    std::string ladder;
    std::string place;
    for (const auto& [name, value] : line.facts) {
      if (name == "place") place = value;
      if (name == "ladder") ladder = value;
    }
    // With an empty disk and no clock it is 1970, when nobody held any post.
    if (line.at < kPostsBegin) return;
    Case one{.community = community, .raised = line.at, .opener = line.actor};
    for (std::size_t i = 0; i < scenery().registries.size(); ++i) {
      if (scenery().registries[i]->community().id != community) continue;
      const std::string& prefix = scenery().prefixes[i];
      place = place.substr(prefix.size());
      if (ladder == "户内报警") one.waves = home(scenery().figures[i], prefix, place, line.at);
      if (ladder == "楼道烟雾") one.waves = stairwell(scenery().figures[i], prefix, place, line.at);
    }
    cases_.insert_or_assign(line.incident, std::move(one));
  }

  static std::string unit_of(const reference::Home& home) {
    return reference::unit_name(home.building, home.unit);
  }
  static void duty(std::set<PersonId>& wave, const std::string& prefix, Instant at, bool b) {
    const Instant first =
        Instant(std::chrono::sys_days(std::chrono::year{2026} / std::chrono::January / 1)) - 8h;
    if (at < first) return;  // 1970: nobody is on the rota.
    const auto shift = (at - first) / 8h;
    const auto on = reference::duty(static_cast<int>(shift / 3), static_cast<int>(shift % 3));
    wave.emplace(prefix + reference::numbered("OF", b ? on.b : on.a, 2));
  }
  static void head(std::set<PersonId>& wave, const Figures& f, const std::string& prefix,
                   std::size_t home) {
    wave.emplace(prefix + f.homes[home].id + "/1");
  }
  static void unit_head(std::set<PersonId>& wave, const Figures& f, const std::string& prefix,
                        const std::string& unit) {
    for (std::size_t i = 0; i < f.units.size(); ++i) {
      if (f.units[i] == unit) head(wave, f, prefix, f.unit_heads[i]);
    }
  }
  static void building_head(std::set<PersonId>& wave, const Figures& f, const std::string& prefix,
                            int building) {
    const int at = building == 11 ? 10 : building;
    head(wave, f, prefix, f.building_heads[static_cast<std::size_t>(at - 1)]);
  }
  static void volunteer(std::set<PersonId>& wave, const std::string& prefix, int grid, int nth) {
    wave.emplace(prefix + reference::numbered("V", (grid - 1) * 40 + nth, 3));
  }

  // R-21, the column of gas in a home.
  static std::vector<std::set<PersonId>> home(const Figures& f, const std::string& prefix,
                                              const std::string& place, Instant at) {
    std::vector<std::set<PersonId>> waves(4);
    for (std::size_t h = 0; h < f.homes.size(); ++h) {
      if (f.homes[h].id != place) continue;
      const reference::Home& it = f.homes[h];
      head(waves[0], f, prefix, h);
      for (const auto& relative : f.relatives) {
        if (relative.home != h) continue;
        waves[0].emplace(prefix + reference::numbered("R", relative.person, 4));
      }
      duty(waves[0], prefix, at, false);
      volunteer(waves[2], prefix, it.grid, 1);
      volunteer(waves[2], prefix, it.grid, 2);
      volunteer(waves[2], prefix, it.grid, 3);
      waves[3] = {PersonId(prefix + "ST01"), PersonId(prefix + "ST02")};
      if (it.building == 0) continue;
      unit_head(waves[0], f, prefix, unit_of(it));
      if (it.lone) building_head(waves[0], f, prefix, it.building);
      building_head(waves[1], f, prefix, it.building);
      for (const std::size_t n : f.neighbours) {
        if (f.homes[n].unit == it.unit && f.homes[n].building == it.building) {
          head(waves[2], f, prefix, n);
        }
      }
    }
    return waves;
  }

  // R-21, the column of smoke in a stairwell: its first two waves.
  static std::vector<std::set<PersonId>> stairwell(const Figures& f, const std::string& prefix,
                                                   const std::string& unit, Instant at) {
    std::vector<std::set<PersonId>> waves(4);
    for (std::size_t h = 0; h < f.homes.size(); ++h) {
      if (f.homes[h].building == 0 || unit_of(f.homes[h]) != unit) continue;
      head(waves[0], f, prefix, h);
      building_head(waves[0], f, prefix, f.homes[h].building);
      volunteer(waves[1], prefix, f.homes[h].grid, 1);
      for (const auto& relative : f.relatives) {
        if (relative.home != h) continue;
        waves[1].emplace(prefix + reference::numbered("R", relative.person, 4));
      }
    }
    unit_head(waves[0], f, prefix, unit);
    duty(waves[0], prefix, at, false);
    duty(waves[0], prefix, at, true);
    waves[3] = {PersonId(prefix + "ST01"), PersonId(prefix + "ST02")};
    return waves;
  }

  // R-26: waves stop only on *I'm going* by a counted responder, or by anyone whose minutes fit
  // inside the door limit; *Seen* stops nothing. Which responder counts is left to the gateway
  // here, but a relative without a fitting time never does.
  static void follow(Heard& one, const Pressed& pressed) {
    const incident::Answer& answer = pressed.answer;
    const bool family = answer.by.str().find('R') != std::string::npos;  // "R0046", "C02-R0046"
    switch (answer.action) {
      case Action::going:
        if (!family || (answer.minutes && *answer.minutes <= 10)) one.stopped = true;
        return;
      case Action::arrived:
        one.stopped = true;
        one.arrived = true;
        return;
      case Action::out_and_helping: one.stopped = true; return;
      // Somebody has said what it was: nobody has to come any more (R-10).
      case Action::cause:
      case Action::close: one.stopped = one.arrived = true; return;
      case Action::safe:
      case Action::help_me:
      case Action::cooking:
      case Action::spoke:
      case Action::note:
      case Action::satisfied:
      case Action::not_satisfied:
      case Action::cannot:
      case Action::no_entry:
      case Action::need_help:
      case Action::all_out:
      case Action::hand_over:
      case Action::electrician:
      case Action::away:
      case Action::done:
      case Action::assign:
      case Action::next_wave:
      case Action::tell_building:
      case Action::seen:
      case Action::take_over: return;
    }
  }

  void look(const IncidentId& id, Case& one, Instant now, Instant truth) {
    const Heard& heard = heard_[id];
    for (std::size_t wave = 0; wave < one.waves.size(); ++wave) {
      const bool due = now >= one.raised + kWaves[wave];
      if (!due || one.done.contains(wave)) continue;
      // A claim that came first: wave 0 has left all the same.
      if (heard.stopped && wave > 0 && !one.noticed.contains(wave)) continue;
      const Instant since = one.noticed.try_emplace(wave, truth).first->second;
      if (truth - since < kSlack + patience()) continue;
      one.done.insert(wave);
      for (const PersonId& person : one.waves[wave]) {
        if (heard.told.contains(person) || one.opener == person.str()) continue;
        return broken(person.str() + " was not called by wave " + std::to_string(wave) + " of " +
                      id.str());
      }
    }
    if (heard.arrived || heard.door || now < one.raised + kDoor) return;
    const Instant since = one.noticed.try_emplace(kDoorMark, truth).first->second;
    if (truth - since >= kSlack + patience()) {
      broken("nobody saw that nobody had arrived for " + id.str());
    }
  }
  // Few lanes that are stuck make messages wait: one leg's patience for each of three ways, twice.
  Millis patience() const { return town_.options().lanes < 1'000 ? 90s : 0s; }

  static constexpr std::size_t kDoorMark = 99;
  std::map<IncidentId, Case> cases_;
  std::map<IncidentId, Heard> heard_;
  std::optional<Pressed> pending_;     // Not answered yet.
  std::vector<IncidentId> concerned_;  // By the answer last pressed.
  Instant next_look_;
};

}  // namespace

void add_oracle(Town& town, Laws& laws) { laws.push_back(std::make_unique<Oracle>(town)); }

}  // namespace shouwang::sim
