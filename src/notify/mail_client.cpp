#include "notify/mail_client.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <unordered_map>
#include <vector>

#include "notify/transfers.h"

namespace shouwang::notify {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kThreadsMax = 4;

class MailTransfer final : public CurlCall {
 public:
  explicit MailTransfer(MailRequest request) : request_(std::move(request)) {}

  void prepare(CURL* easy) {
    using std::chrono::seconds;
    set_common(easy, request_.timeout);
    const auto patience = std::chrono::ceil<seconds>(request_.timeout).count();
    set(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(patience));
    set(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(easy, CURLOPT_URL, request_.url.c_str());
    if (request_.start_tls) set(easy, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    if (!request_.user.empty()) {
      set(easy, CURLOPT_USERNAME, request_.user.c_str());
      set(easy, CURLOPT_PASSWORD, request_.password.c_str());
    }
    set(easy, CURLOPT_MAIL_FROM, request_.from.c_str());
    set(easy, CURLOPT_MAIL_RCPT, add_line(request_.to));
    set(easy, CURLOPT_WRITEFUNCTION, &MailTransfer::on_text);
    set(easy, CURLOPT_UPLOAD, 1L);
    set(easy, CURLOPT_READFUNCTION, &MailTransfer::on_upload);
    set(easy, CURLOPT_READDATA, this);
    set(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.text.size()));
  }

  Result<MailAnswer> result_of(CURL* easy, CURLcode code) const {
    if (code == CURLE_OK) return MailAnswer{};
    long last = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &last);
    if (last < 400 || code == CURLE_OPERATION_TIMEDOUT) return tl::unexpected(error_of(code));
    return MailAnswer{.code = static_cast<int>(last), .trouble = words_of(code)};
  }

 private:
  static std::size_t on_text(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
  }

  static std::size_t on_upload(char* room, std::size_t size, std::size_t count, void* owner) {
    auto& mail = *static_cast<MailTransfer*>(owner);
    const std::size_t bytes = std::min(size * count, mail.request_.text.size() - mail.uploaded_);
    std::memcpy(room, mail.request_.text.data() + mail.uploaded_, bytes);
    mail.uploaded_ += bytes;
    return bytes;
  }

  MailRequest request_;
  std::size_t uploaded_ = 0;
};

// The sockets of one thread. Whoever holds the lock knows that a socket in here is still open.
class Sockets {
 public:
  // Ends whatever is waited for on them, at once.
  void cut() {
    const std::scoped_lock lock(mutex_);
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }

  void track(CURL* easy) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Sockets::on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &Sockets::on_close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
  }

 private:
  static curl_socket_t on_open(void* owner, curlsocktype, curl_sockaddr* address) {
    auto& self = *static_cast<Sockets*>(owner);
    const std::scoped_lock lock(self.mutex_);
    const int type = address->socktype | SOCK_CLOEXEC;
    const int socket = ::socket(address->family, type, address->protocol);
    if (socket >= 0) self.open_.insert(socket);
    return socket;
  }

  static int on_close(void* owner, curl_socket_t socket) {
    auto& self = *static_cast<Sockets*>(owner);
    const std::scoped_lock lock(self.mutex_);
    self.open_.erase(socket);
    return ::close(socket);
  }

  std::mutex mutex_;
  std::set<int> open_;
};

// A mail on its way from the loop's thread to one of ours.
struct Order {
  std::uint64_t id = 0;
  MailRequest request;
};

}  // namespace

// `waiting_` belongs to the loop's thread; the threads share what `mutex_` guards.
class MailClient::Office : public std::enable_shared_from_this<Office> {
 public:
  explicit Office(asio::io_context& loop) : loop_(loop) { start_curl(); }

