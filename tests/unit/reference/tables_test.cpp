// The golden values of the requirements: whoever changes the reference community notices here.

#include "tools/reference/tables.h"

#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace shouwang::reference {
namespace {

using Golden = std::map<std::string, std::pair<std::size_t, std::string>>;

Golden golden_of(Profile profile) {
  Golden golden;
  for (const Table& table : tables(figures(profile))) {
    golden[table.name] = {table.rows.size(), table.hash()};
  }
  return golden;
}

TEST(ReferenceTables, HaveTheGoldenHashesWith18PercentElders) {
  EXPECT_EQ(golden_of(Profile::e18), (Golden{{"households", {3100, "49171418af60fb5e"}},
                                             {"heads", {55, "c8e8858fca12c472"}},
                                             {"neighbours", {161, "479fc28d7b84a5f2"}},
                                             {"devices", {1125, "377b8f6d473fbe5b"}},
                                             {"relatives", {1836, "5c1856b50d431666"}},
                                             {"rota", {1095, "cd7ae698ae8a8230"}}}));
}

TEST(ReferenceTables, HaveTheGoldenHashesWith62PercentElders) {
  EXPECT_EQ(golden_of(Profile::e62), (Golden{{"households", {3100, "b09470c12c71fe51"}},
                                             {"heads", {55, "48b1fd584c9c4a56"}},
                                             {"neighbours", {161, "479fc28d7b84a5f2"}},
                                             {"devices", {1125, "377b8f6d473fbe5b"}},
                                             {"relatives", {1836, "5c1856b50d431666"}},
                                             {"rota", {1095, "cd7ae698ae8a8230"}}}));
}

TEST(ReferenceTables, ReadLikeTheRequirements) {
  const auto all = tables(figures(Profile::e18));
  EXPECT_EQ(all[0].rows[0], "B01-U1-101,G01,B01,B01-U1,1,1,1,1,1,0");
  EXPECT_EQ(all[0].rows[3099], "G10-X202,G10,,,,,2,0,0,0");
  EXPECT_EQ(all[1].rows[16], "unit,B05-U1,B05-U1-103");
  EXPECT_EQ(all[5].rows[42], "15,0,OF03,OF08");
}

TEST(ReferenceDuty, NeverPutsOnePersonOnBothPostsNorTwiceInARow) {
  Duty before = duty(0, 0);
  for (int i = 1; i < 3 * 800; ++i) {
    const Duty on = duty(i / 3, i % 3);
    ASSERT_NE(on.a, on.b);
    ASSERT_TRUE(on.a != before.a && on.a != before.b && on.b != before.a && on.b != before.b);
    before = on;
  }
}

}  // namespace
}  // namespace shouwang::reference
