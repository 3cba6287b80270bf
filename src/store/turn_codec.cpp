#include "store/turn_codec.h"

#include <boost/pfr/tuple_size.hpp>
#include <charconv>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "store/chain.h"
#include "store/codec.h"
#include "store/netstring.h"

namespace shouwang::store {
namespace {

constexpr std::string_view kForm = "1";

// A new part of a batch must be written and read here.
static_assert(boost::pfr::tuple_size_v<Batch> == 11);
static_assert(boost::pfr::tuple_size_v<RawMessage> == 5);

// ---- writing -----------------------------------------------------------------------

void put_number(std::string& row, std::int64_t number) {
  append_netstring(row, std::to_string(number));
}

void put_time(std::string& row, Instant at) { put_number(row, at.time_since_epoch().count()); }

// A netstring that holds a row of what `put` writes for each.
template <class All, class Put>
void put_all(std::string& row, All& all, Put&& put) {
  std::string inner;
  for (auto& each : all) put(inner, each);
  append_netstring(row, inner);
}

template <class T>
void put_encoded(std::string& row, const std::vector<T>& all) {
  put_all(row, all, [](std::string& to, const T& each) { append_netstring(to, encode(each)); });
}

void put_line(std::string& row, const dispatch::JournalEntry& entry) {
  append_netstring(row, canonical(0, entry));
}

void put_parcel(std::string& row, dispatch::Parcel& parcel, std::size_t known) {
  auto& items = parcel.items;
  CHECK(known <= items.size());
  const auto end = items.begin() + static_cast<std::ptrdiff_t>(known);
  std::vector<dispatch::Item> left_out(std::move_iterator(items.begin()), std::move_iterator(end));
  items.erase(items.begin(), end);
  append_netstring(row, parcel.title);
  append_netstring(row, parcel.body);
  put_number(row, static_cast<std::int64_t>(known));
  append_netstring(row, encode(parcel));
  items.insert(items.begin(), std::move_iterator(left_out.begin()),
               std::move_iterator(left_out.end()));
}

void put_raw(std::string& row, const RawMessage& message) {
  put_time(row, message.at);
  append_netstring(row, message.device.str());
  append_netstring(row, message.topic);
  append_netstring(row, std::string_view(message.payload).substr(0, kRawBytesMax));
  append_netstring(row, message.problem);
}

std::string encode_batch(Batch& batch, std::span<const std::int64_t>& ladders,
                         const ItemsKnown& items_known) {
  CHECK(batch.seen.empty());
  std::string row;
  put_all(row, batch.journal, put_line);
  append_netstring(row, batch.community.str());
  put_time(row, batch.at);
  put_all(row, batch.files, [&](std::string& to, const dispatch::File& file) {
    CHECK(!ladders.empty());
    put_number(to, static_cast<std::int64_t>(file.version));
    put_number(to, ladders.front());
    append_netstring(to, encode(file));
    ladders = ladders.subspan(1);
  });
  put_all(row, batch.parcels, [&](std::string& to, dispatch::Parcel& parcel) {
    put_parcel(to, parcel, items_known(parcel));
  });
  put_encoded(row, batch.devices);
  put_encoded(row, batch.matters);
  put_encoded(row, batch.facts);
  put_all(row, batch.raw, put_raw);
  put_all(row, batch.forgotten,
          [](std::string& to, const IncidentId& id) { append_netstring(to, id.str()); });
  return row;
}

// ---- reading -----------------------------------------------------------------------

Result<std::string_view> take(std::string_view& row) {
  const auto taken = take_netstring(row);
  if (!taken) return fail(Error::Code::corrupt, "ends early");
  return *taken;
}

Result<std::string> take_text(std::string_view& row) {
  TRY(text, take(row));
  return std::string(text);
}

Result<std::int64_t> take_number(std::string_view& row) {
  TRY(text, take(row));
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || after != end) return fail(Error::Code::corrupt, "holds no number");
  return number;
}

Result<Instant> take_time(std::string_view& row) {
  TRY(millis, take_number(row));
  return Instant{Millis{millis}};
}

// All that stand in the netstring which is next in `row`.
template <class T, class Take>
Result<std::vector<T>> take_all(std::string_view& row, Take&& take_one) {
  TRY(inner, take(row));
  std::vector<T> all;
  while (!inner.empty()) {
    Result<T> one = take_one(inner);
    if (!one) return tl::unexpected(one.error());
    all.push_back(std::move(*one));
  }
  return all;
}

template <class T>
Result<T> take_encoded(std::string_view& row) {
  TRY(text, take(row));
  return decode<T>(text);
}

Result<dispatch::JournalEntry> take_line(std::string_view& row) {
  TRY(text, take(row));
  return read_canonical(text, 0);
}

Result<dispatch::File> take_file(std::string_view& row, const TurnSources& sources) {
  TRY(version, take_number(row));
  TRY(number, take_number(row));
  TRY(file, take_encoded<dispatch::File>(row));
  TRY(ladder, sources.ladder(number));
  file.version = static_cast<std::uint64_t>(version);
  file.ladder = std::move(ladder);
  return file;
}

Result<Done> add_known_items(dispatch::Parcel& parcel, std::int64_t known,
                             const TurnSources& sources) {
  if (known == 0) return Done{};
  TRY(before, sources.parcel(parcel.key));
  if (known < 0 || std::cmp_greater(known, before.items.size())) {
    return fail(Error::Code::corrupt, "builds on items that are not there");
  }
  parcel.items.insert(parcel.items.begin(), before.items.begin(), before.items.begin() + known);
  return Done{};
}

Result<dispatch::Parcel> take_parcel(std::string_view& row, const TurnSources& sources) {
  TRY(title, take_text(row));
  TRY(body, take_text(row));
  TRY(known, take_number(row));
  TRY(parcel, take_encoded<dispatch::Parcel>(row));
  TRY_DONE(add_known_items(parcel, known, sources));
  parcel.title = std::move(title);
  parcel.body = std::move(body);
  return parcel;
}

Result<RawMessage> take_raw(std::string_view& row) {
  TRY(at, take_time(row));
  TRY(device, take_text(row));
  TRY(topic, take_text(row));
  TRY(payload, take_text(row));
  TRY(problem, take_text(row));
  return RawMessage{.at = at,
                    .device = DeviceId(std::move(device)),
                    .topic = std::move(topic),
                    .payload = std::move(payload),
                    .problem = std::move(problem)};
}

Result<IncidentId> take_incident(std::string_view& row) {
  TRY(id, take_text(row));
  return IncidentId(std::move(id));
}

Result<Batch> decode_batch(std::string_view row, const TurnSources& sources) {
  const auto file = [&](std::string_view& from) { return take_file(from, sources); };
  const auto parcel = [&](std::string_view& from) { return take_parcel(from, sources); };
  TRY(journal, take_all<dispatch::JournalEntry>(row, take_line));
  TRY(community, take_text(row));
  TRY(at, take_time(row));
  TRY(files, take_all<dispatch::File>(row, file));
  TRY(parcels, take_all<dispatch::Parcel>(row, parcel));
  TRY(devices, take_all<dispatch::DeviceMemory>(row, take_encoded<dispatch::DeviceMemory>));
  TRY(matters, take_all<dispatch::Matter>(row, take_encoded<dispatch::Matter>));
  TRY(facts, take_all<household::DatedFact>(row, take_encoded<household::DatedFact>));
  TRY(raw, take_all<RawMessage>(row, take_raw));
  TRY(forgotten, take_all<IncidentId>(row, take_incident));
  if (!row.empty()) return fail(Error::Code::corrupt, "holds more than a batch");
  return Batch{.community = CommunityId(std::move(community)),
               .at = at,
               .files = std::move(files),
               .parcels = std::move(parcels),
               .devices = std::move(devices),
               .matters = std::move(matters),
               .facts = std::move(facts),
               .journal = std::move(journal),
               .raw = std::move(raw),
               .seen = {},
               .forgotten = std::move(forgotten)};
}

// Calls `read` with each batch's row.
template <class Read>
Result<Done> each_batch(std::string_view text, Read&& read) {
  TRY(form, take(text));
  if (form != kForm) return fail(Error::Code::corrupt, "is of a form that is not known");
  while (!text.empty()) {
    TRY(batch, take(text));
    TRY_DONE(read(batch));
  }
  return Done{};
}

}  // namespace

std::string encode_turn(std::span<Batch> batches, std::span<const std::int64_t> ladders,
                        const ItemsKnown& items_known) {
  std::string text;
  append_netstring(text, kForm);
  for (Batch& batch : batches) append_netstring(text, encode_batch(batch, ladders, items_known));
  CHECK(ladders.empty());
  return text;
}

Result<std::vector<Batch>> decode_turn(std::string_view text, const TurnSources& sources) {
  std::vector<Batch> batches;
  TRY_DONE(each_batch(text, [&](std::string_view row) -> Result<Done> {
    TRY(batch, decode_batch(row, sources));
    batches.push_back(std::move(batch));
    return Done{};
  }));
  return batches;
}

Result<std::vector<dispatch::JournalEntry>> lines_of_turn(std::string_view text) {
  std::vector<dispatch::JournalEntry> lines;
  TRY_DONE(each_batch(text, [&](std::string_view row) -> Result<Done> {
    TRY(own, take_all<dispatch::JournalEntry>(row, take_line));
    std::ranges::move(own, std::back_inserter(lines));
    return Done{};
  }));
  return lines;
}

}  // namespace shouwang::store
