// Real providers' requests and answers, as their manuals show them, through real channels.

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <fstream>

#include "base/virtual_clock.h"
#include "notify/http/http_channel.h"
#include "notify/inbox/inbox_channel.h"
#include "notify/test/test_channel.h"
#include "tests/support/http_sink.h"

namespace shouwang::notify {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;
using dispatch::Receipt;
using testing::HttpReply;
using testing::HttpSink;
using Kind = Receipt::Kind;

constexpr Instant kNow{1'700'000'000'000ms};

class RobotsTest : public ::testing::Test {
 protected:
  ChannelSettings settings(const std::string& path) {
    ChannelSettings settings{.name = "robot", .type = ChannelType::http};
    settings.url = sink.url(path);
    return settings;
  }

  static Message message() {
    Message message;
    message.key = ParcelKey("20260115-184000-7f3k.00012");
    message.community = CommunityId("changshan");
    message.address = "bldg3-gas";
    message.title = "燃气报警 B05-U4-302 02:40";
    message.body = "检测到燃气。\n查看和回应：http://127.0.0.1/p/tok";
    message.link = "http://127.0.0.1/p/tok";
    return message;
  }

  Receipt sent(Channel& channel, const Message& what, HttpReply reply) {
    sink.next(std::move(reply));
    std::optional<Receipt> receipt;
    channel.send(what, [&](const Receipt& answer) { receipt = answer; });
    while (!receipt) {
      clock.run_until(clock.now());
      if (!receipt) loop.run_one();
    }
    return *receipt;
  }

  Receipt sent(const ChannelSettings& what, const ChannelSecrets& secrets, HttpReply reply) {
    EXPECT_EQ(check(what), std::vector<SettingsFault>{});
    const auto channel = make_http_channel(what, secrets, client, clock);
    return sent(*channel, message(), std::move(reply));
  }

  json::value asked() { return json::parse(sink.asked().back().body); }

