// Devices under test: who may be, what counts as a result, and when it is no test any more.

#include <algorithm>

#include "base/check.h"
#include "base/utf8.h"
#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

using device::Kind;
using device::Meaning;
using device::Signal;
using household::Place;

constexpr Millis kClockSlack{120'000};  // A device's clock may be so far behind ours.

std::string new_test_id(Work& work) {
  for (;;) {
    std::string id = "T-" + work.book.rng.word(6);
    if (!work.book.walks.contains(id)) return id;
  }
}

std::optional<Place> place_of(const Work& work, const DeviceId& device) {
  const auto index = work.registry().device_index(device);
  if (!index) return std::nullopt;
  return work.registry().place_of(work.registry().community().devices[*index]);
}

// Whether the two are so near to each other that a danger in one concerns the other: one stairwell,
// or, where there is none, the same place.
bool are_near(const Work& work, const Place& a, const Place& b) {
  if (a == b) return true;
  if (a.area.empty() || b.area.empty()) return false;
  const household::Area* unit_a = work.registry().enclosing(a.area, household::Tier::unit);
  const household::Area* unit_b = work.registry().enclosing(b.area, household::Tier::unit);
  if (unit_a != nullptr || unit_b != nullptr) return unit_a == unit_b;
  return work.registry().contains(a.area, b.area) || work.registry().contains(b.area, a.area);
}

// Nothing changes; the reply says why. Always false.
bool refuse(Work& work, std::string word, std::string sentence, std::string about = {}) {
  work.effects.reply.why_not = std::move(sentence);
  work.effects.reply.why_word = std::move(word);
  work.effects.reply.why_about = std::move(about);
  return false;
}

bool may_be_tested(Work& work, const DeviceId& device) {
  const std::string id = device.str();
  const auto place = place_of(work, device);
  if (!place) return refuse(work, "no_device", "there is no device `" + printable(id) + "`", id);
  if (const Trial* other = trial_of(work.book, device)) {
    const std::string& by = other->by.str();
    return refuse(work, "under_test", "`" + id + "` is under test by " + by + " already", id);
  }
  const auto memory = work.book.devices.find(device);
  if (memory != work.book.devices.end() && memory->second.alarming) {
    return refuse(work, "in_alarm", "`" + id + "` is in alarm", id);
  }
  for (const auto& [incident, file] : work.book.files) {
    if (!file.incident.is_open() || !are_near(work, file.incident.place, *place)) continue;
    return refuse(work, "incident",
                  "incident " + incident.str() + " is open where `" + id + "` hangs", id);
  }
  return true;
}

bool may_start(Work& work, const TestStarted& started) {
  if (started.by.empty()) return refuse(work, "nobody", "who tests?");
  if (started.length < kTestMin || started.length > kTestMax) {
    return refuse(work, "length",
                  "a test lasts " + format_span(kTestMin) + " .. " + format_span(kTestMax));
  }
  if (started.devices.empty()) return refuse(work, "no_devices", "there is no device to test");
  std::size_t tested = started.devices.size();
  for (const auto& [id, walk] : work.book.walks) tested += walk.devices.size();
  if (tested > kTestedMax) {
    return refuse(work, "too_many",
                  "more than " + std::to_string(kTestedMax) + " devices would be under test",
                  std::to_string(kTestedMax));
  }
  return std::ranges::all_of(
      started.devices, [&](const TestedDevice& one) { return may_be_tested(work, one.device); });
}

void save(Work& work, const DeviceId& device) {
  work.effects.devices.insert(device);
  work.effects.walks = true;
}

Facts facts_of(const Trial& trial, const Signal& signal) {
  Facts facts{{"test", trial.test},
              {"kind", std::string(device::name_of(signal.kind))},
              {"meaning", std::string(device::name_of(signal.meaning))}};
  return facts;
}

// The device leaves its test. Returns what its trial was.
Trial leave(Work& work, const DeviceId& device) {
  DeviceMemory& memory = work.book.devices.at(device);
  Trial trial = std::move(*memory.trial);
  memory.trial.reset();
  save(work, device);
  const auto walk = work.book.walks.find(trial.test);
  CHECK(walk != work.book.walks.end());
  std::erase(walk->second.devices, device);
  if (walk->second.devices.empty()) work.book.walks.erase(walk);
  return trial;
}

void end_walk(Work& work, const std::string& id, const std::string& by, const std::string& why,
              bool ring);

void ring_after_all(Work& work, const DeviceId& device, const std::string& why) {
  const std::string test = trial_of(work.book, device)->test;
  // With its last device a test ends, and says so.
  const Walk& of = work.book.walks.at(test);
  if (!of.over && of.devices.size() == 1) end_walk(work, test, "gateway", why, false);
  work.book.walks.at(test).rang[device] = why;
  for (EndedWalk& ended : work.book.ended_walks) {
    if (ended.walk.id == test) ended.walk.rang[device] = why;
  }
  const Trial trial = leave(work, device);
  work.log({}, device.str(), "test_alarm_is_real", {{"test", test}, {"why", why}});
  hear(work, {.device = device,
              .profile = trial.profile,
              .report = {.signals = {{.kind = trial.kind,
                                      .meaning = Meaning::alarm,
                                      .value = trial.value,
                                      .unit = trial.unit}}}});
}

void write_result(Work& work, const DeviceId& device, const Trial& trial) {
  const Verdict verdict = verdict_of(trial);
  Facts facts{{"test", trial.test},
              {"by", trial.by.str()},
              {"result", std::string(name_of(verdict))},
              {"needs", std::string(name_of(trial.need))}};
  const auto add = [&facts](const char* name, const std::optional<Instant>& at) {
    if (at) facts.emplace_back(name, format_utc(*at));
  };
  add("heard_at", trial.heard_at);
  add("test_at", trial.test_at);
  add("alarm_at", trial.alarm_at);
  work.log({}, device.str(), "test_result", std::move(facts));
}

// The line on the board, with which the desk can end the test.
constexpr const char* kMatter = "under_test";
std::string subject_of(const Walk& walk) { return walk.id + " " + walk.place; }

// Writes down what a test came to. Devices whose alarm is not on leave it.
void close_walk(Work& work, Walk& walk, const std::string& by, const std::string& why) {
  walk.over = true;
  walk.until = std::min(walk.until, work.now);
  EndedWalk ended{.ended_at = work.now, .by = by, .why = why};
  std::vector<DeviceId> quiet;
  for (const DeviceId& device : walk.devices) {
    Trial& trial = *work.book.devices.at(device).trial;
    write_result(work, device, trial);
    const bool in_alarm = trial.alarming_since.has_value();
    ended.results.push_back(
        {.device = device, .verdict = verdict_of(trial), .need = trial.need, .in_alarm = in_alarm});
    trial.until = std::min(trial.until, work.now);
    save(work, device);
    if (!in_alarm) quiet.push_back(device);
  }
  const std::size_t count = walk.devices.size();
  work.log({}, by, "test_ended",
           {{"test", walk.id},
            {"place", walk.place},
            {"started_by", walk.by.str()},
            {"why", why},
            {"passed", std::to_string(ended.passed())},
            {"not_passed", std::to_string(count - ended.passed())},
            {"still_in_alarm", std::to_string(count - quiet.size())}});
  close_matter(work, kMatter, subject_of(walk), by);
  ended.walk = walk;
  work.book.ended_walks.push_back(std::move(ended));
  if (work.book.ended_walks.size() > kEndedWalksMax) work.book.ended_walks.pop_front();
  for (const DeviceId& device : quiet) leave(work, device);
}

// Ends a test. Devices whose alarm is still on stay until it goes down or has lasted too long,
// unless it is real (`ring`).
void end_walk(Work& work, const std::string& id, const std::string& by, const std::string& why,
              bool ring) {
  Walk& walk = work.book.walks.at(id);
  const std::vector<DeviceId> devices = walk.devices;
  if (!walk.over) close_walk(work, walk, by, why);
  if (!ring) return;
  for (const DeviceId& device : devices) {
    const Trial* trial = trial_of(work.book, device);
    if (trial != nullptr && trial->alarming_since) ring_after_all(work, device, why);
  }
}

// Whether the alarms of devices under test around `place` are more than one installer makes.
bool are_too_many(const Work& work, const Place& place) {
  std::size_t count = 0;
  std::set<Kind> kinds;
  for (const auto& [id, walk] : work.book.walks) {
    for (const DeviceId& device : walk.devices) {
      const Trial& trial = *trial_of(work.book, device);
      const auto where = place_of(work, device);
      if (!trial.alarming_since || !where || !are_near(work, *where, place)) continue;
      ++count;
      kinds.insert(trial.kind);
    }
  }
  return count > kAlarmsTogether || kinds.size() > 1;
}

void end_walks_near(Work& work, const Place& place, const std::string& why) {
  std::vector<std::string> near;
  for (const auto& [id, walk] : work.book.walks) {
    const bool is_near = std::ranges::any_of(walk.devices, [&](const DeviceId& device) {
      const auto where = place_of(work, device);
      return where && are_near(work, *where, place);
    });
    if (is_near) near.push_back(id);
  }
  for (const std::string& id : near) {
    if (work.book.walks.contains(id)) end_walk(work, id, "gateway", why, true);
  }
}

// Whether an alarm of a device under test can be a result of the test at all.
bool may_be_result(const Work& work, const Trial& trial, const Heard& heard, const Signal& signal) {
  const bool is_repeat = trial.alarming_since && trial.kind == signal.kind;
  if (!heard.report.fresh) return is_repeat;
  if (trial.alarming_since) return is_repeat;
  const auto& device_time = heard.report.device_time;
  const bool is_from_before = device_time && *device_time + kClockSlack < trial.started_at;
  return work.now < trial.until && !is_from_before;
}

// Keeps the alarm for the installer. False: it is a real one.
bool take_alarm(Work& work, const Heard& heard, const Signal& signal) {
  Trial& trial = *work.book.devices.at(heard.device).trial;
  if (!may_be_result(work, trial, heard, signal)) return false;
  // Neither a lower level nor another detector's alarm shows that its own comes through.
  const bool is_first = signal.meaning == Meaning::alarm && !trial.alarm_at;
  if (is_first) trial.alarm_at = work.now;
  const bool begins = !trial.alarming_since;
  if (begins) {
    trial.alarming_since = work.now;
    trial.kind = signal.kind;
    trial.value = signal.value;
    trial.unit = signal.unit;
    trial.profile = heard.profile;
  }
  if (begins || is_first) {
    save(work, heard.device);
    work.log({}, heard.device.str(), "test_alarm", facts_of(trial, signal));
  }
  if (is_first) prove(work, heard.device);
  return true;
}

void take_normal(Work& work, const DeviceId& device, const Signal& signal) {
  Trial& trial = *work.book.devices.at(device).trial;
  if (!trial.alarming_since || trial.kind != signal.kind) return;
  trial.alarming_since.reset();
  save(work, device);
  work.log({}, device.str(), "test_normal", facts_of(trial, signal));
  if (work.now >= trial.until) leave(work, device);
}

void take_button(Work& work, const DeviceId& device, const Signal& signal) {
  Trial& trial = *work.book.devices.at(device).trial;
  if (trial.test_at || work.now >= trial.until) return;
  trial.test_at = work.now;
  save(work, device);
  work.log({}, device.str(), "test_button", facts_of(trial, signal));
  if (trial.need != Need::alarm) prove(work, device);
}

// Whether the signal is a result of the test, and so nobody else's business.
bool take(Work& work, const Heard& heard, const Signal& signal) {
  if (!is_under_test(work.book, heard.device)) return false;
  if (device::is_alarm(signal)) return take_alarm(work, heard, signal);
  if (!heard.report.fresh) return false;
  if (signal.meaning == Meaning::normal) take_normal(work, heard.device, signal);
  if (signal.meaning == Meaning::test) take_button(work, heard.device, signal);
  return signal.meaning == Meaning::test || signal.meaning == Meaning::muted;
}

void glance(Work& work, const Heard& heard) {
  Trial& trial = *work.book.devices.at(heard.device).trial;
  Walk& walk = work.book.walks.at(trial.test);
  Walk::Glance& last = walk.glances[heard.device];
  last.at = work.now;
  if (!heard.report.signals.empty()) last.signals = heard.report.signals;
  last.problem = heard.report.problem;
  last.profile = heard.profile;
  last.device_time = heard.report.device_time;
  if (heard.report.battery) last.battery = heard.report.battery;
  if (heard.report.link) last.link = heard.report.link;
  work.effects.walks = true;
  const bool is_away = std::ranges::any_of(heard.report.signals, [](const Signal& signal) {
    return signal.meaning == Meaning::offline;
  });
  if (trial.heard_at || !heard.report.fresh || is_away) return;
  trial.heard_at = work.now;
  save(work, heard.device);
  if (trial.need == Need::heard) prove(work, heard.device);
}

}  // namespace

