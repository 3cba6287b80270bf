// phone_sink: plays all phones of the demo and of system tests.
//
//   phone_sink --port 18090 --out phones.jsonl
//
// SIGTERM or SIGINT ends it with a line of totals and exit code 0.

#include <CLI/CLI.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>

#include "phone_sink/server.h"

namespace {

using shouwang::phone_sink::Options;
using shouwang::phone_sink::Server;

std::string must_be_loopback(const std::string& text) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(text, error);
  return !error && address.is_loopback() ? "" : "must be an address of this machine's loopback";
}

int run(const Options& options, const std::string& port_file) {
  boost::asio::io_context loop(1);
  Server server(loop, options);
  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](const auto&, int) { loop.stop(); });
  if (!port_file.empty()) {
    std::ofstream(port_file) << server.url().substr(server.url().rfind(':') + 1) << '\n';
  }
  std::printf("phone_sink: listening on %s\n", server.url().c_str());
  std::fflush(stdout);
  loop.run();
  const auto& counts = server.counts();
  std::printf("phone_sink: %llu requests, %llu taken, %llu different messages\n",
              static_cast<unsigned long long>(counts.requests),
              static_cast<unsigned long long>(counts.taken),
              static_cast<unsigned long long>(counts.distinct));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Plays all phones: receives what test channels post, shows and keeps it.");
  Options options;
  std::string port_file;
  app.add_option("--port", options.port, "TCP port; 0 takes any free one")->capture_default_str();
  app.add_option("--listen", options.listen, "Loopback address")
      ->capture_default_str()
      ->check(must_be_loopback);
  app.add_option("--out", options.out, "File to append JSON lines to");
  app.add_option("--port-file", port_file, "File to write the port to once it listens");
  app.add_flag("--quiet", options.quiet, "Print no messages");
  app.add_flag("--receipts", options.receipts, "Say that the phone has each message");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options, port_file);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "phone_sink: %s\n", error.what());
    return 1;
  }
}
