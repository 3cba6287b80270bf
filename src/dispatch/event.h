// What can happen to a community's book, and what follows from it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "device/signal.h"
#include "dispatch/parcel.h"
#include "dispatch/trial.h"
#include "incident/answer.h"

namespace shouwang::dispatch {

// A message of a device, decoded.
struct Heard {
  DeviceId device;      // Empty if no configured device has this address.
  std::string topic;    // Where it came from; shown for unknown devices.
  std::string profile;  // The profile that read it.
  device::Report report;
};

// A message that no profile could read, or only in part. The bytes are kept by the store.
struct Unreadable {
  DeviceId device;  // Empty if unknown.
  std::string topic;
  std::string problem;  // For a technician.
};

// Somebody reports danger by word of mouth.
struct Opened {
  PersonId by;
  device::Kind kind = device::Kind::gas;
  std::string place;  // Household id, area id, or free text, <= 200 characters.
  std::string text;   // Who reported what; <= 200 characters; may be empty.
};

// Somebody pressed a button.
struct Answered {
  IncidentId incident;
  incident::Answer answer;
};

// A channel says what became of a try.
struct Delivered {
  ParcelKey key;
  int attempt = 0;
  Receipt receipt;
};

// Somebody opened the page of an incident.
struct PageOpened {
  IncidentId incident;
  PersonId by;
};

// An open item of the maintenance list was dealt with.
struct ItemDone {
  std::string item;
  PersonId by;
};

// An open item need not be mended before a day: nobody is written to about it until then.
struct ItemWaived {
  std::string item;
  PersonId by;
  Instant until;    // In the future, within a year.
  std::string why;  // 1..200 characters.
};

// Somebody says that a device chirps: it asks for a battery, or is at its end.
struct Chirped {
  DeviceId device;
  PersonId by;
  std::string text;  // Who heard it; <= 200 characters; may be empty.
};

// A device that was silent spoke. Only for what is otherwise routine: Heard says it, too.
struct Returned {
  DeviceId device;
};

// Whether devices can be heard at all: false while the broker is away. Nobody is judged silent for
// what we did not hear.
struct Listening {
  bool to_devices = true;
  // Time has jumped: with `to_devices` false, what it makes overdue by now is not judged first.
  bool jumped = false;
};

// The office writes down what holds for a time. What is on record already is not added.
struct FactsNoted {
  std::vector<household::DatedFact> facts;
};

// An installer puts devices under test for a bounded time; see trial.h.
struct TestStarted {
  PersonId by;        // Who stands there: a person or a login.
  std::string place;  // What was asked for: an area, a household or a device.
  std::vector<TestedDevice> devices;
  Millis length{1'800'000};
};
// The installer is done, or somebody of the desk ends it.
struct TestStopped {
  std::string test;
  PersonId by;
};
// The installer stands before the device and says that nothing is the matter: for devices that
// never say so themselves.
struct TestQuieted {
  DeviceId device;
  PersonId by;
};

// A device's message with which the gateway has stopped before was not handled again: it may
// have been an alarm, and the office is called as for one whose place is unknown.
struct SetAside {
  std::string topic;
  std::string why;  // For a technician.
};

// The gateway finds something wrong with itself, or that it is over.
struct Ailing {
  std::string fault;  // "self_test"
  std::string subject;
  std::string detail;
  bool over = false;
};

// Time to look through the book for what must never be (audit.h).
struct Audit {};

// Time has passed.
struct Tick {};

using Event = std::variant<Heard, Unreadable, Opened, Answered, Delivered, PageOpened, ItemDone,
                           ItemWaived, Chirped, Returned, Listening, FactsNoted, TestStarted,
                           TestStopped, TestQuieted, SetAside, Ailing, Audit, Tick>;

// A line of the journal. Append-only; hash and sequence number are the store's.
struct JournalEntry {
  Instant at;
  CommunityId community;
  IncidentId incident;  // Empty if it concerns none.
  std::string actor;    // Person, device, channel id, or "gateway".
  std::string type;  // "raised", "wave", "going", "delivery", ...: list in src/dispatch/README.md.
  std::vector<std::pair<std::string, std::string>> facts;  // In order; ids and words, no names.

  friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

// The reply to whoever caused the event.
struct Reply {
  std::optional<incident::Refusal> refusal;  // Set: nothing changed.
  IncidentId incident;                       // Opened, Heard: the incident it went to, if any.
  std::string test;                          // TestStarted: its id.
  std::string why_not;  // Test events: set: nothing changed; one sentence for the installer.
  // The same in a word, and about what: "no_devices", "length", "too_many", "no_device",
  // "under_test" (by whom), "in_alarm", "incident" (which), "no_test", "not_in_alarm", "nobody".
  std::string why_word;
  std::string why_about;
};

}  // namespace shouwang::dispatch
