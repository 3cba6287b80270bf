#include "tests/support/http_sink.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cctype>
#include <deque>
#include <set>

namespace shouwang::testing {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);

HttpAsked asked_of(const http::request<http::string_body>& request) {
  HttpAsked asked{.method = std::string(request.method_string()),
                  .target = std::string(request.target()),
                  .headers = {},
                  .body = request.body()};
  for (const auto& field : request) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    asked.headers[name] = std::string(field.value());
  }
  return asked;
}

http::response<http::string_body> response_of(const HttpReply& reply, bool keep_alive) {
  http::response<http::string_body> response(static_cast<http::status>(reply.status), 11);
  for (const auto& [name, value] : reply.headers) response.set(name, value);
  response.body() = reply.body;
  response.keep_alive(keep_alive);
  response.prepare_payload();
  return response;
}

}  // namespace

struct HttpSink::State {
  explicit State(asio::io_context& loop)
      : acceptor(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}

  HttpReply take() {
    if (replies.empty()) return standing;
    HttpReply reply = std::move(replies.front());
    replies.pop_front();
    return reply;
  }

  static asio::awaitable<void> serve(std::shared_ptr<State> state,
                                     std::shared_ptr<tcp::socket> socket) {
    boost::beast::flat_buffer buffer;
    while (true) {
      http::request<http::string_body> request;
      const auto [error, bytes] = co_await http::async_read(*socket, buffer, request, kQuietly);
      if (error) break;
      state->asked.push_back(asked_of(request));
      const HttpReply reply = state->take();
      if (reply.manner == HttpReply::Manner::hang) {
        state->hanging.insert(socket);
        co_return;
      }
      if (reply.manner == HttpReply::Manner::reset) break;
      if (reply.manner == HttpReply::Manner::broken) {
        static constexpr std::string_view kHalf =
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
        co_await asio::async_write(*socket, asio::buffer(kHalf), kQuietly);
        break;
      }
      const auto response = response_of(reply, request.keep_alive());
      const auto [failed, sent] = co_await http::async_write(*socket, response, kQuietly);
      if (failed || !request.keep_alive()) break;
    }
  }

  static asio::awaitable<void> accept(std::shared_ptr<State> state) {
    while (state->acceptor.is_open()) {
      auto [error, socket] = co_await state->acceptor.async_accept(kQuietly);
      if (error) co_return;
      ++state->connections;
      auto owned = std::make_shared<tcp::socket>(std::move(socket));
      asio::co_spawn(owned->get_executor(), serve(state, owned), asio::detached);
    }
  }

  tcp::acceptor acceptor;
  std::deque<HttpReply> replies;
  HttpReply standing;
  std::vector<HttpAsked> asked;
  std::size_t connections = 0;
  std::set<std::shared_ptr<tcp::socket>> hanging;
};

HttpSink::HttpSink(asio::io_context& loop) : state_(std::make_shared<State>(loop)) {
  asio::co_spawn(loop, State::accept(state_), asio::detached);
}

HttpSink::~HttpSink() {
  state_->acceptor.close();
  state_->hanging.clear();
}

std::string HttpSink::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(state_->acceptor.local_endpoint().port()) + path;
}

void HttpSink::next(HttpReply reply) { state_->replies.push_back(std::move(reply)); }
void HttpSink::always(HttpReply reply) { state_->standing = std::move(reply); }
const std::vector<HttpAsked>& HttpSink::asked() const { return state_->asked; }
std::size_t HttpSink::connections() const { return state_->connections; }

}  // namespace shouwang::testing
