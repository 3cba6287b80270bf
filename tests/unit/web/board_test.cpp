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

// ---- the board itself ---------------------------------------------------------------------------

class Board : public SiteTest {
 protected:
  Board() { client.log_in("desk1"); }

  boost::json::value board() { return boost::json::parse(client.get("/api/v1/board").body); }
  std::vector<std::string> places() {
    std::vector<std::string> all;
    const auto now = board();
    for (const auto& row : now.at("rows").as_array()) {
      all.emplace_back(row.at("place").as_string());
    }
    return all;
  }
  std::string answers(const IncidentId& incident) {
    return "/api/v1/incidents/" + incident.str() + "/answers";
  }
};

TEST_F(Board, ItSortsBySeverityAndThenByAge) {
  desk.alarm("GA-B05-U1-101");
  desk.advance(1s);
  desk.alarm("GA-B05-U1-201");
  desk.advance(1s);
  desk.alarm("GA-B05-U1-302");
  EXPECT_THAT(places(), ElementsAre("5号楼1单元302", "5号楼1单元101", "5号楼1单元201"));
}

TEST_F(Board, ARowSaysWhoWasToldByWhichChannelWithWhatResult) {
  desk.unreachable.insert("R0009");
  desk.alarm("GA-B05-U1-101");
  const std::string rows = boost::json::serialize(board().at("rows"));
  EXPECT_TRUE(contains(rows, R"("role_label":"家属","people":2,"people_many":true,"unreached":1)"));
  EXPECT_TRUE(contains(rows, R"({"result":"推送 到手机","result_people":1)"));
  EXPECT_TRUE(contains(rows, R"({"result":"短信 没送到","result_people":1)"));
}

TEST_F(Board, TheClocksRunFromTheAlarmAndToTheDoorLimit) {
  desk.alarm("GA-B05-U1-101");
  desk.advance(192s);
  const auto row = board().at("rows").at(0);
  EXPECT_EQ(row.at("age").as_string(), "3:12");
  EXPECT_EQ(row.at("door").at("left").as_string(), "6:48");
  desk.advance(408s);
  EXPECT_EQ(board().at("rows").at(0).at("door").at("overdue").as_bool(), true);
  EXPECT_EQ(board().at("totals").at("overdue").as_int64(), 1);
}

TEST_F(Board, SeenStopsTheDesksRemindersAndLeadsBackToTheList) {
  const IncidentId incident = desk.alarm("GA-B05-U1-101");
  EXPECT_TRUE(board().at("rows").at(0).at("unread").as_bool());
  const auto answer =
      client.post_form("/incidents/" + incident.str() + "/seen", "back=board&csrf=" + client.csrf);
  EXPECT_EQ(header(answer, "Location"), "/?done=seen");
  EXPECT_FALSE(board().at("rows").at(0).at("unread").as_bool());
  EXPECT_FALSE(desk.file(incident).incident.somebody_is_going());
}

TEST_F(Board, EveryPostNeedsTheSessionsToken) {
  const IncidentId incident = desk.alarm("GA-B05-U1-101");
  const auto before = desk.file(incident);
  const std::string token = client.csrf;
  const std::vector<std::pair<std::string, std::string>> posts = {
      {"/api/v1/incidents", R"({"kind":"gas","place":"B05-U1-302"})"},
      {answers(incident), R"({"action":"going"})"},
      {"/api/v1/matters/done", R"({"matter":"x"})"},
      {"/api/v1/matters/waive", R"({"matter":"x","days":7,"why":"x"})"}};
  for (const auto& [path, json] : posts) {
    client.csrf = "";
    EXPECT_EQ(client.post_json(path, json).status, 403) << path;
    client.csrf = "guess";
    EXPECT_EQ(client.post_json(path, json).status, 403) << path;
  }
  for (const std::string path : {"/incidents", "/matters/done", "/matters/waive", "/logout"}) {
    EXPECT_EQ(client.post_form(path, "kind=gas&place=B05-U1-302").status, 403) << path;
  }
  EXPECT_EQ(client.post_form("/incidents/" + incident.str() + "/going", "").status, 403);
  EXPECT_EQ(desk.book.files.size(), 1U);
  EXPECT_EQ(desk.file(incident), before);
}

