// How each link of the chain from sensor to phone is doing, in plain words and for machines.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/gateway.h"
#include "app/self_test.h"
#include "app/sensors.h"
#include "app/sign_of_life.h"
#include "dispatch/load.h"
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
  Millis clock_ahead{0};                   // AsioClock::ahead()
  std::optional<std::uint64_t> disk_free;  // Bytes where the store is.
  std::vector<notify::ChannelHealth> channels;
  std::map<std::string, std::size_t> waiting;  // Messages that a channel has not taken yet.
  struct Test {
    bool is_on = false;
    std::optional<SelfTest::Result> latest;
    std::optional<Instant> broken_since;
    SelfTest::Counts counts;
  };
  Test self_test;
  std::size_t lapses = 0;  // What the audit finds now: calls or messages that would be forgotten.
  SignOfLife::State life;
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
    std::size_t heard = 0;           // Devices that were ever heard.
    std::size_t silent = 0;          // Of these, now.
    std::size_t not_in_service = 0;  // Of those heard: its alarm was never seen to arrive.
    dispatch::AlarmLoad load;
    struct Outage {
      std::string place;
      std::uint32_t devices = 0;
      Instant since;
    };
    std::vector<Outage> outages;  // Areas that fell silent as a whole.
    std::size_t set_aside = 0;    // Of the matters: messages that could not be handled.
    bool calls_nobody = false;    // No person in the ledgers has an address.
  };
  std::vector<Community> communities;

  std::size_t waiting_for(const std::string& channel) const;
  std::size_t set_aside() const;  // In all communities.
};

// What the book knows of its devices.
void count_devices(const dispatch::Book& book, Vitals::Community& line);
// Whether an alarm would find anybody to call.
bool calls_nobody(const household::Registry& registry);
void weigh_load(const dispatch::Book& book, Instant now, Vitals::Community& line);
// "412 MB"
std::string megabytes(std::uint64_t bytes);

// For the board: one line a link, the unwell ones with since when. Keys are health.* texts.
std::vector<web::HealthLine> health_lines(const Vitals& vitals);

// Whether alarms arrive, are stored and can leave: what the sign of life says. A single channel may
// fail, if there is another to phones.
bool is_chain_well(const Vitals& vitals);

// The same as health_lines() for a terminal: "SMS: failing since 14:02, 3 messages waiting", one a
// line, in English, times as UTC. What is not well comes first.
std::string health_text(const Vitals& vitals);

// One English sentence for systemctl status.
std::string status_sentence(const Vitals& vitals);

// Prometheus text exposition format 0.0.4; accepted by `promtool check metrics` without remark.
std::string metrics_text(const Vitals& vitals);

}  // namespace shouwang::app
