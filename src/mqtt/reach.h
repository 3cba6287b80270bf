// Asks the network why a broker can not be reached, since Paho does not tell.

#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>

#include "mqtt/address.h"

namespace shouwang::mqtt {

// Connects once, without a word, and hangs up. `done` is called once, on `io`, within 3 s: with
// "Connection refused" or the like, or with nothing if the port answers.
void ask_reach(boost::asio::io_context& io, const Address& address,
               std::function<void(const std::string& reason)> done);

}  // namespace shouwang::mqtt
