#include <gmock/gmock.h>

#include "tests/support/small_community.h"
#include "tests/unit/web/site_kit.h"
#include "web/secret.h"

namespace shouwang::testing {
namespace {

using incident::Action;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using web::Response;
using namespace std::chrono_literals;

class PhonePage : public SiteTest {
 protected:
  IncidentId incident = desk.alarm("GA-B05-U1-302");
  std::string relative = desk.link("R0001", incident);
  std::string head = desk.link("B05-U1-103/1", incident);
};

TEST_F(PhonePage, TheFirstViewIsCompleteWithoutScript) {
  const Response page = client.get(relative);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  for (const char* text : {"燃气报警", "5号楼1单元302", "还没有人去", "02:40", "0:00", "5 分钟",
                           "我去不了", "请提醒家里人", "119", "<html lang=\"zh-CN\">"}) {
    EXPECT_TRUE(contains(page.body, text)) << text;
  }
}

TEST_F(PhonePage, ItIsReadInTheLanguageOfThePerson) {
  desk.language["R0001"] = "en";
  const std::string page = client.get(relative).body;
  EXPECT_TRUE(contains(page, "<html lang=\"en\">"));
  EXPECT_TRUE(contains(page, "GAS ALARM"));
  EXPECT_TRUE(contains(page, "I&apos;m going"));
}

TEST_F(PhonePage, SaysWhetherTheValveHasConfirmed) {
  auto& orders = const_cast<dispatch::File&>(desk.file(incident)).incident.orders;
  orders = {{.device = DeviceId("VA-1"),
             .first_at = desk.time,
             .at = desk.time,
             .due_at = desk.time,
             .overdue = true}};
  EXPECT_TRUE(contains(client.get(relative).body,
                       "<p class=\"spot failed\">燃气阀没有确认已关闭：请当作燃气还开着。"));
  EXPECT_FALSE(contains(client.get(relative).body, "VA-1"));
  orders[0].state = incident::Order::State::ended;
  EXPECT_FALSE(contains(client.get(relative).body, "class=\"spot"));
}

TEST_F(PhonePage, NothingChangesWhenAMessengerFetchesTheLink) {
  const auto before = desk.file(incident);
  client.get(relative);
  client.send(client.request(web::Method::head, relative));
  client.get(relative + "/events");
  client.get("/api/v1/pages/" + relative.substr(3));
  EXPECT_EQ(client.get(relative + "/going").status, 405);
  EXPECT_EQ(desk.file(incident), before);
  EXPECT_THAT(desk.opened, IsEmpty());
}

TEST_F(PhonePage, ThePagesScriptSaysThatSomebodyHasItBeforeTheirEyes) {
  EXPECT_EQ(client.post_json(relative + "/opened", "{}").status, 204);
  EXPECT_THAT(desk.opened, ElementsAre(desk.page("R0001", incident)));
  EXPECT_EQ(desk.file(incident).incident.find_told(PersonId("R0001"))->reach,
            incident::Reach::opened);
}

TEST_F(PhonePage, AFormLeadsBackToThePageWhichSaysWhatItCameTo) {
  const Response answer = client.post_form(relative + "/going", "minutes=25");
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(header(answer, "Location"), relative + "?done=going");
  const auto* response = desk.file(incident).incident.find_response(PersonId("R0001"));
  ASSERT_NE(response, nullptr);
  EXPECT_EQ(response->minutes, 25);
  const std::string page = client.get(header(answer, "Location")).body;
  EXPECT_TRUE(contains(page, "已收到：我去"));
  EXPECT_TRUE(contains(page, "约 25 分钟到"));
}

TEST_F(PhonePage, ARefusedFormLeadsBackWithTheReasonInWords) {
  client.post_form(relative + "/going", "minutes=25");
  const Response answer = client.post_form(relative + "/going", "minutes=25");
  EXPECT_EQ(header(answer, "Location"), relative + "?said=already_going");
  EXPECT_TRUE(contains(client.get(header(answer, "Location")).body, "您已经说过要去了。"));
}

TEST_F(PhonePage, OnlyOurOwnSentencesCanBePutOnThePageByALink) {
  const std::string page =
      client.get(relative + "?said=%3Cscript%3E&done=%3Cb%3E&ended=1&off_line=1").body;
  EXPECT_FALSE(contains(page, "<script>"));
  EXPECT_FALSE(contains(page, "class=\"echo"));
}

TEST_F(PhonePage, JsonGivesTheFreshStateAtOnce) {
  const Response answer = client.post_json(head + "/going", "{}");
  EXPECT_EQ(answer.status, 200);
  const auto state = boost::json::parse(answer.body);
  EXPECT_EQ(state.at("card").at("phase").as_string(), "claimed");
  EXPECT_EQ(state.at("card").at("status").as_string(), "您正在赶去");
}

TEST_F(PhonePage, ARefusalIsAProblemWithItsName) {
  client.post_json(head + "/going", "{}");
  const Response answer = client.post_json(head + "/going", "{}");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.content_type, "application/problem+json");
  EXPECT_EQ(answer.body,
            R"({"type":"urn:shouwang:problem:refused","title":"Conflict","status":409,)"
            R"("detail":"您已经说过要去了。","refusal":"already_going"})");
}

TEST_F(PhonePage, FieldsThatCanNotBeReadAreNamedAndChangeNothing) {
  const auto before = desk.file(incident);
  const auto detail = [&](const std::string& action, const std::string& json) {
    const Response answer = client.post_json(head + "/" + action, json);
    EXPECT_EQ(answer.status, 400) << json;
    return std::string(boost::json::parse(answer.body).at("detail").as_string());
  };
  EXPECT_EQ(detail("going", R"({"minutes":"soon"})"), "`minutes` must be a whole number, 1 .. 180");
  EXPECT_TRUE(contains(detail("cause", R"({"cause":"magic"})"), "`cause` must be real_leak"));
  EXPECT_TRUE(contains(detail("away", R"({"from":"now"})"), "`from` must be a time"));
  EXPECT_TRUE(contains(detail("going", R"({"a":{}})"), "must be a text"));
  EXPECT_TRUE(contains(detail("going", "{"), "not JSON"));
  EXPECT_EQ(desk.file(incident), before);
}

TEST_F(PhonePage, AnUnknownButtonDoesNotExist) {
  EXPECT_EQ(client.post_json(head + "/explode", "{}").status, 404);
  EXPECT_EQ(client.post_json("/api/v1/pages/" + head.substr(3) + "/answers", "{}").status, 404);
}

TEST_F(PhonePage, ADateFieldOfAFormIsTheCommunitysOwnTime) {
  const Response answer =
      client.post_form(head + "/away", "from=2026-07-18T08%3A00&until=2026-07-25T20%3A00");
  EXPECT_EQ(header(answer, "Location"), head + "?done=away");
  ASSERT_EQ(desk.book.facts.size(), 1U);
  EXPECT_EQ(desk.book.facts[0].from, *parse_utc("2026-07-18T00:00:00Z"));
  EXPECT_EQ(desk.book.facts[0].until, *parse_utc("2026-07-25T12:00:00Z"));
}

TEST_F(PhonePage, HostileWordsInANoteStayWords) {
  const std::string hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&";
  client.post_json(relative + "/note", R"({"text":"</script><script>alert(1)</script>)"
                                       R"(<img src=x onerror=alert(1)>\"'&"})");
  ASSERT_EQ(desk.file(incident).incident.notes.at(0).text, hostile);
  const std::string page = client.get(head).body;
  EXPECT_FALSE(contains(page, "<script>alert"));
  EXPECT_FALSE(contains(page, "</script><script"));
  EXPECT_FALSE(contains(page, "<img"));
  EXPECT_TRUE(contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  const std::string event = next_of(client.get(head + "/events"));
  EXPECT_EQ(std::ranges::count(event, '\n'), 3);
}

