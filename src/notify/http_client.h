// Outgoing HTTP(S), asynchronous on our loop: libcurl's multi interface on Asio (transfers.h).
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

class Transfers;

class HttpClient {
 public:
  using Done = std::function<void(Result<HttpAnswer>)>;

  // `loop` must outlive the client.
  explicit HttpClient(boost::asio::io_context& loop);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  // Drops what is under way without calling back.
  ~HttpClient();

  // Starts a transfer. `done` is called once, later, on the loop's thread, within the time limit;
  // it may start further transfers but must not destroy the client.
  //
  // A body is sent once: libcurl sends it again by itself, and says nothing, when a connection that
  // it had kept breaks before the answer. Whoever is told twice must be told so.
  //
  // Errors: unavailable (no name, no connection, broken off: the body can not have arrived);
  // timed_out or io (no answer in time, broken off: it may have); invalid (the URL). The text may
  // hold parts of the request: clean it (redact.h) before showing it.
  void fetch(HttpRequest request, Done done);

 private:
  std::unique_ptr<Transfers> transfers_;
};

}  // namespace shouwang::notify
