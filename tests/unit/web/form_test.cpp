#include "web/form.h"

#include <gtest/gtest.h>

#include "web/request.h"

namespace shouwang::web {
namespace {

Fields fields(std::initializer_list<std::pair<const char*, const char*>> list) {
  Fields all;
  for (const auto& [name, value] : list) all.set(name, value);
  return all;
}

TEST(Form, AFormsFieldsAreDecodedAndTrimmed) {
  EXPECT_EQ(read_form("a=1&text=+%E6%88%91+%E5%8E%BB%0A&empty=&bare"),
            fields({{"a", "1"}, {"text", "我 去"}, {"empty", ""}, {"bare", ""}}));
}

TEST(Form, TheFirstOfEqualNamesCounts) { EXPECT_EQ(read_form("a=1&a=2"), fields({{"a", "1"}})); }

TEST(Form, ControlCharactersBecomeHarmless) {
  EXPECT_EQ(read_form("a=x%00%1By"), fields({{"a", "x\uFFFD\uFFFDy"}}));
}

TEST(Form, BrokenEncodingIsRefused) {
  EXPECT_EQ(read_form("a=%zz").error().code, Error::Code::invalid);
  EXPECT_EQ(read_form("a=%4").error().code, Error::Code::invalid);
  EXPECT_EQ(read_form("a=%ff").error().code, Error::Code::invalid);
}

TEST(Form, MoreFieldsThanAnyPageSendsAreRefused) {
  std::string form;
  for (std::size_t i = 0; i <= kFieldsMax; ++i) form += "f" + std::to_string(i) + "=1&";
  EXPECT_EQ(read_form(form).error().code, Error::Code::invalid);
}

TEST(Form, AJsonObjectOfScalarsGivesTheSameFields) {
  EXPECT_EQ(read_object(R"({"minutes":25,"yes":true,"text":" 我去 ","nothing":null})"),
            fields({{"minutes", "25"}, {"yes", "true"}, {"text", "我去"}}));
}

TEST(Form, NestedOrBrokenJsonIsRefused) {
  EXPECT_EQ(read_object(R"({"a":[1]})").error().what, "`a` must be a text, a number or a boolean");
  EXPECT_EQ(read_object("[1]").error().code, Error::Code::invalid);
  EXPECT_EQ(read_object("{").error().code, Error::Code::invalid);
  EXPECT_EQ(read_object(std::string(10000, '[')).error().code, Error::Code::invalid);
}

TEST(Form, ABodyIsReadByItsType) {
  EXPECT_EQ(read_body({.content_type = "application/json", .body = R"({"a":"1"})"}),
            fields({{"a", "1"}}));
  EXPECT_EQ(read_body({.content_type = "application/x-www-form-urlencoded", .body = "a=1"}),
            fields({{"a", "1"}}));
  EXPECT_EQ(read_body({.content_type = "text/plain", .body = "a=1"}).error().code,
            Error::Code::refused);
  EXPECT_EQ(read_body({}), Fields{});
}

TEST(Form, WhatIsEncodedForAPathComesBack) {
  const std::string odd = "a b/c?d&e%f+号\"<";
  EXPECT_EQ(percent_encoded("a b/号"), "a%20b%2F%E5%8F%B7");
  EXPECT_EQ(percent_decoded(percent_encoded(odd), false), odd);
}

TEST(Request, ACookieIsFoundByItsWholeName) {
  const Request request{.cookies = "xa=0; a=1;b=2; c=x=y"};
  EXPECT_EQ(request.cookie("a"), "1");
  EXPECT_EQ(request.cookie("b"), "2");
  EXPECT_EQ(request.cookie("c"), "x=y");
  EXPECT_EQ(request.cookie("d"), "");
}

TEST(Request, ACookieOfOursIsOutOfReachOfScriptsAndOtherSites) {
  EXPECT_EQ(to_header({.name = "a", .value = "1", .secure = true}),
            "a=1; Path=/; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(to_header({.name = "a"}), "a=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}

}  // namespace
}  // namespace shouwang::web
