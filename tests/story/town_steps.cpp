// What happens in a story.

#include <gtest/gtest.h>

#include "tests/story/town.h"

namespace shouwang::testing {

using dispatch::Reply;

void Town::Step::add(std::function<void(Town&)> what) {
  town_.plan_.push_back({.at = at_, .order = town_.plan_.size(), .what = std::move(what)});
}

Town::Step& Town::Step::alarms(const std::string& device) {
  add([device](Town& town) { town.raise(device, device::Meaning::alarm); });
  return *this;
}

Town::Step& Town::Step::reads_normal(const std::string& device) {
  add([device](Town& town) { town.raise(device, device::Meaning::normal); });
  return *this;
}

Town::Step& Town::Step::says(const std::string& device, device::Meaning meaning) {
  add([device, meaning](Town& town) { town.raise(device, meaning); });
  return *this;
}

Town::Step& Town::Step::beats(const std::string& device) {
  return all_beat([device](const device::Device& one) { return one.id == DeviceId(device); });
}

Town::Step& Town::Step::all_beat(std::function<bool(const device::Device&)> which) {
  add([which = std::move(which)](Town& town) {
    const auto& community = town.registry_->community();
    for (std::size_t i = 0; i < community.devices.size(); ++i) {
      if (!which || which(community.devices[i])) town.gateway_->note_seen(community.id, i);
    }
    town.clock_.inner().run_until(town.clock_.now());
  });
  return *this;
}

Town::Step& Town::Step::hears(bool devices) {
  add([devices](Town& town) { town.gateway_->listen(devices); });
  return *this;
}

Town::Step& Town::Step::presses(const std::string& person, Action action) {
  return presses({.action = action, .by = PersonId(person)});
}

Town::Step& Town::Step::presses(incident::Answer answer) {
  add([answer, nth = nth_](Town& town) {
    const Reply reply =
        town.gateway_->ask(town.registry_->community().id,
                           dispatch::Answered{.incident = town.opened_.at(nth), .answer = answer});
    EXPECT_EQ(reply.refusal, std::nullopt) << answer.by << " " << answer.action;
  });
  return *this;
}

Town::Step& Town::Step::closes(const std::string& person, Cause cause, std::size_t nth) {
  nth_ = nth;
  return presses({.action = Action::close, .by = PersonId(person), .cause = cause});
}

Town::Step& Town::Step::opens_by_hand(const std::string& person, const std::string& place,
                                      device::Kind kind) {
  add([=](Town& town) {
    const Reply reply =
        town.gateway_->ask(town.registry_->community().id,
                           dispatch::Opened{.by = PersonId(person), .kind = kind, .place = place});
    EXPECT_EQ(reply.refusal, std::nullopt);
  });
  return *this;
}

Town::Step& Town::Step::is_away(const std::string& subject, Millis from, Millis until) {
  add([=](Town& town) {
    auto& book = const_cast<dispatch::Book&>(town.book());
    book.facts.push_back({.kind = household::DatedFact::Kind::away,
                          .subject = subject,
                          .from = town.start_ + from,
                          .until = town.start_ + until,
                          .author = subject});
  });
  return *this;
}

Town::Step& Town::Step::opens_page(const std::string& person) {
  add([=, nth = nth_](Town& town) {
    town.gateway_->ask(
        town.registry_->community().id,
        dispatch::PageOpened{.incident = town.opened_.at(nth), .by = PersonId(person)});
  });
  return *this;
}

Town::Step& Town::Step::dies(Millis down) {
  add([=](Town& town) {
    town.gateway_.reset();
    town.pump_.reset();
    // What falls due meanwhile finds nobody: the alarms of the dead process are gone with it.
    town.clock_.inner().run_until(town.clock_.now() + down);
    town.begin();
    town.clock_.inner().run_until(town.clock_.now());
  });
  return *this;
}

Town::Step& Town::Step::channel(const std::string& name, std::function<void(FakeChannel&)> change) {
  add([=](Town& town) { change(*town.channels_.at(name)); });
  return *this;
}

Town::Step& Town::Step::disk(std::optional<Error::Code> fails_with) {
  add([=](Town& town) {
    town.disk_.set_fate([=](std::uint64_t, std::string_view name) -> std::optional<Error> {
      if (!fails_with || name != "save") return std::nullopt;
      return Error{*fails_with, "the disk was made to fail"};
    });
  });
  return *this;
}

Town::Step& Town::Step::does(std::function<void(Town&)> anything) {
  add(std::move(anything));
  return *this;
}

Town::Step& Town::Step::on(std::size_t nth) {
  nth_ = nth;
  return *this;
}

}  // namespace shouwang::testing
