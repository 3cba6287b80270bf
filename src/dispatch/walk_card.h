// A test as the installer sees it: every expected device, and what it has shown so far. Words and
// layout are made elsewhere (app/control_walk.cpp, web/walk_pages.h).

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/book.h"

namespace shouwang::dispatch {

struct WalkCard {
  struct Device {
    DeviceId device;
    std::string label;    // Of its place.
    std::string profile;  // As it is listed.
    Verdict verdict = Verdict::silent;
    Need need = Need::alarm;
    std::optional<Instant> heard_at;
    std::optional<Instant> test_at;
    std::optional<Instant> alarm_at;
    std::optional<Instant> rings_at;  // Its alarm is on: from then on it is a real one.
    std::optional<Walk::Glance> last;
    // Whom the first wave would tell if it were real; once its test or an alarm came.
    std::map<household::Role, std::size_t> would_tell;
  };
  struct Beside {
    Walk::Bystander seen;
    std::string label;  // Of the place of a listed device.
    // The device of this test whose address the topic names: its profile does not fit.
    DeviceId meant;
  };
  struct Ending {
    Instant at;
    std::string by;
    std::string why;  // See EndedWalk.
  };

  std::string id;
  PersonId by;
  std::string place;
  std::string label;  // Of the place.
  Instant started_at;
  Instant until;
  std::vector<Device> devices;  // As the community lists them.
  std::vector<Beside> beside;   // Latest last.
  std::map<DeviceId, std::string> rang;
  std::optional<Ending> ending;  // Set once it is over.

  std::size_t passed() const;
};

// The card of a test under way; it may be over but for alarms that are still on.
WalkCard walk_card(const Book& book, const Walk& walk, Instant now);
// All that are under way, oldest first, then those that have ended, latest first.
std::vector<WalkCard> walk_cards(const Book& book, Instant now);

}  // namespace shouwang::dispatch
