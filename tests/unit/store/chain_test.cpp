#include "store/chain.h"

#include <gtest/gtest.h>

#include "tests/contract/store_samples.h"

namespace shouwang::store {
namespace {

const dispatch::JournalEntry kStarted{.at = Instant{Millis{1'768'502'400'000}},
                                      .community = kElm,
                                      .actor = "gateway",
                                      .type = "started"};
const dispatch::JournalEntry kRaised{.at = Instant{Millis{1'768'502'400'001}},
                                     .community = kElm,
                                     .incident = IncidentId("i1"),
                                     .actor = "GA-1",
                                     .type = "raised",
                                     .facts = {{"place", "社区"}, {"", "x:1,"}}};

TEST(Chain, TheCanonicalFormIsARowOfNetstrings) {
  EXPECT_EQ(canonical(1, kStarted), "1:1,13:1768502400000,3:elm,0:,7:gateway,7:started,");
  EXPECT_EQ(canonical(20, kRaised),
            "2:20,13:1768502400001,3:elm,2:i1,4:GA-1,6:raised,5:place,6:社区,0:,4:x:1,,");
}

// Made with: python3 -c "import hashlib; h = hashlib.sha256(bytes(32) + b'1:1,...').digest(); ..."
TEST(Chain, TheHashesAreThoseOfAnIndependentProgram) {
  const ChainHead first = ChainHead{}.next(kStarted);
  EXPECT_EQ(first.number, 1U);
  EXPECT_EQ(to_hex(first.hash), "cbb8fadfa1b2704d03cd0ff9a94539fe0ea99323e98f2f22853dbdb70eb162c7");
  const ChainHead second = first.next(kRaised);
  EXPECT_EQ(second.number, 2U);
  EXPECT_EQ(to_hex(second.hash),
            "9372eae921686db40adf658925faaf97db2a285e3daa39dae1ffde6f9ce7fe38");
}

TEST(Chain, EveryPartOfALineMovesTheHash) {
  const ChainHead before;
  const Digest whole = before.next(kRaised).hash;
  const auto differs = [&](auto change) {
    dispatch::JournalEntry entry = kRaised;
    change(entry);
    return before.next(entry).hash != whole;
  };
  EXPECT_TRUE(differs([](auto& e) { e.at += Millis{1}; }));
  EXPECT_TRUE(differs([](auto& e) { e.community = kOak; }));
  EXPECT_TRUE(differs([](auto& e) { e.incident = IncidentId("i2"); }));
  EXPECT_TRUE(differs([](auto& e) { e.actor = "GA-2"; }));
  EXPECT_TRUE(differs([](auto& e) { e.type = "closed"; }));
  EXPECT_TRUE(differs([](auto& e) { e.facts.pop_back(); }));
  EXPECT_TRUE(differs([](auto& e) { std::swap(e.facts[0], e.facts[1]); }));
  // The same letters cut elsewhere.
  EXPECT_TRUE(differs([](auto& e) { e.facts[0] = {"plac", "e社区"}; }));
  EXPECT_NE((ChainHead{.number = 1}.next(kRaised).hash), whole);
}

TEST(Chain, OnlyThirtyTwoBytesAreADigest) {
  EXPECT_EQ(to_digest(std::string(32, '\0')), Digest{});
  EXPECT_EQ(to_digest(std::string(31, '\0')), std::nullopt);
  EXPECT_EQ(to_digest(std::string(33, '\0')), std::nullopt);
}

// Three lines, checked after `change` was made to them.
template <class Change>
ChainCheck check_three(Change change) {
  struct Line {
    std::uint64_t number;
    dispatch::JournalEntry entry;
    Digest hash;
  };
  std::vector<Line> lines;
  ChainHead head;
  for (const char* type : {"a", "b", "c"}) {
    head = head.next(entry(type));
    lines.push_back({head.number, entry(type), head.hash});
  }
  change(lines);
  ChainChecker checker;
  for (const Line& line : lines) checker.take(line.number, line.entry, line.hash);
  return checker.result();
}

TEST(Chain, AnUntouchedJournalHolds) {
  const ChainCheck check = check_three([](auto&) {});
  EXPECT_EQ(check.lines, 3U);
  EXPECT_EQ(check.broken_at, std::nullopt);
  EXPECT_EQ(check.head,
            to_hex(ChainHead{}.next(entry("a")).next(entry("b")).next(entry("c")).hash));
}

TEST(Chain, AChangedLineIsFound) {
  EXPECT_EQ(check_three([](auto& l) { l[1].entry.actor = "nobody"; }).broken_at, 2U);
}

TEST(Chain, AChangedHashIsFound) {
  EXPECT_EQ(check_three([](auto& l) { l[0].hash[5] ^= 1; }).broken_at, 1U);
}

TEST(Chain, AMissingLineIsFoundAtTheNext) {
  EXPECT_EQ(check_three([](auto& l) { l.erase(l.begin() + 1); }).broken_at, 3U);
  EXPECT_EQ(check_three([](auto& l) { l.erase(l.begin()); }).broken_at, 2U);
}

TEST(Chain, LinesInAnotherOrderAreFound) {
  EXPECT_EQ(check_three([](auto& l) { std::swap(l[1].entry, l[2].entry); }).broken_at, 2U);
}

TEST(Chain, ACutOffEndShowsOnlyInTheHead) {
  const ChainCheck cut = check_three([](auto& l) { l.pop_back(); });
  EXPECT_EQ(cut.broken_at, std::nullopt);
  EXPECT_NE(cut.head, check_three([](auto&) {}).head);
}

TEST(Chain, ALineThatCanNotBeReadBreaksIt) {
  ChainChecker checker;
  checker.take_unreadable(1);
  EXPECT_EQ(checker.result().broken_at, 1U);
  EXPECT_EQ(checker.result().lines, 1U);
}

}  // namespace
}  // namespace shouwang::store
