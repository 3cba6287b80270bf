// Every message that ships, word for word: kind × role × letter × language.
//
// tests/data/texts/<language>.<kind>.txt. After a change of words that is wanted, write them anew
// with SHOUWANG_WRITE_GOLDEN=1 in the environment, and read the difference.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/utf8.h"
#include "notify/words.h"
#include "tests/support/scenes.h"
#include "tests/support/texts.h"

namespace shouwang::notify {
namespace {

using namespace std::chrono_literals;
using device::Kind;
using dispatch::Letter;
using household::Role;
using testing::kRaised;

struct Case {
  std::string language;
  Kind kind;
};

void PrintTo(const Case& what, std::ostream* out) { *out << what.language << " " << what.kind; }

// What the incident looks like when such a letter is written.
Scene scene_for(Kind kind, Letter letter) {
  Scene scene = testing::scene();
  scene.kind = kind;
  scene.kinds = {kind};
  if (kind == Kind::smoke) scene.place = "5号楼4单元";
  switch (letter) {
    case Letter::going:
    case Letter::normal_again:
      scene.lead = Role::building_head;
      scene.minutes = 6;
      break;
    case Letter::also: scene.kinds = {Kind::smoke, Kind::gas}; break;
    case Letter::job:
    case Letter::remind_close:
      scene.lead = Role::unit_head;
      scene.arrived = true;
      break;
    case Letter::spot:
      scene.orders = {{.device = DeviceId("VA-1"),
                       .state = incident::Order::State::sent,
                       .at = kRaised,
                       .overdue = true}};
      break;
    case Letter::ending:
      scene.phase = incident::Phase::closed;
      scene.cause = incident::Cause::cooking;
      break;
    case Letter::first:
    case Letter::info:
    case Letter::again:
    case Letter::handed_back:
    case Letter::help_needed:
    case Letter::no_relative:
    case Letter::door_overdue:
    case Letter::assigned:
    case Letter::upkeep:
    case Letter::outage:
    case Letter::diary: break;
  }
  return scene;
}

Text written(const Words& words, const Case& what, Letter letter, Role role) {
  const Zone zone = testing::china();
  const Receiver receiver{.language = what.language, .zone = &zone};
  const Scene scene = scene_for(what.kind, letter);
  const bool early = letter == Letter::first || letter == Letter::info;
  auto parcel = testing::parcel(letter, {role});
  const Instant now = early ? kRaised : kRaised + 10min;
  parcel.created_at = parcel.not_before = now;
  return words.write(
      parcel, [&](const IncidentId&) { return &scene; }, receiver, now);
}

std::string all_messages(const Case& what) {
  static const Words words(testing::shipped_texts());
  std::string text;
  for (int i = 0; i <= static_cast<int>(Letter::ending); ++i) {
    const auto letter = static_cast<Letter>(i);
    for (const Role role :
         {Role::resident, Role::relative, Role::unit_head, Role::duty_a, Role::specialist}) {
      if ((role == Role::specialist) != (letter == Letter::job)) continue;
      const Text message = written(words, what, letter, role);
      text.append("== ").append(name_of(letter)).append(" / ").append(name_of(role)).append("\n");
      text.append(message.title).append("\n").append(message.body).append("\n\n");
    }
  }
  return text;
}

class GoldenWords : public ::testing::TestWithParam<Case> {};

TEST_P(GoldenWords, AreAsTheyWereAgreed) {
  const std::string name =
      GetParam().language + "." + std::string(device::name_of(GetParam().kind)) + ".txt";
  const auto path = std::filesystem::path(SHOUWANG_SOURCE_DIR) / "tests/data/texts" / name;
  const std::string text = all_messages(GetParam());
  if (std::getenv("SHOUWANG_WRITE_GOLDEN") != nullptr) std::ofstream(path) << text;
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(file), {}));
}

// whatever the words are changed to.
TEST_P(GoldenWords, KeepTheRulesForEveryMessage) {
  static const Words words(testing::shipped_texts());
  for (int i = 0; i <= static_cast<int>(Letter::ending); ++i) {
    for (int j = 0; j < household::kRoleCount; ++j) {
      const auto letter = static_cast<Letter>(i);
      const Text message = written(words, GetParam(), letter, static_cast<Role>(j));
      EXPECT_LE(count_characters(message.title), kTitleMax) << message.title;
      EXPECT_LE(count_characters(message.body), 450U) << message.body;
      EXPECT_NE(message.title.find("02:40"), std::string::npos) << message.title;
      EXPECT_NE(message.body.find("{{link}}"), std::string::npos) << message.body;
      EXPECT_EQ(message.body.find("R0786"), std::string::npos) << message.body;
      EXPECT_EQ(message.body.find("\n\n"), std::string::npos) << message.body;
      EXPECT_TRUE(is_utf8(message.title + message.body));
      const bool danger = GetParam().kind == Kind::gas || GetParam().kind == Kind::smoke;
      if (danger && (letter == Letter::first || letter == Letter::again)) {
        const bool leave = message.body.find("拨打火警电话") != std::string::npos ||
                           message.body.find("call the emergency number") != std::string::npos;
        EXPECT_TRUE(leave) << message.body;
      }
    }
  }
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const char* language : {"zh-CN", "en"}) {
    for (const Kind kind : {Kind::gas, Kind::co, Kind::smoke, Kind::heat, Kind::sos, Kind::water}) {
      all.push_back({language, kind});
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Every, GoldenWords, ::testing::ValuesIn(cases()),
                         [](const ::testing::TestParamInfo<Case>& one) {
                           const bool chinese = one.param.language == "zh-CN";
                           return std::string(chinese ? "Chinese" : "English") +
                                  std::string(device::name_of(one.param.kind));
                         });

}  // namespace
}  // namespace shouwang::notify