TEST_F(Board, ATokenFromAnotherSessionIsNoGood) {
  const IncidentId incident = desk.alarm("GA-B05-U1-101");
  Client other(site, "192.0.2.2");
  other.log_in("desk1");
  client.csrf = other.csrf;
  EXPECT_EQ(client.post_json(answers(incident), R"({"action":"seen"})").status, 403);
}

TEST_F(Board, ClosingNeedsACauseAndTakesTheIncidentOffTheBoard) {
  const IncidentId incident = desk.alarm("GA-B05-U1-101");
  EXPECT_EQ(client.post_json(answers(incident), R"({"action":"close"})").status, 422);
  const auto form = client.post_form("/incidents/" + incident.str() + "/close",
                                     "cause=pot&text=关了灶&csrf=" + client.csrf);
  EXPECT_EQ(header(form, "Location"), "/?done=close");
  EXPECT_THAT(places(), IsEmpty());
  EXPECT_EQ(desk.file(incident).incident.closing->cause, incident::Cause::pot);
  EXPECT_EQ(desk.file(incident).incident.closing->by, PersonId("OF01"));
}

TEST_F(Board, AnIncidentIsOpenedByHand) {
  const auto answer = client.post_json(
      "/api/v1/incidents", R"({"kind":"smoke","place":"B05-U1-302","text":"送餐员报告有烟"})");
  EXPECT_EQ(answer.status, 201);
  const std::string id = boost::json::parse(answer.body).at("incident").as_string().c_str();
  EXPECT_EQ(header(answer, "Location"), "/api/v1/incidents/" + id);
  EXPECT_EQ(desk.file(IncidentId(id)).incident.opened_by, PersonId("OF01"));
  const auto form =
      client.post_form("/incidents", "kind=gas&place=%E5%8C%97%E9%97%A8&csrf=" + client.csrf);
  EXPECT_EQ(form.status, 303);
  EXPECT_THAT(places(), ElementsAre("5号楼1单元302", "北门"));
}

TEST_F(Board, WhatIsFilledInWronglyOpensNothing) {
  const auto status = [&](const std::string& json) {
    return client.post_json("/api/v1/incidents", json).status;
  };
  EXPECT_EQ(status(R"({"kind":"dragon","place":"B05"})"), 400);
  EXPECT_EQ(status(R"({"kind":"device","place":"B05"})"), 400);
  EXPECT_EQ(status(R"({"kind":"gas"})"), 400);
  EXPECT_EQ(status(R"({"kind":"gas","place":")" + std::string(201, 'x') + "\"}"), 400);
  EXPECT_THAT(desk.book.files, IsEmpty());
}

TEST_F(Board, PlacesAreFoundByIdAndByLabel) {
  EXPECT_EQ(client.get("/api/v1/places?text=U2-101").body,
            R"({"places":[{"place_id":"B05-U2-101","place_label":"5号楼2单元101"}]})");
  EXPECT_TRUE(contains(client.get("/api/v1/places?text=1%E5%8D%95%E5%85%83").body, "B05-U1-302"));
}

TEST_F(Board, AMatterIsPutOffWithAReasonAndSaysUntilWhen) {
  desk.unknown_alarm("GA-ZZZ");
  const std::string id = board().at("matters").as_array()[0].at("matter").as_string().c_str();
  const auto waive = [&](const std::string& rest) {
    return client.post_json("/api/v1/matters/waive", R"({"matter":")" + id + "\"," + rest + "}");
  };
  EXPECT_EQ(waive(R"("days":8,"why":"x")").status, 400);
  EXPECT_EQ(waive(R"("why":"x")").status, 400);
  EXPECT_EQ(waive(R"("days":30,"why":"")").status, 422);
  EXPECT_FALSE(board().at("matters").as_array()[0].as_object().contains("waived_until"));
  EXPECT_EQ(waive(R"("days":30,"why":"<b>next month</b>")").status, 204);
  const dispatch::Matter& matter = desk.book.matters.at(id);
  EXPECT_EQ(matter.waived_until, desk.time + 30 * 24h);
  EXPECT_EQ(matter.waived_by, "OF01");
  const auto line = board().at("matters").as_array()[0].as_object();
  EXPECT_EQ(line.at("waived_until").as_string(), format_utc(desk.time + 30 * 24h));
  const std::string page = client.get("/").body;
  EXPECT_TRUE(contains(page, "已暂缓到"));
  EXPECT_TRUE(contains(page, "&lt;b&gt;next month"));
  const auto form = client.post_form("/matters/waive", "matter=" + web::percent_encoded(id) +
                                                           "&days=7&why=later&csrf=" + client.csrf);
  EXPECT_EQ(header(form, "Location"), "/");
  EXPECT_EQ(desk.book.matters.at(id).waived_until, desk.time + 7 * 24h);
}

