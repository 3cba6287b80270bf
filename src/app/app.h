// The daemon: builds every part in order, one comment each; destruction is the reverse.
//
// Only what lies behind it (parts.h) names concrete classes. The same App runs in tests, with port
// 0 and a temporary folder.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"

namespace shouwang::app {

// How the process ends.
inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;          // Something outside: disk, port, another process.
inline constexpr int kExitConfiguration = 78;  // EX_CONFIG

class App {
 public:
  App(boost::asio::io_context& loop, std::filesystem::path directory,
      std::shared_ptr<const config::Config> config);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // Opens store, channels, pages and broker link, in this order; on return the gateway is
  // working. Errors: one sentence with the remedy; nothing is left running.
  Result<Done> start();
  // Reads the configuration again, checks all of it, then swaps. On failure the old one stays live,
  // and the faults, one a line, are in the error and the log.
  Result<Done> reload();
  // Ends cleanly: devices are told, what is unsaved is saved.
  void stop();

  // Where pages are served, once started (the port, if 0 was asked for).
  std::uint16_t port() const;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace shouwang::app
