// Between the link's thread and the loop: decodes, queues, and holds the acknowledgement of what
// must not be lost until the loop has stored it.
//
//   link's thread                                 loop
//   on_message: beat  -> queue -> keep            (wake) take -> handle -> save
//   on_message: alarm -> queue -> waits . . . . . . . . . . . settle(ticket, stored)
//                                 keep / drop <- - - - - - - -'
//
// Limits: `beats_max` beats wait in the queue; when it is full the oldest beats are dropped and
// counted, never an alarm. Alarms are held back at the source: the link's thread waits for each, so
// that beside the one it waits for only those are queued whose wait ran out (each of which cost the
// link its connection). A payload above `payload_bytes_max` is never parsed; it arrives as a
// message that says so.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "mqtt/link.h"
#include "mqtt/reading.h"

namespace shouwang::mqtt {

// Names an arrival whose acknowledgement is held back; 0: nobody waits. Never reused.
using Ticket = std::uint64_t;

struct Arrival {
  Ticket ticket = 0;
  Care care = Care::beat;
  bool retained = false;  // A state from before, replayed at subscription.
  std::vector<Said> said;
  std::string topic;       // Empty for a beat that was read.
  std::string payload;     // Care::raw and set_aside only; empty if it was too large.
  std::uint64_t mark = 0;  // The owner's name for the message.

  friend bool operator==(const Arrival&, const Arrival&) = default;
};

class Intake {
 public:
  // How the link's thread waits; tests and the simulator put their own here. Returns settled(),
  // at latest after `longest`. `lock` is held at call and return, released in between.
  using Wait =
      std::function<bool(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                         const std::function<bool()>& settled, Millis longest)>;
  struct Settings {
    std::size_t beats_max = 100'000;
    std::size_t payload_bytes_max = 64 * 1024;
    // Well under the keep-alive, because Paho pings on the very thread that waits.
    Millis wait_max{2'000};
    Wait wait;  // Empty: on the condition variable.
    // Any steady count, for the longest wait; thread-safe. Empty: waits are not measured.
    std::function<Millis()> stopwatch;
  };

  // Since the start; for metrics.
  struct Counts {
    std::uint64_t received = 0;
    std::uint64_t beats = 0;          // With the oversized.
    std::uint64_t alarms = 0;         // With those of Care::raw.
    std::uint64_t oversized = 0;      // Treated as beats, for nobody knows what they said.
    std::uint64_t beats_dropped = 0;  // The queue was full.
    std::uint64_t waits = 0;
    std::uint64_t waits_refused = 0;  // Settled as not stored, or released by stop().
    std::uint64_t waits_run_out = 0;  // Not settled in time.
    Millis longest_wait{0};
    std::size_t queued = 0;  // Now.

    friend bool operator==(const Counts&, const Counts&) = default;
  };

  // `wake` is called on the link's thread when something is queued, once until take(), or see
  // hush(); it must only hand over to the loop. REQUIRES: reading, wake.
  Intake(Settings settings, std::shared_ptr<const Reading> reading, std::function<void()> wake);

  // Link::Handlers::on_message. Returns `drop` for what the loop could not store in time.
  Verdict on_message(const Incoming& incoming, std::uint64_t mark = 0);
  // The same for a message that is not read, because reading or handling it has ended the process
  // before. `problem` says so.
  Verdict set_aside(const Incoming& incoming, std::string problem);

  // Moves all that is queued behind what `out` holds, in order of arrival. Any thread, as all
  // below.
  void take(std::deque<Arrival>& out);

  // Until the next take() only alarms wake the loop. A loop that finds beats calls this and takes
  // again some milliseconds later: a wake-up for each costs more than the beat itself.
  void hush();

  // The arrival is stored, or can not be: its acknowledgement is given or refused. A ticket whose
  // wait has run out, and ticket 0, mean nothing.
  void settle(Ticket ticket, bool stored);

  // From the next message on. REQUIRES: reading.
  void use(std::shared_ptr<const Reading> reading);

  // Releases who waits, as not stored, and refuses all that comes afterwards.
  void stop();

  Counts counts() const;

 private:
  enum class Fate : std::uint8_t { open, stored, refused };

  Arrival decode(const Incoming& incoming);
  std::shared_ptr<const Reading> reading() const;
  Verdict accept(Arrival arrival);
  Verdict wait_for(std::unique_lock<std::mutex>& lock, Ticket ticket);
  void make_room();
  void wake_loop(std::unique_lock<std::mutex>& lock, bool for_beat);

  const Settings settings_;
  const std::function<void()> wake_;

  mutable std::mutex mutex_;  // Guards all below.
  std::condition_variable changed_;
  std::shared_ptr<const Reading> reading_;
  std::deque<Arrival> queue_;
  std::size_t beats_queued_ = 0;
  std::map<Ticket, Fate> waiting_;
  Ticket last_ticket_ = 0;
  bool woken_ = false;   // And nothing taken since.
  bool hushed_ = false;  // The same for hush().
  bool stopped_ = false;
  Counts counts_;
};

}  // namespace shouwang::mqtt
