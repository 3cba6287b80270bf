#include "store/parcel_table.h"

#include <algorithm>
#include <boost/json.hpp>

#include "store/block.h"
#include "store/codec.h"
#include "store/netstring.h"

namespace shouwang::store {
namespace {

constexpr std::size_t kTextsRemembered = 1'000;
constexpr std::size_t kLinksRemembered = 20'000;
constexpr int kHomesLookedAt = 64;  // In one call of compact().

// Whether the key of a parcel shows that it was made for `incident`.
bool is_named_after(const ParcelKey& key, const IncidentId& incident) {
  return key.str().starts_with(incident.str() + ".");
}

// What a parcel is kept as: in a row, or in a block.
struct Kept {
  std::string key;
  std::string json;
  std::string title;
  std::string body;
};

Result<dispatch::Parcel> read_parcel(const char* table, Kept kept) {
  auto parcel = decode<dispatch::Parcel>(kept.json);
  if (!parcel) return tl::unexpected(bad_row(table, kept.key, parcel.error().what));
  if (parcel->key.str() != kept.key) {
    return tl::unexpected(bad_row(table, kept.key, "has another key"));
  }
  if (const auto broken = dispatch::broken_rule(*parcel)) {
    return tl::unexpected(bad_row(table, kept.key, "breaks a rule: " + std::string(*broken)));
  }
  parcel->title = std::move(kept.title);
  parcel->body = std::move(kept.body);
  return parcel;
}

// Of a row with key, body, title and words in the first four columns.
Result<dispatch::Parcel> read_parcel(const Query& row) {
  if (row.is_null(2)) return tl::unexpected(bad_row("parcels", row.text(0), "has no words"));
  return read_parcel("parcels", {row.text(0), row.text(1), row.text(2), row.text(3)});
}

Result<Done> read_parcels(Query& rows, std::map<ParcelKey, dispatch::Parcel>& parcels) {
  while (rows.next()) {
    TRY(parcel, read_parcel(rows));
    parcels.insert_or_assign(parcel.key, std::move(parcel));
  }
  return Done{};
}

std::vector<dispatch::Parcel> in_order(std::map<ParcelKey, dispatch::Parcel> parcels) {
  std::vector<dispatch::Parcel> all;
  all.reserve(parcels.size());
  for (auto& [key, parcel] : parcels) all.push_back(std::move(parcel));
  return all;
}

// ---- homes -------------------------------------------------------------------

std::string home_of(const std::string& key) {
  const auto end = key.find_first_of(".T");
  return end == std::string::npos ? key : key.substr(0, end + 1);
}

// A key that has no place to cut it is its own home, and stays a row.
bool has_others(const std::string& home) { return home.ends_with('.') || home.ends_with('T'); }

// Behind all keys of the home, and before any other.
std::string end_of(std::string home) {
  has_others(home) ? void(++home.back()) : home.push_back('\0');
  return home;
}

}  // namespace

// ---- parcels --------------------------------------------------------------------

// The words are looked up among those written of late only: a text that comes again much later is
// kept twice, which costs less than an index over all texts.
std::int64_t ParcelTable::number_of(const Words& words) {
  const auto [known, added] = texts_.try_emplace(words, 0);
  if (added) {
    Query made =
        database_.query("INSERT INTO parcel_texts (title, body) VALUES (?, ?) RETURNING number",
                        words.first, words.second);
    made.next();
    known->second = made.number(0);
    new_.push_back(known);
  }
  return known->second;
}

// A parcel that grows with each alarm of a storm is saved with each: only what is new is linked.
// Items are added at the end only, so if the one linked last is still in its place, all before it
// are those of that time.
void ParcelTable::link(const dispatch::Parcel& parcel) {
  const auto& items = parcel.items;
  const auto known = links_.find(parcel.key);
  std::size_t next = 0;
  if (known != links_.end() && known->second.count <= items.size() &&
      items[known->second.count - 1].incident == known->second.last) {
    next = known->second.count;
  }
  for (; next < items.size(); ++next) {
    if (is_named_after(parcel.key, items[next].incident)) continue;
    database_.run(
        "INSERT INTO parcel_incidents (incident, parcel) VALUES (?, ?)"
        " ON CONFLICT DO NOTHING",
        items[next].incident, parcel.key);
  }
  if (items.size() < 2) return;
  links_[parcel.key] = {.count = items.size(), .last = items.back().incident};
}

void ParcelTable::settle() {
  new_.clear();
  if (texts_.size() > kTextsRemembered) texts_.clear();
  if (links_.size() > kLinksRemembered) links_.clear();
}

void ParcelTable::forget() {
  for (const auto& text : new_) texts_.erase(text);
  links_.clear();
  new_.clear();
}

void ParcelTable::put(const CommunityId& community, const dispatch::Parcel& parcel) {
  database_.run(
      "INSERT INTO parcels (key, community, live, text, body) VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT (key) DO UPDATE SET live = excluded.live, text = excluded.text,"
      " body = excluded.body",
      parcel.key, community, parcel.is_live(), number_of({parcel.title, parcel.body}),
      encode(parcel));
}

void ParcelTable::drop(const IncidentId& incident) {
  database_.run(
      "DELETE FROM parcel_incidents WHERE parcel > ?1 || '.' AND parcel < ?1 || '/'"
      " OR incident = ?1",
      incident);
  database_.run("DELETE FROM parcels WHERE key > ?1 || '.' AND key < ?1 || '/'", incident);
  database_.run("DELETE FROM parcel_blocks WHERE home = ?", incident.str() + ".");
  database_.run("DELETE FROM parcel_block_incidents WHERE home = ?1 || '.' OR incident = ?1",
                incident);
}

Result<dispatch::Parcel> ParcelTable::find(const ParcelKey& key) {
  Query row = database_.query(
      "SELECT p.key, p.body, t.title, t.body FROM parcels p"
      " LEFT JOIN parcel_texts t ON t.number = p.text WHERE p.key = ?",
      key);
  if (!row.next()) return fail(Error::Code::not_found, "parcel " + key.str() + " is not known");
  return read_parcel(row);
}

Result<std::vector<dispatch::Parcel>> ParcelTable::live(const CommunityId& community) {
  Query rows = database_.query(
      "SELECT p.key, p.body, t.title, t.body FROM parcels p"
      " LEFT JOIN parcel_texts t ON t.number = p.text"
      " WHERE p.live = 1 AND p.community = ? ORDER BY p.key",
      community);
  std::map<ParcelKey, dispatch::Parcel> parcels;
  TRY_DONE(read_parcels(rows, parcels));
  return in_order(std::move(parcels));
}

Result<std::vector<dispatch::Parcel>> ParcelTable::about(const IncidentId& incident) {
  std::set<std::string> homes{home_of(incident.str() + ".")};
  Query loose = database_.query("SELECT parcel FROM parcel_incidents WHERE incident = ?", incident);
  while (loose.next()) homes.insert(home_of(loose.text(0)));
  Query packed =
      database_.query("SELECT home FROM parcel_block_incidents WHERE incident = ?", incident);
  while (packed.next()) homes.insert(packed.text(0));

  std::map<ParcelKey, dispatch::Parcel> parcels;
  for (const std::string& home : homes) {
    TRY(rows, rows_of(home));
    TRY(all, with_block(home, std::move(rows)));
    for (auto& [key, each] : all) {
      const bool belongs = is_named_after(key, incident) || each.links.contains(incident);
      if (belongs) parcels.emplace(key, std::move(each.parcel));
    }
  }
  return in_order(std::move(parcels));
}

// ---- blocks ----------------------------------------------------------------------

std::string ParcelTable::row_of(const Block& block) {
  std::string row;
  for (const auto& [key, each] : block) {
    std::string links;
    for (const IncidentId& incident : each.links) append_netstring(links, incident.str());
    append_netstring(row, key.str());
    append_netstring(row, encode(each.parcel));
    append_netstring(row, each.parcel.title);
    append_netstring(row, each.parcel.body);
    append_netstring(row, links);
  }
  return row;
}

Result<ParcelTable::Block> ParcelTable::unpack_block(std::string_view packed) {
  TRY(plain, unpack(packed));
  std::string_view row = plain;
  Block block;
  while (!row.empty()) {
    Kept kept;
    std::string links;
    for (std::string* word : {&kept.key, &kept.json, &kept.title, &kept.body, &links}) {
      const auto taken = take_netstring(row);
      if (!taken) return fail(Error::Code::corrupt, "ends early");
      *word = *taken;
    }
    TRY(parcel, read_parcel("parcel_blocks", std::move(kept)));
    Packed& each = block[parcel.key];
    each.parcel = std::move(parcel);
    std::string_view rest = links;
    while (const auto link = take_netstring(rest)) each.links.emplace(std::string(*link));
    if (!rest.empty()) return fail(Error::Code::corrupt, "holds a link that is none");
  }
  return block;
}

Result<ParcelTable::Block> ParcelTable::with_block(const std::string& home, Block rows) {
  Query row = database_.query("SELECT parcels FROM parcel_blocks WHERE home = ?", home);
  if (!row.next()) return rows;
  auto block = unpack_block(row.text(0));
  if (!block) return tl::unexpected(bad_row("parcel_blocks", home, block.error().what));
  for (auto& [key, each] : rows) {
    Packed& into = (*block)[key];
    into.parcel = std::move(each.parcel);
    into.links.merge(each.links);
  }
  return block;
}

Result<ParcelTable::Block> ParcelTable::rows_of(const std::string& home) {
  Block rows;
  Query found = database_.query(
      "SELECT p.key, p.body, t.title, t.body, p.text FROM parcels p"
      " LEFT JOIN parcel_texts t ON t.number = p.text WHERE p.key >= ? AND p.key < ?",
      home, end_of(home));
  while (found.next()) {
    TRY(parcel, read_parcel(found));
    Packed& each = rows[parcel.key];
    each.parcel = std::move(parcel);
    each.text = found.number(4);
  }
  Query links = database_.query(
      "SELECT parcel, incident FROM parcel_incidents WHERE parcel >= ? AND parcel < ?", home,
      end_of(home));
  while (links.next()) {
    const auto row = rows.find(ParcelKey(links.text(0)));
    if (row != rows.end()) row->second.links.emplace(links.text(1));
  }
  return rows;
}

bool ParcelTable::compact(Instant before) {
  for (int looked = 0; looked < kHomesLookedAt; ++looked) {
    Query next =
        database_.query("SELECT key FROM parcels WHERE key >= ? ORDER BY key LIMIT 1", reached_);
    if (!next.next()) {
      reached_.clear();
      return false;
    }
    const std::string key = next.text(0);
    const std::string home = home_of(key);
    reached_ = end_of(home);
    if (has_others(home) && compact_home(home, before)) return true;
  }
  return false;
}

bool ParcelTable::is_over(const std::string& home, const Block& rows, Instant before) {
  const auto is_live = [](const auto& each) { return each.second.parcel.is_live(); };
  if (std::ranges::any_of(rows, is_live)) return false;
  Query incident = database_.query("SELECT closed_at FROM incidents WHERE id = ?",
                                   home.substr(0, home.size() - 1));
  if (incident.next()) return !incident.is_null(0) && incident.time(0) < before;
  return std::ranges::all_of(
      rows, [&](const auto& each) { return each.second.parcel.created_at < before; });
}

bool ParcelTable::compact_home(const std::string& home, Instant before) {
  auto rows = rows_of(home);
  if (!rows || !is_over(home, *rows, before)) return false;
  std::set<std::int64_t> texts;
  for (const auto& [key, each] : *rows) {
    texts.insert(each.text);
    links_.erase(key);
  }
  const auto packed = with_block(home, std::move(*rows));
  if (!packed) return false;
  const std::string row = row_of(*packed);
  if (row.size() > kUnpackedMost) return false;  // It stays in rows: no night is that long.
  const std::string bytes = pack(row);
  database_.run(
      "INSERT INTO parcel_blocks (home, parcels) VALUES (?, ?)"
      " ON CONFLICT (home) DO UPDATE SET parcels = excluded.parcels",
      home, Blob{bytes});
  for (const auto& [key, each] : *packed) {
    for (const IncidentId& incident : each.links) {
      database_.run(
          "INSERT INTO parcel_block_incidents (incident, home) VALUES (?, ?)"
          " ON CONFLICT DO NOTHING",
          incident, home);
    }
  }
  database_.run("DELETE FROM parcel_incidents WHERE parcel >= ? AND parcel < ?", home,
                end_of(home));
  database_.run("DELETE FROM parcels WHERE key >= ? AND key < ?", home, end_of(home));
  drop_texts(texts);
  return true;
}

// Those that no row needs any more.
void ParcelTable::drop_texts(const std::set<std::int64_t>& numbers) {
  const std::string list =
      boost::json::serialize(boost::json::array(numbers.begin(), numbers.end()));
  std::set<std::int64_t> gone;
  Query dropped = database_.query(
      "DELETE FROM parcel_texts WHERE number IN (SELECT value FROM json_each(?))"
      " AND number NOT IN (SELECT text FROM parcels) RETURNING number",
      list);
  while (dropped.next()) gone.insert(dropped.number(0));
  std::erase_if(texts_, [&](const auto& text) { return gone.contains(text.second); });
}

}  // namespace shouwang::store
