#include "store/memory_store.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/check.h"
#include "store/codec.h"
#include "store/record_tables.h"

namespace shouwang::store {
namespace {

// "<incident>.00012"
bool is_named_after(const ParcelKey& key, const IncidentId& incident) {
  const std::string& home = incident.str();
  return key.str().size() > home.size() && key.str()[home.size()] == '.' &&
         key.str().starts_with(home);
}

}  // namespace

// ---- writing ---------------------------------------------------------------------

template <class T>
T MemoryStore::kept(const T& value) const {
  if (!options_.through_codec) return value;
  auto decoded = decode<T>(encode(value));
  CHECK(decoded.has_value());
  return std::move(*decoded);
}

dispatch::File MemoryStore::kept(const dispatch::File& file, const dispatch::File& before) const {
  if (!options_.through_codec) return file;
  auto decoded = decode<dispatch::File>(encode(file));
  CHECK(decoded.has_value());
  // Like on disk: one that does not change is written once.
  decoded->ladder = file.ladder == before.ladder ? before.ladder : kept(file.ladder);
  decoded->version = file.version;
  return std::move(*decoded);
}

dispatch::Parcel MemoryStore::kept(const dispatch::Parcel& parcel) const {
  if (!options_.through_codec) return parcel;
  auto decoded = decode<dispatch::Parcel>(encode(parcel));
  CHECK(decoded.has_value());
  decoded->title = parcel.title;
  decoded->body = parcel.body;
  return std::move(*decoded);
}

Result<Done> MemoryStore::check_versions(std::span<const Batch> batches) const {
  std::map<IncidentId, std::uint64_t> saved;
  for (const Batch& batch : batches) {
    for (const dispatch::File& file : batch.files) {
      const auto known = state_.files.find(file.incident.id);
      const auto [at, first] = saved.try_emplace(
          file.incident.id, known == state_.files.end() ? 0 : known->second.version);
      if (at->second != file.version) {
        return fail(Error::Code::conflict, "incident " + file.incident.id.str() + ": version " +
                                               std::to_string(file.version) + " was given, " +
                                               std::to_string(at->second) +
                                               " is saved; read it and decide again");
      }
      ++at->second;
    }
  }
  return Done{};
}

Result<Done> MemoryStore::save(std::vector<Batch> batches) {
  for (const Batch& batch : batches) {
    for (const dispatch::File& file : batch.files) {
      CHECK(!incident::broken_rule(file.incident));
      CHECK(file.incident.community == batch.community);
    }
    for (const dispatch::Parcel& parcel : batch.parcels) CHECK(!dispatch::broken_rule(parcel));
  }
  TRY_DONE(check_versions(batches));
  for (const Batch& batch : batches) apply(batch);
  return Done{};
}

void MemoryStore::apply(const Batch& batch) {
  const CommunityId& community = batch.community;
  for (const auto& file : batch.files) {
    dispatch::File& entry = state_.files[file.incident.id];
    entry = kept(file, entry);
    ++entry.version;
  }
  for (const auto& parcel : batch.parcels) {
    state_.parcels[parcel.key] = {community, kept(parcel)};
    for (const auto& item : parcel.items) {
      if (!is_named_after(parcel.key, item.incident)) {
        state_.about.emplace(item.incident, parcel.key);
      }
    }
  }
  for (const auto& memory : batch.devices) {
    state_.devices[{community, memory.device.str()}] = kept(memory);
  }
  for (const auto& matter : batch.matters) state_.matters[{community, matter.id}] = kept(matter);
  for (const auto& fact : batch.facts) state_.facts.emplace_back(community, kept(fact));
  for (const auto& message : batch.raw) keep_raw(community, message);
  for (const auto& seen : batch.seen) keep_seen(community, seen);
  for (const auto& entry : batch.journal) append(entry);
  for (const auto& incident : batch.forgotten) drop(incident);
  if (!batch.is_empty()) state_.latest_turn = std::max(state_.latest_turn, batch.at);
}

void MemoryStore::drop(const IncidentId& incident) {
  state_.files.erase(incident);
  const auto first = state_.parcels.lower_bound(ParcelKey(incident.str() + "."));
  auto last = first;
  while (last != state_.parcels.end() && is_named_after(last->first, incident)) ++last;
  state_.parcels.erase(first, last);
  std::erase_if(state_.about, [&](const auto& entry) {
    return entry.first == incident || is_named_after(entry.second, incident);
  });
}

void MemoryStore::append(const dispatch::JournalEntry& entry) {
  state_.head = state_.head.next(entry);
  state_.journal.push_back(
      {.number = state_.head.number, .entry = entry, .hash = to_hex(state_.head.hash)});
}

void MemoryStore::keep_raw(const CommunityId& community, const RawMessage& message) {
  RawMessage cut = message;
  if (cut.payload.size() > kRawBytesMax) cut.payload.resize(kRawBytesMax);
  state_.raw.emplace(++state_.raw_count, std::pair(community, std::move(cut)));
  std::erase_if(state_.raw,
                [&](const auto& item) { return item.first + kRawKept <= state_.raw_count; });
  std::size_t same = 0;
  for (auto item = state_.raw.end(); item != state_.raw.begin();) {
    --item;
    const bool match =
        item->second.first == community && item->second.second.topic == message.topic;
    if (match && ++same > kRawKeptPerTopic) item = state_.raw.erase(item);
  }
}

void MemoryStore::keep_seen(const CommunityId& community, const LastSeen& seen) {
  const std::pair key(community, seen.device.str());
  const auto [entry, added] = state_.seen.try_emplace(key, LastSeen{.device = seen.device});
  entry->second.at = added ? seen.at : std::max(entry->second.at, seen.at);
  entry->second.messages += seen.messages;
  const auto day = std::chrono::floor<std::chrono::days>(seen.at);
  state_.days[{day, key}] += seen.messages;
  const auto newest = state_.days.rbegin()->first.first;
  std::erase_if(state_.days,
                [&](const auto& item) { return item.first.first <= newest - kSeenDaysKept; });
}

// ---- reading ---------------------------------------------------------------------

Result<dispatch::Memory> MemoryStore::recall(const CommunityId& community, Instant closed_since) {
  dispatch::Memory memory;
  for (const auto& [id, file] : state_.files) {
    const auto& closing = file.incident.closing;
    const bool wanted = !closing || closing->at >= closed_since;
    if (wanted && file.incident.community == community) memory.files.push_back(file);
  }
  std::ranges::sort(memory.files, {}, [](const dispatch::File& file) {
    return std::pair(file.incident.raised_at, file.incident.id);
  });
  for (const auto& [key, owned] : state_.parcels) {
    if (owned.first == community && owned.second.is_live()) memory.parcels.push_back(owned.second);
  }
  for (const auto& [key, device] : state_.devices) {
    if (key.first == community) memory.devices.push_back(device);
  }
  for (const auto& [key, matter] : state_.matters) {
    if (key.first == community && !matter.closed_at) memory.matters.push_back(matter);
  }
  for (const auto& [owner, fact] : state_.facts) {
    if (owner == community && fact.until > closed_since) memory.facts.push_back(fact);
  }
  for (const auto& [key, seen] : state_.seen) {
    if (key.first == community) memory.heard.push_back({.device = seen.device, .at = seen.at});
  }
  return memory;
}

Result<dispatch::File> MemoryStore::file(const IncidentId& id) {
  const auto found = state_.files.find(id);
  if (found == state_.files.end()) {
    return fail(Error::Code::not_found, "incident " + id.str() + " is not known");
  }
  return found->second;
}

Result<std::vector<JournalLine>> MemoryStore::journal(const JournalQuery& query) {
  std::vector<JournalLine> lines;
  for (std::size_t i = query.after; i < state_.journal.size(); ++i) {
    const JournalLine& line = state_.journal[i];
    const bool fits = (query.community.empty() || line.entry.community == query.community) &&
                      (query.incident.empty() || line.entry.incident == query.incident) &&
                      (!query.from || line.entry.at >= *query.from) &&
                      (!query.until || line.entry.at < *query.until);
    if (!fits) continue;
    lines.push_back(line);
    if (lines.size() == query.most) break;
  }
  return lines;
}

Result<ChainCheck> MemoryStore::check_journal() {
  ChainHead head;
  ChainCheck check{.lines = state_.journal.size()};
  for (const JournalLine& line : state_.journal) {
    head = head.next(line.entry);
    const bool fits = line.number == head.number && line.hash == to_hex(head.hash);
    if (!fits && !check.broken_at) check.broken_at = line.number;
  }
  if (!state_.journal.empty()) check.head = state_.journal.back().hash;
  return check;
}

Result<std::optional<Instant>> MemoryStore::latest() {
  std::optional<Instant> latest;
  if (state_.latest_turn != Instant{}) latest = state_.latest_turn;
  const auto see = [&](Instant at) { latest = latest ? std::max(*latest, at) : at; };
  for (const JournalLine& line : state_.journal) see(line.entry.at);
  for (const auto& [key, seen] : state_.seen) see(seen.at);
  return latest;
}

Result<std::vector<IncidentId>> MemoryStore::incidents(const IncidentQuery& query) {
  std::vector<std::pair<Instant, IncidentId>> found;
  for (const auto& [id, file] : state_.files) {
    const incident::Incident& incident = file.incident;
    const auto cause = incident.closing ? incident.closing->cause : incident.settled_as;
    const bool device = std::ranges::any_of(
        incident.sources, [&](const auto& source) { return source.device == query.device; });
    const bool fits = incident.community == query.community &&
                      (query.household.empty() || incident.place.household == query.household) &&
                      (query.device.empty() || device) && (!query.cause || cause == query.cause) &&
                      (!query.from || incident.raised_at >= *query.from) &&
                      (!query.until || incident.raised_at < *query.until);
    if (fits) found.emplace_back(incident.raised_at, id);
  }
  std::ranges::sort(found, std::greater{});
  std::vector<IncidentId> ids;
  for (const auto& [at, id] : found) {
    if (ids.size() < query.most) ids.push_back(id);
  }
  return ids;
}

Result<std::vector<dispatch::Parcel>> MemoryStore::parcels(const IncidentId& incident) {
  std::vector<dispatch::Parcel> about;
  for (const auto& [key, owned] : state_.parcels) {
    const bool concerns = state_.about.contains({incident, key});
    if (concerns || is_named_after(key, incident)) about.push_back(owned.second);
  }
  return about;
}

Result<std::vector<RawMessage>> MemoryStore::raw(const CommunityId& community,
                                                 const std::string& topic) {
  std::vector<RawMessage> messages;
  for (const auto& [number, owned] : state_.raw) {
    const bool fits = topic.empty() || owned.second.topic == topic;
    if (fits && owned.first == community) messages.push_back(owned.second);
  }
  return messages;
}

Result<std::vector<LastSeen>> MemoryStore::last_seen(const CommunityId& community) {
  std::vector<LastSeen> all;
  for (const auto& [key, seen] : state_.seen) {
    if (key.first == community) all.push_back(seen);
  }
  return all;
}

Result<std::vector<SeenDay>> MemoryStore::seen_days(const CommunityId& community,
                                                    std::chrono::sys_days first,
                                                    std::chrono::sys_days last) {
  std::vector<SeenDay> all;
  for (const auto& [key, messages] : state_.days) {
    const auto& [day, owned] = key;
    if (owned.first != community || day < first || day > last) continue;
    all.push_back({.device = DeviceId(owned.second), .day = day, .messages = messages});
  }
  return all;
}

// ---- records and access -------------------------------------------------------------

Result<household::Records> MemoryStore::records(const CommunityId& community) {
  const auto found = state_.records.find(community);
  return found == state_.records.end() ? household::Records{} : found->second;
}

Result<Done> MemoryStore::replace_records(const CommunityId& community,
                                          const household::Records& records,
                                          const dispatch::JournalEntry& entry) {
  if (const auto twice = repeated_id(records)) {
    return fail(Error::Code::invalid, *twice + " is in the records twice");
  }
  state_.records[community] = records;
  append(entry);
  return Done{};
}

Result<std::vector<User>> MemoryStore::users() {
  std::vector<User> all;
  for (const auto& [name, user] : state_.users) all.push_back(user);
  return all;
}

Result<Done> MemoryStore::put_user(const User& user) {
  state_.users[user.name] = kept(user);
  return Done{};
}

Result<std::vector<Phone>> MemoryStore::phones() {
  std::vector<Phone> all;
  for (const auto& [id, phone] : state_.phones) all.push_back(phone);
  return all;
}

Result<Done> MemoryStore::put_phone(const Phone& phone) {
  state_.phones[phone.id] = kept(phone);
  return Done{};
}

Result<Done> MemoryStore::drop_phone(const std::string& id) {
  state_.phones.erase(id);
  return Done{};
}

Result<std::string> MemoryStore::secret_key(const std::string& purpose) {
  const auto [entry, added] = state_.keys.try_emplace(purpose, std::string(32, '\0'));
  if (added) {
    const std::string from = std::to_string(options_.seed) + "/" + purpose;
    auto* key = reinterpret_cast<unsigned char*>(entry->second.data());
    const bool made =
        EVP_Q_digest(nullptr, "SHA256", nullptr, from.data(), from.size(), key, nullptr) == 1;
    CHECK(made);
  }
  return entry->second;
}

}  // namespace shouwang::store
