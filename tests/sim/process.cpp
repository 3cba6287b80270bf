#include "tests/sim/process.h"

#include "base/check.h"
#include "base/planted.h"
#include "tests/sim/town.h"

namespace shouwang::sim {
namespace {

using planted::Bug;

constexpr Millis kBeatsGather{5};

// For Bug::wrong_town: somebody of the next community.
PersonId stranger(const PersonId& person) {
  return PersonId(person.str().starts_with("C02-") ? person.str().substr(4)
                                                   : "C02-" + person.str());
}

}  // namespace

Scribe::Scribe(Town& town) : town_(town) {
  if (town.look().store_path.empty()) return;
  words_ = std::make_unique<notify::Words>(*scenery().catalogue);
}

notify::Text Scribe::text_of(const dispatch::Book& book, const dispatch::Parcel& parcel,
                             notify::Scenes& scenes, Instant now) const {
  if (!words_) return {.title = "a message", .body = "a message"};
  const household::Community& estate = book.registry->community();
  const notify::Receiver to{.language = estate.language, .zone = &estate.zone};
  if (dispatch::is_technical(parcel.items.front().letter)) {
    return words_->write_technical(parcel, book, to, now);
  }
  return words_->write(
      parcel, [&](const IncidentId& id) { return scenes.find(id); }, to, now);
}

std::vector<app::Written> Scribe::write(const dispatch::Book& book,
                                        const std::vector<const dispatch::Parcel*>& parcels,
                                        Instant now) {
  notify::Scenes scenes(book);
  std::vector<app::Written> written;
  written.reserve(parcels.size());
  for (const dispatch::Parcel* parcel : parcels) {
    const bool astray = planted::is(Bug::wrong_town) && town_.options().communities > 1;
    notify::Text text = text_of(book, *parcel, scenes, now);
    written_.insert_or_assign({parcel->key, parcel->attempts}, *parcel);
    written.push_back({.message = {.key = parcel->key,
                                   .attempt = parcel->attempts,
                                   .community = book.registry->community().id,
                                   .person = astray ? stranger(parcel->person) : parcel->person,
                                   .incident = parcel->items.front().incident,
                                   .address = parcel->route[parcel->leg].address,
                                   .title = std::move(text.title),
                                   .urgency = parcel->urgency,
                                   .letter = parcel->items.front().letter,
                                   .critical = parcel->critical,
                                   .repeat = parcel->maybe_repeated,
                                   .expires_at = parcel->expires_at},
                       .body_kept = std::move(text.body)});
  }
  return written;
}

dispatch::Parcel Scribe::take(const ParcelKey& key, int attempt) {
  auto found = written_.extract({key, attempt});
  CHECK(!found.empty());
  return std::move(found.mapped());
}

Process::Process(Town& town, Instant not_before, const bool& is_dead)
    : town_(town),
      clock_(town.world(), town.system(), not_before, is_dead),
      scribe_(town),
      reading_(reading_of(town.options().communities, town.options().rehearsal > 0)),
      intake_(intake_settings(), reading_,
              [this] { clock_.wake_at(clock_.now(), [this] { drain(); }); }),
      pump_(clock_,
            [this](const CommunityId& community, const ParcelKey& key, int attempt,
                   const dispatch::Receipt& receipt) {
              town_.heard_receipt(community, key, attempt, receipt);
              gateway_.submit({.community = community,
                               .event = dispatch::Delivered{
                                   .key = key, .attempt = attempt, .receipt = receipt}});
            }),
      rehearsal_(make_rehearsal()),
      gateway_({.clock = clock_,
                .store = town.disk(),
                .pump = pump_,
                .writer = scribe_,
                .listeners = {.rehearsed =
                                  [this](const app::Rehearsed& seen) {
                                    if (rehearsal_) rehearsal_->on_gateway(seen);
                                  }}}),
      sensors_(clock_, gateway_, intake_,
               [this](const std::string& topic, const std::string& payload) {
                 town_.reply_to_device(topic, payload);
               }),
      auditor_(clock_, gateway_) {
  auto channels = town.channels();
  if (rehearsal_) channels.push_back(rehearsal_->channel());
  pump_.set_channels(std::move(channels));
  gateway_.listen(false);  // Until the broker is there.
}

std::unique_ptr<app::Rehearsal> Process::make_rehearsal() {
  const int minutes = town_.options().rehearsal;
  if (minutes == 0) return nullptr;
  return std::make_unique<app::Rehearsal>(
      app::Rehearsal::Parts{
          .clock = clock_,
          .publish = [this](const std::string& topic,
                            const std::string& payload) { return town_.rehearse(topic, payload); },
          .time = [this] { return clock_.now(); },
          .on_result = [this](const app::SelfTest& test) { test_ended(test); }},
      app::SelfTest::Settings{.every = std::chrono::minutes{minutes}});
}

// As App::Parts::test_ended.
void Process::test_ended(const app::SelfTest& test) {
  town_.rehearsed(test);
  const auto& stuck = test.latest()->stuck_at;
  for (const dispatch::Book* book : gateway_.books()) {
    for (std::size_t i = 0; i < app::kStageCount; ++i) {
      const std::string stage(app::name_of(static_cast<app::Stage>(i)));
      const bool open = book->matters.contains("self_test:" + stage);
      const bool wedged = stuck && app::name_of(*stuck) == stage;
      if (!wedged && !open) continue;
      gateway_.submit(
          {.community = book->registry->community().id,
           .event = dispatch::Ailing{.fault = "self_test", .subject = stage, .over = !wedged}});
    }
  }
}

Result<Done> Process::open() {
  const auto count = static_cast<std::size_t>(town_.options().communities);
  for (std::size_t i = 0; i < count; ++i) {
    TRY_DONE(gateway_.open(scenery().registries[i], scenery().rules, town_.draw_seed()));
  }
  if (rehearsal_) TRY_DONE(rehearsal_->open(gateway_, "zh-CN"));
  sensors_.use(reading_);
  return Done{};
}

// The link's thread waits while the loop does its work: here the loop does it at once, or, when
// it is slow, not in time.
mqtt::Intake::Settings Process::intake_settings() {
  return {.wait = [this](std::unique_lock<std::mutex>& lock, std::condition_variable&,
                         const std::function<bool()>& settled, Millis) {
    lock.unlock();
    if (is_slow_) {
      town_.count(Fault::slow_loop);
    } else {
      sensors_.drain();
      gateway_.turn();
    }
    lock.lock();
    return settled();
  }};
}

mqtt::Verdict Process::on_message(const mqtt::Incoming& incoming) {
  if (rehearsal_) rehearsal_->brought_back(incoming.topic, incoming.payload);
  sensors_.tell_time();
  return intake_.on_message(incoming);
}

mqtt::Verdict Process::set_aside(const mqtt::Incoming& incoming) {
  return intake_.set_aside(incoming, "the process has died of it twice");
}

void Process::drain() {
  if (sensors_.drain() == 0) return;
  intake_.hush();
  clock_.wake_at(clock_.now() + kBeatsGather, [this] { drain(); });
}

}  // namespace shouwang::sim
