#include "tests/sim/people.h"

#include "tests/sim/town.h"

namespace shouwang::sim {
namespace {

using household::Role;
using household::Roles;
using incident::Action;
using incident::Answer;
using incident::Cause;
using namespace std::chrono_literals;

constexpr Cause kCauses[] = {Cause::real_leak, Cause::real_fire,    Cause::cooking,
                             Cause::pot,       Cause::device_fault, Cause::unknown};

bool is_responder(Roles roles) {
  for (const Role role : roles.list()) {
    if (household::is_responder(role)) return true;
  }
  return false;
}

}  // namespace

People::People(Town& town) : town_(town), rng_(town.chance_of(2)) {}

Millis People::soon(int least_seconds, int most_seconds) {
  const auto span = static_cast<std::uint64_t>(most_seconds - least_seconds) * 1000;
  return Millis{least_seconds * 1000} + Millis{rng_.below(span + 1)};
}

void People::read(const Sent& message) {
  for (const dispatch::Item& item : message.items) {
    if (item.letter == dispatch::Letter::ending) continue;
    if (!decided_.emplace(item.incident, message.person).second) continue;
    const Call call{.community = message.community,
                    .incident = item.incident,
                    .person = message.person,
                    .roles = item.roles};
    const auto eager = static_cast<unsigned>(town_.is_healing() ? 900 : town_.options().mood);
    if (rng_.chance(eager)) decide(call);
  }
}

void People::decide(const Call& call) {
  if (rng_.chance(static_cast<unsigned>(town_.options().wrong))) wrong(call, soon(1, 900));
  if (rng_.chance(500)) {
    town_.later(soon(1, 60), [this, call] {
      town_.ask(call.community, dispatch::PageOpened{.incident = call.incident, .by = call.person});
    });
  }
  if (call.roles.has(Role::duty_a)) return desk(call);
  if (is_responder(call.roles)) return responder(call);
  if (call.roles.has(Role::relative)) return relative(call);
  if (call.roles.has(Role::resident)) return resident(call);
}

void People::desk(const Call& call) {
  press(call, Action::seen, soon(2, 60));
  const auto choice = rng_.below(10);
  if (choice == 0) press(call, Action::next_wave, soon(20, 200));
  if (choice == 1) press(call, Action::tell_building, soon(20, 200));
  if (choice == 2) press(call, Action::need_help, soon(20, 400));
  if (choice == 3) press(call, Action::electrician, soon(60, 900));
  if (choice == 4) on_the_way(call, soon(10, 120));
  if (rng_.chance(850)) {
    press(call, {.action = Action::close, .cause = kCauses[rng_.below(std::size(kCauses))]},
          soon(60, 5400));
  }
}

void People::relative(const Call& call) {
  switch (rng_.below(5)) {
    case 0: return press(call, {.action = Action::going, .minutes = 25}, soon(5, 120));
    case 1:
      press(call, {.action = Action::going, .minutes = 5}, soon(5, 120));
      if (rng_.chance(400)) press(call, Action::cannot, soon(130, 400));
      return;
    case 2: return press(call, Action::spoke, soon(10, 300));
    case 3: return press(call, {.action = Action::note, .text = "on my way later"}, soon(9, 300));
    default: return press(call, Action::cannot, soon(5, 300));
  }
}

void People::resident(const Call& call) {
  switch (rng_.below(4)) {
    case 0: return press(call, Action::help_me, soon(5, 200));
    case 1: return press(call, Action::cooking, soon(5, 200));
    case 2: return press(call, Action::out_and_helping, soon(30, 300));
    default: return press(call, Action::safe, soon(5, 400));
  }
}

void People::responder(const Call& call) {
  if (rng_.chance(150)) {
    const Instant from = town_.is_up() ? town_.now() : town_.truth();
    town_.count(Fault::person_away);
    return press(call, {.action = Action::away, .from = from, .until = from + 24h}, soon(5, 60));
  }
  on_the_way(call, soon(3, 240));
}

// I'm going - and then: there, or not after all.
void People::on_the_way(const Call& call, Millis from) {
  Millis start = from;
  if (rng_.chance(static_cast<unsigned>(town_.options().late))) {
    start += soon(600, 3600);
    town_.count(Fault::answer_late);
  }
  Answer going{.action = Action::going};
  if (rng_.chance(400)) going.minutes = 1 + static_cast<int>(rng_.below(30));
  press(call, going, start);
  const auto fate = rng_.below(10);
  if (fate == 0) return;  // Never heard of again: the door limit is for this.
  if (fate <= 2) {
    town_.count(Fault::handed_over);
    return press(call, Action::hand_over, start + soon(10, 500));
  }
  const Millis there = start + soon(60, 1100);
  press(call, Action::arrived, there);
  if (rng_.chance(100)) press(call, Action::no_entry, there + soon(5, 60));
  if (rng_.chance(100)) press(call, Action::need_help, there + soon(5, 60));
  if (rng_.chance(300)) press(call, Action::all_out, there + soon(30, 300));
  press(call, {.action = Action::cause, .cause = kCauses[rng_.below(std::size(kCauses))]},
        there + soon(60, 1200));
}

// A button that is not theirs, or somebody else's page, or nonsense.
void People::wrong(const Call& call, Millis after) {
  town_.count(Fault::answer_wrong);
  Call other = call;
  if (rng_.chance(300)) other.person = PersonId("ZZ" + std::to_string(rng_.below(100)));
  if (rng_.chance(100)) other.incident = IncidentId("20260101-000000-aaaaaa");
  Answer answer{.action = static_cast<Action>(rng_.below(incident::kActionCount))};
  if (rng_.chance(300)) answer.minutes = static_cast<int>(rng_.below(400)) - 100;
  if (rng_.chance(300)) answer.text = std::string(rng_.below(400), 'x');
  // A close that is theirs to press is no mistake; leave those to the desk.
  if (answer.action == Action::close || answer.action == Action::cause) answer.cause.reset();
  press(other, std::move(answer), after, 1);
}

void People::press(const Call& call, Action action, Millis after) {
  press(call, Answer{.action = action}, after);
}

void People::press(const Call& call, Answer answer, Millis after, int tries) {
  answer.by = call.person;
  const bool twice = rng_.chance(static_cast<unsigned>(town_.options().twice));
  town_.later(after, [this, call, answer, tries] {
    ++answers_;
    if (town_.press(call.community, call.incident, answer)) return;
    // The page says that nobody answers: again in a moment.
    if (tries > 1) press(call, answer, soon(2, 30), tries - 1);
  });
  if (!twice) return;
  town_.count(Fault::answer_twice);
  town_.later(after + soon(0, 3),
              [this, call, answer] { town_.press(call.community, call.incident, answer); });
}

void People::heal() { decided_.clear(); }

void People::close(const CommunityId& community, const IncidentId& incident) {
  Answer answer{.action = Action::close,
                .by = PersonId("desk"),
                .roles = Roles{Role::duty_a},
                .cause = Cause::unknown};
  ++answers_;
  town_.press(community, incident, answer);
}

}  // namespace shouwang::sim
