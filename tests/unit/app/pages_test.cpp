#include "app/pages.h"

#include <gmock/gmock.h>

#include <cctype>
#include <set>

#include "tests/support/elm.h"

namespace shouwang::app {
namespace {

using shouwang::testing::at;
using web::PageRef;
using namespace std::chrono_literals;

const CommunityId kElm("elm");
const std::string kKey(32, 'k');
const std::string kOtherKey(32, 'o');

PageRef page(const char* incident, const char* person) {
  return {.community = kElm, .incident = IncidentId(incident), .person = PersonId(person)};
}

dispatch::File file(const char* incident, std::initializer_list<const char*> people) {
  dispatch::File made;
  made.incident.id = IncidentId(incident);
  for (const char* person : people) made.incident.told.push_back({.person = PersonId(person)});
  return made;
}

TEST(Pages, ATokenIs22CharactersThatAnAddressCanHold) {
  EXPECT_THAT(Pages(kKey).token(page("i1", "anna")), ::testing::MatchesRegex("[A-Za-z0-9_-]{22}"));
  EXPECT_EQ(Pages(kKey).path(page("i1", "anna")), "/p/" + Pages(kKey).token(page("i1", "anna")));
}

TEST(Pages, ATokenIsTheSameAfterARestartAndAnotherWithAnotherKey) {
  const std::string token = Pages(kKey).token(page("i1", "anna"));
  EXPECT_EQ(Pages(kKey).token(page("i1", "anna")), token);
  EXPECT_NE(Pages(kOtherKey).token(page("i1", "anna")), token);
}

TEST(Pages, EachPersonHasATokenOfTheirOwnForEachIncident) {
  const Pages pages(kKey);
  std::set<std::string> tokens;
  for (const char* incident : {"i1", "i2", "i11"}) {
    for (const char* person : {"anna", "boris", "1anna"}) {
      tokens.insert(pages.token(page(incident, person)));
    }
  }
  PageRef abroad = page("i1", "anna");
  abroad.community = CommunityId("oak");
  tokens.insert(pages.token(abroad));
  EXPECT_EQ(tokens.size(), 10U);
}

TEST(Pages, WhereOnePartEndsIsPartOfWhatIsHashed) {
  EXPECT_NE(Pages(kKey).token(page("ab", "c")), Pages(kKey).token(page("a", "bc")));
}

TEST(Pages, OnlyWhoWasToldHasAPage) {
  Pages pages(kKey);
  pages.learn(kElm, file("i1", {"anna"}));
  EXPECT_EQ(pages.find(pages.token(page("i1", "anna"))), page("i1", "anna"));
  EXPECT_EQ(pages.find(pages.token(page("i1", "boris"))), std::nullopt);
  pages.learn(kElm, file("i1", {"anna", "boris"}));
  EXPECT_EQ(pages.find(pages.token(page("i1", "boris"))), page("i1", "boris"));
}

TEST(Pages, AnythingButAWholeTokenOpensNothing) {
  Pages pages(kKey);
  pages.learn(kElm, file("i1", {"anna"}));
  const std::string token = pages.token(page("i1", "anna"));
  EXPECT_EQ(pages.find(""), std::nullopt);
  EXPECT_EQ(pages.find("anna"), std::nullopt);
  EXPECT_EQ(pages.find(token.substr(0, 21)), std::nullopt);
  EXPECT_EQ(pages.find(token + "A"), std::nullopt);
  std::string other_case = token;
  for (char& c : other_case)
    c = static_cast<char>(std::islower(c) ? std::toupper(c) : std::tolower(c));
  EXPECT_EQ(pages.find(other_case), std::nullopt);
}

TEST(Pages, OneBitOfTheIncidentChangesHalfOfTheToken) {
  const Pages pages(kKey);
  const std::string a = pages.token(page("20260115-024000-7f3k", "anna"));
  const std::string b = pages.token(page("20260115-024000-7f3l", "anna"));
  int same = 0;
  for (std::size_t i = 0; i < a.size(); ++i) same += a[i] == b[i] ? 1 : 0;
  EXPECT_LT(same, 6);
}

TEST(Pages, AForgottenIncidentTakesItsPagesWithIt) {
  Pages pages(kKey);
  pages.learn(kElm, file("i1", {"anna", "boris"}));
  pages.learn(kElm, file("i2", {"anna"}));
  pages.forget(kElm, IncidentId("i1"));
  EXPECT_EQ(pages.find(pages.token(page("i1", "anna"))), std::nullopt);
  EXPECT_EQ(pages.find(pages.token(page("i1", "boris"))), std::nullopt);
  EXPECT_EQ(pages.find(pages.token(page("i2", "anna"))), page("i2", "anna"));
  pages.forget(kElm, IncidentId("never heard of"));
}

TEST(EnrolCode, SaysWhoAndUntilWhenToWhoeverHasTheKey) {
  const std::string code = seal_enrol_code(kKey, kElm, PersonId("anna"), at(48h));
  const auto opened = open_enrol_code(kKey, code, at(47h));
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->community, kElm);
  EXPECT_EQ(opened->person, PersonId("anna"));
  EXPECT_EQ(opened->expires_at, at(48h));
  EXPECT_EQ(opened->id.size(), 16U);
  EXPECT_EQ(open_enrol_code(kKey, code, at(1h))->id, opened->id);
  EXPECT_EQ(code.find("anna"), std::string::npos);
}

TEST(EnrolCode, EachIsAnother) {
  EXPECT_NE(seal_enrol_code(kKey, kElm, PersonId("anna"), at(48h)),
            seal_enrol_code(kKey, kElm, PersonId("anna"), at(48h)));
}

TEST(EnrolCode, ExpiresAtItsMinute) {
  const std::string code = seal_enrol_code(kKey, kElm, PersonId("anna"), at(48h));
  EXPECT_TRUE(open_enrol_code(kKey, code, at(48h) - 1ms).has_value());
  EXPECT_FALSE(open_enrol_code(kKey, code, at(48h)).has_value());
}

TEST(EnrolCode, ATouchedOrForeignCodeOpensNothing) {
  const std::string code = seal_enrol_code(kKey, kElm, PersonId("anna"), at(48h));
  EXPECT_FALSE(open_enrol_code(kOtherKey, code, at(0h)).has_value());
  for (std::size_t i = 0; i < code.size() - 1; ++i) {
    std::string touched = code;
    touched[i] = touched[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(open_enrol_code(kKey, touched, at(0h)).has_value()) << i;
  }
  for (const std::string& nonsense :
       {std::string(), std::string("A"), code.substr(0, 40), code + code, std::string(2000, 'A'),
        std::string("code with blanks"), std::string("\xff\xfe")}) {
    EXPECT_FALSE(open_enrol_code(kKey, nonsense, at(0h)).has_value()) << nonsense;
  }
}

TEST(Secret, Is43CharactersAndNeverTheSame) {
  EXPECT_THAT(new_secret(), ::testing::MatchesRegex("[A-Za-z0-9_-]{43}"));
  EXPECT_NE(new_secret(), new_secret());
}

TEST(Secret, IsStoredAsAHashThatAnotherSecretDoesNotShare) {
  EXPECT_THAT(hash_of_secret("a"), ::testing::MatchesRegex("[0-9a-f]{64}"));
  EXPECT_EQ(hash_of_secret("a"), hash_of_secret("a"));
  EXPECT_NE(hash_of_secret("a"), hash_of_secret("b"));
}

}  // namespace
}  // namespace shouwang::app
