#include "notify/http/request_template.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace shouwang::notify {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNow{1'768'502'400'000ms};

Message message() {
  Message message;
  message.key = ParcelKey("20260115-184000-7f3k.00012");
  message.attempt = 2;
  message.community = CommunityId("changshan");
  message.person = PersonId("R0786");
  message.incident = IncidentId("20260115-184000-7f3k");
  message.address = "dev/key";
  message.title = "燃气报警 B05-U4-302 02:40";
  message.body = "\"quoted\" \\ & <b>\n第二行\n查看和回应：http://127.0.0.1/p/tok";
  message.link = "http://127.0.0.1/p/tok";
  message.language = "zh-CN";
  message.critical = true;
  message.expires_at = kNow + 90s;
  return message;
}

ChannelSettings settings(std::string url, std::string body) {
  ChannelSettings settings{.name = "robot", .type = ChannelType::http};
  settings.url = std::move(url);
  settings.request_body = std::move(body);
  return settings;
}

HttpRequest rendered(const ChannelSettings& settings, const Message& what = message(),
                     ChannelSecrets secrets = {.secret = "s/1", .password = "pw"}) {
  const RequestTemplate request(settings, std::move(secrets));
  return request.render(what, kNow).value();
}

TEST(RequestTemplate, EscapesForWhereAFieldStands) {
  auto robot = settings("https://a.example/{{address}}?t={{title}}&k={{secret}}",
                        R"({"text":"{{body}}","n":{{attempt}}})");
  robot.headers = {{"Authorization", "Bearer {{secret}}"}, {"X-Title", "{{title}}"}};
  const HttpRequest request = rendered(robot);
  EXPECT_EQ(request.url,
            "https://a.example/dev%2Fkey?t=%E7%87%83%E6%B0%94%E6%8A%A5%E8%AD%A6%20B05-U4-302%20"
            "02%3A40&k=s%2F1");
  const auto body = boost::json::parse(request.body);
  EXPECT_EQ(body.at("text").as_string(), message().body);
  EXPECT_EQ(body.at("n").as_int64(), 2);
  EXPECT_EQ(request.headers, (std::vector<std::pair<std::string, std::string>>{
                                 {"Content-Type", "application/json"},
                                 {"Authorization", "Bearer s/1"},
                                 {"X-Title", "燃气报警 B05-U4-302 02:40"}}));
}

TEST(RequestTemplate, EncodesFormsAndXmlInTheirOwnWay) {
  auto form = settings("https://a.example/", "title={{title}}&body={{body}}");
  form.content_type = "application/x-www-form-urlencoded";
  auto what = message();
  what.body = "a&b=c d";
  EXPECT_EQ(rendered(form, what).body,
            "title=%E7%87%83%E6%B0%94%E6%8A%A5%E8%AD%A6%20B05-U4-302%2002%3A40&body=a%26b%3Dc%20d");
  auto xml = settings("https://a.example/", "<t>{{body}}</t>");
  xml.content_type = "application/xml";
  EXPECT_EQ(rendered(xml, what).body, "<t>a&amp;b=c d</t>");
  auto plain = settings("https://a.example/", "{{body}}");
  plain.content_type = "text/plain; charset=utf-8";
  EXPECT_EQ(rendered(plain, what).body, "a&b=c d");
}

