#include "app/health.h"

#include <array>
#include <cstdio>

namespace shouwang::app {
namespace {

constexpr Millis kClockWrong{2'000};

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
  each("channel_in_flight", "gauge", "Tries under way.",
       [](const auto& channel) { return number(channel.in_flight); });
  each("channel_successes_total", "counter", "Tries that the channel took.",
       [](const auto& channel) { return number(channel.successes); });
  each("channel_failures_total", "counter", "Tries that failed.",
       [](const auto& channel) { return number(channel.failures); });
}

void add_sensors(const Vitals& vitals, std::vector<web::HealthLine>& lines) {
  std::size_t heard = 0;
  std::size_t silent = 0;
  for (const Vitals::Community& community : vitals.communities) {
    heard += community.heard;
    silent += community.silent;
    for (const Vitals::Community::Outage& outage : community.outages) {
      lines.push_back(
          {.part = "sensors " + outage.place,
           .well = false,
           .key = "health.outage",
           .fields = {{"place", outage.place}, {"count", std::to_string(outage.devices)}},
           .since = outage.since});
    }
  }
  const bool well = silent == 0;
  lines.push_back({.part = "sensors",
                   .well = well,
                   .key = well ? "health.sensors.well" : "health.sensors.silent",
                   .fields = {{"count", std::to_string(well ? heard : silent)}}});
}

}  // namespace

void count_devices(const dispatch::Book& book, Vitals::Community& line) {
  for (std::size_t i = 0; i < book.supervision.size(); ++i) {
    if (book.supervision.last_heard(i)) ++line.heard;
    if (book.supervision.is_silent(i)) ++line.silent;
  }
  for (const auto& [id, matter] : book.matters) {
    if (matter.fault != "outage") continue;
    line.outages.push_back({.place = book.registry->label(AreaId(matter.subject)),
                            .devices = matter.count,
                            .since = matter.since});
  }
}

std::vector<web::HealthLine> health_lines(const Vitals& vitals) {
  std::vector<web::HealthLine> lines;
  lines.push_back({.part = "broker",
                   .well = vitals.link.connected,
                   .key = vitals.link.connected ? "health.broker.well" : "health.broker.down",
                   .since = vitals.link_since});
  const bool saving = !vitals.store_trouble;
  lines.push_back({.part = "store",
                   .well = saving,
                   .key = saving ? "health.store.well" : "health.store.failing",
                   .since = saving ? std::optional<Instant>() : vitals.store_trouble->since});
  const bool clock_right = vitals.clock_ahead < kClockWrong;
  lines.push_back({.part = "clock",
                   .well = clock_right,
                   .key = clock_right ? "health.clock.well" : "health.clock.wrong"});
  add_sensors(vitals, lines);
  for (const notify::ChannelHealth& channel : vitals.channels) {
    const bool well = !channel.failing_since;
    lines.push_back({.part = "channel " + channel.channel,
                     .well = well,
                     .key = well ? "health.channel.well" : "health.channel.down",
                     .fields = {{"channel", channel.channel}},
                     .since = channel.failing_since});
  }
  return lines;
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
  return text;
}

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
