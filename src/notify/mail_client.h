// Outgoing mail by SMTP(S), on a few threads of its own.
//
// libcurl waits for a mail server's word on the finished mail, and on its goodbye, without giving
// way, in its asynchronous interface too. A server that dawdles there must not hold up the
// gateway's thread: here it holds up one of four. When a mail's time is up its connection is cut.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace boost::asio {
class io_context;
}

namespace shouwang::notify {

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
  int code = 0;         // Of the reply that refused the mail (4yz, 5yz); 0: taken.
  std::string trouble;  // What the refusal was, as libcurl words it.

  friend bool operator==(const MailAnswer&, const MailAnswer&) = default;
};

class MailClient {
 public:
  using Done = std::function<void(Result<MailAnswer>)>;

  // `loop` must outlive the client.
  explicit MailClient(boost::asio::io_context& loop);
  MailClient(const MailClient&) = delete;
  MailClient& operator=(const MailClient&) = delete;
  // Drops what is under way without calling back.
  ~MailClient();

  // Starts a transfer, from the loop's thread. `done` is called once, later, on the loop's thread,
  // within the time limit.
  //
  // Errors: timed_out; unavailable (no name, no connection, no TLS, broken off); invalid (the
  // URL). The text may hold parts of the request: clean it (redact.h) before showing it.
  void mail(MailRequest request, Done done);

 private:
  class Office;
  std::shared_ptr<Office> office_;
};

}  // namespace shouwang::notify