TEST(RequestTemplate, SectionsFollowTheMessage) {
  const auto robot =
      settings("https://a.example/",
               R"({"priority":{{#alarm}}5{{/alarm}}{{^alarm}}3{{/alarm}}{{#has_link}},)"
               R"("click":"{{link}}"{{/has_link}}})");
  EXPECT_EQ(rendered(robot).body, R"({"priority":5,"click":"http://127.0.0.1/p/tok"})");
  auto quiet = message();
  quiet.urgency = dispatch::Urgency::update;
  quiet.link = "";
  EXPECT_EQ(rendered(robot, quiet).body, R"({"priority":3})");
}

TEST(RequestTemplate, LineEndsNeverGetIntoAHeader) {
  auto robot = settings("https://a.example/", "{}");
  robot.headers = {{"X-Body", "{{{body}}}"}};
  EXPECT_EQ(rendered(robot).headers.back().second.find_first_of("\r\n"), std::string::npos);
}

TEST(RequestTemplate, WhatIsNotAWebAddressIsNotCalled) {
  auto webhook = settings("{{{address}}}", "{}");
  const RequestTemplate request(webhook, {});
  for (const char* address : {"file:///etc/passwd", "https://a.example/ x", "gopher://a/", "x"}) {
    auto what = message();
    what.address = address;
    EXPECT_FALSE(request.render(what, kNow)) << address;
  }
}

TEST(RequestTemplate, AGetHasNoBody) {
  auto robot = settings("https://a.example/?text={{spoken}}", "");
  robot.method = "GET";
  const HttpRequest request = rendered(robot);
  EXPECT_EQ(request.body, "");
  EXPECT_TRUE(request.headers.empty());
}

TEST(RequestTemplate, WhatIsSpokenHasNoLink) {
  auto voice = settings("https://a.example/", "{{spoken}}");
  voice.content_type = "text/plain";
  EXPECT_EQ(rendered(voice).body, "燃气报警 B05-U4-302 02:40\n\"quoted\" \\ & <b>\n第二行");
}

TEST(RequestTemplate, SignsAnewForEachTry) {
  // DingTalk and Feishu vectors: computed from their manuals' algorithm, key SECtest / testsecret.
  EXPECT_EQ(dingtalk_sign("SECtest", Instant{1'700'000'000'000ms}),
            "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g=");
  EXPECT_EQ(feishu_sign("testsecret", Instant{1'700'000'000'000ms}),
            "AOc8oJ7//5OlQlfWC3nRL0R+IkuzcD1FKcAyibRK9Q8=");
  const auto robot = settings("https://a.example/?ts={{now_ms}}&sign={{dingtalk_sign}}", "{}");
  const RequestTemplate request(robot, {.password = "SECtest"});
  const std::string first = request.render(message(), Instant{1'700'000'000'000ms})->url;
  EXPECT_EQ(
      first,
      "https://a.example/?ts=1700000000000&sign=aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g%3D");
  EXPECT_NE(request.render(message(), Instant{1'700'000'001'000ms})->url, first);
}

TEST(RequestTemplate, TellsTheProviderHowLongAMessageIsOfUse) {
  const auto robot = settings("https://a.example/", R"({"ttl":{{seconds}}})");
  EXPECT_EQ(rendered(robot).body, R"({"ttl":90})");
  auto stale = message();
  stale.expires_at = kNow - 5s;
  EXPECT_EQ(rendered(robot, stale).body, R"({"ttl":0})");
}

TEST(RequestTemplate, NamesWhatIsWrongWithATemplate) {
  auto robot = settings("ftp://a.example/{{secret", R"({"a":{{tilte}}})");
  robot.headers = {{"Bad Name", "x"}};
  std::vector<std::string> fields;
  for (const auto& fault : RequestTemplate::faults(robot)) fields.push_back(fault.field);
  EXPECT_EQ(fields, (std::vector<std::string>{"url", "request_body", "headers"}));
  EXPECT_EQ(RequestTemplate::faults(settings("ftp://a.example/", "{}")).front().field, "url");
  EXPECT_EQ(RequestTemplate::faults(settings("https://a.example/", R"({"a":"{{{body}}}"})"))
                .front()
                .field,
            "request_body");
  EXPECT_EQ(
      RequestTemplate::faults(settings("https://a.example/{{secret}}", R"({"a":"{{body}}"})")),
      std::vector<SettingsFault>{});
}

TEST(Shortened, CutsAtACharacterAndKeepsTheLink) {
  const std::string link = "http://127.0.0.1/p/tok";
  const std::string body = "燃气报警，请马上去看\n查看：" + link;
  EXPECT_EQ(shortened(body, link, 200), body);
  const std::string cut = shortened(body, link, 40);
  EXPECT_EQ(cut, "燃气报警…\n" + link);
  EXPECT_LE(cut.size(), 40U);
  EXPECT_EQ(shortened("报报报报", "", 10), "报报…");
  EXPECT_EQ(shortened("abc", "", 2), "");
}

TEST(RequestTemplate, KeepsToTheProvidersBytes) {
  auto robot = settings("https://a.example/", R"({"content":"{{title}}\n{{body}}"})");
  robot.text_bytes_max = 100;
  auto what = message();
  what.body = std::string("很长的说明").append(std::string(3'000, 'x')) + "\n看：" + what.link;
  const auto content = boost::json::parse(rendered(robot, what).body).at("content").as_string();
  EXPECT_LE(content.size(), 100U);
  EXPECT_NE(content.find("http://127.0.0.1/p/tok"), content.npos);
}

}  // namespace
}  // namespace shouwang::notify
