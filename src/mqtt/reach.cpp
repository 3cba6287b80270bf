#include "mqtt/reach.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <utility>

namespace shouwang::mqtt {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::chrono::seconds kPatience{3};

class Question : public std::enable_shared_from_this<Question> {
 public:
  Question(asio::io_context& io, std::function<void(const std::string&)> done)
      : resolver_(io), socket_(io), timer_(io), done_(std::move(done)) {}

  void ask(const Address& address) {
    timer_.expires_after(kPatience);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->answer("no answer within 3 s");
    });
    resolver_.async_resolve(address.host, std::to_string(address.port),
                            [self = shared_from_this()](error_code error, auto found) {
                              if (error) return self->answer(error.message());
                              self->connect(found);
                            });
  }

 private:
  void connect(const asio::ip::tcp::resolver::results_type& found) {
    asio::async_connect(socket_, found, [self = shared_from_this()](error_code error, const auto&) {
      self->answer(error ? error.message() : std::string());
    });
  }

  void answer(const std::string& reason) {
    if (auto done = std::exchange(done_, nullptr)) done(reason);
    timer_.cancel();
    resolver_.cancel();
    error_code ignored;
    socket_.close(ignored);
  }

  asio::ip::tcp::resolver resolver_;
  asio::ip::tcp::socket socket_;
  asio::steady_timer timer_;
  std::function<void(const std::string&)> done_;
};

}  // namespace

void ask_reach(asio::io_context& io, const Address& address,
               std::function<void(const std::string& reason)> done) {
  std::make_shared<Question>(io, std::move(done))->ask(address);
}

}  // namespace shouwang::mqtt
