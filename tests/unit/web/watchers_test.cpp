#include "web/watchers.h"

#include <gmock/gmock.h>

#include "tests/support/fake_desk.h"

namespace shouwang::web {
namespace {

using ::testing::ElementsAre;
using testing::FakeDesk;

const CommunityId kSmall("small");
const PageRef kPage{kSmall, IncidentId("i1"), PersonId("R0001")};

class WatchersTest : public ::testing::Test {
 protected:
  std::shared_ptr<Feed> page() {
    return watchers.watch_page(kPage, [this]() -> std::optional<std::string> {
      ++rendered;
      return "card " + std::to_string(rendered);
    });
  }

  BoardEvents events() {
    return {.all = [] { return "all"; },
            .incidents =
                [this](const auto& ids) {
                  batches.push_back(ids.size());
                  return "rows";
                },
            .matters = [] { return "matters"; },
            .health = [] { return "health"; },
            .is_welcome = [this] { return welcome; },
            .gone = [this] { ++gone; }};
  }

  FakeDesk desk;
  Watchers watchers{desk};
  int rendered = 0;
  bool welcome = true;
  int gone = 0;
  std::vector<std::size_t> batches;
};

TEST_F(WatchersTest, AThousandChangesCostASlowWatcherOneCard) {
  const auto feed = page();
  EXPECT_EQ(feed->next(), "card 1");
  for (int i = 0; i < 1000; ++i) watchers.incidents_changed(kSmall, {kPage.incident});
  EXPECT_EQ(feed->next(), "card 2");
  EXPECT_EQ(feed->next(), "");
}

TEST_F(WatchersTest, OnlyWhoWatchesTheIncidentIsWoken) {
  const auto feed = page();
  feed->next();
  int woken = 0;
  feed->on_wake([&] { ++woken; });
  watchers.incidents_changed(kSmall, {IncidentId("i2")});
  watchers.incidents_changed(CommunityId("other"), {kPage.incident});
  EXPECT_EQ(woken, 0);
  watchers.incidents_changed(kSmall, {kPage.incident});
  EXPECT_EQ(woken, 1);
}

TEST_F(WatchersTest, NothingIsDoneWhenNobodyWatches) {
  page().reset();
  watchers.incidents_changed(kSmall, {kPage.incident});
  EXPECT_EQ(rendered, 0);
  EXPECT_EQ(desk.asked_for_cards, 0);
}

TEST_F(WatchersTest, ABoardGetsAtMostABatchAtATime) {
  const auto feed = watchers.watch_board(kSmall, events());
  EXPECT_EQ(feed->next(), "all");
  std::vector<IncidentId> many;
  for (int i = 0; i < 250; ++i) many.emplace_back("i" + std::to_string(i));
  watchers.incidents_changed(kSmall, many);
  watchers.incidents_changed(kSmall, many);
  while (!feed->next()->empty()) {
  }
  EXPECT_THAT(batches, ElementsAre(100, 100, 50));
}

TEST_F(WatchersTest, ABoardThatIsNotWelcomeAnyMoreEnds) {
  auto feed = watchers.watch_board(kSmall, events());
  feed->next();
  welcome = false;
  EXPECT_EQ(feed->next(), std::nullopt);
  feed.reset();
  EXPECT_EQ(gone, 1);
}

TEST_F(WatchersTest, AMessageGoesToEveryPageOfThePersonAndSaysWhetherThereIsOne) {
  const InboxLine line{.title = "报警"};
  const ParcelKey key("i1.1");
  EXPECT_FALSE(watchers.deliver_inbox(kSmall, PersonId("R0001"), key, line));
  const auto shown = [](const InboxLine& message) { return message.key.str() + message.title; };
  const auto feed = watchers.watch_inbox(kSmall, PersonId("R0001"), shown);
  feed->next();
  EXPECT_TRUE(watchers.deliver_inbox(kSmall, PersonId("R0001"), key, line));
  EXPECT_FALSE(watchers.deliver_inbox(kSmall, PersonId("R0002"), key, line));
  EXPECT_EQ(feed->next(), "i1.1报警");
}

TEST_F(WatchersTest, AnInboxThatFallsBehindFetchesTheListInstead) {
  const auto feed =
      watchers.watch_inbox(kSmall, PersonId("R0001"), [](const InboxLine&) { return "x"; });
  feed->next();
  for (std::size_t i = 0; i <= Watchers::kInboxQueue; ++i) {
    watchers.deliver_inbox(kSmall, PersonId("R0001"), ParcelKey("k"), {});
  }
  EXPECT_EQ(feed->next(), "event: list\ndata: {}\n\n");
  EXPECT_EQ(feed->next(), "");
}

TEST_F(WatchersTest, WhenTheServerStopsTheDeskIsLeftAlone) {
  auto feed = watchers.watch_inbox(kSmall, PersonId("R0001"), [](const InboxLine&) { return "x"; });
  watchers.stop();
  EXPECT_EQ(feed->next(), std::nullopt);
  feed.reset();
  EXPECT_THAT(desk.presence, ElementsAre("R0001 here"));
}

}  // namespace
}  // namespace shouwang::web
