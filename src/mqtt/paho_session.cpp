#include "mqtt/paho_session.h"

#include <mqtt/async_client.h>

#include <atomic>
#include <exception>
#include <utility>

#include "base/check.h"
#include "mqtt/broker_socket.h"

namespace shouwang::mqtt {
namespace {

namespace paho = ::mqtt;

constexpr int kPublishesBuffered = 2'000;
constexpr std::int32_t kSessionExpiry_s = 30 * 24 * 3600;

// Trap 7: an exception that leaves a callback would end the process.
template <class Action>
void guarded(Action&& action) noexcept {
  try {
    action();
  } catch (...) {  // Only memory can have run out; the pulse notices what was lost.
  }
}

template <class Action>
Result<Done> attempt(Action&& action) {
  try {
    action();
    return Done{};
  } catch (const std::exception& problem) {
    return fail(Error::Code::unavailable, std::string("Paho: ") + problem.what());
  }
}

// The text of a failed connect: this version of Paho gives it only inside an exception.
std::string message_of(const paho::token& failed) {
  try {
    (void)failed.get_connect_response();
    return {};
  } catch (const paho::exception& problem) {
    return problem.get_message();
  }
}

paho::connect_options options_for(const PahoSession::Plan& plan) {
  paho::connect_options options;
  options.set_mqtt_version(plan.version == 5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1);
  if (plan.version == 5) {
    options.set_clean_start(!plan.settings.keeps_session);
    const std::int32_t expiry = plan.settings.keeps_session ? kSessionExpiry_s : 0;
    options.set_properties({{paho::property::SESSION_EXPIRY_INTERVAL, expiry}});
  } else {
    options.set_clean_session(!plan.settings.keeps_session);
  }
  options.set_automatic_reconnect(false);
  options.set_keep_alive_interval(
      std::chrono::duration_cast<std::chrono::seconds>(plan.settings.keep_alive + Millis{999}));
  options.set_connect_timeout(std::chrono::seconds(10));
  if (!plan.settings.user.empty()) options.set_user_name(plan.settings.user);
  if (!plan.settings.password.empty()) options.set_password(plan.settings.password);
  if (!plan.will_topic.empty()) {
    options.set_will(paho::will_options(plan.will_topic, std::string("offline"), 1, true));
  }
  if (plan.address.tls) {
    paho::ssl_options tls;
    if (!plan.settings.ca_file.empty()) tls.set_trust_store(plan.settings.ca_file);
    tls.set_enable_server_cert_auth(true);
    tls.set_verify(true);  // The certificate must name the host.
    options.set_ssl(tls);
  }
  return options;
}

}  // namespace

class PahoSession::Impl {
 public:
  explicit Impl(Plan plan)
      : plan_(std::move(plan)),
        options_(options_for(plan_)),
        connecting_(*this),
        subscribing_(*this),
        publishing_(*this),
        socket_(plan_.address.port),
        client_(plan_.settings.uri, plan_.settings.client_id,
                paho::create_options(plan_.version == 5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1,
                                     kPublishesBuffered),
                nullptr) {
    const Told& told = plan_.told;
    CHECK(told.message && told.accepted && told.answered && told.refused);
    CHECK(told.lost && told.written);
    // Trap 8: all handlers before connect().
    client_.set_message_callback(
        [this](const paho::const_message_ptr& message) { guarded([&] { arrive(*message); }); });
    client_.set_connected_handler([this](const std::string&) { on_connected(); });
    client_.set_connection_lost_handler(
        [this](const std::string&) { guarded([this] { plan_.told.lost(0); }); });
    client_.set_disconnected_handler([this](const paho::properties&, paho::ReasonCode code) {
      guarded([&] { plan_.told.lost(static_cast<int>(code)); });
    });
  }

  Result<Done> connect() {
    return attempt([this] { client_.connect(options_, nullptr, connecting_); });
  }

  Result<Done> subscribe(const Filter& filter) {
    return attempt([&] { client_.subscribe(filter.text, filter.qos, nullptr, subscribing_); });
  }

  Result<Done> unsubscribe(const std::string& filter) {
    return attempt([&] { client_.unsubscribe(filter); });
  }

  Result<Done> publish(const std::string& topic, const std::string& payload, bool retained) {
    return attempt([&] {
      client_.publish(topic, payload.data(), payload.size(), 0, retained, nullptr, publishing_);
    });
  }

  void disconnect(Millis limit) {
    guarded([&] { client_.disconnect(static_cast<int>(limit.count()))->wait_for(limit); });
  }

  std::uint64_t arrivals() const { return arrivals_; }
  bool is_busy() const { return busy_; }
  bool is_cut() const { return cut_; }

