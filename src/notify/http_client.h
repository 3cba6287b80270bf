// Outgoing HTTP(S) and SMTP(S), asynchronous on our loop: libcurl's multi interface on Asio.
//
//   loop's timers and sockets ──► curl_multi_socket_action ──► finished transfers ──► done()
//
// Connections are kept and used again. Certificates are verified, redirects are not followed,
// proxies of the environment are not used, an answer is read up to kAnswerBytesMax. Names are
// resolved on libcurl's own threads, and a name server that hangs holds up neither the loop nor
// the time limit. Used from the loop's thread only.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace boost::asio {
class io_context;
}

namespace shouwang::notify {

inline constexpr std::size_t kAnswerBytesMax = 64 * 1024;

struct HttpRequest {
  std::string method = "POST";  // GET, POST, PUT
  std::string url;              // http:// or https://
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Millis timeout{8'000};  // Name, connection, TLS, request and answer together.
};

struct HttpAnswer {
  int status = 0;
  std::string body;
  bool cut = false;  // There was more than kAnswerBytesMax; the rest was not read.
  std::optional<Millis> retry_after;

  friend bool operator==(const HttpAnswer&, const HttpAnswer&) = default;
};

struct MailRequest {
  std::string url;  // smtp://host:port or smtps://host:port
  std::string from;
  std::string to;
  std::string user;  // Empty: no login.
  std::string password;
  bool start_tls = true;  // smtp://: refuse to go on without TLS.
  std::string text;       // Headers and body, CRLF.
  Millis timeout{8'000};
};

struct MailAnswer {
  int code = 0;         // Of the last reply, if it was a refusal (4yz, 5yz); 0: taken.
  std::string trouble;  // What the refusal said, as libcurl words it.

  friend bool operator==(const MailAnswer&, const MailAnswer&) = default;
};

class HttpClient {
 public:
  using HttpDone = std::function<void(Result<HttpAnswer>)>;
  using MailDone = std::function<void(Result<MailAnswer>)>;

  // `loop` must outlive the client.
  explicit HttpClient(boost::asio::io_context& loop);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  // Drops what is under way without calling back.
  ~HttpClient();

  // Starts a transfer. `done` is called once, later, on the loop's thread, within the time limit;
  // it may start further transfers but must not destroy the client.
  //
  // Errors: timed_out; unavailable (no name, no connection, broken off); invalid (the URL). The
  // text may hold parts of the request: clean it (redact.h) before showing it.
  void fetch(HttpRequest request, HttpDone done);
  void mail(MailRequest request, MailDone done);

 private:
  class Engine;
  std::shared_ptr<Engine> engine_;
};

}  // namespace shouwang::notify
