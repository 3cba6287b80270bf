// The log: one line an event, with fields that journald indexes.
//
//   log(Level::info, "incident raised", {{"incident", id}, {"kind", "gas"}});
//
// Under systemd the fields go to journald as SHOUWANG_INCIDENT= and so on
// (journalctl SHOUWANG_INCIDENT=...); there as on stderr they follow the message too. Empty ones
// are left out. Ids of incidents, devices and households may be logged; never names, numbers, notes
// or tokens, and ids of people only at debug.

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace shouwang::app {

enum class Level { debug, info, warning, error };

struct LogField {
  std::string_view name;  // Lower case; becomes SHOUWANG_<NAME>.
  std::string value;
};

// target: "auto" (journald if stderr is connected to it, else stderr), "stderr", "journald".
// Lines below `least` are dropped.
void open_log(std::string_view least, std::string_view target);

void log(Level level, std::string_view message, std::initializer_list<LogField> fields = {});

}  // namespace shouwang::app
