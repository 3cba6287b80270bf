// What every broker link promises, run for the real one and for the fake.
//
// A World is one broker and what surrounds it:
//   using/ctor       default constructible
//   mqtt::Link& link(mqtt::LinkSettings, Handlers)   makes the link; the test starts it
//   void publish(topic, payload, retain)  a device publishes at QoS 1; returns when acknowledged
//   void go_down() / come_up()            the way between the link and the broker
//   void lose_session()                   the broker forgets the link's session; while it is down
//   std::optional<std::string> retained(topic)   what a new subscriber would get
//   bool eventually(condition)            waits for it, within reason
//   bool settled()                        waits until nothing more would come; true

#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "mqtt/link.h"

namespace shouwang::testing {

struct Received {
  std::string topic;
  std::string payload;
  bool retained = false;

  friend bool operator==(const Received&, const Received&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Received& message) {
    return out << message.topic << "=" << message.payload << (message.retained ? " (old)" : "");
  }
};

// Everything a link said. Thread-safe.
class Listener {
 public:
  mqtt::Link::Handlers handlers() {
    return {.on_message =
                [this](const mqtt::Incoming& incoming) {
                  const std::lock_guard lock(mutex_);
                  heard_.push_back({std::string(incoming.topic), std::string(incoming.payload),
                                    incoming.retained});
                  return verdict_ ? verdict_(heard_.back()) : mqtt::Verdict::keep;
                },
            .on_state =
                [this](const mqtt::LinkState& state) {
                  const std::lock_guard lock(mutex_);
                  states_.push_back(state);
                }};
  }

  void answer_with(std::function<mqtt::Verdict(const Received&)> verdict) {
    const std::lock_guard lock(mutex_);
    verdict_ = std::move(verdict);
  }

  std::vector<Received> heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }
  std::size_t heard(const Received& message) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count(heard_.begin(), heard_.end(), message));
  }
  mqtt::LinkState state() const {
    const std::lock_guard lock(mutex_);
    return states_.empty() ? mqtt::LinkState{} : states_.back();
  }
  std::vector<mqtt::LinkState> states() const {
    const std::lock_guard lock(mutex_);
    return states_;
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    heard_.clear();
    states_.clear();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Received> heard_;
  std::vector<mqtt::LinkState> states_;
  std::function<mqtt::Verdict(const Received&)> verdict_;
};

template <class World>
class LinkContract : public ::testing::Test {
 protected:
  mqtt::Link& connect(std::vector<std::string> filters) {
    mqtt::Link& link = world.link({.client_id = "gateway-under-test",
                                   .status_topic = "gw/status",
                                   .subscriptions = std::move(filters)},
                                  listener.handlers());
    link.start();
    EXPECT_TRUE(world.eventually([this] { return listener.state().connected; }));
    return link;
  }

  bool hears(const Received& message) {
    return world.eventually([&] { return listener.heard(message) > 0; });
  }

  void go_down_and_notice() {
    world.go_down();
    EXPECT_TRUE(world.eventually([this] { return !listener.state().connected; }));
  }

  void come_up_and_connect() {
    world.come_up();
    EXPECT_TRUE(world.eventually([this] { return listener.state().connected; }));
  }

  Listener listener;
  World world;  // After the listener: the link in it goes first.
};

TYPED_TEST_SUITE_P(LinkContract);

TYPED_TEST_P(LinkContract, AMessageArrivesWithTopicAndPayload) {
  this->connect({"estate/+/state"});
  this->world.publish("estate/GA-1/state", "alarm", false);
  EXPECT_TRUE(this->hears({"estate/GA-1/state", "alarm"}));
  this->world.publish("estate/GA-2/state", "", false);
  EXPECT_TRUE(this->hears({"estate/GA-2/state", ""}));
}

TYPED_TEST_P(LinkContract, EveryFilterIsSubscribedAndNothingElseIsHeard) {
  this->connect({"one/#", "two/+"});
  this->world.publish("three/x", "not wanted", false);
  this->world.publish("one/a/b", "1", false);
  this->world.publish("two/a", "2", false);
  EXPECT_TRUE(this->hears({"one/a/b", "1"}));
  EXPECT_TRUE(this->hears({"two/a", "2"}));
  EXPECT_EQ(this->listener.heard().size(), 2u);
}

