#include "tests/support/fake_link.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/contract/link_contract.h"

namespace shouwang::testing {
namespace {

class FakeWorld {
 public:
  mqtt::Link& link(mqtt::LinkSettings settings, mqtt::Link::Handlers handlers) {
    link_ = std::make_unique<FakeLink>(std::move(settings), std::move(handlers));
    for (const auto& [topic, payload] : before_) link_->arrive(topic, payload, true);
    return *link_;
  }
  void publish(const std::string& topic, const std::string& payload, bool retain) {
    if (link_ == nullptr) {
      before_.emplace_back(topic, payload);
    } else {
      link_->arrive(topic, payload, retain);
    }
  }
  void go_down() { link_->go_down(); }
  void come_up() { link_->come_up(); }
  void lose_session() { link_->lose_session(); }
  std::optional<std::string> retained(const std::string& topic) {
    const auto place = link_->retained().find(topic);
    if (place == link_->retained().end()) return std::nullopt;
    return place->second;
  }
  template <class Condition>
  bool eventually(Condition condition) {
    return condition();
  }
  bool settled() { return true; }

 private:
  std::unique_ptr<FakeLink> link_;
  std::vector<std::pair<std::string, std::string>> before_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Fake, LinkContract, FakeWorld);

TEST(TopicFilter, MatchesAsTheStandardSays) {
  EXPECT_TRUE(matches("a/b", "a/b"));
  EXPECT_TRUE(matches("a/+", "a/b"));
  EXPECT_TRUE(matches("a/+", "a/"));
  EXPECT_TRUE(matches("+/+", "/b"));
  EXPECT_TRUE(matches("a/#", "a"));
  EXPECT_TRUE(matches("a/#", "a/b/c"));
  EXPECT_TRUE(matches("#", "a/b/c"));
  EXPECT_TRUE(matches("$SYS/#", "$SYS/broker"));
  EXPECT_FALSE(matches("a/+", "a"));
  EXPECT_FALSE(matches("a/+", "a/b/c"));
  EXPECT_FALSE(matches("a/b", "a/b/c"));
  EXPECT_FALSE(matches("a/b/c", "a/b"));
  EXPECT_FALSE(matches("+", "/b"));
  EXPECT_FALSE(matches("#", "$SYS/broker"));
  EXPECT_FALSE(matches("+/broker", "$SYS/broker"));
}

class FakeLinkTest : public ::testing::Test {
 protected:
  Listener listener;
  FakeLink link{{.subscriptions = {"#"}}, listener.handlers()};
};

TEST_F(FakeLinkTest, ADuplicateComesTwice) {
  link.start();
  link.duplicate_next(1);
  link.arrive("GA-1", "alarm");
  link.arrive("GA-1", "normal");
  EXPECT_EQ(listener.heard(),
            (std::vector<Received>{{"GA-1", "alarm"}, {"GA-1", "alarm"}, {"GA-1", "normal"}}));
}

TEST_F(FakeLinkTest, HeldMessagesComeInAnotherOrderAndNoneIsLost) {
  link.start();
  link.hold();
  for (const char* payload : {"1", "2", "3", "4", "5"}) link.arrive("GA-1", payload);
  EXPECT_TRUE(listener.heard().empty());
  link.release_shuffled(42);
  auto heard = listener.heard();
  EXPECT_NE(heard, (std::vector<Received>{
                       {"GA-1", "1"}, {"GA-1", "2"}, {"GA-1", "3"}, {"GA-1", "4"}, {"GA-1", "5"}}));
  std::sort(heard.begin(), heard.end(),
            [](const Received& a, const Received& b) { return a.payload < b.payload; });
  EXPECT_EQ(heard, (std::vector<Received>{
                       {"GA-1", "1"}, {"GA-1", "2"}, {"GA-1", "3"}, {"GA-1", "4"}, {"GA-1", "5"}}));
}

}  // namespace
}  // namespace shouwang::testing
