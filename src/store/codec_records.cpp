// The office's ledgers, and who may log in.

#include "store/codec_fields.h"
#include "store/records.h"

namespace shouwang::store::codec {
namespace {

constexpr std::string_view kNeighbours[] = {"no", "opted_in", "opted_in_able"};
constexpr std::string_view kUses[] = {"home", "shop", "office"};
constexpr std::string_view kEquipment[] = {"extinguisher", "micro_station"};

constexpr household::Fact kFacts[] = {
    household::Fact::elder,      household::Fact::lives_alone,    household::Fact::cannot_descend,
    household::Fact::wanders,    household::Fact::memory_trouble, household::Fact::hard_of_hearing,
    household::Fact::poor_sight, household::Fact::infant,         household::Fact::child_alone};

}  // namespace

static void put(To to, household::Neighbours value) {
  put(to, kNeighbours[static_cast<std::size_t>(value)]);
}
static bool named(Word word, household::Neighbours& value) {
  return find_word(kNeighbours, word.text, value);
}
static void put(To to, household::Use value) { put(to, kUses[static_cast<std::size_t>(value)]); }
static bool named(Word word, household::Use& value) { return find_word(kUses, word.text, value); }
static void put(To to, household::Equipment::Kind value) {
  put(to, kEquipment[static_cast<std::size_t>(value)]);
}
static bool named(Word word, household::Equipment::Kind& value) {
  return find_word(kEquipment, word.text, value);
}
static bool named(Word word, household::Fact& value) {
  return take_word(household::fact_named(word.text), value);
}

// A set of facts: ["elder","lives_alone"].
static void put(To to, household::Facts facts) {
  std::vector<household::Fact> list;
  for (const household::Fact fact : kFacts) {
    if (facts.has(fact)) list.push_back(fact);
  }
  put(to, list);
}
static bool get(From from, household::Facts& facts, std::string& why) {
  std::vector<household::Fact> list;
  if (!get(from, list, why)) return false;
  facts = {};
  for (const household::Fact fact : list) facts.set(fact);
  return true;
}

template <class Io>
void fields(Io& io, Ref<Io, DailyHours> hours) {
  static_assert(kFieldsOf<DailyHours> == 3);
  io.must("from", hours.from_minute);
  io.must("until", hours.until_minute);
  io.may("weekdays_only", hours.weekdays_only, false);
}

template <class Io>
void fields(Io& io, Ref<Io, household::Person> person) {
  static_assert(kFieldsOf<household::Person> == 8);
  io.must("id", person.id);
  io.may("name", person.name);
  io.may("language", person.language);
  io.may("addresses", person.addresses);
  io.may("home", person.home);
  io.may("zone", person.zone);
  io.may("skills", person.skills);
  io.may("verified_at", person.verified_at);
}

template <class Io>
void fields(Io& io, Ref<Io, household::Resident> resident) {
  static_assert(kFieldsOf<household::Resident> == 5);
  io.must("person", resident.person);
  io.may("facts", resident.facts);
  io.may("alone_hours", resident.alone_hours);
  io.may("note", resident.note);
  io.may("badge", resident.badge);
}

template <class Io>
void fields(Io& io, Ref<Io, household::Contact> contact) {
  static_assert(kFieldsOf<household::Contact> == 4);
  io.must("person", contact.person);
  io.may("relation", contact.relation);
  io.may("far_away", contact.far_away, false);
  io.may("at_work", contact.at_work);
}

template <class Io>
void fields(Io& io, Ref<Io, household::Household> home) {
  static_assert(kFieldsOf<household::Household> == 7);
  io.must("id", home.id);
  io.may("area", home.area);
  io.may("label", home.label);
  io.may("use", home.use, household::Use::home);
  io.may("neighbours", home.neighbours, household::Neighbours::no);
  io.may("residents", home.residents);
  io.may("contacts", home.contacts);
}

template <class Io>
void fields(Io& io, Ref<Io, household::Holding> holding) {
  static_assert(kFieldsOf<household::Holding> == 4);
  io.must("post", holding.post);
  io.must("person", holding.person);
  io.must("from", holding.from);
  io.may("until", holding.until);
}

template <class Io>
void fields(Io& io, Ref<Io, household::Shift> shift) {
  static_assert(kFieldsOf<household::Shift> == 4);
  io.must("from", shift.from);
  io.must("until", shift.until);
  io.must("a", shift.a);
  io.must("b", shift.b);
}

template <class Io>
void fields(Io& io, Ref<Io, household::Guarantee> pair) {
  static_assert(kFieldsOf<household::Guarantee> == 4);
  io.must("household", pair.household);
  io.must("guarantor", pair.guarantor);
  io.must("from", pair.from);
  io.may("until", pair.until);
}

template <class Io>
void fields(Io& io, Ref<Io, household::Equipment> item) {
  static_assert(kFieldsOf<household::Equipment> == 6);
  io.must("id", item.id);
  io.must("kind", item.kind);
  io.may("area", item.area);
  io.may("holder", item.holder);
  io.may("next_inspection", item.next_inspection);
  io.may("note", item.note);
}

template <class Io>
void fields(Io& io, Ref<Io, User> user) {
  static_assert(kFieldsOf<User> == 6);
  io.must("name", user.name);
  io.must("password_hash", user.password_hash);
  io.must("role", user.role);
  io.may("person", user.person);
  io.may("community", user.community);
  io.may("disabled", user.disabled, false);
}

template <class Io>
void fields(Io& io, Ref<Io, Phone> phone) {
  static_assert(kFieldsOf<Phone> == 6);
  io.must("id", phone.id);
  io.must("community", phone.community);
  io.must("person", phone.person);
  io.must("secret_hash", phone.secret_hash);
  io.must("enrolled_at", phone.enrolled_at);
  io.may("last_seen", phone.last_seen);
}

}  // namespace shouwang::store::codec

namespace shouwang::store {

template <>
std::string encode(const household::Person& person) {
  return codec::encode_text(person);
}
template <>
Result<household::Person> decode(std::string_view text) {
  return codec::decode_text<household::Person>(text);
}
template <>
std::string encode(const household::Household& home) {
  return codec::encode_text(home);
}
template <>
Result<household::Household> decode(std::string_view text) {
  return codec::decode_text<household::Household>(text);
}
template <>
std::string encode(const household::Holding& holding) {
  return codec::encode_text(holding);
}
template <>
Result<household::Holding> decode(std::string_view text) {
  return codec::decode_text<household::Holding>(text);
}
template <>
std::string encode(const household::Shift& shift) {
  return codec::encode_text(shift);
}
template <>
Result<household::Shift> decode(std::string_view text) {
  return codec::decode_text<household::Shift>(text);
}
template <>
std::string encode(const household::Guarantee& pair) {
  return codec::encode_text(pair);
}
template <>
Result<household::Guarantee> decode(std::string_view text) {
  return codec::decode_text<household::Guarantee>(text);
}
template <>
std::string encode(const household::Equipment& item) {
  return codec::encode_text(item);
}
template <>
Result<household::Equipment> decode(std::string_view text) {
  return codec::decode_text<household::Equipment>(text);
}
template <>
std::string encode(const User& user) {
  return codec::encode_text(user);
}
template <>
Result<User> decode(std::string_view text) {
  return codec::decode_text<User>(text);
}
template <>
std::string encode(const Phone& phone) {
  return codec::encode_text(phone);
}
template <>
Result<Phone> decode(std::string_view text) {
  return codec::decode_text<Phone>(text);
}

}  // namespace shouwang::store
