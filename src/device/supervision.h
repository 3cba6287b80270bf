// Who has fallen silent: one watchman for all devices of a community.
//
// A device speaks about every `interval`. Without a sign of life for `silent_after` it is silent:
// said once, until it speaks again. A device that was never heard is not silent but not fitted.
//
//   beat()   it spoke: its time is written down, nothing is moved
//   sweep()  those that have fallen silent meanwhile
//
// Each device that is watched hangs in one slot of a wheel with a slot for every second. When the
// hand comes by, what has spoken since is hung further on; the rest is silent. So a beat costs one
// store, and 200,000 devices with a beat a minute about 1,100 look-ups a second. 24 bytes each.
//
// What we did not hear because we were not listening is nobody's silence: while paused
// nobody is judged, and after resume() everybody has the full time once more.
//
// Pure; time is an argument and never goes back. Devices are named by their index in the
// community's list.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"

namespace shouwang::device {

// How often something speaks. Without an interval of its own a profile only knows `silent_after`.
struct Pace {
  Millis interval{0};      // 0: not known.
  Millis silent_after{0};  // 0: never judged.
  friend bool operator==(const Pace&, const Pace&) = default;
};

class Supervision {
 public:
  // Nobody yet. `paces` are those that occur, `pace_of` says which one each device has.
  // REQUIRES: every index of `pace_of` is in `paces`; at most 65535 paces.
  Supervision() = default;
  Supervision(std::vector<Pace> paces, const std::vector<std::uint16_t>& pace_of);

  std::size_t size() const { return cells_.size(); }

  enum class Beat : std::uint8_t {
    usual,
    first,     // Never heard before.
    returned,  // It was silent.
  };
  Beat beat(std::size_t device, Instant now);

  // What is known of the device from before a restart or a reload. REQUIRES: it has no beat yet.
  struct Known {
    std::optional<Instant> last_heard;
    bool silent = false;
    std::optional<Millis> learned;
  };
  void restore(std::size_t device, const Known& known, Instant now);

  // Somebody else says that it can not be reached. False if it was silent already.
  bool call_silent(std::size_t device);

  // It was wrongly taken for silent.
  void forgive(std::size_t device);

  // Those that have fallen silent since asked last, by index. None while paused.
  std::vector<std::size_t> sweep(Instant now);
  // When sweep() has something to look at next; nothing while paused or if nobody is watched.
  std::optional<Instant> next_due() const;

  // We can not hear anybody; we can again.
  void pause() { paused_ = true; }
  void resume(Instant now);
  bool is_paused() const { return paused_; }

  const Pace& pace(std::size_t device) const { return paces_[cells_[device].pace]; }
  bool is_silent(std::size_t device) const { return cells_[device].silent; }
  std::optional<Instant> last_heard(std::size_t device) const;
  // The usual span between two signs of life, as observed since the start: a running mean over
  // about eight. Nothing before the second.
  std::optional<Millis> learned(std::size_t device) const;

  // The device behind which it is heard: a bridge or board.
  std::optional<std::size_t> parent(std::size_t device) const;
  void set_parent(std::size_t device, std::optional<std::size_t> parent);

 private:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;
  static constexpr std::int64_t kSlots = 4096;

  struct Cell {
    std::uint64_t last : 48 = 0;  // ms since 1970; meaningless unless heard.
    std::uint64_t heard : 1 = 0;
    std::uint64_t silent : 1 = 0;
    std::uint64_t hangs : 1 = 0;  // It is in a slot.
    std::uint32_t next = kNone;   // In its slot.
    std::uint32_t learned = 0;    // ms; 0: not yet.
    std::uint32_t parent = kNone;
    std::uint16_t pace = 0;
  };
  static_assert(sizeof(Cell) <= 24);

  void learn(Cell& cell, Instant now) const;
  Instant due(const Cell& cell) const;
  void hang(std::uint32_t device, Instant due);

  std::vector<Pace> paces_;
  std::vector<Cell> cells_;
  std::vector<std::uint32_t> slots_;                   // The first device of each; kSlots of them.
  std::array<std::uint64_t, kSlots / 64> occupied_{};  // Bit i: slot i holds somebody.
  std::int64_t hand_ = -1;                             // The second swept last; -1: not begun.
  Instant resumed_at_{};                               // Everybody counts as heard then.
  bool paused_ = false;
};

}  // namespace shouwang::device
