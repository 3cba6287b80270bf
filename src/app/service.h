// What systemd wants to know of us, and what it gives us. Without systemd nothing happens.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>

namespace shouwang::app {

// Type=notify and the watchdog. The watchdog is fed from the loop, and only while `is_well` says
// so: a loop that hangs, or that turns without working, is restarted.
class Service {
 public:
  Service(boost::asio::io_context& loop, std::function<bool()> is_well);

  void ready(const std::string& status);   // READY=1; the watchdog begins.
  void status(const std::string& status);  // Shown by systemctl status.
  void reloading();                        // RELOADING=1; ready() ends it.
  void stopping();

 private:
  void feed();

  boost::asio::steady_timer timer_;
  std::function<bool()> is_well_;
  std::chrono::microseconds every_{0};  // Half of WATCHDOG_USEC; 0: no watchdog.
};

}  // namespace shouwang::app
