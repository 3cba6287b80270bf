// Parcels, what is remembered of devices, technical matters, dated facts, facts of the journal.

#include "store/codec_fields.h"

namespace shouwang::store::codec {

static bool named(Word word, dispatch::Letter& value) {
  return take_word(dispatch::letter_named(word.text), value);
}
static bool named(Word word, dispatch::Urgency& value) {
  return take_word(dispatch::urgency_named(word.text), value);
}
static bool named(Word word, dispatch::Parcel::State& value) {
  return take_word(dispatch::parcel_state_named(word.text), value);
}
static bool named(Word word, household::DatedFact::Kind& value) {
  return take_word(household::dated_fact_named(word.text), value);
}

template <class Io>
void fields(Io& io, Ref<Io, dispatch::Item> item) {
  static_assert(kFieldsOf<dispatch::Item> == 3);
  io.must("incident", item.incident);
  io.must("letter", item.letter);
  io.may("roles", item.roles);
}

template <class Io>
void fields(Io& io, Ref<Io, dispatch::Parcel> parcel) {
  static_assert(kFieldsOf<dispatch::Parcel> == 25);
  io.must("key", parcel.key);
  io.must("person", parcel.person);
  io.must("items", parcel.items);
  io.must("urgency", parcel.urgency);
  io.may("critical", parcel.critical, false);
  io.must("route", parcel.route);
  io.must("created_at", parcel.created_at);
  io.may("not_before", parcel.not_before, parcel.created_at);
  io.must("expires_at", parcel.expires_at);
  io.must("state", parcel.state);
  io.may("leg", parcel.leg, 0);
  io.may("leg_since", parcel.leg_since, parcel.created_at);
  io.may("round", parcel.round, 0);
  io.may("attempts", parcel.attempts, 0);
  io.may("leg_attempts", parcel.leg_attempts, 0);
  io.may("legs_tried", parcel.legs_tried, 0);
  io.may("dead_legs", parcel.dead_legs, 0);
  io.may("next_at", parcel.next_at, parcel.created_at);
  io.may("maybe_repeated", parcel.maybe_repeated, false);
  io.may("reach", parcel.reach, dispatch::Reach::queued);
  io.may("reach_by", parcel.reach_by);
  io.may("reach_at", parcel.reach_at);
  io.may("error", parcel.error);
}

template <class Io>
void fields(Io& io, Ref<Io, dispatch::Trial> trial) {
  static_assert(kFieldsOf<dispatch::Trial> == 14);
  io.must("test", trial.test);
  io.must("by", trial.by);
  io.may("place", trial.place);
  io.must("started_at", trial.started_at);
  io.must("until", trial.until);
  io.may("need", trial.need, dispatch::Need::alarm);
  io.may("heard_at", trial.heard_at);
  io.may("test_at", trial.test_at);
  io.may("alarm_at", trial.alarm_at);
  io.may("alarming_since", trial.alarming_since);
  io.must("kind", trial.kind);
  io.may("value", trial.value);
  io.may("unit", trial.unit);
  io.may("profile", trial.profile);
}

template <class Io>
void fields(Io& io, Ref<Io, dispatch::DeviceMemory> memory) {
  static_assert(kFieldsOf<dispatch::DeviceMemory> == 11);
  io.must("device", memory.device);
  io.may("alarming", memory.alarming, false);
  io.must("since", memory.since);
  io.may("device_time", memory.device_time);
  io.may("event_ids", memory.event_ids);
  io.may("incident", memory.incident);
  io.may("closed_at", memory.closed_at);
  io.may("trial", memory.trial);
  io.may("proven_at", memory.proven_at);
  io.may("false_alarms", memory.false_alarms);
  io.may("changes", memory.changes);
}

template <class Io>
void fields(Io& io, Ref<Io, dispatch::Matter> matter) {
  static_assert(kFieldsOf<dispatch::Matter> == 15);
  io.must("id", matter.id);
  io.must("fault", matter.fault);
  io.must("subject", matter.subject);
  io.may("detail", matter.detail);
  io.must("opened_at", matter.opened_at);
  io.must("last_at", matter.last_at);
  io.may("count", matter.count, 1);
  io.may("closed_at", matter.closed_at);
  io.may("closed_by", matter.closed_by);
  io.may("since", matter.since, matter.opened_at);
  io.may("rungs", matter.rungs, 0);
  io.may("written_at", matter.written_at);
  io.may("waived_until", matter.waived_until);
  io.may("waived_by", matter.waived_by);
  io.may("waived_why", matter.waived_why);
}

template <class Io>
void fields(Io& io, Ref<Io, household::DatedFact> fact) {
  static_assert(kFieldsOf<household::DatedFact> == 6);
  io.must("kind", fact.kind);
  io.must("subject", fact.subject);
  io.must("from", fact.from);
  io.must("until", fact.until);
  io.may("author", fact.author);
  io.may("note", fact.note);
}

}  // namespace shouwang::store::codec

namespace shouwang::store {

template <>
std::string encode(const dispatch::Parcel& parcel) {
  return codec::encode_text(parcel);
}
template <>
Result<dispatch::Parcel> decode(std::string_view text) {
  return codec::decode_text<dispatch::Parcel>(text);
}
template <>
std::string encode(const dispatch::DeviceMemory& memory) {
  return codec::encode_text(memory);
}
template <>
Result<dispatch::DeviceMemory> decode(std::string_view text) {
  return codec::decode_text<dispatch::DeviceMemory>(text);
}
template <>
std::string encode(const dispatch::Matter& matter) {
  return codec::encode_text(matter);
}
template <>
Result<dispatch::Matter> decode(std::string_view text) {
  return codec::decode_text<dispatch::Matter>(text);
}
template <>
std::string encode(const household::DatedFact& fact) {
  return codec::encode_text(fact);
}
template <>
Result<household::DatedFact> decode(std::string_view text) {
  return codec::decode_text<household::DatedFact>(text);
}

std::string encode_facts(const Facts& facts) {
  std::string text("[");
  for (const auto& [name, value] : facts) {
    if (text.size() > 1) text.push_back(',');
    put(codec::To{text}, name);
    text.push_back(',');
    put(codec::To{text}, value);
  }
  return text.append("]");
}

Result<Facts> decode_facts(std::string_view text) {
  unsigned char buffer[4096];
  codec::json::monotonic_resource memory(buffer);
  const auto parsed = codec::parse_text(text, &memory);
  if (!parsed || !parsed->is_array() || parsed->get_array().size() % 2 != 0) {
    return fail(Error::Code::corrupt, "is not a list of names and values");
  }
  const codec::json::array& words = parsed->get_array();
  Facts facts(words.size() / 2);
  std::string why;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (!get(codec::From{words[2 * i]}, facts[i].first, why) ||
        !get(codec::From{words[2 * i + 1]}, facts[i].second, why)) {
      return fail(Error::Code::corrupt, why);
    }
  }
  return facts;
}

}  // namespace shouwang::store
