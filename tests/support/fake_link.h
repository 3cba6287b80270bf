// A broker and the link to it in one object, without threads, sockets or time: for stories and the
// simulator. It keeps tests/contract/link_contract.h, as the real link does.
//
//   FakeLink link(settings, handlers);
//   link.start();
//   link.arrive("shouwang/e18/GA-1/state", R"({"gas":"alarm"})");  // as if a device had published
//   link.go_down();  ...  link.come_up();                          // queued messages come now
//
// Handlers are called on the caller's thread, from inside the call that causes them. on_message
// must therefore not wait for something that only this thread can do: give Intake a `wait` that
// turns the loop (Intake::Settings::wait).

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "mqtt/link.h"

namespace shouwang::testing {

// Whether a topic filter matches a topic (MQTT 5, section 4.7).
inline bool matches(std::string_view filter, std::string_view topic) {
  if (topic.starts_with('$') && !filter.starts_with('$')) return false;
  for (;;) {
    const std::size_t filter_end = std::min(filter.find('/'), filter.size());
    const std::size_t topic_end = std::min(topic.find('/'), topic.size());
    const std::string_view level = filter.substr(0, filter_end);
    if (level == "#") return true;
    if (level != "+" && level != topic.substr(0, topic_end)) return false;
    const bool filter_over = filter_end == filter.size();
    const bool topic_over = topic_end == topic.size();
    if (filter_over && topic_over) return true;
    if (topic_over) return filter.substr(filter_end) == "/#";
    if (filter_over) return false;
    filter.remove_prefix(filter_end + 1);
    topic.remove_prefix(topic_end + 1);
  }
}

class FakeLink final : public mqtt::Link {
 public:
  struct Message {
    std::string topic;
    std::string payload;
    bool retained = false;

    friend bool operator==(const Message&, const Message&) = default;
  };

  FakeLink(mqtt::LinkSettings settings, Handlers handlers)
      : settings_(std::move(settings)),
        handlers_(std::move(handlers)),
        filters_(settings_.subscriptions) {}

  // --- Link ----------------------------------------------------------------------------------

  void start() override {
    started_ = true;
    if (reachable_) connect();
  }

  void stop() override {
    if (state_.connected) set_status("offline");
    started_ = false;
    state_.connected = false;
  }

  void subscribe(std::vector<std::string> filters) override {
    filters_ = std::move(filters);
    if (state_.connected) replay();
  }

  Result<Done> publish(const std::string& topic, const std::string& payload,
                       bool retained) override {
    if (!state_.connected) return fail(Error::Code::unavailable, "the broker is not connected");
    published.push_back({topic, payload, retained});
    arrive(topic, payload, retained);
    return Done{};
  }

  // --- What the world does -------------------------------------------------------------------

  // A device publishes at QoS 1; with `retain` the broker remembers it as the topic's state.
  void arrive(const std::string& topic, const std::string& payload, bool retain = false) {
    if (retain) retained_[topic] = payload;
    if (retain && payload.empty()) retained_.erase(topic);
    if (!session_ || !is_wanted(topic)) return;
    waiting_.push_back({topic, payload, false});
    deliver();
  }

  // The connection is lost and can not be made again until come_up(). Messages are queued.
  void go_down() {
    reachable_ = false;
    if (state_.connected) set_status("offline");
    disconnect("The connection to the broker was lost.");
  }
  void come_up() {
    reachable_ = true;
    if (started_ && !state_.connected) connect();
  }

  // The broker restarts without its memory of us, or of everybody.
  void lose_session() {
    session_ = false;
    waiting_.clear();
  }
  void forget_retained() { retained_.clear(); }

  // The next `count` messages are delivered twice, as after a lost acknowledgement.
  void duplicate_next(std::size_t count) { duplicates_ = count; }

  // While held, messages queue up; release() delivers them, in an order drawn from `seed` if given.
  void hold() { held_ = true; }
  void release() {
    held_ = false;
    deliver();
  }
  void release_shuffled(std::uint64_t seed) {
    Rng rng(seed);
    for (std::size_t left = waiting_.size(); left > 1; --left) {
      std::swap(waiting_[left - 1], waiting_[rng.below(left)]);
    }
    release();
  }

  // --- What can be seen ----------------------------------------------------------------------

  const mqtt::LinkState& state() const { return state_; }
  const std::map<std::string, std::string>& retained() const { return retained_; }
  std::size_t waiting() const { return waiting_.size(); }  // Not acknowledged yet.
  std::vector<Message> published;                          // By us, oldest first.

 private:
  bool is_wanted(const std::string& topic) const {
    return std::any_of(filters_.begin(), filters_.end(),
                       [&topic](const std::string& filter) { return matches(filter, topic); });
  }

  void connect() {
    state_.session_kept = session_;
    if (!session_) {
      ++state_.gaps;
      state_.last_gap = mqtt::Gap::session_lost;
    }
    session_ = true;
    state_.connected = true;
    state_.trouble.clear();
    set_status("online");
    handlers_.on_state(state_);
    replay();
    deliver();
  }

  void disconnect(std::string trouble) {
    if (!state_.connected) return;
    state_.connected = false;
    state_.trouble = std::move(trouble);
    handlers_.on_state(state_);
  }

  void set_status(const std::string& word) {
    if (!settings_.status_topic.empty()) retained_[settings_.status_topic] = word;
  }

  void replay() {
    for (const auto& [topic, payload] : retained_) {
      if (is_wanted(topic)) waiting_.push_back({topic, payload, true});
    }
    deliver();
  }

  // A handler may cause further messages; they wait for the outer call to come to them.
  void deliver() {
    if (delivering_) return;
    delivering_ = true;
    while (started_ && state_.connected && !held_ && !waiting_.empty()) {
      const Message message = waiting_.front();
      const int times = duplicates_ > 0 ? 2 : 1;
      if (duplicates_ > 0) --duplicates_;
      if (hand_over(message, times)) {
        waiting_.pop_front();
      } else {
        disconnect("A message could not be stored; the broker keeps it.");
      }
    }
    delivering_ = false;
  }

  bool hand_over(const Message& message, int times) {
    bool kept = true;
    for (int turn = 0; turn < times && kept; ++turn) {
      kept = verdict_on(message) == mqtt::Verdict::keep;
    }
    return kept;
  }

  mqtt::Verdict verdict_on(const Message& message) {
    try {
      return handlers_.on_message(
          {.topic = message.topic, .payload = message.payload, .retained = message.retained});
    } catch (...) {
      return mqtt::Verdict::drop;
    }
  }

  const mqtt::LinkSettings settings_;
  const Handlers handlers_;
  std::vector<std::string> filters_;
  mqtt::LinkState state_;
  std::map<std::string, std::string> retained_;
  std::deque<Message> waiting_;
  std::size_t duplicates_ = 0;
  bool started_ = false;
  bool reachable_ = true;
  bool session_ = false;
  bool held_ = false;
  bool delivering_ = false;
};

}  // namespace shouwang::testing
