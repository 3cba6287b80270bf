#include "base/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace shouwang {
namespace {

TEST(Utf8, SoundTextOfEveryLengthIsSound) {
  for (const char* text : {"", "a", "\xC2\x80", "\xDF\xBF", "社区", "\xE0\xA0\x80", "\xED\x9F\xBF",
                           "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "🔥"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  EXPECT_TRUE(is_utf8(std::string_view("\0", 1)));
}

TEST(Utf8, BrokenTextIsNotSound) {
  const char* broken[] = {
      "\x80",              // A continuation alone.
      "\xBF",              //
      "\xC0\xAF",          // Overlong '/'.
      "\xC1\xBF",          //
      "\xE0\x9F\xBF",      // Overlong.
      "\xF0\x8F\xBF\xBF",  //
      "\xED\xA0\x80",      // A surrogate.
      "\xED\xBF\xBF",      //
      "\xF4\x90\x80\x80",  // Above U+10FFFF.
      "\xF5\x80\x80\x80",  //
      "\xFE",              //
      "\xFF",              //
      "\xC3",              // Cut off.
      "\xE7\xA4",          //
      "\xF0\x9F\x94",      //
      "\xC3(",             // No continuation where one belongs.
      "\xE7\xA4(",         //
      "\xF0\x9F\x94(",     //
      "ok \xFF",           //
  };
  for (const char* text : broken) EXPECT_FALSE(is_utf8(text)) << text;
}

TEST(Utf8, LengthIsCountedAsAPersonWould) {
  EXPECT_EQ(count_characters(""), 0U);
  EXPECT_EQ(count_characters("abc"), 3U);
  EXPECT_EQ(count_characters("燃气报警"), 4U);
  EXPECT_EQ(count_characters("5号楼🔥"), 4U);
  EXPECT_EQ(count_characters("a\xFFz"), 3U);
  EXPECT_EQ(count_characters("\xE7\xA4"), 2U);
}

TEST(Utf8, TheFirstCharactersAreWhole) {
  EXPECT_EQ(first_characters("燃气报警", 2), "燃气");
  EXPECT_EQ(first_characters("🔥!", 1), "🔥");
  EXPECT_EQ(first_characters("ab", 5), "ab");
  EXPECT_EQ(first_characters("ab", 0), "");
  EXPECT_EQ(first_characters("", 3), "");
  EXPECT_EQ(first_characters("\xFF\xFE!", 2), "\xFF\xFE");
}

TEST(Utf8, PrintableKeepsTextTabsAndLines) { EXPECT_EQ(printable("社區 🔥\tA\n"), "社區 🔥\tA\n"); }

TEST(Utf8, PrintableReplacesWhatATerminalWouldObey) {
  EXPECT_EQ(printable("a\x1B[2Jb"), "a\uFFFD[2Jb");
  EXPECT_EQ(printable(std::string_view("\0\r\x7F", 3)), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(printable("a\xC2\x9B"
                      "2Jb"),
            "a\uFFFD2Jb");  // The same as one character, U+009B.
  EXPECT_EQ(printable("\xC2\x80\xC2\x9F\xC2\xA0"), "\uFFFD\uFFFD\xC2\xA0");
}

TEST(Utf8, PrintableReplacesWhatIsNotText) {
  EXPECT_EQ(printable("\xFF"), "\uFFFD");
  EXPECT_EQ(printable("\xE7\xA4z"), "\uFFFD\uFFFDz");
}

TEST(Utf8, WhateverGoesInPrintableTextComesOut) {
  const bool held = rc::check([](const std::string& bytes) {
    const std::string clean = printable(bytes);
    RC_ASSERT(is_utf8(clean));
    RC_ASSERT(printable(clean) == clean);
    RC_ASSERT(count_characters(clean) == count_characters(bytes));
  });
  EXPECT_TRUE(held);
}

TEST(Utf8, TheFirstCharactersAreABeginningOfTheText) {
  const bool held = rc::check([](const std::string& bytes) {
    const auto count = *rc::gen::inRange<std::size_t>(0, 20);
    const std::string_view first = first_characters(bytes, count);
    RC_ASSERT(bytes.starts_with(first));
    RC_ASSERT(count_characters(first) == std::min(count, count_characters(bytes)));
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace shouwang
