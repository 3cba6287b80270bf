// The on_the_spot of a community.yaml: what is done where an alarm is.
//
//   on_the_spot:
//     - {alarm: gas, do: close_valve}
//     - {alarm: [gas, co], do: fan_on, explosion_proof: [FAN-B05-U4-302]}
//     - {alarm: [gas, smoke], do: siren_on, where: stairwell, until: settled}

#include <algorithm>
#include <array>

#include "config/draft.h"
#include "config/profile_commands.h"

namespace shouwang::config {
namespace {

using device::Command;
using dispatch::SpotRule;

constexpr std::array<std::string_view, 2> kPlaces = {"here", "stairwell"};
constexpr std::array<std::string_view, 2> kUntil = {"on_scene", "settled"};
constexpr std::string_view kStarting = "close_valve, fan_on, siren_on";

void read_command(const Reader& at, Command& target) {
  const auto word = at.text();
  if (!word) return;
  const auto command = device::command_named(*word);
  const bool starts = command && (*command == Command::close_valve || device::ending_of(*command));
  if (starts) {
    target = *command;
    return;
  }
  std::string why;
  if (command) why = ": it follows by itself, see `until`";
  if (word->find("open") != std::string::npos) why = ": nothing ever opens a valve";
  at.fault("`" + *word + "` can not be done on the spot" + why +
           "; allowed: " + std::string(kStarting));
}

void read_kinds(const Reader& at, std::vector<device::Kind>& kinds) {
  for (const auto& [word, place] : at.words()) {
    const auto kind = device::kind_named(word);
    if (kind && *kind != device::Kind::valve && *kind != device::Kind::device) {
      kinds.push_back(*kind);
    } else {
      place.fault("`" + word + "` raises no alarm; allowed: gas, co, smoke, heat, sos, water");
    }
  }
}

void check_rule(const Reader& at, const SpotRule& rule) {
  const bool is_fan = rule.command == Command::fan_on;
  const bool is_siren = rule.command == Command::siren_on;
  if (is_fan && rule.explosion_proof.empty()) {
    at.fault(
        "fan_on needs `explosion_proof`: the devices whose motor and switch can not set gas on "
        "fire");
  }
  if (!is_fan && !rule.explosion_proof.empty()) {
    at.fault_at("explosion_proof", "only fan_on has `explosion_proof`");
  }
  if (!is_siren && rule.where == SpotRule::Where::stairwell) {
    at.fault_at("where", "only siren_on reaches the stairwell: nothing else leaves the home");
  }
  if (!is_fan && !is_siren && at.has("until")) {
    at.fault_at("until", "a valve stays closed until somebody opens it by hand");
  }
}

SpotRule read_rule(Reader at) {
  SpotRule rule;
  read_kinds(at.need("alarm"), rule.kinds);
  read_command(at.need("do"), rule.command);
  const auto where = at.child("where").one_of(kPlaces);
  if (where == "stairwell") rule.where = SpotRule::Where::stairwell;
  for (const auto& [word, place] : at.child("explosion_proof").words()) {
    rule.explosion_proof.emplace_back(word);
  }
  const auto until = at.child("until").one_of(kUntil);
  if (until == "on_scene") rule.until = incident::Phase::on_scene;
  check_rule(at, rule);
  at.close();
  return rule;
}

const device::Device* device_named(const household::Community& estate, const std::string& id) {
  const auto found = std::ranges::find(estate.devices, DeviceId(id), &device::Device::id);
  return found == estate.devices.end() ? nullptr : &*found;
}

bool can_do(const dispatch::Rules& rules, const device::Device& device, Command command) {
  const auto forms = rules.commands.find(device.profile);
  return forms != rules.commands.end() && std::ranges::any_of(forms->second, [&](const auto& form) {
           return form.command == command;
         });
}

void check_fans(Reader at, const Community& community) {
  for (const auto& [word, place] : at.child("explosion_proof").words()) {
    const device::Device* device = device_named(community.estate, word);
    if (device == nullptr) {
      place.fault("device `" + word + "` is in no list");
    } else if (!can_do(community.rules, *device, Command::fan_on)) {
      place.fault("device `" + word + "`: its profile `" + device->profile + "` knows no fan_on");
    }
  }
}

}  // namespace

void read_spot(Reader& root, dispatch::Rules& rules) {
  root.child("on_the_spot").each_element([&](const Reader& at) {
    if (!at.is_map()) return at.fault("a rule is a map: {alarm: gas, do: close_valve}");
    rules.spot.push_back(read_rule(at));
  });
}

void check_spot(Reader& root, const Community& community) {
  const Reader section = root.child("on_the_spot");
  if (!section.is_list()) return;
  section.each_element([&](const Reader& at) {
    if (at.is_map()) check_fans(at, community);
  });
  for (const device::Device& device : community.estate.devices) {
    const auto forms = community.rules.commands.find(device.profile);
    if (forms == community.rules.commands.end()) continue;
    const bool sound = std::ranges::all_of(forms->second, [&](const auto& form) {
      return topic_for(form, community.estate.id.str(), device.address).has_value();
    });
    if (!sound) {
      section.fault("device `" + device.id.str() + "` can not be told anything: its address `" +
                    device.address + "` does not fit into a topic");
    }
  }
}

}  // namespace shouwang::config
