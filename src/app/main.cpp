// shouwangd: flags, signals, and nothing else.

#include <csignal>

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <iostream>

#include "app/app.h"
#include "app/configuration.h"
#include "app/log.h"

using namespace shouwang;

// libcurl brings GnuTLS along for protocols that nobody here speaks, and its constructor would take
// 0.7 MB to get ready. GnuTLS asks for this name (GNUTLS_SKIP_GLOBAL_INIT in its manual); who does
// use it makes it ready by gnutls_global_init().
extern "C" int _gnutls_global_init_skip() { return 1; }

namespace {

int run(boost::asio::io_context& loop, app::App& daemon) {
  if (const auto started = daemon.start(); !started) {
    std::cerr << "shouwangd: " << started.error().what << "\n";
    return app::kExitFailed;
  }
  boost::asio::signal_set endings(loop, SIGTERM, SIGINT);
  endings.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    daemon.stop();
    loop.stop();
  });
  boost::asio::signal_set reloads(loop, SIGHUP);
  std::function<void()> wait_for_reload = [&] {
    reloads.async_wait([&](const boost::system::error_code& error, int) {
      if (error) return;
      static_cast<void>(daemon.reload());  // Both outcomes are logged.
      wait_for_reload();
    });
  };
  wait_for_reload();
  loop.run();
  return app::kExitDone;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App flags("Shouwang alarm gateway");
  std::string directory = "/etc/shouwang";
  bool check_only = false;
  flags.add_option("--config", directory, "configuration directory")->capture_default_str();
  flags.add_flag("--check", check_only, "check the configuration and end");
  flags.set_version_flag("--version", SHOUWANG_VERSION);
  try {
    flags.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // A slip in the unit is a fault of the configuration too.
    return flags.exit(error) == 0 ? app::kExitDone : app::kExitConfiguration;
  }
  std::signal(SIGPIPE, SIG_IGN);

  auto loaded = app::load_configuration(directory);
  if (!loaded) {
    std::cerr << app::as_lines(loaded.error());
    return app::kExitConfiguration;
  }
  if (check_only) {
    std::cout << "configuration is sound\n";
    return app::kExitDone;
  }
  app::open_log(loaded->log.level, loaded->log.target);
  boost::asio::io_context loop(1);
  app::App daemon(loop, directory, std::make_shared<const config::Config>(std::move(*loaded)));
  return run(loop, daemon);
}
