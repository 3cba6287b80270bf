// An outbox and the channels around it, in seconds.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "dispatch/parcel.h"

namespace shouwang::dispatch {

inline Instant at(double seconds) {
  return Instant{Millis{1'768'502'400'000 + static_cast<std::int64_t>(seconds * 1000)}};
}

// To R1 about incident i1, by push and, failing that, by SMS; leaves at once.
inline Parcel to_r1(const char* key = "i1.1") {
  return {.key = ParcelKey(key),
          .person = PersonId("R1"),
          .items = {{.incident = IncidentId("i1"), .roles = {household::Role::relative}}},
          .route = {{.channel = "push", .address = "test:R1/push"},
                    {.channel = "sms", .address = "test:R1/sms"}},
          .created_at = at(0),
          .not_before = at(0),
          .expires_at = at(86'400),
          .leg_since = at(0),
          .next_at = at(0)};
}

inline Parcel by(Parcel parcel, std::initializer_list<const char*> channels) {
  parcel.route.clear();
  for (const char* channel : channels) {
    parcel.route.push_back({.channel = channel, .address = std::string("test:R1/") + channel});
  }
  return parcel;
}

inline Parcel leaving(Parcel parcel, double seconds) {
  parcel.not_before = parcel.leg_since = parcel.next_at = at(seconds);
  return parcel;
}

struct PostOffice {
  Outbox outbox;

  // What the outbox hands to `channel` at that second.
  std::vector<std::string> takes(const std::string& channel, double second,
                                 Urgency least = Urgency::technical, std::size_t most = 100) {
    outbox.advance(at(second));
    std::vector<std::string> keys;
    for (const ParcelKey& key : outbox.take(channel, most, least, at(second))) {
      keys.push_back(key.str());
    }
    return keys;
  }
  // The channel answers the current try.
  std::optional<Moved> answers(Receipt::Kind kind, double second, const char* key = "i1.1",
                               double retry_after = 0) {
    return outbox.report(ParcelKey(key), of(key).attempts,
                         {.kind = kind,
                          .retry_after = Millis{static_cast<std::int64_t>(retry_after * 1000)},
                          .error = "no"},
                         at(second));
  }
  const Parcel& of(const char* key = "i1.1") const { return *outbox.find(ParcelKey(key)); }

  // Every try from `from` to `until` while no channel ever answers: "push 0", "sms 15".
  std::vector<std::string> tries_in_silence(double from, double until) {
    std::vector<std::string> tries;
    Instant now = at(from);
    while (now <= at(until)) {
      outbox.advance(now);
      for (const char* channel : {"push", "sms", "voice"}) {
        for (const ParcelKey& key : outbox.take(channel, 100, Urgency::technical, now)) {
          (void)key;
          const auto since = std::chrono::duration_cast<std::chrono::seconds>(now - at(0));
          tries.push_back(channel + (" " + std::to_string(since.count())));
        }
      }
      const auto next = outbox.next_due();
      if (!next) break;
      now = std::max(*next, now);
    }
    return tries;
  }
};

}  // namespace shouwang::dispatch
