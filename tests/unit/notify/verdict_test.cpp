#include "notify/http/verdict.h"

#include <gtest/gtest.h>

namespace shouwang::notify {
namespace {

using namespace std::chrono_literals;
using dispatch::Receipt;
using Kind = Receipt::Kind;

Receipt judged(const ChannelSettings::Success& success, HttpAnswer answer) {
  return Judge(success).judge(answer, Redactor({"s3cr3t"}));
}

const ChannelSettings::Success kByStatus;
const ChannelSettings::Success kByCode{
    .pointer = "/errcode", .equals = {"0"}, .never = {"93000", "310000"}};

TEST(Judge, AStatusInsideTheRangeIsTaken) {
  for (const int status : {200, 201, 204, 299}) {
    EXPECT_EQ(judged(kByStatus, {.status = status}).kind, Kind::accepted) << status;
  }
}

TEST(Judge, WhatPassesByItselfIsTriedAgain) {
  for (const int status : {301, 302, 408, 425, 429, 500, 502, 503, 504}) {
    EXPECT_EQ(judged(kByStatus, {.status = status}).kind, Kind::retry) << status;
  }
}

TEST(Judge, ARefusalIsNotTriedAgain) {
  for (const int status : {400, 401, 403, 404, 410, 413}) {
    EXPECT_EQ(judged(kByStatus, {.status = status}).kind, Kind::never) << status;
  }
}

TEST(Judge, TheProvidersWishToWaitIsPassedOn) {
  const auto receipt = judged(kByStatus, {.status = 429, .retry_after = 30s});
  EXPECT_EQ(receipt.kind, Kind::retry);
  EXPECT_EQ(receipt.retry_after, 30s);
}

TEST(Judge, A200ThatMeansNoIsAFailure) {
  EXPECT_EQ(judged(kByCode, {.status = 200, .body = R"({"errcode":0,"errmsg":"ok"})"}).kind,
            Kind::accepted);
  const auto limited = judged(
      kByCode, {.status = 200, .body = R"({"errcode":45009,"errmsg":"api freq out of limit"})"});
  EXPECT_EQ(limited.kind, Kind::retry);
  EXPECT_EQ(limited.error, R"(HTTP 200: {"errcode":45009,"errmsg":"api freq out of limit"})");
  EXPECT_EQ(judged(kByCode, {.status = 200, .body = R"({"errcode":93000})"}).kind, Kind::never);
}

TEST(Judge, A200WithoutTheValueIsNotBelieved) {
  for (const char* body : {"", "ok", "<html>log in</html>", "{}", R"({"errcode":null})",
                           R"({"errcode":"0"})", "[0]"}) {
    EXPECT_EQ(judged(kByCode, {.status = 200, .body = body}).kind, Kind::retry) << body;
  }
}

TEST(Judge, ANeverValueIsBelievedWhateverTheStatus) {
  EXPECT_EQ(judged(kByCode, {.status = 500, .body = R"({"errcode":310000})"}).kind, Kind::never);
}

TEST(Judge, ARightValueWithAWrongStatusIsNoSuccess) {
  EXPECT_EQ(judged(kByCode, {.status = 500, .body = R"({"errcode":0})"}).kind, Kind::retry);
  EXPECT_EQ(judged(kByCode, {.status = 403, .body = R"({"errcode":0})"}).kind, Kind::never);
}

TEST(Judge, ComparesJsonValuesNotTheirSpelling) {
  const ChannelSettings::Success success{.pointer = "/data/0/state", .equals = {R"("OK")", "true"}};
  EXPECT_EQ(judged(success, {.status = 200, .body = R"({ "data": [ {"state": "OK"} ] })"}).kind,
            Kind::accepted);
  EXPECT_EQ(judged(success, {.status = 200, .body = R"({"data":[{"state":true}]})"}).kind,
            Kind::accepted);
  EXPECT_EQ(judged(success, {.status = 200, .body = R"({"data":[{"state":"ok"}]})"}).kind,
            Kind::retry);
}

TEST(Judge, NoAnswerIsTriedAgain) {
  const auto receipt = Judge(kByStatus).judge(
      fail(Error::Code::timed_out, "https://a.example/?key=s3cr3t timed out"),
      Redactor({"s3cr3t"}));
  EXPECT_EQ(receipt.kind, Kind::retry);
  EXPECT_EQ(receipt.error, "https://a.example/?key=*** timed out");
}

TEST(Judge, OnlyWhatWasSentMayHaveArrived) {
  const auto maybe_arrived = [](Error::Code code) {
    return Judge(kByStatus).judge(fail(code, "no answer"), Redactor({"s3cr3t"})).maybe_arrived;
  };
  EXPECT_TRUE(maybe_arrived(Error::Code::timed_out));
  EXPECT_TRUE(maybe_arrived(Error::Code::io));
  EXPECT_FALSE(maybe_arrived(Error::Code::unavailable));
  EXPECT_FALSE(judged(kByStatus, {.status = 500}).maybe_arrived);
}

TEST(Judge, TheErrorTextIsShortAndHasNoSecret) {
  const auto receipt =
      judged(kByStatus, {.status = 400, .body = "bad key s3cr3t " + std::string(5'000, 'x')});
  EXPECT_TRUE(receipt.error.starts_with("HTTP 400: bad key *** xxx"));
  EXPECT_LE(receipt.error.size(), 140U);
}

// Found by tools/fuzz reply.
TEST(Judge, ALongPointerAndOneWithTheSecretAreCutAndStarredOutInTheError) {
  const ChannelSettings::Success success{.pointer = "/s3cr3t/" + std::string(300, 'p'),
                                         .equals = {"0"}};
  const auto receipt = judged(success, {.status = 200, .body = "{}"});
  EXPECT_TRUE(receipt.error.starts_with("HTTP 200: {} (no value at /***/ppp")) << receipt.error;
  EXPECT_LE(receipt.error.size(), 200U);
}

TEST(Judge, NamesFaultyRules) {
  std::vector<std::string> fields;
  for (const auto& fault : Judge::faults({.status_min = 300,
                           .status_max = 200,
                           .pointer = "code",
                           .equals = {"ok"},
                           .never = {"{"}})) {
    fields.push_back(fault.field);
  }
  EXPECT_EQ(fields, (std::vector<std::string>{"success.status", "success.equals", "success.never",
                                              "success.pointer"}));
  EXPECT_EQ(Judge::faults({.equals = {"0"}}).front().field, "success.pointer");
  EXPECT_EQ(Judge::faults({.pointer = "/code"}).front().field, "success.equals");
  EXPECT_EQ(Judge::faults(kByCode), std::vector<SettingsFault>{});
}

}  // namespace
}  // namespace shouwang::notify
