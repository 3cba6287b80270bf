#include "device/json.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace shouwang::device {
namespace {

// What a path finds in a document, each as key=text.
class JsonTest : public ::testing::Test {
 protected:
  std::string parse(std::string_view text) {
    text_ = text;
    return json_.parse(text_);
  }
  std::string find(std::string_view path) {
    std::string found;
    json_.find(0, *parse_path(path), [&](std::uint32_t node) {
      found.append(found.empty() ? "" : " ").append(json_[node].key).append("=");
      found.append(json_[node].text);
    });
    return found;
  }

  std::pmr::monotonic_buffer_resource memory_;
  std::string text_;
  Json json_{&memory_};
};

TEST_F(JsonTest, FindsAPlaceByPointer) {
  ASSERT_EQ(parse(R"({"a":{"b":[10,{"c":"x"}]},"smoke:0":1,"a/b":2,"":3})"), "");
  EXPECT_EQ(find("/a/b/0"), "=10");
  EXPECT_EQ(find("/a/b/1/c"), "c=x");
  EXPECT_EQ(find("/smoke:0"), "smoke:0=1");
  EXPECT_EQ(find("/a~1b"), "a/b=2");
  EXPECT_EQ(find("/"), "=3");
  EXPECT_EQ(find("/a/b/01"), "");
  EXPECT_EQ(find("/a/b/2"), "");
  EXPECT_EQ(find("/b"), "") << "a pointer does not search";
}

TEST_F(JsonTest, FindsEveryKeyOrElement) {
  ASSERT_EQ(parse(R"({"Zb":{"0x1":{"W":1},"Kitchen":{"W":0},"x":5},"l":[{"v":7},{"v":8}]})"), "");
  EXPECT_EQ(find("/Zb/*/W"), "W=1 W=0");
  EXPECT_EQ(find("/l/*/v"), "v=7 v=8");
}

TEST_F(JsonTest, SelectsElementsByTheirKeys) {
  ASSERT_EQ(parse(R"({"s":[{"id":"A","p":1},{"id":"Smoke","p":5},{"p":9}],)"
                  R"("m":[{"siid":2,"piid":1,"v":0},{"siid":2,"piid":2,"v":3}]})"),
            "");
  EXPECT_EQ(find("/s[id=Smoke]/p"), "p=5");
  EXPECT_EQ(find("/s[id=smoke]/p"), "");
  EXPECT_EQ(find("/m[siid=2,piid=2]/v"), "v=3");
  EXPECT_EQ(find("/m[siid=2]/v"), "v=0 v=3");
  EXPECT_EQ(find("/s/1[id=Smoke]/p"), "") << "only arrays are selected from";
}

TEST_F(JsonTest, SelectsFromAListAtTheTop) {
  ASSERT_EQ(parse(R"([{"did":"a","v":1},{"did":"b","v":2}])"), "");
  EXPECT_EQ(find("/[did=b]/v"), "v=2");
  EXPECT_EQ(find("/*/v"), "v=1 v=2");
}

TEST_F(JsonTest, FindsAKeyThatIsWrittenTwiceTwice) {
  ASSERT_EQ(parse(R"({"gas":true,"gas":"False"})"), "");
  EXPECT_EQ(find("/gas"), "gas= gas=False");
}

TEST_F(JsonTest, ResolvesEscapesInKeysAndTexts) {
  ASSERT_EQ(parse(R"({"\u0067as":"a\"\u00e4\n","x":"\ud83d\ude00","k\/":"plain"})"), "");
  EXPECT_EQ(find("/gas"), "gas=a\"\xC3\xA4\n");
  EXPECT_EQ(find("/x"), "x=\xF0\x9F\x98\x80");
  EXPECT_EQ(find("/k~1"), "k/=plain");
}

TEST_F(JsonTest, KeepsEachUnescapedTextWhereItIs) {
  ASSERT_EQ(parse(R"(["\u0067as","x\ny","\u0041","plain"])"), "");
  EXPECT_EQ(find("/*"), "=gas =x\ny =A =plain");
}

TEST_F(JsonTest, KeepsANumberAsItWasWritten) {
  ASSERT_EQ(parse(R"([-1,1.50,3000000000,18446744073709551615,1e3])"), "");
  EXPECT_EQ(find("/*"), "=-1 =1.50 =3000000000 =18446744073709551615 =1e3");
  EXPECT_EQ(json_[2].number, 1.5);
}

TEST_F(JsonTest, NamesThePlaceOfAFault) {
  EXPECT_EQ(parse(R"({"gas":tru)"), "not JSON at byte 10: incomplete JSON");
}

class BrokenJson : public ::testing::TestWithParam<std::string> {};

TEST_P(BrokenJson, IsRefused) {
  std::pmr::monotonic_buffer_resource memory;
  EXPECT_NE(Json(&memory).parse(GetParam()), "");
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenJson,
    ::testing::Values(std::string(""), std::string("{} {}"), std::string("{'a':1}"),
                      std::string("{\"a\":None}"), std::string("{\"a\":1,}"),
                      std::string("/*c*/{}"), std::string("{\"a\":NaN}"),
                      std::string("\"\xC0\x80\""), std::string("\"\xED\xA0\x80\""),
                      std::string("\"\xF5\x80\x80\x80\""), std::string("\"\\ud800\""),
                      std::string("\"a\x01\""), std::string("{\"a\":\"x\0y\"}", 11),
                      std::string(33, '[') + std::string(33, ']'), std::string(100'000, '[')));

TEST_F(JsonTest, TakesThirtyTwoLevels) {
  EXPECT_EQ(parse(std::string(32, '[') + std::string(32, ']')), "");
}

}  // namespace
}  // namespace shouwang::device
