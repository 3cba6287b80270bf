// A town in virtual time: one seed, one day of chaos, a few hours of healing.
//
//   devices ─► broker (tests/support/fake_link.h) ─► Process: intake, sensors, gateway, pump
//                                                        │ Disk          │ PhoneChannel
//   people  ◄──────────────── rings ◄────────────────────┴───────────────┘
//       └──── answers ─► Process                    laws look on at every step
//
// Three times: `truth` of the town, the machine's system clock, and the gateway's clock. All
// chance comes from the seed; each kind of trouble has its own, so that taking one kind away
// leaves the others as they were.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/rng.h"
#include "base/virtual_clock.h"
#include "tests/sim/devices.h"
#include "tests/sim/disk.h"
#include "tests/sim/faults.h"
#include "tests/sim/law.h"
#include "tests/sim/options.h"
#include "tests/sim/people.h"
#include "tests/sim/phones.h"
#include "tests/sim/process.h"
#include "tests/sim/scenery.h"
#include "tests/support/fake_link.h"

namespace shouwang::sim {

// What came of a seed.
struct Outcome {
  Options options;
  std::string broken_law;                         // Empty: all held.
  std::string what;                               // How it was broken.
  std::map<std::string, std::string> all_broken;  // Each law's first time, with Look::goes_on.
  Millis at{0};                                   // When, since the beginning.
  std::string hash;  // Of everything that was saved and sent, in order.
  FaultCounts faults{};
  DeedCounts deeds{};
  std::uint64_t alarms = 0;  // Incidents opened.
  std::uint64_t crashes = 0;
  std::uint64_t messages = 0;  // Handed to channels.
  std::uint64_t answers = 0;
  std::uint64_t steps = 0;
  double community_days = 0;
  std::vector<std::string> story;  // Only if asked for.
};

// How a run is looked at.
struct Look {
  bool with_story = false;
  bool goes_on = false;  // After a broken law: to see which others are.
  // Not empty: a long life without chaos, laws and a limit of steps, with the real words of
  // messages, in a SqliteStore at this path (years.h).
  std::string store_path;
};

class Town {
 public:
  explicit Town(const Options& options, Look look = {});
  ~Town();
  Town(const Town&) = delete;
  Town& operator=(const Town&) = delete;

  Outcome run();
  // One day after another instead; `before` plans each, `after` looks at it.
  void live(int days, const std::function<void(int)>& before,
            const std::function<void(int)>& after);

  // ---- for the parts of the town
  const Options& options() const { return options_; }
  const Look& look() const { return look_; }
  VirtualClock& world() { return world_; }
  SystemTime& system() { return system_; }
  Instant truth() { return world_.now(); }
  Instant start() const { return start_; }
  Disk& disk() { return *disk_; }
  Rng& chance() { return chance_; }
  Rng chance_of(std::uint64_t purpose) const { return Rng(options_.seed * 1'000'003 + purpose); }
  std::uint64_t draw_seed() { return books_.next(); }
  std::vector<std::shared_ptr<notify::Channel>> channels() const;
  PhoneChannel& channel(const std::string& name) { return *channels_.at(name); }
  testing::FakeLink& link() { return *link_; }
  People& people() { return *people_; }
  Devices& devices() { return *devices_; }

  void later(Millis after, std::function<void()> what);
  void at(Instant truth, std::function<void()> what);
  void count(Fault fault) { ++outcome_.faults[static_cast<std::size_t>(fault)]; }
  void count(Deed deed) { ++outcome_.deeds[static_cast<std::size_t>(deed)]; }
  void fold(std::string_view text);                     // Into the hash.
  void note(const std::function<std::string()>& line);  // Into the story, if one is wanted.
  void broken(std::string_view law, std::string what);

  // ---- the process
  bool is_up() const { return process_ != nullptr && !is_dead_; }
  std::uint64_t life() const { return life_; }
  Process& process() { return *process_; }
  app::Gateway& gateway() { return process_->gateway(); }
  Instant now() { return process_->clock().now(); }  // The gateway's. REQUIRES: is_up().
  Instant up_since() const { return up_since_; }     // True time.
  bool is_healing() const { return is_healing_; }
  bool is_broker_out() const { return broker_out_; }
  // Dies here if it is time to; throws then.
  void crash_point(Fault where);
  void crash_soon(std::uint64_t points) { crash_in_ = points; }
  void die(Millis down);
  void set_down(Millis down) { down_ = down; }
  void break_broker(Millis how_long, bool forgets);

  // ---- what happens, told to the laws
  void saved(std::span<const store::Batch> batches);
  Sent sent(const std::string& channel, const notify::Message& message);
  void rings(const Sent& sent, Millis after);
  void heard_receipt(const CommunityId& community, const ParcelKey& key, int attempt,
                     const dispatch::Receipt& receipt);
  void late_receipt(const CommunityId& community, const Sent& sent, dispatch::Receipt receipt);
  void reply_to_device(const std::string& topic, const std::string& payload);
  // The reply, or nothing if the process is down or dies of it.
  std::optional<dispatch::Reply> press(const CommunityId& community, const IncidentId& incident,
                                       const incident::Answer& answer);
  std::optional<dispatch::Reply> ask(const CommunityId& community, const dispatch::Event& event);
  // The desk ticks off, or waives for a day, a line of the maintenance list.
  void deal_with(const CommunityId& community, const std::string& item, bool waives);
  // A test alarm goes to the broker; false if it can not.
  bool rehearse(const std::string& topic, const std::string& payload);
  void rehearsed(const app::SelfTest& test);

 private:
  struct Crash {};

  void play(Instant until);
  void step();
  void start_process();
  void bury();
  void connect_soon(Millis after);
  void heal();
  bool is_healed();
  mqtt::Verdict on_message(const mqtt::Incoming& incoming);
  void on_link(const mqtt::LinkState& state);
  void finish();
  void saved_for_real(std::span<const store::Batch> batches);
  void count_deeds(const dispatch::JournalEntry& line);
  bool dies_of(const mqtt::Incoming& incoming);

  const Options options_;
  const Look look_;
  const Instant start_;
  VirtualClock world_;
  SystemTime system_;
  Rng chance_;
  Rng books_;
  Outcome outcome_;
  std::uint64_t hash_ = 1469598103934665603ULL;
  std::unique_ptr<Disk> disk_;
  std::map<std::string, std::shared_ptr<PhoneChannel>> channels_;
  std::unique_ptr<testing::FakeLink> link_;
  std::unique_ptr<Devices> devices_;
  std::unique_ptr<People> people_;
  std::unique_ptr<Process> process_;
  std::vector<std::unique_ptr<Law>> laws_;
  std::map<std::string, std::uint32_t> deaths_of_;   // By the payload of the message.
  std::map<std::pair<ParcelKey, int>, Sent> tries_;  // Of this life, not answered yet.
  bool is_dead_ = false;
  bool is_healing_ = false;
  bool broker_out_ = false;
  bool is_connecting_ = false;
  std::uint64_t life_ = 0;
  Instant up_since_;
  Millis down_{2'000};
  std::optional<std::uint64_t> crash_in_;
};

}  // namespace shouwang::sim
