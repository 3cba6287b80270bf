// From a path to whoever answers for it.

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "web/request.h"

namespace shouwang::web {

// A request that found its handler. `captures` are the parts in braces, percent-decoded.
struct Call {
  Request request;
  std::vector<std::string> captures;
};

class Router {
 public:
  using Now = std::function<Response(const Call&)>;
  using Later = std::function<void(const Call&, Respond)>;

  // `pattern`: "/p/{token}/events"; a literal segment goes before a capture of the same place.
  // A handler of `get` also serves `head`.
  void add(Method method, std::string pattern, Now handler);
  void add_later(Method method, std::string pattern, Later handler);

  // What answers for the request: the pattern and what it gives. `allow` lists the methods if the
  // path exists, but not for this method; it is empty if there is no such path.
  struct Found {
    const Later* handler = nullptr;
    std::string_view pattern = "-";
    std::vector<std::string> captures;
    std::string allow;
  };
  Found find(const Request& request) const;

 private:
  struct Route {
    Method method;
    std::string pattern;
    std::vector<std::string> segments;
    Later handler;
  };
  std::vector<Route> routes_;
};

}  // namespace shouwang::web
