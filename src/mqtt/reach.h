// Asks the network why a connection to the broker does not come about, since Paho does not tell.

#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>

#include "mqtt/address.h"

namespace shouwang::mqtt {

// How far one gets on the way to the broker.
struct Reach {
  bool port_answers = false;
  bool tls_works = false;  // Or is not wanted.
  std::string reason;      // Of what does not: "Connection refused", "hostname mismatch".
};

// Connects once, with the TLS handshake if the address wants it, says no word of MQTT and hangs up.
// `done` is called once, on `io`, within 3 s.
void ask_reach(boost::asio::io_context& io, const Address& address, const std::string& ca_file,
               std::function<void(const Reach&)> done);

}  // namespace shouwang::mqtt