TYPED_TEST_P(LinkContract, ADroppedMessageComesAgainAndAKeptOneDoesNot) {
  bool disk_full = true;
  this->listener.answer_with([&disk_full](const Received& message) {
    if (message.payload != "alarm") return mqtt::Verdict::keep;
    return std::exchange(disk_full, false) ? mqtt::Verdict::drop : mqtt::Verdict::keep;
  });
  this->connect({"estate/#"});
  this->world.publish("estate/GA-1", "before", false);
  this->world.publish("estate/GA-1", "alarm", false);
  ASSERT_TRUE(this->world.eventually([this] {
    const auto states = this->listener.states();
    return std::any_of(states.begin(), states.end(), [](const mqtt::LinkState& state) {
      return state.trouble == "A message could not be stored; the broker keeps it.";
    });
  }));
  this->world.come_up();
  EXPECT_TRUE(this->world.eventually([this] {
    return this->listener.heard({"estate/GA-1", "alarm"}) == 2;
  }));
  this->world.publish("estate/GA-1", "after", false);
  EXPECT_TRUE(this->hears({"estate/GA-1", "after"}));
  EXPECT_TRUE(this->world.settled());
  EXPECT_EQ(this->listener.heard({"estate/GA-1", "before"}), 1u);
  EXPECT_EQ(this->listener.heard({"estate/GA-1", "alarm"}), 2u);
}

TYPED_TEST_P(LinkContract, AHandlerThatThrowsIsADropAndNothingElse) {
  bool broken = true;
  this->listener.answer_with([&broken](const Received&) -> mqtt::Verdict {
    if (std::exchange(broken, false)) throw std::runtime_error("handler");
    return mqtt::Verdict::keep;
  });
  this->connect({"estate/#"});
  this->world.publish("estate/GA-1", "alarm", false);
  ASSERT_TRUE(this->hears({"estate/GA-1", "alarm"}));
  this->world.come_up();
  EXPECT_TRUE(this->world.eventually([this] {
    return this->listener.heard({"estate/GA-1", "alarm"}) == 2;
  }));
}

TYPED_TEST_P(LinkContract, WhatHappensWhileTheLinkIsDownArrivesAfterwardsInOrder) {
  this->connect({"estate/#"});
  this->go_down_and_notice();
  for (const char* payload : {"1", "2", "3"}) this->world.publish("estate/GA-1", payload, false);
  EXPECT_TRUE(this->listener.heard().empty());
  this->come_up_and_connect();
  ASSERT_TRUE(this->hears({"estate/GA-1", "3"}));
  const std::vector<Received> expected = {
      {"estate/GA-1", "1"}, {"estate/GA-1", "2"}, {"estate/GA-1", "3"}};
  EXPECT_EQ(this->listener.heard(), expected);
  EXPECT_TRUE(this->listener.state().session_kept);
}

TYPED_TEST_P(LinkContract, ARetainedStateIsReplayedAndMarkedAndALiveOneIsNot) {
  this->world.publish("estate/GA-1", "alarm", true);
  this->connect({"estate/#"});
  EXPECT_TRUE(this->hears({"estate/GA-1", "alarm", true}));
  this->world.publish("estate/GA-1", "normal", true);
  EXPECT_TRUE(this->hears({"estate/GA-1", "normal", false}));
}

TYPED_TEST_P(LinkContract, SubscribingAgainReplaysTheRetainedStates) {
  mqtt::Link& link = this->connect({"estate/#"});
  this->world.publish("estate/GA-1", "alarm", true);
  ASSERT_TRUE(this->hears({"estate/GA-1", "alarm", false}));
  link.subscribe({"estate/#"});
  EXPECT_TRUE(this->hears({"estate/GA-1", "alarm", true}));
}

TYPED_TEST_P(LinkContract, ANewSetOfFiltersReplacesTheOldNowAndAfterAReconnect) {
  mqtt::Link& link = this->connect({"old/#", "both/#"});
  link.subscribe({"new/#", "both/#"});
  EXPECT_TRUE(this->world.eventually([this] {
    this->world.publish("new/x", "now", false);
    return this->listener.heard({"new/x", "now"}) > 0;
  }));
  this->world.publish("old/x", "now", false);
  this->world.publish("both/x", "now", false);
  EXPECT_TRUE(this->hears({"both/x", "now"}));
  EXPECT_EQ(this->listener.heard({"old/x", "now"}), 0u);
  this->go_down_and_notice();
  this->world.lose_session();
  this->come_up_and_connect();
  this->world.publish("old/x", "later", false);
  this->world.publish("new/x", "later", false);
  EXPECT_TRUE(this->hears({"new/x", "later"}));
  EXPECT_EQ(this->listener.heard({"old/x", "later"}), 0u);
}

