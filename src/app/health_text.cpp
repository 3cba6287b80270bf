// Health in words for a terminal.

#include <algorithm>

#include "app/health.h"
#include "base/check.h"

namespace shouwang::app {
namespace {

using Line = web::HealthLine;

std::string since(std::optional<Instant> at) {
  return at ? " since " + format_utc(*at).substr(0, 19) + "Z" : "";
}

std::string_view stage_in_words(Stage stage) {
  switch (stage) {
    case Stage::broker: return "the broker has not brought the test alarm back";
    case Stage::decoder: return "the test alarm came back but was not read as an alarm";
    case Stage::core: return "no incident has followed from the test alarm";
    case Stage::store: return "the test alarm has not been saved";
    case Stage::outbox: return "the test alarm's message has not been handed to its channel";
  }
  return "";
}

std::string took_in_words(const SelfTest::Result& result) {
  std::string text;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    text += (i == 0 ? "" : ", ") + std::string(name_of(static_cast<Stage>(i))) + " " +
            std::to_string(result.took[i].count()) + " ms";
  }
  return text;
}

std::string test_in_words(const Vitals::Test& test) {
  if (!test.is_on) return "switched off";
  if (!test.latest) return "the first one is under way";
  if (test.broken_since) {
    return std::string(stage_in_words(test.latest->stuck_at.value())) + since(test.broken_since);
  }
  return "passed at " + format_utc(test.latest->ended_at).substr(0, 19) + "Z (" +
         took_in_words(*test.latest) + ")";
}

std::string channel_in_words(const Vitals& vitals, const notify::ChannelHealth& channel) {
  std::string text = channel.failing_since ? "failing" + since(channel.failing_since) : "well";
  if (channel.failing_since && !channel.last_error.empty()) text += " (" + channel.last_error + ")";
  const std::size_t waiting = vitals.waiting_for(channel.channel);
  if (waiting == 1) text += ", 1 message waiting";
  if (waiting > 1) text += ", " + std::to_string(waiting) + " messages waiting";
  return text;
}

std::string broker_in_words(const Vitals& vitals) {
  if (vitals.link.connected) return "connected" + since(vitals.link_since);
  std::string text = "lost" + since(vitals.link_since) + ": alarms do not arrive";
  if (!vitals.link.trouble.empty()) text += " (" + vitals.link.trouble + ")";
  return text;
}

std::string store_in_words(const Vitals& vitals) {
  if (!vitals.store_trouble) return "saves";
  return "saving fails" + since(vitals.store_trouble->since) + " (" + vitals.store_trouble->what +
         ")";
}

std::string life_in_words(const SignOfLife::State& life, bool well) {
  if (life.held && well) return "about to be given";
  if (life.held) return "held back" + since(life.held_since) + ", because something is not well";
  if (life.failing_since) {
    return "not taken by the monitor" + since(life.failing_since) + " (" + life.trouble + ")";
  }
  return life.has_url ? "given to the broker and the monitor" : "given to the broker";
}

// "sensors" is the whole, "sensors <place>" a place that fell silent at once.
std::string sensors_in_words(const Line& line) {
  const auto count = std::ranges::find(line.fields, "count", [](const auto& f) { return f.first; });
  CHECK(count != line.fields.end());
  if (line.well) return count->second + " heard, none silent";
  if (line.part == "sensors") return count->second + " silent";
  return "about " + count->second + " silent at once" + since(line.since);
}

std::string advice_in_words(const Line& line) {
  const auto count = std::ranges::find(line.fields, "count", [](const auto& f) { return f.first; });
  CHECK(count != line.fields.end());
  if (line.part == "flood") return count->second + " alarms within 10 minutes" + since(line.since);
  if (line.part == "stale") return count->second + " incidents open for more than a day";
  return count->second + " devices not in service: their alarm was never seen to arrive";
}

std::string in_words(const Vitals& vitals, const Line& line) {
  if (line.part == "broker") return broker_in_words(vitals);
  if (line.part == "store") return store_in_words(vitals);
  if (line.part == "self-test") return test_in_words(vitals.self_test);
  if (line.part == "sign of life") return life_in_words(vitals.life, line.well);
  if (line.part == "disk") {
    return megabytes(vitals.disk_free.value_or(0)) + " free" + (line.well ? "" : ": nearly full");
  }
  if (line.part.starts_with("sensors")) return sensors_in_words(line);
  if (line.part == "clock") return line.well ? "right" : "the system clock is behind our time";
  if (line.part == "audit") {
    return line.well ? "every open incident and message goes on"
                     : std::to_string(vitals.lapses) + " incidents or messages do not go on";
  }
  if (line.part.starts_with("people ")) {
    return "no ledger names anybody to call: shouwangctl import";
  }
  if (line.part == "shelf") {
    return std::to_string(vitals.set_aside()) +
           " messages could not be handled and are set aside: shouwangctl raw";
  }
  if (line.advisory) return advice_in_words(line);
  for (const auto& channel : vitals.channels) {
    if (line.part == "channel " + channel.channel) return channel_in_words(vitals, channel);
  }
  return line.well ? "well" : "not well";
}

}  // namespace

std::string health_text(const Vitals& vitals) {
  std::vector<web::HealthLine> lines = health_lines(vitals);
  std::ranges::stable_sort(lines, {}, &web::HealthLine::well);
  std::string text;
  for (const web::HealthLine& line : lines) {
    text += (line.well ? "  " : "! ") + line.part + ": " + in_words(vitals, line) + "\n";
  }
  return text;
}

std::string status_sentence(const Vitals& vitals) {
  std::size_t open = 0;
  std::size_t unclaimed = 0;
  std::size_t devices = 0;
  for (const auto& community : vitals.communities) {
    open += community.open_incidents;
    unclaimed += community.unclaimed_incidents;
    devices += community.devices;
  }
  std::string text = std::to_string(devices) + " devices, " + std::to_string(open) +
                     " open incidents (" + std::to_string(unclaimed) + " unclaimed)";
  if (!vitals.link.connected) {
    text += "; BROKER DOWN";
    if (!vitals.link.trouble.empty()) text += ": " + vitals.link.trouble;
  }
  if (vitals.store_trouble) text += "; SAVING FAILS: " + vitals.store_trouble->what;
  for (const auto& channel : vitals.channels) {
    if (channel.failing_since) text += "; channel " + channel.channel + " fails";
  }
  for (const auto& community : vitals.communities) {
    if (community.calls_nobody) text += "; " + community.id + " HAS NOBODY TO CALL";
  }
  if (vitals.self_test.broken_since) text += "; SELF-TEST: " + test_in_words(vitals.self_test);
  return text;
}

}  // namespace shouwang::app
