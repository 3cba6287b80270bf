// Devices that fall silent and return: alone, behind a bridge, or all of an area at once.

#include <algorithm>

#include "base/planted.h"
#include "base/utf8.h"
#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

using device::Supervision;
using household::Area;
using household::Place;
using household::Tier;

// The time to speak of what has no pace: only its bridge says whether it is there.
constexpr std::chrono::minutes kUnpaced{10};

// The tiers at which a common silence is looked for, the widest first.
constexpr Tier kTiers[] = {Tier::community, Tier::building, Tier::unit};

std::string matter_of(const AreaId& area) { return "outage:" + area.str(); }
std::string matter_of(const DeviceId& device) { return "offline:" + device.str(); }

const device::Device& device_at(const Book& book, std::size_t index) {
  return book.registry->community().devices[index];
}

// The area of `tier` that the device is in; nullptr if it is in none or not placed.
const Area* area_of(const Book& book, std::size_t index, Tier tier) {
  const Place place = book.registry->place_of(device_at(book, index));
  return place.area.empty() ? nullptr : book.registry->enclosing(place.area, tier);
}

// An open outage that covers the device.
std::optional<std::string> outage_over(const Book& book, std::size_t index) {
  for (const Tier tier : kTiers) {
    const Area* area = area_of(book, index, tier);
    if (area != nullptr && book.matters.contains(matter_of(area->id))) return matter_of(area->id);
  }
  return std::nullopt;
}

Instant settled_at(const Book& book) {
  const Upkeep& upkeep = book.rules->upkeep;
  return std::min(book.hush->first_at + upkeep.outage_window,
                  book.hush->last_at + upkeep.outage_settle);
}

void note_quiet(Work& work, std::size_t index) {
  Book& book = work.book;
  Quiet quiet{.device = device_at(book, index).id,
              .last_heard = book.supervision.last_heard(index)};
  if (!book.hush) book.hush = Hush{.first_at = work.now, .last_at = work.now, .quiet = {}};
  book.hush->last_at = work.now;
  book.hush->quiet.push_back(std::move(quiet));
}

void unhold(Book& book, const DeviceId& device) {
  const auto held = book.held.find(device);
  if (held == book.held.end()) return;
  if (held->second.release_at) book.releases.erase({*held->second.release_at, device});
  const auto count = book.held_by.find(held->second.matter);
  if (--count->second == 0) book.held_by.erase(count);
  book.held.erase(held);
}

void hold(Work& work, const Quiet& quiet, const std::string& matter) {
  unhold(work.book, quiet.device);
  work.book.held[quiet.device] = {.matter = matter, .quiet = quiet, .release_at = {}};
  ++work.book.held_by[matter];
}

std::uint32_t held_by(const Book& book, const std::string& matter) {
  const auto count = book.held_by.find(matter);
  return count == book.held_by.end() ? 0 : count->second;
}

void release_later(Book& book, const DeviceId& device, Held& held, Instant now) {
  const auto index = book.registry->device_index(device);
  if (held.release_at || !index) return;
  const Millis usual = book.supervision.pace(*index).silent_after;
  held.release_at = now + (usual > Millis{0} ? usual : kUnpaced);
  book.releases.emplace(*held.release_at, device);
}

void open_silence(Work& work, const Quiet& quiet) {
  open_matter(work, "offline", quiet.device.str(), note_of(work, quiet.device), quiet.last_heard);
}

// Judges the silences of one moment, the widest area first.
class Judgement {
 public:
  Judgement(Work& work, const Hush& hush) : work_(work), book_(work.book) {
    for (const Quiet& quiet : hush.quiet) {
      const auto index = book_.registry->device_index(quiet.device);
      if (index && book_.supervision.is_silent(*index)) quiet_.emplace(*index, quiet);
    }
  }

  void judge() {
    join_what_is_known();
    for (const Tier tier : kTiers) look_for_outages(tier);
    // A bridge comes before those behind it.
    for (const auto& [index, quiet] : quiet_) {
      if (!parent_of(index)) open_silence(work_, quiet);
    }
    for (const auto& [index, quiet] : quiet_) {
      const auto parent = parent_of(index);
      if (parent) hold(work_, quiet, *parent);
    }
  }

