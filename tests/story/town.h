// Changshan on virtual time, for stories: the shipped configuration, the reference community, the
// whole gateway from a device's word to a phone. Only the wires are fakes.
//
//   Town town("2026-01-15 10:20");                      // local time
//   town.at(0s).alarms("GA-B01-U1-201");
//   town.expect(0s).told("R0003").as(Role::relative);
//   town.at(40s).presses("B01-U1-102/1", Action::going);
//   town.expect(40s).tells("R0003", Letter::going);
//   town.expect_between(40s, 10min).nobody_new();
//   town.run(20min);
//
// Steps are played in the order of their times; then every expectation is checked against what the
// phones received, each with its own failure message.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/gateway.h"
#include "base/virtual_clock.h"
#include "config/config.h"
#include "dispatch/card.h"
#include "store/memory_store.h"
#include "tests/support/fake_channel.h"
#include "tests/support/faulty_store.h"
#include "tools/reference/reference.h"

namespace shouwang::testing {

using dispatch::Letter;
using household::Role;
using household::Roles;
using incident::Action;
using incident::Cause;
using incident::Phase;
using namespace std::chrono_literals;

// A message as a phone got it.
struct Received {
  Millis at;  // Since the story's beginning.
  PersonId person;
  std::string channel;  // "push", "sms", "voice", "inbox"
  Letter letter;        // Of the first item.
  Roles roles;          // In what capacities, all items together.
  std::vector<std::pair<IncidentId, Letter>> items;
  ParcelKey key;
  bool repeat = false;
};
std::ostream& operator<<(std::ostream& out, const Received& received);

class Town {
 public:
  struct Options {
    reference::Options reference;
    // Changes the people before the story begins.
    std::function<void(household::Records&)> records;
    // Changes areas, posts and devices before the story begins.
    std::function<void(household::Community&)> estate;
    // Changes the rules of config/communities/changshan.
    std::function<void(dispatch::Rules&)> rules;
    // What is saved is encoded and decoded as on disk. A day of saves without it is quicker.
    bool through_codec = true;
  };

  explicit Town(const std::string& local_time);
  Town(const std::string& local_time, Options options);
  ~Town();

  // What happens, at a time after the beginning.
  class Step {
   public:
    Step& alarms(const std::string& device);
    Step& reads_normal(const std::string& device);
    Step& says(const std::string& device, device::Meaning meaning);
    // A sign of life without news; of every device that `which` picks.
    Step& beats(const std::string& device);
    Step& all_beat(std::function<bool(const device::Device&)> which = {});
    // The broker is gone, or back.
    Step& hears(bool devices);
    Step& presses(const std::string& person, Action action);
    Step& presses(incident::Answer answer);
    // The desk closes the (`nth`) incident.
    Step& closes(const std::string& person, Cause cause, std::size_t nth = 0);
    Step& opens_by_hand(const std::string& person, const std::string& place, device::Kind kind);
    Step& is_away(const std::string& subject, Millis from, Millis until);
    Step& opens_page(const std::string& person);
    // The process dies and comes back `down` later, with what was on disk.
    Step& dies(Millis down);
    Step& channel(const std::string& name, std::function<void(FakeChannel&)> change);
    // The disk takes nothing from now on; or takes everything again.
    Step& disk(std::optional<Error::Code> fails_with);
    Step& does(std::function<void(Town&)> anything);
    // Which incident presses() is about: the nth that was opened. 0 unless said.
    Step& on(std::size_t nth);

   private:
    friend class Town;
    Step(Town& town, Millis at) : town_(town), at_(at) {}
    void add(std::function<void(Town&)> what);
    Town& town_;
    Millis at_;
    std::size_t nth_ = 0;
  };
  Step at(Millis offset) { return {*this, offset}; }

