#include "web/sessions.h"

#include <gtest/gtest.h>

#include "web/allowance.h"
#include "web/secret.h"

namespace shouwang::web {
namespace {

using namespace std::chrono_literals;

const Instant kStart = *parse_utc("2026-01-15T18:40:00Z");
const Sessions::Terms kTerms{.idle = 1h, .life = 13h, .most = 2};

Session session(const char* user) {
  return {.user = user, .community = CommunityId("small"), .person = PersonId("OF01")};
}

TEST(Sessions, OnlyTheSecretOpensASession) {
  Sessions sessions(kTerms);
  sessions.open("right", session("desk1"), kStart);
  ASSERT_NE(sessions.find("right", kStart), nullptr);
  EXPECT_EQ(sessions.find("right", kStart)->session.user, "desk1");
  EXPECT_EQ(sessions.find("wrong", kStart), nullptr);
  EXPECT_EQ(sessions.find("", kStart), nullptr);
}

TEST(Sessions, ASessionEndsWhenNobodyUsesIt) {
  Sessions sessions(kTerms);
  sessions.open("s", session("desk1"), kStart);
  EXPECT_NE(sessions.find("s", kStart + 59min), nullptr);
  EXPECT_NE(sessions.find("s", kStart + 118min), nullptr);
  EXPECT_EQ(sessions.find("s", kStart + 178min), nullptr);
}

TEST(Sessions, ARestartLogsNobodyOut) {
  std::vector<KeptSession> kept;
  Sessions before(kTerms, [&kept](const auto& all) { kept = all; });
  before.open("s", session("desk1"), kStart);
  before.open("t", session("desk2"), kStart);
  before.close("t");
  const std::string csrf = before.find("s", kStart)->csrf;
  Sessions after(kTerms);
  after.restore(kept, kStart + 12h);
  const auto* found = after.find("s", kStart + 12h + 59min);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->session, session("desk1"));
  EXPECT_EQ(found->csrf, csrf) << "the page that is open goes on working";
  EXPECT_EQ(after.find("t", kStart + 12h), nullptr);
  EXPECT_EQ(after.find("s", kStart + 13h), nullptr) << "the shift ends when it would have ended";
}

TEST(Sessions, WhatIsOverOrFromTheFutureOrTooMuchIsNotRestored) {
  const auto kept = [](const char* hash, Instant since) {
    return KeptSession{.hash = hash, .session = session("desk1"), .since = since};
  };
  Sessions sessions(kTerms);
  sessions.restore({kept("a", kStart - 13h), kept("b", kStart + 1ms), kept("c", kStart),
                    kept("d", kStart), kept("e", kStart)},
                   kStart);
  EXPECT_EQ(sessions.size(), 2U);
}

TEST(Sessions, ALiveBoardKeepsItsSessionInUse) {
  Sessions sessions(kTerms);
  sessions.open("s", session("desk1"), kStart);
  sessions.find("s", kStart)->boards = 1;
  EXPECT_NE(sessions.find("s", kStart + 12h), nullptr);
}

TEST(Sessions, NoSessionOutlivesAShiftAndItsOverlap) {
  Sessions sessions(kTerms);
  sessions.open("s", session("desk1"), kStart);
  sessions.find("s", kStart)->boards = 1;
  EXPECT_EQ(sessions.find("s", kStart + 13h), nullptr);
}

TEST(Sessions, OneMoreThanFitEndsTheOneUsedLongestAgo) {
  Sessions sessions(kTerms);
  sessions.open("a", session("a"), kStart);
  sessions.open("b", session("b"), kStart + 1s);
  sessions.find("a", kStart + 2s);
  sessions.open("c", session("c"), kStart + 3s);
  EXPECT_EQ(sessions.size(), 2U);
  EXPECT_NE(sessions.find("a", kStart + 4s), nullptr);
  EXPECT_EQ(sessions.find("b", kStart + 4s), nullptr);
}

TEST(Sessions, EachSessionHasAFormTokenThatIsNotItsSecret) {
  Sessions sessions(kTerms);
  sessions.open("a", session("a"), kStart);
  sessions.open("b", session("b"), kStart);
  const std::string a = sessions.find("a", kStart)->csrf;
  EXPECT_NE(a, "a");
  EXPECT_NE(a, sessions.find("b", kStart)->csrf);
}

TEST(Allowance, ABurstIsAllowedAndThenOneAtATime) {
  Allowance allowance({.burst = 3, .refill = 10s});
  EXPECT_EQ(allowance.take("a", kStart), std::nullopt);
  EXPECT_EQ(allowance.take("a", kStart), std::nullopt);
  EXPECT_EQ(allowance.take("a", kStart), std::nullopt);
  EXPECT_EQ(allowance.take("a", kStart), Millis{10s});
  EXPECT_EQ(allowance.take("a", kStart + 4s), Millis{6s});
  EXPECT_EQ(allowance.take("a", kStart + 10s), std::nullopt);
  EXPECT_EQ(allowance.take("a", kStart + 10s), Millis{10s});
}

TEST(Allowance, EveryKeyHasItsOwn) {
  Allowance allowance({.burst = 1, .refill = 10s});
  EXPECT_EQ(allowance.take("a", kStart), std::nullopt);
  EXPECT_EQ(allowance.take("b", kStart), std::nullopt);
  EXPECT_NE(allowance.take("a", kStart), std::nullopt);
}

TEST(Allowance, AForgivenKeyStartsAnew) {
  Allowance allowance({.burst = 1, .refill = 10s});
  allowance.take("a", kStart);
  allowance.forgive("a");
  EXPECT_EQ(allowance.take("a", kStart), std::nullopt);
}

TEST(Allowance, AFloodOfKeysSharesOneAllowanceAndTakesNoMoreMemory) {
  Allowance allowance({.burst = 1, .refill = 10s, .keys_max = 2});
  allowance.take("a", kStart);
  allowance.take("b", kStart);
  EXPECT_EQ(allowance.take("c", kStart), std::nullopt);
  EXPECT_NE(allowance.take("d", kStart), std::nullopt);
  EXPECT_EQ(allowance.keys(), 3U);
  EXPECT_EQ(allowance.take("d", kStart + 10s), std::nullopt);
  EXPECT_LE(allowance.keys(), 3U);
}

TEST(Secret, TwoSecretsAreNeverTheSameAndLongEnough) {
  const std::string a = random_secret();
  EXPECT_EQ(a.size(), 43U);
  EXPECT_NE(a, random_secret());
  EXPECT_EQ(a.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
}

TEST(Secret, AHashDependsOnSecretAndPurpose) {
  EXPECT_EQ(hash_of("a", "x"), hash_of("a", "x"));
  EXPECT_NE(hash_of("a", "x"), hash_of("b", "x"));
  EXPECT_NE(hash_of("a", "x"), hash_of("a", "y"));
  EXPECT_NE(hash_of("yb", "a"), hash_of("b", "ay"));
}

TEST(Secret, OnlyEqualTextsAreTheSame) {
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "ab"));
}

// sha256("") as every tool prints it.
TEST(Secret, ThePolicyHashIsSha256InBase64) {
  EXPECT_EQ(policy_hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

}  // namespace
}  // namespace shouwang::web