TEST_F(PhonePage, ATokenOfAnotherIncidentOrPersonOpensOnlyThat) {
  const IncidentId other = desk.alarm("GA-B05-U1-101");
  client.post_json(desk.link("R0002", other) + "/going", R"({"minutes":5})");
  EXPECT_EQ(desk.file(incident).incident.find_response(PersonId("R0002")), nullptr);
  EXPECT_NE(desk.file(other).incident.find_response(PersonId("R0002")), nullptr);
}

TEST_F(PhonePage, ATokenOfSomebodyWhoWasNotToldIsLikeAnUnknownOne) {
  const Response unknown = client.get("/p/abc");
  const Response foreign = client.get(desk.link("R0003", incident));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(foreign.status, 404);
  EXPECT_EQ(foreign.body, unknown.body);
  EXPECT_EQ(foreign.headers, unknown.headers);
  EXPECT_FALSE(contains(unknown.body, "5号楼"));
}

TEST_F(PhonePage, AnUnknownTokenGetsTheSameAnswerOnEveryWay) {
  for (const char* path : {"/p/abc", "/p/abc/events", "/api/v1/pages/abc"}) {
    EXPECT_EQ(client.get(path).status, 404) << path;
  }
  EXPECT_EQ(client.post_json("/p/abc/going", "{}").status, 404);
  EXPECT_EQ(client.post_json("/p/abc/opened", "{}").status, 404);
  EXPECT_EQ(client.post_form("/p/abc/going", "").status, 404);
}

