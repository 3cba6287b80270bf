// Devices that speak and are in no list: who they may be, and which profiles read them.
//
// Pure. Suggests, decides nothing: what an alarm of a stranger leads to is dispatch/'s.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "device/decoder.h"
#include "device/directory.h"

namespace shouwang::device {

// A device that another program announces: Zigbee2MQTT's list of its devices
// (<base>/bridge/devices) or a discovery message of Home Assistant's
// (<prefix>/<component>/[<node>/]<object>/config). Sources:
// zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages, home-assistant.io integrations/mqtt
// (discovery, abbreviations).
struct Announced {
  std::string topic;  // Where it says how it is.
  std::string name;
  std::string model;
  std::vector<std::string> hints;  // "gas", "smoke", "battery": what it exposes, or its class.

  friend bool operator==(const Announced&, const Announced&) = default;
};

bool is_announcement(std::string_view topic);
// What is not understood announces nothing. Never throws on whatever bytes.
std::vector<Announced> read_announcement(std::string_view topic, std::string_view payload);

// The last message of a topic that no listed device speaks under.
struct Sample {
  std::string topic;
  std::string payload;  // Empty if it was too large to keep.
  std::uint64_t count = 0;
  Instant last_at;
};

// One way to read a newcomer.
struct Fit {
  std::string profile;
  int score = 0;                // Compared within one newcomer only.
  std::vector<Signal> signals;  // What its last messages would have meant.
};

struct Newcomer {
  std::string address;              // As the profiles read it; empty if none claims its topics.
  std::string name;                 // Announced; may be empty.
  std::string model;                // Likewise.
  std::vector<std::string> topics;  // At most kTopicsShown.
  std::vector<std::string> keys;    // Top-level keys of its JSON, never a value; at most 12.
  std::vector<Fit> fits;            // The best first; at most kFitsShown. Announced only: none.
  std::uint64_t count = 0;          // Messages.
  Instant last_at;                  // 1970: announced only.
};
inline constexpr std::size_t kTopicsShown = 4;
inline constexpr std::size_t kFitsShown = 3;

struct Lists {
  const Decoder& decoder;
  const Directory& directory;
};
// Takes about 1 ms for each sample: not for the loop's thread.
std::vector<Newcomer> find_newcomers(std::span<const Sample> samples,
                                     std::span<const Announced> announced, const Lists& lists,
                                     Instant now);

// The line for devices.csv: an id made of the address, the best profile, and the name as the note.
// The place stays empty. Nothing if no profile fits.
std::string csv_line(const Newcomer& newcomer);

}  // namespace shouwang::device
