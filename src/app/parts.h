// Everything the daemon consists of. Private to app/: app.cpp builds and ends it, wiring.cpp is
// what the parts tell each other, reload.cpp takes a new configuration.

#pragma once

#include <atomic>
#include <set>

#include "app/app.h"
#include "app/asio_clock.h"
#include "app/auditor.h"
#include "app/control.h"
#include "app/ear.h"
#include "app/front_desk.h"
#include "app/gateway.h"
#include "app/health.h"
#include "app/logins.h"
#include "app/pages.h"
#include "app/phones.h"
#include "app/rehearsal.h"
#include "app/scribe.h"
#include "app/sensors.h"
#include "app/service.h"
#include "app/shelf.h"
#include "app/sign_of_life.h"
#include "app/trace_point.h"
#include "mqtt/intake.h"
#include "mqtt/paho_link.h"
#include "notify/factory.h"
#include "notify/http_client.h"
#include "notify/inbox/inbox_channel.h"
#include "notify/mail_client.h"
#include "notify/pump.h"
#include "store/sqlite_store.h"
#include "web/server.h"

namespace shouwang::app {

class App::Parts {
 public:
  Parts(boost::asio::io_context& loop, std::filesystem::path directory,
        std::shared_ptr<const config::Config> config);
  ~Parts();
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  Result<Done> start();
  Result<Done> reload();
  void stop();
  std::uint16_t port() const { return server_ ? server_->port() : 0; }

 private:
  using Registries = std::vector<std::shared_ptr<const household::Registry>>;

  // ---- in the order in which they are built (app.cpp)
  Result<Done> open_store();
  Result<Done> open_channels();
  Result<Done> open_gateway();
  Result<Done> open_link();
  Result<Done> open_web();
  void watch_over();
  void start_link(mqtt::LinkSettings settings);
  FrontDesk::Parts desk_parts();
  Control::Parts control_parts();
  web::Settings web_settings() const;

  // ---- what the parts tell each other (wiring.cpp)
  void drain();
  void delivered(const CommunityId& community, const ParcelKey& key, int attempt,
                 const dispatch::Receipt& receipt);
  void incidents_changed(const CommunityId& community, const std::vector<IncidentId>& ids);
  void link_changed(const mqtt::LinkState& state);
  void store_health_changed();
  void command_device(const dispatch::Publication& command);
  void prick_up_ear();
  bool show_on_pages(const notify::InboxMessage& message);
  void tell_status();
  bool is_well() const;
  Vitals vitals() const;

  // ---- how it watches itself (self_watch.cpp)
  Result<Done> open_shelf();
  void make_rehearsal();
  Result<Done> begin_rehearsal();
  void give_signs_of_life();
  SignOfLife::Settings sign_settings(const config::Config& config) const;
  void use_self_watch();
  mqtt::Verdict hear(Shelf::Hand hand, const mqtt::Incoming& incoming);
  void in_hand(std::uint64_t mark);
  void test_ended(const SelfTest& test);
  void add_self_watch(Vitals& vitals) const;

  // ---- from configuration to parts (reload.cpp)
  struct Fresh;
  Result<Fresh> prepare();
  Result<Done> swap_in(Fresh fresh);
  Result<Done> records_changed(const CommunityId& id);
  notify::Surroundings surroundings();
  void use_channels(std::vector<std::shared_ptr<notify::Channel>> channels);
  // The community with the office's records, as far as they fit it.
  Result<std::shared_ptr<const household::Registry>> registry_of(
      const config::Config& config, const config::Community& community);
  // How devices are understood. `registries`: of every community of `config`, in its order.
  // It shares the profiles with `config`, which lives as long.
  Result<std::shared_ptr<ProfileReading>> reading_of(
      const std::shared_ptr<const config::Config>& config, Registries registries);
  Result<mqtt::LinkSettings> link_settings(const config::Config& config) const;
  // What the books of `config` have now.
  Registries registries_now(const config::Config& config) const;
  void use_reading(const std::shared_ptr<ProfileReading>& reading);

  boost::asio::io_context& loop_;
  TracePoint trace_;
  std::filesystem::path directory_;
  std::shared_ptr<const config::Config> config_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<AsioClock> clock_;
  std::unique_ptr<Shelf> shelf_;
  std::string choking_text_;
  std::atomic<std::uint64_t> choking_mark_{0};
  std::unique_ptr<Rehearsal> rehearsal_;
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
  std::string
      broker_password_;  // The link's: its file may change where the configuration does not.
  std::unique_ptr<Ear> ear_;
  std::unique_ptr<Control> control_;
  SessionFile session_file_;
  std::unique_ptr<FrontDesk> desk_;
  std::unique_ptr<web::Server> server_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<Auditor> auditor_;
  std::unique_ptr<SignOfLife> sign_of_life_;

  Instant started_at_;
  Instant last_status_;
  mqtt::LinkState link_state_;
  Instant link_since_;
  std::set<std::string> troubles_told_;  // Since the connection came or went; each is logged once.
  bool is_ready_ = false;
};

// What reading a configuration took goes back to the system: the library would keep it for good.
void give_back_memory();
// Of chance, for ids and for the jitter of retries.
std::uint64_t new_seed();
std::shared_ptr<const dispatch::Rules> rules_of(const config::Community& community);

}  // namespace shouwang::app
