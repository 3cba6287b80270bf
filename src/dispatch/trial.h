// Devices under test by an installer who stands before them.
//
// While a device is under test its test button and its alarms are results for the installer, and
// nobody else is told. What keeps that from hiding a danger:
//
//   bounded        30 min unless said, 2 h at most; ends by itself, also across a restart
//   named devices  any other device, a call by word of mouth, a state from before the test: in full
//   lasting        an alarm that stays on for Rules::test_alarm is a real one, in or after the test
//   together       alarms of two kinds, or of more than two devices, at once in one stairwell are
//                  real: one installer tests one device after the other
//   around         wherever a real incident begins, all tests of that stairwell end; what is in
//   alarm
//                  there counts at once
//   proof          an unproven device's alarm is handled like any other's
//
// An alarm that is on when the test ends stays the test's until it goes down or has lasted too
// long.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "device/signal.h"
#include "household/registry.h"

namespace shouwang::dispatch {

struct Book;

inline constexpr Millis kTestMin{60'000};
inline constexpr Millis kTestMax{7'200'000};
inline constexpr std::size_t kTestedMax = 500;     // Devices under test in one community.
inline constexpr std::size_t kAlarmsTogether = 2;  // More at once in one stairwell are real.
inline constexpr std::size_t kBystandersMax = 20;  // Remembered for each test.

// What a device has to show before it counts as in service; its profile says which.
enum class Need : std::uint8_t { heard, test, alarm };
std::string_view name_of(Need need);
std::optional<Need> need_named(std::string_view name);

struct TestedDevice {
  DeviceId device;
  Need need = Need::alarm;
};

// The test of one device; part of its DeviceMemory, so that a restart keeps it.
struct Trial {
  std::string test;  // Devices with the same id are tested together.
  PersonId by;
  std::string place;  // What was asked for.
  Instant started_at;
  Instant until;
  Need need = Need::alarm;
  std::optional<Instant> heard_at;           // First sign of life since the start.
  std::optional<Instant> test_at;            // First press of its test button.
  std::optional<Instant> alarm_at;           // First alarm.
  std::optional<Instant> alarming_since;     // Set while its alarm is on.
  device::Kind kind = device::Kind::device;  // Of that alarm, with the number behind it.
  std::optional<double> value;
  std::string unit;
  std::string profile;

  friend bool operator==(const Trial&, const Trial&) = default;
};

enum class Verdict : std::uint8_t {
  silent,  // Nothing came.
  heard,   // It lives, but did not show what its profile asks for.
  button,  // Its test button came through, but its profile asks for an alarm.
  passed,
};
std::string_view name_of(Verdict verdict);
Verdict verdict_of(const Trial& trial);

// What one installer tests, as far as it need not be saved.
struct Walk {
  struct Glance {
    Instant at;
    std::vector<device::Signal> signals;
    std::optional<double> battery;  // Per cent.
    std::optional<device::LinkQuality> link;
    std::optional<Instant> device_time;
    std::string profile;  // That read it.
    std::string problem;
  };
  // A device outside of the test that reported one: wrong place, swapped labels, not in any list.
  struct Bystander {
    Instant at;
    std::string who;  // Device id, or where a stranger speaks.
    device::Kind kind = device::Kind::device;
    device::Meaning meaning = device::Meaning::test;
    bool is_listed = false;
  };

  std::string id;
  PersonId by;
  std::string place;
  Instant started_at;
  Instant until;
  bool over = false;                     // Only alarms that are still on are waited for.
  std::vector<DeviceId> devices;         // Still under test.
  std::map<DeviceId, Glance> glances;    // What each said last.
  std::map<DeviceId, std::string> rang;  // Left the test because their alarm was real, and why.
  std::deque<Bystander> bystanders;
};

// A test that is over, as it stood then. The journal keeps it for good; this is for whoever was
// there.
struct EndedWalk {
  struct Result {
    DeviceId device;
    Verdict verdict = Verdict::silent;
    Need need = Need::alarm;
    bool in_alarm = false;  // Still was.
  };
  Walk walk;  // As it was when it ended.
  Instant ended_at;
  std::string by;   // Who ended it: a person, a login or "gateway".
  std::string why;  // "time", "finished", "stopped" by somebody else, "real_alarm",
                    // "alarms_together", "lasts"
  std::vector<Result> results;

  std::size_t passed() const;
};
inline constexpr std::size_t kEndedWalksMax = 10;  // Remembered; a restart forgets them.

// Whose business it is to put devices under test.
bool may_test(household::Role role);

// The devices at a place: the device itself, a home's, or all in an area.
std::vector<DeviceId> devices_at(const household::Registry& registry, const std::string& place);

bool is_under_test(const Book& book, const DeviceId& device);
const Trial* trial_of(const Book& book, const DeviceId& device);

// When a test ends or an alarm in one has lasted too long.
std::optional<Instant> next_trial_due(const Book& book);

// How many people the first wave would tell if the device gave alarm now, by what they are.
std::map<household::Role, std::size_t> would_be_told(const Book& book, const DeviceId& device,
                                                     device::Kind kind, Instant now);

// Inside dispatch/: what restore() builds from the memories, and what broken_rule() asks.
void rebuild_walks(Book& book);
std::optional<std::string> broken_walk(const Book& book);

}  // namespace shouwang::dispatch
