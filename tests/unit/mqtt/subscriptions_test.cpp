#include "mqtt/subscriptions.h"

#include <gtest/gtest.h>

namespace shouwang::mqtt {
namespace {

class SubscriptionsTest : public ::testing::Test {
 protected:
  Subscriptions subscriptions{{"a/#", "b/#"}, {{.text = "pulse", .qos = 0}}};
};

TEST_F(SubscriptionsTest, AConnectionAsksForWhatIsWantedAndForOurOwn) {
  EXPECT_EQ(subscriptions.begin(), (std::vector<Filter>{{"a/#", 1}, {"b/#", 1}, {"pulse", 0}}));
}

TEST_F(SubscriptionsTest, ItIsCompleteOnlyWhenEveryFilterIsAnswered) {
  subscriptions.begin();
  subscriptions.answered("a/#", true, 1);
  subscriptions.answered("pulse", true, 0);
  EXPECT_FALSE(subscriptions.is_complete());
  subscriptions.answered("b/#", true, 1);
  EXPECT_TRUE(subscriptions.is_complete());
  EXPECT_EQ(subscriptions.trouble(), "");
}

TEST_F(SubscriptionsTest, ARefusalIsAnAnswerAndATrouble) {
  subscriptions.begin();
  subscriptions.answered("a/#", false, 0x87);
  subscriptions.answered("b/#", true, 1);
  subscriptions.answered("pulse", true, 0);
  EXPECT_TRUE(subscriptions.is_complete());
  EXPECT_EQ(subscriptions.trouble(),
            "The broker refused the subscription to 'a/#' (not authorised).");
}

TEST_F(SubscriptionsTest, ABrokerMayKeepItsFiguresToItself) {
  Subscriptions with_figures({"a/#"}, {{.text = "$SYS/broker/uptime", .qos = 0}});
  with_figures.begin();
  with_figures.answered("a/#", true, 1);
  with_figures.answered("$SYS/broker/uptime", false, 0x87);
  EXPECT_TRUE(with_figures.is_complete());
  EXPECT_EQ(with_figures.trouble(), "");
}

TEST_F(SubscriptionsTest, AChangeNamesWhatIsGoneAndAsksForTheRestAgain) {
  subscriptions.begin();
  subscriptions.want({"b/#", "c/#"});
  EXPECT_TRUE(subscriptions.is_outdated());
  EXPECT_EQ(subscriptions.renew(),
            (Subscriptions::Change{.gone = {"a/#"}, .asked = {{"b/#", 1}, {"c/#", 1}}}));
  EXPECT_FALSE(subscriptions.is_outdated());
  EXPECT_FALSE(subscriptions.is_complete());
}

TEST_F(SubscriptionsTest, AnAnswerToAFilterThatIsGoneMeansNothing) {
  subscriptions.begin();
  subscriptions.want({});
  subscriptions.renew();
  subscriptions.answered("a/#", false, 0x80);
  EXPECT_EQ(subscriptions.trouble(), "");
  subscriptions.answered("pulse", true, 0);
  EXPECT_TRUE(subscriptions.is_complete());
}

TEST_F(SubscriptionsTest, ANewConnectionStartsWithoutTheAnswersOfTheLast) {
  subscriptions.begin();
  for (const char* filter : {"a/#", "b/#", "pulse"}) subscriptions.answered(filter, true, 0);
  EXPECT_TRUE(subscriptions.is_complete());
  subscriptions.begin();
  EXPECT_FALSE(subscriptions.is_complete());
}

TEST_F(SubscriptionsTest, AFilterThatIsNamedTwiceIsAnsweredOnce) {
  Subscriptions twice({"a/#", "a/#"}, {});
  twice.begin();
  twice.answered("a/#", true, 1);
  EXPECT_TRUE(twice.is_complete());
}

}  // namespace
}  // namespace shouwang::mqtt
