// Table 4.0 on the wire: what each role may see and press, and what must reach it in no form.

#include <gmock/gmock.h>

#include <set>

#include "tests/support/small_community.h"
#include "tests/unit/web/site_kit.h"

namespace shouwang::testing {
namespace {

using household::Role;
using incident::Action;
using incident::Answer;
using ::testing::IsEmpty;
using web::Method;
using namespace std::chrono_literals;

using Names = std::set<std::string>;

constexpr const char* kRelativesNote = "门要往上提一下才能打开";

// What must be known, by the text that gives it away.
struct Secret {
  const char* what;
  const char* text;
};
constexpr Secret kHomes{"the list of homes", "\"household\":\"B05-U1-302\""};
constexpr Secret kFacts{"facts about health", "\"fact\":\"cannot_descend\""};
constexpr Secret kNote{"the rescue note", kRescueNote};
constexpr Secret kEquipment{"extinguishers", "EX-B05-U1"};
constexpr Secret kDevice{"devices", "GA-B05-U1-302"};
constexpr Secret kNotes{"notes of others", kRelativesNote};
constexpr Secret kNames{"names", "name of "};
constexpr Secret kDeliveries{"who was reached how", "\"deliveries\""};
constexpr std::array kSecrets = {kHomes,  kFacts, kNote,  kEquipment,
                                 kDevice, kNotes, kNames, kDeliveries};

// How much of it a role is shown.
enum class Sight { nothing, scene, facts, desk };

std::size_t shown(Sight sight) {
  switch (sight) {
    case Sight::nothing: return 0;
    case Sight::scene: return 0b00111001;
    case Sight::facts: return 0b00111111;
    case Sight::desk: return 0b11111111;
  }
  return 0;
}

struct Row {
  const char* role;
  const char* person;
  Millis after;  // The alarm; so that the person has been told.
  Sight sight;
  Names buttons;
};

const Names kHead = {"going", "arrived", "need_help", "all_out", "electrician", "cause", "away"};
const Names kGrid = {"going", "arrived", "assign", "next_wave"};
const Names kDirector = {"going", "assign", "tell_building", "close"};

Names with(Names names, const Names& more) {
  names.insert(more.begin(), more.end());
  return names;
}

const std::vector<Row> kTable = {
    {"resident", "B05-U1-302/1", 0s, Sight::nothing, {"safe", "help_me", "cooking"}},
    {"relative", "R0001", 0s, Sight::nothing, {"going", "cannot", "spoke", "note"}},
    {"unit_head", "B05-U1-103/1", 0s, Sight::facts, kHead},
    {"guarantor", "GU1", 0s, Sight::facts, kHead},
    {"building_head", "B05-U1-102/1", 61s, Sight::facts, with(kHead, {"assign", "tell_building"})},
    {"estate_head", "ES1", 151s, Sight::facts, kGrid},
    {"grid_head", "GL1", 151s, Sight::facts, kGrid},
    {"neighbour_watch", "NW1", 151s, Sight::scene, kGrid},
    {"patrol", "PT1", 151s, Sight::scene, kGrid},
    {"neighbour", "B05-U1-401/1", 151s, Sight::scene, {"going", "arrived"}},
    {"duty_a",
     "OF01",
     0s,
     Sight::desk,
     {"seen", "going", "arrived", "need_help", "all_out", "electrician", "cause", "assign",
      "next_wave", "tell_building", "note", "close"}},
    {"duty_b", "OF02", 61s, Sight::desk, {"take_over"}},
    {"secretary", "SEC1", 301s, Sight::desk, kDirector},
    {"director", "DIR1", 301s, Sight::desk, kDirector},
    {"specialist", "EL1", 0s, Sight::nothing, {"going", "cannot", "done"}}};

class NeedToKnow : public SiteTest, public ::testing::WithParamInterface<Row> {
 protected:
  NeedToKnow() {
    incident = desk.alarm("GA-B05-U1-302");
    desk.press("R0001", incident, {.action = Action::note, .text = kRelativesNote});
    if (GetParam().role == std::string("specialist")) {
      desk.press("B05-U1-103/1", incident, {.action = Action::electrician});
    }
    desk.advance(GetParam().after);
    path = desk.link(GetParam().person, incident);
    token = path.substr(3);
  }

