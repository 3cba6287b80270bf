#include "web/router.h"

#include <algorithm>
#include <optional>

#include "web/form.h"

namespace shouwang::web {
namespace {

bool is_capture(std::string_view segment) { return segment.starts_with('{'); }

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = path.find('/');
    segments.emplace_back(path.substr(0, end));
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  }
  return segments;
}

// What the braces stand for; nothing if the path is another.
std::optional<std::vector<std::string>> match(const std::vector<std::string>& pattern,
                                              const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  std::vector<std::string> captures;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto segment = percent_decoded(path[i], false);
    if (!segment) return std::nullopt;
    if (!is_capture(pattern[i])) {
      if (*segment != pattern[i]) return std::nullopt;
    } else if (segment->empty()) {
      return std::nullopt;
    } else {
      captures.push_back(*segment);
    }
  }
  return captures;
}

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::remove: return "DELETE";
    case Method::other: return "";
  }
  return "";
}

void allow(std::string& methods, Method method) {
  const std::string name(method == Method::get ? "GET, HEAD" : name_of(method));
  if (methods.find(name) != std::string::npos) return;
  methods.append(methods.empty() ? "" : ", ").append(name);
}

}  // namespace

void Router::add(Method method, std::string pattern, Now handler) {
  add_later(method, std::move(pattern),
            [handler = std::move(handler)](const Call& call, const Respond& respond) {
              respond(handler(call));
            });
}

void Router::add_later(Method method, std::string pattern, Later handler) {
  auto segments = split(pattern);
  routes_.push_back({method, std::move(pattern), std::move(segments), std::move(handler)});
  // Literals before captures, segment by segment; equal ones in the order they were added.
  std::ranges::stable_sort(routes_, [](const Route& a, const Route& b) {
    return std::ranges::lexicographical_compare(
        a.segments, b.segments, [](auto& x, auto& y) { return !is_capture(x) && is_capture(y); });
  });
}

Router::Found Router::find(const Request& request) const {
  const auto path = split(request.path);
  const Method wanted = request.method == Method::head ? Method::get : request.method;
  Found found;
  for (const Route& route : routes_) {
    auto captures = match(route.segments, path);
    if (!captures) continue;
    if (route.method != wanted) {
      allow(found.allow, route.method);
      continue;
    }
    return {.handler = &route.handler, .pattern = route.pattern, .captures = std::move(*captures)};
  }
  return found;
}

}  // namespace shouwang::web
