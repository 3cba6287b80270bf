#include "app/ctl_walk.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <map>

#include "app/app.h"
#include "app/ctl_print.h"

namespace shouwang::app {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr int kPauseMs = 500;

std::string text_of(const object& line, std::string_view key) {
  const value* cell = line.if_contains(key);
  if (cell == nullptr || cell->is_null()) return "";
  return cell->is_string() ? std::string(cell->as_string()) : boost::json::serialize(*cell);
}

std::string clock_of(const std::string& utc) { return utc.size() < 19 ? utc : utc.substr(11, 8); }

std::map<std::string, object> devices_of(const value& walk) {
  std::map<std::string, object> devices;
  if (!walk.is_object()) return devices;
  for (const value& one : walk.as_object().at("devices").as_array()) {
    devices.emplace(text_of(one.as_object(), "device"), one.as_object());
  }
  return devices;
}

std::string line_of(const object& device) {
  const std::string result = text_of(device, "result");
  const std::string rings = text_of(device, "rings_at");
  std::string line = "TEST " + clock_of(text_of(device, "last_at")) + "  " +
                     (result == "passed" ? "[x] " : "[ ] ") + text_of(device, "device") + "  " +
                     text_of(device, "label") + "  " + text_of(device, "said");
  if (!text_of(device, "link").empty()) line += "  signal " + text_of(device, "link");
  if (!text_of(device, "battery").empty()) line += "  battery " + text_of(device, "battery") + " %";
  if (!text_of(device, "would_tell").empty()) {
    line += "  (would have told " + text_of(device, "would_tell") + " people at once)";
  }
  if (result == "button") line += "  the button came through; it still needs an alarm";
  if (!text_of(device, "problem").empty())
    line += "  NOT UNDERSTOOD: " + text_of(device, "problem");
  if (!rings.empty())
    line += "  IN ALARM: rings in full at " + clock_of(rings) + " unless it clears";
  return line + "\n";
}

// What a change is told by: the time of the last word counts only while nothing else has come.
std::string state_of(const object& device) {
  std::string state;
  for (const char* key :
       {"result", "heard_at", "test_at", "alarm_at", "rings_at", "problem", "said"}) {
    state += text_of(device, key) + "|";
  }
  return state;
}

std::size_t beside_of(const value& walk) {
  return walk.is_object() ? walk.as_object().at("beside").as_array().size() : 0;
}

}  // namespace

std::string walk_changes(const value& before, const value& now) {
  std::string text;
  const auto known = devices_of(before);
  const auto present = devices_of(now);
  for (const auto& [id, device] : present) {
    const auto old = known.find(id);
    if (text_of(device, "last_at").empty()) continue;
    if (old == known.end() || state_of(old->second) != state_of(device)) text += line_of(device);
  }
  const array& beside = now.as_object().at("beside").as_array();
  for (std::size_t i = beside_of(before); i < beside.size(); ++i) {
    const object& seen = beside[i].as_object();
    text += "TEST " + clock_of(text_of(seen, "at")) + "  [?] " + text_of(seen, "who") + "  " +
            text_of(seen, "what") + ": wrong place, swapped labels?\n";
  }
  for (const auto& one : now.as_object().at("rang").as_object()) {
    const bool is_new =
        !before.is_object() || !before.as_object().at("rang").as_object().contains(one.key());
    if (is_new) {
      text += "REAL ALARM  " + std::string(one.key()) + ": everybody is being called (" +
              std::string(one.value().as_string()) + ")\n";
    }
  }
  return text;
}

std::string walk_report(const value& walk) {
  return table(walk.as_object().at("devices"),
               {"device", "label", "profile", "result", "needs", "heard_at", "test_at", "alarm_at",
                "link", "battery"});
}

int watch_walk(Watched watched, const std::function<bool()>& pause, std::ostream& out) {
  value shown;
  value last = watched.walk;
  const std::string id = text_of(last.as_object(), "test");
  out << "test " << id << " until " << text_of(last.as_object(), "until")
      << " (UTC); Enter: finished, Ctrl-C: leave it running\n";
  bool stopped = false;
  for (;;) {
    out << walk_changes(shown, last) << std::flush;
    shown = last;
    if (last.as_object().at("over").as_bool()) break;
    if (pause() && !stopped) {
      // What stands here now is the record: a test that is over is in the list no more.
      object arguments = watched.arguments;
      arguments["action"] = "stop";
      arguments["test"] = id;
      const auto done = watched.client.ask("walktest", arguments);
      if (!done) out << "shouwangctl: " << done.error().what << "\n";
      stopped = true;
    }
    object arguments = watched.arguments;
    arguments["action"] = "list";
    const auto all = watched.client.ask("walktest", arguments);
    if (!all) {
      out << "shouwangctl: " << all.error().what << "\n";
      return kExitFailed;
    }
    bool found = false;
    for (const value& walk : all->as_array()) {
      if (text_of(walk.as_object(), "test") != id) continue;
      last = walk;
      found = true;
    }
    if (!found) break;
  }
  out << "\n"
      << walk_report(last) << "the record: shouwangctl report; sealed: shouwangctl verify\n";
  for (const auto& [device, line] : devices_of(last)) {
    if (text_of(line, "result") != "passed") return kExitFailed;
  }
  return kExitDone;
}

bool enter_was_pressed() {
  static bool listens = true;
  pollfd standard_input{.fd = listens ? STDIN_FILENO : -1, .events = POLLIN, .revents = 0};
  if (::poll(&standard_input, 1, kPauseMs) <= 0) return false;
  std::array<char, 256> ignored{};
  // Nobody is at the keyboard: only time ends the test.
  listens = ::read(STDIN_FILENO, ignored.data(), ignored.size()) > 0;
  return listens;
}

}  // namespace shouwang::app
