// From arrivals at the intake to events in the books.
//
//   link's thread:  Incoming ─ Decoder + Directory ─► Said          (ProfileReading, immutable)
//   loop:           Said ─ Watch: is it news? ─► Gateway ─► settle the ticket, answer the device
//
// A device's Watch is kept only once what it led to is stored: after a failed commit the message
// comes again and is news again.

#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/gateway.h"
#include "app/newcomers.h"
#include "base/clock.h"
#include "device/decoder.h"
#include "device/watch.h"
#include "mqtt/intake.h"

namespace shouwang::app {

// What the link's thread needs to understand devices. Immutable but for the time of day.
class ProfileReading final : public mqtt::Reading {
 public:
  ProfileReading(device::SharedProfiles profiles, device::Directory directory,
                 std::vector<std::shared_ptr<const household::Registry>> registries);

  mqtt::Care read(const mqtt::Incoming& incoming, std::vector<mqtt::Said>& said) const override;

  // The loop tells the time; the link's thread judges device clocks by it, give or take a second.
  void tell_time(Instant now) { now_.store(now.time_since_epoch().count()); }
  const std::vector<device::Profile>& profiles() const { return decoder_.profiles(); }
  const device::Decoder& decoder() const { return decoder_; }
  const device::Directory& directory() const { return directory_; }

  // Lists of devices that bridges publish are large, and no device's own words.
  bool may_be_large(std::string_view topic) const override {
    return device::is_announcement(topic);
  }
  // Where announcements go; it outlives the link.
  void tell_newcomers(Newcomers* newcomers) { newcomers_.store(newcomers); }

 private:
  device::Decoder decoder_;
  device::Directory directory_;
  std::vector<std::shared_ptr<const household::Registry>> registries_;  // Order of the listings.
  std::atomic<Millis::rep> now_{0};
  std::atomic<Newcomers*> newcomers_{nullptr};
};

class Sensors {
 public:
  // Publishes a device's application acknowledgement: topic, payload. At most once.
  using Publish = std::function<void(const std::string& topic, const std::string& payload)>;

  Sensors(Clock& clock, Gateway& gateway, mqtt::Intake& intake, Publish publish);
  ~Sensors();

  // From the next message on. Watches of devices that stay are kept. The intake must have been
  // given the same reading.
  void use(std::shared_ptr<ProfileReading> reading);

  // What is told of the messages that are being handled: see Listeners::in_hand; `done`: the
  // message has been handled for good.
  struct Hands {
    std::function<void(std::uint64_t mark)> in_hand;
    std::function<void(std::uint64_t mark)> done;
  };
  void use(Hands hands) { hands_ = std::move(hands); }

  // Takes all that has arrived and says how many messages that were. On the loop's thread.
  std::size_t drain();
  // For the link's thread, which judges device clocks by it.
  void tell_time();

  struct Counts {
    std::uint64_t messages = 0;
    std::uint64_t routine = 0;
    std::uint64_t news = 0;
    std::uint64_t strangers = 0;
  };
  const Counts& counts() const { return counts_; }

  // How well the device was received when it was last said; nothing since the start: unknown.
  std::optional<device::LinkQuality> link_of(const CommunityId& community,
                                             const DeviceId& device) const;

  const Newcomers& newcomers() const { return newcomers_; }
  const std::shared_ptr<ProfileReading>& reading() const { return reading_; }

 private:
  struct Place {
    CommunityId community;
    std::size_t device = 0;
    auto operator<=>(const Place&) const = default;
  };
  struct Waiting;
  // The message before us. Most are beats, for which nobody has to wait.
  struct InHand {
    const mqtt::Arrival& arrival;
    std::shared_ptr<Waiting> waiting;  // From the first part that goes to a book.
  };

  void handle(mqtt::Arrival& arrival);
  void hear(mqtt::Said& said, InHand& hand);
  void hear_stranger(mqtt::Said& said, InHand& hand);
  void hear_set_aside(const mqtt::Said& said, InHand& hand);
  CommunityId community_by_topic(const std::string& topic) const;
  std::optional<store::RawMessage> raw_of(const mqtt::Said& said,
                                          const mqtt::Arrival& arrival) const;
  void submit(Input input, InHand& hand, std::function<void(const dispatch::Reply&)> stored);
  void keep(const Place& place, const device::Watch& state, const device::Profile& profile);
  void answer_again(const device::Profile& profile, const Place& place,
                    const device::Report& report);
  void acknowledge(const device::Profile& profile, const Place& place, const device::Report& report,
                   const IncidentId& incident);
  void note_rises();
  void look_at_rises();
  const device::Profile* profile_named(const std::string& name) const;
  device::Watch& watch(const Place& place);
  CommunityId community_of(const mqtt::Said& said) const;

  Clock& clock_;
  Gateway& gateway_;
  mqtt::Intake& intake_;
  Publish publish_;
  std::shared_ptr<ProfileReading> reading_;
  std::map<std::string, const device::Profile*> profiles_;
  std::map<CommunityId, std::vector<device::Watch>> watches_;
  std::map<CommunityId, std::shared_ptr<const household::Registry>> registries_;
  std::map<std::pair<CommunityId, DeviceId>, device::LinkQuality> links_;
  std::set<std::pair<Instant, Place>> rises_;
  Clock::Alarm rise_alarm_ = 0;
  std::deque<mqtt::Arrival> arrived_;
  Newcomers newcomers_;
  Hands hands_;
  Counts counts_;
};

}  // namespace shouwang::app
