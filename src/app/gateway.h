// The loop's heart: events in, one commit, then acknowledgements, messages and live views out.
//
//   submit() ──► queue ──► turn(): handle every event ─► take parcels that may leave ─► save
//                                        all of it in one transaction ─► settle, send, announce
//
// Promise, then send: nothing is acknowledged, sent or shown before the commit. Only when the disk
// does not take the commit are people called all the same, from memory; the broker is then
// not acknowledged, and every later turn tries the commit again.
//
// Knows no Asio, SQLite, Paho or HTTP: the same class runs in the simulator. One thread.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "dispatch/book.h"
#include "notify/pump.h"
#include "store/store.h"

namespace shouwang::app {

// Something that happened in one community.
struct Input {
  CommunityId community;
  dispatch::Event event;
  std::optional<store::RawMessage> raw;  // Bytes to keep with it.
  std::uint64_t mark = 0;                // Of the message it came with; see Listeners::in_hand.
  // Called once, after the turn: whether what followed from the event is on disk, and the reply.
  std::function<void(bool stored, const dispatch::Reply& reply)> settled;
};

// A message ready to be sent, and its body as it is kept: with a placeholder for each link, because
// a link is a key.
struct Written {
  notify::Message message;
  std::string body_kept;
};

// Writes the words of parcels just before they leave.
class Writer {
 public:
  virtual ~Writer() = default;
  // A message for each of `parcels` of `book`, in order, each in its receiver's language. Never
  // fails: a message is not lost for its words.
  virtual std::vector<Written> write(const dispatch::Book& book,
                                     const std::vector<const dispatch::Parcel*>& parcels,
                                     Instant now) = 0;
};

// Where a turn stands that carries a device's news, or (answered) the fate of a message.
enum class Moment : std::uint8_t {
  heard,         // Nothing is saved.
  committed,     // Saved; neither acknowledged nor sent.
  acknowledged,  // The link may acknowledge to the broker, the device has its answer; nothing sent.
  sent,          // The first wave has been handed to the channels.
  answered,      // A channel has taken a message; that is not saved.
};

// How far an alarm of the rehearsal (rehearsal.h) has come.
struct Rehearsed {
  enum class Point : std::uint8_t {
    submitted,  // It is in the queue.
    handled,    // The book has done what follows; nothing is saved.
    saved,      // That is on disk.
  };
  Point point = Point::submitted;
  std::string event;    // As the device calls it.
  IncidentId incident;  // handled, saved: where it went.
};

// Who is told what a turn changed: after the commit, and after its messages have left.
struct Listeners {
  std::function<void(const CommunityId&, const std::vector<IncidentId>&)> incidents;
  std::function<void(const CommunityId&)> matters;
  std::function<void(const CommunityId&)> walks;  // Devices under test (dispatch/trial.h).
  std::function<void()> store_health;  // A save failed after successes, or the other way round.
  std::function<void(const dispatch::JournalEntry&)> journal;  // Each line that is on disk now.
  std::function<void(Moment)> moment;                          // For tests that end us there.
  // A command for a device on the spot: published once, not retained. After the sending, so that no
  // device holds up a message to people; also while the disk takes nothing, as messages are sent.
  std::function<void(const dispatch::Publication&)> command;
  std::function<void(const Rehearsed&)> rehearsed;  // Must not call the gateway.
  // Before an input with a mark is handled, and with 0 after it: should the process end between.
  std::function<void(std::uint64_t mark)> in_hand;
};

class Gateway {
 public:
  // Longer than any stall of a loop that hears its devices.
  static constexpr Millis kOverslept{30'000};

  struct Parts {
    Clock& clock;
    store::Store& store;
    notify::Pump& pump;
    Writer& writer;
    Listeners listeners;
  };
  explicit Gateway(Parts parts);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // Opens the book of a community with what the store remembers of it. What fell due meanwhile is
  // done in the next turn. Errors: those of Store::recall.
  Result<Done> open(std::shared_ptr<const household::Registry> registry,
                    std::shared_ptr<const dispatch::Rules> rules, std::uint64_t seed);
  // The same for the community in which nobody lives (rehearsal.h). What happens there takes the
  // whole way of an alarm, but is in no journal, list, figure or live view; closed incidents are
  // wiped from the disk once they leave the book. At most one.
  Result<Done> open_rehearsal(std::shared_ptr<const household::Registry> registry,
                              std::shared_ptr<const dispatch::Rules> rules, std::uint64_t seed);
  // New records or rules for an open community.
  void replace(std::shared_ptr<const household::Registry> registry,
               std::shared_ptr<const dispatch::Rules> rules);

  // Queues an event; a turn follows before the loop waits again.
  void submit(Input input);
  // Handles an event and commits at once: for a person who waits for the answer.
  dispatch::Reply ask(const CommunityId& community, const dispatch::Event& event);
  // A device gave a sign of life, with or without news, through the bridge of that address (empty:
  // none is known). `device` is its index in the community's list.
  void note_seen(const CommunityId& community, std::size_t device, const std::string& bridge = {});
  // Whether the broker is there: while it is not, no device is judged silent.
  void listen(bool to_devices);
  // The loop has slept through, or the clock has jumped over, a stretch of time in which nobody can
  // be said to have been silent: everybody has the full time once more. A turn that comes that late
  // sees it itself.
  void overslept();

  // Does all that is queued or due. Called by itself through the clock; public for tests.
  void turn();
  // Writes last-seen times and anything unsaved, whatever else is to be done. Call at the end.
  void flush();

  const dispatch::Book* book(const CommunityId& community) const;
  std::vector<const dispatch::Book*> books() const;  // Without the rehearsal's.
  const dispatch::Book* rehearsal() const;           // nullptr: there is none.
  std::optional<Instant> last_seen(const CommunityId& community, std::size_t device) const;

  struct StoreTrouble {
    Instant since;
    std::string what;
  };
  // Set while the disk does not take what happens.
  const std::optional<StoreTrouble>& store_trouble() const { return store_trouble_; }

  struct Counters {
    std::uint64_t events = 0;
    std::uint64_t turns = 0;
    std::uint64_t saves = 0;
    std::uint64_t failed_saves = 0;
    std::uint64_t alarms = 0;    // Incidents opened.
    std::uint64_t tries = 0;     // Messages handed to channels.
    std::uint64_t routine = 0;   // Device messages without news.
    std::uint64_t commands = 0;  // Published to devices on the spot.
    Instant last_turn;
  };
  const Counters& counters() const { return counters_; }

 private:
  struct Estate;
  // Last-seen times that go to disk together, and the place behind them; the front: none are left.
  struct SeenPart;
  struct Send {
    Estate* estate;
    std::string channel;
    ParcelKey key;
  };

  Result<Done> open(std::unique_ptr<Estate> estate, Instant closed_since);
  Estate& estate(const CommunityId& community);
  void absorb(Estate& estate, dispatch::Effects effects);
  std::vector<dispatch::Reply> handle_inputs(Instant now, std::vector<Input>& inputs);
  void let_time_pass(Instant now);
  std::vector<Send> take_parcels(Instant now);
  std::vector<notify::Message> write(const std::vector<Send>& sends, Instant now);
  bool save(Instant now, bool busy);
  void note_save(const Result<Done>& saved, Instant now);
  static store::Batch batch_of(const Estate& estate, Instant now);
  SeenPart next_seen(Instant now, std::size_t most);
  void note_seen_saved(const SeenPart& part, Instant now);
  static void add_rehearsed(const Estate& estate, store::Batch& batch);
  static void forget_changes(Estate& saved);
  void announce();
  void tell_journal();
  void command_devices();
  void pass(Moment moment) const;
  bool is_rehearsed(const Input& input) const;
  void note_rehearsed(const Input& input, Rehearsed::Point point, const IncidentId& incident) const;
  void catch_up(Instant now);
  bool has_changes() const;
  void tidy(Instant now, bool busy);
  void schedule();
  void want_turn(Instant at);

  Parts parts_;
  std::map<CommunityId, std::unique_ptr<Estate>> estates_;
  std::vector<Input> queue_;
  std::optional<Instant> turn_at_;
  Clock::Alarm turn_alarm_ = 0;
  std::optional<StoreTrouble> store_trouble_;
  std::vector<dispatch::JournalEntry> to_tell_;    // Saved in this turn.
  std::vector<dispatch::Publication> to_publish_;  // In this turn.
  Instant save_again_at_;
  Instant seen_at_;  // When the next last-seen times are saved, from this place on.
  std::pair<CommunityId, std::size_t> seen_from_;
  bool flushing_ = false;               // All of them, now.
  std::optional<Instant> catch_up_at_;  // When the store does what it has put off, if it has...
  Instant behind_since_;                // ... and since when it has.
  Instant tidy_at_;
  std::size_t first_estate_ = 0;  // Fair order among communities.
  Counters counters_;
  bool listens_ = true;
  bool in_turn_ = false;
};

}  // namespace shouwang::app
