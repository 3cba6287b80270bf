#include "web/connection.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

#include "web/feed.h"
#include "web/gzip.h"
#include "web/problem.h"

namespace shouwang::web {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using namespace asio::experimental::awaitable_operators;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr Millis kLingerTime{2'000};
constexpr std::size_t kLingerBytes = 256 * 1024;

Method method_of(http::verb verb) {
  if (verb == http::verb::get) return Method::get;
  if (verb == http::verb::head) return Method::head;
  if (verb == http::verb::post) return Method::post;
  if (verb == http::verb::delete_) return Method::remove;
  return Method::other;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The last hop that a believed proxy names; who came before could have written anything.
std::string client_address(const std::string& peer, std::string_view forwarded,
                           const std::vector<std::string>& proxies) {
  if (forwarded.empty() || std::ranges::find(proxies, peer) == proxies.end()) return peer;
  const auto comma = forwarded.rfind(',');
  const auto last = comma == std::string_view::npos ? forwarded : forwarded.substr(comma + 1);
  return std::string(trimmed(last).substr(0, 64));
}

int refusal_of(const error_code& problem) {
  if (problem == http::error::header_limit || problem == http::error::buffer_overflow) return 431;
  if (problem == http::error::body_limit) return 413;
  if (problem == http::error::end_of_stream) return 0;
  // Beast's own errors are about what was sent; all others about the line.
  return problem.category() == http::make_error_code(http::error::bad_method).category() ? 400 : 0;
}

}  // namespace

struct Connection::Wire {
  http::request_parser<http::string_body> parser;
};

// An answer that may come later, or too late.
struct Connection::Pending {
  explicit Pending(const asio::any_io_executor& executor, std::shared_ptr<Connection> whose)
      : timer(executor), connection(std::move(whose)) {}
  asio::steady_timer timer;
  std::shared_ptr<Connection> connection;  // Alive until the answer is there.
  std::optional<Response> response;
};

Connection::Connection(Socket socket, Door door, std::string address, House house)
    : socket_(std::move(socket)),
      door_(door),
      address_(std::move(address)),
      house_(std::move(house)),
      deadline_(socket_.get_executor()) {
  ++house_.counts->connections;
}

Connection::~Connection() { --house_.counts->connections; }

void Connection::close() {
  is_closed_ = true;
  error_code ignored;
  socket_.close(ignored);
  deadline_.cancel();
  if (const auto pending = pending_.lock()) pending->timer.cancel();
}

asio::awaitable<void> Connection::serve() {
  const auto self = shared_from_this();
  while (!is_closed_) {
    if (!co_await wait_for_bytes()) co_return;
    Wire wire;
    const Read result = co_await read(wire);
    if (!result.ok) {
      if (result.refusal != 0) co_await refuse(result.refusal);
      co_return;
    }
    ++house_.counts->requests;
    const bool keep_alive = wire.parser.keep_alive();
    const bool packs = takes_gzip(wire.parser.get()[http::field::accept_encoding]);
    Request request = to_request(wire);
    const bool is_head = request.method == Method::head;
    Response response = co_await answer(std::move(request));
    if (is_closed_) co_return;
    if (response.feed && !is_head) {
      co_await stream(std::move(response));
      co_return;
    }
    if (packs && response.may_be_packed) pack(response);
    if (!co_await write(std::move(response), is_head, keep_alive)) co_return;
  }
}

asio::awaitable<bool> Connection::wait_for_bytes() {
  if (buffer_.size() > 0) co_return true;
  is_idle_ = true;
  deadline_.expires_after(limits().idle_time);
  auto ready =
      co_await (socket_.async_wait(Socket::wait_read, kAwait) || deadline_.async_wait(kAwait));
  is_idle_ = false;
  co_return ready.index() == 0 && !std::get<0>(std::get<0>(ready)) && !is_closed_;
}

asio::awaitable<Connection::Read> Connection::read(Wire& wire) {
  const bool control = door_ == Door::control;
  wire.parser.header_limit(static_cast<std::uint32_t>(limits().header_bytes));
  wire.parser.body_limit(control ? limits().control_body_bytes : limits().body_bytes);
  deadline_.expires_after(limits().header_time);
  auto header = co_await (http::async_read_header(socket_, buffer_, wire.parser, kAwait) ||
                          deadline_.async_wait(kAwait));
  if (header.index() == 1) co_return Read{.refusal = 408};
  if (const auto problem = std::get<0>(std::get<0>(header))) {
    co_return Read{.refusal = refusal_of(problem)};
  }
  if (lower(wire.parser.get()[http::field::expect]) == "100-continue") {
    if (!co_await welcome_body()) co_return Read{};
  }
  deadline_.expires_after(control ? limits().control_time : limits().body_time);
  auto body = co_await (http::async_read(socket_, buffer_, wire.parser, kAwait) ||
                        deadline_.async_wait(kAwait));
  if (body.index() == 1) co_return Read{.refusal = 408};
  if (const auto problem = std::get<0>(std::get<0>(body))) {
    co_return Read{.refusal = refusal_of(problem)};
  }
  if (!wire.parser.get().target().starts_with('/')) co_return Read{.refusal = 400};
  co_return Read{.ok = true};
}

asio::awaitable<bool> Connection::welcome_body() {
  co_return co_await send("HTTP/1.1 100 Continue\r\n\r\n");
}

Request Connection::to_request(const Wire& wire) const {
  const auto& message = wire.parser.get();
  const std::string_view target = message.target();
  const auto question = target.find('?');
  const std::string type = lower(message[http::field::content_type]);
  Request request{.method = method_of(message.method()),
                  .door = door_,
                  .path = std::string(target.substr(0, question)),
                  .address = client_address(address_, message["X-Forwarded-For"],
                                            house_.site->settings().proxies),
                  .host = message[http::field::host],
                  .origin = message[http::field::origin],
                  .fetch_site = message["Sec-Fetch-Site"],
                  .content_type = std::string(trimmed(type.substr(0, type.find(';')))),
                  .accept = message[http::field::accept],
                  .languages = message[http::field::accept_language],
                  .cookies = message[http::field::cookie],
                  .csrf = message["X-CSRF-Token"],
                  .body = message.body()};
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  return request;
}

asio::awaitable<Response> Connection::answer(Request request) {
  const auto pending = std::make_shared<Pending>(socket_.get_executor(), shared_from_this());
  pending_ = pending;
  house_.site->handle(std::move(request), [pending](Response response) {
    if (!pending->response) pending->response = std::move(response);
    pending->timer.cancel();
  });
  if (!pending->response) {
    pending->timer.expires_after(door_ == Door::control ? limits().control_time
                                                        : limits().answer_time);
    co_await pending->timer.async_wait(kAwait);
  }
  if (pending->response) co_return std::move(*pending->response);
  pending->response = Response{};  // Whatever comes now comes too late.
  co_return house_.site->rejection(504);
}

asio::awaitable<bool> Connection::write(Response response, bool is_head, bool keep_alive) {
  http::response<http::string_body> message;
  message.version(11);
  message.result(static_cast<unsigned>(response.status));
  message.reason(std::string(reason_phrase(response.status)));
  message.keep_alive(keep_alive);
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  const bool has_body = response.status != 204 && response.status != 303;
  if (has_body) {
    message.set(http::field::content_type, response.content_type);
    message.content_length(response.body.size());
    if (!is_head) message.body() = std::move(response.body);
  } else if (response.status == 303) {
    message.content_length(0);
  }
  deadline_.expires_after(limits().write_time);
  auto sent =
      co_await (http::async_write(socket_, message, kAwait) || deadline_.async_wait(kAwait));
  if (sent.index() == 1) ++house_.counts->dropped;
  if (sent.index() == 1 || std::get<0>(std::get<0>(sent))) co_return false;
  if (!keep_alive) co_await linger();
  co_return keep_alive;
}

asio::awaitable<void> Connection::refuse(int status) {
  const auto self = shared_from_this();
  co_await write(house_.site->rejection(status), false, false);
}

// Lets the client read our last words: closing at once would throw away what it still sends, and
// with that, on its side, our answer.
asio::awaitable<void> Connection::linger() {
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  deadline_.expires_after(kLingerTime);
  std::array<char, 4096> scrap{};
  for (std::size_t seen = 0; seen < kLingerBytes;) {
    auto more = co_await (socket_.async_read_some(asio::buffer(scrap), kAwait) ||
                          deadline_.async_wait(kAwait));
    if (more.index() == 1) co_return;
    const auto& [problem, count] = std::get<0>(more);
    if (problem) co_return;
    seen += count;
  }
}

asio::awaitable<bool> Connection::send(std::string text) {
  deadline_.expires_after(limits().write_time);
  auto sent = co_await (asio::async_write(socket_, asio::buffer(text), kAwait) ||
                        deadline_.async_wait(kAwait));
  if (sent.index() == 1) ++house_.counts->dropped;
  co_return sent.index() == 0 && !std::get<0>(std::get<0>(sent)) && !is_closed_;
}

asio::awaitable<void> Connection::pause(Millis span) {
  deadline_.expires_after(span);
  co_await deadline_.async_wait(kAwait);
}

asio::awaitable<void> Connection::stream(Response response) {
  std::string head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/event-stream\r\n";
  for (const auto& [name, value] : response.headers) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
  head.append("\r\nretry: 2000\n\n");
  ++house_.counts->streams;
  const std::shared_ptr<Feed> feed = std::move(response.feed);
  if (co_await send(std::move(head))) {
    const bool over = co_await follow(*feed);
    if (over) co_await send(event_text("over", "{}"));
  }
  feed->on_wake({});
  --house_.counts->streams;
}

// Sends what is new until the stream is over (true) or the client is gone (false).
asio::awaitable<bool> Connection::follow(Feed& feed) {
  asio::steady_timer news(socket_.get_executor());
  bool woken = false;
  feed.on_wake([&] {
    woken = true;
    news.cancel();
  });
  while (!is_closed_) {
    woken = false;
    auto text = feed.next();
    if (!text) co_return true;
    if (!text->empty()) {
      if (!co_await send(std::move(*text))) co_return false;
      co_await pause(limits().feed_gap);
      continue;
    }
    news.expires_after(limits().heartbeat);
    auto what = co_await (news.async_wait(kAwait) || socket_.async_wait(Socket::wait_read, kAwait));
    if (what.index() == 1) co_return false;  // Gone, or talking where it should listen.
    if (woken) continue;
    if (!feed.is_welcome()) co_return true;
    if (!co_await send(event_text("beat", "{}"))) co_return false;
  }
  co_return false;
}

}  // namespace shouwang::web