 private:
  struct ConnectListener final : paho::iaction_listener {
    explicit ConnectListener(Impl& owner) : impl(owner) {}
    void on_failure(const paho::token& token) override {
      guarded([&] {
        impl.plan_.told.refused({.code = token.get_return_code(), .message = message_of(token)});
      });
    }
    // Called once with the answer and, by Paho's habit, once more without.
    void on_success(const paho::token& token) override {
      guarded([&] { impl.session_kept_ = token.get_connect_response().is_session_present(); });
    }
    Impl& impl;
  };

  struct SubackListener final : paho::iaction_listener {
    explicit SubackListener(Impl& owner) : impl(owner) {}
    void on_failure(const paho::token& token) override {
      guarded([&] {
        const int reason = token.get_reason_code();
        tell(token, false,
             reason >= 0x80 && reason != paho::MQTTPP_V3_CODE ? reason : token.get_return_code());
      });
    }
    void on_success(const paho::token& token) override {
      guarded([&] {
        const auto codes = token.get_subscribe_response().get_reason_codes();
        const int code = codes.empty() ? 0x80 : static_cast<int>(codes.front());
        tell(token, code < 0x80, code);
      });
    }
    void tell(const paho::token& token, bool granted, int code) {
      impl.plan_.told.answered((*token.get_topics())[0], granted, code);
    }
    Impl& impl;
  };

  struct PublishListener final : paho::iaction_listener {
    explicit PublishListener(Impl& owner) : impl(owner) {}
    void on_failure(const paho::token&) override {
      guarded([this] { impl.plan_.told.written(); });
    }
    void on_success(const paho::token&) override {
      guarded([this] { impl.plan_.told.written(); });
    }
    Impl& impl;
  };

  void arrive(const paho::message& message) {
    if (cut_) return;  // What was still in the buffers: it comes again, as it was not acknowledged.
    arrivals_.fetch_add(1, std::memory_order_relaxed);
    busy_.store(true, std::memory_order_relaxed);
    const auto& payload = message.get_payload_ref();
    Verdict verdict = Verdict::drop;
    guarded([&] {
      verdict = plan_.told.message(
          {.topic = message.get_topic(),
           .payload = payload.empty() ? std::string_view{}
                                      : std::string_view(payload.data(), payload.length()),
           .retained = message.is_retained()});
    });
    busy_.store(false, std::memory_order_relaxed);
    if (verdict == Verdict::keep) return;
    cut_ = true;
    // Returning with the socket open would acknowledge what is not stored. Ending the process
    // keeps the promise too: the broker delivers again.
    CHECK(socket_.shut());
  }

  void on_connected() {
    guarded([this] {
      if (socket_.find()) socket_.set_no_delay();
      for (const Filter& filter : plan_.filters) {
        if (const auto sent = subscribe(filter); !sent) plan_.told.answered(filter.text, false, 0);
      }
      plan_.told.accepted(session_kept_);
    });
  }

  Plan plan_;
  paho::connect_options options_;
  ConnectListener connecting_;
  SubackListener subscribing_;
  PublishListener publishing_;
  BrokerSocket socket_;
  bool session_kept_ = false;  // On Paho's receive thread only.
  std::atomic<std::uint64_t> arrivals_{0};
  std::atomic<bool> busy_{false};
  std::atomic<bool> cut_{false};
  paho::async_client client_;  // Last: destroyed first, after which no callback runs.
};

Result<std::unique_ptr<PahoSession>> PahoSession::create(Plan plan) {
  try {
    return std::unique_ptr<PahoSession>(new PahoSession(std::make_unique<Impl>(std::move(plan))));
  } catch (const std::exception& problem) {
    return fail(Error::Code::invalid, std::string("Paho: ") + problem.what());
  }
}

PahoSession::PahoSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PahoSession::~PahoSession() = default;

Result<Done> PahoSession::connect() { return impl_->connect(); }
Result<Done> PahoSession::subscribe(const Filter& filter) { return impl_->subscribe(filter); }
Result<Done> PahoSession::unsubscribe(const std::string& filter) {
  return impl_->unsubscribe(filter);
}
Result<Done> PahoSession::publish(const std::string& topic, const std::string& payload,
                                  bool retained) {
  return impl_->publish(topic, payload, retained);
}
void PahoSession::disconnect(Millis limit) { impl_->disconnect(limit); }
std::uint64_t PahoSession::arrivals() const { return impl_->arrivals(); }
bool PahoSession::is_busy() const { return impl_->is_busy(); }
bool PahoSession::is_cut() const { return impl_->is_cut(); }

class PahoThreads::Impl {
 public:
  Impl() : client_("tcp://127.0.0.1:1", "never-connected", nullptr) {}

 private:
  paho::async_client client_;
};

PahoThreads::PahoThreads() : impl_(std::make_unique<Impl>()) {}
PahoThreads::~PahoThreads() = default;

}  // namespace shouwang::mqtt
