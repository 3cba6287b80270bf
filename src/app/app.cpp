#include "app/app.h"

#include <sodium.h>

#include <boost/asio/post.hpp>
#include <deque>

#include "app/asio_clock.h"
#include "app/channels.h"
#include "app/control.h"
#include "app/front_desk.h"
#include "app/gateway.h"
#include "app/health.h"
#include "app/log.h"
#include "app/logins.h"
#include "app/pages.h"
#include "app/phones.h"
#include "app/scribe.h"
#include "app/sensors.h"
#include "app/service.h"
#include "base/check.h"
#include "config/ledger.h"
#include "mqtt/intake.h"
#include "mqtt/paho_link.h"
#include "notify/http_client.h"
#include "notify/inbox/inbox_channel.h"
#include "notify/mail_client.h"
#include "notify/pump.h"
#include "store/sqlite_store.h"
#include "web/server.h"

namespace shouwang::app {
namespace {

using namespace std::chrono_literals;

constexpr Millis kBeatsGather{5};      // Beats wait so long for company; alarms wake the loop.
constexpr Millis kStatusEvery{5'000};  // systemctl status and the time of day for the decoder.
constexpr Millis kHung{15'000};        // A loop that has not turned for so long is not well.

std::string joined(const std::vector<config::Fault>& faults) {
  std::string lines;
  for (const config::Fault& fault : faults) lines += config::format(fault) + "\n";
  return lines;
}

std::uint64_t seed() {
  std::uint64_t random = 0;
  randombytes_buf(&random, sizeof(random));
  return random;
}

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

std::string check_directory(const std::filesystem::path& directory) {
  const auto loaded = config::load(directory);
  return loaded ? "" : joined(loaded.error());
}

// Everything the daemon consists of, in the order in which it is built.
class App::Parts {
 public:
  Parts(boost::asio::io_context& loop, std::filesystem::path directory,
        std::shared_ptr<const config::Config> config)
      : loop_(loop), directory_(std::move(directory)), config_(std::move(config)) {}
  ~Parts() { stop(); }

  Result<Done> start() {
    TRY_DONE(open_store());
    TRY_DONE(open_channels());
    TRY_DONE(open_gateway());
    TRY_DONE(open_link());
    TRY_DONE(open_web());
    is_ready_ = true;
    watch_over();
    return Done{};
  }

  Result<Done> reload();
  void stop();
  std::uint16_t port() const { return server_ ? server_->port() : 0; }

 private:
  // A configuration of which every part has been built and checked.
  struct Fresh {
    std::shared_ptr<const config::Config> config;
    std::vector<std::shared_ptr<notify::Channel>> channels;
    std::vector<std::shared_ptr<const household::Registry>> registries;
  };
  Result<Fresh> prepare();
  Result<Done> swap_in(Fresh fresh);

  // 1. The disk: nothing is promised before it is there.
  Result<Done> open_store() {
    TRY(store, store::SqliteStore::open(config_->store.path));
    store_ = std::move(store);
    TRY(latest, store_->latest());
    clock_ = std::make_unique<AsioClock>(loop_, latest.value_or(Instant{}));
    started_at_ = clock_->now();
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
  Result<Done> open_channels() {
    web_client_ = std::make_unique<notify::HttpClient>(loop_);
    mail_client_ = std::make_unique<notify::MailClient>(loop_);
    pump_ = std::make_unique<notify::Pump>(
        *clock_,
        [this](const CommunityId& community, const ParcelKey& key, int attempt,
               const dispatch::Receipt& receipt) { delivered(community, key, attempt, receipt); });
    TRY(channels, make_channels(*config_, surroundings()));
    use_channels(std::move(channels));
    scribe_ = std::make_unique<Scribe>(*pages_, config_);
    return Done{};
  }

  // 3. The books, with what the disk remembers.
  Result<Done> open_gateway() {
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
                      .store_health = [this] { store_health_changed(); },
                      .journal = log_incident}});
    for (const config::Community& community : config_->communities) {
      TRY(registry, registry_of(*config_, community));
      TRY_DONE(gateway_->open(registry, rules_of(community), seed()));
    }
    return Done{};
  }

  // 4. The broker: from here on devices are heard.
  Result<Done> open_link() {
    TRY(reading, reading_of(*config_));
    intake_ = std::make_unique<mqtt::Intake>(mqtt::Intake::Settings{}, reading, [this] {
      boost::asio::post(loop_, [this] { drain(); });
    });
    sensors_ = std::make_unique<Sensors>(*clock_, *gateway_, *intake_,
                                         [this](const std::string& topic, const std::string& body) {
                                           // A device that misses its answer repeats itself.
                                           if (link_)
                                             static_cast<void>(link_->publish(topic, body, false));
                                         });
    sensors_->use(reading);
    return start_link();
  }

  Result<Done> start_link() {
    TRY(settings, link_settings(*config_));
    link_ = std::make_unique<mqtt::PahoLink>(
        std::move(settings),
        mqtt::Link::Handlers{
            .on_message = [this](const mqtt::Incoming& in) { return intake_->on_message(in); },
            .on_state =
                [this](const mqtt::LinkState& state) {
                  boost::asio::post(loop_, [this, state] { link_changed(state); });
                }});
    link_->start();
    return Done{};
  }

  // 5. The pages.
  Result<Done> open_web() {
    control_ = std::make_unique<Control>(Control::Parts{
        .loop = loop_,
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
        .sensors = sensors_.get()});
    desk_ = std::make_unique<FrontDesk>(
        FrontDesk::Parts{
            .clock = *clock_,
            .gateway = *gateway_,
            .pages = *pages_,
            .phones = *phones_,
            .logins = *logins_,
            .scribe = *scribe_,
            .page_has =
                [this](const auto& community, const auto& key) {
                  if (inbox_) inbox_->page_has(community, key);
                },
            .health = [this] { return health_lines(vitals()); },
            .metrics = [this] { return metrics_text(vitals()); },
            .control = [this](const std::string& verb, const std::string& arguments,
                              auto done) { control_->ask(verb, arguments, std::move(done)); },
            .is_live = [this] { return is_well(); },
            .is_ready = [this] { return is_ready_; }},
        config_);
    server_ = std::make_unique<web::Server>(loop_, *desk_, web_settings());
    phones_->set_deliver([this](const notify::InboxMessage& message) {
      return server_ &&
             server_->live().deliver_inbox(message.community, message.person, message.key,
                                           {.key = message.key,
                                            .page = {.community = message.community,
                                                     .incident = message.incident,
                                                     .person = message.person},
                                            .title = message.title,
                                            .body = message.body,
                                            .at = message.at});
    });
    return server_->start();
  }

  // ---- what the parts tell each other

  // Alarms wake the loop; beats are fetched together while they keep coming.
  void drain() {
    if (!sensors_ || sensors_->drain() == 0) return;
    intake_->hush();
    clock_->wake_at(clock_->now() + kBeatsGather, [this] { drain(); });
  }

  void delivered(const CommunityId& community, const ParcelKey& key, int attempt,
                 const dispatch::Receipt& receipt) {
    gateway_->submit(
        {.community = community,
         .event = dispatch::Delivered{.key = key, .attempt = attempt, .receipt = receipt}});
  }

  void incidents_changed(const CommunityId& community, const std::vector<IncidentId>& ids) {
    const dispatch::Book* book = gateway_->book(community);
    for (const IncidentId& id : ids) {
      if (const auto* file = book->find(id)) pages_->learn(community, *file);
      if (book->find(id) == nullptr) pages_->forget(community, id);
    }
    if (server_) server_->live().incidents_changed(community, ids);
  }

  void link_changed(const mqtt::LinkState& state) {
    if (state.connected != link_state_.connected) {
      link_since_ = clock_->now();
      log(state.connected ? Level::info : Level::warning,
          state.connected ? "broker connected" : "broker lost", {{"trouble", state.trouble}});
    } else if (state.trouble != link_state_.trouble && !state.trouble.empty()) {
      log(Level::warning, "broker trouble", {{"trouble", state.trouble}});
    }
    // After lost messages the broker replays what it retains: levels are judged anew.
    const bool dropped =
        state.gaps != link_state_.gaps && state.last_gap == mqtt::Gap::broker_dropped;
    if (dropped) link_->subscribe(device::subscriptions(config_->profiles));
    link_state_ = state;
    if (server_) server_->live().health_changed();
  }

  void store_health_changed() {
    const auto& trouble = gateway_->store_trouble();
    log(trouble ? Level::error : Level::info, trouble ? "saving fails" : "saving works again",
        {{"trouble", trouble ? trouble->what : ""}});
    if (server_) server_->live().health_changed();
  }

  void watch_over() {
    service_ = std::make_unique<Service>(loop_, [this] { return is_well(); });
    service_->ready(status_sentence(vitals()));
    log(Level::info, "ready", {{"listen", config_->web.listen}});
    tell_status();
  }

  void tell_status() {
    last_status_ = clock_->now();
    service_->status(status_sentence(vitals()));
    sensors_->tell_time();
    if (server_) server_->live().health_changed();
    clock_->wake_at(clock_->now() + kStatusEvery, [this] { tell_status(); });
  }

  // The loop turns (this is asked on it), and its own timers fire.
  bool is_well() const { return is_ready_ && clock_->now() - last_status_ < kHung; }

  Vitals vitals() const;

  // ---- from configuration to parts

  notify::Surroundings surroundings() {
    return {
        .web = *web_client_,
        .mail = *mail_client_,
        .clock = *clock_,
        .inbox = *phones_,
        .late = [this](const CommunityId& community, const ParcelKey& key, int attempt,
                       dispatch::Receipt receipt) { delivered(community, key, attempt, receipt); }};
  }

  void use_channels(std::vector<std::shared_ptr<notify::Channel>> channels) {
    inbox_.reset();
    for (const auto& channel : channels) {
      if (auto inbox = std::dynamic_pointer_cast<notify::InboxChannel>(channel)) inbox_ = inbox;
    }
    pump_->set_channels(std::move(channels));
  }

  static std::shared_ptr<const dispatch::Rules> rules_of(const config::Community& community) {
    return std::make_shared<const dispatch::Rules>(community.rules);
  }

  // The community with the office's records, as far as they fit it.
  Result<std::shared_ptr<const household::Registry>> registry_of(
      const config::Config& config, const config::Community& community) {
    TRY(records, store_->records(community.estate.id));
    config::Import fitted = config::fit_records(
        {.config = config, .community = community, .current = records}, clock_->now());
    for (const config::Fault& fault : fitted.left_out) {
      log(Level::warning, "a record does not fit the configuration",
          {{"community", community.estate.id.str()}, {"fault", config::format(fault)}});
    }
    return std::make_shared<const household::Registry>(community.estate, std::move(fitted.records));
  }

  Result<std::shared_ptr<ProfileReading>> reading_of(const config::Config& config) {
    std::vector<std::shared_ptr<const household::Registry>> registries;
    std::vector<device::Listing> listings;
    for (const config::Community& community : config.communities) {
      const dispatch::Book* book = gateway_->book(community.estate.id);
      CHECK(book != nullptr);
      registries.push_back(book->registry);
      listings.push_back(
          {.community = community.estate.id, .devices = book->registry->community().devices});
    }
    auto directory = device::Directory::build(config.profiles, listings);
    if (!directory) return fail(Error::Code::invalid, directory.error().front());
    auto reading = std::make_shared<ProfileReading>(config.profiles, std::move(*directory),
                                                    std::move(registries));
    reading->tell_time(clock_->now());
    return reading;
  }

  Result<mqtt::LinkSettings> link_settings(const config::Config& config) const {
    const config::Broker& broker = config.broker;
    std::string password;
    if (!broker.password.file.empty() || !broker.password.credential.empty()) {
      TRY(secret, config::read_secret(broker.password, config.directory));
      password = secret;
    }
    return mqtt::LinkSettings{.uri = broker.uri,
                              .client_id = broker.client_id,
                              .user = broker.user,
                              .password = std::move(password),
                              .ca_file = broker.ca_file,
                              .version = broker.version,
                              .keep_alive = broker.keep_alive,
                              .status_topic = broker.status_topic,
                              .subscriptions = device::subscriptions(config.profiles),
                              .seed = seed()};
  }

  web::Settings web_settings() const {
    return {.listen = config_->web.listen,
            .control_socket = config_->web.control_socket,
            .public_url = config_->web.public_url};
  }

  Result<Done> records_changed(const CommunityId& id) {
    for (const config::Community& community : config_->communities) {
      if (community.estate.id != id) continue;
      TRY(registry, registry_of(*config_, community));
      gateway_->replace(registry, rules_of(community));
      TRY(reading, reading_of(*config_));
      intake_->use(reading);
      sensors_->use(reading);
    }
    return Done{};
  }

  boost::asio::io_context& loop_;
  std::filesystem::path directory_;
  std::shared_ptr<const config::Config> config_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<AsioClock> clock_;
  std::unique_ptr<Pages> pages_;
  std::unique_ptr<Phones> phones_;
  std::unique_ptr<Logins> logins_;
  std::unique_ptr<notify::HttpClient> web_client_;
  std::unique_ptr<notify::MailClient> mail_client_;
  std::unique_ptr<notify::Pump> pump_;
  std::shared_ptr<notify::InboxChannel> inbox_;
  std::unique_ptr<Scribe> scribe_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<mqtt::Intake> intake_;
  std::unique_ptr<Sensors> sensors_;
  std::unique_ptr<mqtt::PahoLink> link_;
  std::unique_ptr<Control> control_;
  std::unique_ptr<FrontDesk> desk_;
  std::unique_ptr<web::Server> server_;
  std::unique_ptr<Service> service_;

  Instant started_at_;
  Instant last_status_;
  mqtt::LinkState link_state_;
  Instant link_since_;
  bool is_ready_ = false;
};

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
  }
  return vitals;
}

