#include "app/control.h"

#include <gmock/gmock.h>

#include "tests/support/expect_result.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/app/house.h"

namespace shouwang::app {
namespace {

using boost::json::object;
using boost::json::value;
using device::Meaning;
using shouwang::testing::kElm;
using shouwang::testing::says;
using ::testing::HasSubstr;

class ControlTest : public shouwang::testing::House {
 protected:
  ControlTest() {
    auto made = std::make_shared<config::Config>();
    made->store.path = folder.path() / "shouwang.db";
    made->web.public_url = "https://watch.example";
    made->communities.push_back(
        {.estate = shouwang::testing::elm_community(), .rules = shouwang::testing::elm_rules()});
    config = made;
  }

  // The reply of a verb that answers at once.
  Result<std::string> ask(const std::string& verb, const std::string& arguments) {
    std::optional<Result<std::string>> said;
    control.ask(verb, arguments, [&](Result<std::string> reply) { said = std::move(reply); });
    if (!said) {  // It works aside.
      auto keep = boost::asio::make_work_guard(loop);
      loop.restart();
      while (!said) loop.run_one();
    }
    return *said;
  }
  value json(const std::string& verb, const std::string& arguments) {
    const auto said = ask(verb, arguments);
    EXPECT_TRUE(said.has_value()) << verb << ": " << (said ? "" : said.error().what);
    return said ? boost::json::parse(*said) : value();
  }
  std::string refusal(const std::string& verb, const std::string& arguments) {
    const auto said = ask(verb, arguments);
    EXPECT_FALSE(said.has_value());
    return said ? *said : said.error().what;
  }

