// A device profile: how to read what a family of devices says. Plain data.
//
// Profiles are written by installers (config/profiles/*.yaml, language: config/profiles/README.md),
// read by config/profile_reader.h and compiled once into a Decoder. What needs memory between
// messages (hysteresis, repeats) is judged in device/watch.h by the same profile.
//
//   Profile -> Form (one kind of message) -> Field (one value in it) -> Verdict (what it says)

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "device/command.h"
#include "device/path.h"
#include "device/signal.h"
#include "device/topic.h"

namespace shouwang::device {

// A value with its type: true, "True", 1 and "1" are four; monostate is null.
using Typed = std::variant<std::monostate, bool, double, std::string>;

// Where a value comes from: a named level of the topic, or a place in the body.
struct Source {
  std::string capture;  // Empty: the body.
  Path path;            // In a JSON body; empty: the body as a whole.
  bool is_set = false;
};

// One thing to say. Without a kind it is about the field's kind; what only a device can be (low
// battery, tamper, fault, end of life, power loss, offline, online, heartbeat, on, off) is about
// the device.
struct Verdict {
  std::optional<Kind> kind;
  Meaning meaning = Meaning::unknown;
};
using Verdicts = std::vector<Verdict>;  // Empty: nothing is said.

// What is done to a value before it is compared.
enum class Coding : std::uint8_t {
  plain,   // Nothing.
  number,  // A text that is a number counts as the number: "80.00" is 80.
  hex,     // A text of hexadecimal digits, with or without 0x, is bytes.
  base64,
};

// A number inside bytes.
struct Slice {
  std::size_t offset = 0;
  std::size_t width = 1;  // 1, 2, 4 bytes
  bool big_endian = false;
};

// A number that is reported with a signal.
struct Quantity {
  Source at;
  Coding coding = Coding::plain;
  std::string unit;
  Source unit_at;              // A text in the body instead of `unit`.
  double scale = 1;            // The reported number is the received one times this.
  std::vector<Typed> invalid;  // Received values that mean "no valid value": unknown.
  std::vector<Typed> ignore;   // Received values that say nothing at all.
  std::optional<std::pair<double, double>> range;  // Received numbers outside it are invalid.
};

// Limits that turn a number into a verdict. Rising: clear_at < prealarm_at < alarm_at; falling: the
// other way round. Between them the last verdict stands (device/watch.h).
struct Levels {
  double alarm_at = 0;
  std::optional<double> prealarm_at;
  double clear_at = 0;
  bool falling = false;
  Millis dwell{0};  // A rise counts once it has lasted so long.
};

struct Field {
  Source at;
  Kind kind = Kind::device;
  // The kind by a word in the body ("smoke"); an unlisted word makes everything unknown.
  Source kind_at;
  std::vector<std::pair<std::string, Kind>> kinds;
  bool is_event = false;  // Happens, does not last: "", null and absence say nothing.

  Coding coding = Coding::plain;
  std::optional<Slice> slice;
  std::uint64_t mask = 0;  // Not 0: the value is true if any of these bits is set, else false.