void prove(Work& work, const DeviceId& device) {
  DeviceMemory& memory = work.book.devices[device];
  memory.device = device;
  memory.proven_at = work.now;
  save(work, device);
}

Heard without_results(Work& work, Heard heard) {
  glance(work, heard);
  std::erase_if(heard.report.signals,
                [&](const Signal& signal) { return take(work, heard, signal); });
  const auto place = place_of(work, heard.device);
  if (place && are_too_many(work, *place)) end_walks_near(work, *place, "alarms_together");
  return heard;
}

void run_due_trials(Work& work) {
  std::vector<std::string> over;
  std::vector<DeviceId> lasting;
  for (const auto& [id, walk] : work.book.walks) {
    const bool endless = planted::is(planted::Bug::endless_test);
    if (!walk.over && walk.until <= work.now && !endless) over.push_back(id);
    for (const DeviceId& device : walk.devices) {
      const auto& since = trial_of(work.book, device)->alarming_since;
      if (planted::is(planted::Bug::lasting_test)) continue;
      if (since && *since + work.book.rules->test_alarm <= work.now) lasting.push_back(device);
    }
  }
  for (const std::string& id : over) end_walk(work, id, "gateway", "time", false);
  // The first one rings, and with it every test around it ends.
  for (const DeviceId& device : lasting) {
    if (is_under_test(work.book, device)) ring_after_all(work, device, "lasts");
  }
}