  shouwang::testing::TempDir folder;
  boost::asio::io_context loop;
  Phones phones{clock, memory, std::string(32, 'k')};
  Logins logins{loop};
  std::shared_ptr<const config::Config> config;
  int reloads = 0;
  Control control{
      Control::Parts{.loop = loop,
                     .clock = clock,
                     .gateway = *gateway,
                     .store = store,
                     .records = memory,
                     .access = memory,
                     .archive = memory,
                     .phones = phones,
                     .logins = logins,
                     .vitals = [this] { return Vitals{.now = clock.now()}; },
                     .reload = [this]() -> Result<Done> {
                       ++reloads;
                       return fail(Error::Code::invalid, "gateway.yaml:1:1: no");
                     },
                     .records_changed = [](const CommunityId&) -> Result<Done> { return Done{}; },
                     .config = [this] { return config; }}};
};

TEST_F(ControlTest, WhatIsNoJsonObjectIsRefused) {
  for (const char* nonsense : {"{", "[]", "1", "\"x\"", "{} {}", "\xff", "{\"a\":}"}) {
    EXPECT_CODE(ask("status", nonsense), Error::Code::invalid);
  }
  EXPECT_CODE(ask("status", std::string(100'000, '[')), Error::Code::invalid);
  EXPECT_DONE(ask("status", "")) << "nothing is an empty object";
}

TEST_F(ControlTest, AVerbThatDoesNotExistIsNamedHarmlessly) {
  EXPECT_CODE(ask("explode", "{}"), Error::Code::not_found);
  EXPECT_EQ(refusal("explode", "{}"), "there is no verb `explode`");
  EXPECT_EQ(refusal("\xff", "{}").find(static_cast<char>(0xff)), std::string::npos);
  EXPECT_LT(refusal(std::string(1'000'000, 'v'), "{}").size(), 1'000U);
}

TEST_F(ControlTest, ArgumentsOfTheWrongKindAreAsIfTheyWereNotThere) {
  EXPECT_DONE(ask("incidents", R"({"all":"yes","id":7,"community":[]})"));
  EXPECT_CODE(ask("backup", R"({"path":1})"), Error::Code::invalid);
  EXPECT_CODE(ask("report", R"({"after":"x"})"), Error::Code::invalid);
}

TEST_F(ControlTest, OpenIncidentsAreListedAndOneIsShownWhole) {
  hear(says("GA-B1-U2-102", Meaning::alarm));
  const value all = json("incidents", "{}");
  const auto& list = all.as_array();
  ASSERT_EQ(list.size(), 1U);
  const std::string id(list[0].at("incident").as_string());
  EXPECT_EQ(IncidentId(id), book().files.begin()->first);
  EXPECT_TRUE(json("incidents", R"({"id":")" + id + R"("})").is_object());
  EXPECT_CODE(ask("incidents", R"({"id":"none"})"), Error::Code::not_found);
  EXPECT_TRUE(json("incidents", R"({"community":"oak"})").as_array().empty());
}

TEST_F(ControlTest, AFaultyReloadSaysWhatIsWrong) {
  EXPECT_EQ(refusal("reload", "{}"), "gateway.yaml:1:1: no");
  EXPECT_EQ(reloads, 1);
}

TEST_F(ControlTest, DevicesSayWhenTheyWereLastHeard) {
  gateway->note_seen(kElm, *registry->device_index(DeviceId("SM-U2")));
  const value lines = json("devices", "{}");
  for (const value& line : lines.as_array()) {
    const bool heard = line.at("device").as_string() == "SM-U2";
    EXPECT_EQ(line.at("last_seen").is_null(), !heard);
  }
}

TEST_F(ControlTest, AnEnrollingLinkIsForAPersonOnRecord) {
  const value made = json("phones", R"({"action":"enrol","person":"anna"})");
  const std::string link(made.at("link").as_string());
  const std::string before = "https://watch.example/enrol/";
  ASSERT_TRUE(link.starts_with(before));
  EXPECT_DONE(phones.enrol(link.substr(before.size())));
  EXPECT_EQ(json("phones", "{}").as_array().size(), 1U);
  EXPECT_CODE(ask("phones", R"({"action":"enrol","person":"nobody"})"), Error::Code::not_found);
  EXPECT_CODE(ask("phones", R"({"action":"burn"})"), Error::Code::invalid);
  EXPECT_CODE(ask("phones", R"({"action":"drop","phone":"none"})"), Error::Code::not_found);
}

TEST_F(ControlTest, AUserIsPutListedAndDisabledWithoutItsPassword) {
  const std::string put =
      R"({"action":"put","user":"desk1","role":"duty_a","person":"of1","password":"long enough"})";
  EXPECT_DONE(ask("users", put));
  const auto said = ask("users", "{}");
  EXPECT_THAT(*said, HasSubstr(R"("user":"desk1")"));
  EXPECT_EQ(said->find("argon2"), std::string::npos);
  const web::Session session{.user = "desk1",
                             .community = kElm,
                             .person = PersonId("of1"),
                             .role = household::Role::duty_a};
  EXPECT_TRUE(logins.stands(session));
  EXPECT_DONE(ask("users", R"({"action":"disable","user":"desk1"})"));
  EXPECT_FALSE(logins.stands(session)) << "at once, not at the next start";
  EXPECT_CODE(ask("users", R"({"action":"disable","user":"none"})"), Error::Code::not_found);
}

TEST_F(ControlTest, AUserWhoCouldNotActIsRefused) {
  const auto put = [](const char* user, const char* role, const char* person,
                      const char* password) {
    return boost::json::serialize(object{{"action", "put"},
                                         {"user", user},
                                         {"role", role},
                                         {"person", person},
                                         {"password", password}});
  };
  EXPECT_CODE(ask("users", put("Desk 1", "duty_a", "of1", "long enough")), Error::Code::invalid);
  EXPECT_CODE(ask("users", put("desk1", "king", "of1", "long enough")), Error::Code::invalid);
  EXPECT_CODE(ask("users", put("desk1", "duty_a", "nobody", "long enough")), Error::Code::invalid);
  EXPECT_CODE(ask("users", put("desk1", "duty_a", "of1", "short")), Error::Code::invalid);
  EXPECT_TRUE(memory.users().value().empty());
}

TEST_F(ControlTest, ALedgerCanNotBeWrittenOutsideItsFolder) {
  EXPECT_CODE(ask("import", "{}"), Error::Code::invalid);
  EXPECT_CODE(ask("import", R"({"files":{"../persons.csv":"x"}})"), Error::Code::invalid);
  EXPECT_CODE(ask("import", R"({"files":{"persons.txt":"x"}})"), Error::Code::invalid);
  EXPECT_CODE(ask("import", R"({"files":{"persons.csv":7}})"), Error::Code::invalid);
  EXPECT_CODE(ask("import", R"({"community":"oak","files":{"persons.csv":""}})"),
              Error::Code::invalid);
}

TEST_F(ControlTest, TheJournalIsReadAndItsChainFollowed) {
  hear(says("GA-B1-U2-102", Meaning::alarm));
  EXPECT_FALSE(json("report", "{}").as_array().empty());
  EXPECT_CODE(ask("report", R"({"from":"yesterday"})"), Error::Code::invalid);
  EXPECT_TRUE(json("verify", "{}").at("sound").as_bool());
  EXPECT_CODE(ask("backup", R"({"path":"relative.db"})"), Error::Code::invalid);
}

}  // namespace
}  // namespace shouwang::app
