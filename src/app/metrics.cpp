// Health as figures: the Prometheus text format.

#include <array>
#include <cstdio>

#include "app/health.h"

namespace shouwang::app {
namespace {

// Writes one metric family after the other.
class Exposition {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = "shouwang_" + std::string(name);
    text_ += "# HELP " + name_ + " " + std::string(help) + "\n";
    text_ += "# TYPE " + name_ + " " + std::string(type) + "\n";
  }
  void sample(double value, std::string_view label = "", std::string_view label_value = "") {
    text_ += name_;
    if (!label.empty()) {
      text_ += "{" + std::string(label) + "=\"" + escaped(label_value) + "\"}";
    }
    std::array<char, 40> number{};
    std::snprintf(number.data(), number.size(), " %.15g\n", value);
    text_ += number.data();
  }
  void one(std::string_view name, std::string_view type, std::string_view help, double value) {
    family(name, type, help);
    sample(value);
  }
  std::string take() { return std::move(text_); }

 private:
  static std::string escaped(std::string_view value) {
    std::string safe;
    for (const char c : value) {
      if (c == '\\' || c == '"') safe.push_back('\\');
      if (c == '\n') {
        safe += "\\n";
      } else {
        safe.push_back(c);
      }
    }
    return safe;
  }

  std::string text_;
  std::string name_;
};

double number(std::uint64_t value) { return static_cast<double>(value); }
double seconds(Millis span) { return static_cast<double>(span.count()) / 1000; }

void write_communities(Exposition& out, const Vitals& vitals) {
  using Community = Vitals::Community;
  const auto each = [&](std::string_view name, std::string_view help, auto member) {
    out.family(name, "gauge", help);
    for (const Community& community : vitals.communities) {
      out.sample(number(community.*member), "community", community.id);
    }
  };
  each("devices", "Devices in the configuration.", &Community::devices);
  each("open_incidents", "Incidents that nobody has closed.", &Community::open_incidents);
  each("unclaimed_incidents", "Open incidents to which nobody is going.",
       &Community::unclaimed_incidents);
  each("parcels_waiting", "Messages that have not arrived yet.", &Community::parcels);
  each("devices_heard", "Devices that were ever heard.", &Community::heard);
  each("devices_silent", "Devices that are silent now.", &Community::silent);
  each("matters_open", "Technical matters that somebody has to fix.", &Community::matters);
  each("set_aside", "Messages that could not be handled.", &Community::set_aside);
}

void write_channels(Exposition& out, const Vitals& vitals) {
  const auto each = [&](std::string_view name, std::string_view type, std::string_view help,
                        auto value) {
    out.family(name, type, help);
    for (const auto& channel : vitals.channels) {
      out.sample(value(channel), "channel", channel.channel);
    }
  };
  each("channel_up", "gauge", "Whether messages get through.",
       [](const auto& channel) { return channel.failing_since ? 0.0 : 1.0; });
  each("channel_waiting", "gauge", "Messages that the channel has not taken yet.",
       [&](const auto& channel) { return number(vitals.waiting_for(channel.channel)); });
  each("channel_in_flight", "gauge", "Tries under way.",
       [](const auto& channel) { return number(channel.in_flight); });
  each("channel_successes_total", "counter", "Tries that the channel took.",
       [](const auto& channel) { return number(channel.successes); });
  each("channel_failures_total", "counter", "Tries that failed.",
       [](const auto& channel) { return number(channel.failures); });
}

void write_test(Exposition& out, const Vitals& vitals) {
  const Vitals::Test& test = vitals.self_test;
  out.one("self_test_broken", "gauge", "Whether the latest test alarm did not come through.",
          test.broken_since ? 1 : 0);
  out.one("self_tests_passed_total", "counter", "Test alarms that came through.",
          number(test.counts.passed));
  out.one("self_tests_missed_total", "counter", "Test alarms that did not.",
          number(test.counts.missed));
  out.family("self_test_stage_seconds", "gauge", "How long the latest test alarm took.");
  for (std::size_t i = 0; test.latest && i < kStageCount; ++i) {
    out.sample(seconds(test.latest->took[i]), "stage", name_of(static_cast<Stage>(i)));
  }
  out.one("lapses", "gauge", "Open incidents and messages that would not go on by themselves.",
          number(vitals.lapses));
  out.one("sign_of_life_held", "gauge", "Whether no sign of life is given to the outside.",
          vitals.life.held ? 1 : 0);
  out.one("signs_of_life_total", "counter", "Signs of life given.", number(vitals.life.given));
}

}  // namespace

std::string metrics_text(const Vitals& vitals) {
  Exposition out;
  out.one("uptime_seconds", "gauge", "Time since the start.",
          seconds(vitals.now - vitals.started_at));
  out.one("broker_connected", "gauge", "Whether alarms arrive.", vitals.link.connected ? 1 : 0);
  out.one("broker_gaps_total", "counter", "Times at which messages may have been missed.",
          number(vitals.link.gaps));
  out.one("store_failing", "gauge", "Whether the disk does not take what happens.",
          vitals.store_trouble ? 1 : 0);
  out.one("clock_ahead_seconds", "gauge", "How far our time runs ahead of the system clock.",
          seconds(vitals.clock_ahead));
  write_communities(out, vitals);
  write_channels(out, vitals);
  write_test(out, vitals);
  if (vitals.disk_free) {
    out.one("disk_free_bytes", "gauge", "Where the store is.", number(*vitals.disk_free));
  }
  out.one("messages_received_total", "counter", "Messages from the broker.",
          number(vitals.intake.received));
  out.one("messages_alarm_total", "counter", "Messages acknowledged only once stored.",
          number(vitals.intake.alarms));
  out.one("messages_oversized_total", "counter", "Messages refused for their size.",
          number(vitals.intake.oversized));
  out.one("beats_dropped_total", "counter", "Heartbeats dropped because the queue was full.",
          number(vitals.intake.beats_dropped));
  out.one("waits_refused_total", "counter", "Messages not acknowledged because not stored.",
          number(vitals.intake.waits_refused + vitals.intake.waits_run_out));
  out.one("strangers_total", "counter", "Messages of devices in no list.",
          number(vitals.sensors.strangers));
  out.one("events_total", "counter", "Events handled.", number(vitals.gateway.events));
  out.one("incidents_opened_total", "counter", "Incidents opened.", number(vitals.gateway.alarms));
  out.one("saves_total", "counter", "Transactions tried.", number(vitals.gateway.saves));
  out.one("saves_failed_total", "counter", "Transactions that failed.",
          number(vitals.gateway.failed_saves));
  out.one("tries_total", "counter", "Messages handed to channels.", number(vitals.gateway.tries));
  out.one("web_requests_total", "counter", "HTTP requests.", number(vitals.web.requests));
  out.one("web_connections", "gauge", "Open HTTP connections.", number(vitals.web.connections));
  return out.take();
}

}  // namespace shouwang::app
