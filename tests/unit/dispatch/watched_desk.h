// Elm Court with devices that beat once a minute, and an installer.

#pragma once

#include "tests/unit/dispatch/desk.h"

namespace shouwang::testing {

inline constexpr const char* kHead2 = "B1-U2-101/1";  // Head of stair 2.
inline constexpr const char* kBuildingHead = "B1-U1-102/1";

class WatchedDesk : public ElmDesk {
 public:
  using Change = std::function<void(household::Community&, Rules&)>;

  explicit WatchedDesk(const Change& change = {}) { start_again(change, 0ms, {}); }

  // What the disk has is read back, as after a restart at `offset`.
  void start_again(const Change& change, Millis offset, Memory memory) {
    household::Community community = elm_community();
    community.posts.push_back({.id = PostId("FIT"),
                               .role = household::Role::installer,
                               .areas = {AreaId("elm")},
                               .filled_by = household::FilledBy::holder,
                               .holder = PersonId("el1")});
    Rules rules = elm_rules();
    rules.watching["native"] = {.pace = {.interval = 60s, .silent_after = 180s},
                                .live_test = device::LiveTest::test};
    rules.watching["bridge"] = {.pace = {.interval = 60s, .silent_after = 180s}};
    rules.upkeep = usual_upkeep();
    if (change) change(community, rules);
    book = Book(std::make_shared<household::Registry>(std::move(community), elm_records()),
                std::make_shared<const Rules>(std::move(rules)), 7);
    dispatch::restore(book, std::move(memory), at(offset));
  }

  void beats(Millis offset, const std::string& device) {
    run_to(offset);
    const auto index = book.registry->device_index(DeviceId(device));
    const auto beat = note_beat(book, index.value(), "", at(offset));
    if (beat == device::Supervision::Beat::returned) {
      play(offset, Returned{.device = DeviceId(device)});
    }
  }
  // Every device that is in a home or a stairwell.
  void all_beat(Millis offset) {
    for (const auto& device : book.registry->community().devices) {
      if (!device.place.empty()) beats(offset, device.id.str());
    }
  }
  // Until `until`, once a minute.
  void keep_beating(Millis from, Millis until, const std::vector<std::string>& devices) {
    for (Millis now = from; now <= until; now += 60s) {
      for (const std::string& device : devices) beats(now, device);
    }
  }

  std::vector<std::string> open_matters() const {
    std::vector<std::string> ids;
    for (const auto& [id, matter] : book.matters) ids.push_back(id);
    return ids;
  }
  // What the store would give back.
  Memory on_disk() const {
    Memory memory;
    for (const auto& [id, matter] : book.matters) memory.matters.push_back(matter);
    for (std::size_t i = 0; i < book.supervision.size(); ++i) {
      if (const auto heard = book.supervision.last_heard(i)) {
        memory.heard.push_back({.device = book.registry->community().devices[i].id, .at = *heard});
      }
    }
    return memory;
  }
};

}  // namespace shouwang::testing
