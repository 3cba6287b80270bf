#include "notify/pump.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace shouwang::notify {
namespace {

using dispatch::Receipt;
using Kind = dispatch::Receipt::Kind;

constexpr std::uint64_t kRefusalsThatMeanTrouble = 3;

bool is_alarm(const Message& message) { return message.urgency <= dispatch::Urgency::again; }

bool is_failure(Kind kind) { return kind == Kind::retry || kind == Kind::never; }

// Tries that only alarms may use, so that slow small talk never fills a channel.
std::size_t kept_for_alarms(std::size_t in_flight_max) {
  if (in_flight_max < 2) return 0;
  return std::max<std::size_t>(1, in_flight_max / 4);
}

struct Lane {
  explicit Lane(std::shared_ptr<Channel> channel_)
      : channel(std::move(channel_)), limiter(channel->traits().limit) {}

  std::shared_ptr<Channel> channel;  // Null: no longer configured.
  Limiter limiter;
  std::size_t in_flight = 0;
  ChannelHealth health;
};

struct Try {
  std::string lane;
  std::shared_ptr<Channel> channel;  // Lives until its tries have ended.
  CommunityId community;
  ParcelKey key;
  int attempt = 0;
};

}  // namespace

class Pump::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(Clock& clock, OnReceipt on_receipt) : clock_(clock), on_receipt_(std::move(on_receipt)) {}

  void stop() { clock_.cancel(std::exchange(alarm_, 0)); }

  void set_channels(std::vector<std::shared_ptr<Channel>> channels) {
    for (auto& [name, lane] : lanes_) lane.channel.reset();
    for (auto& channel : channels) {
      const std::string name = channel->name();
      const auto found = lanes_.find(name);
      if (found == lanes_.end()) {
        lanes_.emplace(name, Lane(std::move(channel)));
        continue;
      }
      CHECK(found->second.channel == nullptr);
      found->second.limiter.set_limit(channel->traits().limit);
      found->second.channel = std::move(channel);
    }
    std::erase_if(lanes_, [](const auto& entry) {
      return entry.second.channel == nullptr && entry.second.in_flight == 0;
    });
  }

  std::vector<std::string> channels() const {
    std::vector<std::string> names;
    for (const auto& [name, lane] : lanes_) {
      if (lane.channel != nullptr) names.push_back(name);
    }
    return names;
  }

  Slots slots(const std::string& channel) {
    Lane* lane = open_lane(channel);
    if (lane == nullptr) return {};
    const std::size_t most = lane->channel->traits().in_flight_max;
    const std::size_t free = most - std::min(most, lane->in_flight);
    const std::size_t kept = std::min(free, kept_for_alarms(most));
    const Instant now = clock_.now();
    return {.alarms = std::min(free, lane->limiter.room(true, now)),
            .any = std::min(free - kept, lane->limiter.room(false, now))};
  }

  std::optional<Instant> next_free(const std::string& channel, bool alarm) {
    Lane* lane = open_lane(channel);
    return lane == nullptr ? std::nullopt : lane->limiter.next_room(alarm, clock_.now());
  }

  void send(const std::string& channel, const Message& message) {
    Lane* lane = open_lane(channel);
    if (lane == nullptr) return refuse(message);
    const std::uint64_t id = ++last_try_;
    ++lane->in_flight;
    lane->limiter.count(is_alarm(message), clock_.now());
    tries_.emplace(id, Try{.lane = channel,
                           .channel = lane->channel,
                           .community = message.community,
                           .key = message.key,
                           .attempt = message.attempt});
    deadlines_.emplace_back(clock_.now() + kAnswerTime, id);
    watch();
    lane->channel->send(message, [core = weak_from_this(), id](const Receipt& receipt) {
      if (const auto self = core.lock()) self->on_done(id, receipt);
    });
  }

  std::vector<ChannelHealth> health() const {
    std::vector<ChannelHealth> all;
    for (const auto& [name, lane] : lanes_) {
      if (lane.channel != nullptr) all.push_back(health_of(name, lane));
    }
    return all;
  }

  std::optional<ChannelHealth> health(const std::string& channel) const {
    const auto found = lanes_.find(channel);
    if (found == lanes_.end() || found->second.channel == nullptr) return std::nullopt;
    return health_of(found->first, found->second);
  }

  std::size_t in_flight() const { return tries_.size(); }

 private:
  Lane* open_lane(const std::string& channel) {
    const auto found = lanes_.find(channel);
    return found == lanes_.end() || found->second.channel == nullptr ? nullptr : &found->second;
  }

  static ChannelHealth health_of(const std::string& name, const Lane& lane) {
    ChannelHealth health = lane.health;
    health.channel = name;
    health.kind = lane.channel->traits().kind;
    health.in_flight = lane.in_flight;
    return health;
  }

  void refuse(const Message& message) {
    clock_.wake_at(clock_.now(), [core = weak_from_this(), community = message.community,
                                  key = message.key, attempt = message.attempt] {
      const auto self = core.lock();
      if (self == nullptr) return;
      self->on_receipt_(community, key, attempt,
                        {.kind = Kind::never, .error = "this channel is not configured"});
    });
  }

  void on_done(std::uint64_t id, const Receipt& receipt) {
    auto found = tries_.extract(id);
    if (found.empty()) return;  // Too late: already counted as no answer.
    const Try& ended = found.mapped();
    const auto lane = lanes_.find(ended.lane);
    CHECK(lane != lanes_.end());
    --lane->second.in_flight;
    note(lane->second.health, receipt);
    if (lane->second.channel == nullptr && lane->second.in_flight == 0) lanes_.erase(lane);
    on_receipt_(ended.community, ended.key, ended.attempt, receipt);
  }

  void note(ChannelHealth& health, const Receipt& receipt) {
    const Instant now = clock_.now();
    if (!is_failure(receipt.kind)) {
      health.last_success = now;
      health.failing_since.reset();
      ++health.successes;
      health.failures_in_row = 0;
      health.last_error.clear();
      return;
    }
    ++health.failures;
    ++health.failures_in_row;
    health.last_error = receipt.error;
    const bool trouble =
        receipt.kind == Kind::retry || health.failures_in_row >= kRefusalsThatMeanTrouble;
    if (trouble && !health.failing_since) health.failing_since = now;
  }

  // All tries have the same time to be answered: the one that began first ends first, and one
  // alarm is enough for all.
  void watch() {
    while (!deadlines_.empty() && !tries_.contains(deadlines_.front().second)) {
      deadlines_.pop_front();
    }
    if (alarm_ != 0 || deadlines_.empty()) return;
    alarm_ = clock_.wake_at(deadlines_.front().first, [core = weak_from_this()] {
      if (const auto self = core.lock()) self->on_alarm();
    });
  }

  void on_alarm() {
    alarm_ = 0;
    const Instant now = clock_.now();
    while (!deadlines_.empty() && deadlines_.front().first <= now) {
      const std::uint64_t id = deadlines_.front().second;
      deadlines_.pop_front();
      on_done(id, {.kind = Kind::retry,
                   .error = "the channel did not answer in time",
                   .maybe_arrived = true});
    }
    watch();
  }

  Clock& clock_;
  OnReceipt on_receipt_;
  std::map<std::string, Lane> lanes_;
  std::unordered_map<std::uint64_t, Try> tries_;
  std::deque<std::pair<Instant, std::uint64_t>> deadlines_;  // Oldest first; ended ones linger.
  std::uint64_t last_try_ = 0;
  Clock::Alarm alarm_ = 0;
};

Pump::Pump(Clock& clock, OnReceipt on_receipt)
    : core_(std::make_shared<Core>(clock, std::move(on_receipt))) {}
Pump::~Pump() { core_->stop(); }

void Pump::set_channels(std::vector<std::shared_ptr<Channel>> channels) {
  core_->set_channels(std::move(channels));
}
std::vector<std::string> Pump::channels() const { return core_->channels(); }
Slots Pump::slots(const std::string& channel) { return core_->slots(channel); }
std::optional<Instant> Pump::next_free(const std::string& channel, bool alarm) {
  return core_->next_free(channel, alarm);
}
void Pump::send(const std::string& channel, const Message& message) {
  core_->send(channel, message);
}
std::optional<ChannelHealth> Pump::health(const std::string& channel) const {
  return core_->health(channel);
}
std::vector<ChannelHealth> Pump::health() const { return core_->health(); }
std::size_t Pump::in_flight() const { return core_->in_flight(); }

}  // namespace shouwang::notify
