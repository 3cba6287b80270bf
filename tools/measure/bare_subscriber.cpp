// Floor of the ingest row: a Paho callback subscriber that only counts.
//
//   bare_subscriber --port 1883 --filter '#' --count 100000
//
// Prints "ready" once it is subscribed. Ends when so many messages have come, with one line: the
// nanosecond (since 1970) at which the last one came.

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>

#include "bare_client.h"

int main(int argc, char** argv) {
  CLI::App app("Counts messages");
  int port = 1883;
  std::string filter = "#";
  long count = 1000;
  app.add_option("--port", port);
  app.add_option("--filter", filter);
  app.add_option("--count", count);
  CLI11_PARSE(app, argc, argv);

  std::atomic<long> seen{0};
  std::atomic<bool> all{false};
  std::atomic<long long> last_ns{0};
  shouwang::measure::BareClient client(port, "bare-subscriber", filter, [&](const auto&) {
    if (++seen < count) return;
    last_ns = std::chrono::system_clock::now().time_since_epoch().count();
    all = true;
    all.notify_one();
  });
  std::puts("ready");
  std::fflush(stdout);
  all.wait(false);
  std::printf("%lld\n", last_ns.load());
  return 0;
}
