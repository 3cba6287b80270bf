// People and their phones: who answers, answers late, answers wrongly, is away, hands over.
//
// A person acts on what their phone shows, never on what the gateway knows. What they press may
// be refused: pages grow stale.

#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/rng.h"
#include "dispatch/event.h"
#include "tests/sim/law.h"

namespace shouwang::sim {

class Town;

class People {
 public:
  explicit People(Town& town);

  // The phone has rung.
  void read(const Sent& message);
  // Everybody helps from now on: whoever is told goes, arrives, says what it was.
  void heal();
  // What was long ago: who has decided about what is of no interest any more.
  void forget() { decided_.clear(); }
  // The desk ends an incident (for healing, and for tests).
  void close(const CommunityId& community, const IncidentId& incident);
  std::uint64_t answers() const { return answers_; }

 private:
  struct Call {
    CommunityId community;
    IncidentId incident;
    PersonId person;
    household::Roles roles;
  };

  void decide(const Call& call);
  void desk(const Call& call);
  void relative(const Call& call);
  void resident(const Call& call);
  void responder(const Call& call);
  void on_the_way(const Call& call, Millis from);
  void wrong(const Call& call, Millis after);
  void press(const Call& call, incident::Answer answer, Millis after, int tries = 4);
  void press(const Call& call, incident::Action action, Millis after);
  Millis soon(int least_seconds, int most_seconds);

  Town& town_;
  Rng rng_;
  std::set<std::pair<IncidentId, PersonId>> decided_;
  std::uint64_t answers_ = 0;
};

}  // namespace shouwang::sim