  // What must be seen, from `from` up to and including `until`.
  class Expect {
   public:
    // The first message (first, also, info or assigned) of the person, on any channel.
    Expect& told(const std::string& person);
    Expect& as(Role role);                   // ... in this capacity, among others.
    Expect& by(const std::string& channel);  // ... on this channel.
    Expect& letter(Letter letter);
    // Some message with this letter.
    Expect& tells(const std::string& person, Letter letter);
    Expect& not_told(const std::string& person);  // No message at all.
    Expect& nobody();                             // No message to anybody.
    Expect& nobody_new();                         // Nobody who had not been told before.
    // Exactly these get a first message.
    Expect& told_exactly(std::set<std::string> people);
    Expect& count(const std::string& person, std::size_t messages);
    Expect& holds(const std::string& what, std::function<bool(Town&)> check);

   private:
    friend class Town;
    Expect(Town& town, Millis from, Millis until) : town_(town), from_(from), until_(until) {}
    void check(const std::string& what, std::function<bool(const std::vector<Received>&)> test);
    Town& town_;
    Millis from_;
    Millis until_;
    std::string person_;
  };
  Expect expect(Millis at) { return {*this, at, at}; }
  Expect expect_between(Millis after, Millis until) { return {*this, after + 1ms, until}; }

  // Plays everything up to `until`, then checks.
  void run(Millis until);

  // The state now (inside does(), holds(), or after run()).
  Millis now() const { return clock_.now_const() - start_; }
  const dispatch::Book& book() const;
  const incident::Incident& incident(std::size_t nth = 0) const;
  std::size_t incidents() const { return opened_.size(); }
  std::size_t open_incidents() const;
  std::optional<dispatch::Card> card(const std::string& person, std::size_t nth = 0) const;
  std::vector<store::JournalLine> journal(std::size_t nth = 0);
  // All messages of the person, as "40s push going".
  std::vector<std::string> messages(const std::string& person) const;
  std::vector<Received> received_by(const std::string& person) const;
  const std::vector<Received>& received() const { return received_; }
  // All lines of the journal of one type, of incidents and of matters.
  std::vector<store::JournalLine> journal_of(const std::string& type);
  // Who holds the post at a time after the beginning.
  std::string holder(const std::string& post, Millis at) const;
  app::Gateway& gateway() { return *gateway_; }
  // What was published to devices on the spot: "10s topic payload".
  const std::vector<std::string>& commands() const { return commands_; }

 private:
  struct Planned {
    Millis at;
    std::size_t order;
    std::function<void(Town&)> what;
  };
  struct Check {
    Millis from;
    Millis until;
    std::string what;
    std::function<bool(const std::vector<Received>&)> test;
  };
  class StoryClock;
  class PlainWriter;

  void begin();
  void raise(const std::string& device, device::Meaning meaning);
  void hand_in(const notify::Message& message, const std::string& channel);
  void note_opened();

  // A VirtualClock that can be read through a const reference.
  class Time final : public Clock {
   public:
    explicit Time(Instant start) : clock_(start) {}
    Instant now() override { return clock_.now(); }
    Instant now_const() const { return const_cast<VirtualClock&>(clock_).now(); }
    Alarm wake_at(Instant at, std::function<void()> action) override {
      return clock_.wake_at(at, std::move(action));
    }
    void cancel(Alarm alarm) override { clock_.cancel(alarm); }
    VirtualClock& inner() { return clock_; }

   private:
    VirtualClock clock_;
  };

  Instant start_;
  Time clock_;
  store::MemoryStore store_;
  FaultyStore disk_{store_, FaultyStore::never()};
  std::shared_ptr<const household::Registry> registry_;
  std::shared_ptr<const dispatch::Rules> rules_;
  std::map<std::string, std::shared_ptr<FakeChannel>> channels_;
  std::unique_ptr<notify::Pump> pump_;
  std::unique_ptr<app::Writer> writer_;
  std::unique_ptr<app::Gateway> gateway_;
  std::vector<IncidentId> opened_;
  std::vector<Received> received_;
  std::vector<std::string> commands_;
  std::vector<Planned> plan_;
  std::vector<Check> checks_;
  std::uint64_t lives_ = 0;
};

}  // namespace shouwang::testing
