// A message promised to one person, and how far it got.
//
//   waiting --taken--> sending --accepted--> awaiting --receipt--> done
//     ^  ^                |                     |  no receipt in time
//     |  +-- try again ---+                     v
//     +------ next way (leg) of the person <----+
//   no way left: failed (or waiting for another round);   not needed any more: withdrawn
//
// A parcel and the incident that caused it are saved in one transaction. Its key is the same on
// every try, so that a receiver can drop a repeat.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "household/people.h"
#include "incident/incident.h"

namespace shouwang::dispatch {

using incident::Reach;

// What a message is about. Its words are in the catalogues (config/texts/).
enum class Letter : std::uint8_t {
  first,         // There is an alarm, and this concerns you.
  info,          // The same for somebody marked away: for information.
  again,         // Still nobody is going.
  also,          // A linked alarm has joined.
  going,         // Somebody is on the way.
  handed_back,   // Whoever was going can not: it rings again.
  help_needed,   // The one on the spot asks for help.
  no_relative,   // No relative could be reached: a door visit is needed.
  normal_again,  // The reading is back to normal; please still check.
  door_overdue,  // Claimed or not, nobody has arrived in time.
  assigned,      // You are sent there.
  job,           // For a specialist.
  remind_close,  // Settled or on scene for long, not closed.
  spot,          // What a device on the spot was told to do, and has not done.
  ending,        // It is over: the cause in one sentence.
  upkeep,        // What has to be mended: one letter a day.
  outage,        // Many devices of an area have fallen silent together.
  diary,         // The day before, for the office.
};
inline constexpr int kLetterCount = 18;
// Whether it is about technical matters and not about an incident.
inline constexpr bool is_technical(Letter letter) { return letter >= Letter::upkeep; }
std::string_view name_of(Letter letter);
std::optional<Letter> letter_named(std::string_view name);
inline std::ostream& operator<<(std::ostream& out, Letter l) { return out << name_of(l); }

// The order in which parcels leave when not all can at once.
enum class Urgency : std::uint8_t { first, again, update, ending, technical };
std::string_view name_of(Urgency urgency);
std::optional<Urgency> urgency_named(std::string_view name);

struct Item {
  IncidentId incident;  // Of a technical letter: the matter's id; of a diary: the day.
  Letter letter = Letter::first;
  household::Roles roles;  // In what capacities the person is told.
  friend bool operator==(const Item&, const Item&) = default;
};

struct Parcel {
  enum class State : std::uint8_t { waiting, sending, awaiting, done, failed, withdrawn };

  ParcelKey key;
  PersonId person;
  std::vector<Item> items;  // >= 1, one for each incident.
  Urgency urgency = Urgency::first;
  bool critical = false;                  // Goes before others of its urgency.
  std::vector<household::Address> route;  // The person's ways, in the order to try; >= 1.
  Instant created_at;
  Instant not_before;  // Grouping holds it until then; mergeable before.
  Instant expires_at;  // No new try from here on.

  State state = State::waiting;
  std::size_t leg = 0;           // Index into route.
  Instant leg_since;             // When this leg's turn came.
  int round = 0;                 // Times the whole route was tried in vain.
  int attempts = 0;              // Tries in all; numbers the current one.
  int leg_attempts = 0;          // Tries on this leg.
  std::uint64_t legs_tried = 0;  // Which leg each of the last 16 tries was on: four bits a try, the
                                 // latest lowest.
  std::uint32_t dead_legs = 0;   // Bit i: leg i answered `never`.
  Instant next_at;               // waiting: next try; sending, awaiting: patience ends.
  bool maybe_repeated =
      false;  // A try was under way, or its receipt due, when the gateway stopped.
  Reach reach = Reach::queued;
  std::string reach_by;  // Channel of `reach`.
  Instant reach_at;
  std::string error;  // Of the last failed try; no secrets, <= 200 characters.

  std::string title;  // First line, <= 40 characters; no names, no health.
  std::string body;   // "{{link}}" stands where a link belongs; filled in when sending.

