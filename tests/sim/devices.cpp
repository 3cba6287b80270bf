#include "tests/sim/devices.h"

#include "tests/sim/town.h"

namespace shouwang::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kEventMark = "\"event\":\"";

// How long a device waits before it sends an event for the (n+1)-th time.
Millis pause_after(int times) {
  constexpr Millis kPauses[] = {2s, 4s, 8s};
  return times < 3 ? kPauses[times] : Millis{15s};
}

}  // namespace

std::string event_in(std::string_view payload) {
  const auto at = payload.find(kEventMark);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = payload.substr(at + kEventMark.size());
  return std::string(rest.substr(0, rest.find('"')));
}

Devices::Devices(Town& town) : town_(town), rng_(town.chance_of(1)) {}

Devices::Device& Devices::device(const CommunityId& community, const DeviceId& id,
                                 std::string_view kind) {
  const auto [entry, added] = devices_.try_emplace(id);
  if (added) {
    entry->second = {.community = community, .id = id, .kind = std::string(kind)};
    const auto odd = static_cast<unsigned>(town_.options().device_clocks);
    entry->second.wrong_clock = rng_.chance(odd);
    if (entry->second.wrong_clock) town_.count(Fault::device_clock);
  }
  return entry->second;
}

void Devices::danger(const CommunityId& community, const DeviceId& id, std::string_view kind) {
  Device& one = device(community, id, kind);
  if (one.in_danger || one.destroyed) return;
  one.in_danger = true;
  town_.note([&] { return id.str() + " is in danger: " + one.kind; });
  event(one);
  const Options& o = town_.options();
  if (rng_.chance(static_cast<unsigned>(o.reboots))) {
    town_.later(Millis{rng_.below(60'000)}, [this, &one] { reboot(one); });
  }
  if (rng_.chance(static_cast<unsigned>(o.destroyed))) {
    town_.later(Millis{rng_.below(300'000)}, [this, &one] {
      one.destroyed = true;
      town_.count(Fault::device_destroyed);
      if (!one.answered) events_.at(one.event).abandoned = true;
      town_.note([&] { return one.id.str() + " is destroyed"; });
    });
  }
}

void Devices::danger_is_over(const CommunityId& community, const DeviceId& id) {
  Device& one = device(community, id, "gas");
  if (!one.in_danger || one.destroyed) return;
  one.in_danger = false;
  if (!one.answered) events_.at(one.event).abandoned = true;
  town_.note([&] { return id.str() + " measures no danger any more"; });
  event(one);
}

std::string Devices::next_event(Device& one) {
  return one.id.str() + "." + std::to_string(one.boot) + "-" + std::to_string(one.sequence + 1);
}

void Devices::event(Device& one) {
  one.event = next_event(one);
  one.answered = false;
  events_[one.event] = {.device = one.id, .community = one.community, .is_alarm = one.in_danger};
  repeat(one, one.event, 0);
}

void Devices::repeat(Device& one, const std::string& event, int times) {
  if (one.destroyed || one.answered || one.event != event) return;
  if (!one.in_danger && times > 3) return;
  publish(one, event);
  town_.later(pause_after(times), [this, &one, event, times] { repeat(one, event, times + 1); });
}

void Devices::reboot(Device& one) {
  if (one.destroyed) return;
  town_.count(Fault::device_reboot);
  town_.note([&] { return one.id.str() + " starts anew"; });
  if (!one.answered) events_.at(one.event).abandoned = true;
  ++one.boot;
  one.sequence = 0;
  send("shouwang/v1/" + one.community.str() + "/" + one.id.str() + "/status", "online", true);
  if (one.in_danger) event(one);
}

void Devices::press_test(const CommunityId& community, const DeviceId& id, std::string_view kind) {
  Device& one = device(community, id, kind);
  if (one.destroyed) return;
  const std::string event = next_event(one);
  events_[event] = {.device = one.id, .community = one.community};
  repeat_test(one, event, 0);
}

void Devices::repeat_test(Device& one, const std::string& event, int times) {
  if (one.destroyed || times > 3) return;
  publish(one, event, "test");
  town_.later(pause_after(times),
              [this, &one, event, times] { repeat_test(one, event, times + 1); });
}

void Devices::fall_silent(const CommunityId& community, const DeviceId& id, bool with_will) {
  Device& one = device(community, id, "gas");
  one.silent = true;
  town_.note([&] { return id.str() + " falls silent"; });
  if (with_will)
    send("shouwang/v1/" + community.str() + "/" + id.str() + "/status", "offline", true);
}

void Devices::speak_again(const DeviceId& id) {
  Device& one = devices_.at(id);
  one.silent = false;
  send("shouwang/v1/" + one.community.str() + "/" + id.str() + "/status", "online", true);
}

std::string Devices::poison(const CommunityId& community, const DeviceId& id) {
  Device& one = device(community, id, "gas");
  const std::string event = "poison." + next_event(one);
  events_[event] = {.device = one.id,
                    .community = one.community,
                    .is_alarm = true,
                    .abandoned = true,
                    .poison = true};
  publish(one, event, "alarm");
  return event;
}

void Devices::publish(Device& one, const std::string& event) {
  publish(one, event, one.in_danger ? "alarm" : "normal");
}

void Devices::publish(Device& one, const std::string& event, std::string_view state) {
  ++one.sequence;
  std::string payload = "{\"v\":1,";
  if (!event.empty()) payload.append(kEventMark).append(event).append("\",");
  payload += "\"boot\":" + std::to_string(one.boot) + ",\"seq\":" + std::to_string(one.sequence) +
             ",\"kind\":\"" + one.kind + "\",\"state\":\"" + std::string(state) + "\"";
  if (one.wrong_clock) payload += ",\"time\":\"1970-01-02T00:00:00Z\"";
  payload += "}";
  if (state == "normal") one.said_normal = town_.truth();
  const std::string topic = "shouwang/v1/" + one.community.str() + "/" + one.id.str();
  send(topic + (event.empty() ? "/beat" : "/event"), payload, event.empty());
}

// Over the air to the broker, if both are well.
void Devices::send(const std::string& topic, const std::string& payload, bool retain) {
  const Options& o = town_.options();
  if (!town_.is_healing() && rng_.chance(static_cast<unsigned>(o.loss))) {
    return town_.count(Fault::message_lost);
  }
  const bool twice = !town_.is_healing() && rng_.chance(static_cast<unsigned>(o.duplicates));
  const Millis delay{5 + static_cast<int>(rng_.below(rng_.chance(20) ? 4'000 : 150))};
  town_.later(delay, [this, topic, payload, retain, twice] {
    if (town_.is_broker_out()) return;
    if (twice) {
      town_.count(Fault::duplicate);
      town_.link().duplicate_next(1);
    }
    town_.link().arrive(topic, payload, retain);
  });
}

void Devices::beat(const CommunityId& community, const DeviceId& id, std::string_view kind) {
  Device& one = device(community, id, kind);
  if (one.beats) return;
  one.beats = true;
  town_.later(Millis{rng_.below(60'000)}, [this, &one] { beat_on(one); });
}

void Devices::beat_on(Device& one) {
  if (one.destroyed) return;
  if (!one.silent) publish(one, "");
  town_.later(60s, [this, &one] { beat_on(one); });
}

void Devices::answered(const std::string& topic, const std::string& payload) {
  const auto end = topic.rfind('/');
  const auto begin = topic.rfind('/', end - 1);
  const auto found = devices_.find(DeviceId(topic.substr(begin + 1, end - begin - 1)));
  if (found == devices_.end() || found->second.destroyed) return;
  if (event_in(payload) == found->second.event) found->second.answered = true;
}

void Devices::garbage(const CommunityId& community, const DeviceId& id) {
  static constexpr std::string_view kBytes[] = {
      "", "{", "\xff\xfe", "{\"v\":2}", "[]", "{\"kind\":\"gas\",\"state\":\"purple\"}"};
  town_.count(Fault::garbage);
  const std::string bytes(kBytes[rng_.below(std::size(kBytes))]);
  send("shouwang/v1/" + community.str() + "/" + id.str() + "/event", bytes, false);
}

bool Devices::is_in_danger(const DeviceId& id) const {
  const auto found = devices_.find(id);
  return found != devices_.end() && found->second.in_danger && !found->second.destroyed;
}

std::optional<Instant> Devices::said_normal(const DeviceId& id) const {
  const auto found = devices_.find(id);
  return found == devices_.end() ? std::nullopt : found->second.said_normal;
}

void Devices::heal() {
  for (auto& [id, one] : devices_) {
    if (one.in_danger) danger_is_over(one.community, id);
    if (one.silent) speak_again(id);
  }
}

}  // namespace shouwang::sim
