#include "device/path.h"

#include <gtest/gtest.h>

namespace shouwang::device {
namespace {

std::string why_not(std::string_view text) {
  const auto path = parse_path(text);
  return path ? "" : path.error().what;
}

TEST(Path, HasKeysStarsAndSelectors) {
  const auto path = parse_path("/services[service_id=Smoke,n=1]/*/0500<00/a~1b~0~2~3");
  ASSERT_TRUE(path);
  const Path expected{.steps = {{.key = "services", .where = {{"service_id", "Smoke"}, {"n", "1"}}},
                                {.every = true},
                                {.key = "0500<00"},
                                {.key = "a/b~*["}}};
  EXPECT_EQ(*path, expected);
}

TEST(Path, IsWrittenAsItWasRead) {
  for (const char* text : {"", "/", "/a//b", "/a[k=v]/b", "/*/x", "/a~0~1~2~3", "/[k=a/b]/v"}) {
    EXPECT_EQ(format(*parse_path(text)), text);
  }
}

TEST(Path, RefusesWhatIsNone) {
  EXPECT_EQ(why_not("gas"), "a pointer begins with /");
  EXPECT_EQ(why_not("/a[b=c"), "a [ has no ] at the end");
  EXPECT_EQ(why_not("/a[b]"), "between [ and ] stand pairs key=value");
  EXPECT_EQ(why_not("/a[=b]"), "between [ and ] stand pairs key=value");
  EXPECT_EQ(why_not("/a*"), "* stands alone; a star in a key is written ~2");
  EXPECT_EQ(why_not("/*[a=b]"), "* and [ ] can not stand together");
  EXPECT_EQ(why_not("/a~4"), "after ~ comes 0 for ~, 1 for /, 2 for *, 3 for [");
  EXPECT_EQ(why_not("/a~"), "after ~ comes 0 for ~, 1 for /, 2 for *, 3 for [");
}

}  // namespace
}  // namespace shouwang::device
