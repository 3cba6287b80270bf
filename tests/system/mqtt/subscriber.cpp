// A gateway in miniature, for tests that kill it: what it hears is in a file, on disk, before it is
// acknowledged.
//
//   mqtt_subscriber URI CLIENT_ID FILTER FILE HOLD_MS [VERSION]
//
// Prints "connected" when it is, and "in <payload>" when a message comes; keeps the message for
// HOLD_MS; appends the payload to FILE; only then acknowledges. Ends by a signal.

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "mqtt/paho_link.h"

int main(int argc, char** argv) {
  using namespace shouwang;
  if (argc < 6) return 2;
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigprocmask(SIG_BLOCK, &ending, nullptr);

  const int file = ::open(argv[4], O_WRONLY | O_CREAT | O_APPEND, 0600);
  const std::chrono::milliseconds hold{std::atoi(argv[5])};
  mqtt::PahoLink link({.uri = argv[1],
                       .client_id = argv[2],
                       .version = argc > 6 ? std::atoi(argv[6]) : 5,
                       .status_topic = "gw/status",
                       .subscriptions = {argv[3]}},
                      {.on_message =
                           [&](const mqtt::Incoming& incoming) {
                             const std::string line = std::string(incoming.payload) + "\n";
                             std::printf("in %s", line.c_str());
                             std::fflush(stdout);
                             if (hold.count() > 0) std::this_thread::sleep_for(hold);
                             const bool stored = ::write(file, line.data(), line.size()) ==
                                                     static_cast<ssize_t>(line.size()) &&
                                                 ::fdatasync(file) == 0;
                             return stored ? mqtt::Verdict::keep : mqtt::Verdict::drop;
                           },
                       .on_state =
                           [](const mqtt::LinkState& state) {
                             std::printf("%s %s\n", state.connected ? "connected" : "disconnected",
                                         state.trouble.c_str());
                             std::fflush(stdout);
                           }});
  link.start();
  int received = 0;
  sigwait(&ending, &received);
  link.stop();
  return 0;
}
