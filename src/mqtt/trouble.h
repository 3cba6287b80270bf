// What went wrong with the broker, as one sentence with the place and the remedy.
//
// For the log and the technician. Never the password, nor anything about a person.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mqtt/address.h"
#include "mqtt/link.h"

namespace shouwang::mqtt {

// What Paho says of a try that failed.
struct Refusal {
  int code = 0;         // < 0: Paho's own; 1 .. 5: CONNACK of 3.1.1; >= 128: reason code of 5.
  std::string message;  // Paho's; may be empty.

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

// Why connecting failed.
std::string sentence(const Refusal& refusal, const LinkSettings& settings, const Address& address);

// Whether the broker may be one that does not take MQTT 5: it said so, or answered the CONNECT
// with something that is no CONNACK of version 5.
bool may_be_version(const Refusal& refusal);

// Whether Paho does not tell why: asking the network does.
bool is_unexplained(const Refusal& refusal);

// What the network said (mqtt/reach.h): `step` is how far one got.
enum class Step : std::uint8_t { port_silent, tls_fails, mqtt_fails };
std::string step_sentence(Step step, const std::string& reason, const Address& address);

// The connection was lost without a word; `often`: as several before it, soon after it was made.
std::string lost_sentence(bool often, const LinkSettings& settings, const Address& address);

// The broker ended the connection with this reason code (MQTT 5).
std::string ended_sentence(int code, const LinkSettings& settings, const Address& address);

// The broker refused a subscription with this code.
std::string refused_filter_sentence(std::string_view filter, int code);

}  // namespace shouwang::mqtt
