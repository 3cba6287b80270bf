#include "dispatch/walk_card.h"

#include <algorithm>

namespace shouwang::dispatch {
namespace {

using device::Kind;

const device::Device* listed(const Book& book, const DeviceId& id) {
  const auto index = book.registry->device_index(id);
  return index ? &book.registry->community().devices[*index] : nullptr;
}

std::string label_of(const Book& book, const DeviceId& id) {
  const device::Device* device = listed(book, id);
  return device == nullptr ? "" : book.registry->label(book.registry->place_of(*device));
}

// What the device watches, by what it said.
Kind kind_of(const Trial* trial, const std::optional<Walk::Glance>& last) {
  if (trial != nullptr && trial->alarm_at) return trial->kind;
  if (!last) return Kind::device;
  for (const device::Signal& signal : last->signals) {
    if (signal.kind != Kind::device) return signal.kind;
  }
  return Kind::device;
}

WalkCard::Device line_of(const Book& book, const Walk& walk, const DeviceId& id) {
  WalkCard::Device line{.device = id, .label = label_of(book, id)};
  if (const device::Device* device = listed(book, id)) line.profile = device->profile;
  const auto glance = walk.glances.find(id);
  if (glance != walk.glances.end()) line.last = glance->second;
  return line;
}

WalkCard::Device line_of(const Book& book, const Walk& walk, const DeviceId& id, Instant now) {
  WalkCard::Device line = line_of(book, walk, id);
  const Trial& trial = *trial_of(book, id);
  line.verdict = verdict_of(trial);
  line.need = trial.need;
  line.heard_at = trial.heard_at;
  line.test_at = trial.test_at;
  line.alarm_at = trial.alarm_at;
  if (trial.alarming_since) line.rings_at = *trial.alarming_since + book.rules->test_alarm;
  const Kind kind = kind_of(&trial, line.last);
  if (kind != Kind::device && (trial.test_at || trial.alarm_at)) {
    line.would_tell = would_be_told(book, id, kind, now);
  }
  return line;
}

// "zigbee2mqtt/kitchen" names the address "kitchen", and "a/b/c" the address "b/c".
bool names(const std::string& topic, const std::string& address) {
  return !address.empty() && ("/" + topic + "/").find("/" + address + "/") != std::string::npos;
}

WalkCard::Beside beside(const Book& book, const Walk& walk, const Walk::Bystander& seen) {
  WalkCard::Beside line{.seen = seen, .label = {}, .meant = {}};
  if (seen.is_listed) {
    line.label = label_of(book, DeviceId(seen.who));
    return line;
  }
  for (const DeviceId& id : walk.devices) {
    const device::Device* device = listed(book, id);
    if (device != nullptr && names(seen.who, device->address)) line.meant = id;
  }
  return line;
}

WalkCard frame_of(const Book& book, const Walk& walk) {
  WalkCard card{.id = walk.id,
                .by = walk.by,
                .place = walk.place,
                .label = listed(book, DeviceId(walk.place)) == nullptr
                             ? book.registry->label(book.registry->place_named(walk.place))
                             : label_of(book, DeviceId(walk.place)),
                .started_at = walk.started_at,
                .until = walk.until,
                .rang = walk.rang};
  for (const Walk::Bystander& seen : walk.bystanders) {
    card.beside.push_back(beside(book, walk, seen));
  }
  return card;
}

void sort_as_listed(const Book& book, std::vector<WalkCard::Device>& devices) {
  std::ranges::stable_sort(devices, {}, [&](const WalkCard::Device& line) {
    return book.registry->device_index(line.device);
  });
}

WalkCard card_of(const Book& book, const EndedWalk& ended) {
  WalkCard card = frame_of(book, ended.walk);
  card.ending = WalkCard::Ending{.at = ended.ended_at, .by = ended.by, .why = ended.why};
  for (const EndedWalk::Result& result : ended.results) {
    WalkCard::Device line = line_of(book, ended.walk, result.device);
    line.verdict = result.verdict;
    line.need = result.need;
    card.devices.push_back(std::move(line));
  }
  sort_as_listed(book, card.devices);
  return card;
}

}  // namespace

std::size_t WalkCard::passed() const {
  return static_cast<std::size_t>(std::ranges::count(devices, Verdict::passed, &Device::verdict));
}

WalkCard walk_card(const Book& book, const Walk& walk, Instant now) {
  WalkCard card = frame_of(book, walk);
  for (const DeviceId& id : walk.devices) card.devices.push_back(line_of(book, walk, id, now));
  sort_as_listed(book, card.devices);
  if (!walk.over) return card;
  card.ending = WalkCard::Ending{.at = walk.until, .by = {}, .why = {}};
  for (const EndedWalk& ended : book.ended_walks) {
    if (ended.walk.id != walk.id) continue;
    card.ending = WalkCard::Ending{.at = ended.ended_at, .by = ended.by, .why = ended.why};
  }
  return card;
}

std::vector<WalkCard> walk_cards(const Book& book, Instant now) {
  std::vector<WalkCard> cards;
  for (const auto& [id, walk] : book.walks) {
    if (!walk.over) cards.push_back(walk_card(book, walk, now));
  }
  std::ranges::stable_sort(cards, {}, &WalkCard::started_at);
  // Of one that is over, what it came to; and the alarms that are still on.
  for (auto ended = book.ended_walks.rbegin(); ended != book.ended_walks.rend(); ++ended) {
    WalkCard card = card_of(book, *ended);
    const auto still = book.walks.find(ended->walk.id);
    if (still != book.walks.end()) {
      for (WalkCard::Device& line : card.devices) {
        const Trial* trial = trial_of(book, line.device);
        if (trial == nullptr || trial->test != card.id || !trial->alarming_since) continue;
        line.rings_at = *trial->alarming_since + book.rules->test_alarm;
      }
    }
    cards.push_back(std::move(card));
  }
  return cards;
}

}  // namespace shouwang::dispatch
