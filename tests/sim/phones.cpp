#include "tests/sim/phones.h"

#include "tests/sim/town.h"

namespace shouwang::sim {
namespace {

using Kind = dispatch::Receipt::Kind;
using namespace std::chrono_literals;

Fault fault_of(Manner manner) {
  switch (manner) {
    case Manner::slow: return Fault::channel_slow;
    case Manner::lies: return Fault::channel_lies;
    case Manner::dead: return Fault::channel_dead;
    case Manner::refuses: return Fault::channel_refuses;
    case Manner::busy: return Fault::channel_busy;
    case Manner::good:
    case Manner::flaps: return Fault::channel_flaps;
  }
  return Fault::channel_flaps;
}

}  // namespace

PhoneChannel::PhoneChannel(Town& town, std::string name, notify::Traits traits)
    : town_(town), name_(std::move(name)), traits_(traits) {}

Manner PhoneChannel::manner_now() {
  if (manner_ != Manner::flaps) return manner_;
  static constexpr Manner kAny[] = {Manner::good, Manner::good,    Manner::slow, Manner::lies,
                                    Manner::dead, Manner::refuses, Manner::busy};
  town_.count(Fault::channel_flaps);
  return kAny[town_.chance().below(std::size(kAny))];
}

void PhoneChannel::send(const notify::Message& message, Done done) {
  town_.crash_point(Fault::crash_in_send);
  const Sent sent = town_.sent(name_, message);
  Rng& rng = town_.chance();
  const Millis quick{20 + static_cast<int>(rng.below(300))};
  if (message.address.starts_with("test:dead/")) {
    return answer(sent, std::move(done), quick, {.kind = Kind::never, .error = "no such phone"});
  }
  const Manner manner = manner_now();
  if (manner != Manner::good) town_.count(fault_of(manner));
  switch (manner) {
    case Manner::good:
    case Manner::flaps: return take(sent, message, std::move(done), quick);
    case Manner::slow: return take(sent, message, std::move(done), 5s + Millis{rng.below(22'000)});
    case Manner::lies: return answer(sent, std::move(done), quick, {.kind = Kind::accepted});
    case Manner::dead: return;
    case Manner::refuses:
      return answer(sent, std::move(done), quick, {.kind = Kind::never, .error = "refused"});
    case Manner::busy:
      return answer(sent, std::move(done), quick,
                    {.kind = Kind::retry,
                     .retry_after = Millis{rng.below(60'000)},
                     .error = "too many requests"});
  }
}

void PhoneChannel::take(const Sent& sent, const notify::Message& message, Done done, Millis after) {
  town_.rings(sent, after);
  if (!traits_.gives_receipts) {
    return answer(sent, std::move(done), after, {.kind = Kind::accepted});
  }
  answer(sent, std::move(done), after, {.kind = Kind::awaiting});
  if (town_.chance().chance(town_.is_healing() ? 0 : 30)) return town_.count(Fault::receipt_lost);
  const Millis late = after + 200ms + Millis{town_.chance().below(8'000)};
  town_.later(late, [&town = town_, sent, community = message.community] {
    town.late_receipt(community, sent, {.kind = Kind::on_phone});
  });
}

void PhoneChannel::answer(const Sent&, Done done, Millis after, dispatch::Receipt receipt) {
  town_.later(after, [&town = town_, life = town_.life(), done = std::move(done),
                      receipt = std::move(receipt)] {
    if (town.life() == life && town.is_up()) done(receipt);
  });
}

}  // namespace shouwang::sim
