// A channel on any clock that records what it is given and does with it what it is told.
//
//   FakeChannel push("push", clock);
//   push.takes(40ms);                          // Every try is accepted 40 ms later.
//   push.to("test:R0786/push").refuses();      // ... but for this address.
//
// For story tests and the simulator. Keeps tests/contract/channel_contract.h.

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "notify/channel.h"

namespace shouwang::testing {

class FakeChannel final : public notify::Channel {
 public:
  // How it answers a try.
  struct Manner {
    dispatch::Receipt receipt;
    Millis delay{0};
    bool silent = false;                  // Never answers.
    std::optional<Millis> then_on_phone;  // After the answer: the phone has it.
    std::optional<Millis> then_opened;

    void takes(Millis after = Millis{0}) { *this = {.delay = after}; }
    void awaits(Millis after = Millis{0}) {
      *this = {.receipt = {.kind = dispatch::Receipt::Kind::awaiting}, .delay = after};
    }
    void fails(Millis retry_after = Millis{0}) {
      *this = {.receipt = {.kind = dispatch::Receipt::Kind::retry,
                           .retry_after = retry_after,
                           .error = "told to fail"}};
    }
    void refuses() {
      *this = {.receipt = {.kind = dispatch::Receipt::Kind::never, .error = "told to refuse"}};
    }
    void hangs() { *this = {.silent = true}; }
  };

  struct Sent {
    Instant at;
    notify::Message message;
  };

  FakeChannel(std::string name, Clock& clock, notify::Traits traits = {},
              notify::LateReceipt late = {})
      : name_(std::move(name)), traits_(traits), clock_(clock), late_(std::move(late)) {}

  const std::string& name() const override { return name_; }
  const notify::Traits& traits() const override { return traits_; }

  void send(const notify::Message& message, Done done) override {
    sent.push_back({clock_.now(), message});
    const Manner how = manner(message);
    if (how.silent) return;
    const Instant answered = clock_.now() + how.delay;
    clock_.wake_at(answered, [done = std::move(done), receipt = how.receipt] { done(receipt); });
    tell_late(message, answered, how.then_on_phone, dispatch::Receipt::Kind::on_phone);
    tell_late(message, answered, how.then_opened, dispatch::Receipt::Kind::opened);
  }

  // To whomever nothing else is said.
  Manner& everybody() { return everybody_; }
  // To one address only.
  Manner& to(const std::string& address) {
    return special_.try_emplace(address, everybody_).first->second;
  }
  void forget_special() { special_.clear(); }

  // Decides for each try, if set; the simulator's way in.
  std::function<std::optional<Manner>(const notify::Message&)> decide;

  std::vector<Sent> sent;  // Every try, oldest first.

 private:
  Manner manner(const notify::Message& message) const {
    if (decide) {
      if (auto decided = decide(message)) return *decided;
    }
    const auto special = special_.find(message.address);
    return special == special_.end() ? everybody_ : special->second;
  }

  void tell_late(const notify::Message& message, Instant from, std::optional<Millis> after,
                 dispatch::Receipt::Kind kind) {
    if (!after || !late_) return;
    clock_.wake_at(from + *after, [late = late_, community = message.community, key = message.key,
                                   attempt = message.attempt,
                                   kind] { late(community, key, attempt, {.kind = kind}); });
  }

  std::string name_;
  notify::Traits traits_;
  Clock& clock_;
  notify::LateReceipt late_;
  Manner everybody_;
  std::map<std::string, Manner> special_;
};

}  // namespace shouwang::testing
