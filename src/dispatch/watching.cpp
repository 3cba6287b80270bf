// Whom the book watches over: by registry, rules and what was known before.

#include <algorithm>

#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

using device::Supervision;

// After a restart nobody knows who was part of an open outage: it is looked at when everybody has
// had the time to speak.
constexpr std::chrono::minutes kOutageLooked{15};

const device::Device& device_at(const Book& book, std::size_t index) {
  return book.registry->community().devices[index];
}

}  // namespace

Book::Watched watched(const Book& book) {
  Book::Watched all;
  for (std::size_t i = 0; i < book.supervision.size(); ++i) {
    Supervision::Known known{.last_heard = book.supervision.last_heard(i),
                             .silent = book.supervision.is_silent(i),
                             .learned = book.supervision.learned(i)};
    if (known.last_heard || known.silent) all.known.emplace(device_at(book, i).id, known);
  }
  all.is_paused = book.supervision.is_paused();
  all.watching = book.rules->watching;
  all.heard_by = book.heard_until;
  return all;
}

void watch_devices(Book& book, const Book::Watched& before) {
  const auto& devices = book.registry->community().devices;
  std::vector<device::Pace> paces{{}};
  std::map<std::string, std::uint16_t> pace_of_profile;
  book.bridges.clear();
  std::vector<std::uint16_t> pace_of;
  pace_of.reserve(devices.size());
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const auto watching = book.rules->watching.find(devices[i].profile);
    if (watching == book.rules->watching.end()) {
      pace_of.push_back(0);
      continue;
    }
    const auto [pace, added] =
        pace_of_profile.emplace(devices[i].profile, static_cast<std::uint16_t>(paces.size()));
    if (added) paces.push_back(watching->second.pace);
    pace_of.push_back(pace->second);
    if (watching->second.live_test == device::LiveTest::none) {
      book.bridges.emplace(devices[i].address, i);
    }
  }
  book.supervision = Supervision(std::move(paces), pace_of);
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const auto watching = book.rules->watching.find(devices[i].profile);
    if (watching == book.rules->watching.end()) continue;
    const auto bridge = book.bridges.find(watching->second.bridge);
    if (bridge != book.bridges.end()) book.supervision.set_parent(i, bridge->second);
  }
  for (const auto& [id, known] : before.known) {
    const auto index = book.registry->device_index(id);
    if (index) book.supervision.restore(*index, known, before.heard_by);
  }
  if (before.is_paused) book.supervision.pause();
  // Another pace is not held against anybody before its time.
  const bool paced_anew = !before.known.empty() && before.watching != book.rules->watching;
  if (paced_anew && !before.is_paused) book.supervision.resume(before.heard_by);
}

void restore_watch(Book& book, const std::vector<LastHeard>& heard, Instant now) {
  book.heard_until = now;
  for (const LastHeard& last : heard) {
    const auto index = book.registry->device_index(last.device);
    if (!index) continue;
    const bool silent = book.matters.contains("offline:" + last.device.str());
    book.supervision.restore(*index, {.last_heard = last.at, .silent = silent, .learned = {}}, now);
  }
  for (const auto& [id, matter] : book.matters) {
    const auto index = book.registry->device_index(DeviceId(matter.subject));
    if (matter.fault != "offline" || !index || book.supervision.is_silent(*index)) continue;
    book.supervision.call_silent(*index);
  }
  if (!book.supervision.is_paused()) book.supervision.resume(now);
  const bool outage = std::ranges::any_of(
      book.matters, [](const auto& entry) { return entry.second.fault == "outage"; });
  if (outage) book.outages_looked_at = now + kOutageLooked;
}

Supervision::Beat note_beat(Book& book, std::size_t device, const std::string& bridge,
                            Instant now) {
  book.heard_until = now;
  if (!bridge.empty()) {
    const auto parent = book.bridges.find(bridge);
    if (parent != book.bridges.end() && parent->second != device) {
      book.supervision.set_parent(device, parent->second);
    }
  }
  return book.supervision.beat(device, now);
}

bool is_in_service(const Book& book, std::size_t index) {
  const device::Device& device = device_at(book, index);
  const auto watching = book.rules->watching.find(device.profile);
  const bool needs_none = watching != book.rules->watching.end() &&
                          watching->second.live_test == device::LiveTest::none;
  if (needs_none) return book.supervision.last_heard(index).has_value();
  const auto memory = book.devices.find(device.id);
  return memory != book.devices.end() && memory->second.proven_at.has_value();
}

}  // namespace shouwang::dispatch
