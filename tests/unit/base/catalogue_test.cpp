#include "base/catalogue.h"

#include <gtest/gtest.h>

namespace shouwang {
namespace {

const Catalogue kCatalogue{.languages = {{"zh-CN", {{"gas", "燃气"}, {"only", "仅"}}},
                                         {"en", {{"gas", "gas"}, {"extra", "extra"}}}}};

TEST(Catalogue, ATextIsFoundInItsLanguage) { EXPECT_EQ(*kCatalogue.find("en", "gas"), "gas"); }

TEST(Catalogue, AMissingTextIsTakenFromTheFallback) {
  EXPECT_EQ(*kCatalogue.find("en", "only"), "仅");
  EXPECT_EQ(*kCatalogue.find("fr", "gas"), "燃气");
  EXPECT_EQ(*kCatalogue.find("", "gas"), "燃气");
}

TEST(Catalogue, ATextThatIsNowhereIsNothing) {
  EXPECT_EQ(kCatalogue.find("en", "none"), nullptr);
  EXPECT_EQ(kCatalogue.find("zh-CN", "extra"), nullptr);
}

}  // namespace
}  // namespace shouwang
