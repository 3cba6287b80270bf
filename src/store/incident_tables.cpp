#include "store/incident_tables.h"

#include <algorithm>
#include <limits>

#include "store/codec.h"

namespace shouwang::store {
namespace {

constexpr std::size_t kLaddersRemembered = 64;
constexpr std::size_t kVersionsRemembered = 4'096;

std::optional<Instant> closed_at(const dispatch::File& file) {
  if (!file.incident.closing) return std::nullopt;
  return file.incident.closing->at;
}

std::optional<std::string> cause_of(const incident::Incident& incident) {
  const auto cause = incident.closing ? incident.closing->cause : incident.settled_as;
  if (!cause) return std::nullopt;
  return std::string(name_of(*cause));
}

std::optional<HouseholdId> household_of(const incident::Incident& incident) {
  if (incident.place.household.empty()) return std::nullopt;
  return incident.place.household;
}

}  // namespace

// ---- versions ----------------------------------------------------------------------

std::uint64_t FileTable::version_of(const IncidentId& id) {
  const auto [known, added] = versions_.try_emplace(id, 0);
  if (added) {
    Query saved = database_.query("SELECT version FROM incidents WHERE id = ?", id);
    if (saved.next()) known->second = static_cast<std::uint64_t>(saved.number(0));
  }
  return known->second;
}

void FileTable::set_version(const IncidentId& id, std::uint64_t version) {
  before_.emplace_back(id, version_of(id));
  versions_[id] = version;
}

Result<Done> FileTable::claim(const dispatch::File& file) {
  const IncidentId& id = file.incident.id;
  const std::uint64_t saved = version_of(id);
  if (saved == file.version) {
    set_version(id, saved + 1);
    return Done{};
  }
  return fail(Error::Code::conflict, "incident " + id.str() + ": version " +
                                         std::to_string(file.version) + " was given, " +
                                         (saved == 0 ? "none" : std::to_string(saved)) +
                                         " is saved; read it and decide again");
}

void FileTable::settle() {
  if (ladders_.size() > kLaddersRemembered) ladders_.clear();
  settled_ = ladders_.size();
  before_.clear();
}

void FileTable::forget() {
  ladders_.resize(settled_);
  for (; !before_.empty(); before_.pop_back()) {
    versions_[before_.back().first] = before_.back().second;
  }
}

void FileTable::forget_versions() {
  if (versions_.size() > kVersionsRemembered) versions_.clear();
}

// ---- writing -----------------------------------------------------------------------

Result<Done> FileTable::put(const dispatch::File& file) {
  TRY(ladder, number_of(file.ladder));
  const std::string body = encode(file);
  const incident::Incident& incident = file.incident;
  if (!incident.closing && file.version > 0 && update_open(file, ladder, body)) return Done{};
  database_.run(
      "INSERT INTO incidents (id, community, version, raised_at, closed_at, household, cause,"
      " ladder, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (id) DO UPDATE SET version = excluded.version,"
      " closed_at = excluded.closed_at, household = excluded.household, cause = excluded.cause,"
      " ladder = excluded.ladder, body = excluded.body",
      incident.id, incident.community, file.version + 1, incident.raised_at, closed_at(file),
      household_of(incident), cause_of(incident), ladder, body);
  return Done{};
}

// Touches no index: nearly every save of an incident is one of an open one.
bool FileTable::update_open(const dispatch::File& file, std::int64_t ladder,
                            const std::string& body) {
  return database_.run(
             "UPDATE incidents SET version = ?, cause = ?, ladder = ?, body = ?"
             " WHERE id = ? AND closed_at IS NULL",
             file.version + 1, cause_of(file.incident), ladder, body, file.incident.id) == 1;
}

// ---- ladders -----------------------------------------------------------------------

Result<std::int64_t> FileTable::number_of(const escalation::Ladder& ladder) {
  for (const auto& [number, known] : ladders_) {
    if (known == ladder) return number;
  }
  const std::string body = encode(ladder);
  database_.run("INSERT INTO ladders (body) VALUES (?) ON CONFLICT (body) DO NOTHING", body);
  Query found = database_.query("SELECT number FROM ladders WHERE body = ?", body);
  if (!found.next()) return tl::unexpected(bad_row("ladders", "new", "was not kept"));
  ladders_.emplace_back(found.number(0), ladder);
  return found.number(0);
}

Result<escalation::Ladder> FileTable::ladder(std::int64_t number) {
  for (const auto& [known, ladder] : ladders_) {
    if (known == number) return ladder;
  }
  Query found = database_.query("SELECT body FROM ladders WHERE number = ?", number);
  const std::string key = std::to_string(number);
  if (!found.next()) return tl::unexpected(bad_row("ladders", key, "is missing"));
  auto ladder = decode<escalation::Ladder>(found.text(0));
  if (!ladder) return tl::unexpected(bad_row("ladders", key, ladder.error().what));
  ladders_.emplace_back(number, *ladder);
  settle();
  return ladder;
}

Result<dispatch::File> FileTable::read(const Query& row) {
  const std::string id = row.text(0);
  auto file = decode<dispatch::File>(row.text(3));
  if (!file) return tl::unexpected(bad_row("incidents", id, file.error().what));
  file->version = static_cast<std::uint64_t>(row.number(1));
  TRY(frozen, ladder(row.number(2)));
  file->ladder = std::move(frozen);
  if (file->incident.id.str() != id) {
    return tl::unexpected(bad_row("incidents", id, "has another id inside"));
  }
  if (const auto broken = incident::broken_rule(file->incident)) {
    return tl::unexpected(bad_row("incidents", id, "breaks a rule: " + std::string(*broken)));
  }
  return file;
}

Result<std::vector<dispatch::File>> FileTable::recall(const CommunityId& community,
                                                      Instant closed_since) {
  std::vector<dispatch::File> files;
  Query open = database_.query(
      "SELECT id, version, ladder, body FROM incidents WHERE community = ? AND closed_at IS NULL",
      community);
  while (open.next()) {
    TRY(file, read(open));
    files.push_back(std::move(file));
  }
  Query closed = database_.query(
      "SELECT id, version, ladder, body FROM incidents WHERE community = ? AND closed_at >= ?",
      community, closed_since);
  while (closed.next()) {
    TRY(file, read(closed));
    files.push_back(std::move(file));
  }
  std::ranges::sort(files, {}, [](const dispatch::File& file) {
    return std::pair(file.incident.raised_at, file.incident.id);
  });
  return files;
}

Result<dispatch::File> FileTable::find(const IncidentId& id) {
  Query row = database_.query("SELECT id, version, ladder, body FROM incidents WHERE id = ?", id);
  if (!row.next()) return fail(Error::Code::not_found, "incident " + id.str() + " is not known");
  return read(row);
}

Result<std::vector<IncidentId>> FileTable::search(const IncidentQuery& query) {
  constexpr const char* kByTime =
      "SELECT id FROM incidents WHERE community = ?1 AND raised_at >= ?2 AND raised_at < ?3"
      " AND (?4 IS NULL OR household = ?4) AND (?5 IS NULL OR cause = ?5)"
      " AND (?6 IS NULL OR EXISTS (SELECT 1 FROM json_each(body, '$.incident.sources')"
      "                            WHERE json_extract(value, '$.device') = ?6))"
      " ORDER BY raised_at DESC, id DESC LIMIT ?7";
  constexpr const char* kByHousehold =
      "SELECT id FROM incidents WHERE household = ?4 AND household IS NOT NULL"
      " AND +community = ?1 AND +raised_at >= ?2 AND +raised_at < ?3"
      " AND (?5 IS NULL OR cause = ?5)"
      " AND (?6 IS NULL OR EXISTS (SELECT 1 FROM json_each(body, '$.incident.sources')"
      "                            WHERE json_extract(value, '$.device') = ?6))"
      " ORDER BY raised_at DESC, id DESC LIMIT ?7";
  std::optional<HouseholdId> household;
  if (!query.household.empty()) household = query.household;
  std::optional<DeviceId> device;
  if (!query.device.empty()) device = query.device;
  std::optional<std::string> cause;
  if (query.cause) cause = name_of(*query.cause);
  Query found = database_.query(
      household ? kByHousehold : kByTime, query.community, query.from.value_or(Instant::min()),
      query.until.value_or(Instant::max()), household, cause, device, query.most);
  std::vector<IncidentId> ids;
  while (found.next()) ids.emplace_back(found.text(0));
  return ids;
}

}  // namespace shouwang::store
