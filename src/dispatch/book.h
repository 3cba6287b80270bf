// The open book of one community, and the one function that writes in it.
//
//   Event --> handle(book, event, now) --> Effects --> the shell saves, then sends
//
// The book knows no clock, disk, network or thread. The same events at the same times give the
// same book on the gateway, in the simulator and in a test.

#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/rng.h"
#include "base/time.h"
#include "device/supervision.h"
#include "dispatch/event.h"
#include "dispatch/parcel.h"
#include "dispatch/rules.h"
#include "dispatch/trial.h"
#include "dispatch/upkeep.h"
#include "escalation/ladder.h"
#include "household/registry.h"
#include "incident/incident.h"

namespace shouwang::dispatch {

// An incident with everything needed to go on with it after a restart.
struct File {
  incident::Incident incident;
  escalation::Ladder ladder;  // Frozen when the alarm was raised.
  escalation::Progress progress;
  std::uint32_t parcels = 0;              // Parcels made so far; numbers their keys.
  std::optional<Instant> normal_told_at;  // Last "back to normal".
  std::uint64_t version = 0;              // 0: never saved; the store adds one with each save.

  friend bool operator==(const File&, const File&) = default;
};

// What is remembered of a device that was ever in alarm or under test, so that an old alarm that
// comes again is known for what it is, and a level that stays up is not taken for a new one.
struct DeviceMemory {
  DeviceId device;
  bool alarming = false;               // The last level it reported.
  Instant since;                       // When that level began.
  std::optional<Instant> device_time;  // Of the last alarm, if it carried one.
  std::vector<std::string> event_ids;  // The last kEventIdsMax alarm events.
  IncidentId incident;                 // The incident its last alarm went to.
  std::optional<Instant> closed_at;    // When a person closed that incident.
  std::optional<Trial> trial;          // Set exactly while it is under test.
  // When an alarm of it last came through the whole chain, or the test that its profile asks for.
  // Absent: never; such a device is not accepted, which is not the same as normal.
  std::optional<Instant> proven_at;
  std::vector<Instant> false_alarms;  // The last kFalseAlarmsMax that came to nothing.
  std::vector<Instant> changes;       // When its level last went up or down: kChangesMax of them.

