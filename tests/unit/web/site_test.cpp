#include "web/site.h"

#include <gmock/gmock.h>

#include "tests/unit/web/site_kit.h"

namespace shouwang::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using web::Door;
using web::Method;
using web::Response;

class SitePages : public SiteTest {};

TEST_F(SitePages, EveryAnswerKeepsTheBrowserSafe) {
  const IncidentId incident = desk.alarm("GA-B05-U1-302");
  client.log_in("desk1");
  for (const std::string& path :
       {std::string("/"), desk.link("R0001", incident), std::string("/nothing"),
        "/incidents/" + incident.str(), std::string("/api/v1/board"), std::string("/healthz"),
        std::string("/enrol/x"), std::string("/inbox")}) {
    const Response answer = client.get(path);
    EXPECT_THAT(header(answer, "Content-Security-Policy"), HasSubstr("default-src 'none'")) << path;
    EXPECT_THAT(header(answer, "Content-Security-Policy"), HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(header(answer, "Content-Security-Policy"), Not(HasSubstr("unsafe")));
    EXPECT_EQ(header(answer, "Referrer-Policy"), "no-referrer") << path;
    EXPECT_EQ(header(answer, "X-Content-Type-Options"), "nosniff") << path;
    EXPECT_EQ(header(answer, "Cache-Control"), "no-store") << path;
    EXPECT_EQ(header(answer, "Strict-Transport-Security"), "") << path;
  }
}

TEST_F(SitePages, HstsIsSentOnlyWhenSetAndOnlyOverHttps) {
  web::Settings settings = test_settings();
  settings.hsts = true;
  web::Site plain(desk, settings);
  EXPECT_EQ(header(Client(plain).get("/healthz"), "Strict-Transport-Security"), "");
  settings.public_url = "https://board.test";
  web::Site secure(desk, settings);
  EXPECT_EQ(header(Client(secure).get("/healthz"), "Strict-Transport-Security"),
            "max-age=31536000");
}

TEST_F(SitePages, OverHttpsEveryCookieIsSecure) {
  web::Settings settings = test_settings();
  settings.public_url = "https://board.test";
  web::Site secure(desk, settings);
  Client browser(secure);
  EXPECT_THAT(header(browser.get("/"), "Set-Cookie"), HasSubstr("; Secure"));
  EXPECT_THAT(header(browser.log_in("desk1"), "Set-Cookie"), HasSubstr("; Secure"));
}

TEST_F(SitePages, APostFromAnotherSiteIsRefusedWhateverItCarries) {
  const IncidentId incident = desk.alarm("GA-B05-U1-302");
  const auto before = desk.file(incident);
  web::Request request = client.request(Method::post, desk.link("R0001", incident) + "/going");
  request.origin = "https://evil.test";
  EXPECT_EQ(client.send(request).status, 403);
  request.origin = "";
  request.fetch_site = "cross-site";
  EXPECT_EQ(client.send(request).status, 403);
  request.fetch_site = "same-site";
  EXPECT_EQ(client.send(request).status, 403);
  EXPECT_EQ(desk.file(incident), before);
  request.fetch_site = "same-origin";
  request.origin = "http://board.test";
  EXPECT_EQ(client.send(request).status, 303);
}

TEST_F(SitePages, AFormWithoutReferrerIsStillOurs) {
  web::Request request = client.request(Method::post, "/enrol/x");
  request.origin = "null";
  EXPECT_EQ(client.send(request).status, 404);
}

TEST_F(SitePages, BehindAProxyThePublicAddressIsOurOwnSite) {
  web::Settings settings = test_settings();
  settings.public_url = "https://alarm.test/";
  web::Site behind(desk, settings);
  Client browser(behind);
  web::Request request = browser.request(Method::post, "/enrol/x");
  request.host = "127.0.0.1:8080";
  request.origin = "https://alarm.test";
  EXPECT_EQ(browser.send(request).status, 404);
}

TEST_F(SitePages, UnknownPathsAndMethodsAreAnsweredForPeopleAndPrograms) {
  EXPECT_EQ(client.get("/nothing").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(client.get("/nothing").status, 404);
  EXPECT_EQ(client.get("/api/v1/nothing").content_type, "application/problem+json");
  const Response wrong = client.send(client.request(Method::remove, "/healthz"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(header(wrong, "Allow"), "GET, HEAD");
}

TEST_F(SitePages, HealthAndReadinessAreTheDesks) {
  EXPECT_EQ(client.get("/healthz").status, 200);
  EXPECT_EQ(client.get("/readyz").status, 200);
  desk.is_alive = false;
  desk.is_loaded = false;
  EXPECT_EQ(client.get("/healthz").status, 503);
  EXPECT_EQ(client.get("/readyz").status, 503);
}

TEST_F(SitePages, MetricsAreForThisHostUnlessOpened) {
  EXPECT_EQ(client.get("/metrics").status, 404);
  const Response answer = Client(site, "127.0.0.1").get("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(answer.body, HasSubstr("shouwang_incidents_open 0\n"));
  web::Settings settings = test_settings();
  settings.open_metrics = true;
  web::Site open(desk, settings);
  EXPECT_EQ(Client(open).get("/metrics").status, 200);
}

TEST_F(SitePages, TheHandToolsVerbsDoNotExistOnTheNet) {
  desk.on_control = [](const std::string& verb, const std::string& arguments) {
    return Result<std::string>(R"({"verb":")" + verb + R"(","got":)" + arguments + "}");
  };
  web::Request request = client.request(Method::post, "/control/check");
  EXPECT_EQ(client.send(request).status, 404);
  request.door = Door::control;
  EXPECT_EQ(client.send(request).body, R"({"verb":"check","got":{}})");
  request.body = R"({"a":1})";
  EXPECT_EQ(client.send(request).body, R"({"verb":"check","got":{"a":1}})");
}

TEST_F(SitePages, AVerbsErrorIsAProblemWithAFittingStatus) {
  desk.on_control = [](const std::string&, const std::string&) -> Result<std::string> {
    return fail(Error::Code::disk_full, "no room for the backup");
  };
  web::Request request = client.request(Method::post, "/control/backup");
  request.door = Door::control;
  const Response answer = client.send(request);
  EXPECT_EQ(answer.status, 507);
  EXPECT_THAT(answer.body, HasSubstr("no room for the backup"));
}

TEST_F(SitePages, WhatIsToldOfAnAnswerHoldsNoSecret) {
  std::vector<std::string> told;
  web::Settings settings = test_settings();
  settings.on_answer = [&](std::string_view route, int status) {
    told.push_back(std::string(route) + " " + std::to_string(status));
  };
  web::Site watched(desk, settings);
  Client browser(watched);
  const IncidentId incident = desk.alarm("GA-B05-U1-302");
  browser.get(desk.link("R0001", incident));
  browser.post_form(desk.link("R0001", incident) + "/going", "minutes=5");
  browser.get("/p/some-secret");
  browser.get("/some-other-secret");
  EXPECT_THAT(told,
              ElementsAre("/p/{token} 200", "/p/{token}/{action} 303", "/p/{token} 404", "- 404"));
}

TEST_F(SitePages, AfterStopTheDeskIsNotAskedAndEverythingIsUnavailable) {
  const Response stream = client.get(desk.link("R0001", desk.alarm("GA-B05-U1-302")) + "/events");
  site.stop();
  const int asked = desk.asked_for_cards;
  EXPECT_EQ(client.get("/").status, 503);
  EXPECT_EQ(stream.feed->next(), std::nullopt);
  EXPECT_EQ(desk.asked_for_cards, asked);
}

}  // namespace
}  // namespace shouwang::testing
