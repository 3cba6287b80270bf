// What devices say, and what is reported by word of mouth: opening and joining incidents.

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/planted.h"
#include "base/utf8.h"
#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

using device::Kind;
using device::Meaning;
using device::Signal;
using household::Place;
using incident::Origin;
using incident::Phase;
using incident::Severity;
using incident::Source;

constexpr std::size_t kTextMax = 200;
constexpr Millis kRepeatSaved{10'000};     // A plain repeat is written down at most so often.
constexpr Millis kProofSaved{86'400'000};  // Likewise that a device's way to us works.

IncidentId new_id(Work& work) {
  const std::string utc = format_utc(work.now);  // 2026-01-15T18:40:00.000Z
  std::string stamp;
  for (const char c : utc.substr(0, 19)) {
    if (c == 'T') stamp.push_back('-');
    if (c >= '0' && c <= '9') stamp.push_back(c);
  }
  for (;;) {
    IncidentId id(stamp + "-" + work.book.rng.word(6));
    if (!work.book.files.contains(id)) return id;
  }
}

// The name under which a device is remembered: its id, or where it speaks if nobody knows it.
DeviceId name_of(const Heard& heard) {
  if (!heard.device.empty()) return heard.device;
  return DeviceId("?" + std::string(first_characters(heard.topic, kTextMax)));
}

Place place_of(const Work& work, const Heard& heard) {
  if (const auto index = work.registry().device_index(heard.device)) {
    return work.registry().place_of(work.registry().community().devices[*index]);
  }
  return {.text = name_of(heard).str()};
}

bool needs_rescue(const Work& work, const Place& place) {
  if (place.scope != Place::Scope::household) return false;
  const household::Household* home = work.registry().household(place.household);
  if (home == nullptr) return false;
  const auto local = work.registry().community().zone.local(work.now);
  const auto facts = household::facts_of(*home, local);
  return facts.has(household::Fact::cannot_descend) || facts.has(household::Fact::child_alone);
}

// Smoke in the stairwell and gas in one of its homes, within minutes of each other, are one
// emergency; two homes with gas are two.
bool belong_together(const Work& work, const incident::Incident& a, const incident::Incident& b) {
  if (a.kind == b.kind || a.place.area.empty() || b.place.area.empty()) return false;
  const household::Area* unit_a = work.registry().enclosing(a.place.area, household::Tier::unit);
  const household::Area* unit_b = work.registry().enclosing(b.place.area, household::Tier::unit);
  if (unit_a == nullptr || unit_a != unit_b) return false;
  const Millis apart =
      a.raised_at > b.raised_at ? a.raised_at - b.raised_at : b.raised_at - a.raised_at;
  return apart <= work.book.rules->link_window;
}

void raise_severity(Work& work, File& file) {
  if (file.incident.severity == Severity::critical) return;
  file.incident.severity = Severity::critical;
  work.changed(file);
}

std::vector<IncidentId> link(Work& work, File& file) {
  std::vector<IncidentId> linked;
  for (auto& [id, other] : work.book.files) {
    if (id == file.incident.id || !other.incident.is_open()) continue;
    if (!belong_together(work, file.incident, other.incident)) continue;
    file.incident.linked.push_back(id);
    other.incident.linked.push_back(file.incident.id);
    raise_severity(work, file);
    raise_severity(work, other);
    work.changed(other);
    linked.push_back(id);
    work.log(id, "gateway", "linked", {{"with", file.incident.id.str()}});
  }
  return linked;
}

// Those who know of a linked incident, but whom the new one does not concern, hear of it too.
void tell_linked(Work& work, const File& file, const std::vector<IncidentId>& linked) {
  for (const IncidentId& id : linked) {
    File& other = *work.file(id);
    for (const incident::Told& told : other.incident.told) {
      if (file.incident.find_told(told.person) != nullptr) continue;
      post(work, other, told.person, Letter::also, told.roles, Urgency::again, false);
    }
  }
}

File& open_file(Work& work, incident::Incident incident) {
  incident.id = new_id(work);
  incident.community = work.registry().community().id;
  incident.raised_at = work.now;
  incident.phase_since = work.now;
  if (needs_rescue(work, incident.place)) incident.severity = Severity::critical;
  const auto& ladder = work.book.rules->ladder_for(incident.kind, incident.place.scope);
  const IncidentId id = incident.id;
  File& file = work.book.files[id];
  file.incident = std::move(incident);
  file.ladder = ladder;
  file.progress = escalation::begin(file.ladder, work.now);
  if (planted::is(planted::Bug::forget_door)) file.progress.door_at.reset();
  work.changed(file);
  const Source& source = file.incident.sources.front();
  work.log(
      id, source.device.empty() ? file.incident.opened_by->str() : source.device.str(), "raised",
      {{"kind", std::string(device::name_of(file.incident.kind))},
       {"origin", std::string(incident::name_of(file.incident.origin))},
       {"place", file.incident.place.scope == Place::Scope::household
                     ? file.incident.place.household.str()
                 : file.incident.place.scope == Place::Scope::area ? file.incident.place.area.str()
                                                                   : file.incident.place.text},
       {"ladder", ladder.name}});
  const auto linked = link(work, file);
  run_due_steps(work, file);
  start_orders(work, file, file.incident.kind);
  tell_linked(work, file, linked);
  end_trials_around(work, file.incident.place);
  work.effects.reply.incident = id;
  return file;
}

File* open_at(Work& work, const Place& place) {
  if (place.scope == Place::Scope::unknown) return nullptr;
  for (auto& [id, file] : work.book.files) {
    const bool near =
        planted::is(planted::Bug::merge_across_units) && file.incident.place.area == place.area;
    if (file.incident.is_open() && (near || file.incident.place == place)) return &file;
  }
  return nullptr;
}

File* open_with(Work& work, const DeviceId& device) {
  for (auto& [id, file] : work.book.files) {
    if (!file.incident.is_open()) continue;
    const auto& sources = file.incident.sources;
    if (std::ranges::any_of(sources, [&](const Source& s) { return s.device == device; })) {
      return &file;
    }
  }
  return nullptr;
}

DeviceMemory& memory_of(Work& work, const DeviceId& device) {
  DeviceMemory& memory = work.book.devices[device];
  memory.device = device;
  return memory;
}

// Whether this alarm was already handled, so that nobody is told of it again.
bool is_old_news(const Work& work, const Heard& heard, const DeviceMemory& memory) {
  const device::Report& report = heard.report;
  if (!report.event_id.empty()) {
    return std::ranges::find(memory.event_ids, report.event_id) != memory.event_ids.end();
  }
  if (!memory.closed_at) return false;
  if (report.fresh) {
    // The level has not gone down since somebody closed: give the air time to clear.
    return memory.alarming && work.now < *memory.closed_at + work.book.rules->reopen_after;
  }
  if (report.device_time) {
    return *report.device_time <= *memory.closed_at ||
           (memory.device_time && *report.device_time <= *memory.device_time);
  }
  return memory.alarming;
}

void remember_alarm(Work& work, const Heard& heard, DeviceMemory& memory,
                    const IncidentId& incident) {
  const DeviceMemory before = memory;
  if (!memory.alarming) {
    memory.since = work.now;
    note_change(work, memory);
  }
  memory.alarming = true;
  memory.incident = incident;
  memory.closed_at.reset();
  if (heard.report.device_time) memory.device_time = heard.report.device_time;
  if (!heard.report.event_id.empty()) {
    memory.event_ids.push_back(heard.report.event_id);
    if (memory.event_ids.size() > kEventIdsMax) memory.event_ids.erase(memory.event_ids.begin());
  }
  if (memory != before) work.effects.devices.insert(memory.device);
}

Facts facts_of(const Heard& heard, const Signal& signal) {
  Facts facts{{"kind", std::string(device::name_of(signal.kind))},
              {"meaning", std::string(device::name_of(signal.meaning))}};
  if (signal.value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g", *signal.value);
    facts.emplace_back("value", text.data() + (signal.unit.empty() ? "" : " " + signal.unit));
  }
  if (!heard.report.event_id.empty()) facts.emplace_back("event", heard.report.event_id);
  if (heard.report.device_time) {
    facts.emplace_back("device_time", format_utc(*heard.report.device_time));
  }
  if (!heard.report.fresh) facts.emplace_back("fresh", "no");
  return facts;
}

// The device is part of `file`, or joins it now.
void join(Work& work, File& file, const Heard& heard, const Signal& signal, const Source& source) {
  incident::Incident& incident = file.incident;
  work.effects.reply.incident = incident.id;
  const auto known = std::ranges::find_if(
      incident.sources, [&](const Source& s) { return s.device == source.device; });
  if (known != incident.sources.end() && !heard.report.fresh) return;
  const bool rises = known == incident.sources.end() || !known->alarming;
  const bool worth_saving =
      rises || !heard.report.event_id.empty() || work.now - known->last_at >= kRepeatSaved;
  const bool is_new = incident::add_source(incident, source);
  if (worth_saving) {
    work.changed(file);
    work.log(incident.id, source.device.str(), is_new ? "joined" : "repeated",
             facts_of(heard, signal));
  }
  if (is_new) {
    raise_severity(work, file);
    update_all(work, file, Letter::also);
  }
  if (rises && incident.phase == Phase::settled) {
    incident::ring_again(incident, work.now);
    file.progress = escalation::begin(file.ladder, work.now);
    work.log(incident.id, source.device.str(), "rings_again", {});
    update_all(work, file, Letter::handed_back);
  }
  run_due_steps(work, file);
  if (rises) start_orders(work, file, source.kind);
}

void on_alarm(Work& work, const Heard& heard, const Signal& signal, Origin origin) {
  const DeviceId device = name_of(heard);
  DeviceMemory& memory = memory_of(work, device);
  File* own = open_with(work, device);
  if (own == nullptr || !heard.report.event_id.empty()) {
    if (is_old_news(work, heard, memory)) {
      work.effects.reply.incident = memory.incident;
      return;
    }
  }
  const Source source{.device = device,
                      .kind = signal.kind,
                      .first_at = work.now,
                      .last_at = work.now,
                      .value = signal.value,
                      .unit = signal.unit,
                      .device_time = heard.report.device_time};
  const Place place = place_of(work, heard);
  if (own == nullptr) own = open_at(work, place);
  if (own != nullptr) {
    join(work, *own, heard, signal, source);
    remember_alarm(work, heard, memory, own->incident.id);
    return;
  }
  const File& file =
      open_file(work, {.place = place, .kind = signal.kind, .origin = origin, .sources = {source}});
  work.log(file.incident.id, device.str(), "signal", facts_of(heard, signal));
  remember_alarm(work, heard, memory, file.incident.id);
}

void on_normal(Work& work, const Heard& heard, const Signal& signal) {
  if (!heard.report.fresh) return;  // A retained normal changes nothing.
  const DeviceId device = name_of(heard);
  const auto memory = work.book.devices.find(device);
  if (memory == work.book.devices.end() || !memory->second.alarming) return;
  memory->second.alarming = false;
  memory->second.since = work.now;
  note_change(work, memory->second);
  File* file = open_with(work, device);
  if (file == nullptr || !incident::clear_source(file->incident, device, work.now)) return;
  work.changed(*file);
  if (planted::is(planted::Bug::lower_severity)) file->incident.severity = Severity::serious;
  if (planted::is(planted::Bug::close_on_normal)) {
    file->incident.settled_as = incident::Cause::device_fault;
    file->incident.phase = Phase::settled;
  }
  work.log(file->incident.id, device.str(), "reading_normal", facts_of(heard, signal));
  const bool lately =
      file->normal_told_at && work.now - *file->normal_told_at < work.book.rules->normal_quiet;
  if (file->incident.any_source_alarming() || lately) return;
  file->normal_told_at = work.now;
  update_all(work, *file, Letter::normal_again);
}

std::string note_of(const Work& work, const Heard& heard) {
  if (heard.device.empty()) return heard.profile + " " + printable(heard.report.address);
  return note_of(work, heard.device);
}

bool proves(const Work& work, const Heard& heard, Meaning meaning) {
  if (!heard.report.fresh || heard.device.empty()) return false;
  const auto watching = work.book.rules->watching.find(heard.profile);
  const bool by_test = watching == work.book.rules->watching.end() ||
                       watching->second.live_test != device::LiveTest::alarm;
  return meaning != Meaning::test || by_test;
}

// The device's way to us works: its alarm or its test has just come all the way.
void note_proof(Work& work, const Heard& heard, const Signal& signal) {
  if (!proves(work, heard, signal.meaning)) return;
  DeviceMemory& memory = memory_of(work, heard.device);
  if (memory.proven_at && work.now - *memory.proven_at < kProofSaved) return;
  memory.proven_at = work.now;
  work.effects.devices.insert(heard.device);
}

// A test or a hush of the horn: part of the incident if there is one.
void on_test(Work& work, const Heard& heard, const Signal& signal) {
  const File* file = open_with(work, name_of(heard));
  if (file == nullptr && !heard.report.fresh) return;
  work.log(file == nullptr ? IncidentId() : file->incident.id, name_of(heard).str(),
           std::string(device::name_of(signal.meaning)), facts_of(heard, signal));
}

void on_signal(Work& work, const Heard& heard, const Signal& signal) {
  const std::string subject = name_of(heard).str();
  switch (signal.meaning) {
    case Meaning::alarm:
    case Meaning::prealarm:
    case Meaning::linked_alarm:
      if (device::is_alarm(signal)) {
        note_proof(work, heard, signal);
        return on_alarm(work, heard, signal,
                        heard.report.fresh ? Origin::sensor : Origin::restored);
      }
      return open_matter(work, "fault", subject, note_of(work, heard));
    case Meaning::normal: return on_normal(work, heard, signal);
    case Meaning::test: note_proof(work, heard, signal); return on_test(work, heard, signal);
    case Meaning::muted: return on_test(work, heard, signal);
    case Meaning::low_battery:
    case Meaning::tamper:
    case Meaning::fault:
    case Meaning::end_of_life:
    case Meaning::power_loss:
      return open_matter(work, std::string(device::name_of(signal.meaning)), subject,
                         note_of(work, heard));
    case Meaning::offline:
      if (!heard.device.empty()) on_offline(work, heard.device);
      return;
    case Meaning::unknown: return open_matter(work, "unknown_value", subject, note_of(work, heard));
    case Meaning::online:
    case Meaning::warm_up:
    case Meaning::heartbeat:
    case Meaning::measurement:
    case Meaning::open:
    case Meaning::closed:
    case Meaning::on:
    case Meaning::off: return;
  }
}

}  // namespace

