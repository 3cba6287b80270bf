#include "mqtt/paho_link.h"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <deque>
#include <fstream>
#include <optional>
#include <thread>
#include <utility>

#include "base/check.h"
#include "mqtt/address.h"
#include "mqtt/gaps.h"
#include "mqtt/paho_session.h"
#include "mqtt/pulse.h"
#include "mqtt/reach.h"
#include "mqtt/trouble.h"

namespace shouwang::mqtt {
namespace {

namespace asio = boost::asio;

constexpr Millis kTick{250};
constexpr Millis kGoodbyeMax{1'000};
constexpr std::size_t kPublishesMax = 1'000;
constexpr std::size_t kPublishesInPaho = 16;

std::string pulse_topic_of(const LinkSettings& settings) {
  const std::string base = settings.status_topic.empty() ? "shouwang" : settings.status_topic;
  return base + "/pulse/" + settings.client_id;
}

std::vector<Filter> own_filters(const std::string& pulse_topic) {
  return {{.text = pulse_topic, .qos = 0},
          {.text = std::string(kUptimeTopic), .qos = 0},
          {.text = std::string(kDroppedTopic), .qos = 0}};
}

}  // namespace

class PahoLink::Impl {
 public:
  Impl(LinkSettings settings, Handlers handlers)
      : settings_(std::move(settings)),
        handlers_(std::move(handlers)),
        pulse_topic_(pulse_topic_of(settings_)),
        subscriptions_(settings_.subscriptions, own_filters(pulse_topic_)),
        version_(settings_.version),
        pulse_(settings_.seed) {}

  void start() {
    CHECK(!thread_.joinable());
    std::signal(SIGPIPE, SIG_IGN);
    asio::post(io_, [this] { begin(); });
    thread_ = std::thread([this] { io_.run(); });
  }

  void stop() {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] { finish(); });
    thread_.join();
  }

  void subscribe(std::vector<std::string> filters) {
    asio::post(io_, [this, filters = std::move(filters)]() mutable {
      subscriptions_.want(std::move(filters));
      if (accepted_) renew_subscriptions();
    });
  }

  Result<Done> publish(const std::string& topic, const std::string& payload, bool retained) {
    if (!open_) return fail(Error::Code::unavailable, "the broker is not connected");
    if (publishes_waiting_.fetch_add(1) >= kPublishesMax) {
      --publishes_waiting_;
      return fail(Error::Code::unavailable, "too many messages are waiting to be published");
    }
    asio::post(io_, [this, topic, payload, retained] { send({topic, payload, retained}); });
    return Done{};
  }

 private:
  struct Outgoing {
    std::string topic;
    std::string payload;
    bool retained = false;
    bool counted = true;  // Among publishes_waiting_: not one of our own.
  };

  // --- the thread's life -------------------------------------------------------------------

  void begin() {
    const auto address = read_address(settings_.uri);
    if (!address) {
      complain(address.error().what);
      return;
    }
    address_ = *address;
    paho_.emplace();
    tick();
  }

  void finish() {
    stopping_ = true;
    timer_.cancel();
    if (session_ && open_) {
      open_ = false;
      publish_status("offline");
      pump(in_paho_ + outbox_.size());
      session_->disconnect(kGoodbyeMax);
    }
    session_.reset();
    paho_.reset();
    work_.reset();
    io_.stop();
  }

