// The TCP socket that Paho opened to the broker, which Paho does not show.
//
// It is found among the files of this process: a TCP socket connected to the broker's port that
// did not exist before Paho began to connect. Should another part of the process have connected
// to the same port in that moment, both are taken: then a cut ends one connection too many, never
// one too few.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace shouwang::mqtt {

// One connection's. Not thread-safe.
class BrokerSocket {
 public:
  // REQUIRES: Paho has not begun to connect.
  explicit BrokerSocket(std::uint16_t port);

  // Looks for it. REQUIRES: Paho holds it open meanwhile, as it does during a callback; the same
  // for the other two. False if there is none.
  bool find();

  // Sends small packets at once: Paho leaves Nagle's algorithm on, which costs bursts 40 ms.
  void set_no_delay();

  // Ends the connection at once: nothing written after this reaches the broker. False if there
  // was nothing to cut.
  bool shut();

 private:
  struct Open {
    int fd = -1;
    ino_t inode = 0;  // Tells the socket from a later one of the same number.
  };
  static std::vector<Open> sockets_to(std::uint16_t port);

  std::uint16_t port_;
  std::vector<Open> before_;
  std::vector<Open> ours_;
};

}  // namespace shouwang::mqtt
