#include "app/health.h"

#include <algorithm>
#include <string>

namespace shouwang::app {
namespace {

constexpr Millis kClockWrong{2'000};
constexpr Millis kHeldShown{10'000};  // The first self-test takes a moment.
constexpr std::uint64_t kMegabyte = 1'000'000;
constexpr std::uint64_t kDiskLow = 300 * kMegabyte;

using Line = web::HealthLine;

Line disk_line(std::uint64_t free) {
  const bool well = free >= kDiskLow;
  return {.part = "disk",
          .well = well,
          .key = well ? "health.disk.well" : "health.disk.low",
          .fields = {{"value", megabytes(free)}}};
}

Line channel_line(const Vitals& vitals, const notify::ChannelHealth& channel) {
  const std::size_t waiting = vitals.waiting_for(channel.channel);
  Line line{.part = "channel " + channel.channel,
            .well = !channel.failing_since,
            .key = "health.channel.well",
            .fields = {{"channel", channel.channel}},
            .since = channel.failing_since};
  if (line.well) return line;
  line.key = waiting > 0 ? "health.channel.down_waiting" : "health.channel.down";
  if (waiting > 0) line.fields.emplace_back("count", std::to_string(waiting));
  return line;
}

Line test_line(const Vitals::Test& test) {
  Line line{.part = "self-test"};
  if (!test.is_on) {
    line.key = "health.chain.off";
  } else if (!test.latest) {
    line.key = "health.chain.begins";
  } else if (!test.broken_since) {
    line.key = "health.chain.well";
    line.since = test.latest->ended_at;
  } else {
    line.well = false;
    line.key = "health.chain." + std::string(name_of(test.latest->stuck_at.value()));
    line.since = test.broken_since;
  }
  return line;
}

Line audit_line(std::size_t lapses) {
  return {.part = "audit",
          .well = lapses == 0,
          .key = lapses == 0 ? "health.audit.well" : "health.audit.lapse",
          .fields = {{"count", std::to_string(lapses)}}};
}

Line life_line(const SignOfLife::State& life, Instant now) {
  if (life.held && now - *life.held_since > kHeldShown) {
    return {
        .part = "sign of life", .well = false, .key = "health.life.held", .since = life.held_since};
  }
  if (life.failing_since) {
    return {.part = "sign of life",
            .well = false,
            .key = "health.life.failing",
            .since = life.failing_since};
  }
  return {.part = "sign of life", .key = life.has_url ? "health.life.well" : "health.life.inside"};
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

// What somebody must know although every link of the chain works.
void add_advice(const Vitals& vitals, std::vector<web::HealthLine>& lines) {
  std::size_t deaf = 0;
  std::size_t stale = 0;
  for (const Vitals::Community& community : vitals.communities) {
    deaf += community.not_in_service;
    stale += community.load.stale.size();
    if (!community.load.flood_since) continue;
    lines.push_back({.part = "flood",
                     .well = false,
                     .key = "health.flood",
                     .fields = {{"count", std::to_string(community.load.rate)}},
                     .since = community.load.flood_since,
                     .advisory = true});
  }
  const auto add = [&](const char* part, const char* key, std::size_t count) {
    if (count == 0) return;
    lines.push_back({.part = part,
                     .well = false,
                     .key = key,
                     .fields = {{"count", std::to_string(count)}},
                     .advisory = true});
  };
  add("in service", "health.not_in_service", deaf);
  add("stale", "health.stale", stale);
}

}  // namespace

void count_devices(const dispatch::Book& book, Vitals::Community& line) {
  for (std::size_t i = 0; i < book.supervision.size(); ++i) {
    if (book.supervision.last_heard(i)) ++line.heard;
    if (book.supervision.is_silent(i)) ++line.silent;
    const bool is_deaf = !dispatch::is_in_service(book, i);
    if (book.supervision.last_heard(i) && is_deaf) ++line.not_in_service;
  }
  for (const auto& [id, matter] : book.matters) {
    if (matter.fault != "outage") continue;
    line.outages.push_back({.place = book.registry->label(AreaId(matter.subject)),
                            .devices = matter.count,
                            .since = matter.since});
  }
}

bool calls_nobody(const household::Registry& registry) {
  return std::ranges::all_of(registry.records().persons, [](const household::Person& person) {
    return person.addresses.empty();
  });
}

void weigh_load(const dispatch::Book& book, Instant now, Vitals::Community& line) {
  line.load = dispatch::load_of(book, now);
}

std::size_t Vitals::waiting_for(const std::string& channel) const {
  const auto found = waiting.find(channel);
  return found == waiting.end() ? 0 : found->second;
}

std::size_t Vitals::set_aside() const {
  std::size_t count = 0;
  for (const Community& community : communities) count += community.set_aside;
  return count;
}

std::string megabytes(std::uint64_t bytes) { return std::to_string(bytes / kMegabyte) + " MB"; }

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
  if (vitals.disk_free) lines.push_back(disk_line(*vitals.disk_free));
  const bool clock_right = vitals.clock_ahead < kClockWrong;
  lines.push_back({.part = "clock",
                   .well = clock_right,
                   .key = clock_right ? "health.clock.well" : "health.clock.wrong"});
  for (const Vitals::Community& community : vitals.communities) {
    if (!community.calls_nobody) continue;
    lines.push_back({.part = "people " + community.id,
                     .well = false,
                     .key = "health.nobody",
                     .fields = {{"place", community.id}}});
  }
  add_sensors(vitals, lines);
  add_advice(vitals, lines);
  for (const auto& channel : vitals.channels) lines.push_back(channel_line(vitals, channel));
  lines.push_back(test_line(vitals.self_test));
  lines.push_back(audit_line(vitals.lapses));
  if (const std::size_t count = vitals.set_aside()) {
    lines.push_back({.part = "shelf",
                     .well = false,
                     .key = "health.set_aside",
                     .fields = {{"count", std::to_string(count)}}});
  }
  lines.push_back(life_line(vitals.life, vitals.now));
  return lines;
}

bool is_chain_well(const Vitals& vitals) {
  const bool clock_right = vitals.clock_ahead < kClockWrong;
  const bool tested =
      !vitals.self_test.is_on || (vitals.self_test.latest && !vitals.self_test.broken_since);
  bool any = false;
  bool all_fail = true;
  for (const auto& channel : vitals.channels) {
    if (channel.kind == dispatch::ChannelKind::page) continue;
    any = true;
    all_fail = all_fail && channel.failing_since;
  }
  const bool staffed = std::ranges::none_of(vitals.communities, &Vitals::Community::calls_nobody);
  return vitals.link.connected && !vitals.store_trouble && clock_right && tested && staffed &&
         vitals.lapses == 0 && !(any && all_fail);
}

}  // namespace shouwang::app
