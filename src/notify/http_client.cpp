#include "notify/http_client.h"

#include <algorithm>

#include "notify/transfers.h"

namespace shouwang::notify {
namespace {

class HttpTransfer final : public Transfer {
 public:
  HttpTransfer(HttpRequest request, HttpClient::Done done)
      : request_(std::move(request)), done_(std::move(done)) {}

  void prepare(CURL* easy) override {
    set_common(easy, request_.timeout);
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_URL, request_.url.c_str());
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_USERAGENT, "shouwang");
    set(easy, CURLOPT_WRITEFUNCTION, &HttpTransfer::on_body);
    set(easy, CURLOPT_WRITEDATA, &answer_);
    for (const auto& [name, value] : request_.headers) add_line(name + ": " + value);
    set(easy, CURLOPT_HTTPHEADER, add_line("Expect:"));
    set_method(easy);
  }

  std::function<void()> finish(CURL* easy, CURLcode code) override {
    return [done = std::move(done_), result = result_of(easy, code)] { done(result); };
  }

 private:
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* owner) {
    auto& answer = *static_cast<HttpAnswer*>(owner);
    const std::size_t bytes = size * count;
    const std::size_t room = kAnswerBytesMax - answer.body.size();
    answer.body.append(data, std::min(bytes, room));
    answer.cut = bytes > room;
    return answer.cut ? 0 : bytes;
  }

  void set_method(CURL* easy) {
    if (request_.method == "GET") {
      set(easy, CURLOPT_HTTPGET, 1L);
      return;
    }
    set(easy, CURLOPT_POST, 1L);
    if (request_.method != "POST") set(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(easy, CURLOPT_POSTFIELDS, request_.body.data());  // Leaves with the headers, in one piece.
    set(easy, CURLOPT_PREREQFUNCTION, &HttpTransfer::on_request);
    set(easy, CURLOPT_PREREQDATA, this);
  }

  // If an open connection ends before an answer comes, libcurl would send the request a second
  // time, by itself and without telling. Whoever asked decides that.
  static int on_request(void* owner, char*, char*, int, int) {
    return ++static_cast<HttpTransfer*>(owner)->requests_ == 1 ? CURL_PREREQFUNC_OK
                                                               : CURL_PREREQFUNC_ABORT;
  }

  // Of a transfer that failed: what became of the request.
  Error failure(CURL* easy, CURLcode code) const {
    Error error = error_of(code);
    if (error.code == Error::Code::invalid) return error;
    if (requests_ > 1) {
      return {.code = Error::Code::io, .what = "the connection was closed before an answer came"};
    }
    long sent = 0;
    curl_off_t uploaded = 0;
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
    curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &uploaded);
    const bool whole = sent > 0 && uploaded >= static_cast<curl_off_t>(request_.body.size());
    if (!whole) error.code = Error::Code::unavailable;
    if (whole && error.code == Error::Code::unavailable) error.code = Error::Code::io;
    return error;
  }

  Result<HttpAnswer> result_of(CURL* easy, CURLcode code) {
    const bool cut = code == CURLE_WRITE_ERROR && answer_.cut;
    if (code != CURLE_OK && !cut) return tl::unexpected(failure(easy, code));
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    answer_.status = static_cast<int>(status);
    curl_off_t seconds = 0;
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
    if (seconds > 0) answer_.retry_after = std::chrono::seconds(seconds);
    return std::move(answer_);
  }

  HttpRequest request_;
  HttpClient::Done done_;
  HttpAnswer answer_;
  int requests_ = 0;  // Begun by libcurl.
};

}  // namespace

HttpClient::HttpClient(boost::asio::io_context& loop)
    : transfers_(std::make_unique<Transfers>(loop)) {}

HttpClient::~HttpClient() = default;

void HttpClient::fetch(HttpRequest request, Done done) {
  transfers_->start(std::make_unique<HttpTransfer>(std::move(request), std::move(done)));
}

}  // namespace shouwang::notify
