#include "tests/sim/town.h"

#include <algorithm>
#include <cstdio>

#include "app/shelf.h"
#include "base/check.h"
#include "base/planted.h"
#include "device/decoder.h"
#include "tests/sim/chaos.h"

namespace shouwang::sim {
namespace {

using namespace std::chrono_literals;

constexpr Millis kHealing = 10h;  // At most.
constexpr std::uint64_t kStepsMax = 5'000'000;

// 2026-01-05 00:00 in Shanghai.
constexpr Instant kFirstMidnight{Millis{1'767'542'400'000}};

}  // namespace

// A CHECK that failed in a simulated process.
struct BrokenCheck {};
namespace {
// What it said: whoever catches everything on the way must not hide it.
thread_local std::string broken_check;
}  // namespace

Town::Town(const Options& options, Look look)
    : options_(options),
      look_(look),
      start_(kFirstMidnight + std::chrono::hours{options.start_hour}),
      world_(start_),
      system_(start_),
      chance_(chance_of(9)),
      books_(chance_of(10)) {
  outcome_.options = options;
  for (const auto& [name, traits] : scenery().rules->channels) {
    channels_[name] = std::make_shared<PhoneChannel>(
        *this, name,
        notify::Traits{.kind = traits.kind,
                       .gives_receipts = traits.gives_receipts,
                       .in_flight_max = static_cast<std::size_t>(options.lanes)});
  }
  disk_ = std::make_unique<Disk>(*this);
  devices_ = std::make_unique<Devices>(*this);
  people_ = std::make_unique<People>(*this);
  link_ = std::make_unique<testing::FakeLink>(
      mqtt::LinkSettings{.subscriptions = device::subscriptions(*scenery().profiles)},
      mqtt::Link::Handlers{
          .on_message = [this](const mqtt::Incoming& in) { return on_message(in); },
          .on_state = [this](const mqtt::LinkState& state) { on_link(state); }});
  link_->go_down();
  link_->start();  // It connects when it can.
  if (look_.store_path.empty()) laws_ = all_laws(*this);
}

Town::~Town() = default;

std::vector<std::shared_ptr<notify::Channel>> Town::channels() const {
  std::vector<std::shared_ptr<notify::Channel>> all;
  for (const auto& [name, channel] : channels_) all.push_back(channel);
  return all;
}

void Town::at(Instant truth, std::function<void()> what) {
  world_.wake_at(std::max(truth, world_.now()), std::move(what));
}
void Town::later(Millis after, std::function<void()> what) {
  world_.wake_at(world_.now() + after, std::move(what));
}

void Town::fold(std::string_view text) {
  for (const char c : text) {
    hash_ ^= static_cast<unsigned char>(c);
    hash_ *= 1099511628211ULL;
  }
}

void Town::note(const std::function<std::string()>& line) {
  if (!look_.with_story) return;
  const Millis at = world_.now() - start_;
  const auto seconds = at.count() / 1000;
  char stamp[32];
  std::snprintf(stamp, sizeof(stamp), "%02lld:%02lld:%02lld.%03lld  ",
                static_cast<long long>(seconds / 3600), static_cast<long long>(seconds / 60 % 60),
                static_cast<long long>(seconds % 60), static_cast<long long>(at.count() % 1000));
  outcome_.story.push_back(stamp + line());
}

void Town::broken(std::string_view law, std::string what) {
  if (!outcome_.broken_law.empty()) return;
  const bool is_new = outcome_.all_broken.emplace(law, what).second;
  // Where the rules of the book itself are broken nothing that follows means anything.
  const bool can_go_on = law != "NoRuleOfOursBreaks" && law != "TimeGoesOn";
  if (look_.goes_on && can_go_on) {
    if (is_new) note([&] { return "LAW BROKEN: " + std::string(law) + ": " + what; });
    return;
  }
  outcome_.broken_law = law;
  outcome_.what = std::move(what);
  outcome_.at = world_.now() - start_;
  note([&] { return "LAW BROKEN: " + outcome_.broken_law + ": " + outcome_.what; });
}

// ---- life and death

void Town::start_process() {
  if (process_ != nullptr) return;
  ++life_;
  is_dead_ = false;
  if (chance_.chance(static_cast<unsigned>(is_healing_ ? 0 : options_.boots_1970))) {
    count(Fault::clock_1970);
    note([] { return std::string("the machine boots in 1970"); });
    system_.boot_1970(world_.now());
    later(Millis{chance_.below(600'000)}, [this] {
      system_.set_right(world_.now());
      if (is_up()) process_->clock().look_again(Millis{chance_.below(1'001)});
    });
  }
  process_ = std::make_unique<Process>(*this, disk_->latest(), is_dead_);
  const auto opened = process_->open();
  if (!opened) {
    note([&] { return "the gateway does not start: " + opened.error().what; });
    process_.reset();
    return later(10s, [this] { start_process(); });
  }
  up_since_ = world_.now();
  note([] { return std::string("the gateway is up"); });
  for (const auto& law : laws_) law->started();
  connect_soon(Millis{50 + chance_.below(1'000)});
}

void Town::crash_point(Fault where) {
  if (!crash_in_ || is_dead_ || is_healing_) return;
  if (--*crash_in_ > 0) return;
  crash_in_.reset();
  is_dead_ = true;
  count(where);
  note([&] { return "the process dies: " + std::string(name_of(where)); });
  throw Crash{};
}

void Town::die(Millis down) {
  if (!is_up()) return;
  down_ = down;
  is_dead_ = true;
  count(Fault::crash_between);
  note([] { return std::string("the process dies"); });
}

void Town::bury() {
  ++outcome_.crashes;
  crash_in_.reset();
  process_.reset();
  for (const auto& law : laws_) law->died();
  tries_.clear();
  link_->go_down();
  disk_->cut_power();
  later(down_, [this] { start_process(); });
  down_ = 2s;
}

void Town::connect_soon(Millis after) {
  if (std::exchange(is_connecting_, true)) return;
  later(after, [this, life = life_] {
    is_connecting_ = false;
    if (life != life_) return connect_soon(1s);
    if (!is_up() || broker_out_ || link_->state().connected) return;
    const bool replays = !link_->retained().empty();
    if (replays) count(Fault::retained_replay);
    link_->come_up();
  });
}

void Town::break_broker(Millis how_long, bool forgets) {
  if (broker_out_ || is_healing_) return;
  broker_out_ = true;
  count(Fault::broker_outage);
  note([] { return std::string("nobody reaches the broker"); });
  link_->go_down();
  if (forgets) {
    count(Fault::broker_forgets);
    link_->lose_session();
  }
  later(how_long, [this] {
    broker_out_ = false;
    note([] { return std::string("the broker is back"); });
    connect_soon(Millis{100 + chance_.below(3'000)});
  });
}

mqtt::Verdict Town::on_message(const mqtt::Incoming& incoming) {
  if (!is_up()) return mqtt::Verdict::drop;
  const std::string event = event_in(incoming.payload);
  const bool poison = dies_of(incoming);
  if (poison && ++deaths_of_[std::string(incoming.payload)] <= app::Shelf::kEndsMost) {
    is_dead_ = true;
    count(Fault::poison);
    note([&] { return "the process dies of " + event; });
    throw Crash{};
  }
  for (const auto& law : laws_) law->heard(std::string(incoming.topic));
  auto verdict = poison ? process_->set_aside(incoming) : process_->on_message(incoming);
  if (planted::is(planted::Bug::acknowledge_early)) verdict = mqtt::Verdict::keep;
  if (verdict == mqtt::Verdict::drop) {
    count(Fault::redelivery);
    return verdict;
  }
  if (event.empty() || incoming.topic == app::kProbeTopic) return verdict;
  fold(event);
  for (const auto& law : laws_) law->acknowledged(event);
  return verdict;
}

// (The daemon remembers the message itself, by its bytes: app/shelf.h.)
bool Town::dies_of(const mqtt::Incoming& incoming) {
  const auto truth = devices_->events().find(event_in(incoming.payload));
  return truth != devices_->events().end() && truth->second.poison;
}

bool Town::rehearse(const std::string& topic, const std::string& payload) {
  if (broker_out_ || !link_->state().connected) return false;
  later(Millis{5 + chance_.below(50)}, [this, topic, payload] {
    if (!broker_out_) link_->arrive(topic, payload, false);
  });
  return true;
}

void Town::rehearsed(const app::SelfTest& test) {
  count(test.latest()->stuck_at ? Deed::rehearsal_missed : Deed::rehearsed);
}

void Town::on_link(const mqtt::LinkState& state) {
  if (is_up()) gateway().listen(state.connected);
  note([&] { return std::string("the link is ") + (state.connected ? "up" : "down"); });
  if (!state.connected && is_up()) connect_soon(Millis{500 + chance_.below(2'500)});
}

// ---- what happens

void Town::count_deeds(const dispatch::JournalEntry& line) {
  static const std::map<std::string, Deed> kByType = {{"linked", Deed::linked},
                                                      {"rings_again", Deed::rang_again},
                                                      {"test_started", Deed::walk_started},
                                                      {"test_button", Deed::walk_button},
                                                      {"test_alarm", Deed::walk_alarm},
                                                      {"test_quieted", Deed::walk_quieted},
                                                      {"test_alarm_is_real", Deed::walk_rang},
                                                      {"test_ended", Deed::walk_ended},
                                                      {"outage", Deed::outage_noticed},
                                                      {"upkeep_letter", Deed::upkeep_letter},
                                                      {"matter_waived", Deed::item_waived},
                                                      {"gave_up", Deed::gave_up}};
  static const std::map<std::string, Deed> kByFault = {{"offline", Deed::silence_noticed},
                                                       {"set_aside", Deed::set_aside},
                                                       {"self_test", Deed::ailing},
                                                       {"untaken", Deed::audit}};
  if (const auto deed = kByType.find(line.type); deed != kByType.end()) count(deed->second);
  const bool first = line.community == scenery().registries.front()->community().id;
  if (line.type == "raised" && !first) count(Deed::second_estate);
  const std::string& fault = line.facts.empty() ? std::string() : line.facts.front().second;
  if (line.type == "matter_opened") {
    if (const auto deed = kByFault.find(fault); deed != kByFault.end()) count(deed->second);
  }
  if (line.type != "matter_closed") return;
  if (line.actor != "gateway") return count(Deed::item_done);
  if (fault == "offline") count(Deed::silence_over);
}

void Town::saved(std::span<const store::Batch> all) {
  const auto is_rehearsed = [](const auto& batch) {
    return batch.community.str() == app::kRehearsal;
  };
  if (std::ranges::none_of(all, is_rehearsed)) return saved_for_real(all);
  std::vector<store::Batch> batches;
  for (const auto& batch : all) {
    if (!is_rehearsed(batch)) {
      batches.push_back(batch);
      continue;
    }
    for (const auto& law : laws_) law->rehearsed(batch);
  }
  saved_for_real(batches);
}

void Town::saved_for_real(std::span<const store::Batch> batches) {
  for (const auto& batch : batches) {
    for (const auto& file : batch.files) {
      if (file.version == 0) ++outcome_.alarms;
      fold(file.incident.id.str() + std::to_string(file.version));
    }
    for (const auto& line : batch.journal) {
      count_deeds(line);
      fold(line.actor + line.type);
      note([&] {
        std::string text = "  journal " + line.incident.str() + " " + line.actor + " " + line.type;
        for (const auto& [name, value] : line.facts) text.append(" " + name + "=" + value);
        return text;
      });
    }
  }
  for (const auto& law : laws_) law->saved(batches);
}

// ---- the run

void Town::step() {
  if (is_dead_ && process_ != nullptr) bury();
  if (!is_up()) return;
  for (const auto& law : laws_) law->stepped();
}

void Town::play(Instant until) {
  while (outcome_.broken_law.empty()) {
    const auto next = world_.next();
    if (!next || *next > until) break;
    try {
      world_.run_until(*next);
    } catch (const Crash&) {
      // is_dead_ says so too.
    } catch (const BrokenCheck&) {
      // broken_check says which.
    }
    if (!broken_check.empty()) {
      const bool spins = broken_check.starts_with("time_goes_on");
      broken(spins ? "TimeGoesOn" : "NoRuleOfOursBreaks", broken_check);
    }
    if (!outcome_.broken_law.empty()) return;
    step();
    if (++outcome_.steps > kStepsMax && look_.store_path.empty())
      broken("TimeGoesOn", "too many steps");
  }
}

void Town::heal() {
  is_healing_ = true;
  note([] { return std::string("---- everything heals ----"); });
  crash_in_.reset();
  disk_->fail_with({});
  disk_->repair();
  system_.set_drift(0);
  for (const auto& [name, channel] : channels_) channel->behave(Manner::good);
  later(0s, [this] { link_->release(); });
  broker_out_ = false;
  if (is_up()) process_->be_slow(false);
  devices_->heal();
  people_->heal();
  connect_soon(1s);
}

bool Town::is_healed() {
  if (!is_up() || !link_->state().connected || gateway().store_trouble()) return false;
  for (const dispatch::Book* book : gateway().books()) {
    for (const auto& [id, file] : book->files) {
      if (file.incident.is_open()) return false;
      // Who has no living address is tried for a day.
      for (const ParcelKey& key : book->outbox.concerning(id)) {
        const auto& route = book->outbox.find(key)->route;
        if (!route.front().address.starts_with("test:dead/")) return false;
      }
    }
  }
  return true;
}

Outcome Town::run() {
  broken_check.clear();
  fold(text_of(options_));
  system_.set_drift(options_.drift_ppm);
  plan_chaos(*this);
  start_process();
  play(start_ + std::chrono::hours{options_.hours});
  const Instant begun = world_.now();
  if (outcome_.broken_law.empty()) heal();
  Millis healing{0};
  while (outcome_.broken_law.empty() && (healing < 1h || !is_healed())) {
    healing += 10min;
    play(begun + healing);
    if (healing >= 2h && is_up()) {  // The desk goes through the list.
      try {
        for (const dispatch::Book* book : gateway().books()) {
          for (const auto& [id, file] : std::map(book->files)) {
            if (file.incident.is_open()) {
              people_->close(book->registry->community().id, id);
            }
          }
        }
      } catch (const BrokenCheck&) {
        broken("NoRuleOfOursBreaks", broken_check);
      }
    }
    if (healing <= kHealing) continue;
    broken("EverythingHeals", "the town has not come to rest");
    break;
  }
  finish();
  return std::move(outcome_);
}

void Town::live(int days, const std::function<void(int)>& before,
                const std::function<void(int)>& after) {
  broken_check.clear();
  start_process();
  for (int day = 0; day < days; ++day) {
    before(day);
    play(start_ + std::chrono::hours{24} * (day + 1));
    after(day);
  }
  CHECK(outcome_.broken_law.empty());
}

void Town::finish() {
  if (outcome_.broken_law.empty()) {
    for (const auto& law : laws_) law->ended();
  }
  const auto chain = disk_->check_journal();
  if (outcome_.broken_law.empty() && (!chain || chain->broken_at)) {
    broken("EveryCallIsInTheJournal", "the journal's chain does not hold");
  }
  if (chain) fold(chain->head);
  char text[20];
  std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(hash_));
  outcome_.hash = text;
  outcome_.answers = people_->answers();
  outcome_.community_days =
      options_.communities *
      std::chrono::duration<double, std::ratio<86'400>>(world_.now() - start_).count();
}

}  // namespace shouwang::sim

namespace shouwang {

// In place of base/check.cpp: a broken rule ends the run, not the program.
void check_failed(const char* condition, const char* file, int line) {
  sim::broken_check = std::string(condition) + " at " + file + ":" + std::to_string(line);
  throw sim::BrokenCheck{};
}

}  // namespace shouwang
