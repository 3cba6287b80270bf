#include "web/request.h"

namespace shouwang::web {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

bool Request::wants_json() const {
  return path.starts_with("/api/") || path.starts_with("/control/") ||
         content_type == "application/json" || accept.find("application/json") != std::string::npos;
}

std::string Request::cookie(std::string_view name) const {
  std::string_view rest = cookies;
  while (!rest.empty()) {
    const auto end = rest.find(';');
    const std::string_view pair = trimmed(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    return std::string(pair.substr(equals + 1));
  }
  return "";
}

Response& Response::with(std::string name, std::string value) & {
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

Response&& Response::with(std::string name, std::string value) && {
  headers.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

Response html_response(int status, std::string html) {
  Response response{
      .status = status, .content_type = "text/html; charset=utf-8", .body = std::move(html)};
  return std::move(response).with("Cache-Control", "no-store");
}

Response json_response(int status, std::string json) {
  Response response{.status = status, .content_type = "application/json", .body = std::move(json)};
  return std::move(response).with("Cache-Control", "no-store");
}

Response see_other(std::string location) {
  Response response{.status = 303};
  return std::move(response)
      .with("Location", std::move(location))
      .with("Cache-Control", "no-store");
}

std::string to_header(const Cookie& cookie) {
  std::string header(cookie.name);
  header.append("=").append(cookie.value).append("; Path=").append(cookie.path);
  if (cookie.value.empty()) {
    header.append("; Max-Age=0");
  } else if (cookie.max_age >= 0) {
    header.append("; Max-Age=").append(std::to_string(cookie.max_age));
  }
  if (!cookie.script_may_read) header.append("; HttpOnly");
  header.append("; SameSite=Strict");
  if (cookie.secure) header.append("; Secure");
  return header;
}

}  // namespace shouwang::web
