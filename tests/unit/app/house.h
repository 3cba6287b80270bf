// Elm Court with a gateway on virtual time: a store that fails when told, channels that record.

#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/gateway.h"
#include "base/virtual_clock.h"
#include "store/memory_store.h"
#include "tests/support/elm.h"
#include "tests/support/fake_channel.h"
#include "tests/support/faulty_store.h"

namespace shouwang::testing {

inline const CommunityId kElm("elm");

// Words of no interest: what they are has tests of its own.
class PlainWriter final : public app::Writer {
 public:
  std::vector<app::Written> write(const dispatch::Book& book,
                                  const std::vector<const dispatch::Parcel*>& parcels,
                                  Instant) override {
    std::vector<app::Written> written;
    for (const dispatch::Parcel* parcel : parcels) {
      written.push_back({.message = {.key = parcel->key,
                                     .attempt = parcel->attempts,
                                     .community = book.registry->community().id,
                                     .person = parcel->person,
                                     .incident = parcel->items.front().incident,
                                     .address = parcel->route[parcel->leg].address,
                                     .title = "a message",
                                     .urgency = parcel->urgency,
                                     .letter = parcel->items.front().letter,
                                     .repeat = parcel->maybe_repeated},
                         .body_kept = "a message"});
    }
    return written;
  }
};

class House : public ::testing::Test {
 protected:
  House() {
    for (const auto& [name, traits] : elm_rules().channels) {
      channels[name] = std::make_shared<FakeChannel>(
          name, clock, notify::Traits{.kind = traits.kind, .in_flight_max = 256});
      channels[name]->everybody().takes(Millis{20});
    }
    start();
  }

  // A new process on what the store holds.
  void start() {
    gateway.reset();
    pump = std::make_unique<notify::Pump>(
        clock, [this](const CommunityId& community, const ParcelKey& key, int attempt,
                      const dispatch::Receipt& receipt) {
          gateway->submit(
              {.community = community, .event = dispatch::Delivered{key, attempt, receipt}});
        });
    use_channels();
    gateway = std::make_unique<app::Gateway>(app::Gateway::Parts{
        .clock = clock,
        .store = store,
        .pump = *pump,
        .writer = writer,
        .listeners = {
            .incidents = [this](const auto&,
                                const auto& ids) { shown.insert(ids.begin(), ids.end()); },
            .matters = [this](const auto&) { ++matters_shown; },
            .store_health = [this] { ++health_changes; },
            .journal = [this](const auto& entry) { journal.push_back(entry.type); },
            .rehearsed =
                [this](const auto& seen) {
                  if (rehearsed) rehearsed(seen);
                }}});
    ASSERT_TRUE(gateway->open(registry, rules, 7).has_value());
    pass(Millis{0});
  }

  void use_channels() {
    std::vector<std::shared_ptr<notify::Channel>> all;
    for (const auto& [name, channel] : channels) all.push_back(channel);
    if (further_channel) all.push_back(further_channel);
    pump->set_channels(std::move(all));
  }

  // Time passes, and all that falls due in it happens.
  void pass(Millis span) { clock.run_until(clock.now() + span); }

  // What a device says, and whether the broker may forget it.
  std::optional<bool> hear(const dispatch::Event& event) {
    std::optional<bool> stored;
    gateway->submit({.community = kElm,
                     .event = event,
                     .settled = [&](bool on_disk, const dispatch::Reply&) { stored = on_disk; }});
    pass(Millis{0});
    return stored;
  }

  void disk(std::optional<Error::Code> error) {
    if (!error) return store.set_fate(FaultyStore::never());
    store.set_fate([code = *error](std::uint64_t, std::string_view name) -> std::optional<Error> {
      if (name != "save") return std::nullopt;
      return Error{code, "the disk is full"};
    });
  }

  const dispatch::Book& book() const { return *gateway->book(kElm); }
  // "anna push", "of1 voice": every try so far, sorted.
  std::vector<std::string> tries() const {
    std::vector<std::string> all;
    for (const auto& [name, channel] : channels) {
      for (const auto& sent : channel->sent) all.push_back(sent.message.person.str() + " " + name);
    }
    std::ranges::sort(all);
    return all;
  }
  dispatch::Memory on_disk() {
    return memory.recall(kElm, clock.now() - Millis{86'400'000}).value();
  }

  VirtualClock clock{at(Millis{0})};
  store::MemoryStore memory;
  FaultyStore store{memory, FaultyStore::never()};
  PlainWriter writer;
  std::shared_ptr<const household::Registry> registry = elm_registry();
  std::shared_ptr<const dispatch::Rules> rules =
      std::make_shared<const dispatch::Rules>(elm_rules());
  std::map<std::string, std::shared_ptr<FakeChannel>> channels;
  std::shared_ptr<notify::Channel> further_channel;
  std::function<void(const app::Rehearsed&)> rehearsed;
  std::unique_ptr<notify::Pump> pump;
  std::unique_ptr<app::Gateway> gateway;

  std::set<IncidentId> shown;
  int matters_shown = 0;
  int health_changes = 0;
  std::vector<std::string> journal;
};

}  // namespace shouwang::testing
