#include "device/supervision.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/check.h"

namespace shouwang::device {
namespace {

constexpr Millis kOneSaying{1'000};  // Messages closer together than this are one sign of life.
constexpr std::uint64_t kMillisMask = (1ULL << 48) - 1;

std::int64_t second_at_or_after(Instant at) {
  return std::chrono::ceil<std::chrono::seconds>(at).time_since_epoch().count();
}

std::int64_t second_of(Instant at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

Instant instant_of(std::int64_t second) { return Instant{std::chrono::seconds{second}}; }

}  // namespace

Supervision::Supervision(std::vector<Pace> paces, const std::vector<std::uint16_t>& pace_of)
    : paces_(std::move(paces)), cells_(pace_of.size()), slots_(kSlots, kNone) {
  for (std::size_t i = 0; i < pace_of.size(); ++i) {
    CHECK(pace_of[i] < paces_.size());
    cells_[i].pace = pace_of[i];
  }
}

Supervision::Beat Supervision::beat(std::size_t device, Instant now) {
  Cell& cell = cells_.at(device);
  const Beat kind = !cell.heard ? Beat::first : cell.silent ? Beat::returned : Beat::usual;
  if (kind == Beat::usual) learn(cell, now);
  cell.last = static_cast<std::uint64_t>(now.time_since_epoch().count()) & kMillisMask;
  cell.heard = 1;
  cell.silent = 0;
  if (hand_ < 0) hand_ = second_of(now);
  if (!cell.hangs) hang(static_cast<std::uint32_t>(device), due(cell));
  return kind;
}

void Supervision::learn(Cell& cell, Instant now) const {
  const Instant last{Millis{static_cast<std::int64_t>(cell.last)}};
  const Millis gap = now - last;
  // A gap in which we did not listen says nothing about the device.
  if (gap < kOneSaying || last < resumed_at_ || gap.count() > kNone) return;
  const std::int64_t before = cell.learned;
  const std::int64_t mean = before == 0 ? gap.count() : before + (gap.count() - before) / 8;
  cell.learned = static_cast<std::uint32_t>(mean);
}

void Supervision::restore(std::size_t device, const Known& known, Instant now) {
  Cell& cell = cells_.at(device);
  CHECK(!cell.heard);
  if (known.learned) cell.learned = static_cast<std::uint32_t>(known.learned->count());
  if (!known.last_heard && !known.silent) return;
  const Instant last = known.last_heard.value_or(Instant{});
  cell.last = static_cast<std::uint64_t>(last.time_since_epoch().count()) & kMillisMask;
  cell.heard = 1;
  cell.silent = known.silent ? 1 : 0;
  if (hand_ < 0) hand_ = second_of(now);
  if (!cell.silent) hang(static_cast<std::uint32_t>(device), due(cell));
}

bool Supervision::call_silent(std::size_t device) {
  Cell& cell = cells_.at(device);
  if (cell.silent) return false;
  cell.silent = 1;
  cell.heard = 1;
  return true;
}

void Supervision::forgive(std::size_t device) {
  Cell& cell = cells_.at(device);
  if (!cell.silent) return;
  cell.silent = 0;
  if (!cell.hangs && hand_ >= 0) hang(static_cast<std::uint32_t>(device), due(cell));
}

Instant Supervision::due(const Cell& cell) const {
  const Instant last{Millis{static_cast<std::int64_t>(cell.last)}};
  return std::max(last, resumed_at_) + paces_[cell.pace].silent_after;
}

void Supervision::hang(std::uint32_t device, Instant due) {
  Cell& cell = cells_[device];
  cell.hangs = 0;
  if (paces_[cell.pace].silent_after <= Millis{0}) return;
  const std::int64_t second = std::clamp(second_at_or_after(due), hand_ + 1, hand_ + kSlots - 1);
  const auto slot = static_cast<std::size_t>(second % kSlots);
  cell.next = slots_[slot];
  cell.hangs = 1;
  slots_[slot] = device;
  occupied_[slot / 64] |= 1ULL << (slot % 64);
}

std::vector<std::size_t> Supervision::sweep(Instant now) {
  std::vector<std::size_t> silent;
  if (paused_ || hand_ < 0) return silent;
  const std::int64_t until = second_of(now);
  // After a long sleep each slot is looked at once.
  for (hand_ = std::max(hand_, until - kSlots); hand_ < until;) {
    const auto slot = static_cast<std::size_t>(++hand_ % kSlots);
    std::uint32_t device = std::exchange(slots_[slot], kNone);
    occupied_[slot / 64] &= ~(1ULL << (slot % 64));
    while (device != kNone) {
      Cell& cell = cells_[device];
      const std::uint32_t next = cell.next;
      cell.hangs = 0;
      if (!cell.silent && due(cell) <= now) {
        cell.silent = 1;
        silent.push_back(device);
      } else if (!cell.silent) {
        hang(device, due(cell));
      }
      device = next;
    }
  }
  std::ranges::sort(silent);
  return silent;
}

std::optional<Instant> Supervision::next_due() const {
  if (paused_ || hand_ < 0) return std::nullopt;
  for (std::int64_t ahead = 1; ahead <= kSlots;) {
    const auto slot = static_cast<std::size_t>((hand_ + ahead) % kSlots);
    const std::uint64_t rest = occupied_[slot / 64] >> (slot % 64);
    if (rest != 0) return instant_of(hand_ + ahead + std::countr_zero(rest));
    ahead += 64 - static_cast<std::int64_t>(slot % 64);
  }
  return std::nullopt;
}

void Supervision::resume(Instant now) {
  paused_ = false;
  resumed_at_ = std::max(resumed_at_, now);
}

std::optional<Instant> Supervision::last_heard(std::size_t device) const {
  const Cell& cell = cells_.at(device);
  if (!cell.heard || cell.last == 0) return std::nullopt;
  return Instant{Millis{static_cast<std::int64_t>(cell.last)}};
}

std::optional<Millis> Supervision::learned(std::size_t device) const {
  const Cell& cell = cells_.at(device);
  if (cell.learned == 0) return std::nullopt;
  return Millis{cell.learned};
}

std::optional<std::size_t> Supervision::parent(std::size_t device) const {
  const Cell& cell = cells_.at(device);
  if (cell.parent == kNone) return std::nullopt;
  return cell.parent;
}

void Supervision::set_parent(std::size_t device, std::optional<std::size_t> parent) {
  cells_.at(device).parent = parent ? static_cast<std::uint32_t>(*parent) : kNone;
}

}  // namespace shouwang::device
