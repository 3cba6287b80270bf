#include "web/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>

namespace shouwang::web {
namespace {

std::string unpacked(const std::string& packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string text(1'000'000, '\0');
  std::string input = packed;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

std::string page() {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "<li>" + std::to_string(i * 7919) + " 没有消息</li>\n";
  return text;
}

bool is_packed(const Response& response) {
  return std::ranges::any_of(response.headers,
                             [](const auto& header) { return header.first == "Content-Encoding"; });
}

TEST(Gzip, GivesBackWhatItWasGiven) {
  EXPECT_EQ(unpacked(gzip(page())), page());
  EXPECT_EQ(unpacked(gzip("")), "");
  EXPECT_LT(gzip(page()).size(), page().size() / 2);
}

TEST(Gzip, IsTakenByWhoeverNamesIt) {
  EXPECT_TRUE(takes_gzip("gzip"));
  EXPECT_TRUE(takes_gzip("gzip, deflate, br, zstd"));
  EXPECT_TRUE(takes_gzip("br;q=1.0, GZIP; q=0.8"));
  EXPECT_TRUE(takes_gzip("*"));
  EXPECT_TRUE(takes_gzip("identity;q=0, *;q=0.5"));
}

TEST(Gzip, IsNotTakenByAnybodyElse) {
  EXPECT_FALSE(takes_gzip(""));
  EXPECT_FALSE(takes_gzip("br, deflate"));
  EXPECT_FALSE(takes_gzip("gzip;q=0"));
  EXPECT_FALSE(takes_gzip("gzip; q=0.000, *"));
  EXPECT_FALSE(takes_gzip("*;q=0"));
  EXPECT_FALSE(takes_gzip("xgzip"));
  EXPECT_FALSE(takes_gzip(",;,q=,"));
}

TEST(Packing, SaysSoAndLeavesSmallAnswersAlone) {
  Response large{.body = page()};
  pack(large);
  EXPECT_TRUE(is_packed(large));
  EXPECT_EQ(unpacked(large.body), page());
  Response small{.body = "yes"};
  pack(small);
  EXPECT_FALSE(is_packed(small));
  EXPECT_EQ(small.body, "yes");
}

}  // namespace
}  // namespace shouwang::web
