#include "store/schema.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/unit/store/raw_sql.h"

namespace shouwang::store {
namespace {

class Schema : public ::testing::Test {
 protected:
  std::unique_ptr<Database> open() {
    auto opened = Database::open(path, {});
    EXPECT_TRUE(opened) << opened.error().what;
    return std::move(*opened);
  }
  testing::TempDir dir;
  const std::string path = dir / "test.db";
};

constexpr Migration kApples{1, "0001_apples", "CREATE TABLE apples (n); -- the first"};
constexpr Migration kPears{2, "0002_pears",
                           "CREATE TABLE pears (n); INSERT INTO pears VALUES (1);"};
constexpr Migration kBad{3, "0003_bad", "CREATE TABLE plums (n); INSERT INTO nowhere VALUES (1);"};

TEST_F(Schema, AnEmptyFileTakesEveryStep) {
  const Migration steps[] = {kApples, kPears};
  auto database = open();
  EXPECT_EQ(*schema_of(*database, steps), 0);
  ASSERT_TRUE(migrate(*database, steps));
  EXPECT_EQ(*schema_of(*database, steps), 2);
  RawSql sql(path);
  EXPECT_EQ(sql.ask("SELECT n FROM pears"), "1");
  EXPECT_EQ(sql.ask("SELECT group_concat(number || ' ' || name) FROM migrations"),
            "1 0001_apples,2 0002_pears");
  EXPECT_EQ(sql.ask("PRAGMA application_id"), std::to_string(kApplicationId));
}

TEST_F(Schema, AnOlderDatabaseTakesOnlyTheStepsItLacks) {
  const Migration steps[] = {kApples, kPears};
  ASSERT_TRUE(migrate(*open(), std::span(steps).first(1)));
  ASSERT_TRUE(migrate(*open(), steps));
  ASSERT_TRUE(migrate(*open(), steps));
  EXPECT_EQ(RawSql(path).ask("SELECT count(*) FROM pears"), "1");
}

TEST_F(Schema, AStepThatFailsIsUndoneAndTheStepsBeforeItStay) {
  const Migration steps[] = {kApples, kPears, kBad};
  const auto done = migrate(*open(), steps);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("nowhere"), std::string::npos) << done.error().what;
  RawSql sql(path);
  EXPECT_EQ(sql.ask("SELECT count(*) FROM sqlite_schema WHERE name = 'plums'"), "0");
  EXPECT_EQ(sql.ask("SELECT max(number) FROM migrations"), "2");
  EXPECT_EQ(sql.ask("PRAGMA user_version"), "2");
}

TEST_F(Schema, ADatabaseOfALaterReleaseIsRefusedWithTheRemedy) {
  const Migration steps[] = {kApples, kPears};
  ASSERT_TRUE(migrate(*open(), steps));
  const auto done = migrate(*open(), std::span(steps).first(1));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Error::Code::newer_schema);
  EXPECT_EQ(done.error().what,
            path +
                ": was written by a later release (schema 2, this one knows 1); install that "
                "release again, or restore a backup made before it");
}

TEST_F(Schema, ADatabaseOfAnotherProgramIsLeftAlone) {
  RawSql(path).run("CREATE TABLE theirs (n)");
  const Migration steps[] = {kApples};
  const auto done = migrate(*open(), steps);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Error::Code::invalid);
  EXPECT_EQ(RawSql(path).ask("SELECT count(*) FROM sqlite_schema"), "1");
}

TEST_F(Schema, TheMigrationsOfThisReleaseAreNumberedWithoutGaps) {
  int number = 0;
  for (const Migration& step : migrations()) {
    EXPECT_EQ(step.number, ++number);
    EXPECT_EQ(step.name.substr(0, 4), (number < 10 ? "000" : "00") + std::to_string(number));
  }
  EXPECT_GE(number, 1);
}

}  // namespace
}  // namespace shouwang::store
