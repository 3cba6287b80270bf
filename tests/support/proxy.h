// A way to the broker that misbehaves on command: a loopback relay with a thread of its own.

#pragma once

#include <cstdint>
#include <memory>

namespace shouwang::testing {

class Proxy {
 public:
  // Relays to 127.0.0.1:`target` from a free port.
  explicit Proxy(std::uint16_t target);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  std::uint16_t port() const;

  void close();        // Ends all connections and refuses further ones.
  void reset();        // Ends all connections by RST, without warning; further ones are taken.
  void fall_silent();  // Half-open: connections stay, nothing passes any more on them.
  void open();         // Everything works again, for new connections.
  void refuse_version(std::uint8_t version);  // Answers such a CONNECT as a 3.1.1 broker would.

  int connections() const;  // Taken so far.

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace shouwang::testing
