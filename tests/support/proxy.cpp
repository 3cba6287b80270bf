#include "tests/support/proxy.h"

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace shouwang::testing {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct Rules {
  bool silent = false;
  int refused_version = 0;
};

// One client and its connection to the broker.
class Pair : public std::enable_shared_from_this<Pair> {
 public:
  Pair(tcp::socket client, const Rules& rules)
      : rules_(rules), client_(std::move(client)), broker_(client_.get_executor()) {}

  void begin(std::uint16_t target) {
    error_code error;
    broker_.connect({asio::ip::address_v4::loopback(), target}, error);
    if (error) return end(false);
    error = client_.set_option(tcp::no_delay(true), error);
    error = broker_.set_option(tcp::no_delay(true), error);
    relay(client_, broker_, from_client_);
    relay(broker_, client_, from_broker_);
  }

  void end(bool by_reset) {
    error_code ignored;
    if (by_reset) {
      ignored = client_.set_option(asio::socket_base::linger(true, 0), ignored);
      ignored = broker_.set_option(asio::socket_base::linger(true, 0), ignored);
    }
    client_.close(ignored);
    broker_.close(ignored);
  }

  void become_silent() { silent_ = true; }

 private:
  using Buffer = std::array<unsigned char, 16384>;

  void relay(tcp::socket& from, tcp::socket& to, Buffer& buffer) {
    from.async_read_some(asio::buffer(buffer), [self = shared_from_this(), &from, &to, &buffer](
                                                   error_code error, std::size_t size) {
      if (error) return self->end(false);
      if (&from == &self->client_ && self->refuses(buffer, size)) return;
      if (self->silent_) return self->relay(from, to, buffer);
      asio::async_write(to, asio::buffer(buffer, size),
                        [self, &from, &to, &buffer](error_code failed, std::size_t) {
                          if (failed) return self->end(false);
                          self->relay(from, to, buffer);
                        });
    });
  }

  // The first packet is a CONNECT: fixed header, "MQTT" with its length, then the version.
  bool refuses(const Buffer& buffer, std::size_t size) {
    if (std::exchange(begun_, true) || rules_.refused_version == 0 || size < 10) return false;
    const std::size_t header = (buffer[1] & 0x80U) != 0 ? 3 : 2;
    if (buffer[header + 6] != rules_.refused_version) return false;
    static constexpr std::array<unsigned char, 4> kConnack = {0x20, 2, 0, 1};
    error_code ignored;
    asio::write(client_, asio::buffer(kConnack), ignored);
    end(false);
    return true;
  }

  const Rules& rules_;
  tcp::socket client_;
  tcp::socket broker_;
  Buffer from_client_{};
  Buffer from_broker_{};
  bool silent_ = false;
  bool begun_ = false;
};

}  // namespace

class Proxy::Impl {
 public:
  explicit Impl(std::uint16_t target) : target_(target) {
    listen({asio::ip::address_v4::loopback(), 0});
    port_ = acceptor_.local_endpoint().port();
    thread_ = std::thread([this] { io_.run(); });
  }

  ~Impl() {
    io_.stop();
    thread_.join();
  }

  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }

  // Runs the action on the proxy's thread and waits for it.
  void command(const std::function<void()>& action) {
    std::promise<void> done;
    asio::post(io_, [&] {
      action();
      done.set_value();
    });
    done.get_future().wait();
  }

  void end_all(bool by_reset) {
    for (const auto& each : pairs_) {
      if (const auto pair = each.lock()) pair->end(by_reset);
    }
    pairs_.clear();
  }

  void close() {
    error_code ignored;
    acceptor_.close(ignored);
    end_all(false);
  }

  void fall_silent() {
    for (const auto& each : pairs_) {
      if (const auto pair = each.lock()) pair->become_silent();
    }
  }

  void open() {
    rules = {};
    if (!acceptor_.is_open()) listen({asio::ip::address_v4::loopback(), port_});
  }

  Rules rules;

 private:
  void listen(const tcp::endpoint& endpoint) {
    acceptor_ = tcp::acceptor(io_, endpoint, true);
    accept();
  }

  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (error) return;
      ++connections_;
      const auto pair = std::make_shared<Pair>(std::move(socket), rules);
      pairs_.push_back(pair);
      pair->begin(target_);
      accept();
    });
  }

  const std::uint16_t target_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  tcp::acceptor acceptor_{io_};
  std::vector<std::weak_ptr<Pair>> pairs_;
  std::thread thread_;
};

Proxy::Proxy(std::uint16_t target) : impl_(std::make_unique<Impl>(target)) {}
Proxy::~Proxy() = default;

std::uint16_t Proxy::port() const { return impl_->port(); }
int Proxy::connections() const { return impl_->connections(); }
void Proxy::close() {
  impl_->command([this] { impl_->close(); });
}
void Proxy::reset() {
  impl_->command([this] { impl_->end_all(true); });
}
void Proxy::fall_silent() {
  impl_->command([this] { impl_->fall_silent(); });
}
void Proxy::open() {
  impl_->command([this] { impl_->open(); });
}
void Proxy::refuse_version(std::uint8_t version) {
  impl_->command([this, version] { impl_->rules.refused_version = version; });
}

}  // namespace shouwang::testing
