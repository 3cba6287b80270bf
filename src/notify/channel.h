// What the outbox needs of a way to reach a phone. SMS, voice, push and mail fit themselves to it.
//
// Every channel runs tests/contract/channel_contract.h.

#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "base/id.h"
#include "base/time.h"
#include "dispatch/parcel.h"
#include "dispatch/rules.h"
#include "household/post.h"

namespace shouwang::notify {

// One try to bring one parcel to one address.
struct Message {
  ParcelKey key;    // The same on every try: give it to the provider as idempotency key.
  int attempt = 1;  // Names this try in the receipt.
  CommunityId community;
  PersonId person;
  household::Roles roles;  // In what capacities they are told; for nobody outside.
  IncidentId incident;     // The first, if the parcel lists several.
  std::string address;     // As the channel calls the person; empty for the inbox.
  std::string title;       // First line: type, place, time. <= 40 characters.
  std::string body;        // Complete, with the link. No names, no health.
  std::string link;        // Of the phone page; "" if there is none.
  std::string language;    // "zh-CN"
  dispatch::Urgency urgency = dispatch::Urgency::first;
  dispatch::Letter letter = dispatch::Letter::first;
  bool critical = false;
  bool repeat = false;  // A try before may have arrived: a restart came between.
  Instant expires_at;   // Of no use after that: give it to the provider as time to live.
};

// How the provider limits us.
struct Limit {
  int per_period = 0;  // Messages; 0: no limit.
  Millis period{60'000};
  int reserved = 0;  // Of these, kept for Urgency::first and ::again.
};

struct Traits {
  dispatch::ChannelKind kind = dispatch::ChannelKind::push;
  bool gives_receipts = false;     // Will report on_phone or opened later.
  std::size_t in_flight_max = 32;  // Tries under way at once.
  Limit limit;
};

class Channel {
 public:
  using Done = std::function<void(dispatch::Receipt)>;

  Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  virtual ~Channel() = default;

  virtual const std::string& name() const = 0;  // As in channels.yaml.
  virtual const Traits& traits() const = 0;

  // Starts a try. `done` is called exactly once, later, on the loop's thread, within 30 s:
  // accepted, awaiting, retry or never. A `test:` address gets `never` from every channel that
  // reaches real people.
  virtual void send(const Message& message, Done done) = 0;
};

// How a channel tells of what became known after `done`: on_phone, opened.
using LateReceipt =
    std::function<void(const CommunityId&, const ParcelKey&, int attempt, dispatch::Receipt)>;

}  // namespace shouwang::notify
