#include "app/sensors.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/check.h"

namespace shouwang::app {
namespace {

using device::Outcome;
using device::Profile;
using mqtt::Said;

// Topics of which nobody expects to be told: not the device speaking, or nothing it said.
bool is_silent(Outcome outcome) {
  switch (outcome) {
    case Outcome::excluded:
    case Outcome::not_of_interest:
    case Outcome::cleared:
    case Outcome::retained_ignored:
    case Outcome::stranger_ignored: return true;
    case Outcome::read:
    case Outcome::no_profile: return false;
  }
  return false;
}

std::string filled(std::string pattern, std::string_view name, const std::string& value) {
  const std::string mark = "{" + std::string(name) + "}";
  for (auto at = pattern.find(mark); at != std::string::npos; at = pattern.find(mark)) {
    pattern.replace(at, mark.size(), value);
  }
  return pattern;
}

}  // namespace

ProfileReading::ProfileReading(device::SharedProfiles profiles, device::Directory directory,
                               std::vector<std::shared_ptr<const household::Registry>> registries)
    : decoder_(std::move(profiles)),
      directory_(std::move(directory)),
      registries_(std::move(registries)) {}

mqtt::Care ProfileReading::read(const mqtt::Incoming& incoming, std::vector<Said>& said) const {
  if (device::is_announcement(incoming.topic)) {
    if (Newcomers* newcomers = newcomers_.load()) {
      newcomers->announce(incoming.topic, incoming.payload);
    }
    return mqtt::Care::beat;
  }
  const Instant now{Millis{now_.load()}};
  const device::Message message{
      .topic = incoming.topic, .payload = incoming.payload, .retained = incoming.retained};
  device::Decoding decoding = decoder_.decode(message, now, directory_);
  if (is_silent(decoding.outcome)) return mqtt::Care::beat;
  if (decoding.outcome == Outcome::no_profile) {
    said.emplace_back().report.problem = explain(decoding.outcome);
    return mqtt::Care::raw;
  }
  for (device::Decoded& decoded : decoding.reports) {
    Said& one = said.emplace_back();
    one.profile = decoder_.profiles()[decoded.profile].name;
    one.report = std::move(decoded.report);
    if (!decoded.owner) continue;
    const household::Community& community = registries_[decoded.owner->community]->community();
    one.community = community.id;
    one.device = community.devices[decoded.owner->device].id;
  }
  return mqtt::care_for(said);
}

// An arrival whose parts are being handled; the ticket is settled when the last one is.
struct Sensors::Waiting {
  Waiting(mqtt::Intake& with_intake, const mqtt::Arrival& arrival,
          std::function<void(std::uint64_t)> with_done)
      : intake(with_intake),
        ticket(arrival.ticket),
        mark(arrival.mark),
        done(std::move(with_done)) {}
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    if (stored && done) done(mark);
    intake.settle(ticket, stored);
  }

  mqtt::Intake& intake;
  mqtt::Ticket ticket;
  std::uint64_t mark;
  std::function<void(std::uint64_t)> done;
  bool stored = true;
};

Sensors::Sensors(Clock& clock, Gateway& gateway, mqtt::Intake& intake, Publish publish)
    : clock_(clock), gateway_(gateway), intake_(intake), publish_(std::move(publish)) {}

Sensors::~Sensors() {
  if (rise_alarm_ != 0) clock_.cancel(rise_alarm_);
}

void Sensors::use(std::shared_ptr<ProfileReading> reading) {
  reading_ = std::move(reading);
  reading_->tell_time(clock_.now());
  reading_->tell_newcomers(&newcomers_);
  profiles_.clear();
  for (const Profile& profile : reading_->profiles()) profiles_.emplace(profile.name, &profile);
  std::map<CommunityId, std::vector<device::Watch>> watches;
  std::vector<const dispatch::Book*> books = gateway_.books();
  if (const dispatch::Book* rehearsal = gateway_.rehearsal()) books.push_back(rehearsal);
  for (const dispatch::Book* book : books) {
    const CommunityId& id = book->registry->community().id;
    auto& fresh = watches[id];
    fresh.resize(book->registry->community().devices.size());
    const auto before = registries_.find(id);
    if (before == registries_.end()) continue;
    const auto& devices = before->second->community().devices;
    for (std::size_t i = 0; i < devices.size(); ++i) {
      const auto index = book->registry->device_index(devices[i].id);
      if (index) fresh[*index] = watches_.at(id)[i];
    }
  }
  watches_ = std::move(watches);
  rises_.clear();
  for (const dispatch::Book* book : books) {
    registries_[book->registry->community().id] = book->registry;
  }
  note_rises();
}

