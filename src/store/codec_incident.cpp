// Incidents with their ladders.

#include <array>

#include "store/codec_fields.h"

namespace shouwang::store::codec {
namespace {

constexpr std::string_view kScopes[] = {"household", "area", "unknown"};

}  // namespace

// ---- words -------------------------------------------------------------------

static void put(To to, household::Place::Scope scope) {
  put(to, kScopes[static_cast<std::size_t>(scope)]);
}
static bool named(Word word, household::Place::Scope& value) {
  return find_word(kScopes, word.text, value);
}
static bool named(Word word, incident::Severity& value) {
  return take_word(incident::severity_named(word.text), value);
}
static bool named(Word word, incident::Origin& value) {
  return take_word(incident::origin_named(word.text), value);
}
static bool named(Word word, incident::Phase& value) {
  return take_word(incident::phase_named(word.text), value);
}
static bool named(Word word, incident::Cause& value) {
  return take_word(incident::cause_named(word.text), value);
}
static bool named(Word word, incident::Tick& value) {
  return take_word(incident::tick_named(word.text), value);
}
static bool named(Word word, incident::Order::State& value) {
  return take_word(incident::order_state_named(word.text), value);
}
static bool named(Word word, device::Command& value) {
  return take_word(device::command_named(word.text), value);
}
static bool named(Word word, device::Witness& value) {
  return take_word(device::witness_named(word.text), value);
}
static bool named(Word word, escalation::Audience& value) {
  return take_word(escalation::audience_named(word.text), value);
}

// ---- incident ----------------------------------------------------------------

template <class Io>
void fields(Io& io, Ref<Io, household::Place> place) {
  static_assert(kFieldsOf<household::Place> == 4);
  io.must("scope", place.scope);
  io.may("household", place.household);
  io.may("area", place.area);
  io.may("text", place.text);
}

template <class Io>
void fields(Io& io, Ref<Io, incident::Source> source) {
  static_assert(kFieldsOf<incident::Source> == 9);
  io.may("device", source.device);
  io.must("kind", source.kind);
  io.must("first_at", source.first_at);
  io.must("last_at", source.last_at);
  io.may("count", source.count, 1);
  io.may("alarming", source.alarming, true);
  io.may("value", source.value);
  io.may("unit", source.unit);
  io.may("device_time", source.device_time);
}

template <class Io>
void fields(Io& io, Ref<Io, incident::Told> told) {
  static_assert(kFieldsOf<incident::Told> == 11);
  io.must("person", told.person);
  io.may("roles", told.roles);
  io.must("at", told.at);
  io.may("wave", told.wave, -1);
  io.may("counted", told.counted, false);
  io.may("inside", told.inside, false);
  io.may("reach", told.reach, incident::Reach::queued);
  io.may("reach_by", told.reach_by);
  io.may("reach_at", told.reach_at, told.at);
  io.may("unreachable", told.unreachable, false);
  io.may("seen", told.seen, false);
}

template <class Io>
void fields(Io& io, Ref<Io, incident::Response> response) {
  static_assert(kFieldsOf<incident::Response> == 9);
  io.must("person", response.person);
  io.may("roles", response.roles);
  io.may("going_at", response.going_at);
  io.may("minutes", response.minutes);
  io.may("stopping", response.stopping, false);
  io.may("arrived_at", response.arrived_at);
  io.may("no_entry", response.no_entry, false);
  io.may("cannot", response.cannot, false);
  io.may("spoke_at", response.spoke_at);
}

template <class Io>
void fields(Io& io, Ref<Io, incident::Note> note) {
  static_assert(kFieldsOf<incident::Note> == 3);
  io.must("at", note.at);
  io.must("by", note.by);
  io.may("text", note.text);
}

template <class Io>
void fields(Io& io, Ref<Io, incident::DoorTask> task) {
  static_assert(kFieldsOf<incident::DoorTask> == 3);
  io.must("at", task.at);
  io.must("reason", task.reason);
  io.may("owner", task.owner);
}

template <class Io>
void fields(Io& io, Ref<Io, incident::Order> order) {
  static_assert(kFieldsOf<incident::Order> == 11);
  io.must("device", order.device);
  io.must("command", order.command);
  io.may("witness", order.witness, device::Witness::device);
  io.must("state", order.state);
  io.must("first_at", order.first_at);
  io.must("at", order.at);
  io.may("tries", order.tries, 1);
  io.must("most", order.most);
  io.may("due_at", order.due_at);
  io.may("overdue", order.overdue, false);
  io.may("letters", order.letters, 0);
}

template <class Io>
void fields(Io& io, Ref<Io, incident::Closing> closing) {
  static_assert(kFieldsOf<incident::Closing> == 4);
  io.must("at", closing.at);
  io.must("by", closing.by);
  io.must("cause", closing.cause);
  io.may("text", closing.text);
}

template <class Io>
void fields(Io& io, Ref<Io, incident::Incident> incident) {
  static_assert(kFieldsOf<incident::Incident> == 24);
  io.must("id", incident.id);
  io.must("community", incident.community);
  io.must("place", incident.place);
  io.must("kind", incident.kind);
  io.must("severity", incident.severity);
  io.must("origin", incident.origin);
  io.must("phase", incident.phase);
  io.must("raised_at", incident.raised_at);
  io.must("phase_since", incident.phase_since);
  io.must("sources", incident.sources);
  io.may("linked", incident.linked);
  io.may("told", incident.told);
  io.may("responses", incident.responses);
  io.may("lead", incident.lead);
  io.may("desk", incident.desk);
  io.may("opened_by", incident.opened_by);
  io.may("ticks", incident.ticks);
  io.may("door_tasks", incident.door_tasks);
  io.may("orders", incident.orders);
  io.may("notes", incident.notes);
  io.may("cooking_reported", incident.cooking_reported, false);
  io.may("settled_as", incident.settled_as);
  io.may("closing", incident.closing);
  io.may("satisfied", incident.satisfied);
}

// ---- ladder ------------------------------------------------------------------

template <class Io>
void fields(Io& io, Ref<Io, escalation::Group> group) {
  static_assert(kFieldsOf<escalation::Group> == 2);
  io.must("audience", group.audience);
  io.may("most", group.most, 0);
}

template <class Io>
void fields(Io& io, Ref<Io, escalation::Again> again) {
  static_assert(kFieldsOf<escalation::Again> == 2);
  io.must("wave", again.wave);
  io.may("by_voice", again.by_voice, false);
}

template <class Io>
void fields(Io& io, Ref<Io, escalation::Wave> wave) {
  static_assert(kFieldsOf<escalation::Wave> == 3);
  io.must("at", wave.at);
  io.may("tell", wave.tell);
  io.may("again", wave.again);
}

template <class Io>
void fields(Io& io, Ref<Io, escalation::Loop> loop) {
  static_assert(kFieldsOf<escalation::Loop> == 3);
  io.must("every", loop.every);
  io.may("tell", loop.tell);
  io.must("by_voice", loop.by_voice);
}

template <class Io>
void fields(Io& io, Ref<Io, escalation::Door> door) {
  static_assert(kFieldsOf<escalation::Door> == 2);
  io.must("limit", door.limit);
  io.may("again", door.again);
}

template <class Io>
void fields(Io& io, Ref<Io, escalation::Ladder> ladder) {
  static_assert(kFieldsOf<escalation::Ladder> == 5);
  io.must("name", ladder.name);
  io.must("waves", ladder.waves);
  io.must("loop", ladder.loop);
  io.must("door", ladder.door);
  io.must("remind_close", ladder.remind_close);
}

template <class Io>
void fields(Io& io, Ref<Io, escalation::Progress> progress) {
  static_assert(kFieldsOf<escalation::Progress> == 8);
  io.must("base", progress.base);
  io.may("waves_run", progress.waves_run, 0);
  io.may("ahead", progress.ahead, Millis{0});
  io.may("loop_at", progress.loop_at);
  io.may("loops", progress.loops, 0);
  io.may("door_at", progress.door_at);
  io.may("door_passed", progress.door_passed);
  io.may("reminded_at", progress.reminded_at, progress.base);
}

template <class Io>
void fields(Io& io, Ref<Io, dispatch::File> file) {
  static_assert(kFieldsOf<dispatch::File> == 6);
  io.must("incident", file.incident);
  io.must("progress", file.progress);
  io.may("parcels", file.parcels, 0);
  io.may("normal_told_at", file.normal_told_at);
}

}  // namespace shouwang::store::codec

namespace shouwang::store {

template <>
std::string encode(const dispatch::File& file) {
  return codec::encode_text(file);
}
template <>
Result<dispatch::File> decode(std::string_view text) {
  return codec::decode_text<dispatch::File>(text);
}
template <>
std::string encode(const escalation::Ladder& ladder) {
  return codec::encode_text(ladder);
}
template <>
Result<escalation::Ladder> decode(std::string_view text) {
  return codec::decode_text<escalation::Ladder>(text);
}

}  // namespace shouwang::store
