#include "app/rehearsal.h"

#include "base/check.h"

namespace shouwang::app {
namespace {

using namespace std::chrono_literals;
using escalation::Audience;

constexpr const char* kProbe = "probe";
constexpr const char* kNobody = "self-test/1";
constexpr Millis kReadable{60'000};  // How long a finished incident stays on disk.

escalation::Ladder ladder() {
  const std::vector<escalation::Group> nobody{{.audience = Audience::household}};
  return {.name = kRehearsal,
          .waves = {{.at = 0s, .tell = nobody}},
          .loop = {.every = 1h, .tell = nobody, .by_voice = false},
          .door = {.limit = 1h},
          .remind_close = 1h};
}

}  // namespace

std::shared_ptr<const household::Registry> rehearsal_registry(const std::string& language) {
  household::Community community{
      .id = CommunityId(kRehearsal),
      .label = kRehearsal,
      .language = language,
      .areas = {{.id = AreaId(kRehearsal), .tier = household::Tier::community}},
      .devices = {
          {.id = DeviceId(kProbe), .profile = kProbeProfile, .address = kProbe, .place = kProbe}}};
  household::Records records{
      .persons = {{.id = PersonId(kNobody),
                   .addresses = {{.channel = kRehearsal, .address = kRehearsal}},
                   .home = HouseholdId(kProbe)}},
      .households = {{.id = HouseholdId(kProbe),
                      .area = AreaId(kRehearsal),
                      .residents = {{.person = PersonId(kNobody)}}}}};
  return std::make_shared<const household::Registry>(std::move(community), std::move(records));
}

std::shared_ptr<const dispatch::Rules> rehearsal_rules() {
  dispatch::Rules rules{.channels = {{kRehearsal, {.kind = dispatch::ChannelKind::page}}},
                        .inbox = kRehearsal,
                        .group_window = 0ms,
                        .page_life = kReadable};
  for (const auto scope : {household::Place::Scope::household, household::Place::Scope::area,
                           household::Place::Scope::unknown}) {
    rules.ladders.push_back({.scope = scope, .ladder = ladder()});
  }
  return std::make_shared<const dispatch::Rules>(std::move(rules));
}

// The telephone of nobody: takes everything, and tells of what it was handed.
class Rehearsal::Telephone final : public notify::Channel {
 public:
  Telephone(Clock& clock, std::function<void(const IncidentId&)> heard)
      : clock_(clock), heard_(std::move(heard)) {}

  const std::string& name() const override { return name_; }
  const notify::Traits& traits() const override { return traits_; }
  void send(const notify::Message& message, Done done) override {
    if (message.letter == dispatch::Letter::first) heard_(message.incident);
    clock_.wake_at(clock_.now(), [done = std::move(done)] { done({}); });
  }