  void stop() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    arrived_.notify_all();
    for (Clerk& clerk : clerks_) clerk.sockets.cut();
    for (Clerk& clerk : clerks_) clerk.thread.join();
  }

  void mail(MailRequest request, Done done) {
    const std::uint64_t id = ++last_;
    const auto [entry, added] = waiting_.try_emplace(id, std::move(done), loop_, request.timeout);
    entry->second.deadline.async_wait(
        [self = weak_from_this(), id](const boost::system::error_code& error) {
          const auto office = self.lock();
          if (office != nullptr && !error) office->give_up(id);
        });
    {
      const std::scoped_lock lock(mutex_);
      orders_.push_back({id, std::move(request)});
      if (orders_.size() > idle_ && clerks_.size() < kThreadsMax) hire();
    }
    arrived_.notify_one();
  }

 private:
  struct Waiting {
    Waiting(Done done_, asio::io_context& loop, Millis timeout)
        : done(std::move(done_)), deadline(loop, timeout) {}
    Done done;
    asio::steady_timer deadline;
  };

  struct Clerk {
    std::uint64_t order = 0;  // The one in hand; 0: none.
    Sockets sockets;
    std::thread thread;
  };

  void hire() {
    Clerk& clerk = clerks_.emplace_back();
    clerk.thread = std::thread([this, &clerk] { work(clerk); });
  }

  void work(Clerk& clerk) {
    CURL* easy = curl_easy_init();
    CHECK(easy != nullptr);
    while (auto order = next(clerk)) {
      MailTransfer transfer(std::move(order->request));
      curl_easy_reset(easy);
      transfer.prepare(easy);
      clerk.sockets.track(easy);
      curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
      curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &Office::on_progress);
      curl_easy_setopt(easy, CURLOPT_XFERINFODATA, this);
      const CURLcode code = curl_easy_perform(easy);
      report(order->id, transfer.result_of(easy, code));
      if (code != CURLE_OK) easy = replaced(easy, clerk);
    }
    clerk.sockets.cut();
    curl_easy_cleanup(easy);
  }

  // A conversation that broke off is not gone on with: libcurl would, and take the server's
  // belated word on the last mail for its word on the next.
  static CURL* replaced(CURL* easy, Clerk& clerk) {
    clerk.sockets.cut();
    curl_easy_cleanup(easy);
    easy = curl_easy_init();
    CHECK(easy != nullptr);
    return easy;
  }

  static int on_progress(void* owner, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Office*>(owner)->stopping_ ? 1 : 0;
  }

  std::optional<Order> next(Clerk& clerk) {
    std::unique_lock lock(mutex_);
    clerk.order = 0;
    ++idle_;
    arrived_.wait(lock, [this] { return stopping_ || !orders_.empty(); });
    --idle_;
    if (stopping_) return std::nullopt;
    Order order = std::move(orders_.front());
    orders_.pop_front();
    clerk.order = order.id;
    return order;
  }

  void report(std::uint64_t id, Result<MailAnswer> answer) {
    asio::post(loop_, [self = weak_from_this(), id, answer = std::move(answer)] {
      if (const auto office = self.lock()) office->tell(id, answer);
    });
  }

  void tell(std::uint64_t id, const Result<MailAnswer>& answer) {
    const auto waiting = waiting_.extract(id);
    if (!waiting.empty()) waiting.mapped().done(answer);
  }

  // Time is up: whoever has it in hand is torn off the line, whatever it waits for there.
  void give_up(std::uint64_t id) {
    {
      const std::scoped_lock lock(mutex_);
      std::erase_if(orders_, [id](const Order& order) { return order.id == id; });
      for (Clerk& clerk : clerks_) {
        if (clerk.order == id) clerk.sockets.cut();
      }
    }
    tell(id, fail(Error::Code::timed_out, "the mail server did not take it in time"));
  }

  asio::io_context& loop_;
  std::unordered_map<std::uint64_t, Waiting> waiting_;
  std::uint64_t last_ = 0;

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Order> orders_;
  std::size_t idle_ = 0;
  std::deque<Clerk> clerks_;  // Grows only, on the loop's thread.
  std::atomic<bool> stopping_ = false;
};

MailClient::MailClient(asio::io_context& loop) : office_(std::make_shared<Office>(loop)) {}

MailClient::~MailClient() { office_->stop(); }

void MailClient::mail(MailRequest request, Done done) {
  office_->mail(std::move(request), std::move(done));
}

}  // namespace shouwang::notify