  std::string html() { return client.get(path).body; }
  std::string json() { return client.get("/api/v1/pages/" + token).body; }
  std::string events() { return next_of(client.get(path + "/events")); }

  IncidentId incident;
  std::string path;
  std::string token;
};

INSTANTIATE_TEST_SUITE_P(Table, NeedToKnow, ::testing::ValuesIn(kTable),
                         [](const auto& row) { return std::string(row.param.role); });

TEST_P(NeedToKnow, ThePersonIsToldInThatRoleAlone) {
  const auto state = boost::json::parse(json());
  EXPECT_EQ(boost::json::serialize(state.at("card").at("roles")),
            "[\"" + std::string(GetParam().role) + "\"]");
}

TEST_P(NeedToKnow, OnlyWhatTheRoleMaySeeReachesItInAnyForm) {
  const std::string page = html();
  const std::string answer = json();
  const std::string event = events();
  for (std::size_t i = 0; i < kSecrets.size(); ++i) {
    const bool may = (shown(GetParam().sight) >> i & 1U) != 0;
    const Secret& secret = kSecrets[i];
    EXPECT_EQ(contains(answer, secret.text), may) << secret.what << " in JSON";
    EXPECT_EQ(contains(event, secret.text), may) << secret.what << " in events";
    EXPECT_EQ(contains(page, secret.text), may) << secret.what << " on the page";
  }
}

TEST_P(NeedToKnow, ExactlyTheButtonsOfTheRoleAreOnThePage) {
  const std::string page = html();
  Names on_page;
  for (int i = 0; i < incident::kActionCount; ++i) {
    const std::string action(name_of(static_cast<Action>(i)));
    if (contains(page, "action=\"" + path + "/" + action + "\"")) on_page.insert(action);
  }
  EXPECT_EQ(on_page, GetParam().buttons);
}

TEST_P(NeedToKnow, ExactlyTheButtonsOfTheRoleAreInJsonAndEvents) {
  const std::string event = events();
  for (const std::string& text : {json(), event.substr(event.find('{'))}) {
    Names named;
    const auto state = boost::json::parse(text.substr(0, text.find('\n')));
    for (const auto& button : state.at("card").at("buttons").as_array()) {
      named.insert(button.at("action").as_string().c_str());
    }
    EXPECT_EQ(named, GetParam().buttons);
  }
}

// Whatever a page shows: pressing another role's button by hand does nothing.
TEST_P(NeedToKnow, AnyOtherButtonIsRefusedAndChangesNothing) {
  const auto before = desk.file(incident);
  for (int i = 0; i < incident::kActionCount; ++i) {
    const std::string action(name_of(static_cast<Action>(i)));
    if (GetParam().buttons.contains(action)) continue;
    const auto answer = client.post_json(
        path + "/" + action, R"({"cause":"cooking","text":"x","other":"OF01","minutes":5})");
    EXPECT_GE(answer.status, 400) << action;
    EXPECT_TRUE(contains(answer.body, "\"refusal\"")) << action << answer.body;
  }
  EXPECT_EQ(desk.file(incident), before);
}

TEST_P(NeedToKnow, AfterTheEndNoFactAboutHealthIsShownAndADayLaterNothing) {
  desk.handle(dispatch::Answered{incident,
                                 {.action = Action::close,
                                  .by = PersonId("OF01"),
                                  .roles = {Role::duty_a},
                                  .cause = incident::Cause::cooking}});
  const std::string page = html();
  EXPECT_TRUE(contains(page, "已结束"));
  EXPECT_FALSE(contains(page, kFacts.text));
  EXPECT_FALSE(contains(page, kNote.text));
  desk.advance(24h);
  EXPECT_EQ(client.get(path).status, 404);
  EXPECT_EQ(client.get("/api/v1/pages/" + token).status, 404);
}

// ---- the board ---------------------------------------------------------------------------------

class BoardNeedToKnow : public SiteTest {
 protected:
  BoardNeedToKnow() {
    desk.unreachable.insert("R0001");
    incident = desk.alarm("GA-B05-U1-302");
    desk.press("R0001", incident, {.action = Action::note, .text = kRelativesNote});
    desk.advance(301s);
  }

