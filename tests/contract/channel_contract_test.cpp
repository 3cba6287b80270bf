// The contract, run for every channel that ships and for the tests' own.

#include "tests/contract/channel_contract.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <map>

#include "base/virtual_clock.h"
#include "notify/http/http_channel.h"
#include "notify/inbox/inbox_channel.h"
#include "notify/smtp/smtp_channel.h"
#include "notify/test/test_channel.h"
#include "tests/support/fake_channel.h"
#include "tests/support/http_sink.h"
#include "tests/support/smtp_sink.h"

namespace shouwang::testing {
namespace {

using namespace std::chrono_literals;
using notify::ChannelSettings;

constexpr Instant kNow{1'768'502'400'000ms};

// Runs the loop; the clock stands still, what is due now happens.
class LoopRig : public ChannelRig {
 public:
  notify::Channel& channel() override { return *channel_; }
  void destroy_channel() override { channel_.reset(); }

  void run(const std::function<bool()>& done, Millis limit) override {
    bool over = false;
    boost::asio::steady_timer timer(loop_, limit);
    timer.async_wait([&](const boost::system::error_code& error) { over = over || !error; });
    clock_.run_until(clock_.now());
    while (!over && !done()) {
      loop_.run_one();
      clock_.run_until(clock_.now());
    }
    timer.cancel();
    loop_.poll();
    loop_.restart();
  }

 protected:
  boost::asio::io_context loop_;
  VirtualClock clock_{kNow};
  notify::HttpClient client_{loop_};
  std::shared_ptr<notify::Channel> channel_;
};

HttpReply reply_for(Behaviour behaviour, const std::string& echo) {
  switch (behaviour) {
    case Behaviour::takes: return {.body = R"({"errcode":0,"errmsg":"ok"})"};
    case Behaviour::not_now:
      return {.status = 503, .body = "busy: " + echo, .headers = {{"Retry-After", "7"}}};
    case Behaviour::refuses: return {.status = 404, .body = "no such receiver: " + echo};
    case Behaviour::hangs: return {.manner = HttpReply::Manner::hang};
    case Behaviour::closes: return {.manner = HttpReply::Manner::reset};
    case Behaviour::floods: return {.body = std::string(3'000'000, 'x')};
    case Behaviour::is_broken: return {.manner = HttpReply::Manner::broken};
  }
  return {};
}

std::vector<std::string> keys_of(const HttpSink& sink) {
  std::vector<std::string> keys;
  for (const HttpAsked& asked : sink.asked()) {
    keys.emplace_back(boost::json::parse(asked.body).at("key").as_string());
  }
  return keys;
}

class HttpRig final : public LoopRig {
 public:
  HttpRig() {
    ChannelSettings settings{.name = "robot", .type = notify::ChannelType::http};
    settings.timeout = limit();
    settings.url = sink_.url("/send?key={{secret}}");
    settings.headers = {{"Authorization", "Bearer {{secret}}"}};
    settings.request_body = R"({"key":"{{key}}","to":"{{address}}","text":"{{text}}"})";
    settings.success.pointer = "/errcode";
    settings.success.equals = {"0"};
    channel_ = notify::make_http_channel(settings, {.secret = kSecret}, client_, clock_);
  }
  void behave(Behaviour behaviour) override {
    sink_.always(reply_for(behaviour, "key=" + std::string(kSecret) + " to=" + address(1) +
                                          " http://127.0.0.1/p/tok-8fd1c2"));
  }
  std::string address(int number) override { return "dev/" + std::to_string(number) + "key"; }
  bool reaches_people() const override { return true; }
  std::vector<std::string> keys_seen() override { return keys_of(sink_); }
  std::vector<std::string> secrets() const override { return {kSecret, "s3cr3t%2Ftoken"}; }

 private:
  static constexpr const char* kSecret = "s3cr3t/token";
  HttpSink sink_{loop_};
};

class TestRig final : public LoopRig {
 public:
  TestRig() {
    ChannelSettings settings{.name = "push", .type = notify::ChannelType::test};
    settings.timeout = limit();
    settings.url = sink_.url("/phones");
    channel_ = notify::make_test_channel(settings, client_, clock_, {});
  }
  void behave(Behaviour behaviour) override { sink_.always(reply_for(behaviour, address(1))); }
  std::string address(int number) override { return "test:R" + std::to_string(number) + "/push"; }
  bool reaches_people() const override { return false; }
  std::vector<std::string> keys_seen() override { return keys_of(sink_); }

