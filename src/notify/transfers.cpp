#include "notify/transfers.h"

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace shouwang::notify {
namespace {

namespace asio = boost::asio;

constexpr Millis kConnectTimeMax{5'000};
constexpr long kIdleConnectionsMax = 256;
constexpr std::size_t kIdleHandlesMax = 256;

}  // namespace

void start_curl() {
  struct Start {
    Start() { CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); }
  };
  static const Start started;
}

void CurlCall::set_common(CURL* easy, Millis timeout) {
  const Millis connect = std::min(timeout, kConnectTimeMax);
  set(easy, CURLOPT_ERRORBUFFER, trouble_.data());
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect.count()));
  // A resolver thread that hangs is left behind to clean up after itself: without this, giving
  // up on a name waits for the name server.
  set(easy, CURLOPT_QUICK_EXIT, 1L);
  set(easy, CURLOPT_PROXY, "");
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
}

std::string CurlCall::words_of(CURLcode code) const {
  const std::string_view detail(trouble_.data());
  return std::string(detail.empty() ? curl_easy_strerror(code) : detail);
}

Error CurlCall::error_of(CURLcode code) const {
  Error error{.code = Error::Code::unavailable, .what = words_of(code)};
  if (code == CURLE_OPERATION_TIMEDOUT) error.code = Error::Code::timed_out;
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    error.code = Error::Code::invalid;
  }
  return error;
}

class Transfers::Engine : public std::enable_shared_from_this<Engine> {
 public:
  explicit Engine(asio::io_context& loop) : loop_(loop), timer_(loop) {
    start_curl();
    multi_ = curl_multi_init();
    CHECK(multi_ != nullptr);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Engine::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Engine::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kIdleConnectionsMax);
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  ~Engine() {
    for (const auto& [easy, transfer] : running_) {
      curl_multi_remove_handle(multi_, easy);
      curl_easy_cleanup(easy);
    }
    for (CURL* easy : idle_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    for (auto& [socket, watch] : watches_) watch->descriptor.release();
  }

  void start(std::unique_ptr<Transfer> transfer) {
    CURL* easy = take_handle();
    transfer->prepare(easy);
    running_.emplace(easy, std::move(transfer));
    CHECK(curl_multi_add_handle(multi_, easy) == CURLM_OK);
    // The request leaves now, not once whoever starts it has come to the end of a turn of the loop.
    // What has ended already is told later: start() returns before.
    int running = 0;
    curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
    if (static_cast<std::size_t>(running) == running_.size()) return;
    asio::post(loop_, [self = weak_from_this()] {
      if (const auto engine = self.lock()) engine->tell_ended();
    });
  }

 private:
  // A socket of libcurl's that it wants to hear of.
  struct Watch {
    Watch(asio::io_context& loop, curl_socket_t socket) : descriptor(loop) {
      // Throwing through libcurl's frames is not an option; without epoll there is no going on.
      boost::system::error_code error;
      descriptor.assign(socket, error);
      CHECK(!error);
    }
    asio::posix::stream_descriptor descriptor;
    int wanted = CURL_POLL_NONE;
    bool reading = false;
    bool writing = false;
  };

  static int on_socket(CURL*, curl_socket_t socket, int what, void* owner, void*) {
    static_cast<Engine*>(owner)->watch(socket, what);
    return 0;
  }

  static int on_timer(CURLM*, long timeout_ms, void* owner) {
    static_cast<Engine*>(owner)->set_timer(timeout_ms);
    return 0;
  }

  void watch(curl_socket_t socket, int what) {
    auto found = watches_.find(socket);
    if (what == CURL_POLL_REMOVE) {
      if (found == watches_.end()) return;
      found->second->descriptor.release();  // libcurl closes it.
      watches_.erase(found);
      return;
    }
    if (found == watches_.end()) {
      found = watches_.emplace(socket, std::make_shared<Watch>(loop_, socket)).first;
    }
    found->second->wanted = what;
    arm(socket, found->second);
  }

  void arm(curl_socket_t socket, const std::shared_ptr<Watch>& watch) {
    using Wait = asio::posix::descriptor_base;
    if ((watch->wanted & CURL_POLL_IN) != 0 && !watch->reading) {
      watch->reading = true;
      wait(socket, watch, Wait::wait_read);
    }
    if ((watch->wanted & CURL_POLL_OUT) != 0 && !watch->writing) {
      watch->writing = true;
      wait(socket, watch, Wait::wait_write);
    }
  }

  void wait(curl_socket_t socket, const std::shared_ptr<Watch>& watch,
            asio::posix::descriptor_base::wait_type type) {
    watch->descriptor.async_wait(type, [self = weak_from_this(), socket, watch,
                                        type](const boost::system::error_code& error) {
      const bool read = type == asio::posix::descriptor_base::wait_read;
      (read ? watch->reading : watch->writing) = false;
      const auto engine = self.lock();
      if (engine == nullptr || error == asio::error::operation_aborted) return;
      engine->on_ready(socket, watch, read ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
    });
  }

  void on_ready(curl_socket_t socket, const std::shared_ptr<Watch>& watch, int event) {
    if (!is_current(socket, watch)) return;
    const int wants = event == CURL_CSELECT_IN ? CURL_POLL_IN : CURL_POLL_OUT;
    if ((watch->wanted & wants) == 0) return;
    act(socket, event);
    if (is_current(socket, watch)) arm(socket, watch);
  }

  bool is_current(curl_socket_t socket, const std::shared_ptr<Watch>& watch) const {
    const auto found = watches_.find(socket);
    return found != watches_.end() && found->second == watch;
  }

  void set_timer(long timeout_ms) {
    timer_.cancel();
    if (timeout_ms < 0) return;
    timer_.expires_after(Millis(timeout_ms));
    timer_.async_wait([self = weak_from_this()](const boost::system::error_code& error) {
      const auto engine = self.lock();
      if (engine != nullptr && !error) engine->act(CURL_SOCKET_TIMEOUT, 0);
    });
  }

  void act(curl_socket_t socket, int event) {
    int running = 0;
    curl_multi_socket_action(multi_, socket, event, &running);
    tell_ended();
  }

  void tell_ended() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
    }
  }

  void finish(CURL* easy, CURLcode code) {
    const auto transfer = std::move(running_.extract(easy).mapped());
    curl_multi_remove_handle(multi_, easy);
    const auto tell = transfer->finish(easy, code);
    give_back(easy);
    tell();
  }

  CURL* take_handle() {
    CURL* easy = nullptr;
    if (idle_.empty()) {
      easy = curl_easy_init();
    } else {
      easy = idle_.back();
      idle_.pop_back();
    }
    CHECK(easy != nullptr);
    return easy;
  }

  void give_back(CURL* easy) {
    if (idle_.size() >= kIdleHandlesMax) {
      curl_easy_cleanup(easy);
      return;
    }
    curl_easy_reset(easy);
    idle_.push_back(easy);
  }

  asio::io_context& loop_;
  asio::steady_timer timer_;
  CURLM* multi_ = nullptr;
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> running_;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  std::vector<CURL*> idle_;  // Handles to use again.
};

Transfers::Transfers(asio::io_context& loop) : engine_(std::make_shared<Engine>(loop)) {}
Transfers::~Transfers() = default;
void Transfers::start(std::unique_ptr<Transfer> transfer) { engine_->start(std::move(transfer)); }

}  // namespace shouwang::notify
