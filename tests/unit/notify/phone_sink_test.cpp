// tools/phone_sink's server, asked over a real socket.

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <fstream>
#include <optional>

#include "notify/http_client.h"
#include "phone_sink/server.h"

namespace shouwang::phone_sink {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;
using notify::HttpAnswer;

class PhoneSinkTest : public ::testing::Test {
 protected:
  PhoneSinkTest() {
    std::filesystem::remove(path);
    server.emplace(loop, Options{.out = path.string(), .quiet = true});
  }
  ~PhoneSinkTest() override { std::filesystem::remove(path); }

  Result<HttpAnswer> asked(const std::string& method, const std::string& target,
                           const std::string& body = "") {
    std::optional<Result<HttpAnswer>> answer;
    client.fetch({.method = method, .url = server->url() + target, .body = body, .timeout = 2s},
                 [&](Result<HttpAnswer> result) { answer = result; });
    while (!answer) loop.run_one();
    return *answer;
  }

  Result<HttpAnswer> posted(const std::string& key, const std::string& address) {
    return asked("POST", "/phones",
                 R"({"key":")" + key + R"(","address":")" + address + R"(","title":"x"})");
  }

  std::filesystem::path path = std::filesystem::temp_directory_path() /
                               ("shouwang-sink-" + std::to_string(::getpid()) + ".jsonl");
  boost::asio::io_context loop;
  std::optional<Server> server;
  notify::HttpClient client{loop};
};

TEST_F(PhoneSinkTest, KeepsEveryMessageWithItsTime) {
  EXPECT_EQ(*posted("k1", "test:R0003/push"),
            (HttpAnswer{.status = 200, .body = R"({"errcode":0})"}));
  posted("k1", "test:R0003/push");
  std::ifstream file(path);
  std::vector<json::value> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(json::parse(line));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].at("message"),
            json::parse(R"({"key":"k1","address":"test:R0003/push","title":"x"})"));
  EXPECT_EQ(lines[0].at("first"), true);
  EXPECT_EQ(lines[1].at("first"), false);
  EXPECT_GT(lines[0].at("received_ns").as_int64(), 1'700'000'000'000'000'000);
  EXPECT_LT(lines[0].at("received_ns").as_int64(), lines[1].at("received_ns").as_int64());
}

TEST_F(PhoneSinkTest, DoesWhatItsControlSays) {
  EXPECT_EQ(asked("POST", "/control",
                  R"({"address":"test:R0003/push","manner":"limit","retry_after_s":7,"times":1})")
                ->status,
            200);
  EXPECT_EQ(
      *posted("k1", "test:R0003/push"),
      (HttpAnswer{.status = 429, .body = R"({"errcode":1,"errmsg":"limit"})", .retry_after = 7s}));
  EXPECT_EQ(posted("k1", "test:R0003/push")->status, 200);
  asked("POST", "/control", R"({"address":"*","manner":"drop"})");
  EXPECT_FALSE(posted("k2", "test:R0004/push"));
  asked("POST", "/control", R"({"address":"*","manner":"slow","delay_ms":30})");
  EXPECT_EQ(posted("k2", "test:R0004/push")->status, 200);
  asked("DELETE", "/control");
  EXPECT_EQ(posted("k3", "test:R0004/push")->status, 200);
  EXPECT_EQ(asked("POST", "/control", R"({"address":"*","manner":"sulk"})")->status, 400);
  EXPECT_EQ(asked("GET", "/stats")->body, R"({"requests":5,"distinct":3,"taken":3})");
}

TEST_F(PhoneSinkTest, WhatIsNoMessageIsRefused) {
  EXPECT_EQ(asked("POST", "/phones", "hello")->status, 400);
  EXPECT_EQ(asked("GET", "/phones")->status, 404);
  EXPECT_EQ(asked("POST", "/mark")->status, 200);
  EXPECT_EQ(asked("GET", "/stats")->body, R"({"requests":0,"distinct":0,"taken":0})");
}

}  // namespace
}  // namespace shouwang::phone_sink