TEST_F(PhonePage, WhoGuessesTokensIsToldToWaitButARightOneAlwaysWorks) {
  Response last;
  for (int i = 0; i < 21; ++i) last = client.get("/p/guess" + std::to_string(i));
  EXPECT_EQ(last.status, 429);
  EXPECT_EQ(header(last, "Retry-After"), "3");
  EXPECT_EQ(client.get(relative).status, 200);
  EXPECT_EQ(Client(site, "192.0.2.2").get("/p/guess").status, 404);
  desk.advance(3s);
  EXPECT_EQ(client.get("/p/guess").status, 404);
}

TEST_F(PhonePage, NobodyCanFloodTheJournalFromOnePage) {
  Response last;
  for (int i = 0; i < 61; ++i) last = client.post_json(relative + "/note", R"({"text":"x"})");
  EXPECT_EQ(last.status, 429);
  EXPECT_EQ(desk.file(incident).incident.notes.size(), 60U);
  EXPECT_EQ(client.post_json(head + "/going", "{}").status, 200);
}

TEST_F(PhonePage, NumbersAreOfferedOnlyIfTheyCanBeDialled) {
  desk.numbers = {{"home", "test:B05-U1-302/voice"}};
  EXPECT_FALSE(contains(client.get(relative).body, "给家里打电话"));
  desk.numbers = {{"home", "+000"}};
  EXPECT_TRUE(contains(client.get(relative).body, "href=\"tel:+000\""));
}

TEST_F(PhonePage, ARelativeOfTwoHomesFindsTheOtherOneAndKeepsItWhenOneIsClosed) {
  const IncidentId first = desk.alarm("GA-B05-U1-101");
  const IncidentId second = desk.alarm("GA-B05-U1-201");
  const std::string page = desk.link("R0002", first);
  EXPECT_TRUE(contains(client.get(page).body, "还有： 燃气报警 5号楼1单元201"));
  desk.handle(dispatch::Answered{first,
                                 {.action = Action::close,
                                  .by = PersonId("OF01"),
                                  .roles = {household::Role::duty_a},
                                  .cause = incident::Cause::cooking}});
  const std::string after = client.get(page).body;
  EXPECT_TRUE(contains(after, "已结束：做饭"));
  EXPECT_TRUE(contains(after, desk.link("R0002", second)));
  EXPECT_TRUE(contains(client.get(desk.link("R0002", second)).body, "还没有人去"));
}

TEST_F(PhonePage, AHomeWithSomebodyWhoCanNotComeDownNeedsTwoOrAWord) {
  client.post_json(head + "/arrived", "{}");
  const auto alone = client.post_json(head + "/all_out", R"({"household":"B05-U1-302"})");
  EXPECT_EQ(alone.status, 409);
  EXPECT_TRUE(contains(alone.body, "needs_two_there"));
  const auto said = client.post_form(head + "/all_out", "household=B05-U1-302&text=背下来了");
  EXPECT_EQ(header(said, "Location"), head + "?done=all_out");
}

TEST_F(PhonePage, AWholePageWithStyleAndScriptFitsIntoFiftyKilobytes) {
  const IncidentId smoke = desk.alarm("SM-B05-U1");
  const std::string page = client.get(desk.link("B05-U2-101/1", smoke)).body;
  const auto script = page.find("/assets/phone.");
  const std::string path = page.substr(script, page.find('"', script) - script);
  const Response asset = client.get(path);
  ASSERT_EQ(asset.status, 200);
  EXPECT_LE(page.size() + asset.body.size(), 50'000U);
  EXPECT_EQ(header(asset, "Cache-Control"), "public, max-age=31536000, immutable");
}

TEST_F(PhonePage, TheOnlyStyleOfThePageIsNamedInItsPolicy) {
  const Response page = client.get(relative);
  const auto begin = page.body.find("<style>") + 7;
  const std::string style = page.body.substr(begin, page.body.find("</style>") - begin);
  EXPECT_TRUE(contains(header(page, "Content-Security-Policy"),
                       "style-src 'self' '" + web::policy_hash(style) + "'"));
}

TEST_F(PhonePage, AWatcherGetsTheFreshCardAndAnEndWhenThePageEnds) {
  const Response stream = client.get(relative + "/events");
  EXPECT_EQ(stream.content_type, "text/event-stream");
  EXPECT_TRUE(contains(next_of(stream), "event: state\ndata: {"));
  EXPECT_EQ(next_of(stream), "");
  desk.press("B05-U1-103/1", incident, {.action = Action::going});
  EXPECT_TRUE(contains(next_of(stream), "单元长正在赶去"));
  desk.handle(dispatch::Answered{incident,
                                 {.action = Action::close,
                                  .by = PersonId("OF01"),
                                  .roles = {household::Role::duty_a},
                                  .cause = incident::Cause::cooking}});
  EXPECT_TRUE(contains(next_of(stream), "已结束：做饭"));
}

}  // namespace
}  // namespace shouwang::testing
