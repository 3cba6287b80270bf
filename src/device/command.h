// What a device on the spot can be told to do when people are called.
//
// The list is closed, and everything on it is safe to do twice and safe to do in vain. There is no
// command that opens a valve, and none may be added: gas is let in again by somebody who stands
// there. What a command has led to is never taken for granted: the device has to say so.

#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "device/signal.h"

namespace shouwang::device {

enum class Command : std::uint8_t {
  close_valve,
  fan_on,  // Its motor or switch may spark: see dispatch/rules.h.
  fan_off,
  siren_on,
  siren_off,
};
inline constexpr std::size_t kCommandCount = 5;

std::string_view name_of(Command command);  // "close_valve"
std::optional<Command> command_named(std::string_view name);
inline std::ostream& operator<<(std::ostream& out, Command c) { return out << name_of(c); }

// What the device says once it has been done, and what it says while it has not.
bool confirms(Command command, const Signal& signal);
bool contradicts(Command command, const Signal& signal);
// What ends it: siren_off for siren_on; nothing for close_valve and for what ends something.
std::optional<Command> ending_of(Command command);

// Who says that it has been done.
enum class Witness : std::uint8_t {
  device,  // The device itself.
  home,    // Any device of the same place: a sensor on the valve, say. close_valve only.
  nobody,  // It can not be known. Not for close_valve.
};

std::string_view name_of(Witness witness);
std::optional<Witness> witness_named(std::string_view name);

// How one family of devices is told.
struct CommandForm {
  Command command = Command::close_valve;
  std::string topic;    // With {device} and {community}, which are filled in.
  std::string payload;  // As it is sent.
  Witness confirmed_by = Witness::device;
  Millis within{10'000};  // The confirmation is overdue after this. 1s .. 60s
  int tries = 3;          // In all. 1 .. kTriesMax

  friend bool operator==(const CommandForm&, const CommandForm&) = default;
};
inline constexpr int kTriesMax = 5;

// The topic for one device; nothing if its address does not make one that can be published to.
std::optional<std::string> topic_for(const CommandForm& form, std::string_view community,
                                     std::string_view address);

}  // namespace shouwang::device
