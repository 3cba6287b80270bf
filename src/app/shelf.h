// Remembers across the end of the process which message it was handling, so that one with which it
// stops again and again is set aside instead of being handled for ever.
//
//   take(mark) ─► handled ─► put_down()                    the usual way: two stores in memory
//   take(mark) ─► CHECK, SIGSEGV, the watchdog's SIGABRT   the mark stays, and counts
//
// The marks are in a small file mapped into memory: what is written there outlives the process
// without a call to the system. Only an end by our own fault counts, which a signal handler notes:
// kill -9 and a power cut are not the message's doing. With the second such end the mark is poison.
// A device that repeats itself with a counter in each message would end us twice with every one: so
// with the third end by messages of one topic, none of which was handled between, the whole topic
// is. A new program clears all counts: it may have been mended.
//
// Any thread.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace shouwang::app {

class Shelf {
 public:
  // Each holds one message at a time.
  enum class Hand : std::uint8_t { link, ear, loop };
  static constexpr std::uint32_t kEndsMost = 2;       // By one message.
  static constexpr std::uint32_t kTopicEndsMost = 3;  // By messages of one topic.

  // What the last process left is counted and cleared. One shelf a process: it hears the signals.
  // Errors: io.
  static Result<std::unique_ptr<Shelf>> open(const std::string& path);
  ~Shelf();
  Shelf(const Shelf&) = delete;
  Shelf& operator=(const Shelf&) = delete;

  // Names a message by what it is, its topic in the upper half; never 0.
  static std::uint64_t mark_of(std::string_view topic, std::string_view payload);

  bool is_poison(std::uint64_t mark) const;
  void take(Hand hand, std::uint64_t mark);
  void put_down(Hand hand);
  // It has been handled for good: earlier ends were not its doing, nor its topic's.
  void acquit(std::uint64_t mark);

  // Whether the last process ended by its own fault.
  bool had_crashed() const { return had_crashed_; }
  // What a handler of fatal signals does; for tests.
  void note_crash();

 private:
  struct Page;
  explicit Shelf(Page* page) : page_(page) {}
  void count_ends();
  void hear_signals();

  Page* page_;  // Mapped; ours until we end.
  bool had_crashed_ = false;
};

}  // namespace shouwang::app
