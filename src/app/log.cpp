#include "app/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <vector>

#include "base/utf8.h"

namespace shouwang::app {
namespace {

bool to_journald = false;
Level least_level = Level::info;

// systemd names the device and inode of the stream it has connected to stderr.
bool stderr_is_journald() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status {};
  if (stream == nullptr || fstat(STDERR_FILENO, &status) != 0) return false;
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == stream;
}

Level level_named(std::string_view name) {
  if (name == "debug") return Level::debug;
  if (name == "warning") return Level::warning;
  if (name == "error") return Level::error;
  return Level::info;
}

int priority_of(Level level) {
  switch (level) {
    case Level::debug: return 7;
    case Level::info: return 6;
    case Level::warning: return 4;
    case Level::error: return 3;
  }
  return 6;
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

// What a person reads: the message with its fields.
std::string line_of(std::string_view message, std::initializer_list<LogField> fields) {
  std::string line(message);
  for (const LogField& field : fields) {
    if (!field.value.empty()) line.append(" ").append(field.name).append("=").append(field.value);
  }
  return printable(line);
}

void send_to_journald(Level level, std::string_view message,
                      std::initializer_list<LogField> fields) {
  std::vector<std::string> lines = {"MESSAGE=" + line_of(message, fields),
                                    "PRIORITY=" + std::to_string(priority_of(level)),
                                    "SYSLOG_IDENTIFIER=shouwangd"};
  for (const LogField& field : fields) {
    if (field.value.empty()) continue;
    std::string name = "SHOUWANG_";
    for (const char c : field.name) {
      name.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    }
    lines.push_back(name + "=" + printable(field.value));
  }
  std::vector<iovec> parts;
  for (std::string& line : lines)
    parts.push_back({.iov_base = line.data(), .iov_len = line.size()});
  sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
}

}  // namespace

void open_log(std::string_view least, std::string_view target) {
  least_level = level_named(least);
  to_journald = target == "journald" || (target == "auto" && stderr_is_journald());
  auto logger = std::make_shared<spdlog::logger>("shouwang",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(spdlog::level::debug);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
}

void log(Level level, std::string_view message, std::initializer_list<LogField> fields) {
  if (level < least_level) return;
  if (to_journald) return send_to_journald(level, message, fields);
  spdlog::log(spdlog_level(level), "{}", line_of(message, fields));
}

}  // namespace shouwang::app
