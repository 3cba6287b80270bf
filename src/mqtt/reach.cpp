#include "mqtt/reach.h"

#include <openssl/x509v3.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
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
  Question(asio::io_context& io, Address address, std::function<void(const Reach&)> done)
      : address_(std::move(address)),
        resolver_(io),
        stream_(io, trust_),
        timer_(io),
        done_(std::move(done)) {}

  void ask(const std::string& ca_file) {
    if (address_.tls && !demand_certificate(ca_file)) return;
    timer_.expires_after(kPatience);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->answer("no answer within 3 s");
    });
    resolver_.async_resolve(address_.host, std::to_string(address_.port),
                            [self = shared_from_this()](error_code error, auto found) {
                              if (error) return self->answer(error.message());
                              self->connect(found);
                            });
  }

 private:
  // As Paho does: signed by the authority, and made for the name or number in the address.
  bool demand_certificate(const std::string& ca_file) {
    error_code error;
    if (ca_file.empty()) {
      error = trust_.set_default_verify_paths(error);
    } else {
      error = trust_.load_verify_file(ca_file, error);
    }
    if (error) {
      reach_.port_answers = true;
      answer(error.message());
      return false;
    }
    error = stream_.set_verify_mode(asio::ssl::verify_peer, error);
    SSL* ssl = stream_.native_handle();
    SSL_set_tlsext_host_name(ssl, address_.host.c_str());
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), address_.host.c_str()) != 1) {
      SSL_set1_host(ssl, address_.host.c_str());
    }
    return true;
  }

  void connect(const asio::ip::tcp::resolver::results_type& found) {
    asio::async_connect(stream_.next_layer(), found,
                        [self = shared_from_this()](error_code error, const auto&) {
                          if (error) return self->answer(error.message());
                          self->reach_.port_answers = true;
                          self->shake_hands();
                        });
  }

  void shake_hands() {
    if (!address_.tls) return succeed();
    stream_.async_handshake(asio::ssl::stream_base::client,
                            [self = shared_from_this()](error_code error) {
                              if (!error) return self->succeed();
                              self->answer(self->tls_reason(error));
                            });
  }

  std::string tls_reason(const error_code& error) {
    const long verdict = SSL_get_verify_result(stream_.native_handle());
    return verdict == X509_V_OK ? error.message() : X509_verify_cert_error_string(verdict);
  }

  void succeed() {
    reach_.tls_works = true;
    answer("");
  }

  void answer(const std::string& reason) {
    reach_.reason = reason;
    if (auto done = std::exchange(done_, nullptr)) done(reach_);
    timer_.cancel();
    resolver_.cancel();
    error_code ignored;
    ignored = stream_.next_layer().close(ignored);
  }

  const Address address_;
  Reach reach_;
  asio::ssl::context trust_{asio::ssl::context::tls_client};
  asio::ip::tcp::resolver resolver_;
  asio::ssl::stream<asio::ip::tcp::socket> stream_;
  asio::steady_timer timer_;
  std::function<void(const Reach&)> done_;
};

}  // namespace

void ask_reach(asio::io_context& io, const Address& address, const std::string& ca_file,
               std::function<void(const Reach&)> done) {
  std::make_shared<Question>(io, address, std::move(done))->ask(ca_file);
}

}  // namespace shouwang::mqtt
