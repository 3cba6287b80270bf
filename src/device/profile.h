// A device profile: how to read what a family of devices says.
//
// Profiles are data (config/profiles/*.yaml, read by config/). They are compiled once into a
// Decoder, which turns topic and bytes into Reports. Decoding is pure, keeps no state between
// messages and may be done on any thread.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "device/signal.h"

namespace shouwang::device {

// The compiled form and the full language are described in config/README.md.
struct Profile {
  std::string name;
};

}  // namespace shouwang::device
