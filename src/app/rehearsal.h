// A test alarm on the whole way of a real one.
//
//   publish ─► broker ─► link ─► decoder ─► book ─► disk ─► outbox ─► the channel "self-test"
//      ▲                   │        │         │       │                  │
//      └───── SelfTest ◄───┴────────┴─────────┴───────┴──────────────────┘ "it got past here"
//
// The alarm is one of a device "probe" of the community "self-test", in which nobody lives: a book,
// a registry and a ladder like any other, so that every line of code on the way is the one that a
// real alarm takes. What keeps it from people is what keeps communities apart, and that the gateway
// knows this one as its rehearsal (Gateway::open_rehearsal): no journal, no list, no figure. Its
// incidents are closed when the alarm has come through, and wiped a minute later.
//
// Loop's thread, but for brought_back().

#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "app/gateway.h"
#include "app/self_test.h"
#include "notify/channel.h"

namespace shouwang::app {

inline constexpr const char* kRehearsal = "self-test";  // The community and its channel.
inline constexpr const char* kProbeTopic = "shouwang/v1/self-test/probe/event";
inline constexpr const char* kProbeProfile = "native";  // Must be among the profiles.

// The community in which nobody lives, but one whose telephone is the channel.
std::shared_ptr<const household::Registry> rehearsal_registry(const std::string& language);
std::shared_ptr<const dispatch::Rules> rehearsal_rules();

class Rehearsal {
 public:
  struct Parts {
    Clock& clock;
    // Publishes; false if it can not, because the broker is not there.
    std::function<bool(const std::string& topic, const std::string& payload)> publish;
    // The time for the link's thread; any thread.
    std::function<Instant()> time;
    // A test has been passed or missed.
    std::function<void(const SelfTest&)> on_result;
  };

  Rehearsal(Parts parts, const SelfTest::Settings& settings);
  ~Rehearsal();
  Rehearsal(const Rehearsal&) = delete;
  Rehearsal& operator=(const Rehearsal&) = delete;

  // Has to be among the pump's channels.
  const std::shared_ptr<notify::Channel>& channel() const { return channel_; }
  // Opens the community and begins. `gateway`: which gets on_gateway() as Listeners::rehearsed; it
  // ends before this.
  Result<Done> open(Gateway& gateway, const std::string& language);
  void use(const SelfTest::Settings& settings);
  // Nothing is started any more.
  void stop();

  // The link's thread: a message has come back from the broker, not decoded yet.
  void brought_back(std::string_view topic, std::string_view payload);
  void on_gateway(const Rehearsed& seen);

  const SelfTest& test() const { return test_; }

 private:
  class Telephone;

  void look();
  void publish();
  void note_brought_back();
  void handed_over(const IncidentId& incident);
  void clear_away();
  void tell_if_ended(const SelfTest::Counts& before);

  Parts parts_;
  SelfTest test_;
  std::shared_ptr<notify::Channel> channel_;
  Gateway* gateway_ = nullptr;
  IncidentId incident_;  // Of the test under way.
  std::uint64_t sequence_ = 0;
  std::uint64_t boot_ = 0;
  Clock::Alarm alarm_ = 0;
  Clock::Alarm cleaning_ = 0;

  std::mutex mutex_;  // Guards what follows.
  std::string awaited_;
  std::optional<Instant> back_at_;
};

}  // namespace shouwang::app