 private:
  HttpSink sink_{loop_};
};

class SmtpRig final : public LoopRig {
 public:
  SmtpRig() {
    ChannelSettings settings{.name = "mail", .type = notify::ChannelType::smtp};
    settings.timeout = limit();
    settings.server = sink_.url();
    settings.from = "alarm@gateway.example";
    settings.user = "alarm";
    settings.start_tls = false;
    channel_ = notify::make_smtp_channel(settings, {.password = kPassword}, mail_, clock_);
  }
  void behave(Behaviour behaviour) override {
    const std::string echo = address(1) + " " + kPassword;
    switch (behaviour) {
      case Behaviour::takes: return sink_.behaves({});
      case Behaviour::not_now: return sink_.behaves({.to_recipient = "451 later " + echo});
      case Behaviour::refuses: return sink_.behaves({.to_recipient = "550 nobody " + echo});
      case Behaviour::hangs: return sink_.behaves({.to_data = "hang"});
      case Behaviour::closes: return sink_.behaves({.to_recipient = ""});
      case Behaviour::is_broken: return sink_.behaves({.to_data = ""});
      case Behaviour::floods:
        return sink_.behaves({.to_data = "550 " + std::string(3'000'000, 'x')});
    }
  }
  std::string address(int number) override {
    return "r" + std::to_string(number) + "@family.example";
  }
  bool reaches_people() const override { return true; }
  std::vector<std::string> secrets() const override { return {kPassword}; }
  std::vector<std::string> keys_seen() override {
    std::vector<std::string> keys;
    for (const Mail& mail : sink_.mails()) {
      const auto from = mail.text.find("Message-ID: <") + 13;
      keys.push_back(mail.text.substr(from, mail.text.find('@', from) - from));
    }
    return keys;
  }

 private:
  static constexpr const char* kPassword = "hunter2hunter2";
  SmtpSink sink_{loop_};
  notify::MailClient mail_{loop_};
};

class InboxRig final : public LoopRig {
 public:
  InboxRig() {
    const ChannelSettings settings{.name = "inbox"};
    channel_ = std::make_shared<notify::InboxChannel>(settings, port_, clock_, nullptr);
  }
  void behave(Behaviour behaviour) override {
    port_.answer = behaviour == Behaviour::takes ? notify::InboxPort::Looking::nobody
                                                 : notify::InboxPort::Looking::no_phone;
  }
  std::string address(int) override { return ""; }
  bool reaches_people() const override { return false; }  // It has no addresses at all.
  bool gives_receipts() const override { return true; }
  std::vector<std::string> keys_seen() override { return port_.keys; }

 private:
  struct Port final : notify::InboxPort {
    Looking deliver(const notify::InboxMessage& message) override {
      keys.push_back(message.key.str());
      return answer;
    }
    Looking answer = Looking::nobody;
    std::vector<std::string> keys;
  } port_;
};

class FakeRig final : public LoopRig {
 public:
  FakeRig() : fake_(std::make_shared<FakeChannel>("push", clock_)) { channel_ = fake_; }
  void behave(Behaviour behaviour) override {
    if (behaviour == Behaviour::takes) return fake_->everybody().takes();
    fake_->everybody().refuses();
  }
  std::string address(int number) override { return "test:R" + std::to_string(number) + "/push"; }
  bool reaches_people() const override { return false; }
  std::vector<std::string> keys_seen() override {
    std::vector<std::string> keys;
    for (const auto& sent : fake_->sent) keys.push_back(sent.message.key.str());
    return keys;
  }

 private:
  std::shared_ptr<FakeChannel> fake_;
};

template <class Rig>
RigMaker maker(const char* name) {
  return {name, [] { return std::make_unique<Rig>(); }};
}

std::string name_of_param(const ::testing::TestParamInfo<RigMaker>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Every, ChannelContract,
                         ::testing::Values(maker<HttpRig>("Http"), maker<TestRig>("Test"),
                                           maker<SmtpRig>("Smtp"), maker<InboxRig>("Inbox"),
                                           maker<FakeRig>("Fake")),
                         name_of_param);
INSTANTIATE_TEST_SUITE_P(Wired, ProviderContract,
                         ::testing::Values(maker<HttpRig>("Http"), maker<TestRig>("Test"),
                                           maker<SmtpRig>("Smtp")),
                         name_of_param);

}  // namespace
}  // namespace shouwang::testing
