#include "device/command.h"

#include <algorithm>
#include <array>

namespace shouwang::device {
namespace {

constexpr std::array<std::string_view, kCommandCount> kCommands = {
    "close_valve", "fan_on", "fan_off", "siren_on", "siren_off"};

constexpr std::array<std::string_view, 3> kWitnesses = {"device", "home", "nobody"};

constexpr std::size_t kTopicBytesMax = 65'535;  // MQTT 3.1.1, 4.7.3

// A valve speaks as a valve; what is switched says only that it is on.
struct Sign {
  std::optional<Kind> kind;
  Meaning done;
  Meaning undone;
};

Sign sign_of(Command command) {
  switch (command) {
    case Command::close_valve: return {Kind::valve, Meaning::closed, Meaning::open};
    case Command::fan_on:
    case Command::siren_on: return {std::nullopt, Meaning::on, Meaning::off};
    case Command::fan_off:
    case Command::siren_off: return {std::nullopt, Meaning::off, Meaning::on};
  }
  return {std::nullopt, Meaning::unknown, Meaning::unknown};
}

void fill(std::string& text, std::string_view mark, std::string_view value) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    text.replace(at, mark.size(), value);
    at += value.size();
  }
}

}  // namespace

std::string_view name_of(Command command) { return kCommands[static_cast<std::size_t>(command)]; }

std::optional<Command> command_named(std::string_view name) {
  const auto found = std::ranges::find(kCommands, name);
  if (found == kCommands.end()) return std::nullopt;
  return static_cast<Command>(found - kCommands.begin());
}

std::string_view name_of(Witness witness) { return kWitnesses[static_cast<std::size_t>(witness)]; }

std::optional<Witness> witness_named(std::string_view name) {
  const auto found = std::ranges::find(kWitnesses, name);
  if (found == kWitnesses.end()) return std::nullopt;
  return static_cast<Witness>(found - kWitnesses.begin());
}

bool confirms(Command command, const Signal& signal) {
  const Sign sign = sign_of(command);
  return signal.meaning == sign.done && (!sign.kind || signal.kind == *sign.kind);
}

bool contradicts(Command command, const Signal& signal) {
  const Sign sign = sign_of(command);
  return signal.meaning == sign.undone && (!sign.kind || signal.kind == *sign.kind);
}

std::optional<Command> ending_of(Command command) {
  switch (command) {
    case Command::fan_on: return Command::fan_off;
    case Command::siren_on: return Command::siren_off;
    case Command::close_valve:
    case Command::fan_off:
    case Command::siren_off: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string> topic_for(const CommandForm& form, std::string_view community,
                                     std::string_view address) {
  const auto is_wild = [](std::string_view text) {
    return text.find_first_of(std::string_view("+#\0{}", 5)) != std::string_view::npos;
  };
  if (address.empty() || is_wild(address) || is_wild(community)) return std::nullopt;
  std::string topic = form.topic;
  fill(topic, "{device}", address);
  fill(topic, "{community}", community);
  if (topic.empty() || topic.size() > kTopicBytesMax || is_wild(topic)) return std::nullopt;
  return topic;
}

}  // namespace shouwang::device
