// The HTTP server: boards and phones over TCP, the hand tool over a Unix socket.
//
// HTTP/1.1 with keep-alive, no TLS: in front of a public address stands a proxy that has it. One
// coroutine a connection, a deadline beside every wait, everything on the thread that runs the
// given io_context, which is also where the desk is asked.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "web/desk.h"
#include "web/settings.h"

namespace boost::asio {
class io_context;
}

namespace shouwang::web {

class Server {
 public:
  // `io` must outlive the server. `desk` must outlive it too, or stop() be called first; and it
  // must have forgotten the callbacks it was given (log_in, control) when `io` ends.
  Server(boost::asio::io_context& io, Desk& desk, Settings settings);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Opens both doors. The control socket gets mode 0660; a dead one in its place is removed.
  //
  // Errors: invalid (`listen` is no address:port), locked (in use), io. Nothing is open then.
  Result<Done> start();

  // The TCP port, once started.
  std::uint16_t port() const;

  // What the gateway tells when something changed.
  Live& live();

  // Closes both doors and every connection; the desk is not asked any more. What is left of the
  // coroutines ends when the io_context runs next.
  void stop();

  // For metrics.
  struct Counts {
    std::size_t connections = 0;
    std::size_t streams = 0;        // Of the connections: live pages.
    std::uint64_t requests = 0;     // Since the start.
    std::uint64_t turned_away = 0;  // Connections refused at a limit.
    std::uint64_t failed = 0;       // Connections ended by a fault of ours.
    std::uint64_t dropped = 0;      // Clients that were too slow.
  };
  Counts counts() const;

 private:
  struct Core;
  std::shared_ptr<Core> core_;
};

}  // namespace shouwang::web
