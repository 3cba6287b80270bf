// The slow ladder: what has to be mended, who is written to about it, and when.
//
//   a device falls silent ──► held back for a moment ──► many at once: one matter for the area,
//   (Supervision, "offline")                              duty and building heads hear at once
//                                                    ──► behind a dead bridge: the bridge's matter
//                                                    ──► else a matter of its own
//
//   an open matter climbs its rungs: unit head and installer, building head, office, and at last
//   the list of what is not protected. Each person gets one letter a day at most, by day only, with
//   everything that waits for them. Relatives and residents get none, ever.
//
// A silence counts from when the device was last heard. When it speaks again its matter closes by
// itself and the journal says how long the gap was. An alarm is never held back by any of this.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "base/zone.h"
#include "device/profile.h"
#include "device/supervision.h"
#include "household/post.h"

namespace shouwang::dispatch {

// What is known of a family of devices for watching over them; from its profile.
struct Watching {
  device::Pace pace;
  device::LiveTest live_test = device::LiveTest::none;
  std::string bridge;  // Address of the device in front of it; empty: none, or named by topics.

  friend bool operator==(const Watching&, const Watching&) = default;
};
Watching watching_of(const device::Profile& profile);

// From `after` on these are written to. The first rung of what a device says of itself (low
// battery, tamper, ...) is reached at once: only a silence may still mend itself.
struct Rung {
  Millis after{0};
  household::Roles tell;

  friend bool operator==(const Rung&, const Rung&) = default;
};

struct Upkeep {
  std::vector<Rung> rungs;              // By `after`; empty: nobody is written to.
  Millis not_protected{1'814'400'000};  // Silent for so long: on that list. 21 days.
  DailyHours day{.from_minute = 8 * 60, .until_minute = 20 * 60};  // Letters leave only then.
  std::uint16_t remind_at = 10 * 60;  // Everybody's daily letter: minute of the day, in `day`.
  int outage_percent = 30;            // Of an area's devices, silent together: an outage.
  int outage_least = 3;               // ... but no fewer than so many.
  Millis outage_window{120'000};      // Together: within it.
  Millis outage_settle{20'000};       // Judged once nobody more has fallen silent for so long.
  int false_alarms_max = 3;           // So many within false_alarms_span: look at the sensor.
  Millis false_alarms_span{2'592'000'000};  // 30 days
  int false_alarms_day = 5;                 // Or more than so many within 24 hours.
  std::uint16_t diary_at = 7 * 60 + 30;     // The diary of the day before: minute of the day.
  household::Roles diary_to;                // Who gets it; empty: nobody.

  friend bool operator==(const Upkeep&, const Upkeep&) = default;
};
// 24 h: unit head and installer; 72 h: building head; 7 days: the desk.
Upkeep usual_upkeep();
std::vector<std::string> check(const Upkeep& upkeep);

// A span as people say it, cut to its leading unit: "95s", "40min", "30h", "21d".
std::string rough_span(Millis span);

// A silence that has just been noticed.
struct Quiet {
  DeviceId device;
  std::optional<Instant> last_heard;  // Nothing: only others spoke of it.
  friend bool operator==(const Quiet&, const Quiet&) = default;
};

// Silences that wait to be judged together.
struct Hush {
  Instant first_at;
  Instant last_at;
  std::vector<Quiet> quiet;  // >= 1
};

// A silent device without a matter of its own: that of its area or bridge speaks for it.
struct Held {
  std::string matter;
  Quiet quiet;
  std::optional<Instant> release_at;  // That matter is closed; it gets a matter of its own then.
};

}  // namespace shouwang::dispatch