// An alarm that was still to last long enough when the configuration changed goes on waiting.
void Sensors::note_rises() {
  for (const auto& [community, registry] : registries_) {
    const auto of = watches_.find(community);
    if (of == watches_.end()) continue;
    const auto& devices = registry->community().devices;
    for (std::size_t i = 0; i < devices.size(); ++i) {
      const Profile* profile = profile_named(devices[i].profile);
      if (profile == nullptr) continue;
      const auto due = device::next_due(of->second[i], *profile);
      if (due) rises_.emplace(*due, Place{.community = community, .device = i});
    }
  }
  look_at_rises();
}

std::size_t Sensors::drain() {
  tell_time();
  arrived_.clear();
  intake_.take(arrived_);
  for (mqtt::Arrival& arrival : arrived_) handle(arrival);
  const std::size_t count = arrived_.size();
  arrived_.clear();
  return count;
}

void Sensors::tell_time() {
  if (reading_) reading_->tell_time(clock_.now());
}

void Sensors::handle(mqtt::Arrival& arrival) {
  ++counts_.messages;
  if (hands_.in_hand) hands_.in_hand(arrival.mark);
  InHand hand{.arrival = arrival, .waiting = nullptr};
  for (Said& said : arrival.said) {
    if (arrival.care == mqtt::Care::set_aside) {
      hear_set_aside(said, hand);
    } else {
      hear(said, hand);
    }
  }
  if (!hand.waiting) {
    if (hands_.done) hands_.done(arrival.mark);
    intake_.settle(arrival.ticket, true);
  }
  if (hands_.in_hand) hands_.in_hand(0);
}

void Sensors::hear_set_aside(const Said& said, InHand& hand) {
  const mqtt::Arrival& arrival = hand.arrival;
  submit({.community = community_by_topic(arrival.topic),
          .event = dispatch::SetAside{.topic = arrival.topic, .why = said.report.problem},
          .raw = raw_of(said, arrival)},
         hand, {});
}

// The message is not read; but most topics name the community.
CommunityId Sensors::community_by_topic(const std::string& topic) const {
  for (const dispatch::Book* book : gateway_.books()) {
    const CommunityId& id = book->registry->community().id;
    if (("/" + topic + "/").find("/" + id.str() + "/") != std::string::npos) return id;
  }
  return community_of({});
}

void Sensors::hear(Said& said, InHand& hand) {
  const mqtt::Arrival& arrival = hand.arrival;
  const Profile* profile = profile_named(said.profile);
  const auto registry = registries_.find(said.community);
  const auto index =
      registry == registries_.end() ? std::nullopt : registry->second->device_index(said.device);
  if (profile == nullptr || !index) return hear_stranger(said, hand);
  const Place place{.community = said.community, .device = *index};
  device::Observation seen = device::observe(watch(place), *profile, said.report, clock_.now());
  if (device::is_sign_of_life(said.report)) {
    gateway_.note_seen(place.community, place.device, said.report.bridge);
    if (said.report.link) links_[{said.community, said.device}] = *said.report.link;
  }
  const dispatch::Book& book = *gateway_.book(place.community);
  const bool silent = seen.news.signals.empty() && seen.news.problem.empty() &&
                      !dispatch::is_under_test(book, said.device);
  if (silent || dispatch::is_routine(book, said.device, seen.news)) {
    ++counts_.routine;
    answer_again(*profile, place, said.report);
    return keep(place, seen.state, *profile);
  }
  ++counts_.news;
  Input input{.community = place.community,
              .event = dispatch::Heard{.device = said.device,
                                       .topic = arrival.topic,
                                       .profile = said.profile,
                                       .report = std::move(seen.news)},
              .raw = raw_of(said, arrival),
              .mark = arrival.mark};
  submit(std::move(input), hand,
         [this, place, state = seen.state, name = said.profile,
          report = said.report](const dispatch::Reply& reply) {
           const Profile* still = profile_named(name);
           if (still == nullptr) return;
           keep(place, state, *still);
           acknowledge(*still, place, report, reply.incident);
         });
}

void Sensors::hear_stranger(Said& said, InHand& hand) {
  const mqtt::Arrival& arrival = hand.arrival;
  ++counts_.strangers;
  if (arrival.care == mqtt::Care::raw) {
    newcomers_.hear(arrival.topic, arrival.payload, clock_.now());
  }
  Input input{.community = community_of(said),
              .event = dispatch::Unreadable{.device = said.device,
                                            .topic = arrival.topic,
                                            .problem = said.report.problem},
              .raw = raw_of(said, arrival),
              .mark = arrival.mark};
  if (profile_named(said.profile) != nullptr) {
    input.event = dispatch::Heard{
        .topic = arrival.topic, .profile = said.profile, .report = std::move(said.report)};
  }
  submit(std::move(input), hand, {});
}

