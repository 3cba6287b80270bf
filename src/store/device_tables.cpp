#include "store/device_tables.h"

#include <algorithm>

#include "store/codec.h"

namespace shouwang::store {
namespace {

std::int64_t number_of(std::chrono::sys_days day) { return day.time_since_epoch().count(); }

// Every row of a query for a key and a body, decoded.
template <class T>
Result<std::vector<T>> read_all(Query& rows, std::string_view table) {
  std::vector<T> all;
  while (rows.next()) {
    auto value = decode<T>(rows.text(1));
    if (!value) return tl::unexpected(bad_row(table, rows.text(0), value.error().what));
    all.push_back(std::move(*value));
  }
  return all;
}

}  // namespace

// ---- devices, matters, facts ------------------------------------------------------

void DeviceTables::save(const CommunityId& community, const dispatch::DeviceMemory& memory) {
  database_.run(
      "INSERT INTO device_memories (community, device, body) VALUES (?, ?, ?)"
      " ON CONFLICT (community, device) DO UPDATE SET body = excluded.body",
      community, memory.device, encode(memory));
}

void DeviceTables::save(const CommunityId& community, const dispatch::Matter& matter) {
  database_.run(
      "INSERT INTO matters (community, id, opened_at, closed_at, body)"
      " VALUES (?, ?, ?, ?, ?) ON CONFLICT (community, id) DO UPDATE SET"
      " opened_at = excluded.opened_at, closed_at = excluded.closed_at,"
      " body = excluded.body",
      community, matter.id, matter.opened_at, matter.closed_at, encode(matter));
}

void DeviceTables::save(const CommunityId& community, const household::DatedFact& fact) {
  database_.run("INSERT INTO dated_facts (community, subject, until, body) VALUES (?, ?, ?, ?)",
                community, fact.subject, fact.until, encode(fact));
}

Result<std::vector<dispatch::DeviceMemory>> DeviceTables::memories(const CommunityId& community) {
  Query rows = database_.query(
      "SELECT device, body FROM device_memories WHERE community = ? ORDER BY device", community);
  return read_all<dispatch::DeviceMemory>(rows, "device_memories");
}

Result<std::vector<dispatch::Matter>> DeviceTables::open_matters(const CommunityId& community) {
  Query rows = database_.query(
      "SELECT id, body FROM matters WHERE community = ? AND closed_at IS NULL ORDER BY id",
      community);
  return read_all<dispatch::Matter>(rows, "matters");
}

Result<std::vector<household::DatedFact>> DeviceTables::facts(const CommunityId& community,
                                                              Instant ending_after) {
  Query rows = database_.query(
      "SELECT number, body FROM dated_facts WHERE community = ? AND until > ? ORDER BY number",
      community, ending_after);
  return read_all<household::DatedFact>(rows, "dated_facts");
}

// ---- raw messages -----------------------------------------------------------------

void WireTables::save(const CommunityId& community, const RawMessage& message) {
  const std::string payload = message.payload.substr(0, kRawBytesMax);
  database_.run(
      "INSERT INTO raw_messages (community, topic, at, device, payload, problem)"
      " VALUES (?, ?, ?, ?, ?, ?)",
      community, message.topic, message.at, message.device, Blob{payload}, message.problem);
  database_.run(
      "DELETE FROM raw_messages WHERE community = ?1 AND topic = ?2 AND number <= ("
      " SELECT number FROM raw_messages WHERE community = ?1 AND topic = ?2"
      " ORDER BY number DESC LIMIT 1 OFFSET ?3)",
      community, message.topic, kRawKeptPerTopic);
  database_.run(
      "DELETE FROM raw_messages WHERE number <= ("
      " SELECT max(number) FROM raw_messages) - ?",
      kRawKept);
}

std::vector<RawMessage> WireTables::raw(const CommunityId& community, const std::string& topic) {
  Query rows = database_.query(
      "SELECT at, device, topic, payload, problem FROM raw_messages"
      " WHERE community = ?1 AND (?2 = '' OR topic = ?2) ORDER BY number",
      community, topic);
  std::vector<RawMessage> messages;
  while (rows.next()) {
    messages.push_back({.at = rows.time(0),
                        .device = DeviceId(rows.text(1)),
                        .topic = rows.text(2),
                        .payload = rows.text(3),
                        .problem = rows.text(4)});
  }
  return messages;
}

// ---- last seen --------------------------------------------------------------------

void WireTables::save_turn(Instant at) {
  database_.run(
      "INSERT INTO latest_turn (one, at) VALUES (1, ?)"
      " ON CONFLICT (one) DO UPDATE SET at = excluded.at WHERE excluded.at > at",
      at);
}

void WireTables::save(const CommunityId& community, const LastSeen& seen) {
  std::int64_t device = 0;
  {
    Query row = database_.query(
        "INSERT INTO last_seen (community, device, at, messages) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (community, device) DO UPDATE SET at = max(at, excluded.at),"
        " messages = messages + excluded.messages RETURNING number",
        community, seen.device, seen.at, seen.messages);
    row.next();
    device = row.number(0);
  }
  roll_up(device, std::chrono::floor<std::chrono::days>(seen.at), seen.messages);
}

void WireTables::roll_up(std::int64_t device, std::chrono::sys_days day, std::uint64_t messages) {
  if (!newest_day_ || day > *newest_day_) start_day(day);
  if (day <= *newest_day_ - kSeenDaysKept) return;
  database_.run(
      "INSERT INTO seen_days (day, device, messages) VALUES (?, ?, ?)"
      " ON CONFLICT (day, device) DO UPDATE SET"
      " messages = messages + excluded.messages",
      number_of(day), device, messages);
}

void WireTables::start_day(std::chrono::sys_days day) {
  Query newest = database_.query("SELECT max(day) FROM seen_days");
  newest.next();
  newest_day_ = day;
  if (!newest.is_null(0)) {
    newest_day_ = std::max(day, std::chrono::sys_days{std::chrono::days{newest.number(0)}});
  }
  database_.run("DELETE FROM seen_days WHERE day <= ?", number_of(*newest_day_ - kSeenDaysKept));
}

std::vector<LastSeen> WireTables::last_seen(const CommunityId& community) {
  Query rows = database_.query(
      "SELECT device, at, messages FROM last_seen WHERE community = ? ORDER BY device", community);
  std::vector<LastSeen> all;
  while (rows.next()) {
    all.push_back({.device = DeviceId(rows.text(0)),
                   .at = rows.time(1),
                   .messages = static_cast<std::uint64_t>(rows.number(2))});
  }
  return all;
}

std::vector<SeenDay> WireTables::days(const CommunityId& community, std::chrono::sys_days first,
                                      std::chrono::sys_days last) {
  Query rows = database_.query(
      "SELECT s.device, d.day, d.messages FROM seen_days d JOIN last_seen s"
      " ON s.number = d.device WHERE s.community = ? AND d.day BETWEEN ? AND ?"
      " ORDER BY d.day, s.device",
      community, number_of(first), number_of(last));
  std::vector<SeenDay> all;
  while (rows.next()) {
    all.push_back({.device = DeviceId(rows.text(0)),
                   .day = std::chrono::sys_days{std::chrono::days{rows.number(1)}},
                   .messages = static_cast<std::uint64_t>(rows.number(2))});
  }
  return all;
}

}  // namespace shouwang::store
