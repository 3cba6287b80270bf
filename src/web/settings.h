// How the web server is set up.

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "web/allowance.h"
#include "web/secret.h"
#include "web/sessions.h"

namespace shouwang::web {

// What a client may take of the server. Every limit has an answer.
struct ConnectionLimits {
  std::size_t header_bytes = 8 * 1024;        // Beyond: 431, closed.
  std::size_t body_bytes = 64 * 1024;         // Beyond: 413, closed.
  std::size_t control_body_bytes = 64 << 20;  // Ledgers come through the control socket.
  // One more closes the connection that has idled longest; if none idles: 503, closed.
  std::size_t connections = 1000;
  // Of one address. Phones of one mobile network often share theirs. Beyond: 429, closed.
  std::size_t connections_each = 250;
  Millis header_time{10'000};    // From the first byte of a request to its last header: 408.
  Millis body_time{20'000};      // Control socket: control_time. Beyond: 408.
  Millis write_time{15'000};     // A client that does not take its answer is dropped.
  Millis idle_time{60'000};      // Between requests; then closed without a word.
  Millis answer_time{30'000};    // A log-in that is still being checked: 504.
  Millis control_time{600'000};  // A verb of the hand tool: 504.
  Millis heartbeat{15'000};      // Of a stream of events, so that a dead line is noticed.
  Millis feed_gap{200};          // Between two events of a stream.
};

struct Settings {
  std::string listen = "127.0.0.1:8080";  // "address:port", "[::1]:8080"; port 0 picks one.
  std::string control_socket;             // Path; empty: no control door.
  std::string public_url;                 // "https://..." makes cookies Secure.
  bool hsts = false;                      // Strict-Transport-Security; only with https.
  bool open_metrics = false;              // /metrics for everybody, not only for this host.
  std::vector<std::string> proxies;       // Whose X-Forwarded-For is believed.
  ConnectionLimits limits;
  Sessions::Terms sessions;
  Allowance::Terms wrong_tokens{.burst = 20, .refill = Millis{3'000}};    // Of one address.
  Allowance::Terms presses{.burst = 60, .refill = Millis{1'000}};         // Of one phone page.
  Allowance::Terms tries_at_login{.burst = 5, .refill = Millis{30'000}};  // Of address and user.
  Allowance::Terms tries_of_address{.burst = 20, .refill = Millis{6'000}};
  Allowance::Terms tries_of_user{.burst = 50, .refill = Millis{6'000}};
  std::function<std::string()> secret = random_secret;
  // Told of every answer: the route's pattern ("/p/{token}/{action}", never the path itself, which
  // holds secrets; "-" if there is none) and the status.
  std::function<void(std::string_view route, int status)> on_answer;

  bool is_https() const { return public_url.starts_with("https://"); }
};

}  // namespace shouwang::web
