// What the intake needs of whoever understands devices.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "device/signal.h"
#include "mqtt/link.h"

namespace shouwang::mqtt {

// One device's part of a message.
struct Said {
  CommunityId community;  // Whose book it goes into; empty if that is unknown.
  DeviceId device;        // Empty if no configured device has this address.
  std::string profile;    // The profile that read it.
  device::Report report;  // With a problem: not, or not wholly, understood.

  friend bool operator==(const Said& a, const Said& b) {
    return a.community == b.community && a.device == b.device && a.profile == b.profile &&
           a.report.signals == b.report.signals && a.report.problem == b.report.problem;
  }
};

// How a message must be treated.
enum class Care : std::uint8_t {
  beat,   // Nothing is decided by it alone: acknowledged at once, may be dropped under overload.
  alarm,  // Acknowledged only once it is stored.
  raw,    // The same, and the bytes must be kept: not understood, or from an unknown device.
  set_aside,  // The same; it must not be read: see Intake::set_aside.
};

// Immutable; read() is called on the link's thread and may run on several at once.
class Reading {
 public:
  Reading() = default;
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  virtual ~Reading() = default;

  // Appends what the message says, one entry a device; `said` is empty before. No clock, no I/O.
  virtual Care read(const Incoming& incoming, std::vector<Said>& said) const = 0;

  // Whether the topic may carry more than Intake::Settings::payload_bytes_max, up to kLargeMax.
  virtual bool may_be_large(std::string_view) const { return false; }
  static constexpr std::size_t kLargeMax = 4 * 1024 * 1024;
};

// The usual answer of read(): raw if nothing was said, or a problem, an unknown value or an unknown
// device is among it; alarm if a signal calls for people; else beat.
Care care_for(const std::vector<Said>& said);

}  // namespace shouwang::mqtt
