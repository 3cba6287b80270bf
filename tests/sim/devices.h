// Alarms and sensors that speak Shouwang's own format (config/profiles/native.yaml): an event is
// repeated until the gateway says that it is on its disk.
//
// Faults: messages lost or late, answers lost, restarts in mid-alarm, wrong clocks, destruction.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/rng.h"
#include "base/time.h"

namespace shouwang::sim {

class Town;

// What a device has said, for the laws. Names of events are unique in a town.
struct EventTruth {
  DeviceId device;
  CommunityId community;
  bool is_alarm = false;
  bool abandoned = false;  // The device has forgotten it, or is no more.
  bool poison = false;     // Whoever handles it dies.
};

class Devices {
 public:
  explicit Devices(Town& town);

  // The danger is there from now on. Twice is as good as once.
  void danger(const CommunityId& community, const DeviceId& device, std::string_view kind);
  void danger_is_over(const CommunityId& community, const DeviceId& device);
  // Beats every minute from now on.
  void beat(const CommunityId& community, const DeviceId& device, std::string_view kind);
  // An answer of the gateway.
  void answered(const std::string& topic, const std::string& payload);
  // Its test button is pressed.
  void press_test(const CommunityId& community, const DeviceId& device, std::string_view kind);
  // It says nothing any more, until it does again. `with_will`: the broker says that it is gone.
  void fall_silent(const CommunityId& community, const DeviceId& device, bool with_will);
  void speak_again(const DeviceId& device);
  // An alarm on whose handling the process dies: its name. Not repeated.
  std::string poison(const CommunityId& community, const DeviceId& device);
  // Something on the air that nobody understands.
  void garbage(const CommunityId& community, const DeviceId& device);

  const std::map<std::string, EventTruth>& events() const { return events_; }
  bool is_in_danger(const DeviceId& device) const;
  // When the device last said that the danger is over; nothing if it never did.
  std::optional<Instant> said_normal(const DeviceId& device) const;
  // The same.
  void forget() { events_.clear(); }
  // From chaos to healing: nothing is lost any more.
  void heal();

 private:
  struct Device {
    CommunityId community;
    DeviceId id;
    std::string kind;
    bool in_danger = false;
    bool destroyed = false;
    bool beats = false;
    bool silent = false;
    bool wrong_clock = false;
    int boot = 1;
    int sequence = 0;
    std::string event;  // The last one.
    bool answered = true;
    std::optional<Instant> said_normal;
  };

  Device& device(const CommunityId& community, const DeviceId& id, std::string_view kind);
  void event(Device& device);
  std::string next_event(Device& device);
  void repeat(Device& device, const std::string& event, int times);
  void repeat_test(Device& device, const std::string& event, int times);
  void reboot(Device& device);
  void publish(Device& device, const std::string& event);
  void publish(Device& device, const std::string& event, std::string_view state);
  void send(const std::string& topic, const std::string& payload, bool retain);
  void beat_on(Device& device);

  Town& town_;
  Rng rng_;
  std::map<DeviceId, Device> devices_;
  std::map<std::string, EventTruth> events_;
};

// The name of the event in a payload; empty if there is none.
std::string event_in(std::string_view payload);

}  // namespace shouwang::sim
