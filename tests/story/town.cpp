#include "tests/story/town.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "config/zones.h"

namespace shouwang::testing {
namespace {

// The shipped configuration, read once.
const config::Config& shipped() {
  static const config::Config config = [] {
    auto loaded = config::load(std::string(SHOUWANG_SOURCE_DIR) + "/config");
    if (!loaded) {
      for (const auto& fault : loaded.error()) ADD_FAILURE() << config::format(fault);
      std::abort();
    }
    return std::move(*loaded);
  }();
  return config;
}

Instant instant_of(const std::string& local) {
  const auto time = config::parse_local(local);
  EXPECT_TRUE(time.has_value()) << local;
  return config::instant_of(shipped().communities.front().estate.zone, *time).value();
}

bool is_first(Letter letter) {
  return letter == Letter::first || letter == Letter::also || letter == Letter::info ||
         letter == Letter::assigned || letter == Letter::job;
}

std::string lines(const std::vector<Received>& messages) {
  std::ostringstream out;
  for (const Received& one : messages) out << "    " << one << "\n";
  return out.str();
}

std::string span(Millis at) { return format_span(at); }

}  // namespace

std::ostream& operator<<(std::ostream& out, const Received& received) {
  out << span(received.at) << " " << received.person << " " << received.channel;
  for (const auto& [id, letter] : received.items) out << " " << letter;
  out << " as";
  for (const Role role : received.roles.list()) out << " " << role;
  return out;
}

// Says in the title what the message is about; the words have tests of their own.
class Town::PlainWriter final : public app::Writer {
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
                                     .critical = parcel->critical,
                                     .repeat = parcel->maybe_repeated,
                                     .expires_at = parcel->expires_at},
                         .body_kept = "a message"});
    }
    return written;
  }
};

Town::Town(const std::string& local_time) : Town(local_time, Options{}) {}