  const std::string& channel() const { return route[leg].channel; }
  bool is_live() const {
    return state == State::waiting || state == State::sending || state == State::awaiting;
  }
  friend bool operator==(const Parcel&, const Parcel&) = default;
};
std::string_view name_of(Parcel::State state);
std::optional<Parcel::State> parcel_state_named(std::string_view name);

// Names the first rule of Parcel that is broken, or nothing.
std::optional<std::string_view> broken_rule(const Parcel& parcel);

// What a channel says of one try, or later of the message.
struct Receipt {
  enum class Kind : std::uint8_t {
    accepted,  // The provider has it, and will say nothing more.
    awaiting,  // The provider has it and will say when the phone has it.
    on_phone,
    opened,
    retry,  // Not now; see retry_after.
    never,  // Not this way; trying again is useless.
  };
  Kind kind = Kind::accepted;
  Millis retry_after{0};  // retry: the provider's wish; 0: our own backoff.
  std::string error;      // retry, never: one line without secrets.
  // retry: it was handed over, and then nothing was heard. The phone may have it all the same: what
  // is sent from now on says that it may be a repeat.
  bool maybe_arrived = false;
};

// How patient the outbox is.
struct Patience {
  Millis leg{15'000};          // A way that has not taken an alarm by then is passed over.
  Millis receipt{20'000};      // A receipt that could come but has not.
  Millis first_retry{2'000};   // Doubles with each try of the leg.
  Millis first_round{30'000};  // Doubles with each round, up to...
  Millis last_round{300'000};
};

// What changed with a parcel.
struct Moved {
  ParcelKey key;
  bool exhausted = false;  // The last way failed in this round: nobody is behind this parcel yet.
};

// All parcels of one community that are not finished. Pure; time is an argument.
//
// Order of leaving: urgency, then critical, then age. One stuck channel never holds up an alarm
// for longer than Patience::leg if the person has another way.
class Outbox {
 public:
  explicit Outbox(Patience patience = {}) : patience_(patience) {}

  // REQUIRES: the key is new; broken_rule(parcel) is empty; it is waiting.
  void add(Parcel parcel);
  // Takes a parcel back after a restart: one that was being sent is tried again, marked so; one
  // whose receipt was due is marked, in case it has to be tried again. The time for which the
  // gateway was down is not held against any channel.
  void restore(Parcel parcel, Instant now);

  const Parcel* find(const ParcelKey& key) const;
  // Live parcels that carry an item of `incident`, in key order.
  std::vector<ParcelKey> concerning(const IncidentId& incident) const;
  std::size_t size() const { return entries_.size(); }

  // Adds what `more` carries to a parcel of the same person that still waits for its not_before:
  // its items, the greater urgency with the route that goes with it, the later expiry. An item of
  // the same incident keeps `first` until it is over. Returns false, changing nothing, if the
  // parcel has left.
  bool merge(const ParcelKey& key, const Parcel& more, Instant now);
  // Drops the item of `incident`; a parcel with no item left is withdrawn. Returns whether it
  // was. A try under way is not called back.
  bool withdraw(const ParcelKey& key, const IncidentId& incident);
  // No try begins after the one that is under way.
  void expire(const ParcelKey& key, Instant now);
  // The person turns out to be concerned in further roles: parcels about `incident` that have not
  // been tried say so.
  void add_roles(const IncidentId& incident, const PersonId& person, household::Roles roles);
  // The words to send; may be set again while the parcel waits.
  void set_text(const ParcelKey& key, std::string title, std::string body);

  // At most `most` parcels for `channel` whose time has come and whose urgency is `least` or
  // greater, the most urgent first, none expired; they are `sending` from here on.
  std::vector<ParcelKey> take(const std::string& channel, std::size_t most, Urgency least,
                              Instant now);
  // The channel's word on try number `attempt` of the parcel: also, after `awaiting`, that it came
  // to nothing. Late words on an earlier try can only better its reach. An unknown key is ignored.
  std::optional<Moved> report(const ParcelKey& key, int attempt, const Receipt& receipt,
                              Instant now);
  // Lets patience run out where it does, and lets waiting parcels become ready.
  std::vector<Moved> advance(Instant now);
  // When advance() has something to do next.
  std::optional<Instant> next_due() const;
  // Whether take() would return something for `channel` without advance().
  bool has_ready(const std::string& channel) const;

  // What a channel has before it.
  struct Waiting {
    std::size_t count = 0;              // Live parcels on this way that it has not taken yet.
    std::map<Urgency, Instant> oldest;  // Of these, whose turn has come: since when the longest.
  };
  // By channel; only those with any.
  std::map<std::string, Waiting> waiting() const;
  // Live parcels that nothing will move on, or whose timer is late by more than `most`.
  std::vector<ParcelKey> stalled(Instant now, Millis most) const;
  // Sets the timer of a live parcel anew; advance() then does what is due.
  void rearm(const ParcelKey& key, Instant now);

  // Keys of parcels changed since last asked, in key order.
  std::vector<ParcelKey> take_changed();
  // Forgets finished parcels. Call once their last change is saved.
  void sweep();

  void set_patience(Patience patience) { patience_ = patience; }

 private:
  struct Entry {
    Parcel parcel;
    bool ready = false;            // Waiting and due: in ready_.
    std::optional<Instant> timer;  // Its entry in timers_.
  };
  using Ready = std::tuple<Urgency, bool, Instant, ParcelKey>;

  static Ready rank(const Parcel& parcel);
  void insert(Parcel parcel);
  static void merge_item(Parcel& parcel, const Item& item);
  void forget_about(const IncidentId& incident, const ParcelKey& key);
  bool is_pressing(const Parcel& parcel) const;
  void schedule(Entry& entry);  // Puts the entry where its state says, and marks it changed.
  void unschedule(Entry& entry);
  void wait_until(Parcel& parcel, Instant at);
  void start_try(Parcel& parcel, Instant now) const;
  Moved next_leg(Parcel& parcel, Instant now);
  Moved try_later(Parcel& parcel, const Receipt& receipt, Instant now);
  Moved run_out(Entry& entry, Instant now);

  Patience patience_;
  std::map<ParcelKey, Entry> entries_;
  std::map<IncidentId, std::set<ParcelKey>> about_;  // Entries by the incidents they carry.
  std::map<std::string, std::set<Ready>> ready_;     // By channel.
  std::set<std::pair<Instant, ParcelKey>> timers_;
  std::set<ParcelKey> changed_;
  std::set<ParcelKey> finished_;  // Not swept yet.
};

}  // namespace shouwang::dispatch
