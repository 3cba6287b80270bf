#include "phone_sink/server.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace shouwang::phone_sink {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;
using asio::ip::tcp;
using std::chrono::steady_clock;
using std::chrono::system_clock;
constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

Response response(const Request& request, int status, std::string body) {
  Response answer(static_cast<http::status>(status), request.version());
  answer.set(http::field::content_type, "application/json");
  answer.keep_alive(request.keep_alive());
  answer.body() = std::move(body);
  answer.prepare_payload();
  return answer;
}

// "02:40:00.123"
std::string wall_clock(system_clock::time_point at) {
  const std::time_t seconds = system_clock::to_time_t(at);
  const auto since = at.time_since_epoch();
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(since).count() % 1000;
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d.%03d", local.tm_hour, local.tm_min,
                local.tm_sec, static_cast<int>(millis));
  return text.data();
}

// An order of the control, or nothing if it makes no sense.
std::optional<std::pair<std::string, Order>> parse_order(const std::string& body) {
  json::error_code error;
  const json::value value = json::parse(body, error);
  if (error || !value.is_object()) return std::nullopt;
  const json::object& fields = value.get_object();
  const json::value* address = fields.if_contains("address");
  const json::value* manner = fields.if_contains("manner");
  if (address == nullptr || !address->is_string()) return std::nullopt;
  if (manner == nullptr || !manner->is_string()) return std::nullopt;
  const auto known = manner_named(std::string_view(manner->get_string()));
  if (!known) return std::nullopt;
  const auto number = [&](std::string_view name) -> std::int64_t {
    const json::value* field = fields.if_contains(name);
    return field != nullptr && field->is_int64() ? std::max<std::int64_t>(0, field->get_int64())
                                                 : 0;
  };
  Order order{.manner = *known,
              .delay = std::chrono::milliseconds(number("delay_ms")),
              .retry_after = std::chrono::seconds(number("retry_after_s"))};
  if (number("times") > 0) order.times = static_cast<std::uint64_t>(number("times"));
  return std::pair{std::string(address->get_string()), order};
}

}  // namespace

struct Server::State {
  State(asio::io_context& loop, const Options& options_)
      : options(options_),
        phones(options_.receipts),
        acceptor(loop, tcp::endpoint(asio::ip::make_address(options_.listen), options_.port)) {
    if (options.out.empty()) return;
    file = ::open(options.out.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) throw std::system_error(errno, std::generic_category(), options.out);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (file >= 0) ::close(file);
  }

  void print(const Message& message, system_clock::time_point at) {
    const auto now = steady_clock::now();
    if (!mark) mark = now;
    const double since = std::chrono::duration<double, std::milli>(now - *mark).count();
    std::printf("%s %+9.1f ms  %-13s %-15s [%s] %s\n", wall_clock(at).c_str(), since,
                message.person.c_str(), message.role.c_str(), message.channel.c_str(),
                message.title.c_str());
    std::fflush(stdout);
  }

  void keep(std::string_view body, const Reply& reply, system_clock::time_point at) const {
    if (file < 0) return;
    while (body.ends_with('\n')) body.remove_suffix(1);  // A line is one message.
    const auto ns =
        std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
    const std::string line = "{\"received_ns\":" + std::to_string(ns) +
                             ",\"status\":" + std::to_string(reply.status) + ",\"manner\":\"" +
                             std::string(name_of(reply.manner)) +
                             "\",\"first\":" + (reply.first ? "true" : "false") +
                             ",\"message\":" + std::string(body) + "}\n";
    if (::write(file, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
      std::fprintf(stderr, "phone_sink: %s: could not write\n", options.out.c_str());
    }
  }

  Response control(const Request& request) {
    if (request.method() == http::verb::delete_) {
      phones.forget_orders();
      return response(request, 200, "{}");
    }
    const auto order = parse_order(request.body());
    if (!order) return response(request, 400, R"({"error":"address and manner are needed"})");
    phones.order(order->first, order->second);
    return response(request, 200, "{}");
  }

  // What is no message. Nothing if it is one.
  std::optional<Response> other(const Request& request) {
    const std::string_view target(request.target().data(), request.target().size());
    if (target == "/control") return control(request);
    if (target == "/mark") {
      mark = steady_clock::now();
      return response(request, 200, "{}");
    }
    if (target == "/stats") {
      const auto& counts = phones.counts();
      return response(request, 200,
                      "{\"requests\":" + std::to_string(counts.requests) +
                          ",\"distinct\":" + std::to_string(counts.distinct) +
                          ",\"taken\":" + std::to_string(counts.taken) + "}");
    }
    if (request.method() == http::verb::post) return std::nullopt;
    return response(request, 404, R"({"error":"no such page"})");
  }

  static asio::awaitable<bool> answer(std::shared_ptr<State> state, tcp::socket& socket,
                                      const Request& request) {
    const auto at = system_clock::now();
    std::optional<Response> reply = state->other(request);
    if (!reply) {
      const auto message = parse_message(request.body());
      if (!message) {
        reply = response(request, 400, R"({"error":"this is not a message"})");
      } else {
        const Reply said = state->phones.receive(*message);
        state->keep(request.body(), said, at);
        if (!state->options.quiet && said.first) state->print(*message, at);
        if (said.manner == Manner::drop) co_return false;
        if (said.delay.count() > 0 || said.manner == Manner::hang) {
          asio::steady_timer timer(socket.get_executor());
          timer.expires_after(said.manner == Manner::hang ? std::chrono::minutes(10) : said.delay);
          co_await timer.async_wait(kQuietly);
        }
        if (said.manner == Manner::hang) co_return false;
        reply = response(request, said.status, said.body);
        if (said.retry_after.count() > 0) {
          reply->set(http::field::retry_after, std::to_string(said.retry_after.count()));
        }
      }
    }
    const auto [error, bytes] = co_await http::async_write(socket, *reply, kQuietly);
    co_return !error && request.keep_alive();
  }

  static asio::awaitable<void> serve(std::shared_ptr<State> state, tcp::socket socket) {
    boost::beast::flat_buffer buffer;
    socket.set_option(tcp::no_delay(true));
    bool goes_on = true;
    while (goes_on) {
      Request request;
      const auto [error, bytes] = co_await http::async_read(socket, buffer, request, kQuietly);
      if (error) co_return;
      goes_on = co_await answer(state, socket, request);
    }
  }

  static asio::awaitable<void> accept(std::shared_ptr<State> state) {
    while (true) {
      auto [error, socket] = co_await state->acceptor.async_accept(kQuietly);
      if (error == asio::error::operation_aborted) co_return;
      if (error) continue;
      const auto executor = socket.get_executor();
      asio::co_spawn(executor, serve(state, std::move(socket)), asio::detached);
    }
  }

  Options options;
  Phones phones;
  tcp::acceptor acceptor;
  int file = -1;
  std::optional<steady_clock::time_point> mark;
};

Server::Server(asio::io_context& loop, const Options& options)
    : state_(std::make_shared<State>(loop, options)) {
  asio::co_spawn(loop, State::accept(state_), asio::detached);
}

Server::~Server() {
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
}

std::string Server::url() const {
  const auto endpoint = state_->acceptor.local_endpoint();
  const std::string address = endpoint.address().to_string();
  return "http://" + (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" +
         std::to_string(endpoint.port());
}

const Phones::Counts& Server::counts() const { return state_->phones.counts(); }

}  // namespace shouwang::phone_sink
