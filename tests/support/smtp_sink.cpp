#include "tests/support/smtp_sink.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <set>

namespace shouwang::testing {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);

std::string inside_angles(const std::string& line) {
  const auto open = line.find('<');
  const auto close = line.find('>', open);
  return open == std::string::npos ? "" : line.substr(open + 1, close - open - 1);
}

}  // namespace

struct SmtpSink::State {
  explicit State(asio::io_context& loop)
      : acceptor(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}

  // One conversation.
  struct Talk {
    std::shared_ptr<State> state;
    std::shared_ptr<tcp::socket> socket;
    std::string buffer;
    Mail mail;

    // The next line without its end, or nothing once the other side has gone.
    asio::awaitable<std::optional<std::string>> hear() {
      const auto [error, bytes] =
          co_await asio::async_read_until(*socket, asio::dynamic_buffer(buffer), "\r\n", kQuietly);
      if (error) co_return std::nullopt;
      std::string line = buffer.substr(0, bytes - 2);
      buffer.erase(0, bytes);
      co_return line;
    }

    // Whether the conversation goes on.
    asio::awaitable<bool> say(std::string text) {
      if (text == "hang") state->hanging.insert(socket);
      if (text.empty() || text == "hang") co_return false;
      text += "\r\n";
      const auto [error, bytes] = co_await asio::async_write(*socket, asio::buffer(text), kQuietly);
      co_return !error;
    }

    asio::awaitable<bool> take_mail() {
      if (!co_await say("354 go on")) co_return false;
      while (auto line = co_await hear()) {
        if (*line == ".") {
          if (state->manners.to_data.starts_with("2")) state->mails.push_back(mail);
          mail = {};
          co_return co_await say(state->manners.to_data);
        }
        if (line->starts_with('.')) line->erase(0, 1);
        mail.text += *line + "\r\n";
      }
      co_return false;
    }

    asio::awaitable<bool> take_login() {
      if (!co_await say("334 ")) co_return false;
      const auto secret = co_await hear();
      co_return secret&& co_await say(state->manners.to_login);
    }

    asio::awaitable<bool> answer(std::string line) {
      const std::string verb = line.substr(0, 4);
      if (verb == "EHLO") co_return co_await say("250-sink\r\n250 AUTH PLAIN");
      if (verb == "AUTH") co_return co_await take_login();
      if (verb == "DATA") co_return co_await take_mail();
      if (verb == "MAIL") mail.from = inside_angles(line);
      if (verb == "RCPT") {
        mail.to = inside_angles(line);
        co_return co_await say(state->manners.to_recipient);
      }
      if (verb == "QUIT") co_await say(state->manners.to_quit);
      if (verb == "QUIT") co_return false;
      co_return co_await say("250 ok");
    }
  };

  static asio::awaitable<void> serve(std::shared_ptr<State> state,
                                     std::shared_ptr<tcp::socket> socket) {
    Talk talk{.state = state, .socket = socket, .buffer = {}, .mail = {}};
    if (!co_await talk.say(state->manners.greeting)) co_return;
    while (const auto line = co_await talk.hear()) {
      state->commands.push_back(*line);
      if (!co_await talk.answer(*line)) co_return;
    }
  }

  static asio::awaitable<void> accept(std::shared_ptr<State> state) {
    while (state->acceptor.is_open()) {
      auto [error, socket] = co_await state->acceptor.async_accept(kQuietly);
      if (error) co_return;
      auto owned = std::make_shared<tcp::socket>(std::move(socket));
      asio::co_spawn(owned->get_executor(), serve(state, owned), asio::detached);
    }
  }

  tcp::acceptor acceptor;
  SmtpManners manners;
  std::vector<Mail> mails;
  std::vector<std::string> commands;
  std::set<std::shared_ptr<tcp::socket>> hanging;
};

SmtpSink::SmtpSink(asio::io_context& loop) : state_(std::make_shared<State>(loop)) {
  asio::co_spawn(loop, State::accept(state_), asio::detached);
}

SmtpSink::~SmtpSink() {
  state_->acceptor.close();
  state_->hanging.clear();
}

std::string SmtpSink::url() const {
  return "smtp://127.0.0.1:" + std::to_string(state_->acceptor.local_endpoint().port());
}

void SmtpSink::behaves(SmtpManners manners) { state_->manners = std::move(manners); }
const std::vector<Mail>& SmtpSink::mails() const { return state_->mails; }
const std::vector<std::string>& SmtpSink::commands() const { return state_->commands; }

}  // namespace shouwang::testing