TEST_F(Board, OnlyTheDeskAndTheInstallerPutMattersOff) {
  desk.unknown_alarm("GA-ZZZ");
  const std::string id = desk.book.matters.begin()->first;
  const std::string json = R"({"matter":")" + id + R"(","days":7,"why":"later"})";
  for (const auto& [user, status] :
       std::map<std::string, int>{{"guest", 403}, {"sec", 403}, {"dir", 403}, {"inst", 204}}) {
    Client one(site);
    one.log_in(user);
    EXPECT_EQ(one.post_json("/api/v1/matters/waive", json).status, status) << user;
    EXPECT_EQ(contains(one.get("/").body, "action=\"/matters/waive\""), status == 204) << user;
  }
}

TEST_F(Board, AMatterThatBeganBeforeItWasNoticedSaysSince) {
  desk.unknown_alarm("GA-ZZZ");
  desk.book.matters.begin()->second.since = desk.time - 3h;
  EXPECT_EQ(board().at("matters").as_array()[0].at("since_clock").as_string(), "1月15日 23:40");
}

TEST_F(Board, UnknownDevicesComeFirstAmongTheMattersAndCanBeTickedOff) {
  desk.unreachable.insert("R0009");
  desk.alarm("GA-B05-U1-101");
  desk.unknown_alarm("GA-ZZZ");
  const auto matters = board().at("matters").as_array();
  ASSERT_EQ(matters.size(), 2U);
  EXPECT_EQ(matters[0].at("fault").as_string(), "unknown_device");
  EXPECT_EQ(matters[1].at("subject").as_string(), "R0009");
  const std::string id = matters[0].at("matter").as_string().c_str();
  EXPECT_EQ(client.post_json("/api/v1/matters/done", R"({"matter":")" + id + "\"}").status, 204);
  EXPECT_EQ(client.post_json("/api/v1/matters/done", R"({"matter":")" + id + "\"}").status, 409);
  EXPECT_EQ(board().at("matters").as_array().size(), 1U);
}

TEST_F(Board, WhatIsUnwellIsSaidFirstAndInWords) {
  desk.health_lines = {{.part = "store", .key = "health.store.well"},
                       {.part = "channel sms",
                        .well = false,
                        .key = "health.channel.down",
                        .fields = {{"channel", "sms"}},
                        .since = desk.time}};
  EXPECT_EQ(boost::json::serialize(board().at("health")),
            R"({"well":false,"lines":[{"part":"channel sms","well":false,)"
            R"("sentence":"短信发不出去","since_clock":"02:40"},)"
            R"({"part":"store","well":true,"sentence":"存盘"}]})");
}

TEST_F(Board, AFloodIsSaidOnTopAndIsNoFailureOfTheChain) {
  desk.health_lines = {{.part = "store", .key = "health.store.well"},
                       {.part = "flood",
                        .well = false,
                        .key = "health.flood",
                        .fields = {{"count", "12"}},
                        .advisory = true}};
  const auto health = board().at("health").as_object();
  EXPECT_TRUE(health.at("well").as_bool());
  EXPECT_TRUE(contains(health.at("flood").as_string(), "10 分钟内 12 个"));
  EXPECT_TRUE(contains(client.get("/").body, "<p class=\"flood\" role=\"alert\">"));
}

