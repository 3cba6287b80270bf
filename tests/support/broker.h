// A real mosquitto in a folder of its own, started and ended by the test. System tests only.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace shouwang::testing {

// Waits until `condition` holds; false if it does not within `longest`.
bool eventually(const std::function<bool()>& condition,
                std::chrono::milliseconds longest = std::chrono::seconds(15));

// A folder that is gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Writes a file in it and returns its path.
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

// What a command printed, standard error included, and its exit status.
struct Output {
  int status = 0;
  std::string text;
};
Output run(const std::string& command);

// Whether the process is no more.
bool has_ended(pid_t pid);

class Broker {
 public:
  // Starts it by tools/broker. `settings`: further lines of mosquitto.conf; a `listener` among them
  // must use `port`, which may be 0 otherwise. Fails the test if it does not start.
  explicit Broker(const std::string& settings = "", std::uint16_t port = 0);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  std::uint16_t port() const { return port_; }
  std::string uri() const { return "tcp://127.0.0.1:" + std::to_string(port_); }
  std::filesystem::path state_file() const { return folder_.path() / "state/mosquitto.db"; }
  // What tools/broker said at the last start.
  const std::string& said() const { return said_; }

  void kill();     // SIGKILL
  void stop();     // In peace.
  void restart();  // On the same port and folder. REQUIRES: it does not run.

 private:
  void start();

  TemporaryFolder folder_;
  std::string added_;
  std::uint16_t port_ = 0;
  pid_t pid_ = 0;
  std::string said_;
};

// A port on which nobody listens at the moment.
std::uint16_t free_port();

}  // namespace shouwang::testing
