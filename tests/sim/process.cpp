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

std::vector<app::Written> Scribe::write(const dispatch::Book& book,
                                        const std::vector<const dispatch::Parcel*>& parcels,
                                        Instant) {
  std::vector<app::Written> written;
  written.reserve(parcels.size());
  for (const dispatch::Parcel* parcel : parcels) {
    const bool astray = planted::is(Bug::wrong_town) && town_.options().communities > 1;
    written_.insert_or_assign({parcel->key, parcel->attempts}, *parcel);
    written.push_back({.message = {.key = parcel->key,
                                   .attempt = parcel->attempts,
                                   .community = book.registry->community().id,
                                   .person = astray ? stranger(parcel->person) : parcel->person,
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

dispatch::Parcel Scribe::take(const ParcelKey& key, int attempt) {
  auto found = written_.extract({key, attempt});
  CHECK(!found.empty());
  return std::move(found.mapped());
}

Process::Process(Town& town, Instant not_before, const bool& is_dead)
    : town_(town),
      clock_(town.world(), town.system(), not_before, is_dead),
      scribe_(town),
      reading_(reading_of(town.options().communities)),
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
      gateway_({.clock = clock_,
                .store = town.disk(),
                .pump = pump_,
                .writer = scribe_,
                .listeners = {}}),
      sensors_(clock_, gateway_, intake_,
               [this](const std::string& topic, const std::string& payload) {
                 town_.reply_to_device(topic, payload);
               }) {
  pump_.set_channels(town.channels());
}

Result<Done> Process::open() {
  const auto count = static_cast<std::size_t>(town_.options().communities);
  for (std::size_t i = 0; i < count; ++i) {
    TRY_DONE(gateway_.open(scenery().registries[i], scenery().rules, town_.draw_seed()));
  }
  sensors_.use(reading_);
  return Done{};
}

// The link's thread waits while the loop does its work: here the loop does it at once, or, when
// it is slow, not in time.
mqtt::Intake::Settings Process::intake_settings() {
  return {.wait = [this](std::unique_lock<std::mutex>& lock, std::condition_variable&,
                         const std::function<bool()>& settled, Millis) {
    lock.unlock();
    if (!is_slow_) {
      sensors_.drain();
      gateway_.turn();
    }
    lock.lock();
    return settled();
  }};
}

mqtt::Verdict Process::on_message(const mqtt::Incoming& incoming) {
  sensors_.tell_time();
  return intake_.on_message(incoming);
}

void Process::drain() {
  if (sensors_.drain() == 0) return;
  intake_.hush();
  clock_.wake_at(clock_.now() + kBeatsGather, [this] { drain(); });
}

}  // namespace shouwang::sim