 private:
  // The matter of the silent bridge that the device is behind.
  std::optional<std::string> parent_of(std::size_t index) const {
    const auto parent = book_.supervision.parent(index);
    if (!parent || !book_.supervision.is_silent(*parent)) return std::nullopt;
    const DeviceId& bridge = device_at(book_, *parent).id;
    if (!quiet_.contains(*parent) && !book_.matters.contains(matter_of(bridge))) {
      return std::nullopt;
    }
    return matter_of(bridge);
  }

  void join_what_is_known() {
    std::set<std::string> joined;
    std::erase_if(quiet_, [&](const auto& entry) {
      const auto outage = outage_over(book_, entry.first);
      if (!outage) return false;
      hold(work_, entry.second, *outage);
      joined.insert(*outage);
      return true;
    });
    for (const std::string& id : joined) {
      Matter& matter = book_.matters.at(id);
      matter.count = std::max(matter.count, held_by(book_, id));
      matter.last_at = work_.now;
      work_.effects.matters.insert_or_assign(id, matter);
    }
  }

  void look_for_outages(Tier tier) {
    const auto least = static_cast<std::size_t>(book_.rules->upkeep.outage_least);
    if (quiet_.size() < least) return;
    std::map<const Area*, std::size_t> silent;
    for (const auto& [index, quiet] : quiet_) {
      // Those behind a bridge that is gone say nothing about their area.
      if (const Area* area = parent_of(index) ? nullptr : area_of(book_, index, tier)) {
        ++silent[area];
      }
    }
    std::erase_if(silent, [&](const auto& entry) { return entry.second < least; });
    if (silent.empty()) return;
    const auto fitted = count_fitted(tier, silent);
    std::vector<const Area*> areas;
    for (const Area& area : book_.registry->community().areas) {
      const auto count = silent.find(&area);
      if (count == silent.end()) continue;
      const auto percent = static_cast<std::size_t>(book_.rules->upkeep.outage_percent);
      if (count->second * 100 >= fitted.at(&area) * percent) areas.push_back(&area);
    }
    for (const Area* area : areas) declare(tier, *area);
  }

  // Devices that are watched over and were alive until now.
  std::map<const Area*, std::size_t> count_fitted(
      Tier tier, const std::map<const Area*, std::size_t>& wanted) const {
    std::map<const Area*, std::size_t> fitted;
    for (std::size_t i = 0; i < book_.supervision.size(); ++i) {
      const bool was_alive = book_.supervision.last_heard(i) && !book_.supervision.is_silent(i);
      if (!was_alive && !quiet_.contains(i)) continue;
      const Area* area = area_of(book_, i, tier);
      if (area != nullptr && wanted.contains(area)) ++fitted[area];
    }
    return fitted;
  }

  void declare(Tier tier, const Area& area) {
    std::set<AreaId> buildings;
    Instant since = work_.now;
    std::uint32_t count = 0;
    std::erase_if(quiet_, [&](const auto& entry) {
      if (area_of(book_, entry.first, tier) != &area) return false;
      hold(work_, entry.second, matter_of(area.id));
      if (entry.second.last_heard) since = std::min(since, *entry.second.last_heard);
      if (const Area* building = area_of(book_, entry.first, Tier::building)) {
        buildings.insert(building->id);
      }
      ++count;
      return true;
    });
    open_matter(work_, "outage", area.id.str(), book_.registry->label(area.id), since);
    const auto opened = book_.matters.find(matter_of(area.id));
    if (opened == book_.matters.end()) return;  // The list is full.
    opened->second.count = count;
    work_.effects.matters.insert_or_assign(opened->first, opened->second);
    tell_outage(work_, opened->second, buildings);
  }

  Work& work_;
  Book& book_;
  std::map<std::size_t, Quiet> quiet_;
};

// An outage is over once most of its devices are back; the rest is judged by itself.
void look_at_outage(Work& work, const std::string& id) {
  const auto matter = work.book.matters.find(id);
  if (matter == work.book.matters.end() || matter->second.fault != "outage") return;
  const auto percent = static_cast<std::uint32_t>(work.book.rules->upkeep.outage_percent);
  if (held_by(work.book, id) * 100 >= matter->second.count * percent) return;
  close_matter(work, "outage", matter->second.subject, "gateway");
}