  void tick() {
    timer_.expires_after(kTick);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error && !stopping_) tick();
    });
    switch (pulse_.tick(kTick, is_alive())) {
      case Pulse::Act::wait: break;
      case Pulse::Act::connect: connect(); break;
      case Pulse::Act::beat: beat(); break;
      case Pulse::Act::cut: end("The broker at " + address_.str() + " does not answer."); break;
    }
  }

  bool is_alive() {
    if (!session_) return false;
    const std::uint64_t arrivals = session_->arrivals();
    return std::exchange(arrivals_seen_, arrivals) != arrivals || session_->is_busy();
  }

  // --- one connection ----------------------------------------------------------------------

  void connect() {
    if (!settings_.ca_file.empty() && !std::ifstream(settings_.ca_file).is_open()) {
      return end("The file '" + settings_.ca_file + "' (ca_file) can not be read.");
    }
    const std::uint64_t number = ++connection_;
    arrivals_seen_ = 0;
    auto session = PahoSession::create({.settings = settings_,
                                        .address = address_,
                                        .version = version_,
                                        .will_topic = settings_.status_topic,
                                        .filters = subscriptions_.begin(),
                                        .told = told_of(number)});
    if (!session) return end(session.error().what);
    session_ = std::move(*session);
    if (const auto begun = session_->connect(); !begun) end(begun.error().what);
  }

  // What Paho's threads tell is acted upon on ours, and only if it is about this connection.
  template <class Action>
  void later(std::uint64_t connection, Action action) {
    asio::post(io_, [this, connection, action = std::move(action)] {
      if (connection == connection_ && session_) action();
    });
  }

  PahoSession::Told told_of(std::uint64_t number) {
    return {
        .message = [this, number](const Incoming& incoming) { return hear(number, incoming); },
        .accepted = [this, number](bool kept) { later(number, [=, this] { accepted(kept); }); },
        .answered =
            [this, number](const std::string& filter, bool granted, int code) {
              later(number, [=, this] { answered(filter, granted, code); });
            },
        .refused = [this, number](
                       const Refusal& refusal) { later(number, [=, this] { refused(refusal); }); },
        .lost = [this, number](int code) { later(number, [=, this] { lost(code); }); },
        .written = [this, number] { later(number, [this] { written(); }); }};
  }

  // On Paho's receive thread.
  Verdict hear(std::uint64_t number, const Incoming& incoming) {
    if (incoming.topic == pulse_topic_) {
      later(number, [this] { echoed(); });
      return Verdict::keep;
    }
    if (incoming.topic == kUptimeTopic || incoming.topic == kDroppedTopic) {
      later(number,
            [this, topic = std::string(incoming.topic), payload = std::string(incoming.payload)] {
              note(gap_finder_.heard(topic, payload));
            });
      return Verdict::keep;
    }
    return handlers_.on_message(incoming);
  }

  void accepted(bool session_kept) {
    pulse_.accepted();
    state_.session_kept = session_kept;
    note(gap_finder_.connected(session_kept));
    accepted_ = true;
    if (subscriptions_.is_outdated()) renew_subscriptions();
    check_subscribed();
  }

  void answered(const std::string& filter, bool granted, int code) {
    pulse_.answered();
    subscriptions_.answered(filter, granted, code);
    check_subscribed();
  }

  void renew_subscriptions() {
    const Subscriptions::Change change = subscriptions_.renew();
    for (const std::string& filter : change.gone) (void)session_->unsubscribe(filter);
    for (const Filter& filter : change.asked) (void)session_->subscribe(filter);
  }

  void check_subscribed() {
    if (!accepted_ || !subscriptions_.is_complete()) return;
    if (!open_) {
      pulse_.subscribed();
      open_ = true;
      publish_status("online");
      state_.connected = true;
    }
    complain(subscriptions_.trouble());
  }

  void echoed() {
    const bool was_unheard = pulse_.unheard();
    pulse_.echoed();
    if (was_unheard) complain(subscriptions_.trouble());
  }

  void beat() {
    send({.topic = pulse_topic_, .payload = "beat", .counted = false});
    if (pulse_.unheard()) {
      complain("The broker does not give back what is published on '" + pulse_topic_ +
               "'; allow it in its ACL.");
    }
  }

  void refused(const Refusal& refusal) {
    if (settings_.may_fall_back && settings_.version == 5 && may_be_version(refusal)) {
      version_ = version_ == 5 ? 3 : 5;
    }
    end(sentence(refusal, settings_, address_));
    if (!is_unexplained(refusal)) return;
    ask_reach(io_, address_, settings_.ca_file, [this, number = connection_](const Reach& reach) {
      if (number != connection_ || stopping_) return;
      const Step step = !reach.port_answers ? Step::port_silent
                        : !reach.tls_works  ? Step::tls_fails
                                            : Step::mqtt_fails;
      complain(step_sentence(step, reach.reason, address_));
    });
  }

  void lost(int code) {
    if (session_->is_cut()) return end("A message could not be stored; the broker keeps it.");
    if (code >= 0x80) return end(ended_sentence(code, settings_, address_));
    end(lost_sentence(open_ && pulse_.tries() >= 2, settings_, address_));
  }

  void end(std::string trouble) {
    open_ = false;
    accepted_ = false;
    session_.reset();
    forget_outbox();
    pulse_.ended();
    state_.connected = false;
    complain(std::move(trouble));
  }

  // --- what others are told ----------------------------------------------------------------

  void publish_status(const std::string& word) {
    if (settings_.status_topic.empty()) return;
    send({.topic = settings_.status_topic, .payload = word, .retained = true, .counted = false});
  }

  void send(Outgoing message) {
    outbox_.push_back(std::move(message));
    pump(kPublishesInPaho);
  }

  // Paho gets the next ones as those before have left, because it leaks what it has queued when a
  // connection is torn.
  void pump(std::size_t most) {
    if (!session_) return forget_outbox();
    while (!outbox_.empty() && in_paho_ < most) {
      const Outgoing& message = outbox_.front();
      if (session_->publish(message.topic, message.payload, message.retained)) ++in_paho_;
      if (message.counted) --publishes_waiting_;
      outbox_.pop_front();
    }
  }

  void written() {
    if (in_paho_ > 0) --in_paho_;
    pump(kPublishesInPaho);
  }

  void forget_outbox() {
    for (const Outgoing& message : outbox_) publishes_waiting_ -= message.counted ? 1 : 0;
    outbox_.clear();
    in_paho_ = 0;
  }

  void note(Gap gap) {
    if (gap == Gap::none) return;
    ++state_.gaps;
    state_.last_gap = gap;
    report();
  }

  void complain(std::string trouble) {
    state_.trouble = std::move(trouble);
    report();
  }

  void report() {
    if (reported_ == state_ || stopping_) return;
    reported_ = state_;
    handlers_.on_state(state_);
  }

  const LinkSettings settings_;
  const Handlers handlers_;
  const std::string pulse_topic_;
  Address address_;

  // On the link's thread only, down to the atomics.
  Subscriptions subscriptions_;
  int version_;
  Pulse pulse_;
  GapFinder gap_finder_;
  LinkState state_;
  std::optional<LinkState> reported_;
  std::deque<Outgoing> outbox_;
  std::size_t in_paho_ = 0;  // Given to Paho and not written yet.
  std::uint64_t connection_ = 0;
  std::uint64_t arrivals_seen_ = 0;
  bool accepted_ = false;  // CONNACK.
  bool stopping_ = false;

  std::atomic<bool> open_{false};
  std::atomic<std::size_t> publishes_waiting_{0};

  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  asio::steady_timer timer_{io_};
  std::optional<PahoThreads> paho_;
  std::unique_ptr<PahoSession> session_;
  std::thread thread_;
};

PahoLink::PahoLink(LinkSettings settings, Handlers handlers)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(handlers))) {}
PahoLink::~PahoLink() { impl_->stop(); }

void PahoLink::start() { impl_->start(); }
void PahoLink::stop() { impl_->stop(); }
void PahoLink::subscribe(std::vector<std::string> filters) { impl_->subscribe(std::move(filters)); }
Result<Done> PahoLink::publish(const std::string& topic, const std::string& payload,
                               bool retained) {
  return impl_->publish(topic, payload, retained);
}

}  // namespace shouwang::mqtt
