#include "web/templates.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "web/embedded.h"

namespace shouwang::web {
namespace {

namespace json = boost::json;

// Without the lines that a template leaves empty.
std::string rendered(const json::object& view) {
  std::string html = Templates().render("_echo", view);
  std::erase(html, '\n');
  return html;
}

TEST(Templates, WhateverAPersonWroteIsEscaped) {
  const json::object view{{"said", "</p><script>alert('x')</script>&\""}};
  EXPECT_EQ(rendered(view),
            "<p class=\"echo "
            "bad\">&lt;/p&gt;&lt;script&gt;alert(&apos;x&apos;)&lt;/script&gt;&amp;&quot;</p>");
}

TEST(Templates, MustacheInATextIsNotATemplate) {
  const json::object view{{"said", "{{{base}}}"}, {"base", "<b>"}};
  EXPECT_EQ(rendered(view), "<p class=\"echo bad\">{{{base}}}</p>");
}

TEST(Templates, EmptyTextsListsAndFalseCountAsAbsent) {
  const json::object view{
      {"said", ""}, {"presses", json::array()}, {"ended", false}, {"done", nullptr}};
  EXPECT_EQ(rendered(view), "");
}

TEST(Templates, JsonInAPageCanNotEndItsElement) {
  const json::value view = {{"note", "</script><!--"}};
  EXPECT_EQ(inert_json(view), R"({"note":"\u003c/script>\u003c!--"})");
  EXPECT_EQ(json::parse(inert_json(view)), view);
}

// Two things only stand on a page unescaped: our own style, and JSON made inert.
TEST(Templates, NothingElseIsPutOnAPageUnescaped) {
  for (const Embedded& file : embedded_files()) {
    if (!file.name.ends_with(".mustache")) continue;
    std::string text(file.text);
    for (const std::string allowed : {"{{{style}}}", "{{{state}}}"}) {
      for (auto at = text.find(allowed); at != std::string::npos; at = text.find(allowed)) {
        text.erase(at, allowed.size());
      }
    }
    EXPECT_EQ(text.find("{{{"), std::string::npos) << file.name;
    EXPECT_EQ(text.find("{{&"), std::string::npos) << file.name;
  }
}

TEST(Templates, NoPageHasScriptOrStyleInItsElements) {
  for (const Embedded& file : embedded_files()) {
    if (!file.name.ends_with(".mustache")) continue;
    for (const std::string_view forbidden : {" style=", " onclick=", " onload=", "javascript:"}) {
      EXPECT_EQ(file.text.find(forbidden), std::string_view::npos) << file.name << forbidden;
    }
  }
}

TEST(Embedded, AnAssetIsFoundOnlyUnderTheNameOfItsContent) {
  const std::string path = asset_path("phone.js");
  const std::string name = path.substr(std::string("/assets/").size());
  EXPECT_EQ(asset_at(name), find_embedded("phone.js"));
  EXPECT_EQ(asset_at("phone.js"), nullptr);
  EXPECT_EQ(asset_at("phone.000000000000.js"), nullptr);
  EXPECT_EQ(asset_at("_card.mustache"), nullptr);
}

}  // namespace
}  // namespace shouwang::web
