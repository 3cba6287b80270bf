#include "store/turn_log.h"

#include <algorithm>
#include <optional>

#include "base/check.h"

namespace shouwang::store {
namespace {

constexpr const char* kAll = "SELECT number, body FROM turns ORDER BY number";

tl::unexpected<Error> bad_turn(const Query& row, const Error& why) {
  return tl::unexpected(bad_row("turns", row.text(0), why.what));
}

}  // namespace

Result<Done> TurnLog::read(const LadderOf& ladder_of) {
  std::optional<Error> bad_ladder;
  const auto ladder = [&](std::int64_t number) {
    auto found = ladder_of(number);
    if (!found) bad_ladder = found.error();
    return found;
  };
  return database_.guard([&]() -> Result<Done> {
    Query rows = database_.query(kAll);
    while (rows.next()) {
      const std::string text = rows.text(1);
      auto batches = decode_turn(text, ladder);
      if (bad_ladder) return tl::unexpected(*bad_ladder);
      if (!batches) return bad_turn(rows, batches.error());
      waiting_.push_back(
          {.number = rows.number(0), .bytes = text.size(), .batches = std::move(*batches)});
      bytes_ += text.size();
    }
    return Done{};
  });
}

void TurnLog::append(const std::string& text, std::span<const Batch> batches) {
  CHECK(appended_.empty());
  const std::int64_t number = waiting_.empty() ? 1 : waiting_.back().number + 1;
  database_.run("INSERT INTO turns (number, body) VALUES (?, ?)", number, Blob{text});
  appended_.push_back(
      {.number = number, .bytes = text.size(), .batches = {batches.begin(), batches.end()}});
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
    waiting_.pop_front();
  }
  for (Turn& turn : appended_) {
    bytes_ += turn.bytes;
    waiting_.push_back(std::move(turn));
  }
  appended_.clear();
}

void TurnLog::forget() {
  dropped_ = 0;
  appended_.clear();
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
