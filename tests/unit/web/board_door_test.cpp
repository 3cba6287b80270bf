#include <gmock/gmock.h>

#include "tests/unit/web/site_kit.h"

namespace shouwang::testing {
namespace {

using incident::Action;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using web::Method;
using web::Response;
using namespace std::chrono_literals;

class BoardDoor : public SiteTest {
 protected:
  // The token of the form that the page shows.
  static std::string form_token(const std::string& page) {
    const std::string mark = "name=\"csrf\" value=\"";
    const auto begin = page.find(mark) + mark.size();
    return page.substr(begin, page.find('"', begin) - begin);
  }

  std::string login_form(const std::string& user, const std::string& password) {
    return "user=" + user + "&password=" + web::percent_encoded(password) +
           "&csrf=" + form_token(client.get("/").body);
  }
};

TEST_F(BoardDoor, AStrangerGetsTheLoginFormAndNothingElse) {
  desk.alarm("GA-B05-U1-302");
  const Response page = client.get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(contains(page.body, "action=\"/login\""));
  EXPECT_FALSE(contains(page.body, "5号楼"));
  for (const char* path : {"/api/v1/board", "/api/v1/session", "/api/v1/places?text=B"}) {
    EXPECT_EQ(client.get(path).status, 403) << path;
  }
  EXPECT_EQ(client.get("/events").status, 303);
  EXPECT_EQ(client.get("/incidents/x").status, 303);
}

TEST_F(BoardDoor, TheFormLogsInAndTheCookieIsOutOfReach) {
  const Response answer = client.post_form("/login", login_form("desk1", kPassword));
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(header(answer, "Location"), "/");
  EXPECT_EQ(header(answer, "Set-Cookie"),
            "shouwang_board=secret-number-2; Path=/; HttpOnly; SameSite=Strict");
  EXPECT_TRUE(contains(client.get("/").body, "样板社区"));
}

TEST_F(BoardDoor, AWrongPasswordAUnknownUserAndADisabledOneLookTheSame) {
  desk.disabled.insert("sec");
  const Response wrong = client.post_form("/login", login_form("desk1", "guess"));
  const Response unknown = client.post_form("/login", login_form("nobody", kPassword));
  const Response disabled = client.post_form("/login", login_form("sec", kPassword));
  EXPECT_EQ(wrong.status, 403);
  EXPECT_TRUE(contains(wrong.body, "用户名或密码不对。"));
  EXPECT_EQ(unknown.body, wrong.body);
  EXPECT_EQ(disabled.body, wrong.body);
}

TEST_F(BoardDoor, AFormOfAnotherSiteCanNotLogAnybodyIn) {
  const std::string form = "user=desk1&password=" + web::percent_encoded(kPassword);
  EXPECT_EQ(client.post_form("/login", form + "&csrf=guess").status, 403);
  client.get("/");
  EXPECT_EQ(client.post_form("/login", form + "&csrf=guess").status, 403);
  EXPECT_EQ(client.post_form("/api/v1/session", form).status, 415);
  EXPECT_FALSE(client.cookies.contains("shouwang_board"));
}

TEST_F(BoardDoor, GuessersAreToldToWaitOnTheirAddressOnly) {
  Response last;
  for (int i = 0; i < 6; ++i) last = client.log_in("desk1", "guess");
  EXPECT_EQ(last.status, 429);
  EXPECT_EQ(header(last, "Retry-After"), "30");
  EXPECT_EQ(client.log_in("desk1").status, 429);
  EXPECT_EQ(Client(site, "192.0.2.2").log_in("desk1").status, 201);
  desk.advance(30s);
  EXPECT_EQ(client.log_in("desk1").status, 201);
  EXPECT_EQ(client.log_in("desk1", "guess").status, 403);
}

TEST_F(BoardDoor, ManyNamesFromOneAddressAreLimitedToo) {
  Response last;
  for (int i = 0; i < 21; ++i) last = client.log_in("user" + std::to_string(i), "guess");
  EXPECT_EQ(last.status, 429);
}

TEST_F(BoardDoor, OneNameFromManyAddressesIsLimitedToo) {
  Response last;
  for (int i = 0; i < 51; ++i) {
    last = Client(site, "192.0.2." + std::to_string(i)).log_in("desk1", "guess");
  }
  EXPECT_EQ(last.status, 429);
}

TEST_F(BoardDoor, AnAnswerThatTakesItsTimeIsWaitedFor) {
  desk.answers_late = true;
  std::optional<Response> answer;
  web::Request request = client.request(Method::post, "/api/v1/session");
  request.content_type = "application/json";
  request.body = R"({"user":"desk1","password":")" + std::string(kPassword) + "\"}";
  site.handle(request, [&](Response response) { answer = std::move(response); });
  EXPECT_FALSE(answer);
  desk.late.at(0)();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 201);
}

TEST_F(BoardDoor, LoggingOutEndsTheSessionAndNeedsItsToken) {
  client.log_in("desk1");
  const auto cookies = client.cookies;
  EXPECT_EQ(client.post_form("/logout", "csrf=guess").status, 403);
  EXPECT_EQ(client.get("/api/v1/session").status, 200);
  EXPECT_EQ(client.post_form("/logout", "csrf=" + client.csrf).status, 303);
  client.cookies = cookies;
  EXPECT_EQ(client.get("/api/v1/session").status, 403);
}

TEST_F(BoardDoor, WhoeverIsDisabledIsOutAtOnce) {
  client.log_in("desk1");
  const Response stream = client.get("/events");
  next_of(stream);
  desk.disabled.insert("desk1");
  EXPECT_EQ(client.get("/api/v1/board").status, 403);
  EXPECT_FALSE(stream.feed->is_welcome());
  EXPECT_EQ(stream.feed->next(), std::nullopt);
}

TEST_F(BoardDoor, ASessionEndsWhenNobodyUsesItButNotUnderALiveBoard) {
  client.log_in("desk1");
  {
    const Response stream = client.get("/events");
    desk.advance(90min);
    EXPECT_EQ(client.get("/api/v1/session").status, 200);
    desk.advance(12h);
    EXPECT_EQ(stream.feed->next(), std::nullopt);
  }
  client.log_in("desk1");
  desk.advance(61min);
  EXPECT_EQ(client.get("/api/v1/session").status, 403);
}

TEST_F(BoardDoor, TheLanguageIsChosenByAButtonAndLeadsBackToOurOwnPagesOnly) {
  client.log_in("desk1");
  EXPECT_TRUE(contains(client.get("/").body, "人工报警"));
  EXPECT_EQ(header(client.post_form("/language", "language=en&back=/incidents/2026-a"), "Location"),
            "/incidents/2026-a");
  EXPECT_TRUE(contains(client.get("/").body, "Open by hand"));
  EXPECT_EQ(header(client.post_form("/language", "language=zh-CN&back=//evil.test"), "Location"),
            "/");
  EXPECT_EQ(header(client.post_form("/language", "language=zh-CN&back=https://e.test"), "Location"),
            "/");
  EXPECT_EQ(client.post_form("/language", "language=klingon").status, 400);
}

}  // namespace
}  // namespace shouwang::testing
