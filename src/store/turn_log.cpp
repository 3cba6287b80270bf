#include "store/turn_log.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace shouwang::store {
namespace {

constexpr std::size_t kFewItems = 4;  // Not worth referring to.
constexpr const char* kAll = "SELECT number, body FROM turns ORDER BY number";

tl::unexpected<Error> bad_turn(const Query& row, const Error& why) {
  return tl::unexpected(bad_row("turns", row.text(0), why.what));
}

}  // namespace

Result<Done> TurnLog::read(const TurnSources& tables) {
  std::optional<Error> elsewhere;  // Of a row of another table, which it names.
  const auto noted = [&](auto found) {
    if (!found) elsewhere = found.error();
    return found;
  };
  const TurnSources sources{
      .ladder = [&](std::int64_t number) { return noted(tables.ladder(number)); },
      .parcel = [&](const ParcelKey& key) -> Result<dispatch::Parcel> {
        const auto known = parcels_.find(key);
        return known == parcels_.end() ? noted(tables.parcel(key)) : *known->second;
      }};
  return database_.guard([&]() -> Result<Done> {
    Query rows = database_.query(kAll);
    while (rows.next()) {
      const std::string text = rows.text(1);
      auto batches = decode_turn(text, sources);
      if (elsewhere) return tl::unexpected(*elsewhere);
      if (!batches) return bad_turn(rows, batches.error());
      waiting_.push_back({.number = rows.number(0), .bytes = text.size()});
      bytes_ += text.size();
      keep(std::move(*batches));
    }
    return Done{};
  });
}

std::size_t TurnLog::items_known(const dispatch::Parcel& parcel) const {
  const auto known = parcels_.find(parcel.key);
  if (known == parcels_.end()) return 0;
  const auto& before = known->second->items;
  const auto [end, differs] = std::ranges::mismatch(parcel.items, before);
  const auto same = static_cast<std::size_t>(end - parcel.items.begin());
  // A parcel has an item at any time.
  const std::size_t most = std::min(same, parcel.items.size() - 1);
  return most < kFewItems ? 0 : most;
}

void TurnLog::append(const std::string& text) {
  CHECK(!appended_);
  const std::int64_t number = waiting_.empty() ? 1 : waiting_.back().number + 1;
  database_.run("INSERT INTO turns (number, body) VALUES (?, ?)", number, Blob{text});
  appended_ = Turn{.number = number, .bytes = text.size(), .batches = {}};
}

void TurnLog::keep(std::vector<Batch> batches) {
  Turn& turn = waiting_.back();
  turn.batches = std::move(batches);
  for (const Batch& batch : turn.batches) {
    for (const dispatch::Parcel& parcel : batch.parcels) parcels_[parcel.key] = &parcel;
  }
}

void TurnLog::forget_parcels(const Turn& turn) {
  for (const Batch& batch : turn.batches) {
    for (const dispatch::Parcel& parcel : batch.parcels) {
      const auto known = parcels_.find(parcel.key);
      if (known != parcels_.end() && known->second == &parcel) parcels_.erase(known);
    }
  }
}

void TurnLog::drop(std::size_t count) {
  CHECK(count <= waiting_.size());
  if (count == 0) return;
  database_.run("DELETE FROM turns WHERE number <= ?", waiting_[count - 1].number);
  dropped_ = count;
}

void TurnLog::settle() {
  for (; dropped_ > 0; --dropped_) {
    bytes_ -= waiting_.front().bytes;
    forget_parcels(waiting_.front());
    waiting_.pop_front();
  }
  if (!appended_) return;
  bytes_ += appended_->bytes;
  waiting_.push_back(*std::exchange(appended_, std::nullopt));
}

void TurnLog::forget() {
  dropped_ = 0;
  appended_.reset();
}

Result<std::vector<dispatch::JournalEntry>> lines_in_turns(Database& database) {
  std::vector<dispatch::JournalEntry> all;
  Query rows = database.query(kAll);
  while (rows.next()) {
    auto lines = lines_of_turn(rows.text(1));
    if (!lines) return bad_turn(rows, lines.error());
    std::ranges::move(*lines, std::back_inserter(all));
  }
  return all;
}

}  // namespace shouwang::store
