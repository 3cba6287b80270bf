// A device as the installer wrote it down.

#pragma once

#include <string>

#include "base/id.h"

namespace shouwang::device {

struct Device {
  DeviceId id;          // "GA-B05-U4-302": on labels, in lists and in the journal.
  std::string profile;  // Names a device profile: "native", "zigbee2mqtt.gas".
  std::string address;  // Its name on its own system; equal to the id unless said otherwise.
  std::string place;    // A household id or an area id; empty: not placed yet.
  std::string note;     // The installer's last note: "behind the fridge".
};

}  // namespace shouwang::device
