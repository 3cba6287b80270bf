// What a device said, in our words.
//
// Bytes become Signals by a device profile (device/profile.h). A signal is
// about one aspect of one device at one moment; whether it is news, and whose
// home it concerns, is decided in dispatch/.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace shouwang::device {

// What the device watches. `device` is the device itself (battery, link, self-test).
enum class Kind : std::uint8_t { gas, co, smoke, heat, sos, water, valve, device };
inline constexpr std::size_t kKindCount = 8;

enum class Meaning : std::uint8_t {
  alarm,         // The danger is there.
  prealarm,      // A lower level that announces it.
  linked_alarm,  // Another detector, linked to this one, is in alarm.
  normal,        // The danger is not, or no longer, measured. Never closes an incident.
  test,          // Somebody pressed the test button: proof of life, not of danger.
  muted,         // The device was told to be quiet; the danger may still be there.
  warm_up,       // Not measuring yet.
  low_battery,
  tamper,
  fault,
  end_of_life,
  power_loss,
  offline,  // Its gateway says it can not be reached.
  online,
  heartbeat,    // It lives; nothing else was said.
  measurement,  // A number without a verdict.
  open,         // Valve.
  closed,       // Valve.
  on,           // Something that is switched: a fan, a siren.
  off,
  unknown,  // A value the profile does not list. Never taken for normal.
};

struct Signal {
  Kind kind = Kind::device;
  Meaning meaning = Meaning::unknown;
  std::optional<double> value;  // The number behind it, if the profile names one.
  std::string unit;             // "ppm", "%LEL", "%"; empty without a value.
  // The alarm that a condition of the profile turned into this: "it is only a test". It counts
  // after all if it outlasts the test (device/watch.h).
  std::optional<Meaning> covers;

  friend bool operator==(const Signal&, const Signal&) = default;
};

// How well a device is received, as whoever receives it says. Only ever shown.
struct LinkQuality {
  enum class Unit : std::uint8_t {
    dbm,  // Received power, -150 .. 20; nearer to 0 is better.
    lqi,  // Zigbee's link quality, 0 .. 255; more is better.
  };
  double value = 0;
  Unit unit = Unit::dbm;

  friend bool operator==(const LinkQuality&, const LinkQuality&) = default;
};
// "-87 dBm", "42/255"
std::string to_text(const LinkQuality& link);

// All that one message says about one device.
struct Report {
  std::string community;                  // From the topic; empty if the topic does not carry it.
  std::string address;                    // The device's name on its own system.
  std::vector<Signal> signals;            // In the profile's order; empty with a problem.
  std::optional<Instant> device_time;     // Only when plausible; for information and for R-50.
  std::string event_id;                   // Same on every repeat of one event; empty if unknown.
  std::string bridge;                     // Address of the bridge it came through; empty: none.
  std::optional<std::uint64_t> sequence;  // Rises with each message; larger is newer.
  std::optional<bool> complete;  // Whether all expected keys were there; absent: none is expected.
  std::optional<LinkQuality> link;  // If the profile says where it stands and it is plausible.
  std::optional<double> battery;    // Per cent; also where it has not changed since before.
  std::string problem;              // Why (part of) the payload was not understood.
  bool fresh = true;                // False: state found at (re)connect or cached, not said now.
};

// The words of configuration, tools and the wire: "low_battery".
std::string_view name_of(Kind kind);
std::string_view name_of(Meaning meaning);
std::optional<Kind> kind_named(std::string_view name);
std::optional<Meaning> meaning_named(std::string_view name);

// Whether the signal, if true, calls for people: alarm, prealarm, linked_alarm of a dangerous
// kind. Such a message is acknowledged only once it is on disk.
bool is_alarm(const Signal& signal);

// Whether the signal tells more than that something lives: neither a heartbeat nor a number about
// the device itself, nor that it is switched on. Of a stranger that tells nothing (a lamp on the
// same bridge) nobody needs to know.
bool is_telling(const Signal& signal);

// Whether it says how something stands that can be moved or switched: open, closed, on, off.
bool is_position(Meaning meaning);

// Whether the report shows that the device itself is alive now: not a state from before, not its
// gateway saying that it is away, not a topic that was deleted.
bool is_sign_of_life(const Report& report);

// The kinds from most to least urgent to act upon, for "the most urgent kind of an incident".
int urgency_of(Kind kind);

inline std::ostream& operator<<(std::ostream& out, Kind kind) { return out << name_of(kind); }
inline std::ostream& operator<<(std::ostream& out, Meaning meaning) {
  return out << name_of(meaning);
}

}  // namespace shouwang::device
