#include "web/parts.h"

#include <boost/json.hpp>

#include "web/embedded.h"

namespace shouwang::web {
namespace {

namespace json = boost::json;

// "https://example.org" of "https://example.org/any/path".
std::string_view origin_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return "";
  return url.substr(0, url.find('/', scheme + 3));
}

// The words that templates and scripts name themselves: those without a further dot.
void add_words(json::object& target, const Words& words, std::string_view group) {
  for (const auto& [name, text] : words.group(group)) {
    if (name.find('.') == std::string::npos) target[name] = text;
  }
}

// 64 hex digits would do too, but the policy wants base64 of the very style on the page.
std::string policy(std::string_view style) {
  std::string text =
      "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; "
      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; style-src 'self'";
  if (!style.empty()) text.append(" '").append(policy_hash(style)).append("'");
  return text;
}

}  // namespace

json::object frame(std::string_view page, const Words& words) {
  json::object all;
  add_words(all, words, "page");
  if (page == "desk") add_words(all, words, "board");
  if (page == "walk") add_words(all, words, "walk");
  return {{"lang", words.language()},
          {"page", page},
          {"script", asset_path(std::string(page) + ".js")},
          {"icon", asset_path("icon.svg")},
          {"words", std::move(all)}};
}

Response render_page(const Parts& parts, std::string_view name, json::object view) {
  const bool is_board = view.at("page").get_string() == "desk";
  // A phone page comes whole in one request; the board's style is kept by its browser.
  const bool is_walk = view.at("page").get_string() == "walk";
  const std::string_view own = is_walk ? "walk.css" : "phone.css";
  const std::string_view style = is_board ? "" : embedded(own).text;
  if (is_board) {
    view["style_href"] = asset_path("desk.css");
  } else {
    view["style"] = style;
  }
  Response response = html_response(200, parts.templates.render(name, view));
  return std::move(response).with("Content-Security-Policy", policy(style));
}

Response message_page(const Parts& parts, int status, std::string_view key, const Words& words) {
  json::object view = frame("phone", words);
  const std::string name(key);
  view["message_title"] = words(name + ".title");
  view["message_text"] = words(name + ".text");
  Response response = render_page(parts, "message", std::move(view));
  response.status = status;
  return response;
}

Response problem_response(const Parts& parts, const Request& request, const Problem& problem,
                          const Words& words) {
  if (request.wants_json()) return to_response(problem);
  const std::string own = "page.problem." + problem.kind;
  Response response = message_page(parts, problem.status,
                                   words.has(own + ".title") ? own : "page.problem.other", words);
  for (auto& [name, value] : to_response(problem).headers) {
    if (name == "Retry-After") response.with(name, value);
  }
  return response;
}

Words words_of(const Parts& parts, const Request& request, const CommunityView* community,
               std::string_view otherwise) {
  const Catalogue& catalogue = parts.desk.catalogue();
  const std::string fallback(otherwise.empty() ? std::string_view(catalogue.fallback) : otherwise);
  return Words(catalogue,
               chosen_language(catalogue, request.cookie(kLanguageCookie),
                               otherwise.empty() ? request.languages : "", fallback),
               community);
}

bool is_foreign(const Parts& parts, const Request& request) {
  if (!request.fetch_site.empty() && request.fetch_site != "same-origin" &&
      request.fetch_site != "none") {
    return true;
  }
  // A form sent without referrer says "null"; the token in it has the last word then.
  if (request.origin.empty() || request.origin == "null") return false;
  if (request.origin == origin_of(parts.settings.public_url)) return false;
  const auto host = request.origin.find("://");
  return host == std::string::npos || request.origin.substr(host + 3) != request.host;
}

}  // namespace shouwang::web
