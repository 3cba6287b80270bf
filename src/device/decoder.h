// From topic and bytes to reports: pure, without memory of earlier messages, usable on any thread.
//
//   topic --Router--> forms that claim it --Directory--> those the device has --fields--> Report
//
// A device in the directory is read by its own profile. One that is in no list is read by every
// profile that claims the message, and the reading that counts is the worst: an alarm before
// anything else, then the profile most of whose expected keys are there, then the one that
// understands most.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "device/directory.h"
#include "device/profile.h"
#include "device/router.h"
#include "device/signal.h"

namespace shouwang::device {

struct Message {
  std::string_view topic;
  std::string_view payload;
  bool retained = false;
};

enum class Outcome : std::uint8_t {
  read,              // There are reports.
  no_profile,        // No profile claims the topic.
  excluded,          // Its profiles say that this topic is not the device speaking.
  not_of_interest,   // The topic is claimed, but no form applies to what the message holds.
  cleared,           // An empty payload where a state was: the topic was deleted, nobody spoke.
  retained_ignored,  // The profile does not want states from before.
  stranger_ignored,  // The address is in no list, and the profile reads only listed devices.
};

// One sentence for a technician; empty for `read`.
std::string_view explain(Outcome outcome);

struct Decoded {
  std::uint32_t profile = 0;   // Index into Decoder::profiles().
  std::optional<Owner> owner;  // In the directory; absent: a stranger.
  Report report;
};

struct Decoding {
  Outcome outcome = Outcome::read;
  std::vector<Decoded> reports;  // >= 1 exactly for Outcome::read.
};

// All profiles of a configuration are nearly a megabyte: whoever keeps them shares them.
using SharedProfiles = std::shared_ptr<const std::vector<Profile>>;

class Decoder {
 public:
  // REQUIRES: sound profiles (config::read_profile has seen to that), at most 65535; not null.
  explicit Decoder(SharedProfiles profiles);
  explicit Decoder(std::vector<Profile> profiles);
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  const std::vector<Profile>& profiles() const { return *profiles_; }

  // Reads one message. Never throws on whatever bytes; time and memory grow with the payload, so
  // the caller bounds it (64 KiB). A payload that can not be read gives a report with a problem
  // and no signals. `now` judges the device's clock. The directory was built from profiles().
  Decoding decode(const Message& message, Instant now, const Directory& directory) const;

 private:
  SharedProfiles profiles_;
  Router router_;
};

// The smallest set of MQTT filters that brings every topic the profiles claim.
std::vector<std::string> subscriptions(const std::vector<Profile>& profiles);

}  // namespace shouwang::device
