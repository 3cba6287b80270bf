// What comes in at a door and what goes out again, without a word of the protocol.
//
// connection.cpp makes a Request of what a client sent and sends what a Response says; everything
// between them is plain data and can be tested without a socket.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shouwang::web {

class Feed;

enum class Method : std::uint8_t { get, head, post, remove, other };

// Which door the client came through.
enum class Door : std::uint8_t {
  net,      // TCP: boards and phones.
  control,  // The Unix socket: the hand tool, guarded by the file's permissions.
};

struct Request {
  Method method = Method::get;
  Door door = Door::net;
  std::string path;     // As sent, still percent-encoded, without the query; begins with '/'.
  std::string query;    // Without '?'.
  std::string address;  // Of the client; what a believed proxy says it is.
  std::string host;
  std::string origin;        // Header Origin; empty if absent.
  std::string fetch_site;    // Header Sec-Fetch-Site.
  std::string content_type;  // Media type only, lower case.
  std::string accept;
  std::string languages;  // Header Accept-Language.
  std::string cookies;    // Header Cookie.
  std::string csrf;       // Header X-CSRF-Token.
  std::string body;

  // Whether the answer is for a program: problems are JSON then, not a page.
  bool wants_json() const;
  // The value of the cookie, or "".
  std::string cookie(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // Sent gzipped to whoever takes that. Not for what holds a secret beside words of others: its
  // length would tell of the secret.
  bool may_be_packed = false;
  std::shared_ptr<Feed> feed;  // Set: the answer is a stream of events (feed.h).

  Response& with(std::string name, std::string value) &;
  Response&& with(std::string name, std::string value) &&;
};

// Gives the answer, at once or later, exactly once, on the loop's thread.
using Respond = std::function<void(Response)>;

Response html_response(int status, std::string html);
Response json_response(int status, std::string json);
// "See there": how a form's POST ends, so that a reload repeats nothing.
Response see_other(std::string location);

// `Set-Cookie` for a cookie that no script can read and no other site can send.
struct Cookie {
  std::string_view name;
  std::string value;  // Empty: the cookie is taken back.
  std::string_view path = "/";
  long max_age = -1;  // Seconds; -1: until the browser is closed.
  bool secure = false;
  bool script_may_read = false;
};
std::string to_header(const Cookie& cookie);

}  // namespace shouwang::web
