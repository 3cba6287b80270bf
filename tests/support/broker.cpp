#include "tests/support/broker.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace shouwang::testing {

using std::chrono::milliseconds;

bool eventually(const std::function<bool()>& condition, milliseconds longest) {
  const auto end = std::chrono::steady_clock::now() + longest;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "shouwang-test.XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& text) const {
  const auto path = path_ / name;
  std::ofstream(path) << text;
  return path.string();
}

Output run(const std::string& command) {
  Output output;
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {-1, "popen failed"};
  std::array<char, 4096> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.text.append(buffer.data(), got);
  }
  output.status = ::pclose(pipe);
  return output;
}

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  ::close(fd);
  return ntohs(address.sin_port);
}

// A process that nobody has waited for yet is gone all the same.
bool has_ended(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("State:")) return line.find('Z') != std::string::npos;
  }
  return true;
}

Broker::Broker(const std::string& settings, std::uint16_t port) : port_(port) {
  if (!settings.empty()) added_ = folder_.write("added.conf", settings + "\n");
  start();
}

Broker::~Broker() { kill(); }

void Broker::start() {
  std::string command = SHOUWANG_SOURCE_DIR "/tools/broker start --dir " + folder_.path().string();
  if (port_ != 0) command += " --port " + std::to_string(port_);
  if (!added_.empty()) command += " --add " + added_;
  said_ = run(command).text;
  unsigned port = 0;
  const std::size_t place = said_.rfind("port=");
  if (place == std::string::npos ||
      std::sscanf(said_.c_str() + place, "port=%u pid=%d", &port, &pid_) != 2) {
    ADD_FAILURE() << "no broker: " << said_;
    return;
  }
  port_ = static_cast<std::uint16_t>(port);
}

void Broker::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  EXPECT_TRUE(eventually([this] { return has_ended(pid_); }, milliseconds(2000)));
  pid_ = 0;
}

void Broker::stop() {
  if (pid_ == 0) return;
  run(SHOUWANG_SOURCE_DIR "/tools/broker stop " + folder_.path().string());
  pid_ = 0;
}

void Broker::restart() { start(); }

}  // namespace shouwang::testing
