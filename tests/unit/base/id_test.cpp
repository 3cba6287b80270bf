#include "base/id.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <type_traits>
#include <unordered_set>

namespace shouwang {
namespace {

TEST(Id, KindsOfIdsDoNotMix) {
  EXPECT_FALSE((std::is_convertible_v<PersonId, PostId>));
  EXPECT_FALSE((std::is_constructible_v<PersonId, PostId>));
  EXPECT_FALSE((std::is_convertible_v<std::string, PersonId>));
  EXPECT_FALSE((std::is_convertible_v<const char*, PersonId>));
}

TEST(Id, IsTheTextItWasMadeOf) {
  EXPECT_EQ(PersonId("R0786").str(), "R0786");
  EXPECT_EQ(PersonId(std::string_view("R0786")), PersonId(std::string("R0786")));
  EXPECT_TRUE(PersonId().empty());
  EXPECT_FALSE(PersonId("R").empty());
}

TEST(Id, ComparesByItsBytes) {
  EXPECT_LT(PersonId("B"), PersonId("a"));
  EXPECT_LT(PersonId("R1"), PersonId("R10"));
  EXPECT_LT(PersonId("z"), PersonId("社"));
  EXPECT_EQ(PersonId("R1") <=> PersonId("R1"), std::strong_ordering::equal);
  EXPECT_NE(PersonId("R1"), PersonId("R2"));
}

TEST(Id, StandsInSetsAndStreams) {
  EXPECT_EQ((std::set{PostId("b"), PostId("a"), PostId("b")}.size()), 2U);
  EXPECT_TRUE((std::unordered_set{PostId("a")}.contains(PostId("a"))));
  std::ostringstream out;
  out << HouseholdId("B05-U4-302");
  EXPECT_EQ(out.str(), "B05-U4-302");
}

}  // namespace
}  // namespace shouwang