TEST_F(Board, WhatDevicesOnTheSpotHaveDoneStandsInTheRowAndOnThePages) {
  const IncidentId incident = desk.alarm("GA-B05-U1-101");
  auto& orders = const_cast<dispatch::File&>(desk.file(incident)).incident.orders;
  orders = {{.device = DeviceId("VA-1"),
             .state = incident::Order::State::confirmed,
             .first_at = desk.time,
             .at = desk.time},
            {.device = DeviceId("SI-1"),
             .command = device::Command::siren_on,
             .state = incident::Order::State::failed,
             .first_at = desk.time,
             .at = desk.time}};
  const auto rows = board().at("rows").as_array();
  EXPECT_EQ(
      boost::json::serialize(rows[0].at("on_the_spot")),
      R"([{"spot_line":"燃气阀报告已关闭（02:40）。仍然不要开关电器、不要点火。","spot_failed":false},)"
      R"({"spot_line":"警笛没有确认鸣响（02:40）。","spot_failed":true}])");
  EXPECT_TRUE(contains(client.get("/").body, "<p class=\"spot failed\">警笛没有确认鸣响"));
  const std::string page = client.get(desk.link("R0001", incident)).body;
  EXPECT_FALSE(contains(page, "VA-1"));  // Which device it is, the desk alone needs to know.
}

TEST_F(Board, WhoCanNotBeReachedIsCalledByHand) {
  desk.unreachable.insert("R0009");
  desk.numbers = {{"R0009", "+000"}, {"R0002", "+000"}};
  const IncidentId incident = desk.alarm("GA-B05-U1-101");
  const std::string card = client.get("/api/v1/incidents/" + incident.str()).body;
  const auto calls = [&] {
    std::size_t count = 0;
    for (auto at = card.find("\"dial\""); at != std::string::npos;
         at = card.find("\"dial\"", at + 1)) {
      ++count;
    }
    return count;
  };
  EXPECT_EQ(calls(), 1U);
}

TEST_F(Board, AHundredIncidentsAreShownAndTheRestIsCounted) {
  for (int i = 0; i < 103; ++i) desk.unknown_alarm("GA-Z" + std::to_string(i));
  const std::string page = client.get("/").body;
  std::size_t rows = 0;
  for (auto at = page.find("<article"); at != std::string::npos;
       at = page.find("<article", at + 1)) {
    ++rows;
  }
  EXPECT_EQ(rows, 100U);
  EXPECT_TRUE(contains(page, "还有 3 起没有列出"));
  EXPECT_EQ(board().at("rows").as_array().size(), 103U);
}

TEST_F(Board, ALiveBoardIsSentAllOfItFirstAndThenWhatChanged) {
  const IncidentId first = desk.alarm("GA-B05-U1-101");
  const Response stream = client.get("/events?incident=" + first.str());
  const std::string all = next_of(stream);
  EXPECT_TRUE(contains(all, "event: board\n"));
  EXPECT_TRUE(contains(all, "event: card\n"));
  EXPECT_EQ(next_of(stream), "");
  const IncidentId second = desk.alarm("GA-B05-U1-302");
  const std::string rows = next_of(stream);
  EXPECT_TRUE(contains(rows, "event: rows\n"));
  EXPECT_TRUE(contains(rows, second.str()));
  EXPECT_FALSE(contains(rows, first.str()));
  EXPECT_TRUE(contains(rows, R"("totals":{"open":2,"waiting":2,"overdue":0,"rescue":1})"));
  client.post_json(answers(first), R"({"action":"close","cause":"pot"})");
  const std::string end = next_of(stream);
  EXPECT_TRUE(contains(end, "\"gone\":[\"" + first.str() + "\"]"));
  EXPECT_TRUE(contains(end, R"("totals":{"open":1,)"));
  EXPECT_TRUE(contains(end, "event: card\n"));
}

TEST_F(Board, MattersAndHealthComeLiveToo) {
  const Response stream = client.get("/events");
  next_of(stream);
  desk.unknown_alarm("GA-ZZZ");
  EXPECT_TRUE(contains(next_of(stream), "event: matters\n"));
  desk.health_lines[0].well = false;
  desk.live->health_changed();
  EXPECT_TRUE(contains(next_of(stream), "event: health\ndata: {\"health\":{\"well\":false"));
}

}  // namespace
}  // namespace shouwang::testing
