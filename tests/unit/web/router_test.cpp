#include "web/router.h"

#include <gtest/gtest.h>

namespace shouwang::web {
namespace {

Response nothing(const Call&) { return {}; }

struct Way {
  std::string pattern;
  std::vector<std::string> captures;
  std::string allow;
  friend bool operator==(const Way&, const Way&) = default;
};

Way way(const Router& router, Method method, const std::string& path) {
  const auto found = router.find({.method = method, .path = path});
  return {std::string(found.pattern), found.captures, found.allow};
}

Router router() {
  Router all;
  all.add(Method::get, "/", nothing);
  all.add(Method::post, "/p/{token}/{action}", nothing);
  all.add(Method::post, "/p/{token}/opened", nothing);
  all.add(Method::get, "/p/{token}", nothing);
  all.add(Method::remove, "/p/{token}", nothing);
  return all;
}

TEST(Router, APathFindsItsHandlerAndWhatItNames) {
  EXPECT_EQ(way(router(), Method::get, "/"), (Way{"/", {}, ""}));
  EXPECT_EQ(way(router(), Method::get, "/p/abc"), (Way{"/p/{token}", {"abc"}, ""}));
  EXPECT_EQ(way(router(), Method::post, "/p/a%2Fb/going"),
            (Way{"/p/{token}/{action}", {"a/b", "going"}, ""}));
}

TEST(Router, ALiteralGoesBeforeACaptureWhateverTheirOrder) {
  EXPECT_EQ(way(router(), Method::post, "/p/abc/opened"), (Way{"/p/{token}/opened", {"abc"}, ""}));
}

TEST(Router, HeadIsServedWhereGetIs) {
  EXPECT_EQ(way(router(), Method::head, "/p/abc"), (Way{"/p/{token}", {"abc"}, ""}));
}

TEST(Router, AnotherMethodIsToldWhatIsAllowed) {
  EXPECT_EQ(way(router(), Method::post, "/p/abc"), (Way{"-", {}, "GET, HEAD, DELETE"}));
  EXPECT_EQ(way(router(), Method::other, "/"), (Way{"-", {}, "GET, HEAD"}));
}

TEST(Router, UnknownAndBrokenPathsFindNothing) {
  EXPECT_EQ(way(router(), Method::get, "/q"), (Way{"-", {}, ""}));
  EXPECT_EQ(way(router(), Method::get, "/p/"), (Way{"-", {}, ""}));
  EXPECT_EQ(way(router(), Method::get, "/p/abc/"), (Way{"-", {}, ""}));
  EXPECT_EQ(way(router(), Method::get, "/p/%zz"), (Way{"-", {}, ""}));
  EXPECT_EQ(way(router(), Method::get, "//"), (Way{"-", {}, ""}));
}

}  // namespace
}  // namespace shouwang::web