  boost::asio::io_context loop;
  VirtualClock clock{kNow};
  HttpClient client{loop};
  HttpSink sink{loop};
};

TEST_F(RobotsTest, NtfyIsPostedToItsRoot) {
  auto ntfy = settings("/");
  ntfy.headers = {{"Authorization", "Bearer {{secret}}"}};
  ntfy.request_body =
      R"({"topic":"{{address}}","title":"{{title}}","message":"{{body}}",)"
      R"("priority":{{#alarm}}5{{/alarm}}{{^alarm}}3{{/alarm}},"tags":["rotating_light"],)"
      R"("click":"{{link}}"})";
  const auto taken = sent(ntfy, {.secret = "tk_placeholder"},
                          {.body = R"({"id":"x","time":1,"event":"message","topic":"t"})"});
  EXPECT_EQ(taken.kind, Kind::accepted);
  EXPECT_EQ(sink.asked().back().target, "/");
  EXPECT_EQ(sink.asked().back().headers.at("authorization"), "Bearer tk_placeholder");
  EXPECT_EQ(asked(), json::parse(R"({"topic":"bldg3-gas","title":"燃气报警 B05-U4-302 02:40",
      "message":"检测到燃气。\n查看和回应：http://127.0.0.1/p/tok","priority":5,
      "tags":["rotating_light"],"click":"http://127.0.0.1/p/tok"})"));
  const auto limited =
      sent(ntfy, {.secret = "tk_placeholder"},
           {.status = 429, .body = R"({"code":42901,"http":429,"error":"limit reached"})"});
  EXPECT_EQ(limited.kind, Kind::retry);
  const auto forbidden = sent(ntfy, {.secret = "tk_placeholder"},
                              {.status = 403, .body = R"({"code":40301,"error":"forbidden"})"});
  EXPECT_EQ(forbidden.kind, Kind::never);
}

TEST_F(RobotsTest, BarkSaysInItsBodyWhetherItWorked) {
  auto bark = settings("/push");
  bark.content_type = "application/json; charset=utf-8";
  bark.request_body =
      R"({"device_key":"{{address}}","title":"{{title}}","body":"{{body}}",)"
      R"({{#alarm}}"level":"critical","volume":"10","call":"1",{{/alarm}}"url":"{{link}}"})";
  bark.success = {.pointer = "/code", .equals = {"200"}, .never = {"400"}};
  EXPECT_EQ(sent(bark, {}, {.body = R"({"code":200,"message":"success","timestamp":1})"}).kind,
            Kind::accepted);
  EXPECT_EQ(asked().at("level"), "critical");
  EXPECT_EQ(asked().at("device_key"), "bldg3-gas");
  EXPECT_EQ(sent(bark, {}, {.status = 500, .body = R"({"code":500,"message":"apns"})"}).kind,
            Kind::retry);
  EXPECT_EQ(sent(bark, {}, {.body = R"({"code":400,"message":"device key is empty"})"}).kind,
            Kind::never);
}

TEST_F(RobotsTest, GotifyGetsItsTokenInAHeader) {
  auto gotify = settings("/message");
  gotify.headers = {{"X-Gotify-Key", "{{address}}"}};
  gotify.request_body =
      R"({"title":"{{title}}","message":"{{body}}","priority":{{#alarm}}9{{/alarm}})"
      R"({{^alarm}}5{{/alarm}},"extras":{"client::notification":{"click":{"url":"{{link}}"}}}})";
  gotify.success = {.pointer = "/appid", .equals = {"5"}};
  EXPECT_EQ(sent(gotify, {}, {.body = R"({"id":25,"appid":5,"priority":9})"}).kind, Kind::accepted);
  EXPECT_EQ(sink.asked().back().headers.at("x-gotify-key"), "bldg3-gas");
  const auto refused =
      sent(gotify, {}, {.status = 401, .body = R"({"error":"Unauthorized","errorCode":401})"});
  EXPECT_EQ(refused.kind, Kind::never);
  EXPECT_EQ(refused.error, R"(HTTP 401: {"error":"Unauthorized","errorCode":401})");
}

TEST_F(RobotsTest, WeComSays200WhateverHappens) {
  auto wecom = settings("/cgi-bin/webhook/send?key={{secret}}");
  wecom.request_body = R"({"msgtype":"text","text":{"content":"{{text}}"}})";
  wecom.text_bytes_max = 2048;
  wecom.success = {.pointer = "/errcode", .equals = {"0"}, .never = {"93000", "40058"}};
  const ChannelSecrets secrets{.secret = "0000-placeholder"};
  EXPECT_EQ(sent(wecom, secrets, {.body = R"({"errcode":0,"errmsg":"ok"})"}).kind, Kind::accepted);
  EXPECT_EQ(sink.asked().back().target, "/cgi-bin/webhook/send?key=0000-placeholder");
  EXPECT_EQ(
      sent(wecom, secrets, {.body = R"({"errcode":45009,"errmsg":"api freq out of limit"})"}).kind,
      Kind::retry);
  const auto dead = sent(
      wecom, secrets, {.body = R"({"errcode":93000,"errmsg":"invalid webhook 0000-placeholder"})"});
  EXPECT_EQ(dead.kind, Kind::never);
  EXPECT_EQ(dead.error, R"(HTTP 200: {"errcode":93000,"errmsg":"invalid webhook ***"})");
}

TEST_F(RobotsTest, AGroupsRobotNeedsNoAddressAPersonsPhoneDoes) {
  auto robot = settings("/send");
  robot.request_body = R"({"text":"{{text}}"})";
  auto what = message();
  what.address = "";
  EXPECT_EQ(sent(*make_http_channel(robot, {}, client, clock), what, {}).kind, Kind::accepted);
  robot.headers = {{"X-To", "{{address}}"}};
  EXPECT_EQ(sent(*make_http_channel(robot, {}, client, clock), what, {}).kind, Kind::never);
  EXPECT_EQ(sink.asked().size(), 1U);
}

TEST_F(RobotsTest, DingTalkAndFeishuGetTheirSignatures) {
  auto dingtalk =
      settings("/robot/send?access_token={{secret}}&timestamp={{now_ms}}&sign={{dingtalk_sign}}");
  dingtalk.request_body = R"({"msgtype":"text","text":{"content":"{{text}}"}})";
  dingtalk.success = {.pointer = "/errcode", .equals = {"0"}, .never = {"310000"}};
  sent(dingtalk, {.secret = "T", .password = "SECtest"}, {.body = R"({"errcode":0})"});
  EXPECT_EQ(sink.asked().back().target,
            "/robot/send?access_token=T&timestamp=1700000000000&sign="
            "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g%3D");
  auto feishu = settings("/open-apis/bot/v2/hook/{{secret}}");
  feishu.request_body = R"({"timestamp":"{{now_s}}","sign":"{{feishu_sign}}","msg_type":"text",)"
                        R"("content":{"text":"{{text}}"}})";
  feishu.success = {.pointer = "/code", .equals = {"0"}, .never = {"19021", "19024"}};
  const auto taken = sent(feishu, {.secret = "T", .password = "testsecret"},
                          {.body = R"({"code":0,"msg":"success","data":{}})"});
  EXPECT_EQ(taken.kind, Kind::accepted);
  EXPECT_EQ(asked().at("sign"), "AOc8oJ7//5OlQlfWC3nRL0R+IkuzcD1FKcAyibRK9Q8=");
  EXPECT_EQ(asked().at("timestamp"), "1700000000");
}

TEST_F(RobotsTest, TheTestChannelPostsTheMessageAndPassesReceiptsOn) {
  ChannelSettings push{.name = "push", .type = ChannelType::test};
  push.url = sink.url("/phones");
  push.traits.gives_receipts = true;
  std::vector<Kind> late;
  const auto channel = make_test_channel(
      push, client, clock,
      [&](const CommunityId&, const ParcelKey& key, int attempt, const Receipt& receipt) {
        EXPECT_EQ(key.str(), "20260115-184000-7f3k.00012");
        EXPECT_EQ(attempt, 1);
        late.push_back(receipt.kind);
      });
  auto what = message();
  what.address = "test:R0003/push";
  EXPECT_EQ(sent(*channel, what, {.body = R"({"errcode":0,"receipt":"on_phone"})"}).kind,
            Kind::awaiting);
  EXPECT_EQ(late, std::vector<Kind>{});
  clock.run_until(clock.now());
  EXPECT_EQ(late, std::vector<Kind>{Kind::on_phone});
  EXPECT_EQ(asked(), json::parse(test_channel_json(what, push, kNow)));
  EXPECT_EQ(asked().at("address"), "test:R0003/push");
  EXPECT_EQ(asked().at("sent_at"), "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(sent(*channel, what, {.body = R"({"errcode":45009})"}).kind, Kind::retry);
  EXPECT_EQ(sent(*channel, what, {.body = "fine"}).kind, Kind::awaiting);
}

TEST_F(RobotsTest, TheTestChannelAppendsLinesToAFile) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("shouwang-phones-" + std::to_string(::getpid()) + ".jsonl");
  ChannelSettings push{.name = "push", .type = ChannelType::test};
  push.url = "file:" + path.string();
  ASSERT_EQ(check(push), std::vector<SettingsFault>{});
  const auto channel = make_test_channel(push, client, clock, {});
  auto what = message();
  what.address = "test:R0003/push";
  EXPECT_EQ(sent(*channel, what, {}).kind, Kind::accepted);
  EXPECT_EQ(sent(*channel, what, {}).kind, Kind::accepted);
  std::ifstream file(path);
  const std::string line = test_channel_json(what, push, kNow) + "\n";
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), line + line);
  std::filesystem::remove(path);
  push.url = "file:/nowhere/at/all";
  const auto lost = make_test_channel(push, client, clock, {});
  EXPECT_EQ(sent(*lost, what, {}).kind, Kind::retry);
}

