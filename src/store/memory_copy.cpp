// A MemoryStore as a file: one JSON list a line, its first word says what it is.

#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "store/codec.h"
#include "store/memory_store.h"

namespace shouwang::store {

namespace json = boost::json;

class MemoryCopy {
 public:
  using State = MemoryStore::State;

  static std::string write(const State& state);
  // False if the line is not one of ours.
  static bool read(State& state, const json::array& line);

 private:
  static bool read_kept(State& state, const json::array& line, std::string_view what);
  static bool read_records(household::Records& records, std::string_view part,
                           std::string_view body);
};

namespace {

std::int64_t millis(Instant at) { return at.time_since_epoch().count(); }

void add(std::string& text, std::initializer_list<json::value_ref> words) {
  text.append(json::serialize(json::array(words))).append("\n");
}

template <class T>
void add_records(std::string& text, const CommunityId& community, const char* part,
                 const std::vector<T>& lines) {
  for (const T& line : lines) add(text, {"records", community.str(), part, encode(line)});
}

std::string_view word(const json::array& line, std::size_t at) { return line.at(at).as_string(); }
std::string text(const json::array& line, std::size_t at) { return std::string(word(line, at)); }
Instant time(const json::array& line, std::size_t at) {
  return Instant{Millis{line.at(at).to_number<std::int64_t>()}};
}
std::uint64_t number(const json::array& line, std::size_t at) {
  return line.at(at).to_number<std::uint64_t>();
}

template <class T>
bool push(std::vector<T>& lines, std::string_view body) {
  auto value = decode<T>(body);
  if (value) lines.push_back(std::move(*value));
  return value.has_value();
}

}  // namespace

std::string MemoryCopy::write(const State& state) {
  std::string out;
  for (const auto& [id, file] : state.files) {
    add(out, {"file", file.version, encode(file.ladder), encode(file)});
  }
  for (const auto& [key, owned] : state.parcels) {
    const dispatch::Parcel& parcel = owned.second;
    add(out, {"parcel", owned.first.str(), encode(parcel), parcel.title, parcel.body});
  }
  for (const auto& [incident, parcel] : state.about)
    add(out, {"about", incident.str(), parcel.str()});
  for (const auto& [key, device] : state.devices) {
    add(out, {"device", key.first.str(), encode(device)});
  }
  for (const auto& [key, matter] : state.matters) {
    add(out, {"matter", key.first.str(), encode(matter)});
  }
  for (const auto& [owner, fact] : state.facts) add(out, {"fact", owner.str(), encode(fact)});
  for (const auto& [id, entry, hash] : state.journal) {
    add(out, {"journal", millis(entry.at), entry.community.str(), entry.incident.str(), entry.actor,
              entry.type, encode_facts(entry.facts)});
  }
  for (const auto& [id, owned] : state.raw) {
    const RawMessage& raw = owned.second;
    add(out, {"raw", id, owned.first.str(), millis(raw.at), raw.device.str(), raw.topic,
              raw.payload, raw.problem});
  }
  for (const auto& [key, seen] : state.seen) {
    add(out, {"seen", key.first.str(), key.second, millis(seen.at), seen.messages});
  }
  for (const auto& [key, messages] : state.days) {
    const auto& [day, device] = key;
    add(out, {"day", day.time_since_epoch().count(), device.first.str(), device.second, messages});
  }
  add(out, {"turn", millis(state.latest_turn)});
  for (const auto& [owner, records] : state.records) {
    add_records(out, owner, "person", records.persons);
    add_records(out, owner, "household", records.households);
    add_records(out, owner, "holding", records.holdings);
    add_records(out, owner, "shift", records.shifts);
    add_records(out, owner, "guarantee", records.guarantees);
    add_records(out, owner, "equipment", records.equipment);
  }
  for (const auto& [name, user] : state.users) add(out, {"user", encode(user)});
  for (const auto& [id, phone] : state.phones) add(out, {"phone", encode(phone)});
  for (const auto& [purpose, key] : state.keys) add(out, {"key", purpose, key});
  return out;
}

bool MemoryCopy::read_records(household::Records& records, std::string_view part,
                              std::string_view body) {
  if (part == "person") return push(records.persons, body);
  if (part == "household") return push(records.households, body);
  if (part == "holding") return push(records.holdings, body);
  if (part == "shift") return push(records.shifts, body);
  if (part == "guarantee") return push(records.guarantees, body);
  return part == "equipment" && push(records.equipment, body);
}

// What the codec keeps in one text, with its owner where it has one.
bool MemoryCopy::read_kept(State& state, const json::array& line, std::string_view what) {
  if (what == "file") {
    auto file = decode<dispatch::File>(word(line, 3));
    auto ladder = decode<escalation::Ladder>(word(line, 2));
    if (!file || !ladder) return false;
    file->ladder = std::move(*ladder);
    file->version = number(line, 1);
    return state.files.emplace(file->incident.id, *file).second;
  }
  if (what == "user") {
    const auto user = decode<User>(word(line, 1));
    return user && state.users.emplace(user->name, *user).second;
  }
  if (what == "phone") {
    const auto phone = decode<Phone>(word(line, 1));
    return phone && state.phones.emplace(phone->id, *phone).second;
  }
  const CommunityId owner(word(line, 1));
  if (what == "parcel") {
    auto parcel = decode<dispatch::Parcel>(word(line, 2));
    if (!parcel) return false;
    parcel->title = text(line, 3);
    parcel->body = text(line, 4);
    return state.parcels.emplace(parcel->key, std::pair(owner, *parcel)).second;
  }
  if (what == "device") {
    const auto device = decode<dispatch::DeviceMemory>(word(line, 2));
    return device && state.devices.emplace(std::pair(owner, device->device.str()), *device).second;
  }
  if (what == "matter") {
    const auto matter = decode<dispatch::Matter>(word(line, 2));
    return matter && state.matters.emplace(std::pair(owner, matter->id), *matter).second;
  }
  const auto fact = decode<household::DatedFact>(word(line, 2));
  if (what == "fact" && fact) state.facts.emplace_back(owner, *fact);
  return what == "fact" && fact;
}

bool MemoryCopy::read(State& state, const json::array& line) {
  const std::string_view what = word(line, 0);
  if (what == "journal") {
    auto facts = decode_facts(word(line, 6));
    if (!facts) return false;
    const dispatch::JournalEntry entry{.at = time(line, 1),
                                       .community = CommunityId(word(line, 2)),
                                       .incident = IncidentId(word(line, 3)),
                                       .actor = text(line, 4),
                                       .type = text(line, 5),
                                       .facts = std::move(*facts)};
    state.head = state.head.next(entry);
    state.journal.push_back({state.head.number, entry, to_hex(state.head.hash)});
  } else if (what == "raw") {
    state.raw_count = number(line, 1);
    state.raw[state.raw_count] = {CommunityId(word(line, 2)),
                                  RawMessage{.at = time(line, 3),
                                             .device = DeviceId(word(line, 4)),
                                             .topic = text(line, 5),
                                             .payload = text(line, 6),
                                             .problem = text(line, 7)}};
  } else if (what == "seen") {
    state.seen[{CommunityId(word(line, 1)), text(line, 2)}] = {
        .device = DeviceId(word(line, 2)), .at = time(line, 3), .messages = number(line, 4)};
  } else if (what == "day") {
    const std::chrono::sys_days day{std::chrono::days{line.at(1).to_number<std::int64_t>()}};
    state.days[{day, {CommunityId(word(line, 2)), text(line, 3)}}] = number(line, 4);
  } else if (what == "turn") {
    state.latest_turn = time(line, 1);
  } else if (what == "records") {
    return read_records(state.records[CommunityId(word(line, 1))], word(line, 2), word(line, 3));
  } else if (what == "about") {
    state.about.emplace(IncidentId(word(line, 1)), ParcelKey(word(line, 2)));
  } else if (what == "key") {
    state.keys[text(line, 1)] = text(line, 2);
  } else {
    return read_kept(state, line, what);
  }
  return true;
}

Result<Done> MemoryStore::copy_to(const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0) {
    return fail(Error::Code::invalid, path + ": exists already; a copy is never written over");
  }
  std::ofstream out(path, std::ios::binary);
  out << MemoryCopy::write(state_);
  out.close();
  if (!out) return fail(Error::Code::io, path + ": can not be written");
  return Done{};
}

Result<std::unique_ptr<MemoryStore>> MemoryStore::from_copy(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Error::Code::io, path + ": can not be read");
  auto store = std::make_unique<MemoryStore>();
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const auto bad = fail(Error::Code::corrupt, path + ": line " + std::to_string(number) +
                                                    " is not of a copy of a memory store");
    json::error_code error;
    const json::value value = json::parse(line, error, {}, options);
    if (error || !value.is_array()) return bad;
    try {
      if (!MemoryCopy::read(store->state_, value.get_array())) return bad;
    } catch (const std::exception&) {  // Too short a list, or a word of another type.
      return bad;
    }
  }
  return store;
}

}  // namespace shouwang::store