void end_trials_around(Work& work, const Place& place) {
  if (!work.book.walks.empty()) end_walks_near(work, place, "real_alarm");
}

void on(Work& work, const TestStarted& started) {
  if (!may_start(work, started)) return;
  const std::string id = new_test_id(work);
  Walk& walk = work.book.walks[id];
  walk.id = id;
  walk.by = started.by;
  walk.place = std::string(first_characters(started.place, 200));
  walk.started_at = work.now;
  walk.until = work.now + started.length;
  for (const TestedDevice& one : started.devices) {
    DeviceMemory& memory = work.book.devices[one.device];
    memory.device = one.device;
    if (memory.trial) continue;  // Named twice.
    memory.trial = {.test = id,
                    .by = walk.by,
                    .place = walk.place,
                    .started_at = walk.started_at,
                    .until = walk.until,
                    .need = one.need};
    walk.devices.push_back(one.device);
    save(work, one.device);
  }
  work.effects.reply.test = id;
  work.log({}, started.by.str(), "test_started",
           {{"test", id},
            {"place", walk.place},
            {"devices", std::to_string(walk.devices.size())},
            {"until", format_utc(walk.until)}});
  open_matter(
      work, kMatter, subject_of(walk),
      walk.by.str() + ", " + format_clock(work.registry().community().zone.local(walk.until)));
}