std::optional<store::RawMessage> Sensors::raw_of(const Said& said,
                                                 const mqtt::Arrival& arrival) const {
  if (arrival.care != mqtt::Care::raw && arrival.care != mqtt::Care::set_aside) return std::nullopt;
  return store::RawMessage{.at = clock_.now(),
                           .device = said.device,
                           .topic = arrival.topic,
                           .payload = arrival.payload,
                           .problem = said.report.problem};
}

void Sensors::submit(Input input, InHand& hand,
                     std::function<void(const dispatch::Reply&)> stored) {
  if (!hand.waiting) {
    hand.waiting = std::make_shared<Waiting>(intake_, hand.arrival, hands_.done);
  }
  // A test alarm that is not saved is no reason to cut the connection, which real ones need.
  const dispatch::Book* rehearsal = gateway_.rehearsal();
  const bool held = rehearsal == nullptr || rehearsal->registry->community().id != input.community;
  input.settled = [waiting = hand.waiting, held, stored = std::move(stored)](
                      bool on_disk, const dispatch::Reply& reply) {
    if (!on_disk && held) waiting->stored = false;
    if (on_disk && stored) stored(reply);
  };
  gateway_.submit(std::move(input));
}

void Sensors::keep(const Place& place, const device::Watch& state, const Profile& profile) {
  const auto of = watches_.find(place.community);
  if (of == watches_.end() || place.device >= of->second.size()) return;
  of->second[place.device] = state;
  const auto due = device::next_due(state, profile);
  if (!due) return;
  rises_.emplace(*due, place);
  look_at_rises();
}

// Rises that have lasted long enough are alarms, whether or not the device speaks again.
void Sensors::look_at_rises() {
  if (rise_alarm_ != 0) clock_.cancel(rise_alarm_);
  rise_alarm_ = 0;
  if (rises_.empty()) return;
  rise_alarm_ = clock_.wake_at(rises_.begin()->first, [this] {
    rise_alarm_ = 0;
    const Instant now = clock_.now();
    while (!rises_.empty() && rises_.begin()->first <= now) {
      const Place place = rises_.begin()->second;
      rises_.erase(rises_.begin());
      const auto registry = registries_.find(place.community);
      if (registry == registries_.end()) continue;
      const auto& device = registry->second->community().devices.at(place.device);
      const Profile* profile = profile_named(device.profile);
      if (profile == nullptr) continue;
      device::Risen risen = device::rise_if_due(watch(place), *profile, now);
      watch(place) = risen.state;
      if (!risen.signal) continue;
      gateway_.submit({.community = place.community,
                       .event = dispatch::Heard{
                           .device = device.id,
                           .profile = profile->name,
                           .report = {.address = device.address, .signals = {*risen.signal}}}});
    }
    look_at_rises();
  });
}

// A device repeats an event until it is answered; the first answer may have been lost.
void Sensors::answer_again(const Profile& profile, const Place& place,
                           const device::Report& report) {
  if (report.event_id.empty()) return;
  const dispatch::Book& book = *gateway_.book(place.community);
  const auto memory = book.devices.find(book.registry->community().devices[place.device].id);
  if (memory == book.devices.end() || gateway_.store_trouble()) return;
  const auto& stored = memory->second.event_ids;
  if (std::ranges::find(stored, report.event_id) == stored.end()) return;
  acknowledge(profile, place, report, memory->second.incident);
}

void Sensors::acknowledge(const Profile& profile, const Place& place, const device::Report& report,
                          const IncidentId& incident) {
  if (profile.acknowledge.empty() || report.event_id.empty()) return;
  std::string topic = filled(profile.acknowledge, "device", report.address);
  topic = filled(std::move(topic), "community", place.community.str());
  boost::json::object body{{"event", report.event_id}};
  if (!incident.empty()) body["incident"] = incident.str();
  publish_(topic, boost::json::serialize(body));
}

const Profile* Sensors::profile_named(const std::string& name) const {
  const auto found = profiles_.find(name);
  return found == profiles_.end() ? nullptr : found->second;
}

std::optional<device::LinkQuality> Sensors::link_of(const CommunityId& community,
                                                    const DeviceId& device) const {
  const auto found = links_.find({community, device});
  if (found == links_.end()) return std::nullopt;
  return found->second;
}

device::Watch& Sensors::watch(const Place& place) {
  return watches_.at(place.community).at(place.device);
}

// A stranger whose topic names no community of ours is the first community's to look after. The
// rehearsal's is not ours: nobody would hear of the stranger there.
CommunityId Sensors::community_of(const Said& said) const {
  const auto books = gateway_.books();
  CHECK(!books.empty());
  for (const CommunityId& id : {said.community, CommunityId(said.report.community)}) {
    const bool ours = std::ranges::any_of(
        books, [&](const dispatch::Book* book) { return book->registry->community().id == id; });
    if (ours) return id;
  }
  return books.front()->registry->community().id;
}

}  // namespace shouwang::app