TYPED_TEST_P(LinkContract, ALostSessionIsReportedAsAGapAndTheFiltersAreRenewed) {
  this->connect({"estate/#"});
  const mqtt::LinkState before = this->listener.state();
  this->go_down_and_notice();
  this->world.lose_session();
  this->come_up_and_connect();
  const mqtt::LinkState after = this->listener.state();
  EXPECT_FALSE(after.session_kept);
  EXPECT_EQ(after.gaps, before.gaps + 1);
  EXPECT_EQ(after.last_gap, mqtt::Gap::session_lost);
  this->world.publish("estate/GA-1", "alarm", false);
  EXPECT_TRUE(this->hears({"estate/GA-1", "alarm"}));
}

TYPED_TEST_P(LinkContract, AKeptSessionIsNoGap) {
  this->connect({"estate/#"});
  const auto gaps = this->listener.state().gaps;
  this->go_down_and_notice();
  this->come_up_and_connect();
  EXPECT_TRUE(this->listener.state().session_kept);
  EXPECT_EQ(this->listener.state().gaps, gaps);
}

TYPED_TEST_P(LinkContract, PublishingReachesOthersAndIsRefusedWhileDisconnected) {
  mqtt::Link& link = this->connect({"estate/#"});
  EXPECT_TRUE(link.publish("cmd/GV-1", "close", true).has_value());
  EXPECT_TRUE(
      this->world.eventually([this] { return this->world.retained("cmd/GV-1") == "close"; }));
  this->go_down_and_notice();
  const auto refused = link.publish("cmd/GV-1", "close", true);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Error::Code::unavailable);
}

TYPED_TEST_P(LinkContract, ManyPublishesInARowAllLeave) {
  mqtt::Link& link = this->connect({"estate/#"});
  for (int number = 1; number <= 200; ++number) {
    EXPECT_TRUE(link.publish("cmd/GV-" + std::to_string(number), "close", true).has_value());
  }
  EXPECT_TRUE(
      this->world.eventually([this] { return this->world.retained("cmd/GV-200") == "close"; }));
  EXPECT_EQ(this->world.retained("cmd/GV-100"), "close");
}

TYPED_TEST_P(LinkContract, ItsStatusIsRetainedOnlineAndOffline) {
  mqtt::Link& link = this->connect({"estate/#"});
  EXPECT_TRUE(
      this->world.eventually([this] { return this->world.retained("gw/status") == "online"; }));
  link.stop();
  EXPECT_TRUE(
      this->world.eventually([this] { return this->world.retained("gw/status") == "offline"; }));
}

TYPED_TEST_P(LinkContract, NothingIsCalledAfterStop) {
  mqtt::Link& link = this->connect({"estate/#"});
  link.stop();
  this->listener.forget();
  this->world.publish("estate/GA-1", "alarm", false);
  EXPECT_TRUE(this->world.settled());
  EXPECT_TRUE(this->listener.heard().empty());
  EXPECT_TRUE(this->listener.states().empty());
}

REGISTER_TYPED_TEST_SUITE_P(
    LinkContract, AMessageArrivesWithTopicAndPayload, EveryFilterIsSubscribedAndNothingElseIsHeard,
    ADroppedMessageComesAgainAndAKeptOneDoesNot, AHandlerThatThrowsIsADropAndNothingElse,
    WhatHappensWhileTheLinkIsDownArrivesAfterwardsInOrder,
    ARetainedStateIsReplayedAndMarkedAndALiveOneIsNot, SubscribingAgainReplaysTheRetainedStates,
    ANewSetOfFiltersReplacesTheOldNowAndAfterAReconnect,
    ALostSessionIsReportedAsAGapAndTheFiltersAreRenewed, AKeptSessionIsNoGap,
    PublishingReachesOthersAndIsRefusedWhileDisconnected, ItsStatusIsRetainedOnlineAndOffline,
    ManyPublishesInARowAllLeave, NothingIsCalledAfterStop);

}  // namespace shouwang::testing
