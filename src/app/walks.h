// Devices under test, from whoever asks (control socket, pages) to the gateway's book.
//
// Rights are the caller's business (dispatch::may_test). A reply with `why_not` set changed
// nothing. On the loop's thread.

#pragma once

#include <string>

#include "app/gateway.h"
#include "config/config.h"

namespace shouwang::app {

inline constexpr int kWalkMinutes = 30;  // Unless said otherwise.
inline constexpr int kWalkMinutesMax = 120;

struct WalkWish {
  PersonId by;        // A person, or a login that is nobody on record.
  std::string place;  // A device, a home or an area.
  int minutes = kWalkMinutes;
};

// Puts the place's devices under test; what each has to show is its profile's word. REQUIRES: the
// community has a book.
dispatch::Reply start_walk(Gateway& gateway, const config::Config& config, const CommunityId& id,
                           const WalkWish& wish);
dispatch::Reply stop_walk(Gateway& gateway, const CommunityId& id, const std::string& test,
                          const PersonId& by);
dispatch::Reply quiet_device(Gateway& gateway, const CommunityId& id, const DeviceId& device,
                             const PersonId& by);

}  // namespace shouwang::app