void on(Work& work, const Heard& heard) {
  const auto index = work.registry().device_index(heard.device);
  if (index && device::is_sign_of_life(heard.report)) {
    note_beat(work.book, *index, heard.report.bridge, work.now);
    on_return(work, heard.device);
  }
  hear_orders(work, heard);
  if (is_under_test(work.book, heard.device)) return hear(work, without_results(work, heard));
  note_bystander(work, heard);
  hear(work, heard);
}

void hear(Work& work, const Heard& heard) {
  if (heard.device.empty()) {
    open_matter(work, "unknown_device", name_of(heard).str(),
                heard.profile + " " + printable(heard.report.address));
  }
  if (!heard.report.problem.empty()) {
    const bool incomplete = heard.report.complete == false;
    open_matter(work, incomplete ? "missing_key" : "unreadable", name_of(heard).str(),
                printable(heard.report.problem));
  }
  for (const Signal& signal : heard.report.signals) on_signal(work, heard, signal);
}

void on(Work& work, const Unreadable& unreadable) {
  const std::string subject = unreadable.device.empty()
                                  ? "?" + printable(first_characters(unreadable.topic, kTextMax))
                                  : unreadable.device.str();
  open_matter(work, "unreadable", subject, printable(unreadable.problem));
  note_unreadable(work, unreadable);
}

