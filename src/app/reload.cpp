// From configuration to parts, at the start and when it changes.

#include "app/channels.h"
#include "app/configuration.h"
#include "app/log.h"
#include "app/parts.h"
#include "base/check.h"
#include "config/ledger.h"

namespace shouwang::app {

// A configuration of which every part has been built and checked.
struct App::Parts::Fresh {
  std::shared_ptr<const config::Config> config;
  std::vector<std::shared_ptr<notify::Channel>> channels;
  Registries registries;
  std::shared_ptr<ProfileReading> reading;
  mqtt::LinkSettings link;
};

std::shared_ptr<const dispatch::Rules> rules_of(const config::Community& community) {
  return std::make_shared<const dispatch::Rules>(community.rules);
}

notify::Surroundings App::Parts::surroundings() {
  return {
      .web = *web_client_,
      .mail = *mail_client_,
      .clock = *clock_,
      .inbox = *phones_,
      .late = [this](const CommunityId& community, const ParcelKey& key, int attempt,
                     dispatch::Receipt receipt) { delivered(community, key, attempt, receipt); }};
}

void App::Parts::use_channels(std::vector<std::shared_ptr<notify::Channel>> channels) {
  inbox_.reset();
  for (const auto& channel : channels) {
    if (auto inbox = std::dynamic_pointer_cast<notify::InboxChannel>(channel)) inbox_ = inbox;
  }
  channels.push_back(rehearsal_->channel());
  pump_->set_channels(std::move(channels));
}

Result<std::shared_ptr<const household::Registry>> App::Parts::registry_of(
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

App::Parts::Registries App::Parts::registries_now(const config::Config& config) const {
  Registries registries;
  for (const config::Community& community : config.communities) {
    const dispatch::Book* book = gateway_->book(community.estate.id);
    CHECK(book != nullptr);
    registries.push_back(book->registry);
  }
  return registries;
}

Result<std::shared_ptr<ProfileReading>> App::Parts::reading_of(
    const std::shared_ptr<const config::Config>& config, Registries registries) {
  if (config->self_test.every > Millis{0}) {
    registries.push_back(rehearsal_registry(config->language));
  }
  std::vector<device::Listing> listings;
  for (const auto& registry : registries) {
    listings.push_back(
        {.community = registry->community().id, .devices = registry->community().devices});
  }
  auto directory = device::Directory::build(config->profiles, listings);
  if (!directory) return fail(Error::Code::invalid, directory.error().front());
  const device::SharedProfiles profiles(config, &config->profiles);
  auto reading =
      std::make_shared<ProfileReading>(profiles, std::move(*directory), std::move(registries));
  reading->tell_time(clock_->now());
  return reading;
}

void App::Parts::use_reading(const std::shared_ptr<ProfileReading>& reading) {
  intake_->use(reading);
  sensors_->use(reading);
}

Result<mqtt::LinkSettings> App::Parts::link_settings(const config::Config& config) const {
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
                            .seed = new_seed()};
}

Result<Done> App::Parts::records_changed(const CommunityId& id) {
  for (const config::Community& community : config_->communities) {
    if (community.estate.id != id) continue;
    TRY(registry, registry_of(*config_, community));
    gateway_->replace(registry, rules_of(community));
    TRY(reading, reading_of(config_, registries_now(*config_)));
    use_reading(reading);
  }
  return Done{};
}

Result<App::Parts::Fresh> App::Parts::prepare() {
  auto loaded = load_configuration(directory_);
  if (!loaded) return fail(Error::Code::invalid, as_lines(loaded.error()));
  Fresh fresh{.config = std::make_shared<const config::Config>(std::move(*loaded))};
  const config::Web& web = fresh.config->web;
  if (fresh.config->store.path != config_->store.path || web.listen != config_->web.listen ||
      web.control_socket != config_->web.control_socket) {
    return fail(Error::Code::invalid,
                "store.path, web.listen and web.control_socket change only with a restart");
  }
  TRY(channels, make_channels(*fresh.config, surroundings()));
  fresh.channels = std::move(channels);
  TRY(link, link_settings(*fresh.config));
  fresh.link = std::move(link);
  for (const config::Community& community : fresh.config->communities) {
    TRY(registry, registry_of(*fresh.config, community));
    fresh.registries.push_back(std::move(registry));
  }
  TRY(reading, reading_of(fresh.config, fresh.registries));
  fresh.reading = std::move(reading);
  return fresh;
}

// New communities first: only their opening can fail, and then nothing has changed yet.
Result<Done> App::Parts::swap_in(Fresh fresh) {
  const auto& communities = fresh.config->communities;
  std::vector<std::size_t> known;
  for (std::size_t i = 0; i < communities.size(); ++i) {
    if (gateway_->book(communities[i].estate.id) != nullptr) {
      known.push_back(i);
    } else {
      TRY_DONE(gateway_->open(fresh.registries[i], rules_of(communities[i]), new_seed()));
    }
  }
  for (const std::size_t i : known) {
    gateway_->replace(fresh.registries[i], rules_of(communities[i]));
  }
  const bool broker_moved =
      fresh.config->broker != config_->broker || fresh.link.password != broker_password_;
  config_ = fresh.config;
  use_channels(std::move(fresh.channels));
  scribe_->use(config_);
  desk_->use(config_);
  use_reading(fresh.reading);
  if (broker_moved) {
    link_->stop();
    start_link(std::move(fresh.link));
  } else {
    link_->subscribe(device::subscriptions(config_->profiles));
  }
  use_self_watch();
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
  give_back_memory();
  return taken;
}

}  // namespace shouwang::app