  // Everything the list says to this login: page, JSON, events.
  std::string list(const std::string& user) {
    client.log_in(user);
    std::string all = client.get("/").body + client.get("/api/v1/board").body;
    const auto stream = client.get("/events");
    all += next_of(stream);
    desk.press("B05-U1-103/1", incident, {.action = Action::going});
    return all + next_of(stream);
  }

  // The secrets, and every id of a person, that stand in the text.
  static Names given_away(const std::string& text) {
    Names found;
    for (const char* secret :
         {"cannot_descend", kRescueNote, "name of ", kRelativesNote, "deliveries", "EX-B05-U1",
          "B05-U1-302/1", "B05-U1-103/1", "GU1", "OF01"}) {
      if (contains(text, secret)) found.insert(secret);
    }
    return found;
  }

  IncidentId incident;
};

TEST_F(BoardNeedToKnow, TheListThatHangsInTheHallHasPlacesAndStatesOnly) {
  const std::string all = list("desk1");
  EXPECT_TRUE(contains(all, "5号楼1单元302"));
  EXPECT_TRUE(contains(all, "单元长正在赶去"));
  EXPECT_TRUE(contains(all, "需要救助"));
  EXPECT_THAT(given_away(all), IsEmpty());
}

TEST_F(BoardNeedToKnow, TheOpenedIncidentShowsTheDeskEverything) {
  client.log_in("desk1");
  const std::string page = client.get("/incidents/" + incident.str()).body;
  EXPECT_TRUE(contains(page, kRescueNote));
  EXPECT_TRUE(contains(page, "name of R0001"));
}

TEST_F(BoardNeedToKnow, AViewerSeesNumbersAndStatesWithoutAPlace) {
  const std::string all = list("guest");
  EXPECT_TRUE(contains(all, "燃气报警"));
  EXPECT_FALSE(contains(all, "5号楼"));
  EXPECT_FALSE(contains(all, "R0001"));
  EXPECT_THAT(given_away(all), IsEmpty());
  EXPECT_EQ(client.get("/api/v1/incidents/" + incident.str()).status, 404);
  EXPECT_EQ(client.get("/incidents/" + incident.str()).status, 303);
}

TEST_F(BoardNeedToKnow, AnInstallerSeesDevicesAndNoPeople) {
  desk.unknown_alarm("GA-ZZZ");
  const std::string all = list("inst");
  EXPECT_TRUE(contains(all, "GA-ZZZ"));
  EXPECT_FALSE(contains(all, "5号楼"));
  EXPECT_FALSE(contains(all, "dead_contact"));
  EXPECT_FALSE(contains(all, "R0001"));
  EXPECT_THAT(given_away(all), IsEmpty());
  EXPECT_EQ(client.get("/api/v1/incidents/" + incident.str()).status, 404);
}

TEST_F(BoardNeedToKnow, NeitherViewerNorInstallerCanPressAnything) {
  const auto before = desk.file(incident);
  for (const char* user : {"guest", "inst"}) {
    client.log_in(user);
    const std::string base = "/api/v1/incidents";
    EXPECT_EQ(client
                  .post_json(base + "/" + incident.str() + "/answers",
                             R"({"action":"close","cause":"cooking"})")
                  .status,
              404);
    EXPECT_EQ(client.post_json(base, R"({"kind":"gas","place":"B05-U1-101"})").status, 403);
    EXPECT_EQ(client.get("/api/v1/places?text=B05").status, 403);
  }
  EXPECT_EQ(desk.file(incident), before);
}

TEST_F(BoardNeedToKnow, TheSecretarySeesWhatHasComeUpAndTheRestAsANumber) {
  const IncidentId fresh = desk.alarm("GA-B05-U1-101");
  client.log_in("sec");
  const std::string board = client.get("/api/v1/board").body;
  EXPECT_TRUE(contains(board, incident.str()));
  EXPECT_FALSE(contains(board, fresh.str()));
  EXPECT_TRUE(contains(board, "\"open\":2"));
  EXPECT_EQ(client.get("/api/v1/incidents/" + fresh.str()).status, 404);
  EXPECT_EQ(client.get("/api/v1/incidents/" + incident.str()).status, 200);
}

TEST_F(BoardNeedToKnow, SomebodyWithoutABoardRoleCanNotLogIn) {
  EXPECT_EQ(client.log_in("odd").status, 403);
  EXPECT_EQ(client.get("/api/v1/board").status, 403);
}

}  // namespace
}  // namespace shouwang::testing
