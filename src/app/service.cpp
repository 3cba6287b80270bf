#include "app/service.h"

#include <systemd/sd-daemon.h>

#include <ctime>

namespace shouwang::app {
namespace {

// RELOADING=1 must carry the time at which it began (sd_notify(3)).
std::string monotonic_usec() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::to_string(static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000);
}

}  // namespace

Service::Service(boost::asio::io_context& loop, std::function<bool()> is_well)
    : timer_(loop), is_well_(std::move(is_well)) {
  std::uint64_t limit = 0;
  if (sd_watchdog_enabled(0, &limit) > 0) every_ = std::chrono::microseconds{limit / 2};
}

void Service::ready(const std::string& text) {
  sd_notify(0, ("READY=1\nSTATUS=" + text).c_str());
  if (every_.count() > 0) feed();
}

void Service::status(const std::string& text) { sd_notify(0, ("STATUS=" + text).c_str()); }

void Service::reloading() {
  sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + monotonic_usec()).c_str());
}

void Service::stopping() { sd_notify(0, "STOPPING=1"); }

void Service::feed() {
  if (is_well_()) sd_notify(0, "WATCHDOG=1");
  timer_.expires_after(every_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) feed();
  });
}

}  // namespace shouwang::app
