#include "app/session_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace shouwang::app {
namespace {

const Instant kSince = *parse_utc("2026-01-15T18:40:00Z");

class SessionFileTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove(path); }
  void TearDown() override { std::filesystem::remove(path); }

  const std::string path = ::testing::TempDir() + "board.sessions";
  const web::KeptSession desk{.hash = "9f",
                              .session = {.user = "desk1",
                                          .community = CommunityId("changshan"),
                                          .person = PersonId("OF01"),
                                          .role = household::Role::duty_a},
                              .since = kSince};
};

TEST_F(SessionFileTest, WhatIsWrittenComesBackAndOnlyTheServiceMayReadIt) {
  const SessionFile file(path);
  EXPECT_EQ(file.read(), std::vector<web::KeptSession>{}) << "there is none yet";
  file.write({desk, desk});
  EXPECT_EQ(file.read(), (std::vector<web::KeptSession>{desk, desk}));
  file.write({desk});
  EXPECT_EQ(file.read(), std::vector<web::KeptSession>{desk});
  struct stat state {};
  ASSERT_EQ(::stat(path.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777U, 0600U);
}

TEST_F(SessionFileTest, ADamagedFileCostsALogInAndNothingElse) {
  for (const char* text : {"", "[", "{}", "[1,{},null]", "[{\"hash\":\"9f\",\"role\":\"king\"}]",
                           "[{\"hash\":\"9f\",\"role\":\"duty_a\",\"since\":\"now\"}]"}) {
    std::ofstream(path) << text;
    EXPECT_EQ(SessionFile(path).read(), std::vector<web::KeptSession>{}) << text;
  }
}

TEST_F(SessionFileTest, AFolderThatIsGoneIsNoReasonToStop) {
  const SessionFile file("/nonexistent/board.sessions");
  file.write({desk});
  EXPECT_EQ(file.read(), std::vector<web::KeptSession>{});
}

}  // namespace
}  // namespace shouwang::app
