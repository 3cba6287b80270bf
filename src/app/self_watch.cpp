// How the daemon watches itself: test alarms, signs of life, the shelf, and what the board shows
// of them.

#include <filesystem>

#include "app/fault_point.h"
#include "app/log.h"
#include "app/parts.h"
#include "base/check.h"
#include "dispatch/audit.h"

namespace shouwang::app {
namespace {

constexpr const char* kSetAside =
    "set aside: the gateway has stopped twice while handling this message";
constexpr const char* kFault = "self_test";

SelfTest::Settings test_settings(const config::Config& config) {
  return {.every = config.self_test.every};
}

}  // namespace

Result<Done> App::Parts::open_shelf() {
  TRY(shelf, Shelf::open(config_->store.path + ".hand"));
  shelf_ = std::move(shelf);
  choking_text_ = choking_text();
  if (shelf_->had_crashed()) log(Level::warning, "the last run ended by a fault of its own");
  return Done{};
}

// The link's thread and the ear's.
mqtt::Verdict App::Parts::hear(Shelf::Hand hand, const mqtt::Incoming& incoming) {
  rehearsal_->brought_back(incoming.topic, incoming.payload);
  const std::uint64_t mark = Shelf::mark_of(incoming.topic, incoming.payload);
  if (shelf_->is_poison(mark)) return intake_->set_aside(incoming, kSetAside);
  if (!choking_text_.empty() && incoming.payload.find(choking_text_) != incoming.payload.npos) {
    choking_mark_ = mark;
  }
  shelf_->take(hand, mark);
  const mqtt::Verdict verdict = intake_->on_message(incoming, mark);
  shelf_->put_down(hand);
  return verdict;
}

void App::Parts::in_hand(std::uint64_t mark) {
  shelf_->take(Shelf::Hand::loop, mark);
  CHECK(mark == 0 || mark != choking_mark_);
}

void App::Parts::make_rehearsal() {
  rehearsal_ = std::make_unique<Rehearsal>(
      Rehearsal::Parts{.clock = *clock_,
                       .publish =
                           [this](const std::string& topic, const std::string& payload) {
                             return link_ && link_->publish(topic, payload, false).has_value();
                           },
                       .time = system_now,
                       .on_result = [this](const SelfTest& test) { test_ended(test); }},
      test_settings(*config_));
}

Result<Done> App::Parts::begin_rehearsal() {
  return rehearsal_->open(*gateway_, config_->language);
}

// Everybody who looks after devices has it on the list, for their alarms are what would not arrive.
void App::Parts::test_ended(const SelfTest& test) {
  const SelfTest::Result& result = test.latest().value();
  const std::string stuck(result.stuck_at ? name_of(*result.stuck_at) : "");
  if (result.stuck_at) log(Level::error, "self-test missed", {{"stage", stuck}});
  for (const dispatch::Book* book : gateway_->books()) {
    const CommunityId& id = book->registry->community().id;
    const auto say = [&](const std::string& stage, bool over) {
      gateway_->submit(
          {.community = id,
           .event = dispatch::Ailing{.fault = kFault, .subject = stage, .over = over}});
    };
    for (std::size_t i = 0; i < kStageCount; ++i) {
      const std::string stage(name_of(static_cast<Stage>(i)));
      const bool open = book->matters.contains(kFault + (":" + stage));
      if (open && stage != stuck) say(stage, true);
    }
    if (result.stuck_at) say(stuck, false);
  }
  if (server_) server_->live().health_changed();
}

SignOfLife::Settings App::Parts::sign_settings(const config::Config& config) const {
  SignOfLife::Settings settings{.every = config.sign_of_life.every, .url = config.sign_of_life.url};
  const config::SecretRef& secret = config.sign_of_life.secret_url;
  if (secret.file.empty() && secret.credential.empty()) return settings;
  if (auto url = config::read_secret(secret, config.directory)) {
    settings.url = *url;
  } else {
    log(Level::error, "no sign of life to the outside", {{"trouble", url.error().what}});
  }
  return settings;
}

void App::Parts::give_signs_of_life() {
  const auto ping = [this](const std::string& url, std::function<void(Result<Done>)> done) {
    web_client_->fetch(
        {.method = "GET", .url = url}, [done](const Result<notify::HttpAnswer>& answer) {
          // No part of the URL: it may be the password.
          if (!answer) return done(fail(Error::Code::unavailable, "no answer"));
          if (answer->status / 100 == 2) return done(Done{});
          done(fail(Error::Code::unavailable, "answered " + std::to_string(answer->status)));
        });
  };
  sign_of_life_ = std::make_unique<SignOfLife>(
      SignOfLife::Parts{.clock = *clock_,
                        .is_well = [this] { return is_ready_ && is_chain_well(vitals()); },
                        .beat =
                            [this] {
                              static_cast<void>(
                                  link_->publish(config_->broker.status_topic + "/beat",
                                                 format_utc(clock_->now()), false));
                            },
                        .ping = ping},
      sign_settings(*config_));
}

void App::Parts::use_self_watch() {
  rehearsal_->use(test_settings(*config_));
  if (sign_of_life_) sign_of_life_->use(sign_settings(*config_));
}

void App::Parts::add_self_watch(Vitals& vitals) const {
  std::erase_if(vitals.channels, [](const auto& channel) { return channel.channel == kRehearsal; });
  const SelfTest& test = rehearsal_->test();
  vitals.self_test = {.is_on = test.is_on(),
                      .latest = test.latest(),
                      .broken_since = test.broken_since(),
                      .counts = test.counts()};
  if (sign_of_life_) vitals.life = sign_of_life_->state();
  std::error_code error;
  const auto space =
      std::filesystem::space(std::filesystem::path(config_->store.path).parent_path(), error);
  if (!error) vitals.disk_free = space.available;
  const auto books = gateway_->books();
  for (std::size_t i = 0; i < books.size(); ++i) {
    for (const dispatch::Finding& finding : dispatch::audit(*books[i], vitals.now)) {
      if (finding.lapse != dispatch::Lapse::untaken) ++vitals.lapses;
    }
    for (const auto& [channel, waiting] : books[i]->outbox.waiting()) {
      vitals.waiting[channel] += waiting.count;
    }
    for (const auto& [id, matter] : books[i]->matters) {
      if (matter.fault == "set_aside") ++vitals.communities[i].set_aside;
    }
  }
}

}  // namespace shouwang::app
