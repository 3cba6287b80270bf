// What a seed makes of the town: drawn first, printed first (swarm testing: each seed has some
// kinds of trouble and not others, so that rare combinations come up).
//
// Every figure can be set by hand (`--set crashes=0`): that is how a failing seed is shrunk.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shouwang::sim {

struct Options {
  std::uint64_t seed = 1;
  int communities = 1;  // 1..3, the reference community and others like it.
  int hours = 24;       // Of chaos; healing comes after.
  int start_hour = 0;   // Since 2026-01-05 00:00 local time.
  int dangers = 10;     // In each community.
  int storms = 0;       // Each: up to 24 homes of one stairwell within ten seconds.
  int manual = 0;       // Incidents opened by word of mouth.
  int beating = 0;      // Devices that beat every minute, besides those in danger.
  int codec = 0;        // 1: what is saved is encoded and decoded as on disk.
  int sqlite = 0;       // 1: the real store on a lossy disk.
  int mood = 500;       // Of 1000 people told, how many do anything at all.
  int wrong = 0;        // Of 1000 answers, how many are wrong ones.
  int late = 0;         // Of 1000 answers, how many come very late.
  int twice = 0;        // Of 1000 answers, how many are pressed twice.
  int away = 0;         // People marked away.
  int crashes = 0;
  int disk_faults = 0;    // Stretches of failing saves.
  int corrupt = 0;        // Restarts that find a damaged row.
  int outages = 0;        // Of the broker.
  int forgets = 0;        // Outages after which the broker has lost our session.
  int duplicates = 0;     // Of 1000 messages.
  int holds = 0;          // Stretches after which messages come in another order.
  int loss = 0;           // Of 1000 messages of devices.
  int answer_loss = 0;    // Of 1000 answers to devices.
  int reboots = 0;        // Of 1000 devices in danger.
  int destroyed = 0;      // Of 1000 devices in danger.
  int device_clocks = 0;  // Of 1000 devices.
  int garbage = 0;        // Messages that nobody understands.
  int strangers = 0;      // Alarms of unknown devices.
  int slow_loop = 0;      // Of 1000 alarm messages.
  int boots_1970 = 0;     // Of 1000 starts.
  int steps = 0;          // Of the system clock, either way.
  int drift_ppm = 0;      // -300 .. 300
  int leaps = 0;
  int channel_faults = 0;  // Stretches in which a channel misbehaves.
  int lanes = 10'000;      // Tries under way at once on a channel.
  int walks = 0;           // Walk-tests.
  int silences = 0;        // Stretches in which a device that beats says nothing.
  int mending = 0;         // Times the desk deals with a line of the maintenance list.
  int rehearsal = 0;       // Minutes between test alarms; 0: none.
  int poison = 0;          // Messages that end the process.

  friend bool operator==(const Options&, const Options&) = default;
};

struct OptionField {
  std::string_view name;
  int Options::*value;
};
const std::vector<OptionField>& option_fields();

Options draw(std::uint64_t seed);
// "seed=17 communities=1 ...": all that is not zero.
std::string text_of(const Options& options);
// The flags that make draw(seed) into `options`: "--seed 17 --set crashes=0".
std::string flags_for(const Options& options);
// Sets "name=value"; false if there is no such field or no number.
bool set(Options& options, std::string_view assignment);

}  // namespace shouwang::sim
