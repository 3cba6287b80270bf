// What a gateway might save, from a seed.

#pragma once

#include <string>

#include "tests/contract/store_samples.h"
#include "tests/unit/store/scribbler.h"

namespace shouwang::store {

// Steps made from a seed: few names, so that they meet again.
class Steps {
 public:
  explicit Steps(std::uint64_t seed) : scribbler_(seed) {}

  Batch batch() {
    Batch made{.community = scribbler_.flip() ? kElm : kOak};
    if (scribbler_.flip()) made.at = some_time();
    const auto some = [&](auto& list, auto make) {
      if (scribbler_.below(3) == 0) list.push_back(make());
    };
    some(made.files, [&] { return file(made.community); });
    some(made.parcels, [&] { return sent(made.community); });
    some(made.devices, [&] {
      auto device = scribbler_.memory();
      device.device = DeviceId(name("GA-"));
      return device;
    });
    some(made.matters, [&] {
      auto matter = scribbler_.matter();
      matter.id = name("m");
      return matter;
    });
    some(made.facts, [&] { return scribbler_.fact(); });
    some(made.journal, [&] { return line(made.community); });
    some(made.journal, [&] { return line(made.community); });
    some(made.raw, [&] {
      return RawMessage{some_time(), DeviceId(name("d")), name("t"), scribbler_.text(), "?"};
    });
    some(made.seen, [&] {
      return LastSeen{DeviceId(name("d")), some_time(), scribbler_.below(9)};
    });
    return made;
  }
  std::uint64_t below(std::uint64_t bound) { return scribbler_.below(bound); }

 private:
  std::string name(const char* begin) { return begin + std::to_string(scribbler_.below(4)); }
  Instant some_time() { return at(static_cast<int>(scribbler_.below(100'000'000))); }

  dispatch::File file(const CommunityId& community) {
    auto made = alarm((community.str() + name("-i")).c_str(), community);
    made.version = scribbler_.below(3);
    made.ladder.name = name("ladder");
    made.incident.raised_at -= Millis{made.incident.id.str().back() % 3};  // Never changes.
    if (scribbler_.below(3) == 0) {
      made = closed(made, some_time(), scribbler_.word(incident::Cause::unknown));
    }
    return made;
  }
  dispatch::Parcel sent(const CommunityId& community) {
    auto made = scribbler_.parcel();
    made.key = ParcelKey(community.str() + name("-i") + name("."));
    made.person = PersonId("R1");
    made.items.push_back({.incident = IncidentId(name("elm-i"))});
    made.route = {{"push", scribbler_.text()}, {"sms", scribbler_.text()}};
    made.leg = scribbler_.below(2);
    made.created_at = made.not_before;
    made.attempts = 5;
    made.round = 0;
    made.leg_attempts = 1;
    made.error.clear();
    made.title = name("title");
    made.body = name("body");
    return made;
  }
  dispatch::JournalEntry line(const CommunityId& community) {
    auto made = entry("x", 0, name("elm-i").c_str(), community);
    made.at = some_time();
    if (scribbler_.flip()) made.incident = {};
    made.actor = scribbler_.text();
    made.facts = {{name("f"), scribbler_.text()}};
    return made;
  }

  Scribbler scribbler_;
};

}  // namespace shouwang::store
