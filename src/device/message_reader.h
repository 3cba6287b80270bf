// Reads one message in every way that its topic allows, before it is known which way counts.

#pragma once

#include <compare>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "device/decoder.h"
#include "device/payload.h"
#include "device/scene.h"

namespace shouwang::device {

// One way to read the message about one device.
struct Candidate {
  const Route* route = nullptr;
  std::string_view address;    // Empty if the payload that should have named it can not be read.
  std::optional<Owner> owner;  // Set if a listed device with the route's profile is meant.
  const Json* json = nullptr;
  std::uint32_t element = 0;
  Value whole;
  std::string_view problem;  // Why the payload is not what the form wants; empty if it is.
};

// How far a report is to be believed; compared from the first to the last.
struct Merit {
  bool is_read = false;
  bool has_alarm = false;
  std::size_t expected = 0;  // Expected keys, conditions and topic texts, if all are there.
  int unknown = 0;           // Negative count: fewer is better.
  std::size_t said = 0;      // Signals that are more than a sign of life.

  friend auto operator<=>(const Merit&, const Merit&) = default;
};

class MessageReader {
 public:
  struct Subject {
    std::span<const Profile> profiles;
    const Directory& directory;
    const Message& message;
    const TopicLevels& topic;
    Instant now;
  };
  // Everything has to outlive the reader; candidates are valid as long as it.
  MessageReader(const Subject& subject, std::pmr::memory_resource* memory)
      : subject_(subject), memory_(memory), payload_(subject.message.payload, memory) {}

  // Removes the routes that would read a device named by the topic as a stranger while others read
  // it as listed: what is left does not grow with the number of profiles.
  void drop_strangers(std::pmr::vector<const Route*>& routes);

  // Adds a candidate for each device that the message is about by this route.
  void find(const Route& route, std::pmr::vector<Candidate>& out);

  // Whether a list has the address, with whatever profile.
  bool is_listed_somewhere(std::string_view address) const {
    return !subject_.directory.find(address).empty();
  }

  Report report(const Candidate& candidate) const;
  Merit merit(const Candidate& candidate, const Report& report) const;

  const Profile& profile(const Route& route) const { return subject_.profiles[route.profile]; }
  const Form& form(const Route& route) const { return profile(route).forms[route.form]; }

 private:
  void find_in_json(Candidate& candidate, std::pmr::vector<Candidate>& out);
  void add(Candidate& candidate, std::pmr::vector<Candidate>& out);
  std::optional<Owner> owner_of(const Route& route, std::string_view address);
  std::string_view address_in_topic(const Route& route);
  Scene scene(const Candidate& candidate) const;
  void read(const Candidate& candidate, Report& report) const;
  void read_time(const Scene& scene, Report& report) const;
  static void read_link(const Scene& scene, Report& report);

  Subject subject_;
  std::pmr::memory_resource* memory_;
  Payload payload_;
  // The last address looked up: routes of one topic mostly share it.
  std::optional<std::string_view> looked_up_;
  std::span<const Directory::Entry> entries_;
};

}  // namespace shouwang::device
