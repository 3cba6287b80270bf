// One client, from the first byte to the last. Inside web/ only: it shows Asio.

#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "web/request.h"
#include "web/server.h"
#include "web/site.h"

namespace shouwang::web {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;

  // What a connection tells its server.
  struct House {
    std::shared_ptr<Site> site;
    std::shared_ptr<Server::Counts> counts;
  };

  Connection(Socket socket, Door door, std::string address, House house);
  ~Connection();

  // Serves requests until the client is done, too slow, or wrong. Ends without an exception.
  boost::asio::awaitable<void> serve();
  // Says `status` and closes.
  boost::asio::awaitable<void> refuse(int status);
  // Ends it from outside, as soon as the loop turns.
  void close();

  // Waits between two requests: may be closed in favour of another client.
  bool is_idle() const { return is_idle_; }
  const std::string& address() const { return address_; }

 private:
  struct Wire;  // connection.cpp: what Beast reads into.
  struct Pending;

  // How reading a request ended: it is there, or the status to refuse it with (0: just close).
  struct Read {
    bool ok = false;
    int refusal = 0;
  };

  boost::asio::awaitable<bool> wait_for_bytes();
  boost::asio::awaitable<Read> read(Wire& wire);
  boost::asio::awaitable<bool> welcome_body();
  boost::asio::awaitable<Response> answer(Request request);
  boost::asio::awaitable<bool> write(Response response, bool is_head, bool keep_alive);
  boost::asio::awaitable<void> stream(Response response);
  boost::asio::awaitable<bool> follow(Feed& feed);
  boost::asio::awaitable<bool> send(std::string text);
  boost::asio::awaitable<void> pause(Millis span);
  boost::asio::awaitable<void> linger();
  Request to_request(const Wire& wire) const;
  const ConnectionLimits& limits() const { return house_.site->settings().limits; }

  Socket socket_;
  Door door_;
  std::string address_;
  House house_;
  boost::beast::flat_buffer buffer_;
  boost::asio::steady_timer deadline_;
  std::weak_ptr<Pending> pending_;
  bool is_idle_ = false;
  bool is_closed_ = false;
};

}  // namespace shouwang::web
