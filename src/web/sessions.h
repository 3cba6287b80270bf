// Who is logged in at the board. In memory only: a restart of the gateway logs everybody out.

#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/time.h"
#include "web/desk.h"

namespace shouwang::web {

class Sessions {
 public:
  struct Terms {
    Millis idle{3'600'000};   // Without a request or an open live board.
    Millis life{46'800'000};  // 13 h: a shift, with its overlap; then the password again.
    std::size_t most = 200;   // One more ends the one that was used longest ago.
  };
  struct Entry {
    Session session;
    std::string csrf;  // Every form and every JSON post carries it.
    Instant since;
    Instant used_at;
    int boards = 0;  // Live boards that hang on it: it is in use while one does.
  };

  explicit Sessions(Terms terms) : terms_(terms) {}

  // Starts a session under `secret`, which goes into the cookie; only its hash is kept.
  void open(std::string_view secret, Session session, Instant now);
  // The session of the cookie's secret, marked as used; nullptr if there is none or its time is
  // up. Valid until the next call of open, find or close.
  Entry* find(std::string_view secret, Instant now);
  void close(std::string_view secret);

  std::size_t size() const { return entries_.size(); }

 private:
  bool is_over(const Entry& entry, Instant now) const;

  Terms terms_;
  std::map<std::string, Entry, std::less<>> entries_;  // By hash of the secret.
};

}  // namespace shouwang::web
