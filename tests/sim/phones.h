// The ways to phones, as providers make them: quick, slow, lying, dead, busy, flapping.
//
// A phone rings in true time whatever has become of the process that sent the message.

#pragma once

#include <string>

#include "notify/channel.h"
#include "tests/sim/faults.h"
#include "tests/sim/law.h"

namespace shouwang::sim {

enum class Manner : std::uint8_t { good, slow, lies, dead, refuses, busy, flaps };

class PhoneChannel final : public notify::Channel {
 public:
  PhoneChannel(Town& town, std::string name, notify::Traits traits);

  const std::string& name() const override { return name_; }
  const notify::Traits& traits() const override { return traits_; }
  void send(const notify::Message& message, Done done) override;

  void behave(Manner manner) { manner_ = manner; }

 private:
  Manner manner_now();
  void answer(const Sent& sent, Done done, Millis after, dispatch::Receipt receipt);
  void take(const Sent& sent, const notify::Message& message, Done done, Millis after);

  Town& town_;
  std::string name_;
  notify::Traits traits_;
  Manner manner_ = Manner::good;
};

}  // namespace shouwang::sim