bool stop_test_on_board(Work& work, const ItemDone& done) {
  for (const auto& [id, walk] : work.book.walks) {
    if (walk.over || done.item != std::string(kMatter) + ":" + subject_of(walk)) continue;
    on(work, TestStopped{.test = id, .by = done.by});
    return true;
  }
  return false;
}

void on(Work& work, const TestStopped& stopped) {
  const auto walk = work.book.walks.find(stopped.test);
  if (walk == work.book.walks.end() || walk->second.over) {
    refuse(work, "no_test", "there is no test `" + printable(stopped.test) + "` under way");
    return;
  }
  const std::string why = stopped.by == walk->second.by ? "finished" : "stopped";
  end_walk(work, stopped.test, stopped.by.str(), why, false);
}

void on(Work& work, const TestQuieted& quieted) {
  const Trial* trial = trial_of(work.book, quieted.device);
  if (trial == nullptr || !trial->alarming_since) {
    const std::string id = printable(quieted.device.str());
    refuse(work, "not_in_alarm", "`" + id + "` is not in alarm under test", id);
    return;
  }
  work.log({}, quieted.by.str(), "test_quieted",
           {{"test", trial->test}, {"device", quieted.device.str()}});
  work.book.devices.at(quieted.device).trial->alarming_since.reset();
  save(work, quieted.device);
  if (work.now >= trial->until) leave(work, quieted.device);
}

}  // namespace shouwang::dispatch
