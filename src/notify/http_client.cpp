#include "notify/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "base/check.h"

namespace shouwang::notify {
namespace {

namespace asio = boost::asio;

constexpr Millis kConnectTimeMax{5'000};
constexpr long kIdleConnectionsMax = 256;
constexpr std::size_t kIdleHandlesMax = 256;

// One transfer: what libcurl reads from and writes to while it runs.
struct Job {
  CURL* easy = nullptr;
  HttpRequest http;
  MailRequest letter;
  std::variant<HttpClient::HttpDone, HttpClient::MailDone> done;
  HttpAnswer answer;
  std::size_t uploaded = 0;
  curl_slist* lines = nullptr;  // Headers, or the receivers of a letter.
  std::array<char, CURL_ERROR_SIZE> trouble{};

  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  ~Job() { curl_slist_free_all(lines); }

  void add_line(const std::string& line) { lines = curl_slist_append(lines, line.c_str()); }
};

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* owner) {
  auto& answer = static_cast<Job*>(owner)->answer;
  const std::size_t bytes = size * count;
  const std::size_t room = kAnswerBytesMax - answer.body.size();
  answer.body.append(data, std::min(bytes, room));
  answer.cut = bytes > room;
  return answer.cut ? 0 : bytes;
}

std::size_t on_upload(char* room, std::size_t size, std::size_t count, void* owner) {
  auto& job = *static_cast<Job*>(owner);
  const std::size_t bytes = std::min(size * count, job.letter.text.size() - job.uploaded);
  std::memcpy(room, job.letter.text.data() + job.uploaded, bytes);
  job.uploaded += bytes;
  return bytes;
}

void set_common(Job& job, Millis timeout) {
  CURL* easy = job.easy;
  set(easy, CURLOPT_PRIVATE, &job);
  set(easy, CURLOPT_ERRORBUFFER, job.trouble.data());
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  set(easy, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::min(timeout, kConnectTimeMax).count()));
  // A resolver thread that hangs is left behind to clean up after itself: without this, giving
  // up on a name waits for the name server.
  set(easy, CURLOPT_QUICK_EXIT, 1L);
  set(easy, CURLOPT_PROXY, "");
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy, CURLOPT_WRITEFUNCTION, on_body);
  set(easy, CURLOPT_WRITEDATA, &job);
}

void set_method(Job& job) {
  CURL* easy = job.easy;
  const HttpRequest& http = job.http;
  if (http.method == "GET") {
    set(easy, CURLOPT_HTTPGET, 1L);
    return;
  }
  set(easy, CURLOPT_POST, 1L);
  if (http.method != "POST") set(easy, CURLOPT_CUSTOMREQUEST, http.method.c_str());
  set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(http.body.size()));
  set(easy, CURLOPT_POSTFIELDS, http.body.data());
}

void set_http(Job& job) {
  CURL* easy = job.easy;
  set_common(job, job.http.timeout);
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_URL, job.http.url.c_str());
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_USERAGENT, "shouwang");
  for (const auto& [name, value] : job.http.headers) job.add_line(name + ": " + value);
  job.add_line("Expect:");
  set(easy, CURLOPT_HTTPHEADER, job.lines);
  set_method(job);
}

