#include "app/app.h"

#include <malloc.h>
#include <sodium.h>

#include <boost/asio/post.hpp>

#include "app/channels.h"
#include "app/fault_point.h"
#include "app/log.h"
#include "app/parts.h"

namespace shouwang::app {
namespace {

constexpr std::uint64_t kReserve = std::uint64_t{16} << 20;  // Some 300 incidents.

// What is logged of a journal line: no person, no free text.
void log_incident(const dispatch::JournalEntry& entry) {
  if (entry.type == "delivery" || entry.type == "opened") return;
  std::string household;
  for (const auto& [name, value] : entry.facts) {
    if (name == "household" || name == "place") household = value;
  }
  log(Level::info, "incident " + entry.type,
      {{"incident", entry.incident.str()},
       {"community", entry.community.str()},
       {"place", household}});
}

}  // namespace

void give_back_memory() { ::malloc_trim(0); }

std::uint64_t new_seed() {
  std::uint64_t random = 0;
  randombytes_buf(&random, sizeof(random));
  return random;
}

App::Parts::Parts(boost::asio::io_context& loop, std::filesystem::path directory,
                  std::shared_ptr<const config::Config> config)
    : loop_(loop), directory_(std::move(directory)), config_(std::move(config)) {}

App::Parts::~Parts() { stop(); }

Result<Done> App::Parts::start() {
  TRY_DONE(open_store());
  TRY_DONE(open_channels());
  TRY_DONE(open_gateway());
  TRY_DONE(open_link());
  TRY_DONE(open_web());
  is_ready_ = true;
  watch_over();
  give_back_memory();
  return Done{};
}

// 1. The disk: nothing is promised before it is there.
Result<Done> App::Parts::open_store() {
  TRY(store, store::SqliteStore::open(config_->store.path, {.reserve = kReserve}));
  store_ = std::move(store);
  TRY(latest, store_->latest());
  clock_ = std::make_unique<AsioClock>(loop_, latest.value_or(Instant{}));
  started_at_ = clock_->now();
  TRY_DONE(open_shelf());
  TRY(page_key, store_->secret_key("pages"));
  pages_ = std::make_unique<Pages>(page_key);
  TRY(enrol_key, store_->secret_key("enrol"));
  phones_ = std::make_unique<Phones>(*clock_, *store_, enrol_key);
  TRY_DONE(phones_->load());
  logins_ = std::make_unique<Logins>(loop_);
  TRY(users, store_->users());
  logins_->set_users(std::move(users));
  return Done{};
}

// 2. The ways to phones, and the words.
Result<Done> App::Parts::open_channels() {
  web_client_ = std::make_unique<notify::HttpClient>(loop_);
  mail_client_ = std::make_unique<notify::MailClient>(loop_);
  pump_ = std::make_unique<notify::Pump>(
      *clock_,
      [this](const CommunityId& community, const ParcelKey& key, int attempt,
             const dispatch::Receipt& receipt) { delivered(community, key, attempt, receipt); });
  make_rehearsal();
  TRY(channels, make_channels(*config_, surroundings()));
  use_channels(std::move(channels));
  scribe_ = std::make_unique<Scribe>(*pages_, config_);
  return Done{};
}

// 3. The books, with what the disk remembers.
Result<Done> App::Parts::open_gateway() {
  gateway_ = std::make_unique<Gateway>(Gateway::Parts{
      .clock = *clock_,
      .store = *store_,
      .pump = *pump_,
      .writer = *scribe_,
      .listeners = {.incidents = [this](const auto& community,
                                        const auto& ids) { incidents_changed(community, ids); },
                    .matters =
                        [this](const auto& community) {
                          if (server_) server_->live().matters_changed(community);
                        },
                    .walks =
                        [this](const auto& community) {
                          if (server_) server_->live().walks_changed(community);
                        },
                    .store_health = [this] { store_health_changed(); },
                    .journal = log_incident,
                    .moment = trace_.moments(fault_point()),
                    .command = [this](const auto& command) { command_device(command); },
                    .rehearsed = [this](const Rehearsed& seen) { rehearsal_->on_gateway(seen); },
                    .in_hand = [this](std::uint64_t mark) { in_hand(mark); }}});
  for (const config::Community& community : config_->communities) {
    TRY(registry, registry_of(*config_, community));
    TRY_DONE(gateway_->open(registry, rules_of(community), new_seed()));
  }
  gateway_->listen(false);  // Until the broker is there.
  return begin_rehearsal();
}

// 4. The broker: from here on devices are heard.
Result<Done> App::Parts::open_link() {
  TRY(reading, reading_of(config_, registries_now(*config_)));
  intake_ = std::make_unique<mqtt::Intake>(mqtt::Intake::Settings{.stopwatch = steady_now}, reading,
                                           [this] {
                                             trace_.pass(TracePoint::Step::decoded);
                                             boost::asio::post(loop_, [this] { drain(); });
                                           });
  sensors_ = std::make_unique<Sensors>(*clock_, *gateway_, *intake_,
                                       [this](const std::string& topic, const std::string& body) {
                                         // A device that misses its answer repeats itself.
                                         if (link_)
                                           static_cast<void>(link_->publish(topic, body, false));
                                       });
  sensors_->use(reading);
  sensors_->use({.in_hand = [this](std::uint64_t mark) { in_hand(mark); },
                 .done = [this](std::uint64_t mark) { shelf_->acquit(mark); }});
  ear_ = std::make_unique<Ear>([this](const mqtt::Incoming& in) { hear(Shelf::Hand::ear, in); });
  TRY(settings, link_settings(*config_));
  start_link(std::move(settings));
  return Done{};
}

void App::Parts::start_link(mqtt::LinkSettings settings) {
  broker_password_ = settings.password;
  link_ = std::make_unique<mqtt::PahoLink>(
      std::move(settings),
      mqtt::Link::Handlers{.on_message =
                               [this](const mqtt::Incoming& in) {
                                 trace_.pass(TracePoint::Step::arrived);
                                 return hear(Shelf::Hand::link, in);
                               },
                           .on_state =
                               [this](const mqtt::LinkState& state) {
                                 boost::asio::post(loop_, [this, state] { link_changed(state); });
                               }});
  link_->start();
}

// 5. The pages.
Result<Done> App::Parts::open_web() {
  control_ = std::make_unique<Control>(control_parts());
  session_file_ = SessionFile(config_->store.path + ".sessions");
  desk_ = std::make_unique<FrontDesk>(desk_parts(), config_);
  server_ = std::make_unique<web::Server>(loop_, *desk_, web_settings());
  phones_->set_deliver(
      [this](const notify::InboxMessage& message) { return show_on_pages(message); });
  return server_->start();
}

Control::Parts App::Parts::control_parts() {
  return {.loop = loop_,
          .clock = *clock_,
          .gateway = *gateway_,
          .store = *store_,
          .records = *store_,
          .access = *store_,
          .archive = *store_,
          .phones = *phones_,
          .logins = *logins_,
          .vitals = [this] { return vitals(); },
          .reload = [this] { return reload(); },
          .records_changed = [this](const CommunityId& id) { return records_changed(id); },
          .config = [this] { return config_; },
          .sensors = sensors_.get()};
}

FrontDesk::Parts App::Parts::desk_parts() {
  return {.clock = *clock_,
          .gateway = *gateway_,
          .pages = *pages_,
          .phones = *phones_,
          .logins = *logins_,
          .scribe = *scribe_,
          .sessions = session_file_,
          .page_has =
              [this](const auto& community, const auto& key) {
                if (inbox_) inbox_->page_has(community, key);
              },
          .health = [this] { return health_lines(vitals()); },
          .metrics = [this] { return metrics_text(vitals()); },
          .control = [this](const std::string& verb, const std::string& arguments,
                            auto done) { control_->ask(verb, arguments, std::move(done)); },
          .is_live = [this] { return is_well(); },
          .is_ready = [this] { return is_ready_ && link_state_.connected; }};
}

web::Settings App::Parts::web_settings() const {
  return {.listen = config_->web.listen,
          .control_socket = config_->web.control_socket,
          .public_url = config_->web.public_url};
}

// 6. systemd, which restarts what hangs.
void App::Parts::watch_over() {
  service_ = std::make_unique<Service>(loop_, [this] { return is_well(); });
  service_->ready(status_sentence(vitals()));
  log(Level::info, "ready", {{"listen", config_->web.listen}});
  auditor_ = std::make_unique<Auditor>(*clock_, *gateway_);
  give_signs_of_life();
  tell_status();
}

void App::Parts::stop() {
  if (!is_ready_ && !gateway_) return;
  is_ready_ = false;
  if (service_) service_->stopping();
  sign_of_life_.reset();
  auditor_.reset();
  if (rehearsal_) rehearsal_->stop();
  if (intake_) intake_->stop();
  ear_.reset();
  if (link_) link_->stop();
  if (server_) server_->stop();
  if (gateway_) gateway_->flush();
  service_.reset();
  server_.reset();
  control_.reset();
  desk_.reset();
  link_.reset();
  sensors_.reset();
  gateway_.reset();
}

App::App(boost::asio::io_context& loop, std::filesystem::path directory,
         std::shared_ptr<const config::Config> config)
    : parts_(std::make_unique<Parts>(loop, std::move(directory), std::move(config))) {}

App::~App() = default;

Result<Done> App::start() { return parts_->start(); }
Result<Done> App::reload() { return parts_->reload(); }
void App::stop() { parts_->stop(); }
std::uint16_t App::port() const { return parts_->port(); }

}  // namespace shouwang::app
