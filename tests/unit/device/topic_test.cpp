#include "device/topic.h"

#include <gtest/gtest.h>

namespace shouwang::device {
namespace {

std::string why_not(std::string_view pattern) {
  const auto parsed = parse_pattern(pattern);
  return parsed ? "" : parsed.error().what;
}

TEST(TopicPattern, HasLiteralsWildcardsAndCaptures) {
  const auto pattern = parse_pattern("a//+/{device}/{name:gas-*}");
  ASSERT_TRUE(pattern);
  const TopicPattern expected{.levels = {{.text = "a"},
                                         {},
                                         {.is_open = true},
                                         {.name = "device", .is_open = true},
                                         {.text = "gas-*", .name = "name", .is_open = true}}};
  EXPECT_EQ(*pattern, expected);
  EXPECT_EQ(filter_of(*pattern), "a//+/+/+");
}

TEST(TopicPattern, RefusesWhatCanNotBeMatched) {
  EXPECT_EQ(why_not(""), "a topic has at least one character");
  EXPECT_EQ(why_not("a/b{device}"),
            "level `b{device}` is neither plain text nor + nor {name}; a level can not be mixed");
  EXPECT_EQ(why_not("a/#"),
            "level `#` is neither plain text nor + nor {name}; a level can not be mixed");
  EXPECT_EQ(why_not("a/{Device}"), "level `{Device}` needs a name of a-z, 0-9 and _ in its braces");
  EXPECT_EQ(why_not("a/{device:}"), "level `{device:}` has nothing after the colon");
  EXPECT_EQ(why_not("{a}/{a}"), "{a} stands twice");
  EXPECT_EQ(why_not("\xFF"), "a topic is UTF-8 without NUL");
  EXPECT_EQ(why_not("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"), "a topic has at most 16 levels");
}

TEST(TopicPattern, MayNameTheDeviceByTwoLevels) { EXPECT_EQ(why_not("z/{device}/{device}"), ""); }

TEST(Fits, StarsStandForAnyRunOfCharacters) {
  EXPECT_TRUE(fits("*gas*", "kitchen_gas"));
  EXPECT_TRUE(fits("*gas*", "gas"));
  EXPECT_TRUE(fits("a*b*c", "aXbbYc"));
  EXPECT_TRUE(fits("*", ""));
  EXPECT_FALSE(fits("gas-*", "gas"));
  EXPECT_FALSE(fits("*gas", "gasket"));
  EXPECT_FALSE(fits("gas", "GAS"));
  EXPECT_FALSE(fits("a*b", "acbd"));
}

TEST(Filter, MatchesAsMqttDoes) {
  EXPECT_TRUE(filter_matches("a/+/c", "a/b/c"));
  EXPECT_TRUE(filter_matches("a/#", "a"));
  EXPECT_TRUE(filter_matches("a/#", "a/b/c"));
  EXPECT_TRUE(filter_matches("+/x", "/x"));
  EXPECT_TRUE(filter_matches("/+", "/"));
  EXPECT_FALSE(filter_matches("a/+", "a"));
  EXPECT_FALSE(filter_matches("a/+", "a/b/c"));
  EXPECT_FALSE(filter_matches("#", "$SYS/broker"));
  EXPECT_FALSE(filter_matches("+/broker", "$SYS/broker"));
  EXPECT_TRUE(filter_matches("$SYS/#", "$SYS/broker"));
}

TEST(Filter, RefusesWildcardsInTheWrongPlace) {
  EXPECT_TRUE(check_filter("a/+/#"));
  EXPECT_EQ(check_filter("a/#/b").error().what, "# is only allowed as the last level");
  EXPECT_EQ(check_filter("a/b+").error().what,
            "+ and # stand alone in their level; braces are not used");
  EXPECT_EQ(check_filter("").error().what, "a filter has at least one character");
}

TEST(Subscriptions, LeaveOutWhatAnotherFilterBrings) {
  EXPECT_EQ(minimal({"tele/+/SENSOR", "tele/x/SENSOR", "+/+/SENSOR", "tele/+/SENSOR", "b"}),
            (std::vector<std::string>{"+/+/SENSOR", "b"}));
}

TEST(Subscriptions, KeepHiddenTopicsThatAWildcardDoesNotBring) {
  EXPECT_EQ(minimal({"+/up", "$oc/up", "#"}), (std::vector<std::string>{"#", "$oc/up"}));
}

}  // namespace
}  // namespace shouwang::device