Result<App::Parts::Fresh> App::Parts::prepare() {
  auto loaded = config::load(directory_);
  if (!loaded) return fail(Error::Code::invalid, joined(loaded.error()));
  Fresh fresh{.config = std::make_shared<const config::Config>(std::move(*loaded))};
  const config::Web& web = fresh.config->web;
  if (fresh.config->store.path != config_->store.path || web.listen != config_->web.listen ||
      web.control_socket != config_->web.control_socket) {
    return fail(Error::Code::invalid,
                "store.path, web.listen and web.control_socket change only with a restart");
  }
  TRY(channels, make_channels(*fresh.config, surroundings()));
  fresh.channels = std::move(channels);
  TRY_DONE(link_settings(*fresh.config));
  for (const config::Community& community : fresh.config->communities) {
    TRY(registry, registry_of(*fresh.config, community));
    fresh.registries.push_back(std::move(registry));
  }
  return fresh;
}

Result<Done> App::Parts::swap_in(Fresh fresh) {
  const bool broker_moved = fresh.config->broker != config_->broker;
  for (std::size_t i = 0; i < fresh.registries.size(); ++i) {
    const config::Community& community = fresh.config->communities[i];
    if (gateway_->book(community.estate.id) != nullptr) {
      gateway_->replace(fresh.registries[i], rules_of(community));
    } else {
      TRY_DONE(gateway_->open(fresh.registries[i], rules_of(community), seed()));
    }
  }
  config_ = fresh.config;
  use_channels(std::move(fresh.channels));
  scribe_->use(config_);
  desk_->use(config_);
  TRY(reading, reading_of(*config_));
  intake_->use(reading);
  sensors_->use(reading);
  if (broker_moved) {
    link_->stop();
    TRY_DONE(start_link());
  } else {
    link_->subscribe(device::subscriptions(config_->profiles));
  }
  open_log(config_->log.level, config_->log.target);
  return Done{};
}

Result<Done> App::Parts::reload() {
  if (service_) service_->reloading();
  auto fresh = prepare();
  const Result<Done> taken = fresh ? swap_in(std::move(*fresh)) : tl::unexpected(fresh.error());
  if (taken) {
    log(Level::info, "configuration taken");
  } else {
    log(Level::error, "configuration not taken; the old one stays live",
        {{"faults", taken.error().what}});
  }
  if (service_) service_->ready(status_sentence(vitals()));
  return taken;
}

void App::Parts::stop() {
  if (!is_ready_ && !gateway_) return;
  is_ready_ = false;
  if (service_) service_->stopping();
  if (intake_) intake_->stop();
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
