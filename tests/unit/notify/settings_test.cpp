#include <gtest/gtest.h>

#include "base/virtual_clock.h"
#include "notify/factory.h"
#include "notify/http/request_template.h"
#include "tests/support/http_sink.h"

namespace shouwang::notify {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> faulty_fields(const ChannelSettings& settings) {
  std::vector<std::string> fields;
  for (const auto& fault : check(settings)) fields.push_back(fault.field);
  return fields;
}

ChannelSettings sound(ChannelType type) {
  ChannelSettings settings{.name = "c", .type = type};
  settings.url = type == ChannelType::test ? "http://127.0.0.1:9000/phones" : "https://a.example/";
  settings.request_body = "{}";
  settings.server = "smtp://mail.example:587";
  settings.from = "alarm@gateway.example";
  return settings;
}

TEST(Settings, SoundOnesHaveNoFaults) {
  for (const auto type :
       {ChannelType::inbox, ChannelType::http, ChannelType::smtp, ChannelType::test}) {
    EXPECT_EQ(faulty_fields(sound(type)), std::vector<std::string>{}) << name_of(type);
  }
}

TEST(Settings, EveryFaultIsNamedAtOnce) {
  auto settings = sound(ChannelType::http);
  settings.name = "";
  settings.timeout = 25s;
  settings.method = "DELETE";
  settings.traits.in_flight_max = 0;
  settings.traits.gives_receipts = true;
  settings.traits.limit = {.per_period = 10, .period = 1ms, .reserved = 11};
  EXPECT_EQ(faulty_fields(settings),
            (std::vector<std::string>{"in_flight_max", "limit.reserved", "limit.period", "name",
                                      "timeout", "method", "gives_receipts"}));
}

TEST(Settings, ATestChannelStaysOnThisMachine) {
  for (const char* url : {"http://127.0.0.1:9000/", "http://127.8.9.1/", "http://[::1]:9000/x",
                          "http://localhost:9000", "file:/tmp/phones.jsonl"}) {
    auto settings = sound(ChannelType::test);
    settings.url = url;
    EXPECT_EQ(faulty_fields(settings), std::vector<std::string>{}) << url;
  }
  for (const char* url :
       {"http://10.0.0.1/", "http://127.0.0.1@a.example/", "http://127.0.0.1.a.example/",
        "https://127.0.0.1/", "http://localhost.a.example/", "file:relative", "http://a.example/",
        "", "http://127.0.0.1 /"}) {
    auto settings = sound(ChannelType::test);
    settings.url = url;
    EXPECT_EQ(faulty_fields(settings), std::vector<std::string>{"url"}) << url;
  }
}

TEST(Settings, ALoginIsNotSentInTheClear) {
  auto settings = sound(ChannelType::smtp);
  settings.user = "alarm";
  EXPECT_EQ(faulty_fields(settings), std::vector<std::string>{});
  settings.start_tls = false;
  EXPECT_EQ(faulty_fields(settings), std::vector<std::string>{"start_tls"});
  settings.server = "smtps://mail.example:465";
  EXPECT_EQ(faulty_fields(settings), std::vector<std::string>{});
  settings.server = "smtp://user:pass@mail.example";
  EXPECT_EQ(faulty_fields(settings), (std::vector<std::string>{"server", "start_tls"}));
  settings.server = "mail.example";
  settings.from = "Alarm <alarm@gateway.example>";
  EXPECT_EQ(faulty_fields(settings), (std::vector<std::string>{"server", "from"}));
}

struct NoPages final : InboxPort {
  Looking deliver(const InboxMessage&) override { return Looking::no_phone; }
};

TEST(Factory, MakesEveryTypeAndNamesFaults) {
  boost::asio::io_context loop;
  HttpClient web(loop);
  MailClient mail(loop);
  VirtualClock clock(Instant{});
  NoPages pages;
  const Surroundings around{.web = web, .mail = mail, .clock = clock, .inbox = pages, .late = {}};
  for (const auto type :
       {ChannelType::inbox, ChannelType::http, ChannelType::smtp, ChannelType::test}) {
    const auto channel = make_channel(sound(type), {}, around);
    ASSERT_TRUE(channel) << name_of(type);
    EXPECT_EQ((*channel)->name(), "c");
    EXPECT_EQ((*channel)->traits().gives_receipts, type == ChannelType::inbox);
  }
  auto broken = sound(ChannelType::http);
  broken.url = "nowhere";
  broken.timeout = 1ms;
  const auto refused = make_channel(broken, {}, around);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what,
            "c.timeout: 1ms is not 1s .. 20s\n"
            "c.url: must begin with http:// or https:// and have no blanks");
}

}  // namespace
}  // namespace shouwang::notify