void on(Work& work, const SetAside& aside) {
  Heard heard{.topic = aside.topic};
  const Signal alarm{.kind = Kind::device, .meaning = Meaning::alarm};
  open_matter(work, "set_aside", name_of(heard).str(), printable(aside.why));
  on_alarm(work, heard, alarm, Origin::set_aside);
}

void on(Work& work, const Opened& opened) {
  if (count_characters(opened.text) > kTextMax || count_characters(opened.place) > kTextMax) {
    work.effects.reply.refusal = incident::Refusal::text_too_long;
    return;
  }
  if (opened.place.empty()) {
    work.effects.reply.refusal = incident::Refusal::text_missing;
    return;
  }
  const Place place = work.registry().place_named(opened.place);
  const Source source{.kind = opened.kind, .first_at = work.now, .last_at = work.now};
  File* file = open_at(work, place);
  if (file != nullptr) {
    work.effects.reply.incident = file->incident.id;
    incident::add_source(file->incident, source);
    work.changed(*file);
    work.log(file->incident.id, opened.by.str(), "reported",
             {{"kind", std::string(device::name_of(opened.kind))}});
    run_due_steps(work, *file);
    start_orders(work, *file, opened.kind);
  } else {
    file = &open_file(work, {.place = place,
                             .kind = opened.kind,
                             .origin = Origin::manual,
                             .sources = {source},
                             .opened_by = opened.by});
  }
  if (!opened.text.empty()) {
    file->incident.notes.push_back({.at = work.now, .by = opened.by, .text = opened.text});
    work.log(file->incident.id, opened.by.str(), "note", {{"text", opened.text}});
  }
}

}  // namespace shouwang::dispatch
