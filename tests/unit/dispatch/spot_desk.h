// Elm Court with valves, fans and a siren that can be told what to do.
//
//   VA-103 in B1-U1-103 (relatives anna, boris), VA-102 in B1-U1-102: valves, witness: themselves
//   VC-101 in B1-U1-101: a valve whose contact CT-101 speaks for it
//   FAN-103 (explosion-proof) and FAN-103B (not) in B1-U1-103; SI-U1 in the stairwell, SI-U2 in the
//   next one; SI-103 in B1-U1-103, which never answers

#pragma once

#include "desk.h"

namespace shouwang::testing {

using device::Command;
using device::CommandForm;
using device::Witness;

inline household::Community spot_community() {
  household::Community community = elm_community();
  const auto add = [&](const char* id, const char* profile, const char* place) {
    community.devices.push_back(
        {.id = DeviceId(id), .profile = profile, .address = id, .place = place});
  };
  add("VA-103", "valve", "B1-U1-103");
  add("VA-102", "valve", "B1-U1-102");
  add("VC-101", "valve_with_contact", "B1-U1-101");
  add("CT-101", "contact", "B1-U1-101");
  add("FAN-103", "fan", "B1-U1-103");
  add("FAN-103B", "fan", "B1-U1-103");
  add("SI-U1", "siren", "U1");
  add("SI-U2", "siren", "U2");
  add("SI-103", "mute_siren", "B1-U1-103");
  return community;
}

inline CommandForm form(Command command, Witness witness = Witness::device) {
  return {.command = command,
          .topic = "to/{device}",
          .payload = std::string(name_of(command)),
          .confirmed_by = witness};
}

inline dispatch::Rules spot_rules() {
  using dispatch::SpotRule;
  dispatch::Rules rules = elm_rules();
  rules.commands = {
      {"valve", {form(Command::close_valve)}},
      {"valve_with_contact", {form(Command::close_valve, Witness::home)}},
      {"fan", {form(Command::fan_on), form(Command::fan_off)}},
      {"siren", {form(Command::siren_on), form(Command::siren_off)}},
      {"mute_siren",
       {form(Command::siren_on, Witness::nobody), form(Command::siren_off, Witness::nobody)}}};
  rules.spot = {{.kinds = {device::Kind::gas}, .command = Command::close_valve},
                {.kinds = {device::Kind::gas},
                 .command = Command::fan_on,
                 .explosion_proof = {DeviceId("FAN-103")}},
                {.kinds = {device::Kind::gas, device::Kind::smoke},
                 .command = Command::siren_on,
                 .where = SpotRule::Where::stairwell}};
  return rules;
}

// A device says that it is open, closed, on or off.
inline dispatch::Heard stands(const std::string& device, device::Meaning meaning) {
  const bool valve = device.starts_with("V") || device.starts_with("CT");
  return {.device = DeviceId(device),
          .topic = "elm/" + device,
          .profile = valve ? "valve" : "siren",
          .report = {.address = device,
                     .signals = {{.kind = valve ? device::Kind::valve : device::Kind::device,
                                  .meaning = meaning}}}};
}

class SpotDesk : public ElmDesk {
 public:
  explicit SpotDesk(dispatch::Rules rules = spot_rules()) {
    replace(book, std::make_shared<const household::Registry>(spot_community(), elm_records()),
            std::make_shared<const dispatch::Rules>(std::move(rules)));
  }

  // "close_valve VA-103 confirmed", in order.
  Lines orders() const {
    Lines lines;
    for (const incident::Order& order : incident().orders) {
      lines.push_back(std::string(name_of(order.command)) + " " + order.device.str() + " " +
                      std::string(incident::name_of(order.state)) +
                      (order.overdue ? " overdue" : ""));
    }
    return lines;
  }
  const incident::Order& order(const std::string& device) const {
    for (const incident::Order& one : incident().orders) {
      if (one.device.str() == device) return one;
    }
    return incident().orders.at(99);
  }
  // Those who got a letter about a device, since last asked.
  Lines letters() {
    Lines lines;
    for (const std::string& line : sent()) {
      if (line.find(" spot") != std::string::npos) lines.push_back(line.substr(0, line.find(' ')));
    }
    return lines;
  }
};

}  // namespace shouwang::testing
