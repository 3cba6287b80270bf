#include <gmock/gmock.h>

#include "tests/unit/web/site_kit.h"

namespace shouwang::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using web::Response;
using namespace std::chrono_literals;

class InboxPage : public SiteTest {
 protected:
  InboxPage() { desk.codes = {{"code-1", "R0001"}}; }

  boost::json::value list() { return boost::json::parse(client.get("/api/v1/inbox").body); }
  void enrol() {
    client.post_form("/enrol/code-1", "");
    client.csrf = list().at("csrf").as_string().c_str();
  }
};

TEST_F(InboxPage, LookingAtAnEnrollingLinkUsesUpNothing) {
  const Response page = client.get("/enrol/code-1");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(contains(page.body, "action=\"/enrol/code-1\""));
  EXPECT_EQ(desk.codes.size(), 1U);
  EXPECT_EQ(client.get("/enrol/no-such-code").body.size(), page.body.size() + 6);
}

TEST_F(InboxPage, TheButtonMakesThisPhoneThePersons) {
  const Response answer = client.post_form("/enrol/code-1", "");
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(header(answer, "Location"), "/inbox");
  EXPECT_EQ(header(answer, "Set-Cookie"),
            "shouwang_phone=phone-of-R0001; Path=/; Max-Age=34560000; HttpOnly; SameSite=Strict");
  EXPECT_EQ(client.get("/inbox").status, 200);
}

TEST_F(InboxPage, ACodeWorksOnceAndGuessersAreToldToWait) {
  client.post_form("/enrol/code-1", "");
  EXPECT_EQ(client.post_form("/enrol/code-1", "").status, 404);
  Response last;
  for (int i = 0; i < 20; ++i) last = client.post_form("/enrol/guess", "");
  EXPECT_EQ(last.status, 429);
}

TEST_F(InboxPage, WithoutThePhonesCookieThereIsNoInbox) {
  EXPECT_EQ(client.get("/inbox").status, 403);
  EXPECT_EQ(client.get("/inbox/events").status, 403);
  EXPECT_EQ(client.get("/api/v1/inbox").status, 403);
  client.cookies["shouwang_phone"] = "made-up";
  EXPECT_EQ(client.get("/inbox").status, 403);
}

TEST_F(InboxPage, ItListsThePersonsOwnMessagesWithAButtonInPlaceOfTheLink) {
  const IncidentId incident = desk.alarm("GA-B05-U1-302");
  desk.alarm("GA-B05-U1-101");
  enrol();
  const std::string page = client.get("/inbox").body;
  EXPECT_TRUE(contains(page, "报警 5号楼1单元302"));
  EXPECT_TRUE(contains(page, "href=\"" + desk.link("R0001", incident) + "\""));
  EXPECT_FALSE(contains(page, "5号楼1单元101"));
  EXPECT_FALSE(contains(page, "请打开页面"));
}

TEST_F(InboxPage, AMessageIsOnThePhoneOnlyWhenThePageSaysSo) {
  desk.alarm("GA-B05-U1-302");
  enrol();
  client.get("/inbox");
  EXPECT_THAT(desk.receipts, IsEmpty());
  const std::string key = list().at("messages").at(0).at("key").as_string().c_str();
  EXPECT_EQ(client.post_json("/api/v1/inbox/receipts", R"({"key":")" + key + "\"}").status, 204);
  EXPECT_THAT(desk.receipts, ElementsAre(key));
}

TEST_F(InboxPage, NobodyCanConfirmSomebodyElsesMessage) {
  const IncidentId incident = desk.alarm("GA-B05-U1-302");
  enrol();
  const std::string key = incident.str() + ".00003";  // Another person's parcel.
  EXPECT_EQ(client.post_json("/api/v1/inbox/receipts", R"({"key":")" + key + "\"}").status, 404);
  EXPECT_EQ(client.post_json("/api/v1/inbox/receipts", R"({"key":""})").status, 404);
  EXPECT_THAT(desk.receipts, IsEmpty());
}

TEST_F(InboxPage, AReceiptNeedsTheTokenThatOnlyThePageHas) {
  desk.alarm("GA-B05-U1-302");
  enrol();
  const std::string key = list().at("messages").at(0).at("key").as_string().c_str();
  client.csrf = "guess";
  EXPECT_EQ(client.post_json("/api/v1/inbox/receipts", R"({"key":")" + key + "\"}").status, 403);
  EXPECT_THAT(desk.receipts, IsEmpty());
}

TEST_F(InboxPage, MessagesArriveLiveAndTheGatewayKnowsWhoIsThere) {
  enrol();
  {
    const Response first = client.get("/inbox/events");
    const Response second = client.get("/inbox/events");
    EXPECT_EQ(next_of(first), "event: list\ndata: {}\n\n");
    desk.alarm("GA-B05-U1-302");
    EXPECT_TRUE(contains(next_of(first), "event: message\ndata: {\"key\":"));
    EXPECT_THAT(desk.presence, ElementsAre("R0001 here"));
  }
  EXPECT_THAT(desk.presence, ElementsAre("R0001 here", "R0001 gone"));
}

TEST_F(InboxPage, WithoutScriptItReloadsByItself) {
  enrol();
  EXPECT_TRUE(contains(client.get("/inbox").body,
                       "<noscript><meta http-equiv=\"refresh\" content=\"30\"></noscript>"));
}

}  // namespace
}  // namespace shouwang::testing
