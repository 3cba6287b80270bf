// What the parts of the daemon tell each other.

#include "app/log.h"
#include "app/parts.h"

namespace shouwang::app {
namespace {

constexpr Millis kBeatsGather{5};      // Beats wait so long for company; alarms wake the loop.
constexpr Millis kStatusEvery{5'000};  // systemctl status and the time of day for the decoder.
constexpr Millis kHung{15'000};        // A loop that has not turned for so long is not well.

}  // namespace

// Alarms wake the loop; beats are fetched together while they keep coming.
void App::Parts::drain() {
  trace_.pass(TracePoint::Step::woken);
  if (!sensors_ || sensors_->drain() == 0) return;
  intake_->hush();
  clock_->wake_at(clock_->now() + kBeatsGather, [this] { drain(); });
}

void App::Parts::delivered(const CommunityId& community, const ParcelKey& key, int attempt,
                           const dispatch::Receipt& receipt) {
  if (!gateway_) return;  // Tries that end while everything ends.
  gateway_->submit(
      {.community = community,
       .event = dispatch::Delivered{.key = key, .attempt = attempt, .receipt = receipt}});
}

void App::Parts::incidents_changed(const CommunityId& community,
                                   const std::vector<IncidentId>& ids) {
  const dispatch::Book* book = gateway_->book(community);
  for (const IncidentId& id : ids) {
    if (const auto* file = book->find(id)) pages_->learn(community, *file);
    if (book->find(id) == nullptr) pages_->forget(community, id);
  }
  if (server_) server_->live().incidents_changed(community, ids);
}

void App::Parts::link_changed(const mqtt::LinkState& state) {
  if (state.connected != link_state_.connected) {
    link_since_ = clock_->now();
    gateway_->listen(state.connected);
    log(state.connected ? Level::info : Level::warning,
        state.connected ? "broker connected" : "broker lost", {{"trouble", state.trouble}});
    troubles_told_.clear();
  } else if (!state.trouble.empty() && troubles_told_.insert(state.trouble).second) {
    log(Level::warning, "broker trouble", {{"trouble", state.trouble}});
  }
  // After lost messages the broker replays what it retains: levels are judged anew.
  const bool dropped =
      state.gaps != link_state_.gaps && state.last_gap == mqtt::Gap::broker_dropped;
  if (dropped) link_->subscribe(device::subscriptions(config_->profiles));
  link_state_ = state;
  prick_up_ear();
  if (server_) server_->live().health_changed();
}

void App::Parts::store_health_changed() {
  const auto& trouble = gateway_->store_trouble();
  log(trouble ? Level::error : Level::info, trouble ? "saving fails" : "saving works again",
      {{"trouble", trouble ? trouble->what : ""}});
  prick_up_ear();
  if (server_) server_->live().health_changed();
}

// Whether it was done, the device says; if it could not be sent it is sent again.
void App::Parts::command_device(const dispatch::Publication& command) {
  const auto sent = link_ ? link_->publish(command.topic, command.payload, false)
                          : Result<Done>(fail(Error::Code::unavailable, "there is no broker link"));
  log(sent ? Level::info : Level::warning, sent ? "command sent" : "command not sent",
      {{"device", command.device.str()}, {"trouble", sent ? "" : sent.error().what}});
}

// Alarms that the link can not get past one that is not saved are heard all the same, until the
// link is back.
void App::Parts::prick_up_ear() {
  if (!ear_) return;
  if (!gateway_->store_trouble()) {
    if (link_state_.connected) ear_->rest();
  } else if (auto settings = link_settings(*config_)) {
    ear_->listen(std::move(*settings));
  }
}

bool App::Parts::show_on_pages(const notify::InboxMessage& message) {
  return server_ && server_->live().deliver_inbox(message.community, message.person, message.key,
                                                  {.key = message.key,
                                                   .page = {.community = message.community,
                                                            .incident = message.incident,
                                                            .person = message.person},
                                                   .title = message.title,
                                                   .body = message.body,
                                                   .at = message.at});
}

void App::Parts::tell_status() {
  if (!service_) return;
  last_status_ = clock_->now();
  service_->status(status_sentence(vitals()));
  sensors_->tell_time();
  if (server_) server_->live().health_changed();
  clock_->wake_at(clock_->now() + kStatusEvery, [this] { tell_status(); });
}

// The loop turns (this is asked on it), and its own timers fire.
bool App::Parts::is_well() const { return is_ready_ && clock_->now() - last_status_ < kHung; }

Vitals App::Parts::vitals() const {
  Vitals vitals{.now = clock_->now(),
                .started_at = started_at_,
                .link = link_state_,
                .link_since = link_since_,
                .store_trouble = gateway_->store_trouble(),
                .clock_ahead = clock_->ahead(),
                .channels = pump_->health(),
                .gateway = gateway_->counters()};
  if (intake_) vitals.intake = intake_->counts();
  if (sensors_) vitals.sensors = sensors_->counts();
  if (server_) vitals.web = server_->counts();
  for (const dispatch::Book* book : gateway_->books()) {
    const household::Community& estate = book->registry->community();
    Vitals::Community& line = vitals.communities.emplace_back(
        Vitals::Community{.id = estate.id.str(), .devices = estate.devices.size()});
    for (const auto& [id, file] : book->files) {
      if (!file.incident.is_open()) continue;
      ++line.open_incidents;
      if (!file.incident.somebody_is_going()) ++line.unclaimed_incidents;
    }
    line.parcels = book->outbox.size();
    line.matters = book->matters.size();
    count_devices(*book, line);
    line.calls_nobody = calls_nobody(*book->registry);
    weigh_load(*book, vitals.now, line);
  }
  add_self_watch(vitals);
  return vitals;
}

}  // namespace shouwang::app
