#include "notify/redact.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace shouwang::notify {
namespace {

TEST(Redactor, StarsOutASecretHoweverItIsWritten) {
  const Redactor redactor({"to/ken\"x", "r1@family.example"});
  EXPECT_EQ(redactor.clean(R"(key=to/ken"x key=to%2Fken%22x "to/ken\"x" r1%40family.example)"),
            R"(key=*** key=*** "***" ***)");
}

TEST(Redactor, LeavesNoTailOfALongerSecret) {
  const Redactor redactor({"abc", "abcdef"});
  EXPECT_EQ(redactor.clean("abcdef abc"), "*** ***");
}

TEST(Redactor, TooShortATextHidesNothing) {
  EXPECT_EQ(Redactor({"a", ""}).clean("a banana"), "a banana");
}

TEST(Redactor, GivesOneShortPrintableLine) {
  const std::string line = Redactor().clean("one\r\ntwo\x01\xFF" + std::string(500, 'x'), 20);
  EXPECT_EQ(count_characters(line), 20U);
  EXPECT_TRUE(line.starts_with("one  two\xEF\xBF\xBD\xEF\xBF\xBD")) << line;
}

TEST(Redactor, ASecretIsGoneBeforeTheLineIsCut) {
  EXPECT_EQ(Redactor({"secret"}).clean("1234secret", 8), "1234***");
}

TEST(PercentEncoded, KeepsOnlyWhatIsUnreserved) {
  EXPECT_EQ(percent_encoded("aZ09-._~ /?&=+%\"报"), "aZ09-._~%20%2F%3F%26%3D%2B%25%22%E6%8A%A5");
}

TEST(JsonEscaped, IsTheInsideOfAJsonString) {
  EXPECT_EQ(json_escaped("say \"hi\"\\\n\t报\x01"), R"(say \"hi\"\\\n\t报\u0001)");
}

}  // namespace
}  // namespace shouwang::notify