 private:
  const std::string name_ = kRehearsal;
  const notify::Traits traits_{.kind = dispatch::ChannelKind::page};
  Clock& clock_;
  std::function<void(const IncidentId&)> heard_;
};

Rehearsal::Rehearsal(Parts parts, const SelfTest::Settings& settings)
    : parts_(std::move(parts)),
      test_(settings, parts_.clock.now()),
      channel_(std::make_shared<Telephone>(
          parts_.clock, [this](const IncidentId& incident) { handed_over(incident); })),
      boot_(static_cast<std::uint64_t>(parts_.clock.now().time_since_epoch().count())) {}

Rehearsal::~Rehearsal() { stop(); }

Result<Done> Rehearsal::open(Gateway& gateway, const std::string& language) {
  gateway_ = &gateway;
  TRY_DONE(gateway.open_rehearsal(rehearsal_registry(language), rehearsal_rules(), boot_));
  look();
  return Done{};
}

void Rehearsal::use(const SelfTest::Settings& settings) {
  test_.set(settings, parts_.clock.now());
  look();
}

void Rehearsal::stop() {
  parts_.clock.cancel(std::exchange(alarm_, 0));
  parts_.clock.cancel(std::exchange(cleaning_, 0));
  gateway_ = nullptr;
}

void Rehearsal::look() {
  parts_.clock.cancel(std::exchange(alarm_, 0));
  if (gateway_ == nullptr) return;
  const Instant now = parts_.clock.now();
  note_brought_back();
  const SelfTest::Counts before = test_.counts();
  for (;;) {
    switch (test_.act(now)) {
      case SelfTest::Act::start:
        clear_away();
        incident_ = IncidentId();
        [[fallthrough]];
      case SelfTest::Act::repeat: publish(); continue;
      case SelfTest::Act::missed: tell_if_ended(before); continue;
      case SelfTest::Act::none: break;
    }
    break;
  }
  if (const auto due = test_.next_due()) {
    alarm_ = parts_.clock.wake_at(*due, [this] {
      alarm_ = 0;
      look();
    });
  }
}

void Rehearsal::publish() {
  {
    const std::lock_guard lock(mutex_);
    awaited_ = test_.event();
    back_at_.reset();
  }
  const std::string payload = R"({"v":1,"event":")" + test_.event() + R"(","boot":)" +
                              std::to_string(boot_) + R"(,"seq":)" + std::to_string(++sequence_) +
                              R"(,"kind":"gas","state":"alarm"})";
  // One that does not leave is not brought back: nothing else need be done about it.
  static_cast<void>(parts_.publish(kProbeTopic, payload));
}

void Rehearsal::brought_back(std::string_view topic, std::string_view payload) {
  if (topic != kProbeTopic) return;
  const std::lock_guard lock(mutex_);
  if (awaited_.empty() || back_at_ || payload.find('"' + awaited_ + '"') == payload.npos) return;
  back_at_ = parts_.time();
}

void Rehearsal::note_brought_back() {
  const std::lock_guard lock(mutex_);
  if (back_at_) test_.passed(Stage::broker, awaited_, *back_at_);
}

void Rehearsal::on_gateway(const Rehearsed& seen) {
  if (seen.event != test_.event()) return;
  note_brought_back();
  const Instant now = parts_.clock.now();
  switch (seen.point) {
    case Rehearsed::Point::submitted: return test_.passed(Stage::decoder, seen.event, now);
    case Rehearsed::Point::handled:
      incident_ = seen.incident;
      if (!incident_.empty()) test_.passed(Stage::core, seen.event, now);
      return;
    case Rehearsed::Point::saved:
      if (!incident_.empty()) test_.passed(Stage::store, seen.event, now);
      return;
  }
}

// Called from within the gateway's sending: what follows waits until that is over.
void Rehearsal::handed_over(const IncidentId& incident) {
  // What could not be saved is handed over all the same; it has not come through.
  if (incident != incident_ || test_.waits_for() != Stage::outbox) return;
  const SelfTest::Counts before = test_.counts();
  test_.passed(Stage::outbox, test_.event(), parts_.clock.now());
  parts_.clock.cancel(cleaning_);
  cleaning_ = parts_.clock.wake_at(parts_.clock.now(), [this, before] {
    cleaning_ = 0;
    clear_away();
    tell_if_ended(before);
    look();
  });
}

void Rehearsal::clear_away() {
  if (gateway_ == nullptr) return;
  const dispatch::Book& book = *gateway_->rehearsal();
  std::vector<IncidentId> open;
  for (const auto& [id, file] : book.files) {
    if (file.incident.is_open()) open.push_back(id);
  }
  for (const IncidentId& id : open) {
    const auto reply =
        gateway_->ask(book.registry->community().id,
                      dispatch::Answered{.incident = id,
                                         .answer = {.action = incident::Action::close,
                                                    .by = PersonId(kNobody),
                                                    .roles = {household::Role::duty_a},
                                                    .cause = incident::Cause::test}});
    CHECK(!reply.refusal);
  }
}

void Rehearsal::tell_if_ended(const SelfTest::Counts& before) {
  const auto& after = test_.counts();
  const bool ended = after.passed != before.passed || after.missed != before.missed;
  if (ended && parts_.on_result) parts_.on_result(test_);
}

}  // namespace shouwang::app
