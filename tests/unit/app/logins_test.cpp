#include "app/logins.h"

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <optional>

#include "tests/support/expect_result.h"

namespace shouwang::app {
namespace {

using household::Role;

const std::string kPassword = "correct horse battery";

const std::string& hash() {
  static const std::string made = hash_password(kPassword).value();
  return made;
}

store::User user(const char* name, Role role = Role::duty_a, const char* person = "of1") {
  return {.name = name,
          .password_hash = hash(),
          .role = role,
          .person = PersonId(person),
          .community = CommunityId("elm")};
}

class LoginsTest : public ::testing::Test {
 protected:
  LoginsTest() { logins.set_users({user("desk1"), user("guest", Role::viewer, "")}); }

  Logins::Outcome check(const std::string& name, const std::string& password) {
    std::optional<Logins::Outcome> outcome;
    // The answer comes on the loop, never from inside the call.
    auto keep = boost::asio::make_work_guard(loop);
    logins.check(name, password, [&](Logins::Outcome said) {
      outcome = std::move(said);
      keep.reset();
    });
    EXPECT_FALSE(outcome.has_value());
    loop.restart();
    loop.run();
    return outcome.value();
  }
  bool is_refused(const std::string& name, const std::string& password) {
    const auto outcome = check(name, password);
    const auto* refused = std::get_if<web::LoginRefused>(&outcome);
    return refused != nullptr && refused->why == web::LoginRefused::Why::wrong;
  }

  boost::asio::io_context loop;
  Logins logins{loop};
};

TEST(Password, IsStoredAsArgon2idAndNeverTwiceTheSame) {
  EXPECT_TRUE(hash().starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << hash();
  EXPECT_NE(hash_password(kPassword).value(), hash());
  EXPECT_EQ(hash().find(kPassword), std::string::npos);
}

TEST(Password, HasTenCharactersAtLeastWhateverTheAlphabet) {
  EXPECT_CODE(hash_password("123456789"), Error::Code::invalid);
  EXPECT_CODE(hash_password("守望守望守望守望守"), Error::Code::invalid);
  EXPECT_DONE(hash_password("守望守望守望守望守望"));
  EXPECT_CODE(hash_password(std::string(201, 'a')), Error::Code::invalid);
}

TEST_F(LoginsTest, TheRightPasswordOpensASessionInThePersonsName) {
  const auto outcome = check("desk1", kPassword);
  const auto* session = std::get_if<web::Session>(&outcome);
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->user, "desk1");
  EXPECT_EQ(session->person, PersonId("of1"));
  EXPECT_EQ(session->role, Role::duty_a);
  EXPECT_EQ(session->community, CommunityId("elm"));
  EXPECT_TRUE(logins.stands(*session));
}

TEST_F(LoginsTest, AWrongPasswordAnUnknownNameAndADisabledUserAreRefusedAlike) {
  store::User disabled = user("old");
  disabled.disabled = true;
  logins.set_users({user("desk1"), disabled});
  EXPECT_TRUE(is_refused("desk1", "correct horse batterx"));
  EXPECT_TRUE(is_refused("desk1", ""));
  EXPECT_TRUE(is_refused("nobody", kPassword));
  EXPECT_TRUE(is_refused("old", kPassword));
  EXPECT_TRUE(is_refused("desk1", kPassword + std::string(1, '\0') + "x"));
}

TEST_F(LoginsTest, ASessionEndsWhenItsUserIsDisabledRemovedOrChanged) {
  const auto session = std::get<web::Session>(check("desk1", kPassword));
  store::User changed = user("desk1", Role::director);
  logins.set_users({changed});
  EXPECT_FALSE(logins.stands(session)) << "another role";
  changed = user("desk1", Role::duty_a, "of2");
  logins.set_users({changed});
  EXPECT_FALSE(logins.stands(session)) << "another person";
  changed = user("desk1");
  changed.community = CommunityId("oak");
  logins.set_users({changed});
  EXPECT_FALSE(logins.stands(session)) << "another community";
  changed = user("desk1");
  changed.disabled = true;
  logins.set_users({changed});
  EXPECT_FALSE(logins.stands(session)) << "disabled";
  logins.set_users({});
  EXPECT_FALSE(logins.stands(session)) << "removed";
  logins.set_users({user("desk1")});
  EXPECT_TRUE(logins.stands(session));
}

TEST_F(LoginsTest, AUserWhoIsRemovedWhileThePasswordIsCheckedDoesNotGetIn) {
  std::optional<Logins::Outcome> outcome;
  auto keep = boost::asio::make_work_guard(loop);
  logins.check("desk1", kPassword, [&](Logins::Outcome said) {
    outcome = std::move(said);
    keep.reset();
  });
  logins.set_users({});
  loop.run();
  EXPECT_TRUE(std::holds_alternative<web::LoginRefused>(outcome.value()));
}

TEST_F(LoginsTest, AUserWhoIsDisabledWhileThePasswordIsCheckedDoesNotGetIn) {
  std::optional<Logins::Outcome> outcome;
  auto keep = boost::asio::make_work_guard(loop);
  logins.check("desk1", kPassword, [&](Logins::Outcome said) {
    outcome = std::move(said);
    keep.reset();
  });
  store::User disabled = user("desk1");
  disabled.disabled = true;
  logins.set_users({disabled});
  loop.run();
  EXPECT_TRUE(std::holds_alternative<web::LoginRefused>(outcome.value()));
}

}  // namespace
}  // namespace shouwang::app