  // By a table ...
  std::vector<std::pair<Typed, Verdicts>> map;
  Verdicts otherwise{{.meaning = Meaning::unknown}};  // For an unlisted value.
  // ... or always the same ...
  Verdicts always;
  // ... or by number. With a map, the number is only reported beside what the map says.
  std::optional<Quantity> quantity;
  std::optional<Levels> levels;
  std::optional<double> low_battery_at;  // At or below it: low_battery.
};

// Holds if a value found there is one of `is`; without `is`, if anything but null is there.
struct Condition {
  Source at;
  std::vector<Typed> is;
};

// While `when` holds, verdicts mean something else, or nothing.
struct Change {
  Condition when;
  std::optional<Kind> kind;  // Only for this kind.
  std::vector<std::pair<Meaning, std::optional<Meaning>>> then;
};

enum class Retained : std::uint8_t {
  restore,        // A state from before: reported as not fresh.
  ignore,         // Not reported.
  treat_as_live,  // As if it had just been said.
};

struct TimeRule {
  Source at;
  std::vector<std::string> formats;  // "iso", "epoch_s", "epoch_ms", or %Y %m %d %H %M %S %f text.
  std::optional<Millis> offset;      // Local time minus UTC for formats without zone; absent: the
                                     // zone is not known and such a time is not used.
  Millis past{Millis(2'592'000'000)};  // Older is implausible: 30 days.
  Millis future{300'000};              // Further ahead is implausible: 5 minutes.
  std::optional<Millis> late;          // Older, but plausible: reported as not fresh.
};

enum class Body : std::uint8_t { json, text, number, hex, base64, bytes };

// One kind of message.
struct Form {
  std::vector<TopicPattern> topics;
  std::vector<std::string> except;  // MQTT filters of topics that are not meant.
  Body body = Body::json;
  bool latin1 = false;             // Bytes that are not UTF-8 are Latin-1.
  std::vector<Condition> applies;  // All must hold, else the message is not of this form.

  // With `each` the message is about several devices, one at each place found; `device`,
  // `fields`, `changes` and `expects` then start there, and `time` if it stands there. `applies`,
  // `event_id`, `sequence`, `boot` start at the top. A device named by the topic has spoken also if
  // the place is missing.
  std::optional<Path> each;
  enum class Naming : std::uint8_t { topic, key, value } naming = Naming::topic;
  Source device;  // Naming::value: where the device's address stands.

  std::vector<Path> expects;  // Keys that every message of this form should have.
  std::vector<Field> fields;
  std::vector<Change> changes;
  std::optional<Retained> retained;  // Instead of the profile's.
  std::optional<TimeRule> time;
  Source link;  // How well the device is received; starts at the top if it is not in its part.
  LinkQuality::Unit link_unit = LinkQuality::Unit::dbm;
  Source event_id;
  Source sequence;  // Rises with each message.
  Source boot;      // Rises with each start of the device, when `sequence` begins anew.
};

// Who is read whose address is in no device list.
enum class Strangers : std::uint8_t {
  read,     // As if it were listed.
  unknown,  // Alarms become unknown: the airwaves are full of other people's senders.
  ignore,   // Only listed devices: nothing in the message tells this family from another.
};

// What has to be seen from a device before it counts as in service.
enum class LiveTest : std::uint8_t { none, test, alarm };

struct Profile {
  std::string name;    // "zigbee2mqtt.gas"
  std::string source;  // Where the facts come from.
  std::string about;   // One or two sentences for the installer.
  std::string remark;  // What to watch out for when fitting; may be empty.
  LiveTest live_test = LiveTest::alarm;
  Strangers strangers = Strangers::read;
  Retained retained = Retained::restore;
  std::string bridge;       // Address of the bridge in front of it, unless a topic names {bridge}.
  std::string login;        // Who speaks for the family at the broker; empty: see login_of().
  Millis interval{0};       // How often it speaks at least; 0: not known.
  Millis silent_after{0};   // Without any message for so long it is silent, instead of three
                            // intervals; both 0: not judged.
  bool sleeps = false;      // "offline" is normal for it and says nothing.
  bool cached = false;      // Values are sent again with every message: unchanged is no news.
  Millis repeat_window{0};  // The same again within it is a repeat.
  Millis stuck_after{0};    // A cached alarm unchanged for so long is a fault; 0: never.
  Millis test_limit{180'000};  // An alarm that is called a test for longer is an alarm.
  int missing_max = 5;         // So many messages in a row without an expected key are a problem.
  std::string acknowledge;     // Topic of the application's acknowledgement; empty: none.
  std::vector<CommandForm> commands;  // What it can be told to do; each once.
  std::vector<Form> forms;            // >= 1
};

// The program that logs in at the broker for all devices of the family: `login`, else the bridge,
// else (where a topic does not name its device) the family itself: the profile's name up to the
// first dot. Empty: every device logs in by itself.
std::string login_of(const Profile& profile);

}  // namespace shouwang::device