// For Bug::silence_heals.
void forget_silences(Work& work) {
  std::vector<std::string> old;
  for (const auto& [id, matter] : work.book.matters) {
    const bool is_old = work.now - matter.opened_at > std::chrono::hours{1};
    if (matter.fault == "offline" && is_old) old.push_back(matter.subject);
  }
  for (const std::string& device : old) close_matter(work, "offline", device, "gateway");
}

void release(Work& work) {
  Book& book = work.book;
  while (!book.releases.empty() && book.releases.begin()->first <= work.now) {
    const Quiet quiet = book.held.at(book.releases.begin()->second).quiet;
    unhold(book, quiet.device);
    if (book.registry->device_index(quiet.device)) open_silence(work, quiet);
  }
}

}  // namespace

void on_offline(Work& work, const DeviceId& device) {
  const auto index = work.registry().device_index(device);
  if (index && work.book.supervision.call_silent(*index)) note_quiet(work, *index);
}

void on_return(Work& work, const DeviceId& device) {
  Book& book = work.book;
  close_matter(work, "offline", device.str(), "gateway");
  const auto held = book.held.find(device);
  if (held == book.held.end()) return;
  const std::string matter = held->second.matter;
  unhold(book, device);
  look_at_outage(work, matter);
}

void on(Work& work, const Returned& returned) { on_return(work, returned.device); }

void on(Work& work, const Listening& listening) {
  device::Supervision& supervision = work.book.supervision;
  if (listening.to_devices == !supervision.is_paused()) return;
  work.book.heard_until = work.now;
  if (listening.to_devices) {
    supervision.resume(work.now);
    return retry_orders(work);
  }
  if (!listening.jumped) watch_over(work);
  supervision.pause();
  // What has just fallen silent may have done so with us.
  if (!work.book.hush) return;
  for (const Quiet& quiet : work.book.hush->quiet) {
    const auto index = work.registry().device_index(quiet.device);
    if (index) supervision.forgive(*index);
  }
  work.book.hush.reset();
}

void release_held(Work& work, const std::string& matter) {
  if (held_by(work.book, matter) == 0) return;
  for (auto& [id, held] : work.book.held) {
    if (held.matter == matter) release_later(work.book, id, held, work.now);
  }
}

void doubt_mended(Work& work, const Matter& matter) {
  const DeviceId device(matter.subject);
  const auto index = work.registry().device_index(device);
  if (matter.fault != "offline" || !index || !work.book.supervision.is_silent(*index)) return;
  hold(work, {.device = device, .last_heard = work.book.supervision.last_heard(*index)}, matter.id);
  release_later(work.book, device, work.book.held.at(device), work.now);
}

void watch_over(Work& work) {
  Book& book = work.book;
  for (const std::size_t index : book.supervision.sweep(work.now)) note_quiet(work, index);
  if (book.hush && settled_at(book) <= work.now) {
    const Hush hush = std::move(*book.hush);
    book.hush.reset();
    if (!planted::is(planted::Bug::deaf_watch)) Judgement(work, hush).judge();
  }
  release(work);
  if (planted::is(planted::Bug::silence_heals)) forget_silences(work);
  if (!book.outages_looked_at || *book.outages_looked_at > work.now) return;
  book.outages_looked_at.reset();
  std::vector<std::string> open;
  for (const auto& [id, matter] : book.matters) {
    if (matter.fault == "outage") open.push_back(id);
  }
  for (const std::string& id : open) look_at_outage(work, id);
}

std::optional<Instant> next_watch(const Book& book) {
  std::optional<Instant> next = book.supervision.next_due();
  const auto consider = [&](Instant at) {
    if (!next || at < *next) next = at;
  };
  if (book.hush) consider(settled_at(book));
  if (!book.releases.empty()) consider(book.releases.begin()->first);
  if (book.outages_looked_at) consider(*book.outages_looked_at);
  return next;
}

}  // namespace shouwang::dispatch
