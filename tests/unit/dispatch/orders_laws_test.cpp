// Laws of what devices are told, over random nights: alarms in several homes, people who answer,
// devices that confirm, lie, flap or stay silent, restarts.
//
// The oracle knows where each device hangs and which incidents are open; not how orders work.

#include <gtest/gtest.h>

#include <map>

#include "base/rng.h"
#include "spot_desk.h"

namespace shouwang::testing {
namespace {

const std::vector<std::string> kSensors = {"GA-B1-U1-101", "GA-B1-U1-102", "GA-B1-U1-103",
                                           "GA-B1-U2-102", "SM-U1",        "SM-U2"};
const std::vector<std::string> kTold = {"VA-103",  "VA-102",   "VC-101", "CT-101",
                                        "FAN-103", "FAN-103B", "SI-U1",  "SI-U2"};
// Whose incidents may reach a device.
const std::map<std::string, std::vector<std::string>> kReach = {
    {"VA-103", {"B1-U1-103"}},
    {"VA-102", {"B1-U1-102"}},
    {"VC-101", {"B1-U1-101"}},
    {"FAN-103", {"B1-U1-103"}},
    {"SI-U1", {"B1-U1-101", "B1-U1-102", "B1-U1-103", "U1"}},
    {"SI-U2", {"B1-U2-102", "U2"}}};

class Night {
 public:
  explicit Night(std::uint64_t seed) : rng_(seed) {}

  void step() {
    now_ += Millis{static_cast<Millis::rep>(1 + rng_.below(rng_.below(4) == 0 ? 60'000 : 5'000))};
    desk_->run_to(now_);
    look();
    switch (rng_.below(10)) {
      case 0:
      case 1:
      case 2: play(says(one_of(kSensors), Meaning::alarm)); break;
      case 3: play(says(one_of(kSensors), Meaning::normal)); break;
      case 4:
      case 5:
      case 6: play(reading()); break;
      case 7: press(); break;
      case 8: close(); break;
      default: restart(); break;
    }
  }

  std::string broken;
  std::size_t published = 0;
  std::size_t confirmed = 0;
  std::size_t closings = 0;

 private:
  const std::string& one_of(const std::vector<std::string>& list) {
    return list[rng_.below(list.size())];
  }

  dispatch::Heard reading() {
    const std::string& device = one_of(kTold);
    const bool valve = device.starts_with("V") || device.starts_with("CT");
    const bool good = rng_.below(2) == 0;
    dispatch::Heard heard = stands(device, valve ? (good ? Meaning::closed : Meaning::open)
                                                 : (good ? Meaning::on : Meaning::off));
    heard.report.fresh = rng_.below(4) != 0;
    return heard;
  }

  void press() {
    const IncidentId id = some_incident();
    if (id.empty()) return;
    const auto action =
        std::vector{Action::going, Action::arrived, Action::cannot, Action::cause}[rng_.below(4)];
    desk_->press(
        now_, {.action = action, .by = PersonId("B1-U1-101/1"), .cause = incident::Cause::pot}, id);
    look();
  }

  void close() {
    const IncidentId id = some_incident();
    if (id.empty() || !desk_->book.files.at(id).incident.is_open()) return;
    look();
    closing_ = id;
    desk_->close_it(now_, incident::Cause::pot, id);
    look();
    closing_ = {};
    ++closings;
  }

  // The process dies and comes back with what was on disk.
  void restart() {
    dispatch::Memory memory;
    for (const auto& [id, file] : desk_->book.files) memory.files.push_back(file);
    for (const auto& [id, device] : desk_->book.devices) memory.devices.push_back(device);
    desk_ = std::make_unique<SpotDesk>();
    dispatch::restore(desk_->book, std::move(memory), at(now_));
  }

  IncidentId some_incident() {
    if (desk_->book.files.empty()) return {};
    auto entry = desk_->book.files.begin();
    std::advance(entry, rng_.below(desk_->book.files.size()));
    return entry->first;
  }

  void play(const Event& event) {
    desk_->play(now_, event);
    look();
  }

  // Every law, after every step.
  void look() {
    for (const std::string& line : desk_->published()) judge(line);
    for (const std::string& line : desk_->sent()) {
      if (line.starts_with("BROKEN")) fail(line);
    }
    for (const auto& [id, file] : desk_->book.files) {
      for (const incident::Order& order : file.incident.orders) {
        if (order.letters > incident::kOrderLettersMax) fail("letters without end");
        if (order.state == incident::Order::State::confirmed) ++confirmed;
      }
    }
  }

  void judge(const std::string& line) {
    ++published;
    const std::string device = line.substr(3, line.find(' ') - 3);
    const std::string payload = line.substr(line.find(' ') + 1);
    if (payload.find("open") != std::string::npos) fail("something is opened: " + line);
    const bool off = payload == "fan_off" || payload == "siren_off";
    const auto reach = kReach.find(device);
    if (reach == kReach.end()) return fail("is never to be told: " + line);
    if (!is_wanted(reach->second, off)) fail("no open incident there: " + line);
    if (++tries_[device + payload] > tries_allowed(device)) fail("told without end: " + line);
  }

  bool is_wanted(const std::vector<std::string>& places, bool off) const {
    for (const auto& [id, file] : desk_->book.files) {
      const bool just_closed = off && id == closing_;
      if (!file.incident.is_open() && !just_closed) continue;
      const auto& place = file.incident.place;
      const std::string name = place.household.empty() ? place.area.str() : place.household.str();
      if (std::ranges::find(places, name) != places.end()) return true;
    }
    return false;
  }

  // Three for each time that an alarm began or came back where the device is.
  std::size_t tries_allowed(const std::string& device) const {
    std::size_t rings = 0;
    for (const auto& [id, file] : desk_->book.files) {
      const auto& place = file.incident.place;
      const std::string name = place.household.empty() ? place.area.str() : place.household.str();
      const auto& places = kReach.at(device);
      if (std::ranges::find(places, name) == places.end()) continue;
      for (const auto& source : file.incident.sources) rings += source.count;
    }
    return 3 * rings;
  }

  void fail(std::string what) {
    if (broken.empty()) broken = std::move(what);
  }

  Rng rng_;
  std::unique_ptr<SpotDesk> desk_ = std::make_unique<SpotDesk>();
  Millis now_{0};
  IncidentId closing_;
  std::map<std::string, std::size_t> tries_;
};

TEST(OrderLaws, NothingIsOpenedNobodyElsesDeviceIsToldAndAllOfItEnds) {
  std::size_t published = 0;
  std::size_t confirmed = 0;
  std::size_t closings = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Night night(seed);
    for (int i = 0; i < 120 && night.broken.empty(); ++i) night.step();
    ASSERT_EQ(night.broken, "") << "seed " << seed;
    published += night.published;
    confirmed += night.confirmed;
    closings += night.closings;
  }
  // Else the nights were too gentle.
  EXPECT_GT(published, 1000U);
  EXPECT_GT(confirmed, 100U);
  EXPECT_GT(closings, 100U);
}

}  // namespace
}  // namespace shouwang::testing
