// The installer's page: who may see it, what it shows of each device, and that it is live.

#include <gmock/gmock.h>

#include "tests/unit/web/site_kit.h"

namespace shouwang::testing {
namespace {

namespace json = boost::json;
using device::Kind;
using device::Meaning;
using dispatch::Heard;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using web::Response;
using namespace std::chrono_literals;

constexpr const char* kFirst = "GA-B05-U1-101";
constexpr const char* kSecond = "GA-B05-U1-201";

class WalkPage : public SiteTest {
 protected:
  WalkPage() { client.log_in("inst"); }

  std::string start(const std::string& place = "B05-U1") {
    const Response answer =
        client.post_json("/api/v1/walks", R"({"place":")" + place + R"(","minutes":30})");
    EXPECT_EQ(answer.status, 201) << answer.body;
    return json::parse(answer.body).at("test").as_string().c_str();
  }

  static Heard says(const std::string& device, Meaning meaning, Kind kind = Kind::gas) {
    return {.device = DeviceId(device),
            .topic = "small/" + device,
            .profile = "native",
            .report = {.address = device, .signals = {{.kind = kind, .meaning = meaning}}}};
  }

  json::array tests() {
    return json::parse(client.get("/api/v1/walks").body).at("tests").as_array();
  }
  json::object test() {
    const json::array all = tests();
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? json::object() : all[0].as_object();
  }
  json::object device(const std::string& id) {
    const json::object whole = test();
    for (const auto& one : whole.at("devices").as_array()) {
      if (one.at("device").as_string() == id) return one.as_object();
    }
    ADD_FAILURE() << id << " is not expected";
    return {};
  }
  static std::string text(const json::object& object, std::string_view name) {
    return object.contains(name) ? std::string(object.at(name).as_string()) : "-";
  }
};

TEST_F(WalkPage, OnlyRolesThatMayTestSeeIt) {
  for (const char* user : {"inst", "desk1", "sec", "dir"}) {
    Client one(site);
    one.log_in(user);
    EXPECT_EQ(one.get("/walk").status, 200) << user;
    EXPECT_EQ(one.get("/api/v1/walks").status, 200) << user;
    EXPECT_TRUE(contains(one.get("/").body, "href=\"/walk\"")) << user;
  }
  Client guest(site);
  guest.log_in("guest");
  EXPECT_EQ(guest.get("/walk").status, 403);
  EXPECT_EQ(guest.get("/walk/events").status, 403);
  EXPECT_EQ(guest.get("/api/v1/walks").status, 403);
  EXPECT_EQ(guest.get("/api/v1/walks/places?text=B05").status, 403);
  EXPECT_TRUE(contains(client.get("/api/v1/walks/places?text=U2-101").body, "B05-U2-101"));
  EXPECT_EQ(guest.post_json("/api/v1/walks", R"({"place":"B05-U1"})").status, 403);
  EXPECT_FALSE(contains(guest.get("/").body, "href=\"/walk\""));
  EXPECT_EQ(Client(site).get("/walk").status, 303);
  EXPECT_EQ(Client(site).get("/api/v1/walks").status, 403);
  EXPECT_THAT(desk.book.walks, IsEmpty());
}

TEST_F(WalkPage, EveryPostNeedsTheSessionsToken) {
  const std::string id = start();
  const std::string token = client.csrf;
  for (const std::string csrf : {"", "guess"}) {
    client.csrf = csrf;
    EXPECT_EQ(client.post_json("/api/v1/walks", R"({"place":"B05-U2"})").status, 403);
    EXPECT_EQ(client.post_json("/api/v1/walks/" + id + "/stop", "{}").status, 403);
    EXPECT_EQ(client.post_form("/walk", "place=B05-U2&csrf=" + csrf).status, 403);
    EXPECT_EQ(client.post_form("/walk/" + id + "/stop", "csrf=" + csrf).status, 403);
  }
  EXPECT_EQ(desk.book.walks.size(), 1U);
  EXPECT_EQ(client.post_form("/walk/" + id + "/stop", "csrf=" + token).status, 303);
  EXPECT_THAT(desk.book.walks, IsEmpty());
}

TEST_F(WalkPage, AFormStartsATestForItsMinutes) {
  const Response answer = client.post_form("/walk", "place=B05-U1&minutes=45&csrf=" + client.csrf);
  EXPECT_EQ(header(answer, "Location"), "/walk");
  ASSERT_EQ(desk.book.walks.size(), 1U);
  const dispatch::Walk& walk = desk.book.walks.begin()->second;
  EXPECT_EQ(walk.by, PersonId("IN1"));
  EXPECT_EQ(walk.until, desk.time + 45min);
  EXPECT_EQ(walk.devices.size(), 4U);
  EXPECT_TRUE(contains(client.get("/walk").body, "4 个设备，0 个通过"));
}

TEST_F(WalkPage, WhatIsFilledInWronglyStartsNothingAndIsSaid) {
  const auto page = [&](const std::string& fields) {
    return client.post_form("/walk", fields + "&csrf=" + client.csrf);
  };
  const Response nowhere = page("place=B99&minutes=30");
  EXPECT_EQ(nowhere.status, 409);
  EXPECT_TRUE(contains(nowhere.body, "那里没有设备，或者没有这个地点。"));
  for (const char* minutes : {"4", "121", "-5", "30x", "1e9"}) {
    const Response wrong = page(std::string("place=B05-U1&minutes=") + minutes);
    EXPECT_EQ(wrong.status, 400) << minutes;
    EXPECT_TRUE(contains(wrong.body, "请填 5 到 120 分钟。")) << minutes;
  }
  EXPECT_EQ(page("minutes=30").status, 400);
  EXPECT_EQ(page("minutes=30&place=" + std::string(201, 'x')).status, 400);
  EXPECT_THAT(desk.book.walks, IsEmpty());
}

TEST_F(WalkPage, ADeviceInAlarmIsNotPutUnderTest) {
  desk.alarm(kFirst);
  const Response answer = client.post_json("/api/v1/walks", R"({"place":"B05-U1"})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_TRUE(contains(answer.body, std::string(kFirst) + " 正在报警，不能测试。"));
}

TEST_F(WalkPage, NeverTestedLivingPressedAndPassedAreFourDifferentThings) {
  start();
  const auto state = [&](const char* id) {
    const json::object line = device(id);
    return text(line, "verdict") + " " + text(line, "mark") + " " + text(line, "state_label");
  };
  EXPECT_EQ(state(kFirst), "silent ○ 还没测过：没有任何消息");
  desk.handle(says(kFirst, Meaning::normal));
  EXPECT_EQ(state(kFirst), "heard ◔ 在线，请按测试键");
  desk.handle(says(kFirst, Meaning::test));
  EXPECT_EQ(state(kFirst), "button ◑ 按键收到了，还要用测试气（烟）触发报警");
  desk.handle(says(kFirst, Meaning::alarm));
  EXPECT_EQ(state(kFirst), "passed ✓ 通过：报警收到了");
  EXPECT_EQ(text(test(), "progress"), "4 个设备，1 个通过");
  EXPECT_EQ(state(kSecond), "silent ○ 还没测过：没有任何消息");
  EXPECT_THAT(desk.book.files, IsEmpty()) << "nobody but the installer is told";
}

TEST_F(WalkPage, ALineSaysWhatCameInWordsWithSignalBatteryAndWhomItWouldTell) {
  start();
  Heard heard = says(kFirst, Meaning::alarm);
  heard.report.signals[0].value = 12.5;
  heard.report.signals[0].unit = "%LEL";
  heard.report.battery = 87.4;
  heard.report.link = device::LinkQuality{.value = 42, .unit = device::LinkQuality::Unit::lqi};
  desk.handle(heard);
  desk.advance(75s);
  const json::object line = device(kFirst);
  EXPECT_EQ(text(line, "device_label"), "5号楼1单元101");
  EXPECT_EQ(text(line, "device_profile"), "native");
  EXPECT_EQ(text(line, "said_line"), "燃气：报警 12.5 %LEL");
  EXPECT_EQ(text(line, "link"), "42/255");
  EXPECT_EQ(line.at("battery").as_int64(), 87);
  EXPECT_EQ(text(line, "age"), "1:15");
  EXPECT_TRUE(contains(text(line, "would_tell"), "要是真的，马上会叫"));
  EXPECT_TRUE(contains(text(line, "would_tell"), "单元长 1"));
  const std::string page = client.get("/walk").body;
  EXPECT_FALSE(contains(page, "name of ")) << "an installer reads no names";
}

TEST_F(WalkPage, WordsOfDevicesAndTopicsAreEscapedAndCutShort) {
  start();
  const std::string evil = "<script>alert(1)</script>";
  Heard heard = says(kFirst, Meaning::alarm);
  heard.report.signals[0].value = 1;
  heard.report.signals[0].unit = evil;
  heard.report.problem = "<img src=x onerror=y>" + std::string(5000, 'z');
  desk.handle(heard);
  Heard stranger = says(kFirst, Meaning::alarm);
  stranger.device = {};
  stranger.topic = "x/" + evil;
  desk.handle(stranger);
  const std::string page = client.get("/walk").body;
  EXPECT_TRUE(contains(page, "&lt;script&gt;"));
  EXPECT_FALSE(contains(page, evil));
  EXPECT_FALSE(contains(page, "<img src=x"));
  EXPECT_FALSE(contains(page, std::string(200, 'z')));
}

TEST_F(WalkPage, OtherDevicesThatSpeakAreShownBesideTheTest) {
  start("B05-U1-101");
  desk.handle(says(kSecond, Meaning::test));
  Heard stranger = says(kFirst, Meaning::test);
  stranger.device = {};
  stranger.topic = "zigbee2mqtt/kitchen";
  desk.handle(stranger);
  std::vector<std::string> lines;
  const json::object whole = test();
  for (const auto& one : whole.at("beside").as_array()) {
    lines.push_back(text(one.as_object(), "beside_line"));
  }
  EXPECT_THAT(
      lines, ElementsAre("02:40 没在测试的设备 GA-B05-U1-201（5号楼1单元201）报了「燃气：测试键」："
                         "装错地方，或者标签贴反了？",
                         "02:40 未登记的 zigbee2mqtt/kitchen 报了「燃气：测试键」："
                         "地址写错了，或者不是本社区的设备？"));
}

TEST_F(WalkPage, AStoppedTestStaysWithItsResult) {
  const std::string id = start();
  desk.handle(says(kFirst, Meaning::alarm));
  desk.handle(says(kFirst, Meaning::normal));
  EXPECT_EQ(client.post_json("/api/v1/walks/" + id + "/stop", "{}").status, 204);
  EXPECT_THAT(desk.book.walks, IsEmpty());
  EXPECT_EQ(text(test(), "progress"), "4 个设备，1 个通过");
  EXPECT_EQ(text(test(), "ended_line"), "02:40 结束。测试人结束了测试。");
  EXPECT_EQ(text(test(), "stop_href"), "-");
  EXPECT_EQ(text(device(kFirst), "mark"), "✓");
  EXPECT_EQ(text(device(kSecond), "state_label"), "没有通过：一直没有消息");
  EXPECT_EQ(client.post_json("/api/v1/walks/" + id + "/stop", "{}").status, 409);
}

TEST_F(WalkPage, ATestEndsByItselfAndSaysSo) {
  start();
  desk.advance(30min);
  EXPECT_TRUE(test().at("ended").as_bool());
  EXPECT_EQ(text(test(), "ended_line"), "03:10 结束。时间到了，自动结束。");
}

TEST_F(WalkPage, ARealAlarmOfAnotherDeviceBreaksThroughAndEndsTheTest) {
  start("B05-U1-101");
  const IncidentId incident = desk.alarm(kSecond);
  EXPECT_FALSE(desk.file(incident).incident.told.empty());
  EXPECT_EQ(text(test(), "ended_line"), "02:40 结束。附近有真报警，测试全部停止。");
}

TEST_F(WalkPage, AnAlarmThatDoesNotClearIsShownAsARealOne) {
  start("B05-U1-101");
  desk.handle(says(kFirst, Meaning::alarm));
  EXPECT_NE(text(device(kFirst), "rings_at"), "-");
  desk.advance(10min);
  EXPECT_EQ(desk.book.files.size(), 1U);
  EXPECT_TRUE(test().at("ended").as_bool());
  EXPECT_EQ(text(test().at("rang").as_array().at(0).as_object(), "rang_line"),
            "真报警：GA-B05-U1-101，已经在叫人。报警一直不恢复，按真报警处理。");
}

TEST_F(WalkPage, TheInstallerBeforeTheDeviceCanQuietIt) {
  start("B05-U1-101");
  desk.handle(says(kFirst, Meaning::alarm));
  const std::string path = text(device(kFirst), "quiet_href");
  EXPECT_EQ(path, std::string("/walk/") + kFirst + "/quiet");
  EXPECT_EQ(client.post_form(path, "csrf=" + client.csrf).status, 303);
  EXPECT_EQ(text(device(kFirst), "rings_at"), "-");
  desk.advance(20min);
  EXPECT_THAT(desk.book.files, IsEmpty());
  EXPECT_EQ(client.post_json("/api/v1/walks/" + std::string(kFirst) + "/quiet", "{}").status, 409);
}

TEST_F(WalkPage, EveryChangeGoesToWhoeverWatches) {
  start();
  const Response stream = client.get("/walk/events");
  EXPECT_EQ(stream.content_type, "text/event-stream");
  EXPECT_TRUE(contains(next_of(stream), "\"test_passed\":0"));
  EXPECT_EQ(next_of(stream), "");
  desk.handle(says(kFirst, Meaning::alarm));
  const std::string event = next_of(stream);
  EXPECT_TRUE(event.starts_with("event: walks\ndata: {")) << event;
  EXPECT_TRUE(contains(event, "\"test_passed\":1"));
  EXPECT_EQ(next_of(stream), "");
  desk.advance(30min);
  EXPECT_TRUE(contains(next_of(stream), "\"ended\":true"));
}

TEST_F(WalkPage, TheStreamEndsWithTheLogin) {
  const Response stream = client.get("/walk/events");
  next_of(stream);
  desk.disabled.insert("inst");
  EXPECT_EQ(stream.feed->next(), std::nullopt);
}

TEST_F(WalkPage, WithoutAScriptThePageReloadsItselfAndSpeaksEnglishToo) {
  start();
  const std::string page = client.get("/walk").body;
  EXPECT_TRUE(contains(page, "<noscript><meta http-equiv=\"refresh\" content=\"5;url=/walk\">"));
  client.cookies["shouwang_lang"] = "en";
  EXPECT_TRUE(contains(client.get("/walk").body, "0 of 4 devices passed"));
}

}  // namespace
}  // namespace shouwang::testing
