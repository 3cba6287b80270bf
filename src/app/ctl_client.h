// The hand tool's side of the control socket.

#pragma once

#include <boost/json.hpp>
#include <string>

#include "base/result.h"

namespace shouwang::app {

class CtlClient {
 public:
  explicit CtlClient(std::string socket) : socket_(std::move(socket)) {}

  // Asks the running gateway. Errors: unavailable (no gateway answers on the socket, with what to
  // do), refused (the gateway's own words).
  Result<boost::json::value> ask(const std::string& verb,
                                 const boost::json::object& arguments) const;

 private:
  std::string socket_;
};

}  // namespace shouwang::app
