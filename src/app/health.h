// How each link of the chain from sensor to phone is doing, in plain words and for machines.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/gateway.h"
#include "app/sensors.h"
#include "mqtt/intake.h"
#include "mqtt/link.h"
#include "notify/pump.h"
#include "web/desk.h"
#include "web/server.h"

namespace shouwang::app {

// What the lines and figures are made of, as it is at one moment.
struct Vitals {
  Instant now;
  Instant started_at;
  mqtt::LinkState link;
  Instant link_since;  // When `connected` last changed.
  std::optional<Gateway::StoreTrouble> store_trouble;
  Millis clock_ahead{0};  // AsioClock::ahead()
  std::vector<notify::ChannelHealth> channels;
  Gateway::Counters gateway;
  mqtt::Intake::Counts intake;
  Sensors::Counts sensors;
  web::Server::Counts web;
  struct Community {
    std::string id;
    std::size_t devices = 0;
    std::size_t open_incidents = 0;
    std::size_t unclaimed_incidents = 0;
    std::size_t parcels = 0;
    std::size_t matters = 0;
    std::size_t heard = 0;   // Devices that were ever heard.
    std::size_t silent = 0;  // Of these, now.
    struct Outage {
      std::string place;
      std::uint32_t devices = 0;
      Instant since;
    };
    std::vector<Outage> outages;  // Areas that fell silent as a whole.
  };
  std::vector<Community> communities;
};

// What the book knows of its devices.
void count_devices(const dispatch::Book& book, Vitals::Community& line);

// For the board: one line a link, the unwell ones with since when. Keys are health.* texts.
std::vector<web::HealthLine> health_lines(const Vitals& vitals);

// One English sentence for systemctl status.
std::string status_sentence(const Vitals& vitals);

// Prometheus text exposition format 0.0.4; accepted by `promtool check metrics` without remark.
std::string metrics_text(const Vitals& vitals);

}  // namespace shouwang::app