  friend bool operator==(const DeviceMemory&, const DeviceMemory&) = default;
};
inline constexpr std::size_t kEventIdsMax = 8;
inline constexpr std::size_t kFalseAlarmsMax = 16;
inline constexpr std::size_t kChangesMax = 3;  // So many within kFlapping: it flaps.
inline constexpr Millis kFlapping{60'000};

// A technical matter that somebody has to fix: never an alarm, never at night to
// families. One open matter for each subject and fault.
struct Matter {
  std::string id;       // "<fault>:<subject>"
  std::string fault;    // "low_battery", "tamper", "fault", "end_of_life", "power_loss",
                        // "offline", "unknown_device", "unreadable", "unknown_value",
                        // "missing_key", "dead_contact", "outage", "false_alarms", "chirping",
                        // "flapping"; "under_test": nothing to fix, Done ends the test;
                        // of the gateway itself: "self_test", "broken_rule", "untaken",
                        // "set_aside"
  std::string subject;  // Device id, topic, person id, or (outage) area id.
  std::string detail;   // For a technician: profile, problem, installer's note.
  Instant opened_at;
  Instant last_at;
  std::uint32_t count = 1;  // Times it was reported; of an outage: devices.
  std::optional<Instant> closed_at;
  std::string closed_by;  // Person id, or "gateway" when it healed by itself.

  Instant since;                      // From when its rungs count: when the device was last heard.
  std::uint32_t rungs = 0;            // Those reached so far (dispatch/upkeep.h).
  std::optional<Instant> written_at;  // When the last letter about it left.
  std::optional<Instant> waived_until;  // Nobody is written to until then.
  std::string waived_by;
  std::string waived_why;

  bool is_waived(Instant at) const { return waived_until && at < *waived_until; }
  friend bool operator==(const Matter&, const Matter&) = default;
};
inline constexpr std::array<std::string_view, 15> kFaults = {
    "low_battery",  "tamper",     "fault",        "end_of_life",   "power_loss",
    "offline",      "unreadable", "missing_key",  "unknown_value", "unknown_device",
    "dead_contact", "outage",     "false_alarms", "chirping",      "flapping"};
inline constexpr std::size_t kMattersMax = 5000;  // Further unknown topics are only counted.

// Who was written to last, and about what: for grouping.
struct Mailbox {
  Instant last_at;  // When the last parcel left or leaves.
  std::set<IncidentId> last_about;
  ParcelKey pending;  // Held back until last_at + group_window; may have left.
};

// A command for a device on the spot: to be published once, never retained, after the commit
// and after the messages to people.
struct Publication {
  DeviceId device;
  std::string topic;
  std::string payload;

  friend bool operator==(const Publication&, const Publication&) = default;
};

// What one event changed. The shell saves all of it in one transaction before any sending.
struct Effects {
  std::vector<JournalEntry> journal;
  std::set<IncidentId> files;
  std::set<DeviceId> devices;
  std::map<std::string, Matter> matters;    // As they are now; a closed one has left the book.
  std::vector<household::DatedFact> facts;  // New ones, for the records.
  std::vector<Publication> publications;    // Not saved: the incident's orders are.
  bool walks = false;  // Some test looks different now; nothing to save by itself.
  Reply reply;

  bool empty() const {
    return journal.empty() && files.empty() && devices.empty() && matters.empty() &&
           facts.empty() && publications.empty();
  }
};

struct Book {
  Book(std::shared_ptr<const household::Registry> registry, std::shared_ptr<const Rules> rules,
       std::uint64_t seed);

  std::shared_ptr<const household::Registry> registry;
  std::shared_ptr<const Rules> rules;
  Rng rng;  // For incident ids.
  // In the keys of parcels made since a restart: what an earlier life sent while its disk failed
  // has left no trace, and its keys must not name other messages. Empty in the first life.
  std::string life;
  std::map<IncidentId, File> files;  // Open, and closed within kept_after_end().
  std::map<DeviceId, DeviceMemory> devices;
  std::map<std::string, Matter> matters;  // Open ones.
  std::vector<household::DatedFact> facts;
  std::map<PersonId, Mailbox> mailboxes;
  Outbox outbox;

  // ---- watching over devices (dispatch/upkeep.h)
  device::Supervision supervision;             // By index into the community's devices.
  std::map<std::string, std::size_t> bridges;  // Devices that others may be behind, by address.
  std::optional<Hush> hush;
  std::map<DeviceId, Held> held;
  std::map<std::string, std::uint32_t> held_by;     // How many, by matter.
  std::set<std::pair<Instant, DeviceId>> releases;  // Of those held.
  std::optional<Instant> outages_looked_at;         // After a restart.
  Instant heard_until;                              // The last time that is known here.
  std::map<PersonId, Instant> written_to;           // When the last upkeep letter to a person left.
  std::optional<Instant> reminded_at;               // The last daily round.
  std::optional<Instant> upkeep_due;                // When a rung or a round is next.
  std::optional<Instant> diary_due;                 // When the diary of a day is next.

  std::uint64_t unlisted_topics = 0;  // Beyond kMattersMax.

  // Kept by handle(); rebuilt by restore().
  std::set<std::pair<Instant, IncidentId>> agenda;  // Next step of each open file.
  std::map<IncidentId, Instant> agenda_of;
  std::map<std::string, Walk> walks;  // Tests under way, by id.

  std::deque<EndedWalk> ended_walks;  // The latest last.

  const File* find(const IncidentId& id) const;

  // What is known of devices, by id: it outlives a change of their list.
  struct Watched {
    std::map<DeviceId, device::Supervision::Known> known;
    std::map<std::string, Watching> watching;
    bool is_paused = false;
    Instant heard_by;
  };
};

// When a device was last heard, as far as that is on disk.
struct LastHeard {
  DeviceId device;
  Instant at;

  friend bool operator==(const LastHeard&, const LastHeard&) = default;
};

// What a restart finds on disk.
struct Memory {
  std::vector<File> files;
  std::vector<Parcel> parcels;  // Live ones.
  std::vector<DeviceMemory> devices;
  std::vector<Matter> matters;  // Open ones.
  std::vector<household::DatedFact> facts;
  std::vector<LastHeard> heard;
};

// Puts what was saved back into an empty book. What fell due meanwhile is done by the next Tick,
// once. REQUIRES: broken_rule() of each is empty; the store has seen to that.
void restore(Book& book, Memory memory, Instant now);

// Answers an event. Total: every event in every state has an answer; a refusal is in the reply
// and changes nothing.
//
// REQUIRES: `now` is not earlier than at the call before.
Effects handle(Book& book, const Event& event, Instant now);

// When Tick has something to do next; nothing if the book is quiet.
std::optional<Instant> next_wake(const Book& book);

// Puts new records and rules in place of the old. Open incidents keep their ladder; people are
// resolved anew from the next step on.
void replace(Book& book, std::shared_ptr<const household::Registry> registry,
             std::shared_ptr<const Rules> rules);

// Whether a message of a device changes nothing but its last-seen time, so that it needs no
// handle(). Cheap; called for every heartbeat.
bool is_routine(const Book& book, const DeviceId& device, const device::Report& report);

// A device gave a sign of life, through the bridge with this address (empty: none is known). The
// cheap part of hearing it, for every message. If it was silent the caller owes a Returned or
// Heard.
device::Supervision::Beat note_beat(Book& book, std::size_t device, const std::string& bridge,
                                    Instant now);

// Whether the device's way to us has been seen to work, as its profile asks. What is not in service
// protects nobody.
bool is_in_service(const Book& book, std::size_t device);

// Names the first rule of the book that is broken, or nothing: each file's and parcel's own
// rules, and that every open incident has a next step on the agenda.
std::optional<std::string> broken_rule(const Book& book);

}  // namespace shouwang::dispatch
