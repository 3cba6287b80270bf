// A program that the test starts, listens to and ends. System tests only.

#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/broker.h"

extern char** environ;

namespace shouwang::testing {

class Process {
 public:
  // Starts `command`, a path with its arguments; what it prints can be asked for.
  explicit Process(std::vector<std::string> command) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::vector<char*> arguments;
    for (std::string& each : command) arguments.push_back(each.data());
    arguments.push_back(nullptr);
    ::posix_spawn(&pid_, arguments.front(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    reader_ = std::thread([this, from = ends[0]] { read(from); });
  }

  ~Process() {
    kill();
    if (reader_.joinable()) reader_.join();
  }

  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Whether it prints this within 15 s.
  bool says(std::string_view text) const {
    return eventually([&] { return printed().find(text) != std::string::npos; });
  }
  std::string printed() const {
    const std::lock_guard lock(mutex_);
    return printed_;
  }

  // SIGKILL.
  void kill() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    wait();
  }
  // Until it ends by itself; its exit status.
  int wait() {
    if (pid_ <= 0) return status_;
    ::waitpid(pid_, &status_, 0);
    pid_ = 0;
    return status_;
  }

 private:
  void read(int from) {
    char buffer[1024];
    for (;;) {
      const ssize_t got = ::read(from, buffer, sizeof(buffer));
      if (got <= 0) break;
      const std::lock_guard lock(mutex_);
      printed_.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(from);
  }

  pid_t pid_ = 0;
  int status_ = 0;
  mutable std::mutex mutex_;
  std::string printed_;
  std::thread reader_;
};

}  // namespace shouwang::testing
