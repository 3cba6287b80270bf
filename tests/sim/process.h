// One life of the gateway: what app/app.cpp builds, without sockets and threads.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/auditor.h"
#include "app/gateway.h"
#include "app/rehearsal.h"
#include "app/sensors.h"
#include "mqtt/intake.h"
#include "notify/pump.h"
#include "notify/words.h"
#include "tests/sim/sim_clock.h"

namespace shouwang::sim {

class Town;

// Says in the title what it is about, and remembers what each try carries.
class Scribe final : public app::Writer {
 public:
  explicit Scribe(Town& town);

  std::vector<app::Written> write(const dispatch::Book& book,
                                  const std::vector<const dispatch::Parcel*>& parcels,
                                  Instant now) override;

  // The parcel as it was written for this try; forgotten once asked for.
  dispatch::Parcel take(const ParcelKey& key, int attempt);

 private:
  notify::Text text_of(const dispatch::Book& book, const dispatch::Parcel& parcel,
                       notify::Scenes& scenes, Instant now) const;

  Town& town_;
  std::unique_ptr<notify::Words> words_;  // Only for a long life.
  std::map<std::pair<ParcelKey, int>, dispatch::Parcel> written_;
};

class Process {
 public:
  Process(Town& town, Instant not_before, const bool& is_dead);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Reads what the disk remembers. Errors: those of Store::recall; the process then ends.
  Result<Done> open();

  // On the link's thread, as it were.
  mqtt::Verdict on_message(const mqtt::Incoming& incoming);
  mqtt::Verdict set_aside(const mqtt::Incoming& incoming);
  // Whether the loop can not look after messages just now.
  void be_slow(bool slow) { is_slow_ = slow; }

  SimClock& clock() { return clock_; }
  app::Gateway& gateway() { return gateway_; }
  const app::Gateway& gateway() const { return gateway_; }
  Scribe& scribe() { return scribe_; }
  notify::Pump& pump() { return pump_; }
  mqtt::Intake& intake() { return intake_; }

 private:
  mqtt::Intake::Settings intake_settings();
  void drain();
  std::unique_ptr<app::Rehearsal> make_rehearsal();
  void test_ended(const app::SelfTest& test);

  Town& town_;
  bool is_slow_ = false;
  SimClock clock_;
  Scribe scribe_;
  std::shared_ptr<app::ProfileReading> reading_;
  mqtt::Intake intake_;  // Outlives whoever holds a ticket.
  notify::Pump pump_;
  std::unique_ptr<app::Rehearsal> rehearsal_;  // Only if there is one.
  app::Gateway gateway_;
  app::Sensors sensors_;
  app::Auditor auditor_;
};

}  // namespace shouwang::sim