Town::Town(const std::string& local_time, Options options)
    : start_(instant_of(local_time)),
      clock_(start_),
      store_({.through_codec = options.through_codec}) {
  const config::Community& community = shipped().communities.front();
  household::Records records = reference::build(options.reference).records;
  if (options.records) options.records(records);
  household::Community estate = community.estate;
  if (options.reference.b11_vacant) {
    for (auto& post : estate.posts) std::erase(post.areas, AreaId("B11"));
  }
  if (options.estate) options.estate(estate);
  registry_ = std::make_shared<household::Registry>(std::move(estate), std::move(records));
  dispatch::Rules rules = community.rules;
  if (options.rules) options.rules(rules);
  rules_ = std::make_shared<const dispatch::Rules>(std::move(rules));
  for (const auto& [name, traits] : rules_->channels) {
    channels_[name] = std::make_shared<FakeChannel>(
        name, clock_,
        notify::Traits{.kind = traits.kind, .gives_receipts = false, .in_flight_max = 10'000});
    channels_[name]->everybody().takes(20ms);
    // The reference community's dead numbers.
    channels_[name]->decide =
        [](const notify::Message& message) -> std::optional<FakeChannel::Manner> {
      if (!message.address.starts_with("test:dead/")) return std::nullopt;
      FakeChannel::Manner manner;
      manner.refuses();
      return manner;
    };
  }
  begin();
}

Town::~Town() = default;

void Town::begin() {
  ++lives_;
  pump_ = std::make_unique<notify::Pump>(
      clock_, [this](const CommunityId& community, const ParcelKey& key, int attempt,
                     const dispatch::Receipt& receipt) {
        gateway_->submit(
            {.community = community,
             .event = dispatch::Delivered{.key = key, .attempt = attempt, .receipt = receipt}});
      });
  std::vector<std::shared_ptr<notify::Channel>> channels;
  for (const auto& [name, channel] : channels_) channels.push_back(channel);
  pump_->set_channels(std::move(channels));
  writer_ = std::make_unique<PlainWriter>();
  gateway_ = std::make_unique<app::Gateway>(app::Gateway::Parts{
      .clock = clock_,
      .store = disk_,
      .pump = *pump_,
      .writer = *writer_,
      .listeners = {.command = [this](const dispatch::Publication& command) {
        commands_.push_back(format_span(now()) + " " + command.topic + " " + command.payload);
      }}});
  const auto opened = gateway_->open(registry_, rules_, 7 + lives_);
  EXPECT_TRUE(opened.has_value());
}

void Town::run(Millis until) {
  std::ranges::stable_sort(plan_, {}, [](const Planned& p) { return std::pair{p.at, p.order}; });
  for (Planned& step : plan_) {
    ASSERT_LE(step.at, until);
    clock_.inner().run_until(start_ + step.at);
    step.what(*this);
    note_opened();
  }
  clock_.inner().run_until(start_ + until);
  note_opened();
  std::map<ParcelKey, dispatch::Parcel> parcels;
  for (const IncidentId& id : opened_) {
    const auto kept = store_.parcels(id);
    for (const dispatch::Parcel& parcel : *kept) parcels.emplace(parcel.key, parcel);
  }
  for (const auto& [name, channel] : channels_) {
    for (const FakeChannel::Sent& sent : channel->sent) {
      const notify::Message& message = sent.message;
      Received one{.at = sent.at - start_,
                   .person = message.person,
                   .channel = name,
                   .letter = message.letter,
                   .key = message.key,
                   .repeat = message.repeat};
      if (!parcels.contains(message.key)) {  // About a technical matter.
        const auto kept = store_.parcels(message.incident);
        for (const dispatch::Parcel& parcel : *kept) parcels.emplace(parcel.key, parcel);
      }
      const auto parcel = parcels.find(message.key);
      if (parcel == parcels.end()) {  // It left while the disk failed, and its life ended there.
        one.items.emplace_back(message.incident, message.letter);
        one.roles = message.roles;
      } else {
        for (const auto& item : parcel->second.items) {
          one.items.emplace_back(item.incident, item.letter);
          one.roles = one.roles | item.roles;
        }
      }
      received_.push_back(std::move(one));
    }
  }
  std::ranges::stable_sort(received_, {}, &Received::at);
  for (const Check& check : checks_) {
    std::vector<Received> within;
    std::ranges::copy_if(received_, std::back_inserter(within), [&](const Received& r) {
      return r.at >= check.from && r.at <= check.until;
    });
    EXPECT_TRUE(check.test(within)) << span(check.from) << " .. " << span(check.until) << ": "
                                    << check.what << "\n  received then:\n"
                                    << lines(within);
  }
  EXPECT_EQ(dispatch::broken_rule(book()), std::nullopt);
}

void Town::note_opened() {
  for (const auto& [id, file] : book().files) {
    if (std::ranges::find(opened_, id) == opened_.end()) opened_.push_back(id);
  }
  std::ranges::stable_sort(opened_, {}, [&](const IncidentId& id) {
    const auto* file = book().find(id);
    return file == nullptr ? Instant::min() : file->incident.raised_at;
  });
}

void Town::raise(const std::string& device, device::Meaning meaning) {
  const bool smoke = device.starts_with("SM-");
  const bool valve = device.starts_with("VA-");
  const bool switched = device.starts_with("SI-");
  const auto kind = valve      ? device::Kind::valve
                    : switched ? device::Kind::device
                    : smoke    ? device::Kind::smoke
                               : device::Kind::gas;
  const bool known = registry_->device_index(DeviceId(device)).has_value();
  gateway_->submit(
      {.community = registry_->community().id,
       .event = dispatch::Heard{
           .device = known ? DeviceId(device) : DeviceId(),
           .topic = "changshan/" + device,
           .profile = "native",
           .report = {.address = device, .signals = {{.kind = kind, .meaning = meaning}}}}});
  clock_.inner().run_until(clock_.now());
}

const dispatch::Book& Town::book() const { return *gateway_->book(registry_->community().id); }

const incident::Incident& Town::incident(std::size_t nth) const {
  return book().files.at(opened_.at(nth)).incident;
}

std::size_t Town::open_incidents() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      book().files, [](const auto& entry) { return entry.second.incident.is_open(); }));
}

std::optional<dispatch::Card> Town::card(const std::string& person, std::size_t nth) const {
  return dispatch::card_for(book(), opened_.at(nth), PersonId(person), {}, clock_.now_const());
}

std::vector<store::JournalLine> Town::journal(std::size_t nth) {
  return store_.journal({.incident = opened_.at(nth)}).value();
}