void set_mail(Job& job) {
  CURL* easy = job.easy;
  set_common(job, job.letter.timeout);
  set(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(easy, CURLOPT_URL, job.letter.url.c_str());
  if (job.letter.start_tls) set(easy, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  if (!job.letter.user.empty()) {
    set(easy, CURLOPT_USERNAME, job.letter.user.c_str());
    set(easy, CURLOPT_PASSWORD, job.letter.password.c_str());
  }
  set(easy, CURLOPT_MAIL_FROM, job.letter.from.c_str());
  job.add_line(job.letter.to);
  set(easy, CURLOPT_MAIL_RCPT, job.lines);
  set(easy, CURLOPT_UPLOAD, 1L);
  set(easy, CURLOPT_READFUNCTION, on_upload);
  set(easy, CURLOPT_READDATA, &job);
  set(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(job.letter.text.size()));
}

std::string words_of(const Job& job, CURLcode code) {
  const std::string_view detail(job.trouble.data());
  return std::string(detail.empty() ? curl_easy_strerror(code) : detail);
}

Error error_of(const Job& job, CURLcode code) {
  Error error{.code = Error::Code::unavailable, .what = words_of(job, code)};
  if (code == CURLE_OPERATION_TIMEDOUT) error.code = Error::Code::timed_out;
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    error.code = Error::Code::invalid;
  }
  return error;
}

Result<HttpAnswer> http_result(Job& job, CURLcode code) {
  long status = 0;
  curl_easy_getinfo(job.easy, CURLINFO_RESPONSE_CODE, &status);
  const bool cut = code == CURLE_WRITE_ERROR && job.answer.cut;
  if (code != CURLE_OK && !cut) return tl::unexpected(error_of(job, code));
  job.answer.status = static_cast<int>(status);
  curl_off_t seconds = 0;
  curl_easy_getinfo(job.easy, CURLINFO_RETRY_AFTER, &seconds);
  if (seconds > 0) job.answer.retry_after = std::chrono::seconds(seconds);
  return std::move(job.answer);
}

Result<MailAnswer> mail_result(const Job& job, CURLcode code) {
  if (code == CURLE_OK) return MailAnswer{};
  long last = 0;
  curl_easy_getinfo(job.easy, CURLINFO_RESPONSE_CODE, &last);
  if (last < 400 || code == CURLE_OPERATION_TIMEDOUT) return tl::unexpected(error_of(job, code));
  return MailAnswer{.code = static_cast<int>(last), .trouble = words_of(job, code)};
}

struct CurlStart {
  CurlStart() { CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); }
};

}  // namespace

class HttpClient::Engine : public std::enable_shared_from_this<Engine> {
 public:
  explicit Engine(asio::io_context& loop) : loop_(loop), timer_(loop) {
    static const CurlStart started;
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
    for (const auto& [easy, job] : jobs_) {
      curl_multi_remove_handle(multi_, easy);
      curl_easy_cleanup(easy);
    }
    for (CURL* easy : idle_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    for (auto& [socket, watch] : watches_) watch->descriptor.release();
  }

  void start(std::unique_ptr<Job> job, void (*prepare)(Job&)) {
    job->easy = take_handle();
    CURL* easy = job->easy;
    prepare(*job);
    jobs_.emplace(easy, std::move(job));
    CHECK(curl_multi_add_handle(multi_, easy) == CURLM_OK);
  }

 private:
  // A socket of libcurl's that it wants to hear of.
  struct Watch {
    explicit Watch(asio::io_context& loop, curl_socket_t socket) : descriptor(loop, socket) {}
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
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
    }
  }

  void finish(CURL* easy, CURLcode code) {
    auto job = std::move(jobs_.extract(easy).mapped());
    curl_multi_remove_handle(multi_, easy);
    if (auto* done = std::get_if<HttpDone>(&job->done)) {
      auto result = http_result(*job, code);
      give_back(easy);
      (*done)(std::move(result));
      return;
    }
    auto result = mail_result(*job, code);
    give_back(easy);
    std::get<MailDone>(job->done)(std::move(result));
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
  std::unordered_map<CURL*, std::unique_ptr<Job>> jobs_;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  std::vector<CURL*> idle_;  // Handles to use again.
};

HttpClient::HttpClient(boost::asio::io_context& loop) : engine_(std::make_shared<Engine>(loop)) {}

HttpClient::~HttpClient() = default;

void HttpClient::fetch(HttpRequest request, HttpDone done) {
  auto job = std::make_unique<Job>();
  job->http = std::move(request);
  job->done = std::move(done);
  engine_->start(std::move(job), set_http);
}

void HttpClient::mail(MailRequest request, MailDone done) {
  auto job = std::make_unique<Job>();
  job->letter = std::move(request);
  job->done = std::move(done);
  engine_->start(std::move(job), set_mail);
}

}  // namespace shouwang::notify