struct Pages final : InboxPort {
  Looking deliver(const InboxMessage& message) override {
    delivered.push_back(message.key.str());
    return looking;
  }
  Looking looking = Looking::somebody;
  std::vector<std::string> delivered;
};

TEST_F(RobotsTest, AnInboxMessageIsOnThePhoneWhenThePageSaysSo) {
  Pages pages;
  std::vector<std::pair<std::string, int>> late;
  InboxChannel inbox({.name = "inbox"}, pages, clock,
                     [&](const CommunityId&, const ParcelKey& key, int attempt, const Receipt& r) {
                       EXPECT_EQ(r.kind, Kind::on_phone);
                       late.emplace_back(key.str(), attempt);
                     });
  auto what = message();
  what.attempt = 3;
  EXPECT_EQ(sent(inbox, what, {}).kind, Kind::awaiting);
  inbox.page_has(what.community, ParcelKey("unknown"));
  inbox.page_has(what.community, what.key);
  inbox.page_has(what.community, what.key);
  clock.run_until(clock.now());
  EXPECT_EQ(late, (std::vector<std::pair<std::string, int>>{{what.key.str(), 3}}));
  pages.looking = InboxPort::Looking::no_phone;
  EXPECT_EQ(sent(inbox, what, {}).kind, Kind::never);
}

}  // namespace
}  // namespace shouwang::notify