std::vector<store::JournalLine> Town::journal_of(const std::string& type) {
  std::vector<store::JournalLine> lines;
  store::JournalQuery query{.most = 10'000};
  for (;;) {
    const auto page = store_.journal(query).value();
    if (page.empty()) return lines;
    query.after = page.back().number;
    std::ranges::copy_if(page, std::back_inserter(lines),
                         [&](const auto& line) { return line.entry.type == type; });
  }
}

std::string Town::holder(const std::string& post, Millis at) const {
  const auto found = registry_->holder(*registry_->post(PostId(post)), start_ + at);
  return found ? found->str() : "";
}

std::vector<Received> Town::received_by(const std::string& person) const {
  std::vector<Received> own;
  std::ranges::copy_if(received_, std::back_inserter(own),
                       [&](const Received& r) { return r.person == PersonId(person); });
  return own;
}

std::vector<std::string> Town::messages(const std::string& person) const {
  std::vector<std::string> own;
  for (const Received& one : received_by(person)) {
    std::string line = span(one.at) + " " + one.channel;
    for (const auto& [id, letter] : one.items) line += " " + std::string(name_of(letter));
    own.push_back(std::move(line));
  }
  return own;
}

// ---- expectations

void Town::Expect::check(const std::string& what,
                         std::function<bool(const std::vector<Received>&)> test) {
  town_.checks_.push_back({.from = from_, .until = until_, .what = what, .test = std::move(test)});
}

Town::Expect& Town::Expect::told(const std::string& person) {
  person_ = person;
  check(person + " is told", [person](const auto& messages) {
    return std::ranges::any_of(messages, [&](const Received& one) {
      return one.person == PersonId(person) && is_first(one.letter);
    });
  });
  return *this;
}

Town::Expect& Town::Expect::as(Role role) {
  check(person_ + " as " + std::string(name_of(role)), [=, who = person_](const auto& messages) {
    return std::ranges::any_of(messages, [&](const Received& one) {
      return one.person == PersonId(who) && one.roles.has(role);
    });
  });
  return *this;
}

Town::Expect& Town::Expect::by(const std::string& channel) {
  check(person_ + " by " + channel, [=, who = person_](const auto& messages) {
    return std::ranges::any_of(messages, [&](const Received& one) {
      return one.person == PersonId(who) && one.channel == channel;
    });
  });
  return *this;
}

Town::Expect& Town::Expect::letter(Letter letter) { return tells(person_, letter); }

Town::Expect& Town::Expect::tells(const std::string& person, Letter letter) {
  person_ = person;
  check(person + " reads " + std::string(name_of(letter)), [=](const auto& messages) {
    return std::ranges::any_of(messages, [&](const Received& one) {
      return one.person == PersonId(person) &&
             std::ranges::any_of(one.items,
                                 [&](const auto& item) { return item.second == letter; });
    });
  });
  return *this;
}

Town::Expect& Town::Expect::not_told(const std::string& person) {
  check(person + " gets nothing", [=](const auto& messages) {
    return std::ranges::none_of(
        messages, [&](const Received& one) { return one.person == PersonId(person); });
  });
  return *this;
}

Town::Expect& Town::Expect::nobody() {
  check("nobody gets anything", [](const auto& messages) { return messages.empty(); });
  return *this;
}

Town::Expect& Town::Expect::nobody_new() {
  check("nobody new is told", [](const auto& messages) {
    return std::ranges::none_of(messages, [](const Received& one) { return is_first(one.letter); });
  });
  return *this;
}

Town::Expect& Town::Expect::told_exactly(std::set<std::string> people) {
  check("exactly the named are told", [people = std::move(people)](const auto& messages) {
    std::set<std::string> told;
    for (const Received& one : messages) {
      if (is_first(one.letter)) told.insert(one.person.str());
    }
    for (const std::string& person : people) {
      EXPECT_TRUE(told.contains(person)) << person << " is missing";
    }
    for (const std::string& person : told) {
      EXPECT_TRUE(people.contains(person)) << person << " is too many";
    }
    return told == people;
  });
  return *this;
}

Town::Expect& Town::Expect::count(const std::string& person, std::size_t messages_wanted) {
  check(person + " gets " + std::to_string(messages_wanted) + " messages",
        [=](const auto& messages) {
          return static_cast<std::size_t>(std::ranges::count_if(messages, [&](const Received& one) {
                   return one.person == PersonId(person);
                 })) == messages_wanted;
        });
  return *this;
}

Town::Expect& Town::Expect::holds(const std::string& what, std::function<bool(Town&)> test) {
  town_.at(until_).does(
      [=](Town& town) { EXPECT_TRUE(test(town)) << span(town.now()) << ": " << what; });
  return *this;
}

}  // namespace shouwang::testing
